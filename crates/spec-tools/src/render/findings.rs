//! Renders findings in the style of rustc.

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use crate::finding::Finding;
use crate::report::Style;
use crate::rule::Severity;
use crate::source::{Lines, Source, Span};

/// Renders findings, sorted by location.
#[must_use]
pub fn findings(source: &Source, findings: &[Finding], style: Style) -> String {
    let renderer = match style {
        Style::Plain => Renderer::plain(),
        Style::Colour => Renderer::styled(),
    };
    let mut sorted: Vec<_> = findings.iter().collect();
    sorted.sort_by_key(|finding| finding.start());
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
        Severity::Note => Level::NOTE,
    };
    let title = level.primary_title(&finding.message).id(finding.rule.id);
    let group = match &finding.span {
        Some(span) => title.elements(snippets(source, lines, finding, span)),
        None => title.element(Origin::path(&source.name)),
    };
    let why = Level::NOTE.message(format!("why: {}", finding.rule.why));
    let help = Level::HELP.message(finding.remedy());
    vec![group.element(why).element(help)]
}

/// One snippet for the location and related ones nearby, and one for each distant location. The renderer processes
/// the whole source of a snippet, so snippets are kept short.
fn snippets<'a>(
    source: &'a Source,
    lines: &Lines<'_>,
    finding: &'a Finding,
    span: &Span,
) -> Vec<Snippet<'a, Annotation<'a>>> {
    let span = first_line(source, span.clone());
    let place = lines.line(span.start);
    let related = finding
        .related
        .iter()
        .map(|(span, label)| (first_line(source, span.clone()), label));
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

/// Locations at most this many lines apart share a snippet.
const NEAR: usize = 100;

/// Limits a span to its first line, because the renderer would show the whole block. A span at the end of the text
/// moves to the last line that is not blank.
fn first_line(source: &Source, span: Span) -> Span {
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
    use crate::rule::Rule;

    static SOME: Rule = Rule::error("some", "some", "say some");

    #[test]
    fn distant_location_has_a_separate_snippet() {
        let source = Source::new(
            "a.yaml",
            &format!("one: 1\ntwo: 2\n{}last: 9\n", "#\n".repeat(200)),
        );
        let far = source.text.find("last").map(|at| at..at + 4);
        let finding = Finding::new(&SOME, 5..6, "not one")
            .related(far, "as here")
            .related(Some(7..10), "and there");
        let beyond = Finding::new(&SOME, 9_000..9_001, "at the end");
        let text = findings(&source, &[beyond], Style::Colour);
        assert!(
            text.contains("a.yaml:203:") && text.contains("\u{1b}["),
            "{text}"
        );
        assert_eq!(
            findings(&source, &[finding], Style::Plain),
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
    |
    = note: why: some
    = help: say some

"
        );
    }
}
