//! The threads that hash passwords. They stand by while anything else wants the processors: a flood of sign-ins takes
//! only what is left. Whoever has waited long is served by one more thread that does get its turns.

use std::fmt;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel, sync_channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::Admission;
use super::aside::{stand_by, step_back};
use crate::core::password::{self, CostError};
use crate::core::random::Random;
use crate::core::secret::Plain;

type Job = Box<dyn FnOnce() + Send>;

/// How long a job waits for processors that others want. Far more than a hash takes on idle ones.
const PATIENCE: Duration = Duration::from_secs(2);
/// How many rounds of bcrypt, of some 50 microseconds each, are made without a pause.
const ROUNDS: u32 = 4;
/// How long the pause is, to which the kernel adds about as much.
const PAUSE: Duration = Duration::from_micros(60);

/// Hashes and verifies passwords, each call on a thread of its own kind; the caller waits.
pub struct Hasher {
    jobs: Sender<Job>,
    late_jobs: Sender<Job>,
    patience: Duration,
    cost: u32,
    random: Arc<dyn Random>,
    others: Arc<Admission>,
}

impl fmt::Debug for Hasher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hasher").field("cost", &self.cost).finish_non_exhaustive()
    }
}

impl Hasher {
    /// Starts `threads` threads, which end with it and make pauses for those who are in at `others`; new hashes are made
    /// at `cost`.
    ///
    /// # Errors
    /// When a thread cannot be started.
    pub(super) fn start(
        threads: usize,
        cost: u32,
        random: Arc<dyn Random>,
        others: Arc<Admission>,
    ) -> io::Result<Self> {
        let jobs = workers("grantor-hash", threads.max(1), stand_by)?;
        let late_jobs = workers("grantor-late", 1, step_back)?;
        Ok(Self { jobs, late_jobs, patience: PATIENCE, cost, random, others })
    }

    /// Whether `plain` is the password that `stored` was made from; compares with a hash that nothing was made from when
    /// there is none, and takes the same time for all that do not match.
    pub fn verify(&self, plain: &Plain, stored: Option<&str>) -> bool {
        let (plain, stored, cost) = (plain.clone(), stored.map(str::to_owned), self.cost);
        self.run(move |pause| {
            let against = stored.unwrap_or_else(|| password::dummy(cost));
            let right = password::verify(plain.expose(), &against, pause);
            if !right {
                password::spend_rest(&against, cost, pause);
            }
            right
        })
    }

    /// Hashes a password at the cost of the settings.
    ///
    /// # Errors
    /// When the settings' cost is none of bcrypt's.
    pub fn hash(&self, plain: &Plain) -> Result<String, CostError> {
        let (plain, cost, random) = (plain.clone(), self.cost, Arc::clone(&self.random));
        self.run(move |pause| password::hash(plain.expose(), cost, &*random, pause))
    }

    /// Hashes a text with a salt that is not random, so that it comes out the same again; none for what could be no
    /// password.
    pub fn hash_again(&self, plain: &Plain, salt: [u8; 16]) -> Option<String> {
        let (plain, cost) = (plain.clone(), self.cost);
        self.run(move |pause| password::hash_again(plain.expose(), cost, salt, pause))
    }

    /// Whether a hash was made at another cost and should be made again.
    pub fn is_outdated(&self, stored: &str) -> bool {
        password::needs_rehash(stored, self.cost)
    }

    fn run<T: Send + 'static>(&self, work: impl FnOnce(&mut dyn FnMut()) -> T + Send + Clone + 'static) -> T {
        let (reply, answer) = sync_channel(2);
        let answered = Arc::new(AtomicBool::new(false));
        let job = || -> Job {
            let (work, reply, answered) = (work.clone(), reply.clone(), Arc::clone(&answered));
            let mut pause = pauses(&self.others, || std::thread::sleep(PAUSE));
            Box::new(move || {
                // Whoever was served by the other thread left this behind.
                if !answered.load(Ordering::Acquire) {
                    let done = work(&mut pause);
                    answered.store(true, Ordering::Release);
                    drop(reply.send(done));
                }
            })
        };
        let sent = self.jobs.send(job()).is_ok();
        if sent && let Ok(done) = answer.recv_timeout(self.patience) {
            return done;
        }
        let sent = self.late_jobs.send(job()).is_ok() || sent;
        drop(reply);
        // Threads that are gone are no reason to keep people out.
        sent.then(|| answer.recv().ok()).flatten().unwrap_or_else(|| work(&mut || {}))
    }
}

