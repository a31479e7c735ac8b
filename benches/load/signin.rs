//! Signing in with a password: is there anything but the hash?

use std::rc::Rc;

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
