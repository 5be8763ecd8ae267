//! A second operation through the same pipeline: DigiLocker's `/token`, from the generated client of
//! `tests/specs/two-operations.yaml`. It has its own result and its own classification of responses. Its
//! requests are forms, and it is not idempotent: a code can be exchanged only once.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::Arc;
use std::thread::JoinHandle;

use digilocker_client::{Attempt, Error, Token};
use progenitor_client::{ClientHooks, OperationInfo};
use reqwest::{Request, Response};

use self::client::types::{TokenError, TokenGrant, TokenRequest, TokenRequestGrantType};
use super::attempt::{Body, Head, PREPARED};
use super::failure::{Effect, Failure};
use super::redact::Secrets;
use super::run::{GivenUp, Operation, run};
use super::{CallOptions, Pipeline};
use crate::{Client, ClientBuilder, Credentials, ErrorKind};

#[allow(
    dead_code,
    clippy::pedantic,
    clippy::unwrap_used,
    clippy::use_self,
    clippy::allow_attributes_without_reason,
    missing_docs,
    missing_debug_implementations,
    unreachable_pub,
    reason = "the generator's output, held to the generator's standards"
)]
#[rustfmt::skip]
#[path = "../../../../tests/second_operation/client.rs"]
mod client;

/// The same as the implementation of `digilocker-client` for its own client.
impl ClientHooks<Attempt> for client::Client {
    async fn pre<E>(&self, request: &mut Request, _: &OperationInfo) -> Result<(), Error<E>> {
        self.inner.prepare(request)
    }

    fn exec(
        &self,
        request: Request,
        _: &OperationInfo,
    ) -> impl Future<Output = reqwest::Result<Response>> {
        self.inner.execute(&self.client, request)
    }
}

const ISSUE_TOKEN: Operation = Operation {
    id: "issue_token",
    method: "POST",
    is_idempotent: false,
};

/// The result of the operation.
#[derive(Debug)]
struct Grant {
    access_token: Token,
}

async fn issue_token(
    pipeline: &Arc<Pipeline>,
    request: &TokenRequest,
) -> Result<(Grant, u32), GivenUp> {
    let secrets = Secrets::new(&pipeline.secrets, request.code.expose_secret());
    run(
        pipeline,
        &CallOptions::default(),
        None,
        ISSUE_TOKEN,
        |hooks| async move {
            let http = pipeline.http.clone();
            client::Client::new_with_client(&pipeline.base_url, http, hooks)
                .issue_token(request)
                .await
        },
        |head, response| classify(&secrets, head, response),
    )
    .await
}

/// Classifies a response. A documented error is a refusal; after any other failure, the code may have been
/// used.
fn classify(
    secrets: &Secrets<'_>,
    head: &Head,
    response: Result<TokenGrant, Body<TokenError>>,
) -> Result<Grant, Box<Failure>> {
    let failure = |kind, effect| Failure {
        status: Some(head.status),
        ..Failure::new(kind, effect, true)
    };
    match response {
        Ok(grant) => Ok(Grant {
            access_token: grant.access_token,
        }),
        Err(Body::Error(error)) => {
            let mut failure = failure(ErrorKind::InvalidRequest, Effect::Refused);
            failure.code = Some(secrets.redact(error.error, 128));
            Err(failure.into())
        }
        Err(_) => Err(failure(ErrorKind::Server, Effect::Unknown).into()),
    }
}

fn request() -> TokenRequest {
    TokenRequest {
        client_id: "id".to_owned(),
        client_secret: None,
        code: Token::new("SplxlOBe+ZQQ").unwrap(),
        code_verifier: None,
        grant_type: TokenRequestGrantType::AuthorizationCode,
        redirect_uri: "https://client.example/cb".to_owned(),
    }
}

fn builder(url: &str) -> ClientBuilder {
    Client::builder(url.parse().unwrap()).credentials(Credentials::basic("id", "secret"))
}

fn pipeline(url: &str) -> Arc<Pipeline> {
    Arc::new(builder(url).pipeline().unwrap())
}

