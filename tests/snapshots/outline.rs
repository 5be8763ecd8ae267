//! Each public item of the generated code, one a line: what users can name.

use insta::assert_snapshot;
use xtask::outline::outline;

#[test]
fn of_the_client() {
    let source = include_str!("../../crates/digilocker-client/src/generated.rs");
    assert_snapshot!("client", outline(source).unwrap().join("\n"));
}

#[test]
fn of_the_mock() {
    let source = include_str!("../../crates/digilocker-mock/src/generated.rs");
    assert_snapshot!("mock", outline(source).unwrap().join("\n"));
}
