//! The spans and events match `observability.md`.
//!
//! A separate test binary, because `tracing` caches per process which spans and events are enabled.

#![allow(clippy::unwrap_used, reason = "tests: a panic says where")]

mod calls;
mod recorder;
mod table;

use std::collections::BTreeSet;
use std::path::Path;

use integration_tests::Log;
use tracing::field::Empty;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use xtask::bless::artefacts;

use calls::{CALLS, Call, Server, block_on, responding, token};
use recorder::{Record, Value, record};
use table::{Field, Kind};

fn call(name: &str) -> &'static Call {
    CALLS.iter().find(|call| call.name == name).unwrap()
}

/// All records that this crate emitted in all calls.
fn all() -> impl Iterator<Item = &'static Record> {
    CALLS.iter().flat_map(Call::ours)
}

fn is_of(record: &Record, kind: &Kind) -> bool {
    let metadata = record.metadata;
    metadata.is_span() == kind.is_span
        && metadata.target() == kind.target
        && metadata.level().as_str() == kind.level
        && metadata.name() == kind.name
        && record.message == kind.message
}

#[test]
fn spans_and_events_match_the_table() {
    let kinds = table::kinds();
    for record in all() {
        let documented = kinds.iter().filter(|kind| is_of(record, kind)).count();
        assert_eq!(documented, 1, "{record:#?}");
    }
    for kind in &kinds {
        assert!(all().any(|record| is_of(record, kind)), "{kind:?}");
    }
}

#[test]
fn fields_match_the_table() {
    let fields = table::fields();
    let has = |record: &Record, field: &Field| record.fields.contains_key(field.name.as_str());
    let documented = |record: &Record| -> BTreeSet<&str> {
        let of_record = fields.iter().filter(|field| field.of == record.message);
        of_record.map(|field| field.name.as_str()).collect()
    };
    for record in all() {
        let documented = documented(record);
        for name in record.fields.keys() {
            assert!(
                documented.contains(name),
                "{name} is not in the table: {record:#?}"
            );
        }
    }
    for field in &fields {
        let records = || all().filter(|record| record.message == field.of);
        assert!(records().any(|record| has(record, field)), "{field:?}");
        let is_always_present = records().all(|record| has(record, field));
        assert_eq!(is_always_present, field.is_always_present, "{field:?}");
        for value in records().filter_map(|record| record.fields.get(field.name.as_str())) {
            let is_as_documented = match value {
                Value::Integer(_) => field.is_integer,
                Value::String(_) => !field.is_integer,
                Value::Other(_) => false,
            };
            assert!(is_as_documented, "{field:?}: {value:?}");
        }
    }
}

#[test]
fn span_has_the_outcome_of_the_call() {
    // Attempts, token state, status, error type, status of the exported span.
    let revoked = "1 revoked 200 - -";
    let rejected = "1 live - tls ERROR";
    let expected = [
        ("success", revoked),
        ("503, then 200", "2 revoked 200 - -"),
        ("connection refused", "3 live - connect ERROR"),
        ("untrusted", rejected),
        ("expired", rejected),
        ("other hosts", rejected),
        ("token gone", "1 not_recognised 400 invalid_token -"),
        ("401", "1 live 401 unauthorized ERROR"),
        ("attempt timeout", "1 unknown - timeout ERROR"),
        ("503, broken body", "1 live 503 unavailable ERROR"),
        ("dropped", "- - - - -"),
        ("revoke_all", revoked),
        ("blocking", revoked),
        ("blocking revoke_all", revoked),
    ];
    assert_eq!(expected.len(), CALLS.len());
    for (name, outcome) in expected {
        for span in call(name).spans() {
            let integer = |field| span.integer(field).map(|number| number.to_string());
            let text = |field| span.text(field).map(str::to_owned);
            let found = [
                integer("attempts"),
                text("token_state"),
                integer("http.response.status_code"),
                text("error.type"),
                text("otel.status_code"),
            ];
            let found = found.map(|value| value.unwrap_or_else(|| "-".to_owned()));
            assert_eq!(found.join(" "), outcome, "{name}");
        }
    }
}

#[test]
fn span_names_the_operation_and_the_server() {
    let mut requests = 0;
    for call in CALLS.iter() {
        for span in call.spans() {
            assert_eq!(span.text("operation"), Some("revoke_token"));
            assert_eq!(span.text("otel.name"), Some("revoke_token"));
            assert_eq!(span.text("otel.kind"), Some("client"));
            assert_eq!(span.text("server.address"), Some("digilocker.example"));
            assert_eq!(span.integer("server.port"), Some(443));
            // The method is the one that the generated client sends.
            let method = span.text("http.request.method").unwrap();
            for request in &call.requests {
                assert!(request.starts_with(&format!("{method} ")), "{request}");
                requests += 1;
            }
        }
    }
    assert!(requests > 0);
}

