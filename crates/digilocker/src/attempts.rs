//! The attempts of one call: the waits between them, and what is known of the token at their end.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use crate::deadline::after;
use crate::error::{Report, Stop};
use crate::pause::Pause;
use crate::retry::Budget;
use crate::{Error, RetryPolicy, Revoked, TokenState, trace};

/// What bounds the attempts of each call of a client.
#[derive(Debug)]
pub(crate) struct Limits {
    pub(crate) attempt_timeout: Duration,
    pub(crate) retry: RetryPolicy,
    pub(crate) budget: Budget,
}

/// Makes attempts until one succeeds, none would help, or none is allowed. `send` is given the
/// attempt's number and the time at which it must have ended.
pub(crate) async fn attempts<A>(
    limits: &Limits,
    deadline: Instant,
    pause: Option<&Pause>,
    send: impl Fn(u32, Instant) -> A,
) -> Result<Revoked, Error>
where
    A: Future<Output = Result<Revoked, Report>>,
{
    // Hardly a call needs them: boxed, they take no room in the future of the others.
    let mut waits = None;
    let mut known: Option<TokenState> = None;
    let mut attempt = 0_u32;
    loop {
        attempt = attempt.saturating_add(1);
        let until = after(Instant::now(), limits.attempt_timeout).min(deadline);
        let mut report = match send(attempt, until).await {
            Ok(revoked) => {
                trace::succeeded(&revoked);
                limits.budget.earn();
                return Ok(revoked);
            }
            Err(report) => report,
        };

        report.attempts = attempt;
        report.state = known.map_or(report.state, |known| known.then(report.state));
        known = Some(report.state);
        if let (Some(pause), Some(wait)) = (pause, report.retry_after) {
            pause.ask(wait);
        }
        let waits = waits.get_or_insert_with(|| Box::new(limits.retry.waits()));
        let next = next(limits, &report, waits, pause, deadline);
        report.stop = next.err().flatten();
        trace::failed(&report);
        match next {
            Ok(at) => sleep_until(at).await,
            Err(_) => return Err(report.into()),
        }
    }
}

/// When the next attempt begins, or why there is none: for no reason of its own if none would help.
fn next(
    limits: &Limits,
    report: &Report,
    mut waits: impl Iterator<Item = Duration>,
    pause: Option<&Pause>,
    deadline: Instant,
) -> Result<Instant, Option<Stop>> {
    if !report.retryable {
        return Err(None);
    }
    let wait = waits.next().ok_or(Stop::Attempts)?;
    // Jitter on top of the server's own time, or all that were turned away return at once.
    let now = Instant::now();
    let own = after(now, report.retry_after.unwrap_or_default());
    let all = pause.and_then(Pause::until).unwrap_or(now);
    let at = after(own.max(all), wait);
    if own >= deadline && report.retry_after.is_some() {
        return Err(Some(Stop::Asked));
    }
    if at >= deadline {
        return Err(Some(Stop::Deadline));
    }
    if !limits.budget.spend() {
        return Err(Some(Stop::Budget));
    }
    Ok(at)
}

#[cfg(test)]
mod tests {
    use std::cell::{Cell, RefCell};

    use http::StatusCode;

    use super::*;
    use crate::ErrorKind;
    use crate::answer::Receipt;

    const UNAVAILABLE: fn() -> Report =
        || Report::new(ErrorKind::Unavailable, TokenState::Live, true);
    const LOST: fn() -> Report = || Report::new(ErrorKind::Protocol, TokenState::Unknown, true);
    const REFUSED: fn() -> Report =
        || Report::new(ErrorKind::Unauthorized, TokenState::Live, false);
    const GONE: fn() -> Report =
        || Report::new(ErrorKind::InvalidToken, TokenState::NotRecognised, false);

    fn limits(policy: RetryPolicy) -> Limits {
        Limits {
            attempt_timeout: Duration::from_secs(10),
            budget: policy.new_budget(),
            retry: policy,
        }
    }

    fn revoked(attempt: u32) -> Revoked {
        Revoked::new(Receipt::default(), attempt, StatusCode::OK)
    }

