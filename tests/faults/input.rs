//! Credentials, tokens and base URLs at the edge: sent as they are, or refused before anything is.

use digilocker::{BodyEncoding, Client, Credentials, Environment, ErrorKind, Token};
use integration_tests::answer;
use integration_tests::wire::Wire;

async fn sent(credentials: Credentials, encoding: BodyEncoding, token: &str) -> String {
    let wire = Wire::answer(answer(200, &[], "")).await;
    let client = Client::builder(wire.url().parse().unwrap())
        .credentials(credentials)
        .body_encoding(encoding)
        .build()
        .unwrap();
    client.revoke(Token::new(token).unwrap()).await.unwrap();
    let [request] = &wire.requests()[..] else {
        panic!("{:?}", wire.requests())
    };
    request.clone()
}

#[tokio::test]
async fn a_token_of_a_mebibyte_is_sent_whole() {
    let token = "0123456789abcdef".repeat(1 << 16);
    let request = sent(Credentials::public("c"), BodyEncoding::Form, &token).await;
    assert!(request.ends_with(&format!("\r\n\r\ntoken={token}&client_id=c")));
    let request = sent(Credentials::basic("c", "s"), BodyEncoding::Json, &token).await;
    assert!(request.ends_with(&format!("\r\n\r\n{{\"token\":\"{token}\"}}")));
}

#[test]
fn what_is_no_token_is_refused() {
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
        "a token cannot hold the control character at byte 0: trim it first",
    );
    check(
        "a\r\n",
        "a token cannot hold the control character at byte 1: trim it first",
    );
    check(
        "a\0b",
        "a token cannot hold the control character at byte 1: trim it first",
    );
    check(
        "a\u{7f}",
        "a token cannot hold the control character at byte 1: trim it first",
    );
    check(
        "añ",
        "a token cannot hold the non-ASCII character at byte 1",
    );
    check(
        "a\u{a0}",
        "a token cannot hold the non-ASCII character at byte 1",
    );
    check(
        "🔑",
        "a token cannot hold the non-ASCII character at byte 0",
    );
    let long = format!("{}\n", "x".repeat(1 << 20));
    check(
        &long,
        "a token cannot hold the control character at byte 1048576: trim it first",
    );
}

#[tokio::test]
async fn any_character_of_basic_credentials_is_sent() {
    // Each part form-encoded, then `:` between, then base64.
    for (id, secret, expected) in [
        // a%3Ab:c%25d%2Be
        ("a:b", "c%d+e", "YSUzQWI6YyUyNWQlMkJl"),
        // a%20b:%E2%82%AC
        ("a b", "€", "YSUyMGI6JUUyJTgyJUFD"),
        // %F0%9F%94%91:%00%0A
        ("🔑", "\0\n", "JUYwJTlGJTk0JTkxOiUwMCUwQQ=="),
        // a:
        ("a", "", "YTo="),
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
async fn any_character_of_body_credentials_is_sent() {
    let request = sent(
        Credentials::body("a:b 🔑", "%+\0\"€"),
        BodyEncoding::Form,
        "t",
    )
    .await;
    assert!(
        request.ends_with(
            "\r\n\r\ntoken=t&client_id=a%3Ab+%F0%9F%94%91&client_secret=%25%2B%00%22%E2%82%AC"
        ),
        "{request}"
    );
    let request = sent(
        Credentials::body("a:b 🔑", "%+\0\"€"),
        BodyEncoding::Json,
        "t",
    )
    .await;
    assert!(
        request.ends_with("\r\n\r\n{\"token\":\"t\",\"client_id\":\"a:b 🔑\",\"client_secret\":\"%+\\u0000\\\"€\"}"),
        "{request}"
    );
}

#[test]
fn credentials_that_cannot_be_sent_are_refused() {
    #[track_caller]
    fn check(credentials: Credentials, expected: &str) {
        let error = Client::builder(Environment::Beta)
            .credentials(credentials)
            .build()
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        assert_eq!(error.attempts(), 0);
        assert_eq!(
            error.to_string(),
            format!("the client's configuration cannot work: {expected}")
        );
    }
    check(Credentials::basic("", "s"), "the client id is empty");
    check(
        Credentials::basic_unencoded("", "s"),
        "the client id is empty",
    );
    check(Credentials::public(""), "the client id is empty");
    check(Credentials::body("", "s"), "the client id is empty");
    check(Credentials::body("c", ""), "the client secret is empty");
    check(
        Credentials::basic_unencoded("a:b", "s"),
        "a client id with a `:` cannot be sent unencoded (RFC 7617 §2): use `Credentials::basic`",
    );
    for (id, secret) in [("a\0", "s"), ("a", "s\n"), ("a", "s\u{7f}")] {
        check(
            Credentials::basic_unencoded(id, secret),
            "credentials with a control character cannot be sent unencoded (RFC 7617 §2): use `Credentials::basic`",
        );
    }
}

#[test]
fn settings_that_cannot_work_are_refused() {
    #[track_caller]
    fn check(builder: digilocker::ClientBuilder) {
        let error = builder.build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config, "{error}");
    }
    check(Client::builder(Environment::Beta).user_agent("a\nb"));
    check(Client::builder(Environment::Beta).root_certificate("no certificate"));
    check(
        Client::builder(Environment::Beta)
            .root_certificate("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
    );
    check(
        Client::builder(Environment::Beta)
            .root_certificate("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"),
    );
    check(Client::builder(
        Environment::plain_http("http://10.0.0.1").unwrap(),
    ));
}

/// As `openssl x509 -text`, or a bundle with a comment above each certificate, writes it.
#[test]
fn a_root_certificate_may_have_words_around_it() {
    let key = rcgen::KeyPair::generate().unwrap();
    let root = rcgen::CertificateParams::new([]).unwrap();
    let root = root.self_signed(&key).unwrap();
    let pem = root.pem();
    for certificate in [
        root.der().to_vec(),
        pem.clone().into_bytes(),
        format!("# Issuer: us\n{pem}\n# and\n{pem}").into_bytes(),
        format!("\u{feff}{pem}").into_bytes(),
    ] {
        let builder = Client::builder(Environment::Beta).root_certificate(certificate);
        builder.build().unwrap();
    }
}

#[tokio::test]
async fn base_urls_reach_the_right_target() {
    let wire = Wire::answer(answer(200, &[], "")).await;
    let port = wire.url().rsplit(':').next().unwrap().to_owned();
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
        let request = wire.requests().pop().unwrap();
        assert!(
            request.starts_with(&format!("POST {target} HTTP/1.1\r\n")),
            "{base}: {request}"
        );
    }
}

#[tokio::test]
async fn the_cause_of_a_failed_connection_is_kept() {
    let client = Client::builder("http://127.0.0.1:1".parse().unwrap())
        .retry(digilocker::RetryPolicy::none())
        .build()
        .unwrap();
    let error = client.revoke(Token::new("t").unwrap()).await.unwrap_err();
    let mut causes =
        std::iter::successors(std::error::Error::source(&error), |cause| cause.source());
    assert!(causes.any(<dyn std::error::Error>::is::<std::io::Error>));
    // What is in the chain is not said twice.
    assert_eq!(
        error.to_string(),
        "no connection to the server; after 1 attempt, the token was not revoked"
    );
    let debug = format!("{error:?}");
    assert!(
        debug.contains("kind: Connect") && debug.contains("ConnectionRefused"),
        "{debug}"
    );
    // The address is the caller's own, and may be none of the log's business.
    assert!(!debug.contains("127.0.0.1:1/"), "{debug}");
}
