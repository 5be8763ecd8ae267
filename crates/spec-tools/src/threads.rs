//! Threads with a stack for recursion: most functions that read a document call themselves for each level of its
//! nesting, the generator and the drop of what it made included.

use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{Builder, Scope, ScopedJoinHandle, available_parallelism, scope};

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
fn spawn<'scope, T: Send + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    work: impl FnOnce() -> T + Send + 'scope,
) -> ScopedJoinHandle<'scope, T> {
    let thread = Builder::new().stack_size(STACK);
    thread
        .spawn_scoped(scope, work)
        .unwrap_or_else(|error| panic!("there is no thread to be had: {error}"))
}

/// What `work` makes of each of `items`, in their order: each idle processor takes the next one.
///
/// # Panics
///
/// If `work` does, or the system has no thread left.
pub fn map<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let run = || {
        let mut done = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(index) else {
                return done;
            };
            done.push((index, work(item)));
        }
    };
    let processors = available_parallelism().map_or(1, NonZero::get);
    let mut done = scope(|scope| {
        let others: Vec<_> = (1..processors.min(items.len()))
            .map(|_| spawn(scope, run))
            .collect();
        let mut done = run();
        done.extend(others.into_iter().flat_map(result));
        done
    });
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
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
        let items: Vec<u32> = (0..100).collect();
        assert_eq!(
            map(&items, |item| item * 2),
            (0..200).step_by(2).collect::<Vec<_>>()
        );
        assert_eq!(map(&[0_u32; 0], |item| *item), [0_u32; 0]);
    }

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
