use std::cell::{Cell, RefCell};

use http::HeaderMap;
use http::StatusCode;

use super::*;
use crate::ErrorKind::{self, InvalidToken, Protocol, Unauthorized, Unavailable};
use crate::config::retry::RetryPolicy;
use crate::{Client, Environment};

const MINUTE: Duration = Duration::from_secs(60);

const REVOKE: Operation = Operation {
    id: "revoke_token",
    method: "POST",
    is_idempotent: true,
};

fn pipeline(retry: RetryPolicy) -> Arc<Pipeline> {
    let environment: Environment = "http://127.0.0.1:1".parse().unwrap();
    let builder = Client::builder(environment).retry(retry).timeout(MINUTE);
    Arc::new(builder.pipeline().unwrap())
}

fn unavailable() -> Failure {
    Failure::new(Unavailable, Effect::Refused, true)
}

fn unavailable_for(seconds: u64) -> impl Fn() -> Failure {
    move || Failure {
        retry_after: Some(Duration::from_secs(seconds)),
        ..unavailable()
    }
}

fn lost() -> Failure {
    Failure::new(Protocol, Effect::Unknown, true)
}

fn not_sent() -> Failure {
    Failure::new(ErrorKind::Connect, Effect::NotSent, true)
}

fn refused() -> Failure {
    Failure::new(Unauthorized, Effect::Refused, false)
}

fn not_recognised() -> Failure {
    Failure::new(InvalidToken, Effect::Conclusive, false)
}

/// The generated method, for a server that responds with 200.
fn respond(
    hooks: &digilocker_client::Attempt,
) -> impl Future<Output = Result<ResponseValue<()>, Error<()>>> + use<> {
    let mut response = reqwest::Response::from(http::Response::new(""));
    hooks.hooks().receive(&mut response);
    let success = ResponseValue::new((), StatusCode::OK, HeaderMap::new());
    std::future::ready(Ok(success))
}

/// The result of a call, and when each of its attempts began, in milliseconds since its start.
struct Called {
    result: Result<u32, GivenUp>,
    began: Vec<u128>,
}

/// Makes a call whose attempts fail with these failures, one after the other, and then succeed.
async fn call(
    pipeline: &Arc<Pipeline>,
    options: &CallOptions,
    operation: Operation,
    failures: &[&dyn Fn() -> Failure],
) -> Called {
    let start = Instant::now();
    let began = RefCell::new(Vec::new());
    let result = run(
        pipeline,
        options,
        None,
        operation,
        |hooks| {
            began.borrow_mut().push(start.elapsed().as_millis());
            respond(&hooks)
        },
        |_, _: Result<(), Body<()>>| match failures.get(began.borrow().len() - 1) {
            Some(failure) => Err(Box::new(failure())),
            None => Ok(()),
        },
    )
    .await;
    Called {
        result: result.map(|((), attempts)| attempts),
        began: began.into_inner(),
    }
}

async fn revoke(retry: RetryPolicy, failures: &[&dyn Fn() -> Failure]) -> Called {
    call(&pipeline(retry), &CallOptions::default(), REVOKE, failures).await
}

#[tokio::test(start_paused = true)]
async fn retryable_errors_are_retried_with_jitter() {
    let called = revoke(RetryPolicy::default(), &[&unavailable, &unavailable]).await;
    assert_eq!(called.result.unwrap(), 3);
    let [0, second, third] = called.began[..] else {
        panic!("{:?}", called.began)
    };
    assert!((100..=201).contains(&second), "{second}");
    assert!((200..=401).contains(&(third - second)), "{third}");
}

#[tokio::test(start_paused = true)]
async fn other_errors_are_not_retried() {
    let called = revoke(RetryPolicy::default(), &[&refused]).await;
    let given_up = called.result.unwrap_err();
    assert_eq!(given_up.failure.kind, Unauthorized);
    assert_eq!((given_up.attempts, given_up.reason), (1, None));
    assert_eq!(called.began, [0]);
}

