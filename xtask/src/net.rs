//! A net under code that panics on input: the generator does, on specs that are legal.

use std::any::Any;
use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Arc, Mutex, PoisonError};

thread_local! {
    static CAUGHT: Cell<bool> = const { Cell::new(false) };
}

/// One at a time: the panic hook belongs to the process.
static HOOK: Mutex<()> = Mutex::new(());

/// Runs `work`; a panic in it becomes an error with its message, and nothing is printed.
///
/// Panics of other threads are reported meanwhile as ever, and so are those of this one afterwards.
///
/// # Errors
///
/// The panic's message.
pub fn catch<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    let _one = HOOK.lock().unwrap_or_else(PoisonError::into_inner);
    catch_alone(work)
}

fn catch_alone<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    let previous = Arc::new(panic::take_hook());
    let others = Arc::clone(&previous);
    panic::set_hook(Box::new(move |info| {
        if !CAUGHT.get() {
            others(info);
        }
    }));
    CAUGHT.set(true);
    let result = panic::catch_unwind(AssertUnwindSafe(work));
    CAUGHT.set(false);
    drop(panic::take_hook());
    if let Ok(previous) = Arc::try_unwrap(previous) {
        panic::set_hook(previous);
    }
    result.map_err(|payload| message(payload.as_ref()))
}

fn message(payload: &(dyn Any + Send)) -> String {
    let text = payload
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| payload.downcast_ref::<&str>().copied())
        .unwrap_or("no reason given");
    // The first line says what; the rest is a dump of some structure.
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

    thread_local! {
        static SEEN: Cell<usize> = const { Cell::new(0) };
    }

    #[test]
    fn the_hook_hears_nothing_meanwhile_and_everything_afterwards() {
        let _one = HOOK.lock().unwrap_or_else(PoisonError::into_inner);
        let usual = panic::take_hook();
        panic::set_hook(Box::new(|_| SEEN.set(SEEN.get() + 1)));
        let caught = catch_alone::<()>(|| panic!("unheard"));
        let during = SEEN.get();
        let uncaught = panic::catch_unwind(|| panic!("heard"));
        panic::set_hook(usual);
        assert!(caught.is_err() && uncaught.is_err());
        assert_eq!((during, SEEN.get()), (0, 1));
    }
}
