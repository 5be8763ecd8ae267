//! Unusual credentials, tokens and base URLs are sent unchanged or refused before anything is sent.

use digilocker::{BodyEncoding, Client, Credentials, Environment, ErrorKind, Token};
use integration_tests::raw_server::{ClosedPort, RawServer};
use integration_tests::response;

async fn sent(credentials: Credentials, encoding: BodyEncoding, token: &str) -> String {
    let server = RawServer::respond_with(response(200, &[], "")).await;
    let client = Client::builder(server.url().parse().unwrap())
        .credentials(credentials)
        .body_encoding(encoding)
        .build()
        .unwrap();
    client.revoke(Token::new(token).unwrap()).await.unwrap();
    let [request] = &server.requests()[..] else {
        panic!("{:?}", server.requests())
    };
    request.clone()
}

#[tokio::test]
async fn token_of_one_mebibyte_is_sent_whole() {
    let token = "0123456789abcdef".repeat(1 << 16);
    let request = sent(Credentials::public("c"), BodyEncoding::Form, &token).await;
    assert!(request.ends_with(&format!("\r\n\r\ntoken={token}&client_id=c")));
    let request = sent(Credentials::basic("c", "s"), BodyEncoding::Json, &token).await;
    assert!(request.ends_with(&format!("\r\n\r\n{{\"token\":\"{token}\"}}")));
}

#[test]
fn invalid_tokens_are_refused() {
    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(
            Token::new(text).unwrap_err().to_string(),
            expected,
            "{text:?}"
        );
    }
    check("", "a token cannot be empty");
    check(
        " ",
        "a token cannot start or end with a space: trim it first",
    );
    check(
        "a ",
        "a token cannot start or end with a space: trim it first",
    );
    check(
        "\t",
        "a token cannot contain the control character at byte 0: trim it first",
    );
    check(
        "a\r\n",
        "a token cannot contain the control character at byte 1: trim it first",
    );
    check(
        "a\0b",
        "a token cannot contain the control character at byte 1: trim it first",
    );
    check(
        "a\u{7f}",
        "a token cannot contain the control character at byte 1: trim it first",
    );
    check(
        "añ",
        "a token cannot contain the non-ASCII character at byte 1",
    );
    check(
        "a\u{a0}",
        "a token cannot contain the non-ASCII character at byte 1",
    );
    check(
        "🔑",
        "a token cannot contain the non-ASCII character at byte 0",
    );
    let long = format!("{}\n", "x".repeat(1 << 20));
    check(
        &long,
        "a token cannot contain the control character at byte 1048576: trim it first",
    );
}

/// A server does not recognise a mangled token, which would look like a revoked one.
#[test]
fn mangled_tokens_are_refused() {
    let message = |text| Token::new(text).unwrap_err().to_string();
    for text in ["Bearer abc", "bearer abc"] {
        assert_eq!(
            message(text),
            "a token cannot start with `Bearer `: remove the authentication scheme first"
        );
    }
    for text in ["\"abc\"", "'abc'", "\"\""] {
        assert_eq!(
            message(text),
            "a token cannot be enclosed in quotation marks: remove them first"
        );
    }
    for text in ["Bearer", "a\"b\"c", "\"abc", "abc'", "\"", "a Bearer b"] {
        assert!(Token::new(text).is_ok(), "{text}");
    }
}

#[tokio::test]
async fn basic_credentials_are_form_encoded() {
    // Each part form-encoded, joined with `:`, in base64.
    for (id, secret, expected) in [
        // a%3Ab:c%25d%2Be
        ("a:b", "c%d+e", "YSUzQWI6YyUyNWQlMkJl"),
        // a%20b:%E2%82%AC
        ("a b", "€", "YSUyMGI6JUUyJTgyJUFD"),
        // %F0%9F%94%91:%5C%22
        ("🔑", "\\\"", "JUYwJTlGJTk0JTkxOiU1QyUyMg=="),
        // a*-._:%7E
        ("a*-._", "~", "YSotLl86JTdF"),
    ] {
        let request = sent(Credentials::basic(id, secret), BodyEncoding::Json, "t").await;
        assert!(
            request.contains(&format!("\r\nauthorization: Basic {expected}\r\n")),
            "{request}"
        );
    }
}

#[tokio::test]
async fn body_credentials_are_encoded_like_the_body() {
    let request = sent(
        Credentials::body("a:b 🔑", "%+\\\"€"),
        BodyEncoding::Form,
        "t",
    )
    .await;
    assert!(
        request.ends_with(
            "\r\n\r\ntoken=t&client_id=a%3Ab+%F0%9F%94%91&client_secret=%25%2B%5C%22%E2%82%AC"
        ),
        "{request}"
    );
    let request = sent(
        Credentials::body("a:b 🔑", "%+\\\"€"),
        BodyEncoding::Json,
        "t",
    )
    .await;
    assert!(
        request.ends_with(
            "\r\n\r\n{\"token\":\"t\",\"client_id\":\"a:b 🔑\",\"client_secret\":\"%+\\\\\\\"€\"}"
        ),
        "{request}"
    );
}