    /// What a run of attempts came to: its result, and when each attempt began, in milliseconds.
    struct Run {
        result: Result<Revoked, Error>,
        began: Vec<u128>,
    }

    /// Runs attempts that fail as `failures` say, one after the other, and then succeed.
    async fn run(limits: &Limits, timeout: Duration, failures: &[&dyn Fn() -> Report]) -> Run {
        let start = Instant::now();
        let began = RefCell::new(Vec::new());
        let result = attempts(limits, after(start, timeout), None, |attempt, _| {
            began.borrow_mut().push(start.elapsed().as_millis());
            std::future::ready(match failures.get(attempt as usize - 1) {
                Some(failure) => Err(failure()),
                None => Ok(revoked(attempt)),
            })
        })
        .await;
        Run {
            result,
            began: began.into_inner(),
        }
    }

    const MINUTE: Duration = Duration::from_secs(60);

    #[tokio::test(start_paused = true)]
    async fn what_can_be_mended_is_repeated_after_a_jittered_wait() {
        let limits = limits(RetryPolicy::default());
        let run = run(&limits, MINUTE, &[&UNAVAILABLE, &UNAVAILABLE]).await;
        assert_eq!(run.result.unwrap().attempts(), 3);
        let [0, second, third] = run.began[..] else {
            panic!("{:?}", run.began)
        };
        assert!((100..=201).contains(&second), "{second}");
        assert!((200..=401).contains(&(third - second)), "{third}");
    }

    #[tokio::test(start_paused = true)]
    async fn what_cannot_be_mended_is_not_repeated() {
        let run = run(&limits(RetryPolicy::default()), MINUTE, &[&REFUSED]).await;
        let error = run.result.unwrap_err();
        assert_eq!(
            (error.kind(), error.attempts()),
            (ErrorKind::Unauthorized, 1)
        );
        assert_eq!(run.began, [0]);
    }

