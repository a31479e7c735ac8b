//! Signing in with a password: is there anything but the hash?

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use crate::client::{Connection, post};
use crate::drive::Work;
use crate::flows::{Fixed, unexpected};
use crate::prepare::{EMAIL, PASSWORD};
use crate::process::{Server, thread_cpu_nanos};

/// How many sign-ins there are on all connections together.
const SIGN_INS: usize = 64;

/// The sign-ins of each connection, a few only: counted are all from the first to the last, as a window cuts through
/// too many. None when the server does not serve them.
pub async fn works(server: &Server, connections: usize) -> Result<Option<Vec<Box<dyn Work>>>, String> {
    let body = format!("{{\"email\":\"{EMAIL}\",\"password\":\"{PASSWORD}\"}}");
    let request = post("/api/v1/login", "content-type: application/json\r\naccept: application/json\r\n", &body);
    let mut connection = Connection::open(server.address).await.map_err(|e| e.to_string())?;
    let answer = connection.exchange(&request).await.map_err(|e| e.to_string())?;
    match answer.status {
        200 => {
            let requests = Rc::new(vec![request]);
            let left = Some(SIGN_INS.div_ceil(connections));
            let work = || Fixed { requests: Rc::clone(&requests), next: 0, expected: "\"access_token\"", left };
            Ok(Some((0..connections).map(|_| Box::new(work()) as Box<dyn Work>).collect()))
        }
        404 => Ok(None),
        _ => Err(unexpected(&answer)),
    }
}

/// CPU microseconds of one verification at the default cost, with all cores at it as under load.
pub fn hash_micros() -> f64 {
    const EACH: u32 = 4;
    let hash = bcrypt::hash(PASSWORD, 12).expect("a hash");
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    let spent: Vec<u64> = std::thread::scope(|scope| {
        let one = || {
            let before = thread_cpu_nanos();
            for _ in 0..EACH {
                assert!(bcrypt::verify(PASSWORD, &hash).expect("a hash"));
            }
            thread_cpu_nanos() - before
        };
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(one)).collect();
        running.into_iter().map(|thread| thread.join().expect("a thread")).collect()
    });
    spent.iter().sum::<u64>() as f64 / 1000.0 / f64::from(EACH) / threads as f64
}

/// How many connections a flood has.
const FLOOD: usize = 96;
/// How long each waits after an answer.
const PAUSE: Duration = Duration::from_millis(20);

/// What a flood of sign-ins heard.
#[derive(Debug, Default, Clone, Copy)]
pub struct Heard {
    /// That the password was hashed: 401.
    pub hashed: u64,
    /// That the server is busy: 503 with `Retry-After`.
    pub busy: u64,
}

/// Floods the server with sign-ins of people who do not exist, until `stop`.
pub async fn flood(server: &Server, stop: Rc<Cell<bool>>) -> Result<Heard, String> {
    let mut tasks = Vec::new();
    for number in 0..FLOOD {
        let mut connection = Connection::open(server.address).await.map_err(|e| e.to_string())?;
        let stop = Rc::clone(&stop);
        tasks.push(tokio::task::spawn_local(async move {
            let mut heard = Heard::default();
            let mut turn = 0;
            while !stop.get() {
                let body = format!("{{\"email\":\"nobody{number}.{turn}@example.com\",\"password\":\"{PASSWORD}\"}}");
                let request = post("/api/v1/login", "content-type: application/json\r\n", &body);
                let answer = connection.exchange(&request).await.map_err(|e| e.to_string())?;
                match answer.status {
                    401 => heard.hashed += 1,
                    503 if answer.head.contains("retry-after") => heard.busy += 1,
                    _ => return Err(unexpected(&answer)),
                }
                turn += 1;
                tokio::time::sleep(PAUSE).await;
            }
            Ok(heard)
        }));
    }
    let mut all = Heard::default();
    for task in tasks {
        let heard = task.await.map_err(|e| e.to_string())??;
        (all.hashed, all.busy) = (all.hashed + heard.hashed, all.busy + heard.busy);
    }
    Ok(all)
}
