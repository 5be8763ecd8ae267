//! The page of the sandbox in headless Chromium, driven by `chromedriver`.
//!
//! Skipped with a message if one of the two is missing.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on should stop where it is"
)]

mod browser;
mod sandbox;
#[path = "../common/sandbox_process.rs"]
mod sandbox_process;

use std::time::Duration;

use fantoccini::Locator;
use fantoccini::key::Key;
use serde_json::json;

use crate::browser::Browser;
use crate::sandbox::Sandbox;

/// A single test, because a browser takes seconds to start.
#[tokio::test]
async fn page_shows_and_controls_the_sandbox() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let sandbox = Sandbox::start();
    browser.client.goto(&sandbox.url("/")).await.unwrap();
    browser.see("#connection", "Live.").await;
    browser.see("#exchanges", "No request yet").await;

    // Live updates.
    let token = sandbox.new_grant().await;
    browser.see("#grants", "2 of 2 live").await;
    assert_eq!(sandbox.revoke(&token, "application/json").await, 200);
    browser.see("#exchanges", "Requests: 1").await;
    browser.see("#grants", "1 of 2 live").await;
    browser.see("#coverage", "status:200").await;

    // Violations with their location in the spec. Text of a request is escaped.
    sandbox.get("/<img src=x onerror=alert(1)>").await;
    browser.see("#exchanges", "breaks the spec").await;
    browser.see("#exchanges", "#/paths").await;
    assert_eq!(
        sandbox
            .revoke(&token, "application/x-www-form-urlencoded")
            .await,
        400
    );
    browser.see("#exchanges", "deviation").await;
    assert_eq!(browser.count("#exchanges img").await, 0);

    // Mouse.
    browser.click(".fault button").await;
    browser.see("#faults", "503").await;
    browser.see("#connection", "Done.").await;
    assert_eq!(sandbox.revoke(&token, "application/json").await, 503);
    browser.see("#faults", "No fault is queued").await;
    for fault in 1..=browser.count("option").await {
        browser.click(&format!("option:nth-child({fault})")).await;
        browser.click(".fault button").await;
        browser
            .see(&format!("#faults li:nth-child({fault})"), "")
            .await;
    }
    browser.click("#faults button").await;
    browser.see("#faults", "No fault is queued").await;

    // Copies the base URL, and shows the state of the connection again.
    browser.click("dd .copy").await;
    browser.see("#connection", "Copied.").await;
    browser.see("#connection", "Live.").await;

    // Keyboard.
    browser.client.goto(&sandbox.url("/")).await.unwrap();
    browser.see("#connection", "Live.").await;
    browser.tab_to("Issue a grant").await;
    let active = browser.client.active_element().await.unwrap();
    active.send_keys(&Key::Enter.to_string()).await.unwrap();
    browser.see("#grants", "2 of 3 live").await;
    browser.tab_to("Reset everything").await;
    let active = browser.client.active_element().await.unwrap();
    active.send_keys(&Key::Enter.to_string()).await.unwrap();
    browser.see("#exchanges", "No request yet").await;

    // After ten thousand exchanges, the page is still fast and shows the newest.
    sandbox.revoke_many(&token, 10_000).await;
    browser
        .see("#exchanges", "Requests: 10000, showing the newest 100")
        .await;
    assert_eq!(browser.count("#exchanges tbody").await, 100);

    // Twenty exchanges, most with violations.
    browser.click(".danger").await;
    browser.see("#exchanges", "No request yet").await;
    let token = sandbox.new_grant().await;
    for n in 0..5 {
        sandbox.get(&format!("/public/oauth2/{n}/revoke")).await;
        sandbox.revoke(&token, "text/plain").await;
        sandbox
            .revoke("", "application/x-www-form-urlencoded")
            .await;
        sandbox.revoke(&token, "application/json").await;
    }
    browser.see("#exchanges", "Requests: 20").await;
    browser
        .see("#exchanges", "RevocationRequest/required")
        .await;
    browser.click("[data-call$=grants]").await;
    browser.see("#commands", "curl").await;
    browser.see("#connection", "Live.").await;
    for scheme in ["light", "dark"] {
        for (device, width, height) in [("desktop", 1280, 900), ("phone", 390, 844)] {
            browser.emulate(scheme, width, height).await;
            let what = format!("{scheme} {device}");
            for (found, reason) in [
                (browser.overflow().await, "wider than the window"),
                (browser.hidden_sideways().await, "hidden"),
                (browser.broken_keys().await, "broken over two lines"),
                (browser.low_contrast().await, "contrast below 4.5"),
            ] {
                assert_eq!(found, json!([]), "{what}: {reason}");
            }
        }
    }
    assert_eq!(browser.policy_violations().await, json!([]));
    let inline = "document.body.setAttribute('style', 'color: red')";
    browser.script(inline).await;
    assert_eq!(browser.policy_violations().await, json!(["style-src-attr"]));

    drop(sandbox);
    browser.see("#connection", "Not connected").await;
    browser.stop().await;
}

#[tokio::test]
async fn page_is_readable_without_javascript() {
    let sandbox = Sandbox::start();
    let token = sandbox.new_grant().await;
    assert_eq!(sandbox.revoke(&token, "text/<b>").await, 415);
    assert_eq!(sandbox.revoke(&token, "application/json").await, 200);
    let grants = reqwest::Client::new().post(sandbox.url("/sandbox/grants"));
    let grant = grants.body(r#"{"access_token": "a", "refresh_token": "<b>"}"#);
    assert_eq!(grant.send().await.unwrap().status(), 201);
    let page = sandbox.text("/").await;
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

#[tokio::test]
async fn page_loads_no_external_resources() {
    let sandbox = Sandbox::start();
    for path in ["/", "/sandbox/page.css", "/sandbox/page.js"] {
        let response = reqwest::get(sandbox.url(path)).await.unwrap();
        let policy = response.headers()["content-security-policy"]
            .to_str()
            .unwrap();
        assert!(
            policy.starts_with("default-src 'none'; script-src 'self'"),
            "{policy}"
        );
        assert_eq!(response.headers()["x-content-type-options"], "nosniff");
        let text = response
            .text()
            .await
            .unwrap()
            .replace("http://www.w3.org/2000/svg", "");
        let elsewhere = text.split("http").skip(1).find(|rest| {
            let rest = rest.trim_start_matches("s://").trim_start_matches("://");
            !rest.starts_with("127.0.0.1")
        });
        assert_eq!(elsewhere, None, "{path}");
    }
}

/// Longer than any step takes on a busy machine.
const TIMEOUT: Duration = Duration::from_secs(60);

fn css(selector: &str) -> Locator<'_> {
    Locator::Css(selector)
}
