//! The table of exchanges: rows on a wide screen, cards on a phone.

use digilocker_mock::{Exchange, Sandbox};
use maud::{Markup, html};

use super::parts::{MAX_ROWS, truncation_note};

pub(super) fn exchanges(sandbox: &Sandbox) -> Markup {
    let exchanges = sandbox.last_exchanges(MAX_ROWS);
    let requests = sandbox.requests();
    html! {
        @if exchanges.is_empty() {
            p.empty { "No request yet: send one with a command above." }
        } @else {
            p { "Requests: " (requests) (truncation_note(requests)) }
            div.scroll tabindex="0" role="region" aria-label="Table of exchanges" {
                table.cards {
                    thead {
                        tr {
                            // As in the control API.
                            @for name in ["Number", "At (UTC)", "Method and path", "Status", "Encoding", "Authentication", "Hint", "Fault"] {
                                th scope="col" { (name) }
                            }
                        }
                    }
                    @for exchange in exchanges.iter().rev() { (rows(exchange)) }
                }
            }
        }
    }
}

/// One `tbody` per exchange: its row, followed by its violations and deviations.
fn rows(exchange: &Exchange) -> Markup {
    let at = exchange.at();
    html! {
        tbody {
            tr {
                td.number { (exchange.number()) }
                td.number { time datetime=(at.to_rfc3339()) { (at.format("%H:%M:%S%.3f")) } }
                td.request { code { (exchange.method()) " " (breakable(exchange.path())) } }
                td.status { (status(exchange.status())) }
                (fact("Encoding", exchange.encoding()))
                (fact("Authentication", Some(exchange.authentication())))
                (fact("Hint", exchange.hint()))
                (fact("Fault", exchange.fault()))
            }
            @for violation in exchange.violations() {
                tr.finding {
                    td colspan="8" {
                        span.violation { "breaks the spec" } " " (violation.what)
                        @if let Some(place) = &violation.spec_location { " " code { (breakable(place)) } }
                    }
                }
            }
            @for deviation in exchange.deviations() {
                tr.finding { td colspan="8" { span.deviation { "deviation" } " " (deviation) } }
            }
        }
    }
}

/// A cell that is labelled on a phone, where it is left out if it is empty.
fn fact(label: &str, value: Option<&str>) -> Markup {
    html! {
        @match value {
            Some(value) => td data-label=(label) { (value) },
            None => td.nothing { "–" },
        }
    }
}

/// A path or a JSON pointer, which may be wrapped after a slash only.
fn breakable(path: &str) -> Markup {
    html! {
        @for (i, segment) in path.split('/').enumerate() {
            @if i > 0 { "/" wbr; }
            (segment)
        }
    }
}

fn status(status: Option<u16>) -> Markup {
    html! {
        @match status {
            Some(status @ 200..=299) => span.live { (status) },
            Some(status) => span.todo { (status) },
            None => span.violation { "disconnected" },
        }
    }
}
