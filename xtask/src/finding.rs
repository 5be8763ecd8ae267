//! What is wrong with a spec, where, and what to do about it.

use std::ops::Range;

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use crate::lint::rules;
use crate::report::Style;
use crate::source::{Lines, Source};

/// A range of bytes in a [`Source`].
pub type Span = Range<usize>;

/// Whether a finding stops generation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing can be generated, or what would be is wrong.
    Error,
    /// Works, but is not what it should be.
    Warning,
}

/// So many lines apart, places are shown as one piece of text.
const NEAR: usize = 100;

/// One thing wrong with a spec.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule's name, for people to search for and machines to key on.
    pub rule: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// Where; `None` for the file as a whole.
    pub span: Option<Span>,
    /// What is wrong, in one line.
    pub message: String,
    /// What there is to say at the very place.
    pub label: Option<String>,
    /// Other places that have to do with it.
    pub related: Vec<(Span, String)>,
    /// How to mend it.
    pub help: Option<String>,
}

impl Finding {
    /// An error at `span`.
    pub fn error(
        rule: &'static str,
        span: impl Into<Option<Span>>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            rule,
            severity: Severity::Error,
            span: span.into(),
            message: message.into(),
            label: None,
            related: Vec::new(),
            help: None,
        }
    }

    /// With words for the place itself.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// With the way to mend it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// With another place that has to do with it.
    #[must_use]
    pub fn related(mut self, span: Option<Span>, label: impl Into<String>) -> Self {
        self.related.extend(span.map(|span| (span, label.into())));
        self
    }
}

/// `findings` in the order of their places.
#[must_use]
pub fn sorted(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.sort_by_key(|finding| finding.span.as_ref().map_or(0, |span| span.start));
    findings
}

/// Whether any finding stops generation.
#[must_use]
pub fn any_error(findings: &[Finding]) -> bool {
    findings
        .iter()
        .any(|finding| finding.severity == Severity::Error)
}

/// All findings as rustc would show them, in the order of their places.
#[must_use]
pub fn render(source: &Source, findings: &[Finding], style: Style) -> String {
    let renderer = match style {
        Style::Plain => Renderer::plain(),
        Style::Colour => Renderer::styled(),
    };
    let mut sorted: Vec<_> = findings.iter().collect();
    sorted.sort_by_key(|finding| finding.span.as_ref().map_or(0, |span| span.start));
    let lines = Lines::of(&source.text);
    sorted
        .iter()
        .map(|finding| renderer.render(&groups(source, &lines, finding)) + "\n\n")
        .collect()
}

fn groups<'a>(source: &'a Source, lines: &Lines<'_>, finding: &'a Finding) -> Vec<Group<'a>> {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(&finding.message).id(finding.rule);
    let mut group = match &finding.span {
        Some(span) => title.elements(snippets(source, lines, finding, span)),
        None => title.element(Origin::path(&source.name)),
    };
    if let Some(rule) = rules::find(finding.rule) {
        group = group.element(Level::NOTE.message(format!("why: {}", rule.why)));
    }
    if let Some(help) = &finding.help {
        group = group.element(Level::HELP.message(help));
    }
    vec![group]
}

/// The place with its neighbours, then each of the places further away by itself: the renderer reads
/// all that it is given, what it leaves out too, and for each finding anew.
fn snippets<'a>(
    source: &'a Source,
    lines: &Lines<'_>,
    finding: &'a Finding,
    span: &Span,
) -> Vec<Snippet<'a, Annotation<'a>>> {
    let span = within(source, span.clone());
    let place = lines.line(span.start);
    let related = finding
        .related
        .iter()
        .map(|(span, label)| (within(source, span.clone()), label));
    let (near, far): (Vec<_>, Vec<_>) =
        related.partition(|(span, _)| lines.line(span.start).abs_diff(place) <= NEAR);
    let of = |annotations: Vec<(AnnotationKind, Span, Option<&'a str>)>| {
        let numbers = || {
            annotations
                .iter()
                .map(|(_, span, _)| lines.line(span.start))
        };
        let (first, last) = (numbers().min().unwrap_or(1), numbers().max().unwrap_or(1));
        let excerpt = lines.start(first)..lines.start(last + 1);
        Snippet::source(&source.text[excerpt.clone()])
            .line_start(first)
            .path(&source.name)
            .annotations(annotations.into_iter().map(|(kind, span, label)| {
                kind.span(span.start - excerpt.start..span.end - excerpt.start)
                    .label(label)
            }))
    };
    let context =
        |(span, label): (Span, &'a String)| (AnnotationKind::Context, span, Some(label.as_str()));
    let mut here = vec![(AnnotationKind::Primary, span, finding.label.as_deref())];
    here.extend(near.into_iter().map(context));
    let there = far.into_iter().map(|place| of(vec![context(place)]));
    std::iter::once(of(here)).chain(there).collect()
}

// A place at the end of the text is shown on the last line that has any, and a place that spans
// lines by its first one: the renderer would draw the whole block.
fn within(source: &Source, span: Span) -> Span {
    let text = source.text.trim_end();
    let start = floor(text, span.start.min(text.len()));
    let line_end = text[start..].find('\n').map_or(text.len(), |at| start + at);
    start..floor(text, span.end).clamp(start, line_end.max(start))
}

fn floor(text: &str, mut at: usize) -> usize {
    at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_shows_its_place_the_line_and_the_way_out() {
        let source = Source::new("spec/a.yaml", "a: é\nb: 2\n");
        let findings = [
            Finding::error("second", 9..10, "not two")
                .label("here")
                .help("say three"),
            Finding::error("first", 3..5, "not é"),
            Finding::error("beyond", 99..120, "at the end"),
        ];
        let text = render(&source, &findings, Style::Plain);
        assert_eq!(
            text,
            "\
error[first]: not é
 --> spec/a.yaml:1:4
  |
1 | a: é
  |    ^

error[second]: not two
 --> spec/a.yaml:2:4
  |
2 | b: 2
  |    ^ here
  |
  = help: say three

error[beyond]: at the end
 --> spec/a.yaml:2:5
  |
2 | b: 2
  |     ^

"
        );
        assert!(render(&source, &findings, Style::Colour).contains("\u{1b}["));
    }

    #[test]
    fn a_place_far_away_is_shown_by_itself() {
        let source = Source::new(
            "a.yaml",
            &format!("one: 1\ntwo: 2\n{}last: 9\n", "#\n".repeat(200)),
        );
        let far = source.text.find("last").map(|at| at..at + 4);
        let finding = Finding::error("some", 5..6, "not one")
            .related(far, "as here")
            .related(Some(7..10), "and there");
        assert_eq!(
            render(&source, &[finding], Style::Plain),
            "\
error[some]: not one
   --> a.yaml:1:6
    |
  1 | one: 1
    |      ^
  2 | two: 2
    | --- and there
    |
   ::: a.yaml:203:1
    |
203 | last: 9
    | ---- as here

"
        );
    }

    #[test]
    fn a_finding_about_the_file_names_it() {
        let source = Source::new("spec/a.yaml", "");
        let text = render(
            &source,
            &[Finding::error("some-file", None, "gone")],
            Style::Plain,
        );
        assert_eq!(text, "error[some-file]: gone\n--> spec/a.yaml\n\n");
    }
}
