use std::cell::{Cell, RefCell};
use std::sync::Arc;

use http::StatusCode;

use super::*;
use crate::ErrorKind::{Protocol, Unavailable};
use crate::config::retry::RetryPolicy;
use crate::{Client, Environment};

const MINUTE: Duration = Duration::from_secs(60);

fn client(retry: RetryPolicy) -> Client {
    let environment: Environment = "http://127.0.0.1:1".parse().unwrap();
    let builder = Client::builder(environment).retry(retry).timeout(MINUTE);
    builder.build().unwrap()
}

fn unavailable() -> Error {
    Error::retryable(Unavailable, TokenState::Live)
}

fn unavailable_for(seconds: u64) -> impl Fn() -> Error {
    move || {
        let mut error = unavailable();
        error.details.retry_after = Some(Duration::from_secs(seconds));
        error
    }
}

fn lost() -> Error {
    Error::retryable(Protocol, TokenState::Unknown)
}

fn revoked() -> Revoked {
    Revoked {
        id: None,
        created_at: None,
        is_confirmed: false,
        attempts: 1,
        status: StatusCode::OK,
        request_id: None,
    }
}

/// The result of a call, and when each of its attempts began, in milliseconds since its start.
struct Called {
    result: Result<Revoked, Error>,
    began: Vec<u128>,
}

impl Called {
    fn give_up(&self) -> Option<GiveUp> {
        self.result.as_ref().unwrap_err().details.give_up
    }
}

/// Makes a call whose attempts fail with these errors, one after the other, and then succeed.
async fn call(client: &Client, options: &CallOptions, errors: &[&dyn Fn() -> Error]) -> Called {
    let start = Instant::now();
    let began = RefCell::new(Vec::new());
    let result = run(&client.0, options, |_| {
        let number = began.borrow().len();
        began.borrow_mut().push(start.elapsed().as_millis());
        async move {
            // The other calls of a batch begin meanwhile.
            tokio::task::yield_now().await;
            errors
                .get(number)
                .map_or(Ok(revoked()), |error| Err(error()))
        }
    })
    .await;
    Called {
        result,
        began: began.into_inner(),
    }
}

async fn revoke(retry: RetryPolicy, errors: &[&dyn Fn() -> Error]) -> Called {
    call(&client(retry), &CallOptions::default(), errors).await
}

#[tokio::test(start_paused = true)]
async fn retryable_errors_are_retried_with_jitter() {
    let called = revoke(RetryPolicy::default(), &[&unavailable, &unavailable]).await;
    assert_eq!(called.result.unwrap().attempts(), 3);
    let [0, second, third] = called.began[..] else {
        panic!("{:?}", called.began)
    };
    assert!((100..=201).contains(&second), "{second}");
    assert!((200..=401).contains(&(third - second)), "{third}");
}

#[tokio::test(start_paused = true)]
async fn the_policy_of_a_call_overrides_that_of_the_client() {
    let errors: &[&dyn Fn() -> Error] = &[&unavailable, &unavailable, &unavailable];
    let called = revoke(RetryPolicy::default().max_attempts(2), errors).await;
    assert_eq!(called.give_up(), Some(GiveUp::MaxAttempts));
    assert_eq!(called.result.unwrap_err().attempts(), 2);
    let once = CallOptions {
        retry: Some(RetryPolicy::none()),
        ..CallOptions::default()
    };
    let called = call(&client(RetryPolicy::default()), &once, errors).await;
    assert_eq!(called.result.unwrap_err().attempts(), 1);
}

