//! Threads that give way to others.

use std::io;
use std::panic::resume_unwind;
use std::thread::{self, Builder};

/// How far the threads step back: 19 is the farthest there is, 0 where all others are.
#[cfg(target_os = "linux")]
const NICENESS: i32 = 15;

/// Runs `work` on a thread of its own that gives way to all others, and waits for it.
///
/// # Errors
/// When the thread cannot be started.
pub fn aside<T: Send>(work: impl FnOnce() -> T + Send) -> io::Result<T> {
    let stepping_back = || {
        step_back();
        work()
    };
    thread::scope(|scope| {
        let thread = Builder::new().name("grantor-aside".to_owned()).spawn_scoped(scope, stepping_back)?;
        Ok(thread.join().unwrap_or_else(|panic| resume_unwind(panic)))
    })
}

/// Takes only what nobody else wants of the processors, and leaves at once when somebody does; a nice thread keeps its
/// turn for milliseconds. Where everything is busy it hardly runs at all.
pub(super) fn stand_by() {
    #[cfg(target_os = "linux")]
    {
        use thread_priority::{NormalThreadSchedulePolicy, ThreadPriority, ThreadSchedulePolicy};
        let idle = ThreadSchedulePolicy::Normal(NormalThreadSchedulePolicy::Idle);
        let thread = thread_priority::thread_native_id();
        if let Err(error) = thread_priority::set_thread_priority_and_policy(thread, ThreadPriority::Min, idle) {
            log::warn!("event=thread outcome=not_idle error={:?}", error.to_string());
            step_back();
        }
    }
}

/// Gets few of the turns. On Linux niceness is a thread's own; where it is not, all threads stay equal.
pub(super) fn step_back() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::setpriority_process(Some(rustix::thread::gettid()), NICENESS) {
        log::warn!("event=thread outcome=not_nice error={:?}", error.to_string());
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn work_done_aside_gives_way_and_the_caller_does_not() {
        let niceness = || rustix::process::getpriority_process(Some(rustix::thread::gettid())).unwrap();
        let before = niceness();
        assert_eq!(aside(niceness).unwrap(), NICENESS);
        assert_eq!(niceness(), before);
    }

    #[test]
    fn a_thread_that_stands_by_is_scheduled_as_idle() {
        let policy = thread::spawn(|| {
            stand_by();
            thread_priority::unix::thread_schedule_policy().unwrap()
        });
        let idle = thread_priority::NormalThreadSchedulePolicy::Idle;
        assert_eq!(policy.join().unwrap(), thread_priority::ThreadSchedulePolicy::Normal(idle));
    }
}
