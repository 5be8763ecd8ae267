use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use digilocker_mock::{Fault, Sandbox, SandboxBuilder};
use http::Response;
use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Frame};

use crate::support::{client, revoke, violations};

/// Issues a grant at `/grants` and echoes at `/echo`. Serves no other path.
fn service() -> SandboxBuilder {
    Sandbox::builder().fallback(|sandbox, request| async move {
        let body: Bytes = match request.uri().path() {
            "/grants" => sandbox.issue_grant().access_token().to_owned().into(),
            "/echo" => request.into_body().collect().await.ok()?.to_bytes(),
            _ => return None,
        };
        Some(Response::new(Full::new(body)))
    })
}

#[test]
fn fallback_serves_other_paths_uncounted_and_shares_the_state() {
    let sandbox = service().start();
    let client = client();
    let post = |path: &str| client.post(format!("{}{path}", sandbox.base_url()));
    sandbox.fail_next(Fault::status(503));
    let token = post("/grants").send().unwrap().text().unwrap();
    assert!(sandbox.is_live(&token));
    let echo = post("/echo").body("abc").send().unwrap();
    assert_eq!(echo.text().unwrap(), "abc");
    assert_eq!(sandbox.requests(), 0);
    sandbox.verify();
    // The fault is kept for the endpoint.
    assert_eq!(revoke(&sandbox, &token).status(), 503);
    assert_eq!(revoke(&sandbox, &token).status(), 200);
}

#[test]
fn path_that_the_fallback_does_not_serve_is_unknown() {
    let sandbox = service().start();
    let url = format!("{}/other", sandbox.base_url());
    let response = client().post(url).send();
    assert_eq!(response.unwrap().status(), 404);
    assert_eq!(violations(&sandbox), ["path `/other` is not in the spec"]);
    assert_eq!(sandbox.requests(), 1);
}

#[test]
fn fallback_is_not_called_for_the_path_of_the_spec() {
    let sandbox = Sandbox::builder()
        .fallback(|_, _| async { Some(Response::new(Full::new(Bytes::new()))) })
        .start();
    assert_eq!(revoke(&sandbox, "abc").status(), 400);
    assert_eq!(sandbox.requests(), 1);
}

/// A body that is never ready, and keeps its handle to the sandbox.
struct Endless(#[expect(dead_code, reason = "kept alive")] Sandbox);

impl Body for Endless {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Pending
    }
}

#[test]
fn endless_response_ends_with_the_sandbox() {
    let sandbox = Sandbox::builder()
        .fallback(|sandbox, _| async { Some(Response::new(Endless(sandbox))) })
        .start();
    let response = reqwest::blocking::get(sandbox.base_url()).unwrap();
    assert_eq!(response.status(), 200);
    drop(sandbox);
    response.text().unwrap_err();
}
