//! Threads with a stack for recursion: most functions that read a document call themselves for each level of its
//! nesting, the generator and the drop of what it made included.

use std::thread::{Builder, Scope, ScopedJoinHandle, scope};

/// In bytes; the system hands out what is used of it. The deepest documents that are read, 128 levels,
/// take a debug build 4 to 8 MiB: a thread has 2 by default.
const STACK: usize = 64 << 20;

/// Runs `work` on a large stack.
///
/// # Panics
///
/// If `work` does, or the system has no thread left.
pub fn with_large_stack<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    scope(|scope| result(spawn(scope, work)))
}

/// Runs `there`, on a large stack, while it runs `here`.
///
/// # Panics
///
/// If either does, or the system has no thread left.
pub fn join<A, B: Send>(here: impl FnOnce() -> A, there: impl FnOnce() -> B + Send) -> (A, B) {
    scope(|scope| {
        let there = spawn(scope, there);
        (here(), result(there))
    })
}

/// As `scope.spawn(work)`, on a large stack.
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

fn result<T>(thread: ScopedJoinHandle<'_, T>) -> T {
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
    use crate::testing;

    #[test]
    fn there_is_room_for_the_deepest_document_that_is_read() {
        let real = include_str!("testing/api.yaml");
        let deep = "type: object, additionalProperties: {".repeat(120);
        let deep = format!("    Deep: {{{deep}type: string{}\n", "}".repeat(121));
        let text = real.replacen("  schemas:\n", &format!("  schemas:\n{deep}"), 1);
        let made = with_large_stack(|| {
            let project = testing::project();
            let source = Source::new("deep.yaml", &text);
            let spec = Spec::check(&project, source).map_err(|no| no.findings)?;
            codegen::each(&project, &spec, drop).map_err(|no| no.findings)
        });
        assert!(made.is_ok(), "{made:?}");
    }
}
