//! What is wrong with a spec, where, and what to do about it.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

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
    let place = finding.span.clone().map(|span| {
        let span = within(source, span);
        let others: Vec<Span> = finding
            .related
            .iter()
            .map(|(span, _)| within(source, span.clone()))
            .collect();
        // The renderer reads all that it is given, for each finding anew.
        let (mut first, mut last) = (lines.line(span.start), lines.line(span.end));
        for span in &others {
            first = first.min(lines.line(span.start));
            last = last.max(lines.line(span.end));
        }
        let excerpt = lines.start(first)..lines.start(last + 1);
        let moved = |span: &Span| span.start - excerpt.start..span.end - excerpt.start;
        let primary = AnnotationKind::Primary
            .span(moved(&span))
            .label(finding.label.as_deref());
        let related = others
            .iter()
            .zip(&finding.related)
            .map(|(span, (_, label))| AnnotationKind::Context.span(moved(span)).label(label));
        Snippet::source(&source.text[excerpt.clone()])
            .line_start(first)
            .path(&source.name)
            .annotation(primary)
            .annotations(related)
    });
    let mut group = match place {
        Some(snippet) => title.element(snippet),
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
