//! TLS handshakes.

use std::sync::Arc;
use std::time::Duration;

use digilocker::ErrorKind::{Connect, Timeout, Tls};
use digilocker::RetryPolicy;
use digilocker::TokenState::Live;
use rcgen::{CertificateParams, date_time_ymd};

use super::{Outcome, Row, TestServer, failed, revoked};
use crate::certificates::expired;
use crate::raw_server::Step;
use crate::response;

/// The certificate of a server.
pub(super) struct Certificate {
    pub(super) name: &'static str,
    pub(super) change: fn(&mut CertificateParams),
    /// Whether the client trusts its authority.
    pub(super) trusted: bool,
}

fn row(
    name: &str,
    certificate_name: &'static str,
    change: fn(&mut CertificateParams),
    trusted: bool,
) -> Row {
    let certificate = Certificate {
        name: certificate_name,
        change,
        trusted,
    };
    let script = Arc::new(|_| vec![Step::Read, Step::Send(response(200, &[], ""))]);
    Row::new(name, TestServer::Https(script, certificate), rejected())
}

fn without_tls(name: &str, steps: &[Step], expected: Outcome) -> Row {
    let steps = steps.to_vec();
    let server = TestServer::HttpsWithoutTls(Arc::new(move |_| steps.clone()));
    Row::new(name, server, expected).configure(|builder| {
        builder
            .connect_timeout(Duration::from_secs(1))
            .retry(RetryPolicy::none())
    })
}

fn rejected() -> Outcome {
    failed(Tls, None, 1, false, Live)
}

pub(super) fn rows() -> Vec<Row> {
    let host = "127.0.0.1";
    let unchanged = |_: &mut CertificateParams| {};
    let not_yet_valid = |params: &mut CertificateParams| {
        params.not_before = date_time_ymd(3000, 1, 1);
        params.not_after = date_time_ymd(3001, 1, 1);
    };
    let accepted = row(
        "a certificate of a root that was added",
        host,
        unchanged,
        true,
    );
    vec![
        Row {
            expected: revoked(200, 1),
            ..accepted
        },
        row("a certificate of an unknown root", host, unchanged, false),
        row("an expired certificate", host, expired, true),
        row(
            "a certificate that is not valid yet",
            host,
            not_yet_valid,
            true,
        ),
        row(
            "a certificate for another name",
            "other.example",
            unchanged,
            true,
        ),
        without_tls(
            "plain HTTP on the port of an HTTPS URL",
            &[Step::Send(response(400, &[], "plain"))],
            rejected(),
        ),
        without_tls(
            "no TLS handshake, connect timeout",
            &[Step::Stall],
            failed(Timeout, None, 1, true, Live),
        ),
        without_tls(
            "connection closed in the TLS handshake",
            &[],
            failed(Connect, None, 1, true, Live),
        ),
    ]
}
