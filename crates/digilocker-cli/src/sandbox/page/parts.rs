//! Parts that several sections use.

use maud::{Markup, html};

/// Maximum number of rows in a table: more would make the page slow.
pub(super) const MAX_ROWS: usize = 100;

pub(super) fn truncation_note(count: usize) -> Markup {
    html! { @if count > MAX_ROWS { ", showing the newest " (MAX_ROWS) } }
}

/// A button that copies `text`. The script shows it; without the script it would do nothing.
pub(super) fn copy_button(what: &str, text: &str) -> Markup {
    html! { button.copy type="button" data-copy=(text) aria-label={ "Copy " (what) } { "Copy" } }
}
