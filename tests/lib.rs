//! Contract tests, snapshots and faults, across all crates.
