//! A call that is dropped, wherever it stands, leaves nothing behind.

use std::future::{Future, IntoFuture, poll_fn};
use std::pin::pin;
use std::task::Poll;

use digilocker::Token;
use integration_tests::wire::Wire;
use integration_tests::{TOKEN, answer};
use tokio::runtime::Handle;

use crate::table::builder;

/// Polls the call up to `times` times, and drops it. Gives whether it had ended by then.
async fn begin(call: impl Future, times: usize) -> bool {
    let mut call = pin!(call);
    for _ in 0..times {
        let ended = poll_fn(|context| Poll::Ready(call.as_mut().poll(context).is_ready())).await;
        if ended {
            return true;
        }
        // Lets the connection's own task go on.
        tokio::task::yield_now().await;
    }
    false
}

#[tokio::test]
async fn a_call_can_be_dropped_at_any_await() {
    let wire = Wire::answer(answer(200, &[], "{}")).await;
    let client = builder(&wire.url()).build().unwrap();
    let mut ended = 0;
    for times in 0..10_000 {
        ended += usize::from(
            begin(
                client.revoke(Token::new(TOKEN).unwrap()).into_future(),
                times,
            )
            .await,
        );
        // The client is as good as before.
        client.revoke(Token::new(TOKEN).unwrap()).await.unwrap();
        if ended == 3 {
            return;
        }
    }
    panic!("no call ended within 10,000 polls");
}

#[tokio::test]
async fn a_dropped_client_leaves_no_task() {
    let wire = Wire::answer(answer(200, &[], "{}")).await;
    let client = builder(&wire.url()).build().unwrap();
    client.revoke(Token::new(TOKEN).unwrap()).await.unwrap();
    begin(client.revoke(Token::new(TOKEN).unwrap()).into_future(), 3).await;
    drop(client);
    drop(wire);
    for _ in 0..10_000 {
        if Handle::current().metrics().num_alive_tasks() == 0 {
            return;
        }
        tokio::task::yield_now().await;
        // A closed socket is noticed by the I/O driver, not by yielding alone.
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }
    panic!(
        "{} tasks are left",
        Handle::current().metrics().num_alive_tasks()
    );
}
