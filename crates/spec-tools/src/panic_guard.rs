//! Turns panics into errors. The generator panics on some valid specs.
//!
//! The panic hook, which prints, is global to the process. The first guard replaces it by one that is silent in
//! guarded threads, and calls the previous hook in others.

use std::any::Any;
use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

static HOOK: Once = Once::new();

/// Runs `work`. A panic in it becomes an error, and nothing is printed.
///
/// Guards may be nested, and active in several threads.
///
/// # Errors
///
/// The first line of the panic's message.
pub fn catch<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    HOOK.call_once(|| {
        let previous = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !GUARDED.get() {
                previous(info);
            }
        }));
    });
    let outer = GUARDED.replace(true);
    let result = panic::catch_unwind(AssertUnwindSafe(work));
    GUARDED.set(outer);
    result.map_err(|payload| message(payload.as_ref()))
}

fn message(payload: &(dyn Any + Send)) -> String {
    let text = payload
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| payload.downcast_ref::<&str>().copied())
        .unwrap_or("panic without a message");
    // The other lines are `Debug` output.
    text.lines().next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_the_first_line_of_its_message() {
        assert_eq!(catch(|| 3), Ok(3));
        let error = catch::<()>(|| panic!("no {}\nand a dump", 4));
        assert_eq!(error, Err("no 4".to_owned()));
        assert_eq!(catch::<()>(|| panic!("plain")), Err("plain".to_owned()));
    }

    #[test]
    fn guards_are_nested_and_end() {
        let caught = catch::<()>(|| {
            assert_eq!(catch::<()>(|| panic!("inner")), Err("inner".to_owned()));
            assert!(GUARDED.get(), "the outer guard is active");
            panic!("outer")
        });
        assert_eq!(caught, Err("outer".to_owned()));
        assert!(!GUARDED.get());
    }
}
