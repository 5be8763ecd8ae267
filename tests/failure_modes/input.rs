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
async fn basic_credentials_are_form_encoded() {
    // Each part form-encoded, joined with `:`, in base64.
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
async fn body_credentials_are_encoded_like_the_body() {
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
fn unsendable_credentials_are_refused() {
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
fn invalid_settings_are_refused() {
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

/// `openssl x509 -text` and commented bundles put text around the certificates.
#[test]
fn text_around_root_certificates_is_ignored() {
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
    assert_eq!(
        error.to_string(),
        "no connection to the server; after 1 attempt, the token was not revoked"
    );
    let debug = format!("{error:?}");
    assert!(
        debug.contains("kind: Connect") && debug.contains("ConnectionRefused"),
        "{debug}"
    );
    // The URL may be confidential, so the source error does not contain it.
    assert!(!debug.contains(&port.url()), "{debug}");
}
