//! Drives headless Chromium.

use std::io::{self, BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};

use fantoccini::key::Key;
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder};
use http::Method;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

use crate::{TIMEOUT, css};

pub(crate) struct Browser {
    pub(crate) client: Client,
    driver: Driver,
}

/// The `chromedriver` process. It closes the browser when it exits.
struct Driver(Child);

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Browser {
    /// `None`, with a message, if Chromium or `chromedriver` is missing.
    pub(crate) async fn start() -> Option<Self> {
        let spawned = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .spawn();
        let Ok(child) = spawned else {
            return skip("`chromedriver` is missing (Debian: chromium-driver)");
        };
        let mut driver = Driver(child);
        let port = BufReader::new(driver.0.stdout.as_mut()?)
            .lines()
            .map_while(Result::ok)
            .find_map(|line| {
                let port = line.split("started successfully on port ").nth(1)?;
                Some(port.trim_end_matches('.').to_owned())
            })?;
        let options = json!({
            // The sandbox of Chromium does not run as root.
            "args": ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--window-size=1280,900"],
        });
        let capabilities = [("goog:chromeOptions".to_owned(), options)]
            .into_iter()
            .collect();
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{port}"))
            .await;
        match client {
            Ok(client) => Some(Self { client, driver }),
            Err(error) => skip(&format!("Chromium does not start: {error}")),
        }
    }

    pub(crate) async fn stop(self) {
        self.client.close().await.unwrap();
        drop(self.driver);
    }

    /// Waits until the element has the text.
    #[track_caller]
    pub(crate) fn see<'a>(
        &'a self,
        selector: &'a str,
        text: &'a str,
    ) -> impl Future<Output = ()> + 'a {
        let caller = std::panic::Location::caller();
        async move {
            let mut last = String::new();
            let waiting = async {
                loop {
                    let element = self.client.wait().for_element(css(selector)).await.unwrap();
                    // The element may have been replaced.
                    last = element.text().await.unwrap_or_default();
                    if last.contains(text) {
                        return;
                    }
                }
            };
            let seen = tokio::time::timeout(TIMEOUT, waiting).await;
            assert!(
                seen.is_ok(),
                "{caller}: no {text:?} in `{selector}`: {last}"
            );
        }
    }

    pub(crate) async fn count(&self, selector: &str) -> usize {
        self.client.find_all(css(selector)).await.unwrap().len()
    }

    pub(crate) async fn click(&self, selector: &str) {
        self.client
            .find(css(selector))
            .await
            .unwrap()
            .click()
            .await
            .unwrap();
    }

    /// Presses Tab until the element with this text has the focus.
    pub(crate) async fn tab_to(&self, text: &str) {
        for _ in 0..40 {
            let active = self.client.active_element().await.unwrap();
            if active.text().await.unwrap() == text {
                return;
            }
            active.send_keys(&Key::Tab.to_string()).await.unwrap();
        }
        panic!("no Tab leads to {text:?}");
    }

    pub(crate) async fn script(&self, script: &str) -> Value {
        self.client.execute(script, Vec::new()).await.unwrap()
    }

    /// Elements that make the page wider than the window.
    pub(crate) async fn overflow(&self) -> Value {
        let script = "const width = document.documentElement.clientWidth; \
            const wide = document.documentElement.scrollWidth > width; \
            return [...document.querySelectorAll('body *:not(.scroll *)')] \
                .filter((element) => wide && element.getBoundingClientRect().right > width) \
                .map((element) => element.outerHTML.slice(0, 80)).slice(0, 5)";
        self.script(script).await
    }

    /// Statuses and findings that are not visible without scrolling sideways.
    pub(crate) async fn hidden_sideways(&self) -> Value {
        let script = "const width = document.documentElement.clientWidth; \
            const hidden = (element) => { \
                const box = element.closest('.scroll'); \
                const { left, right, width: own } = element.getBoundingClientRect(); \
                return own === 0 || left < 0 || right > width || box.scrollWidth > box.clientWidth \
                    || element.scrollWidth > element.clientWidth; \
            }; \
            return [...document.querySelectorAll('#exchanges .status, #exchanges .finding td')] \
                .filter(hidden).map((element) => element.outerHTML.slice(0, 80)).slice(0, 5)";
        self.script(script).await
    }

    /// Keys and words that are broken over two lines.
    pub(crate) async fn broken_keys(&self) -> Value {
        let script = "return [...document.querySelectorAll('.key code, .status span, th, button, dt')] \
            .filter((element) => element.offsetParent !== null && element.getClientRects().length > 1) \
            .map((element) => element.textContent)";
        self.script(script).await
    }

    /// Elements whose text has a contrast below 4.5 to its background (WCAG 2.2, 1.4.3).
    pub(crate) async fn low_contrast(&self) -> Value {
        self.script(include_str!("contrast.js")).await
    }

    /// Violations of the page's content security policy.
    pub(crate) async fn policy_violations(&self) -> Value {
        let script = "const observer = new ReportingObserver(() => {}, \
                { types: ['csp-violation'], buffered: true }); \
            observer.observe(); \
            return observer.takeRecords().map((report) => report.body.effectiveDirective)";
        self.script(script).await
    }

    /// Sets `prefers-color-scheme` and the size of the page. A window cannot be as narrow as a phone.
    pub(crate) async fn emulate(&self, scheme: &str, width: u32, height: u32) {
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        let media = json!({ "features": features });
        let size =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        for (method, params) in [
            // They would take a part of the width.
            ("Emulation.setScrollbarsHidden", json!({ "hidden": true })),
            ("Emulation.setEmulatedMedia", media),
            ("Emulation.setDeviceMetricsOverride", size),
        ] {
            let command = DevTools { method, params };
            self.client.issue_cmd(command).await.unwrap();
        }
        assert_eq!(self.script("return innerWidth").await, width);
    }
}

/// Not `eprintln!`, which the test runner captures.
fn skip<T>(why: &str) -> Option<T> {
    let _ = writeln!(io::stderr(), "SKIPPED: {why}");
    None
}

/// A Chrome DevTools command.
#[derive(Debug)]
struct DevTools {
    method: &'static str,
    params: Value,
}

impl WebDriverCompatibleCommand for DevTools {
    fn endpoint(
        &self,
        base: &url::Url,
        session: Option<&str>,
    ) -> Result<url::Url, url::ParseError> {
        base.join(&format!(
            "session/{}/goog/cdp/execute",
            session.unwrap_or_default()
        ))
    }

    fn method_and_body(&self, _: &url::Url) -> (Method, Option<String>) {
        let body = json!({ "cmd": self.method, "params": self.params });
        (Method::POST, Some(body.to_string()))
    }
}
