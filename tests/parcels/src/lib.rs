//! A client that `cargo run -p parcels-tool` generates from `spec.yaml`, with other settings than DigiLocker's.

#[allow(
    clippy::pedantic,
    clippy::unwrap_used,
    clippy::use_self,
    clippy::allow_attributes_without_reason,
    missing_docs,
    missing_debug_implementations,
    unreachable_pub,
    reason = "generated code"
)]
#[rustfmt::skip]
mod generated;

pub use generated::*;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_built_with_setters() {
        let client = Client::new("http://localhost");
        let parcel = types::Parcel::builder()
            .name("A")
            .labels(["new".to_owned()]);
        let request = client.send_parcel().body(parcel);
        assert!(format!("{request:?}").contains("labels"));
    }
}