/// What is called after each round: rests every few rounds while somebody is in.
fn pauses(others: &Arc<Admission>, mut rest: impl FnMut() + Send + 'static) -> impl FnMut() + Send + 'static {
    let (others, mut round) = (Arc::clone(others), 0_u32);
    move || {
        round = round.wrapping_add(1);
        if round.is_multiple_of(ROUNDS) && others.is_in_use() {
            rest();
        }
    }
}

/// Threads that do what is sent to them, until nobody can send any more.
fn workers(name: &str, threads: usize, begin: fn()) -> io::Result<Sender<Job>> {
    let (jobs, waiting) = channel::<Job>();
    let waiting = Arc::new(Mutex::new(waiting));
    for _ in 0..threads {
        let waiting = Arc::clone(&waiting);
        std::thread::Builder::new().name(name.to_owned()).spawn(move || {
            begin();
            work(&waiting);
        })?;
    }
    Ok(jobs)
}

fn work(waiting: &Mutex<Receiver<Job>>) {
    loop {
        let job = waiting.lock().unwrap_or_else(|e| e.into_inner()).recv();
        match job {
            // Whoever waits for the answer finds out; the thread has others to serve.
            Ok(job) => drop(catch_unwind(AssertUnwindSafe(job))),
            Err(_) => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use super::*;
    use crate::core::random::SystemRandom;

    fn start() -> Hasher {
        let others = Admission::new("database", 1, 0, Duration::ZERO);
        Hasher::start(1, 4, Arc::new(SystemRandom), Arc::new(others)).unwrap()
    }

    #[test]
    fn a_thread_outlives_a_job_that_panics() {
        let mut hasher = start();
        hasher.patience = Duration::from_millis(1);
        let broken = catch_unwind(AssertUnwindSafe(|| hasher.run(|_| -> () { panic!("on purpose") })));
        assert!(broken.is_err(), "who waits learns of it");
        hasher.patience = PATIENCE;
        assert_eq!(hasher.run(|_| name()).as_deref(), Some("grantor-hash"));
    }

    #[test]
    fn a_job_that_waits_too_long_is_done_by_the_thread_that_gets_its_turns() {
        let mut hasher = start();
        hasher.patience = Duration::ZERO;
        let (go, held) = channel::<()>();
        hasher.jobs.send(Box::new(move || assert!(held.recv().is_err()))).unwrap();
        assert_eq!(hasher.run(|_| name()).as_deref(), Some("grantor-late"));
        drop(go);
    }

    #[test]
    fn what_the_late_thread_has_answered_is_not_done_again() {
        let mut hasher = start();
        hasher.patience = Duration::ZERO;
        let (go, held) = channel::<()>();
        hasher.jobs.send(Box::new(move || assert!(held.recv().is_err()))).unwrap();
        let done = Arc::new(AtomicUsize::new(0));
        for _ in 0..10 {
            let done = Arc::clone(&done);
            hasher.run(move |_| done.fetch_add(1, Ordering::SeqCst));
        }
        drop(go);
        hasher.patience = PATIENCE;
        assert_eq!(hasher.run(|_| name()).as_deref(), Some("grantor-hash"), "all that waited before it is gone");
        assert_eq!(done.load(Ordering::SeqCst), 10);
    }

    #[test]
    fn hashing_pauses_while_others_are_in_and_only_then() {
        let others = Arc::new(Admission::new("database", 1, 0, Duration::ZERO));
        let rests = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&rests);
        let mut pause = pauses(&others, move || {
            count.fetch_add(1, Ordering::SeqCst);
        });
        (0..100).for_each(|_| pause());
        assert_eq!(rests.load(Ordering::SeqCst), 0);
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let inside = runtime.block_on(others.enter()).unwrap();
        (0..100).for_each(|_| pause());
        assert_eq!(rests.load(Ordering::SeqCst), 25);
        drop(inside);
        (0..100).for_each(|_| pause());
        assert_eq!(rests.load(Ordering::SeqCst), 25);
    }

    fn name() -> Option<String> {
        std::thread::current().name().map(str::to_owned)
    }
}
