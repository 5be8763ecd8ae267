//! Turns panics into errors. The generator panics on some valid specs.
//!
//! Hand-written because the panic hook, which prints, is global to the process. It is replaced while any guard is
//! active, and panics of unguarded threads are forwarded to the previous hook.

use std::any::Any;
use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::sync::{Arc, Mutex, PoisonError};

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

type Hook = Box<dyn Fn(&PanicHookInfo<'_>) + Send + Sync>;

/// The hook that was replaced, and the number of active guards.
struct Replaced {
    hook: Option<Arc<Hook>>,
    guards: usize,
}

static REPLACED: Mutex<Replaced> = Mutex::new(Replaced {
    hook: None,
    guards: 0,
});

/// Runs `work`. A panic in it becomes an error, and nothing is printed.
///
/// Guards may be nested, and active in several threads.
///
/// # Errors
///
/// The first line of the panic's message.
pub fn catch<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    #[cfg(test)]
    let _shared =
        (!GUARDED.get()).then(|| tests::HOOK.read().unwrap_or_else(PoisonError::into_inner));
    guarded(work)
}

fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    install();
    let outer = GUARDED.replace(true);
    let result = panic::catch_unwind(AssertUnwindSafe(work));
    GUARDED.set(outer);
    uninstall();
    result.map_err(|payload| message(payload.as_ref()))
}

fn install() {
    let mut replaced = REPLACED.lock().unwrap_or_else(PoisonError::into_inner);
    if replaced.guards == 0 {
        let previous: Arc<Hook> = Arc::new(panic::take_hook());
        let others = Arc::clone(&previous);
        panic::set_hook(Box::new(move |info| {
            if !GUARDED.get() {
                others(info);
            }
        }));
        replaced.hook = Some(previous);
    }
    replaced.guards += 1;
}

fn uninstall() {
    let mut replaced = REPLACED.lock().unwrap_or_else(PoisonError::into_inner);
    replaced.guards -= 1;
    if replaced.guards == 0 {
        drop(panic::take_hook());
        if let Some(Ok(previous)) = replaced.hook.take().map(Arc::try_unwrap) {
            panic::set_hook(previous);
        }
    }
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
    use std::sync::RwLock;

    use super::*;

    #[test]
    fn a_panic_becomes_the_first_line_of_its_message() {
        assert_eq!(catch(|| 3), Ok(3));
        let error = catch::<()>(|| panic!("no {}\nand a dump", 4));
        assert_eq!(error, Err("no 4".to_owned()));
        assert_eq!(catch::<()>(|| panic!("plain")), Err("plain".to_owned()));
    }

    /// Locked exclusively by the test that replaces the hook.
    pub(super) static HOOK: RwLock<()> = RwLock::new(());

    thread_local! {
        static COUNT: Cell<usize> = const { Cell::new(0) };
    }

    #[test]
    fn hook_is_silent_while_guarded_and_restored_afterwards() {
        let _alone = HOOK.write().unwrap_or_else(PoisonError::into_inner);
        let usual = panic::take_hook();
        panic::set_hook(Box::new(|_| COUNT.set(COUNT.get() + 1)));
        let caught = guarded::<()>(|| {
            // Ends before the outer guard.
            std::thread::scope(|scope| {
                let other = scope.spawn(|| guarded::<()>(|| panic!("beside")));
                assert_eq!(other.join().ok(), Some(Err("beside".to_owned())));
            });
            let inner = guarded::<()>(|| panic!("nested"));
            assert_eq!(inner, Err("nested".to_owned()));
            panic!("outer")
        });
        let during = COUNT.get();
        let uncaught = panic::catch_unwind(|| panic!("unguarded"));
        panic::set_hook(usual);
        assert!(caught.is_err() && uncaught.is_err());
        assert_eq!((during, COUNT.get()), (0, 1));
    }
}