#[test]
fn unsendable_credentials_are_refused() {
    #[track_caller]
    fn check(credentials: Credentials, reason: &str) {
        let error = Client::builder(Environment::Beta)
            .credentials(credentials)
            .build()
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        assert_eq!(error.attempts(), 0);
        let text = error.to_string();
        assert!(text.starts_with("invalid client configuration: "), "{text}");
        assert!(text.contains(reason), "{text}");
    }
    let with_secret: [fn(&str, &str) -> Credentials; 3] = [
        |id, secret| Credentials::basic(id, secret),
        |id, secret| Credentials::basic_unencoded(id, secret),
        |id, secret| Credentials::body(id, secret),
    ];
    for credentials in with_secret {
        check(credentials("", "s"), "the client id is empty");
        check(credentials("c", ""), "the client secret is empty");
        // The line break at the end of a mounted file is the usual cause.
        for (id, secret) in [("c\n", "s"), ("c\0", "s"), ("c", "s\r\n"), ("c", "s\u{7f}")] {
            check(credentials(id, secret), "byte 1");
            check(credentials(id, secret), "trim");
        }
    }
    check(Credentials::public(""), "the client id is empty");
    check(Credentials::public("c\n"), "trim");
    check(
        Credentials::basic_unencoded("a:b", "s"),
        "use `Credentials::basic`",
    );
}

#[tokio::test]
async fn unauthorized_without_credentials_names_the_cause() {
    let server = RawServer::respond_with(response(401, &[], "")).await;
    let builder = || Client::builder(server.url().parse().unwrap());
    let client = builder().build().unwrap();
    let error = client.revoke(Token::new("t").unwrap()).await.unwrap_err();
    assert!(error.to_string().contains("no credentials"), "{error}");
    let client = builder().credentials(Credentials::basic("c", "s"));
    let client = client.build().unwrap();
    let error = client.revoke(Token::new("t").unwrap()).await.unwrap_err();
    assert!(!error.to_string().contains("no credentials"), "{error}");
}

#[tokio::test]
async fn base_path_is_prepended_to_the_operation_path() {
    let server = RawServer::respond_with(response(200, &[], "")).await;
    let port = server.url().rsplit(':').next().unwrap().to_owned();
    for (base, target) in [
        (
            format!("http://127.0.0.1:{port}"),
            "/public/oauth2/1/revoke",
        ),
        (
            format!("http://127.0.0.1:{port}/"),
            "/public/oauth2/1/revoke",
        ),
        (
            format!("http://127.0.0.1:{port}/a/b//"),
            "/a/b/public/oauth2/1/revoke",
        ),
        (
            format!("http://127.0.0.1:{port}/ä b"),
            "/%C3%A4%20b/public/oauth2/1/revoke",
        ),
        (
            format!("HTTP://LOCALHOST:{port}"),
            "/public/oauth2/1/revoke",
        ),
    ] {
        let client = Client::builder(base.parse().unwrap()).build().unwrap();
        client.revoke(Token::new("t").unwrap()).await.unwrap();
        let request = server.requests().pop().unwrap();
        assert!(
            request.starts_with(&format!("POST {target} HTTP/1.1\r\n")),
            "{base}: {request}"
        );
    }
}

#[tokio::test]
async fn source_of_a_connection_error_is_kept() {
    let port = ClosedPort::bind();
    let client = Client::builder(port.url().parse().unwrap())
        .retry(digilocker::RetryPolicy::none())
        .build()
        .unwrap();
    let error = client.revoke(Token::new("t").unwrap()).await.unwrap_err();
    let mut sources =
        std::iter::successors(std::error::Error::source(&error), |source| source.source());
    assert!(sources.any(<dyn std::error::Error>::is::<std::io::Error>));
    // `Display` does not repeat what `source()` returns.
    let text = error.to_string();
    assert!(!text.to_lowercase().contains("refused"), "{text}");
    assert!(
        text.ends_with("; after 1 attempt, the token was not revoked"),
        "{text}"
    );
    let debug = format!("{error:?}");
    assert!(
        debug.contains("kind: Connect") && debug.contains("ConnectionRefused"),
        "{debug}"
    );
    // The URL may be confidential, so the source error does not contain it.
    assert!(!debug.contains(&port.url()), "{debug}");
}