#[tokio::test(start_paused = true)]
async fn retry_after_passes_before_the_backoff() {
    let called = revoke(RetryPolicy::default(), &[&unavailable_for(7)]).await;
    assert_eq!(called.result.unwrap().attempts(), 2);
    let [0, second] = called.began[..] else {
        panic!("{:?}", called.began)
    };
    // The longer the wait, the wider the spread.
    assert!((7_100..=7_201 + 3_500).contains(&second), "{second}");

    // At least half of the time after the wait is left.
    for _ in 0..20 {
        let called = revoke(RetryPolicy::default(), &[&unavailable_for(50)]).await;
        let [0, second] = called.began[..] else {
            panic!("{:?}", called.began)
        };
        assert!((50_100..=55_101).contains(&second), "{second}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_wait_past_the_deadline_is_not_started() {
    let start = Instant::now();
    let called = revoke(RetryPolicy::default(), &[&unavailable_for(60)]).await;
    assert_eq!(called.give_up(), Some(GiveUp::RetryAfterTooLong));

    let options = CallOptions {
        timeout: Some(Duration::from_millis(50)),
        ..CallOptions::default()
    };
    for error in [&unavailable as &dyn Fn() -> Error, &unavailable_for(0)] {
        let called = call(&client(RetryPolicy::default()), &options, &[error]).await;
        // The wait is the backoff: the server did not ask for it.
        assert_eq!(called.give_up(), Some(GiveUp::Deadline));
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
            ..CallOptions::default()
        };
        let client = client(RetryPolicy::default());
        let result = run(&client.0, &options, |limits| async move {
            sleep_until(limits.until).await;
            Err(lost())
        });
        assert_eq!(result.await.unwrap_err().attempts(), 1);
        assert_eq!(start.elapsed(), Duration::from_secs(expected));
    }
}

#[tokio::test(start_paused = true)]
async fn all_calls_spend_from_one_budget() {
    let client = client(RetryPolicy::default().budget(3));
    let options = CallOptions::default();
    let errors: &[&dyn Fn() -> Error] = &[&unavailable, &unavailable, &unavailable];
    let attempts = async || {
        let called = call(&client, &options, errors).await;
        (called.give_up(), called.result.unwrap_err().attempts())
    };
    assert_eq!(attempts().await, (Some(GiveUp::MaxAttempts), 3));
    assert_eq!(attempts().await, (Some(GiveUp::Budget), 2));
    // A call that cannot retry does not wait.
    let start = Instant::now();
    assert_eq!(attempts().await, (Some(GiveUp::Budget), 1));
    assert_eq!(start.elapsed(), Duration::ZERO);

    // Ten successful calls pay for one retry.
    for _ in 0..10 {
        call(&client, &options, &[]).await.result.unwrap();
    }
    assert_eq!(attempts().await, (Some(GiveUp::Budget), 2));

    // So do 20 seconds.
    tokio::time::advance(Duration::from_secs(20)).await;
    assert_eq!(attempts().await, (Some(GiveUp::Budget), 2));
}

#[tokio::test(start_paused = true)]
async fn extreme_timeouts_do_not_overflow() {
    let options = CallOptions {
        timeout: Some(Duration::MAX),
        ..CallOptions::default()
    };
    let called = call(&client(RetryPolicy::default()), &options, &[&unavailable]).await;
    assert_eq!(called.result.unwrap().attempts(), 2);
}

fn sharing(cooldown: &Arc<Cooldown>) -> CallOptions {
    CallOptions {
        cooldown: Some(Arc::clone(cooldown)),
        ..CallOptions::default()
    }
}

#[tokio::test(start_paused = true)]
async fn a_cooldown_delays_all_calls_that_share_it() {
    let client = client(RetryPolicy::default());
    let cooldown = Arc::new(Cooldown::new(MINUTE, RetryPolicy::default()));
    let options = sharing(&cooldown);
    let limited = unavailable_for(7);
    let limited: &[&dyn Fn() -> Error] = &[&limited];
    let (limited, other) = tokio::join!(
        call(&client, &options, limited),
        call(&client, &options, &[&unavailable])
    );
    for called in [limited, other] {
        assert_eq!(called.result.unwrap().attempts(), 2);
        assert_eq!(called.began[0], 0);
        assert!(
            (7_000..=15_000).contains(&called.began[1]),
            "{:?}",
            called.began
        );
    }
    assert_eq!(cooldown.until(), None);
}

#[tokio::test(start_paused = true)]
async fn a_cooldown_that_begins_during_a_backoff_is_kept() {
    let client = client(RetryPolicy::default());
    for (seconds, expected) in [(7, Ok(2)), (600, Err(Some(GiveUp::Deadline)))] {
        let cooldown = Arc::new(Cooldown::new(MINUTE * 100, RetryPolicy::default()));
        let options = sharing(&cooldown);
        let start = Instant::now();
        let attempt = Cell::new(0);
        let call = run(&client.0, &options, |_| {
            attempt.set(attempt.get() + 1);
            std::future::ready(if attempt.get() == 1 {
                Err(unavailable())
            } else {
                Ok(revoked())
            })
        });
        let other = async {
            tokio::time::sleep(Duration::from_millis(50)).await;
            cooldown.record(Instant::now(), Some(&unavailable_for(seconds)()));
        };
        let (result, ()) = tokio::join!(call, other);
        let result = result.map(|revoked| revoked.attempts());
        assert_eq!(result.map_err(|error| error.details.give_up), expected);
        if expected.is_ok() {
            assert!(start.elapsed() >= Duration::from_secs(seconds));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn retries_after_the_same_wait_are_spread() {
    let mut retries = Vec::new();
    for _ in 0..100 {
        let called = revoke(RetryPolicy::default(), &[&unavailable_for(2)]).await;
        retries.push(called.began[1]);
    }
    let spread = retries.iter().max().unwrap() - retries.iter().min().unwrap();
    assert!(spread > 500, "{retries:?}");
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_dropped_during_its_backoff_spends_no_budget() {
    let client = client(RetryPolicy::default().budget(1));
    let options = CallOptions::default();
    let errors: &[&dyn Fn() -> Error] = &[&unavailable];
    for _ in 0..3 {
        let dropped =
            tokio::time::timeout(Duration::from_millis(50), call(&client, &options, errors));
        assert!(dropped.await.is_err());
    }
    let called = call(&client, &options, errors).await;
    assert_eq!(called.result.unwrap().attempts(), 2);
}
