//! Cancellation: a call that is dropped at any await point leaves nothing behind.

use std::future::{Future, IntoFuture, poll_fn};
use std::pin::pin;
use std::task::Poll;

use digilocker::Token;
use integration_tests::failure_table::builder;
use integration_tests::raw_server::RawServer;
use integration_tests::{TOKEN, response};
use tokio::runtime::Handle;

/// Polls the call up to `times` times, then drops it. Returns whether it had completed.
async fn poll_and_drop(call: impl Future, times: usize) -> bool {
    let mut call = pin!(call);
    for _ in 0..times {
        let completed =
            poll_fn(|context| Poll::Ready(call.as_mut().poll(context).is_ready())).await;
        if completed {
            return true;
        }
        // Let the task of the connection run.
        tokio::task::yield_now().await;
    }
    false
}

#[tokio::test]
async fn call_can_be_dropped_at_any_await() {
    let server = RawServer::respond_with(response(200, &[], "{}")).await;
    let client = builder(&server.url()).build().unwrap();
    let mut completed = 0;
    for times in 0..10_000 {
        completed += usize::from(
            poll_and_drop(
                client.revoke(Token::new(TOKEN).unwrap()).into_future(),
                times,
            )
            .await,
        );
        // The client is still usable.
        client.revoke(Token::new(TOKEN).unwrap()).await.unwrap();
        if completed == 3 {
            return;
        }
    }
    panic!("no call completed within 10,000 polls");
}

#[tokio::test]
async fn dropped_client_leaves_no_task() {
    let server = RawServer::respond_with(response(200, &[], "{}")).await;
    let client = builder(&server.url()).build().unwrap();
    client.revoke(Token::new(TOKEN).unwrap()).await.unwrap();
    poll_and_drop(client.revoke(Token::new(TOKEN).unwrap()).into_future(), 3).await;
    drop(client);
    drop(server);
    for _ in 0..10_000 {
        if Handle::current().metrics().num_alive_tasks() == 0 {
            return;
        }
        tokio::task::yield_now().await;
        // Yielding alone does not run the I/O driver, which notices the closed socket.
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }
    panic!(
        "{} tasks are left",
        Handle::current().metrics().num_alive_tasks()
    );
}
