//! `digilocker revoke-all` and `digilocker report`.

mod crash;
mod input;
#[cfg(unix)]
mod interrupt;
mod journal;
mod outcomes;
mod shards;
mod support;
mod terminal;
mod trouble;
