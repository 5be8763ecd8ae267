//! Threads with a large stack. Most functions that process a document recurse for each level of nesting, including
//! the generator and the drop of its output.

use std::thread::{Builder, scope};

/// Stack size in bytes. A document of the maximum depth, 128 levels, needs 4 to 8 MiB in a debug build; the default
/// is 2 MiB. Only the used part takes memory.
const STACK: usize = 64 << 20;

/// Runs `work` on a large stack.
///
/// # Panics
///
/// If `work` panics, or no thread can be spawned.
pub fn with_large_stack<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    join(|| (), work).1
}

/// Runs `here` on this thread and `there` on another one with a large stack, and waits for both.
///
/// # Panics
///
/// If either panics, or no thread can be spawned.
pub fn join<A, B: Send>(here: impl FnOnce() -> A, there: impl FnOnce() -> B + Send) -> (A, B) {
    scope(|scope| {
        let thread = Builder::new().stack_size(STACK);
        let thread = thread
            .spawn_scoped(scope, there)
            .unwrap_or_else(|error| panic!("cannot spawn a thread: {error}"));
        let here = here();
        let there = thread.join();
        let there = there.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        (here, there)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codegen;
    use crate::source::Source;
    use crate::spec::Spec;
    use crate::testing;

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
