use std::future::Future;

use futures_util::FutureExt as _;

use super::*;
use crate::error::TokenState;

const SECOND: Duration = Duration::from_secs(1);

/// Pauses of 1 s, 2 s, 4 s … without their jitter, which at most doubles them.
fn cooldown() -> Cooldown {
    let retry = RetryPolicy::default().backoff(SECOND, SECOND * 100);
    Cooldown::new(SECOND * 60, retry)
}

fn error(kind: ErrorKind, retry_after: Option<Duration>) -> Error {
    let mut error = Error::retryable(kind, TokenState::Live);
    error.is_retryable = kind != ErrorKind::Unauthorized;
    error.details.retry_after = retry_after;
    error
}

fn fail(cooldown: &Cooldown, kind: ErrorKind) {
    cooldown.record(Instant::now(), Some(&error(kind, None)));
}

fn is_waiting(permit: impl Future<Output = Option<Probe>>) -> bool {
    permit.now_or_never().is_none()
}

#[tokio::test(start_paused = true)]
async fn the_longest_retry_after_applies_up_to_the_maximum() {
    let cooldown = cooldown();
    let start = Instant::now();
    let told = |seconds| {
        let error = error(ErrorKind::Unavailable, Some(Duration::from_secs(seconds)));
        cooldown.record(start, Some(&error));
    };
    assert_eq!(cooldown.until(), None);
    told(7);
    let until = cooldown.until().unwrap();
    assert!((start + SECOND * 7..=start + SECOND * 11).contains(&until));
    told(1);
    assert_eq!(cooldown.until(), Some(until));
    told(u64::MAX);
    assert_eq!(cooldown.until(), Some(start + SECOND * 60));
    drop(cooldown.permit().await);
    assert_eq!(start.elapsed(), SECOND * 60);
}

#[tokio::test(start_paused = true)]
async fn settled_responses_and_zero_waits_delay_nothing() {
    let cooldown = cooldown();
    let settled = error(ErrorKind::Unauthorized, Some(SECOND * 7));
    cooldown.record(Instant::now(), Some(&settled));
    let at_once = error(ErrorKind::Unavailable, Some(Duration::ZERO));
    cooldown.record(Instant::now(), Some(&at_once));
    cooldown.record(Instant::now(), None);
    assert_eq!(cooldown.until(), None);
    assert!(cooldown.permit().now_or_never().is_some());
}

#[tokio::test(start_paused = true)]
async fn one_call_at_a_time_probes_after_growing_pauses() {
    let cooldown = &cooldown();
    let mut pauses = Vec::new();
    for _ in 0..4 {
        fail(cooldown, ErrorKind::Connect);
        let start = Instant::now();
        let probe = cooldown.permit().await.unwrap();
        pauses.push(start.elapsed().as_secs_f64());
        assert!(is_waiting(cooldown.permit()));
        drop(probe);
    }
    for (pause, min) in pauses.iter().zip([1.0, 2.0, 4.0, 8.0]) {
        assert!((min..=2.1 * min).contains(pause), "{pauses:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn failures_of_attempts_before_a_pause_do_not_extend_it() {
    let cooldown = cooldown();
    let began = Instant::now();
    fail(&cooldown, ErrorKind::Connect);
    let until = cooldown.until();
    tokio::time::advance(SECOND / 2).await;
    cooldown.record(began, Some(&error(ErrorKind::Unavailable, None)));
    assert_eq!(cooldown.until(), until);
}

#[tokio::test(start_paused = true)]
async fn another_result_ends_an_outage() {
    for error in [None, Some(error(ErrorKind::Unauthorized, None))] {
        let cooldown = &cooldown();
        fail(cooldown, ErrorKind::RateLimited);
        let probe = cooldown.permit().await.unwrap();
        assert!(is_waiting(cooldown.permit()));
        cooldown.record(Instant::now(), error.as_ref());
        let others = [cooldown.permit(), cooldown.permit()];
        assert!(others.into_iter().all(|permit| !is_waiting(permit)));
        drop(probe);
    }
}

#[tokio::test(start_paused = true)]
async fn an_unknown_result_neither_begins_nor_ends_an_outage() {
    let cooldown = &cooldown();
    fail(cooldown, ErrorKind::Timeout);
    assert_eq!(cooldown.until(), None);
    fail(cooldown, ErrorKind::Connect);
    let probe = cooldown.permit().await.unwrap();
    fail(cooldown, ErrorKind::Protocol);
    assert!(is_waiting(cooldown.permit()));
    // The next one probes.
    drop(probe);
    assert!(!is_waiting(cooldown.permit()));
}

#[tokio::test(start_paused = true)]
async fn waiting_calls_are_woken_by_the_end_of_a_probe() {
    let cooldown = cooldown();
    fail(&cooldown, ErrorKind::Connect);
    let probe = cooldown.permit().await.unwrap();
    let ends = async {
        sleep_until(Instant::now() + SECOND * 5).await;
        cooldown.record(Instant::now(), None);
        drop(probe);
    };
    let start = Instant::now();
    let (first, second, ()) = tokio::join!(cooldown.permit(), cooldown.permit(), ends);
    assert!(first.is_none() && second.is_none());
    assert_eq!(start.elapsed(), SECOND * 5);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_waits_for_a_probe_also_waits_for_the_pause_after_it() {
    let cooldown = &cooldown();
    fail(cooldown, ErrorKind::Connect);
    let probe = cooldown.permit().await.unwrap();
    let mut next = Box::pin(cooldown.permit());
    assert!(is_waiting(&mut next));
    fail(cooldown, ErrorKind::Connect);
    drop(probe);
    assert!(is_waiting(next));
}

#[tokio::test(start_paused = true)]
async fn a_permanent_outage_is_not_waited_for() {
    let cooldown = &cooldown();
    let start = Instant::now();
    while start.elapsed() < SECOND * 60 {
        let _probe = cooldown.permit().await;
        fail(cooldown, ErrorKind::Connect);
    }
    for _ in 0..10 {
        fail(cooldown, ErrorKind::Connect);
        assert!(cooldown.permit().await.is_none());
        assert!(!is_waiting(cooldown.permit()));
    }
    assert!(start.elapsed() < SECOND * 200, "{:?}", start.elapsed());
}
