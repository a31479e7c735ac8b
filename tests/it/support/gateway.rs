//! A gateway for text messages on this machine that keeps what it is sent.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

/// A request as the gateway took it.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Method, path and version.
    pub line: String,
    /// The headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
}

impl Asked {
    /// The value of a header that is there once.
    pub fn header(&self, name: &str) -> &str {
        let found: Vec<&str> =
            self.headers.iter().filter(|(other, _)| other == name).map(|(_, value)| value.as_str()).collect();
        let [one] = found.as_slice() else { panic!("{name}: {self:?}") };
        one
    }
}

#[derive(Default)]
struct State {
    asked: Mutex<Vec<Asked>>,
    answer: Mutex<String>,
    stopped: AtomicBool,
}

/// The gateway; stopped with the test.
pub struct GatewayServer {
    /// Its address, without a trailing slash.
    pub url: String,
    port: u16,
    state: Arc<State>,
    thread: Option<JoinHandle<()>>,
}

impl GatewayServer {
    /// A gateway on a free port.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("the port's address").port();
        let state = Arc::new(State::default());
        *state.answer.lock().expect("the answer") = "202 Accepted\r\n".to_owned();
        let shared = Arc::clone(&state);
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if shared.stopped.load(Ordering::SeqCst) {
                    return;
                }
                let _ = answer(&stream.expect("a connection"), &shared);
            }
        });
        Self { url: format!("http://127.0.0.1:{port}"), port, state, thread: Some(thread) }
    }

    /// Answers so from now on: status, and headers each on a line.
    pub fn answer(&self, head: &str) {
        *self.state.answer.lock().expect("the answer") = format!("{head}\r\n");
    }

    /// The requests so far.
    pub fn asked(&self) -> Vec<Asked> {
        self.state.asked.lock().expect("the requests").clone()
    }
}

impl Drop for GatewayServer {
    fn drop(&mut self) {
        self.state.stopped.store(true, Ordering::SeqCst);
        drop(TcpStream::connect(("127.0.0.1", self.port)));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn answer(stream: &TcpStream, state: &State) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(20)))?;
    let mut reader = BufReader::new(stream);
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        match line.trim_end() {
            "" => break,
            line => lines.push(line.to_owned()),
        }
    }
    let headers: Vec<(String, String)> = lines
        .iter()
        .skip(1)
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let length = headers.iter().find(|(name, _)| name == "content-length").map_or("0", |(_, value)| value);
    let mut body = vec![0; length.parse().expect("a length")];
    reader.read_exact(&mut body)?;
    let body = String::from_utf8(body).expect("UTF-8");
    let line = lines.first().cloned().unwrap_or_default();
    state.asked.lock().expect("the requests").push(Asked { line, headers, body });
    let head = state.answer.lock().expect("the answer").clone();
    // A body without an end: whoever waited for it would wait long.
    let mut writer = stream;
    writer.write_all(format!("HTTP/1.1 {head}Content-Type: text/plain\r\nContent-Length: 1000000\r\n\r\nok").as_bytes())
}