/// Starts a server that sends these responses, one per connection, and returns the requests.
pub(crate) fn serve(responses: Vec<String>) -> (String, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let requests = std::thread::spawn(move || {
        let respond = |response: String| {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = Vec::new();
            let mut buffer = [0; 4096];
            loop {
                let read = stream.read(&mut buffer).unwrap();
                request.extend_from_slice(&buffer[..read]);
                let text = String::from_utf8_lossy(&request);
                let length = text
                    .lines()
                    .find_map(|line| line.strip_prefix("content-length: ")?.parse::<usize>().ok());
                let body = text.split_once("\r\n\r\n").map(|(_, body)| body.len());
                if read == 0 || body.is_some() && body >= length {
                    break;
                }
            }
            stream.write_all(response.as_bytes()).unwrap();
            String::from_utf8(request).unwrap()
        };
        responses.into_iter().map(respond).collect()
    });
    (url, requests)
}

pub(crate) fn response(status: u16, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status} Status\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"
    )
}

#[tokio::test]
async fn the_form_is_sent_and_the_grant_is_returned() {
    let grant = r#"{"access_token": "2YotnFZFEjr1zCsicMWpAA", "token_type": "Bearer"}"#;
    let (url, requests) = serve(vec![response(200, grant)]);
    let (grant, attempts) = issue_token(&pipeline(&url), &request()).await.unwrap();
    assert_eq!(grant.access_token.expose_secret(), "2YotnFZFEjr1zCsicMWpAA");
    assert_eq!(attempts, 1);
    let requests = requests.join().unwrap();
    let (head, body) = requests[0].split_once("\r\n\r\n").unwrap();
    assert!(
        head.starts_with("POST /public/oauth2/1/token HTTP/1.1\r\n"),
        "{head}"
    );
    assert!(
        head.contains("content-type: application/x-www-form-urlencoded"),
        "{head}"
    );
    assert!(head.contains("authorization: Basic aWQ6c2VjcmV0"), "{head}");
    assert_eq!(
        body,
        "client_id=id&code=SplxlOBe%2BZQQ&grant_type=authorization_code\
         &redirect_uri=https%3A%2F%2Fclient.example%2Fcb"
    );
}

#[tokio::test]
async fn a_documented_error_is_typed() {
    let body = r#"{"error": "invalid_grant", "error_description": "used"}"#;
    let (url, _requests) = serve(vec![response(400, body)]);
    let given_up = issue_token(&pipeline(&url), &request()).await.unwrap_err();
    assert_eq!(given_up.failure.code.as_deref(), Some("invalid_grant"));
    assert_eq!(given_up.effect, Effect::Refused);
}

#[tokio::test]
async fn secrets_of_the_request_are_redacted() {
    let body = r#"{"error": "unknown code SplxlOBe+ZQQ"}"#;
    let (url, _requests) = serve(vec![response(400, body)]);
    let given_up = issue_token(&pipeline(&url), &request()).await.unwrap_err();
    let code = given_up.failure.code.unwrap();
    assert!(
        code.starts_with("unknown code ") && !code.contains("SplxlOBe"),
        "{code}"
    );
}

#[tokio::test]
async fn the_operation_is_retried_only_if_nothing_was_sent() {
    // Sent, and perhaps processed.
    let (url, requests) = serve(vec![response(503, "")]);
    let given_up = issue_token(&pipeline(&url), &request()).await.unwrap_err();
    assert_eq!((given_up.attempts, given_up.effect), (1, Effect::Unknown));
    assert!(given_up.failure.retryable);
    assert_eq!(requests.join().unwrap().len(), 1);

    // Not sent: nothing listens on this port.
    let pipeline = pipeline("http://127.0.0.1:1");
    let given_up = issue_token(&pipeline, &request()).await.unwrap_err();
    assert_eq!((given_up.attempts, given_up.effect), (3, Effect::NotSent));
}

/// Also for the first operation, each attempt calls the generated method with its hooks.
#[tokio::test]
async fn the_generated_client_is_called_once_for_each_attempt() {
    let unavailable = || response(503, "");
    let (url, requests) = serve(vec![unavailable(), unavailable(), response(200, "")]);
    PREPARED.set(0);
    let client = builder(&url).build().unwrap();
    assert_eq!(PREPARED.get(), 0);
    let revoked = client.revoke(Token::new("token").unwrap()).await.unwrap();
    assert_eq!((revoked.attempts(), PREPARED.get()), (3, 3));
    assert_eq!(requests.join().unwrap().len(), 3);
}
