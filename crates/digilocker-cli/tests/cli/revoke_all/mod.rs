//! `digilocker revoke-all` and `digilocker report`.

mod bench;
mod crash;
mod input;
#[cfg(unix)]
mod interrupt;
mod io_failures;
mod journal;
mod kubernetes;
mod outcomes;
mod shards;
pub(crate) mod support;
mod terminal;
