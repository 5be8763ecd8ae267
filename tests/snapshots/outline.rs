//! The public items of the generated code, one per line.

use insta::assert_snapshot;
use spec_tools::outline::outline;

#[test]
fn client_outline() {
    let source = include_str!("../../crates/digilocker-client/src/generated.rs");
    assert_snapshot!("client", outline(source).unwrap().join("\n"));
}

#[test]
fn mock_outline() {
    let source = include_str!("../../crates/digilocker-mock/src/generated.rs");
    assert_snapshot!("mock", outline(source).unwrap().join("\n"));
}
