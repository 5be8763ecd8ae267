//! Threads with a large stack. Most functions that process a document recurse for each level of nesting, including
//! the generator and the drop of its output.

use std::thread::{Builder, Scope, ScopedJoinHandle, scope};

/// Stack size in bytes. A document of the maximum depth, 128 levels, needs 4 to 8 MiB in a debug build; the default
/// is 2 MiB. Only the used part takes memory.
const STACK: usize = 64 << 20;

/// Runs `work` on a large stack.
///
/// # Panics
///
/// If `work` panics, or no thread can be spawned.
pub fn with_large_stack<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    scope(|scope| result(spawn(scope, work)))
}

/// Runs `here` on this thread and `there` on another one with a large stack, and waits for both.
///
/// # Panics
///
/// If either panics, or no thread can be spawned.
pub fn join<A, B: Send>(here: impl FnOnce() -> A, there: impl FnOnce() -> B + Send) -> (A, B) {
    scope(|scope| {
        let there = spawn(scope, there);
        (here(), result(there))
    })
}

/// Like `scope.spawn(work)`, with a large stack.
fn spawn<'scope, T: Send + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    work: impl FnOnce() -> T + Send + 'scope,
) -> ScopedJoinHandle<'scope, T> {
    let thread = Builder::new().stack_size(STACK);
    thread
        .spawn_scoped(scope, work)
        .unwrap_or_else(|error| panic!("cannot spawn a thread: {error}"))
}

/// Maps a few `items` in parallel, each on its thread. Results are in the order of `items`.
///
/// # Panics
///
/// If `work` panics, or no thread can be spawned.
pub fn map<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let work = &work;
    scope(|scope| {
        let threads: Vec<_> = items
            .iter()
            .map(|item| spawn(scope, move || work(item)))
            .collect();
        threads.into_iter().map(result).collect()
    })
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
    fn results_are_in_the_order_of_the_items() {
        assert_eq!(map(&[3, 1, 2], |item| item * 2), [6, 2, 4]);
    }

    #[test]
    fn deepest_accepted_document_does_not_overflow_the_stack() {
        let deep = "type: object, additionalProperties: {".repeat(120);
        let deep = format!("    Deep: {{{deep}type: string{}\n", "}".repeat(121));
        let text = testing::SPEC.replacen("  schemas:\n", &format!("  schemas:\n{deep}"), 1);
        let result = with_large_stack(|| {
            let project = testing::project();
            let source = Source::new("deep.yaml", &text);
            let spec = Spec::check(&project, source).map_err(|refused| refused.findings)?;
            codegen::each(&project, &spec, drop).map_err(|refused| refused.findings)
        });
        assert!(result.is_ok(), "{result:?}");
    }
}