    #[tokio::test(start_paused = true)]
    async fn the_last_attempt_is_the_policys() {
        let limits = limits(RetryPolicy::default().max_attempts(2));
        let run = run(&limits, MINUTE, &[&UNAVAILABLE, &UNAVAILABLE, &UNAVAILABLE]).await;
        let error = run.result.unwrap_err();
        assert_eq!(error.attempts(), 2);
        assert!(error.is_retryable());
        assert_eq!(
            error.to_string(),
            "the server is unavailable; after 2 attempts, the token was not revoked"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn the_servers_time_comes_first_and_jitter_on_top() {
        let asked = || {
            let mut report = UNAVAILABLE();
            report.retry_after = Some(Duration::from_secs(7));
            report
        };
        let run = run(&limits(RetryPolicy::default()), MINUTE, &[&asked]).await;
        assert_eq!(run.result.unwrap().attempts(), 2);
        let [0, second] = run.began[..] else {
            panic!("{:?}", run.began)
        };
        assert!((7_100..=7_201).contains(&second), "{second}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_wait_past_the_deadline_is_not_begun() {
        let asked = || {
            let mut report = UNAVAILABLE();
            report.retry_after = Some(Duration::from_secs(60));
            report
        };
        let start = Instant::now();
        let run = run(&limits(RetryPolicy::default()), MINUTE, &[&asked]).await;
        assert_eq!(start.elapsed(), Duration::ZERO);
        let error = run.result.unwrap_err();
        assert_eq!(error.retry_after(), Some(MINUTE));
        assert_eq!(
            error.to_string(),
            "the server is unavailable; after 1 attempt, the token was not revoked; \
             the server asks to wait 60 s, which is past this call's deadline"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn the_server_is_not_blamed_for_our_own_wait() {
        let asked = || {
            let mut report = UNAVAILABLE();
            report.retry_after = Some(Duration::ZERO);
            report
        };
        let run = run(
            &limits(RetryPolicy::default()),
            Duration::from_millis(50),
            &[&asked],
        )
        .await;
        assert_eq!(
            run.result.unwrap_err().to_string(),
            "the server is unavailable; after 1 attempt, the token was not revoked; \
             no time was left for a further attempt"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn an_attempt_is_told_the_nearer_of_its_own_and_the_calls_end() {
        let limits = limits(RetryPolicy::none());
        for (timeout, expected) in [(MINUTE, 10), (Duration::from_secs(3), 3)] {
            let start = Instant::now();
            let until = Cell::new(None);
            let _ = attempts(&limits, start + timeout, None, |attempt, end| {
                until.set(Some(end));
                std::future::ready(Ok(revoked(attempt)))
            })
            .await;
            assert_eq!(until.get(), Some(start + Duration::from_secs(expected)));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn an_outage_spends_the_budget_of_all_and_then_each_call_is_one_attempt() {
        let limits = limits(RetryPolicy::default().budget(3));
        let failures: [&dyn Fn() -> Report; 3] = [&UNAVAILABLE, &UNAVAILABLE, &UNAVAILABLE];
        let mut attempts = Vec::new();
        for _ in 0..4 {
            let error = run(&limits, MINUTE, &failures).await.result.unwrap_err();
            attempts.push(error.attempts());
        }
        assert_eq!(attempts, [3, 2, 1, 1]);
        let error = run(&limits, MINUTE, &failures).await.result.unwrap_err();
        assert!(
            error.to_string().ends_with("; the retry budget is spent"),
            "{error}"
        );

        // Ten calls that succeed pay for one retry.
        for _ in 0..10 {
            run(&limits, MINUTE, &[]).await.result.unwrap();
        }
        assert_eq!(
            run(&limits, MINUTE, &failures)
                .await
                .result
                .unwrap_err()
                .attempts(),
            2
        );
    }

    #[tokio::test(start_paused = true)]
    async fn the_token_state_is_that_of_all_attempts() {
        #[track_caller]
        fn check(run: Run, kind: ErrorKind, state: TokenState) {
            let error = run.result.unwrap_err();
            assert_eq!((error.kind(), error.token_state()), (kind, state));
        }
        let limits = limits(RetryPolicy::default());
        // The retry after a lost success finds no valid token: that is what a success looks like.
        check(
            run(&limits, MINUTE, &[&LOST, &GONE]).await,
            ErrorKind::InvalidToken,
            TokenState::NotRecognised,
        );
        check(
            run(&limits, MINUTE, &[&LOST, &REFUSED]).await,
            ErrorKind::Unauthorized,
            TokenState::Unknown,
        );
        check(
            run(&limits, MINUTE, &[&UNAVAILABLE, &REFUSED]).await,
            ErrorKind::Unauthorized,
            TokenState::Live,
        );
        check(
            run(&limits, MINUTE, &[&LOST, &UNAVAILABLE, &UNAVAILABLE]).await,
            ErrorKind::Unavailable,
            TokenState::Unknown,
        );
    }

    #[tokio::test(start_paused = true)]
    async fn no_timeout_is_too_long() {
        let run = run(
            &limits(RetryPolicy::default()),
            Duration::MAX,
            &[&UNAVAILABLE],
        )
        .await;
        assert_eq!(run.result.unwrap().attempts(), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn what_one_call_is_asked_all_that_share_the_pause_wait_for() {
        let limits = limits(RetryPolicy::default());
        let pause = Pause::new(MINUTE);
        let start = Instant::now();
        let began = RefCell::new(Vec::new());
        let call = |name, asked: Option<Duration>| {
            let (began, pause, limits) = (&began, &pause, &limits);
            attempts(limits, start + MINUTE, Some(pause), move |attempt, _| {
                began.borrow_mut().push((name, start.elapsed().as_secs()));
                std::future::ready(if attempt == 1 {
                    let mut report = UNAVAILABLE();
                    report.retry_after = asked;
                    Err(report)
                } else {
                    Ok(revoked(attempt))
                })
            })
        };
        let asked = call("asked", Some(Duration::from_secs(7)));
        let (asked, other) = tokio::join!(asked, call("other", None));
        assert_eq!(
            (asked.unwrap().attempts(), other.unwrap().attempts()),
            (2, 2)
        );
        let mut began = began.into_inner();
        began.sort_unstable();
        assert_eq!(
            began,
            [("asked", 0), ("asked", 7), ("other", 0), ("other", 7)]
        );
        assert_eq!(pause.until(), None);
    }
}
