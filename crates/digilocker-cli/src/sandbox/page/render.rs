//! Renders the HTML. `maud` escapes all text.

use digilocker_mock::{Coverage, Sandbox};
use maud::{DOCTYPE, Markup, html};

use super::super::start::curl_commands;
use super::exchanges::exchanges;
use super::parts::{MAX_ROWS, copy_button, truncation_note};
use super::presets::presets;

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
    let values = [
        ("Base URL", sandbox.base_url()),
        ("Client id", sandbox.client_id()),
        ("Client secret", sandbox.client_secret()),
    ];
    document(
        "Revocation sandbox",
        &html! {
            header {
                h1 { "Revocation sandbox" }
                p { "A mock of DigiLocker's token revocation endpoint. " span #connection role="status" { } }
            }
            main {
                section aria-labelledby="try" {
                    h2 #try { "Try it" }
                    dl {
                        @for (name, value) in values {
                            dt { (name) } dd { code { (value) } (copy_button(name, value)) }
                        }
                    }
                    (live_section(Section::Commands, sandbox))
                }
                div.column {
                    section aria-labelledby="actions" {
                        h2 #actions { "Actions" }
                        (actions())
                    }
                    section aria-labelledby="faults-title" {
                        h2 #faults-title { "Faults" }
                        (fault_form())
                        (live_section(Section::Faults, sandbox))
                    }
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
    let grants = sandbox.last_grants(MAX_ROWS);
    let Some(live) = grants.iter().rev().find(|grant| grant.live) else {
        return html! { p.empty { "Issue a grant to see commands." } };
    };
    let grant = &live.grant;
    html! {
        ol.commands {
            @for (title, command) in curl_commands(sandbox, grant.access_token(), grant.refresh_token()) {
                li { (title) (copy_button(&format!("the command: {title}"), &command)) pre { code { (command) } } }
            }
        }
    }
}

fn actions() -> Markup {
    html! {
        div.actions {
            form method="post" action="/sandbox/page/grants" {
                button.primary type="submit" { "Issue a grant" }
            }
            form method="post" action="/sandbox/page/reset" {
                button.danger type="submit" { "Reset everything" }
            }
        }
    }
}

fn fault_form() -> Markup {
    html! {
        form.fault method="post" action="/sandbox/page/faults" {
            label for="fault" { "Fault" }
            select #fault name="fault" {
                @for preset in presets() { option value=(preset.name) { (preset.label) } }
            }
            label for="times" { "Times" }
            input #times name="times" type="number" min="1" max="1000" value="1" required;
            button.primary type="submit" { "Queue the fault" }
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
    let grants = sandbox.last_grants(MAX_ROWS);
    let issued = grants.last().map_or(0, |grant| grant.number);
    html! {
        @if grants.is_empty() {
            p.empty { "No grant yet: issue one." }
        } @else {
            p { (sandbox.live_grants()) " of " (issued) " live" (truncation_note(issued)) }
            div.scroll tabindex="0" role="region" aria-label="Table of grants" {
                table.cards {
                    thead {
                        tr {
                            @for name in ["Number", "State", "Access token", "Refresh token"] { th scope="col" { (name) } }
                        }
                    }
                    @for one in grants.iter().rev() {
                        tbody {
                            tr {
                                td.number { (one.number) }
                                td { @if one.live { span.live { "live" } } @else { span.revoked { "revoked" } } }
                                td.token data-label="Access token" { code { (one.grant.access_token()) } }
                                td.token data-label="Refresh token" { code { (one.grant.refresh_token()) } }
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
    let contract = rows.iter().filter(|row| row.in_contract).count();
    let covered = contract - coverage.missing().len();
    html! {
        p {
            label for="covered" { (covered) " of " (contract) " covered" }
            " " progress #covered max=(contract) value=(covered) { }
        }
        table {
            thead { tr { @for name in ["Key", "Count", "State"] { th scope="col" { (name) } } } }
            tbody {
                @for row in rows {
                    tr {
                        td.key { code { (row.key) } }
                        td.number { (row.count) }
                        td {
                            @if !row.in_contract { span.deviation { "outside" } }
                            @else if row.count > 0 { span.live { "covered" } }
                            @else { span.todo { "missing" } }
                        }
                    }
                }
            }
        }
    }
}
