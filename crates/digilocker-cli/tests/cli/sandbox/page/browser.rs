//! Drives headless Chromium.

use std::io::{self, BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use fantoccini::key::Key;
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder, Locator};
use http::Method;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

/// Longer than any step takes on a busy machine.
const TIMEOUT: Duration = Duration::from_secs(60);

/// Elements that make the page wider than the window.
pub(crate) const WIDER_THAN_WINDOW: &str = "const width = document.documentElement.clientWidth; \
    const wide = document.documentElement.scrollWidth > width; \
    return [...document.querySelectorAll('body *:not(.scroll *)')] \
        .filter((element) => wide && element.getBoundingClientRect().right > width) \
        .map((element) => element.outerHTML.slice(0, 80)).slice(0, 5)";

/// Statuses and findings that are not visible without scrolling sideways.
pub(crate) const HIDDEN_SIDEWAYS: &str = "const width = document.documentElement.clientWidth; \
    const hidden = (element) => { \
        const box = element.closest('.scroll'); \
        const { left, right, width: own } = element.getBoundingClientRect(); \
        return own === 0 || left < 0 || right > width || box.scrollWidth > box.clientWidth \
            || element.scrollWidth > element.clientWidth; \
    }; \
    return [...document.querySelectorAll('#exchanges .status, #exchanges .finding td')] \
        .filter(hidden).map((element) => element.outerHTML.slice(0, 80)).slice(0, 5)";

/// Keys and words that are broken over two lines.
pub(crate) const BROKEN_KEYS: &str = "return \
    [...document.querySelectorAll('.key code, .status span, th, button, dt')] \
        .filter((element) => element.offsetParent !== null && element.getClientRects().length > 1) \
        .map((element) => element.textContent)";

/// Elements whose text has a contrast below 4.5 to its background (WCAG 2.2, 1.4.3).
pub(crate) const LOW_CONTRAST: &str = include_str!("contrast.js");

/// Violations of the page's content security policy.
pub(crate) const POLICY_VIOLATIONS: &str = "const observer = new ReportingObserver(() => {}, \
        { types: ['csp-violation'], buffered: true }); \
    observer.observe(); \
    return observer.takeRecords().map((report) => report.body.effectiveDirective)";

fn css(selector: &str) -> Locator<'_> {
    Locator::Css(selector)
}

pub(crate) struct Browser {
    runtime: Runtime,
    client: Client,
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
    pub(crate) fn start() -> Option<Self> {
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
        let capabilities = [("goog:chromeOptions".to_owned(), options)];
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        let runtime = runtime.unwrap();
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(capabilities.into_iter().collect());
        let client = runtime.block_on(builder.connect(&format!("http://127.0.0.1:{port}")));
        match client {
            Ok(client) => Some(Self {
                runtime,
                client,
                driver,
            }),
            Err(error) => skip(&format!("Chromium does not start: {error}")),
        }
    }

    pub(crate) fn stop(self) {
        self.runtime.block_on(self.client.close()).unwrap();
        drop(self.driver);
    }

    pub(crate) fn goto(&self, url: &str) {
        self.runtime.block_on(self.client.goto(url)).unwrap();
    }

    /// Waits until the element has the text.
    #[track_caller]
    pub(crate) fn see(&self, selector: &str, text: &str) {
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
        let seen = async { tokio::time::timeout(TIMEOUT, waiting).await };
        let seen = self.runtime.block_on(seen);
        assert!(seen.is_ok(), "no {text:?} in `{selector}`: {last}");
    }

    pub(crate) fn count(&self, selector: &str) -> usize {
        let found = self.runtime.block_on(self.client.find_all(css(selector)));
        found.unwrap().len()
    }

    pub(crate) fn click(&self, selector: &str) {
        let click = async { self.client.find(css(selector)).await?.click().await };
        self.runtime.block_on(click).unwrap();
    }

    /// Presses Tab until the element with this text has the focus, and then Enter.
    pub(crate) fn press(&self, text: &str) {
        let press = async {
            for _ in 0..40 {
                let active = self.client.active_element().await.unwrap();
                if active.text().await.unwrap() == text {
                    return active.send_keys(&Key::Enter.to_string()).await.unwrap();
                }
                active.send_keys(&Key::Tab.to_string()).await.unwrap();
            }
            panic!("no Tab leads to {text:?}");
        };
        self.runtime.block_on(press);
    }

    pub(crate) fn script(&self, script: &str) -> Value {
        let result = self.client.execute(script, Vec::new());
        self.runtime.block_on(result).unwrap()
    }

    /// Sets `prefers-color-scheme` and the size of the page. A window cannot be as narrow as a phone.
    pub(crate) fn emulate(&self, scheme: &str, width: u32, height: u32) {
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
            let issued = self.client.issue_cmd(command);
            self.runtime.block_on(issued).unwrap();
        }
        assert_eq!(self.script("return innerWidth"), width);
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
