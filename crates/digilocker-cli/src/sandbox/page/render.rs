//! Renders the HTML. `maud` escapes all text.

use digilocker_mock::{Coverage, Exchange, Sandbox};
use maud::{DOCTYPE, Markup, html};

use super::super::start::curl_commands;
use super::PRESETS;

/// Maximum number of rows in a table: more would make the page slow.
const MAX_ROWS: usize = 100;

/// A section that is updated while the page is open.
#[derive(Clone, Copy)]
pub(in super::super) enum Section {
    Commands,
    Faults,
    Grants,
    Coverage,
    Exchanges,
}

impl Section {
    pub(in super::super) const ALL: [Self; 5] = [
        Self::Commands,
        Self::Faults,
        Self::Grants,
        Self::Coverage,
        Self::Exchanges,
    ];

    /// The id of the element and the name of the event.
    pub(in super::super) fn id(self) -> &'static str {
        match self {
            Self::Commands => "commands",
            Self::Faults => "faults",
            Self::Grants => "grants",
            Self::Coverage => "coverage",
            Self::Exchanges => "exchanges",
        }
    }
}

pub(in super::super) fn section(part: Section, sandbox: &Sandbox) -> Markup {
    match part {
        Section::Commands => commands(sandbox),
        Section::Faults => faults(&sandbox.pending_faults()),
        Section::Grants => grants(sandbox),
        Section::Coverage => coverage(&sandbox.coverage()),
        Section::Exchanges => exchanges(sandbox),
    }
}

fn live_section(which: Section, sandbox: &Sandbox) -> Markup {
    html! { div id=(which.id()) { (section(which, sandbox)) } }
}

pub(super) fn page(sandbox: &Sandbox) -> Markup {
    document(
        "Revocation sandbox",
        &html! {
            header {
                h1 { "Revocation sandbox" }
                p {
                    "A mock of DigiLocker's token revocation endpoint at "
                    code { (sandbox.base_url()) }
                    ". " span #connection role="status" { }
                }
            }
            main {
                section aria-labelledby="try" {
                    h2 #try { "Try it" }
                    dl {
                        dt { "Client id" } dd { code { (sandbox.client_id()) } }
                        dt { "Client secret" } dd { code { (sandbox.client_secret()) } }
                    }
                    (live_section(Section::Commands, sandbox))
                }
                section aria-labelledby="actions" {
                    h2 #actions { "Actions" }
                    (actions())
                    (live_section(Section::Faults, sandbox))
                }
                section.wide aria-labelledby="exchanges-title" {
                    h2 #exchanges-title { "Exchanges" }
                    (live_section(Section::Exchanges, sandbox))
                }
                section aria-labelledby="coverage-title" {
                    h2 #coverage-title { "Coverage of the contract" }
                    (live_section(Section::Coverage, sandbox))
                }
                section aria-labelledby="grants-title" {
                    h2 #grants-title { "Grants" }
                    (live_section(Section::Grants, sandbox))
                }
            }
            footer {
                p { "Control API: " a href="/sandbox/openapi.json" { "/sandbox/openapi.json" } }
            }
        },
    )
}

/// The response to an invalid form.
pub(super) fn error_page(reason: &str) -> Markup {
    document(
        "Request refused",
        &html! {
            main {
                section {
                    h1 { "Request refused" }
                    p { (reason) }
                    p { a href="/" { "Back to the sandbox" } }
                }
            }
        },
    )
}

fn document(title: &str, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) }
                link rel="icon" href="/sandbox/icon.svg" type="image/svg+xml";
                link rel="stylesheet" href="/sandbox/page.css";
                script src="/sandbox/page.js" defer { }
            }
            body { (body) }
        }
    }
}

fn commands(sandbox: &Sandbox) -> Markup {
    let grants = sandbox.grants();
    let Some(grant) = grants.iter().rev().find(|grant| grant.live()) else {
        return html! { p.empty { "No live grant: issue one." } };
    };
    html! {
        ol.commands {
            @for (title, command) in curl_commands(sandbox, grant.access_token(), grant.refresh_token()) {
                li { (title) pre { code { (command) } } }
            }
        }
    }
}

fn actions() -> Markup {
    html! {
        div.actions {
            form method="post" action="/sandbox/page/grants" {
                button type="submit" { "Issue a grant" }
            }
            form.fault method="post" action="/sandbox/page/faults" {
                label for="fault" { "Fault" }
                select #fault name="fault" {
                    @for (name, text, _) in PRESETS { option value=(name) { (text) } }
                }
                label for="times" { "Requests" }
                input #times name="times" type="number" min="1" max="1000" value="1" required;
                button type="submit" { "Queue the fault" }
            }
            form method="post" action="/sandbox/page/reset" {
                button.danger type="submit" { "Reset everything" }
            }
        }
    }
}