#[tokio::test(start_paused = true)]
async fn the_policy_of_a_call_overrides_that_of_the_client() {
    let failures: &[&dyn Fn() -> Failure] = &[&unavailable, &unavailable, &unavailable];
    let called = revoke(RetryPolicy::default().max_attempts(2), failures).await;
    let given_up = called.result.unwrap_err();
    assert_eq!(given_up.attempts, 2);
    assert_eq!(given_up.reason, Some(GiveUp::MaxAttempts));
    let once = CallOptions {
        retry: Some(RetryPolicy::none()),
        ..CallOptions::default()
    };
    let called = call(&pipeline(RetryPolicy::default()), &once, REVOKE, failures).await;
    assert_eq!(called.result.unwrap_err().attempts, 1);
}

#[tokio::test(start_paused = true)]
async fn retry_after_passes_before_the_backoff() {
    let called = revoke(RetryPolicy::default(), &[&unavailable_for(7)]).await;
    assert_eq!(called.result.unwrap(), 2);
    let [0, second] = called.began[..] else {
        panic!("{:?}", called.began)
    };
    assert!((7_100..=7_201).contains(&second), "{second}");
}

#[tokio::test(start_paused = true)]
async fn a_wait_past_the_deadline_is_not_started() {
    let start = Instant::now();
    let called = revoke(RetryPolicy::default(), &[&unavailable_for(60)]).await;
    let given_up = called.result.unwrap_err();
    assert_eq!(given_up.reason, Some(GiveUp::RetryAfterTooLong));

    let options = CallOptions {
        timeout: Some(Duration::from_millis(50)),
        ..CallOptions::default()
    };
    for failure in [&unavailable as &dyn Fn() -> Failure, &unavailable_for(0)] {
        let pipeline = pipeline(RetryPolicy::default());
        let called = call(&pipeline, &options, REVOKE, &[failure]).await;
        // The wait is the backoff: the server did not ask for it.
        assert_eq!(called.result.unwrap_err().reason, Some(GiveUp::Deadline));
    }
    assert_eq!(start.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn an_attempt_ends_at_its_own_timeout_or_at_the_deadline() {
    for (timeout, expected) in [(MINUTE, 10), (Duration::from_secs(3), 3)] {
        let start = Instant::now();
        let options = CallOptions {
            timeout: Some(timeout),
            retry: Some(RetryPolicy::none()),
            headers: None,
        };
        let given_up = run::<(), (), (), _>(
            &pipeline(RetryPolicy::default()),
            &options,
            None,
            REVOKE,
            |_| std::future::pending(),
            |_, _| Ok(()),
        )
        .await
        .unwrap_err();
        assert_eq!(given_up.failure.kind, ErrorKind::Timeout);
        assert_eq!(given_up.effect, Effect::Unknown);
        assert!(given_up.failure.retryable);
        assert_eq!(start.elapsed(), Duration::from_secs(expected));
    }
}

#[tokio::test(start_paused = true)]
async fn all_calls_spend_from_one_budget() {
    let pipeline = pipeline(RetryPolicy::default().budget(3));
    let options = CallOptions::default();
    let failures: &[&dyn Fn() -> Failure] = &[&unavailable, &unavailable, &unavailable];
    let mut attempts = Vec::new();
    for _ in 0..4 {
        let called = call(&pipeline, &options, REVOKE, failures).await;
        attempts.push(called.result.unwrap_err().attempts);
    }
    assert_eq!(attempts, [3, 2, 1, 1]);
    let called = call(&pipeline, &options, REVOKE, failures).await;
    assert_eq!(called.result.unwrap_err().reason, Some(GiveUp::Budget));

    // Ten successful calls pay for one retry.
    for _ in 0..10 {
        call(&pipeline, &options, REVOKE, &[]).await.result.unwrap();
    }
    let called = call(&pipeline, &options, REVOKE, failures).await;
    assert_eq!(called.result.unwrap_err().attempts, 2);

    // So do 20 seconds.
    tokio::time::advance(Duration::from_secs(20)).await;
    let called = call(&pipeline, &options, REVOKE, failures).await;
    assert_eq!(called.result.unwrap_err().attempts, 2);
}

#[tokio::test(start_paused = true)]
async fn the_effects_of_all_attempts_are_combined() {
    for (failures, kind, effect) in [
        // After a lost success, the server does not recognise the token any more.
        (
            &[&lost as &dyn Fn() -> Failure, &not_recognised][..],
            InvalidToken,
            Effect::Conclusive,
        ),
        (&[&lost, &refused], Unauthorized, Effect::Unknown),
        (&[&unavailable, &refused], Unauthorized, Effect::Refused),
        (
            &[&lost, &unavailable, &unavailable],
            Unavailable,
            Effect::Unknown,
        ),
    ] {
        let given_up = revoke(RetryPolicy::default(), failures).await.result;
        let given_up = given_up.unwrap_err();
        assert_eq!((given_up.failure.kind, given_up.effect), (kind, effect));
    }
}

#[tokio::test(start_paused = true)]
async fn a_non_idempotent_operation_is_retried_only_if_it_was_not_sent() {
    let exchange = Operation {
        id: "issue_token",
        method: "POST",
        is_idempotent: false,
    };
    for (failure, attempts) in [
        (&not_sent as &dyn Fn() -> Failure, 2),
        (&unavailable, 1),
        (&lost, 1),
    ] {
        let pipeline = pipeline(RetryPolicy::default());
        let called = call(&pipeline, &CallOptions::default(), exchange, &[failure]).await;
        assert_eq!(called.began.len(), attempts);
        assert_eq!(called.result.is_ok(), attempts == 2);
    }
}

#[tokio::test(start_paused = true)]
async fn extreme_timeouts_do_not_overflow() {
    let options = CallOptions {
        timeout: Some(Duration::MAX),
        ..CallOptions::default()
    };
    let pipeline = pipeline(RetryPolicy::default());
    let called = call(&pipeline, &options, REVOKE, &[&unavailable]).await;
    assert_eq!(called.result.unwrap(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_cooldown_delays_all_calls_that_share_it() {
    let pipeline = pipeline(RetryPolicy::default());
    let cooldown = Cooldown::new(MINUTE);
    let start = Instant::now();
    let began = RefCell::new(Vec::new());
    let call = |name, limited: Option<u64>| {
        let (began, pipeline, cooldown) = (&began, &pipeline, &cooldown);
        async move {
            let attempt = Cell::new(0);
            run(
                pipeline,
                &CallOptions::default(),
                Some(cooldown),
                REVOKE,
                |hooks| {
                    began.borrow_mut().push((name, start.elapsed().as_secs()));
                    respond(&hooks)
                },
                |_, _: Result<(), Body<()>>| {
                    attempt.set(attempt.get() + 1);
                    match (attempt.get(), limited) {
                        (1, Some(seconds)) => Err(Box::new(unavailable_for(seconds)())),
                        (1, None) => Err(Box::new(unavailable())),
                        _ => Ok(()),
                    }
                },
            )
            .await
        }
    };
    let (limited, other) = tokio::join!(call("limited", Some(7)), call("other", None));
    assert_eq!((limited.unwrap().1, other.unwrap().1), (2, 2));
    let mut began = began.into_inner();
    began.sort_unstable();
    assert_eq!(
        began,
        [("limited", 0), ("limited", 7), ("other", 0), ("other", 7)]
    );
    assert_eq!(cooldown.until(), None);
}

#[tokio::test(start_paused = true)]
async fn a_cooldown_that_begins_during_a_backoff_is_kept() {
    let pipeline = pipeline(RetryPolicy::default());
    for (seconds, expected) in [(7, Ok(2)), (600, Err(Some(GiveUp::Deadline)))] {
        let cooldown = Cooldown::new(MINUTE * 100);
        let options = CallOptions::default();
        let start = Instant::now();
        let attempt = Cell::new(0);
        let call = run(
            &pipeline,
            &options,
            Some(&cooldown),
            REVOKE,
            |hooks| {
                attempt.set(attempt.get() + 1);
                respond(&hooks)
            },
            |_, _: Result<(), Body<()>>| match attempt.get() {
                1 => Err(Box::new(unavailable())),
                _ => Ok(()),
            },
        );
        let other = async {
            tokio::time::sleep(Duration::from_millis(50)).await;
            cooldown.extend(Duration::from_secs(seconds));
        };
        let (result, ()) = tokio::join!(call, other);
        let result = result.map(|((), attempts)| attempts);
        assert_eq!(result.map_err(|given_up| given_up.reason), expected);
        if expected.is_ok() {
            assert!(start.elapsed() >= Duration::from_secs(seconds));
        }
    }
}
