//! The blocking client.

use digilocker::Token;
use digilocker::blocking::Client;
use digilocker_mock::MockServerExt;
use httpmock::MockServer;

fn client(server: &MockServer) -> Client {
    Client::builder(server.base_url().parse().unwrap())
        .build()
        .unwrap()
}

fn token() -> Token {
    Token::new("2YotnFZFEjr1zCsicMWpAA").unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn calls_work_on_any_thread() {
    let server = MockServer::start_async().await;
    server.revoke_token(|_, then| {
        then.into_inner().status(200);
    });
    let client = client(&server);

    let cloned = client.clone();
    let call = tokio::task::spawn_blocking(move || cloned.revoke(token()).send());
    assert!(call.await.unwrap().is_ok());

    let (cloned, runtime) = (client.clone(), tokio::runtime::Handle::current());
    let thread = std::thread::spawn(move || {
        let _inside = runtime.enter();
        cloned.revoke(token()).send()
    });
    assert!(thread.join().unwrap().is_ok());

    // Discouraged in a task, but neither the call nor dropping the client may panic.
    assert!(client.revoke(token()).send().is_ok());
    let moved = tokio::spawn(async move {
        tokio::task::block_in_place(|| client.revoke(token()).send()).unwrap();
        drop(client);
    });
    moved.await.unwrap();
}