fn faults(pending: &[String]) -> Markup {
    html! {
        @if pending.is_empty() {
            p.empty { "No fault is queued: each request gets the real response." }
        } @else {
            p { "Queued, first to last:" }
            ol { @for fault in pending { li { (fault) } } }
            form method="post" action="/sandbox/page/faults/clear" {
                button type="submit" { "Clear the queue" }
            }
        }
    }
}

fn grants(sandbox: &Sandbox) -> Markup {
    let grants = sandbox.grants();
    let live = grants.iter().filter(|grant| grant.live()).count();
    html! {
        @if grants.is_empty() {
            p.empty { "No grant yet: issue one." }
        } @else {
            p { (live) " of " (grants.len()) " live" (truncation_note(grants.len())) }
            div.scroll tabindex="0" role="region" aria-label="Table of grants" {
                table {
                    thead { tr { th scope="col" { "#" } th scope="col" { "State" } th scope="col" { "Access token" } th scope="col" { "Refresh token" } } }
                    tbody {
                        @for grant in grants.iter().rev().take(MAX_ROWS) {
                            tr {
                                td { (grant.number()) }
                                td { @if grant.live() { span.live { "live" } } @else { span.revoked { "revoked" } } }
                                td { code { (grant.access_token()) } }
                                td { code { (grant.refresh_token()) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn coverage(coverage: &Coverage) -> Markup {
    let rows = coverage.rows();
    let contract = rows.iter().filter(|row| row.in_contract()).count();
    let covered = contract - coverage.missing().len();
    html! {
        p {
            label for="covered" { (covered) " of " (contract) " covered" }
            " " progress #covered max=(contract) value=(covered) { }
        }
        table {
            thead { tr { th scope="col" { "Section" } th scope="col" { "Exchanges" } th scope="col" { "State" } } }
            tbody {
                @for row in rows {
                    tr.missing[row.in_contract() && row.count() == 0] {
                        td { code { (row.key()) } }
                        td.number { (row.count()) }
                        td {
                            @if !row.in_contract() { span.deviation { "not in the contract" } }
                            @else if row.count() > 0 { span.live { "covered" } }
                            @else { span.todo { "missing" } }
                        }
                    }
                }
            }
        }
    }
}

fn exchanges(sandbox: &Sandbox) -> Markup {
    let exchanges = sandbox.exchanges();
    html! {
        @if exchanges.is_empty() {
            p.empty { "No request yet: send one with a command above." }
        } @else {
            p { "Requests: " (sandbox.requests()) (truncation_note(exchanges.len())) }
            div.scroll tabindex="0" role="region" aria-label="Table of exchanges" {
                table {
                    thead {
                        tr {
                            @for title in ["#", "Time (UTC)", "Request", "Encoding", "Authentication", "Hint", "Response", "Fault"] {
                                th scope="col" { (title) }
                            }
                        }
                    }
                    @for exchange in exchanges.iter().rev().take(MAX_ROWS) { (rows(exchange)) }
                }
            }
        }
    }
}

/// One `tbody` per exchange: its row, followed by its violations and deviations.
fn rows(exchange: &Exchange) -> Markup {
    let dash = "–";
    html! {
        tbody {
            tr {
                td { (exchange.number()) }
                td { time datetime=(exchange.at().to_rfc3339()) { (exchange.at().format("%H:%M:%S%.3f")) } }
                td { code { (exchange.method()) " " (exchange.path()) } }
                td { (exchange.encoding().unwrap_or(dash)) }
                td { (exchange.authentication()) }
                td { (exchange.hint().unwrap_or(dash)) }
                td { (status(exchange.status())) }
                td { (exchange.fault().unwrap_or(dash)) }
            }
            @for violation in exchange.violations() {
                tr.finding {
                    td { }
                    td colspan="7" {
                        span.violation { "breaks the spec" } " " (violation.what())
                        @if let Some(place) = violation.spec_location() { " " code { (place) } }
                    }
                }
            }
            @for deviation in exchange.deviations() {
                tr.finding { td { } td colspan="7" { span.deviation { "deviation" } " " (deviation) } }
            }
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

fn truncation_note(count: usize) -> Markup {
    html! { @if count > MAX_ROWS { ", showing the newest " (MAX_ROWS) } }
}
