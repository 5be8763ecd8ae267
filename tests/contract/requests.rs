//! The exact bytes of a request: request line, headers except `Host`, and body.

use std::sync::{Arc, Mutex};

use digilocker::BodyEncoding::{self, Form, Json};
use digilocker::{Client, Credentials, Token, TokenTypeHint};
use httpmock::{HttpMockRequest, MockServer};

/// That of this workspace, and so of `digilocker`.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Makes one call and returns the request as the server received it.
async fn sent(
    credentials: Option<Credentials>,
    encoding: BodyEncoding,
    token: &str,
    hint: Option<TokenTypeHint>,
) -> String {
    let server = MockServer::start_async().await;
    let seen = Arc::new(Mutex::new(Vec::new()));
    let keep = Arc::clone(&seen);
    server.mock(|when, then| {
        when.is_true(move |request: &HttpMockRequest| {
            keep.lock().unwrap().push(text(request));
            true
        });
        then.status(200);
    });
    let mut builder = Client::builder(server.base_url().parse().unwrap()).body_encoding(encoding);
    if let Some(credentials) = credentials {
        builder = builder.credentials(credentials);
    }
    let mut call = builder.build().unwrap().revoke(Token::new(token).unwrap());
    if let Some(hint) = hint {
        call = call.hint(hint);
    }
    call.await.unwrap();
    let seen = seen.lock().unwrap();
    assert_eq!(seen.len(), 1, "{seen:?}");
    seen[0].clone()
}

fn text(request: &HttpMockRequest) -> String {
    let mut headers: Vec<_> = request
        .headers_vec()
        .iter()
        .filter(|(name, _)| name != "host")
        .map(|(name, value)| format!("{name}: {value}\n"))
        .collect();
    headers.sort();
    let uri = request.uri();
    let target = uri.path_and_query().unwrap();
    format!(
        "{} {target}\n{}\n{}",
        request.method_str(),
        headers.concat(),
        String::from_utf8(request.body_vec()).unwrap(),
    )
}

#[tokio::test]
async fn credentials_and_body_encodings_are_sent_as_documented() {
    const ID: &str = "id:1";
    const SECRET: &str = "s€c r+t%";
    const JSON: &str = r#"{"token":"tok+en/1"}"#;
    const FORM: &str = "token=tok%2Ben%2F1";
    for (credentials, authorization, json, form) in [
        (None, "", JSON, FORM),
        // base64 of `id%3A1:s%E2%82%ACc%20r%2Bt%25`: each part form-encoded, a space as `%20`.
        (
            Some(Credentials::basic(ID, SECRET)),
            "authorization: Basic aWQlM0ExOnMlRTIlODIlQUNjJTIwciUyQnQlMjU=\n",
            JSON,
            FORM,
        ),
        // base64 of `id-1:s€c r+t%`, not encoded.
        (
            Some(Credentials::basic_unencoded("id-1", SECRET)),
            "authorization: Basic aWQtMTpz4oKsYyByK3Ql\n",
            JSON,
            FORM,
        ),
        (
            Some(Credentials::body(ID, SECRET)),
            "",
            r#"{"token":"tok+en/1","client_id":"id:1","client_secret":"s€c r+t%"}"#,
            "token=tok%2Ben%2F1&client_id=id%3A1&client_secret=s%E2%82%ACc+r%2Bt%25",
        ),
        (
            Some(Credentials::public(ID)),
            "",
            r#"{"token":"tok+en/1","client_id":"id:1"}"#,
            "token=tok%2Ben%2F1&client_id=id%3A1",
        ),
    ] {
        for (encoding, content_type, body) in [
            (Json, "application/json", json),
            (Form, "application/x-www-form-urlencoded", form),
        ] {
            let length = body.len();
            assert_eq!(
                sent(credentials.clone(), encoding, "tok+en/1", None).await,
                format!(
                    "POST /public/oauth2/1/revoke\naccept: application/json\n{authorization}\
                     content-length: {length}\ncontent-type: {content_type}\n\
                     user-agent: digilocker-rust/{VERSION}\n\n{body}"
                )
            );
        }
    }
}

#[tokio::test]
async fn token_type_hint_is_sent() {
    for hint in TokenTypeHint::ALL.iter().copied() {
        let json = sent(None, Json, "a", Some(hint)).await;
        let body = format!("\n{{\"token\":\"a\",\"token_type_hint\":\"{hint}\"}}");
        assert!(json.ends_with(&body), "{json}");
        let form = sent(None, Form, "a", Some(hint)).await;
        let body = format!("\ntoken=a&token_type_hint={hint}");
        assert!(form.ends_with(&body), "{form}");
    }
}

#[tokio::test]
async fn every_token_character_is_sent_unchanged() {
    let token: String = ('!'..='~').collect();
    assert_eq!(Token::new(&*token).unwrap().expose_secret(), token);
    let json = sent(None, Json, &token, None).await;
    assert!(
        json.ends_with(
            r##"{"token":"!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~"}"##
        ),
        "{json}"
    );
    let form = sent(None, Form, &token, None).await;
    assert!(
        form.ends_with(
            "\ntoken=%21%22%23%24%25%26%27%28%29*%2B%2C-.%2F0123456789%3A%3B%3C%3D%3E%3F%40ABCDEFGHIJKLMNOPQRSTUVWXYZ%5B%5C%5D%5E_%60abcdefghijklmnopqrstuvwxyz%7B%7C%7D%7E"
        ),
        "{form}"
    );
}