#[test]
fn ipv6_address_has_no_brackets() {
    // The call fails whether or not this machine has IPv6.
    let builder = integration_tests::failure_table::builder("http://[::1]:1");
    let client = builder.build().unwrap();
    let ((), records) = record(LevelFilter::TRACE, || {
        block_on(async { client.revoke(token()).await }).unwrap_err();
    });
    let span = records.iter().find(|record| record.is_ours()).unwrap();
    assert_eq!(span.text("server.address"), Some("::1"));
    assert_eq!(span.integer("server.port"), Some(1));
}

#[test]
fn events_are_children_of_the_call_span_and_that_of_the_caller_span() {
    for call in CALLS.iter() {
        let parent = |record: &Record| &call.records[record.parent.unwrap()];
        for span in call.spans() {
            assert_eq!(parent(span).metadata.name(), "caller", "{}", call.name);
            assert!(span.is_closed, "{}", call.name);
        }
        for event in call.events() {
            assert_eq!(
                parent(event).metadata.name(),
                "digilocker.call",
                "{}",
                call.name
            );
        }
        let calls = if call.name.ends_with("revoke_all") {
            2
        } else {
            1
        };
        assert_eq!(call.spans().count(), calls, "{}", call.name);
    }
}

#[test]
fn cause_names_the_io_or_tls_error() {
    #[track_caller]
    fn check(name: &str, expected: &str) {
        let event = call(name).events().next().unwrap();
        let cause = event.text("cause").unwrap();
        assert!(cause.to_lowercase().contains(expected), "{cause}");
        assert!(cause.chars().count() <= 256, "{cause}");
    }
    check("connection refused", "refused");
    check("untrusted", "certificate");
    check("expired", "certificate");
    check("other hosts", "certificate");
    check("attempt timeout", "no response in time");
    check("503, broken body", "end of file");
    // The messages of the platform verifiers differ.
    if cfg!(target_os = "linux") {
        check("untrusted", "unknownissuer");
        check("expired", "certificate expired");
        check("other hosts", "host-0.example");
    }
}

#[test]
fn resends_are_counted_from_the_second_attempt() {
    let counts = |name| -> Vec<_> {
        let events = call(name).events();
        events
            .map(|event| event.integer("http.request.resend_count"))
            .collect()
    };
    assert_eq!(counts("503, then 200"), [None, Some(1)]);
    assert_eq!(counts("connection refused"), [None, Some(1), Some(2)]);
    let refused: Vec<_> = call("connection refused").events().collect();
    assert_eq!(refused[1].text("give_up"), None);
    assert_eq!(refused[2].text("give_up"), Some("max_attempts"));
}

/// The span of the caller may have fields with the same names.
#[test]
fn disabled_span_does_not_change_the_caller_span() {
    let server = Server::responding(401, "");
    let client = server.builder().build().unwrap();
    let ((), records) = record(LevelFilter::WARN, || {
        let caller = tracing::error_span!(
            "caller",
            http.request.method = "GET",
            http.response.status_code = Empty,
            otel.status_code = Empty,
            error.type = Empty,
        );
        caller.in_scope(|| block_on(async { client.revoke(token()).await }).unwrap_err());
    });
    let ours: Vec<_> = records.iter().filter(|record| record.is_ours()).collect();
    assert!(ours.len() == 1 && ours[0].is_warning(), "{ours:#?}");
    let caller = &records[ours[0].parent.unwrap()];
    let method = ("http.request.method", Value::String("GET".to_owned()));
    assert_eq!(
        caller.fields.clone().into_iter().collect::<Vec<_>>(),
        [method]
    );
}

/// `cargo xtask bless` writes them into the page.
#[test]
fn documented_examples_match_a_json_log() {
    if !cfg!(target_os = "linux") {
        // The message of a refused connection depends on the operating system.
        return;
    }
    let twice = vec![[&responding(503, "")[..2], &responding(200, "")[..2]].concat()];
    let gone = r#"{"error": "invalid_token"}"#;
    let lines = [
        log(&Server::start(twice), |line| {
            !line.contains("attempt failed")
        }),
        log(&Server::refusing(), |line| line.contains("give_up")),
        log(&Server::untrusted(), |line| line.contains("cause")),
        log(&Server::responding(400, gone), |line| {
            line.contains("attempt failed")
        }),
    ]
    .concat();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    artefacts::check(&root, table::FILE, &table::with_example(&lines))
        .unwrap_or_else(|difference| panic!("{difference}"));
}

/// The lines of the JSON log of a call that satisfy `is_wanted`.
fn log(server: &Server, is_wanted: fn(&str) -> bool) -> String {
    let log = Log::default();
    let writer = log.clone();
    let json = tracing_subscriber::fmt::layer()
        .json()
        .with_span_list(false)
        .with_span_events(FmtSpan::CLOSE)
        .without_time()
        .with_writer(move || writer.clone());
    let filter = Targets::new().with_target("digilocker", tracing::Level::DEBUG);
    let guard = tracing_subscriber::registry()
        .with(json)
        .with(filter)
        .set_default();
    let client = server.builder().build().unwrap();
    let _ = block_on(async { client.revoke(token()).await });
    drop(guard);
    let log = log.text();
    let wanted = log.split_inclusive('\n').filter(|line| is_wanted(line));
    wanted.collect()
}
