//! Empty. The benchmarks are `main.rs`, run by `cargo bench -p benchmarks`.
