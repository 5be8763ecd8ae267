//! The page of the sandbox in headless Chromium, driven by `chromedriver`.
//!
//! Skipped with a message if one of the two is missing.

mod browser;

use serde_json::json;

use self::browser::{
    BROKEN_KEYS, Browser, HIDDEN_SIDEWAYS, LOW_CONTRAST, POLICY_VIOLATIONS, WIDER_THAN_WINDOW,
};
use super::status;
use crate::sandbox_process::SandboxProcess;

const FORM: &str = "application/x-www-form-urlencoded";

/// Sends the token as a form with this media type. Returns the status.
fn revoke_as(sandbox: &SandboxProcess, media_type: &str, token: &str) -> u16 {
    let request = sandbox.authenticated().header("content-type", media_type);
    status(request.body(format!("token={token}")).send())
}

/// A single test, because a browser takes seconds to start.
#[test]
fn page_shows_and_controls_the_sandbox() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let sandbox = SandboxProcess::start(&[]);
    browser.goto(&sandbox.url("/"));
    browser.see("#connection", "Live.");
    browser.see("#exchanges", "No request yet");

    // Live updates.
    let (token, _) = sandbox.new_grant();
    browser.see("#grants", "2 of 2 live");
    assert_eq!(sandbox.revoke(&token), 200);
    browser.see("#exchanges", "Requests: 1");
    browser.see("#grants", "1 of 2 live");
    browser.see("#coverage", "status:200");

    // Violations with their location in the spec. Text of a request is escaped.
    sandbox.fetch("/<img src=x onerror=alert(1)>");
    browser.see("#exchanges", "breaks the spec");
    browser.see("#exchanges", "#/paths");
    assert_eq!(revoke_as(&sandbox, FORM, &token), 400);
    browser.see("#exchanges", "deviation");
    assert_eq!(browser.count("#exchanges img"), 0);

    // Mouse.
    browser.click(".fault button");
    browser.see("#faults", "503");
    browser.see("#connection", "Done.");
    assert_eq!(sandbox.revoke(&token), 503);
    browser.see("#faults", "No fault is queued");
    for fault in 1..=browser.count("option") {
        browser.click(&format!("option:nth-child({fault})"));
        browser.click(".fault button");
        browser.see(&format!("#faults li:nth-child({fault})"), "");
    }
    browser.click("#faults button");
    browser.see("#faults", "No fault is queued");

    // Copies the base URL, and shows the state of the connection again.
    browser.click("dd .copy");
    browser.see("#connection", "Copied.");
    browser.see("#connection", "Live.");

    // Keyboard.
    browser.goto(&sandbox.url("/"));
    browser.see("#connection", "Live.");
    browser.press("Issue a grant");
    browser.see("#grants", "2 of 3 live");
    browser.press("Reset everything");
    browser.see("#exchanges", "No request yet");

    // After ten thousand exchanges, the page is still fast and shows the newest.
    for _ in 0..10_000 {
        sandbox.revoke(&token);
    }
    browser.see("#exchanges", "Requests: 10000, showing the newest 100");
    assert_eq!(browser.count("#exchanges tbody"), 100);

    // Twenty exchanges, most with violations.
    browser.click(".danger");
    browser.see("#exchanges", "No request yet");
    let (token, _) = sandbox.new_grant();
    for n in 0..5 {
        sandbox.fetch(&format!("/public/oauth2/{n}/revoke"));
        revoke_as(&sandbox, "text/plain", &token);
        revoke_as(&sandbox, FORM, "");
        sandbox.revoke(&token);
    }
    browser.see("#exchanges", "Requests: 20");
    browser.see("#exchanges", "RevocationRequest/required");
    browser.click("[data-call$=grants]");
    browser.see("#commands", "curl");
    browser.see("#connection", "Live.");
    for scheme in ["light", "dark"] {
        for (device, width, height) in [("desktop", 1280, 900), ("phone", 390, 844)] {
            browser.emulate(scheme, width, height);
            let what = format!("{scheme} {device}");
            for (script, reason) in [
                (WIDER_THAN_WINDOW, "wider than the window"),
                (HIDDEN_SIDEWAYS, "hidden"),
                (BROKEN_KEYS, "broken over two lines"),
                (LOW_CONTRAST, "contrast below 4.5"),
            ] {
                assert_eq!(browser.script(script), json!([]), "{what}: {reason}");
            }
        }
    }
    assert_eq!(browser.script(POLICY_VIOLATIONS), json!([]));
    browser.script("document.body.setAttribute('style', 'color: red')");
    let found = browser.script(POLICY_VIOLATIONS);
    assert_eq!(found, json!(["style-src-attr"]));

    drop(sandbox);
    browser.see("#connection", "Not connected");
    browser.stop();
}

#[test]
fn page_is_readable_without_javascript() {
    let sandbox = SandboxProcess::start(&[]);
    let (token, _) = sandbox.new_grant();
    assert_eq!(revoke_as(&sandbox, "text/<b>", &token), 415);
    assert_eq!(sandbox.revoke(&token), 200);
    let grant = r#"{"access_token": "a", "refresh_token": "<b>"}"#;
    assert_eq!(sandbox.post("/sandbox/grants", grant).0, 201);
    let page = sandbox.fetch("/").text().unwrap();
    for text in [
        "2 of 3 live",
        "curl -i -u ",
        "1 POST /public/oauth2/1/revoke: 415\n  breaks the spec: ",
        r#""token":"&lt;b>""#,
        "2 POST /public/oauth2/1/revoke: 200",
        "Coverage of the contract:",
        "status:200",
    ] {
        assert!(page.contains(text), "no {text} in {page}");
    }
}

#[test]
fn page_loads_no_external_resources() {
    let sandbox = SandboxProcess::start(&[]);
    for path in ["/", "/sandbox/page.css", "/sandbox/page.js"] {
        let response = sandbox.fetch(path);
        let headers = response.headers();
        let policy = headers["content-security-policy"].to_str().unwrap();
        let own_only = "default-src 'none'; script-src 'self'";
        assert!(policy.starts_with(own_only), "{policy}");
        assert_eq!(headers["x-content-type-options"], "nosniff");
        let text = response.text().unwrap();
        let text = text.replace("http://www.w3.org/2000/svg", "");
        let elsewhere = text.split("http").skip(1).find(|rest| {
            let rest = rest.trim_start_matches("s://").trim_start_matches("://");
            !rest.starts_with("127.0.0.1")
        });
        assert_eq!(elsewhere, None, "{path}");
    }
}
