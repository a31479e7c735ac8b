//! The load: connections in closed loops on one thread, a warm-up, a window in which all is counted.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;

use crate::client::{Answer, Connection};
use crate::process::Server;

/// What one connection does, again and again.
pub trait Work {
    /// Puts the next request in `out`, which is empty; false when there is nothing left to do.
    fn request(&mut self, out: &mut Vec<u8>) -> bool;

    /// Takes the answer; whether a unit that counts is done. An `Err` ends the run.
    fn answer(&mut self, answer: &Answer<'_>) -> Result<bool, String>;
}

/// What came of a window.
pub struct Measured {
    /// Units done.
    pub units: u64,
    /// How long the window was, in seconds.
    pub seconds: f64,
    /// How long units took, in microseconds.
    pub times: Histogram<u64>,
    /// CPU microseconds a unit: of the server, of the database's own processes.
    pub cpu: [f64; 2],
    /// The most resident memory seen, in KiB: all of it, and what is the process's alone.
    pub memory: [u64; 2],
}

impl Measured {
    /// Units a second.
    pub fn rate(&self) -> f64 {
        self.units as f64 / self.seconds
    }

    /// CPU microseconds a unit, of all processes.
    pub fn cpu_total(&self) -> f64 {
        self.cpu.iter().sum()
    }

    /// A quantile of the times, in milliseconds.
    pub fn millis(&self, quantile: f64) -> f64 {
        self.times.value_at_quantile(quantile) as f64 / 1000.0
    }
}

struct Shared {
    recording: Cell<bool>,
    stop: Cell<bool>,
    running: Cell<usize>,
    units: Cell<u64>,
    times: RefCell<Histogram<u64>>,
    error: RefCell<Option<String>>,
}

/// Drives each work over its own connection: `warm_up` unmeasured, then `seconds` measured, or until nothing is left.
pub async fn drive(server: &Server, works: Vec<Box<dyn Work>>, warm_up: f64, seconds: f64) -> Result<Measured, String> {
    let shared = Rc::new(Shared {
        recording: Cell::new(false),
        stop: Cell::new(false),
        running: Cell::new(works.len()),
        units: Cell::new(0),
        times: RefCell::new(Histogram::new_with_bounds(1, 60_000_000, 3).expect("a histogram")),
        error: RefCell::new(None),
    });
    let mut tasks = Vec::new();
    for work in works {
        let connection = Connection::open(server.address).await.map_err(|e| e.to_string())?;
        let shared = Rc::clone(&shared);
        tasks.push(tokio::task::spawn_local(async move {
            if let Err(why) = repeat(connection, work, &shared).await {
                shared.error.borrow_mut().get_or_insert(why);
            }
            shared.running.set(shared.running.get() - 1);
        }));
    }
    tokio::time::sleep(Duration::from_secs_f64(warm_up)).await;
    let before = server.cpu();
    shared.recording.set(true);
    let begun = Instant::now();
    let mut memory = [0; 2];
    while begun.elapsed().as_secs_f64() < seconds && shared.running.get() > 0 && shared.error.borrow().is_none() {
        let left = seconds - begun.elapsed().as_secs_f64();
        tokio::time::sleep(Duration::from_secs_f64(left.clamp(0.0, 0.02))).await;
        for (most, now) in memory.iter_mut().zip(server.memory()) {
            *most = now.max(*most);
        }
    }
    shared.recording.set(false);
    let (seconds, after) = (begun.elapsed().as_secs_f64(), server.cpu());
    shared.stop.set(true);
    for task in tasks {
        task.await.map_err(|e| e.to_string())?;
    }
    if let Some(why) = shared.error.take() {
        return Err(why);
    }
    let units = shared.units.get();
    if units == 0 {
        return Err("nothing was done in time".to_owned());
    }
    let cpu = [0, 1].map(|at| after[at].saturating_sub(before[at]) as f64 / units as f64);
    Ok(Measured { units, seconds, times: shared.times.borrow().clone(), cpu, memory })
}

async fn repeat(mut connection: Connection, mut work: Box<dyn Work>, shared: &Shared) -> Result<(), String> {
    let mut request = Vec::with_capacity(2048);
    let mut begun = Instant::now();
    while !shared.stop.get() {
        request.clear();
        if !work.request(&mut request) {
            break;
        }
        let answer = connection.exchange(&request).await.map_err(|e| e.to_string())?;
        if !work.answer(&answer)? {
            continue;
        }
        let now = Instant::now();
        if shared.recording.get() {
            shared.units.set(shared.units.get() + 1);
            let micros = u64::try_from((now - begun).as_micros()).unwrap_or(u64::MAX);
            shared.times.borrow_mut().saturating_record(micros);
        }
        begun = now;
    }
    Ok(())
}
