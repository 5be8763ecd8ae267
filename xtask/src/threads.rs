//! Threads with room for recursion: most that read a document call themselves for each level of its
//! nesting, the generator and the drop of what it made included.

use std::thread::{Builder, Scope, ScopedJoinHandle, scope};

/// In bytes; the system hands out what is used of it. The deepest documents that are read, 128 levels,
/// take a debug build 4 to 8 MiB: a thread has 2 by default.
const STACK: usize = 64 << 20;

/// Does `work` with room.
///
/// # Panics
///
/// If `work` does, or the system has no thread left.
pub fn with_room<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    scope(|scope| join(spawn(scope, work)))
}

/// Does `there` with room while it does `here`.
///
/// # Panics
///
/// If either does, or the system has no thread left.
pub fn beside<A, B: Send>(here: impl FnOnce() -> A, there: impl FnOnce() -> B + Send) -> (A, B) {
    scope(|scope| {
        let there = spawn(scope, there);
        (here(), join(there))
    })
}

/// As `scope.spawn(work)`, with room.
///
/// # Panics
///
/// If the system has no thread left.
pub fn spawn<'scope, T: Send + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    work: impl FnOnce() -> T + Send + 'scope,
) -> ScopedJoinHandle<'scope, T> {
    let thread = Builder::new().stack_size(STACK);
    thread
        .spawn_scoped(scope, work)
        .unwrap_or_else(|error| panic!("there is no thread to be had: {error}"))
}

fn join<T>(thread: ScopedJoinHandle<'_, T>) -> T {
    thread
        .join()
        .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codegen;
    use crate::source::Source;
    use crate::spec::Spec;

    #[test]
    fn there_is_room_for_the_deepest_document_that_is_read() {
        let real = include_str!("../../spec/digilocker.yaml");
        let deep = "type: object, additionalProperties: {".repeat(120);
        let deep = format!("    Deep: {{{deep}type: string{}\n", "}".repeat(121));
        let text = real.replacen("  schemas:\n", &format!("  schemas:\n{deep}"), 1);
        let made = with_room(|| {
            let spec = Spec::check(Source::new("deep.yaml", &text)).map_err(|no| no.findings)?;
            codegen::each(&spec, drop).map_err(|no| no.findings)
        });
        assert!(made.is_ok(), "{made:?}");
    }
}
