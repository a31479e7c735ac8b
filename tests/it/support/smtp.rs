//! A mail server on this machine that keeps what it is sent.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// A mail as the server took it.
#[derive(Debug, Clone)]
pub struct Taken {
    /// The sender of the envelope.
    pub from: String,
    /// The recipients of the envelope.
    pub to: Vec<String>,
    /// Headers and content.
    pub data: String,
}

impl Taken {
    /// The headers, unfolded.
    pub fn headers(&self) -> Vec<String> {
        let (head, _) = self.data.split_once("\r\n\r\n").expect("a head");
        head.replace("\r\n ", " ").lines().map(str::to_owned).collect()
    }

    /// The value of a header that is there once.
    pub fn header(&self, name: &str) -> String {
        let start = format!("{}: ", name.to_ascii_lowercase());
        let found: Vec<String> = self
            .headers()
            .iter()
            .filter(|line| line.to_ascii_lowercase().starts_with(&start))
            .filter_map(|line| line.get(start.len()..).map(str::to_owned))
            .collect();
        let [one] = found.as_slice() else { panic!("{name}: {found:?}") };
        one.clone()
    }
}

type Hook = Box<dyn FnMut() + Send>;

#[derive(Default)]
struct State {
    taken: Mutex<Vec<Taken>>,
    commands: Mutex<Vec<String>>,
    /// What is answered to a command that starts so, instead of the usual.
    refusal: Mutex<Option<(&'static str, &'static str)>>,
    before_taking: Mutex<Option<Hook>>,
    stopped: AtomicBool,
}

/// The server; stopped with the test.
pub struct SmtpServer {
    /// Its port.
    pub port: u16,
    state: Arc<State>,
    thread: Option<JoinHandle<()>>,
}

impl SmtpServer {
    /// A server on a free port.
    pub fn start() -> Self {
        Self::on(TcpListener::bind("127.0.0.1:0").expect("a port"))
    }

    /// A server that listens here.
    pub fn on(listener: TcpListener) -> Self {
        let port = listener.local_addr().expect("the port's address").port();
        let state = Arc::new(State::default());
        let shared = Arc::clone(&state);
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if shared.stopped.load(Ordering::SeqCst) {
                    return;
                }
                let (stream, state) = (stream.expect("a connection"), Arc::clone(&shared));
                std::thread::spawn(move || {
                    let _ = converse(&stream, &state);
                });
            }
        });
        Self { port, state, thread: Some(thread) }
    }

    /// Answers commands that start with `command` with `reply` from now on.
    pub fn refuse(&self, command: &'static str, reply: &'static str) {
        *self.state.refusal.lock().expect("the refusal") = Some((command, reply));
    }

    /// Calls `hook` before each mail is taken, while its sender waits.
    pub fn before_taking(&self, hook: impl FnMut() + Send + 'static) {
        *self.state.before_taking.lock().expect("the hook") = Some(Box::new(hook));
    }

    /// The mails taken so far.
    pub fn taken(&self) -> Vec<Taken> {
        self.state.taken.lock().expect("the mails").clone()
    }

    /// The commands so far.
    pub fn commands(&self) -> Vec<String> {
        self.state.commands.lock().expect("the commands").clone()
    }
}

impl Drop for SmtpServer {
    fn drop(&mut self) {
        self.state.stopped.store(true, Ordering::SeqCst);
        drop(TcpStream::connect(("127.0.0.1", self.port)));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// One connection (RFC 5321), with AUTH PLAIN (RFC 4616) and without TLS.
fn converse(stream: &TcpStream, state: &State) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(20)))?;
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut writer = stream;
    writer.write_all(b"220 test\r\n")?;
    let (mut from, mut to) = (String::new(), Vec::new());
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let line = line.trim_end().to_owned();
        state.commands.lock().expect("the commands").push(plain(&line));
        let refusal = *state.refusal.lock().expect("the refusal");
        let reply = match refusal.filter(|(command, _)| line.starts_with(command)) {
            Some((_, reply)) => reply.to_owned(),
            None if line.starts_with("EHLO") => "250-test\r\n250 AUTH PLAIN".to_owned(),
            None if line.starts_with("AUTH") => "235 2.7.0 welcome".to_owned(),
            None if line.starts_with("MAIL FROM:") => {
                (from, to) = (address(&line), Vec::new());
                "250 2.1.0 ok".to_owned()
            }
            None if line.starts_with("RCPT TO:") => {
                to.push(address(&line));
                "250 2.1.5 ok".to_owned()
            }
            None if line == "DATA" => {
                writer.write_all(b"354 go on\r\n")?;
                let data = content(&mut reader)?;
                if let Some(hook) = state.before_taking.lock().expect("the hook").as_mut() {
                    hook();
                }
                state.taken.lock().expect("the mails").push(Taken { from: from.clone(), to: to.clone(), data });
                "250 2.0.0 taken".to_owned()
            }
            None if line == "QUIT" => {
                writer.write_all(b"221 bye\r\n")?;
                return Ok(());
            }
            None => "250 ok".to_owned(),
        };
        writer.write_all(format!("{reply}\r\n").as_bytes())?;
    }
}

/// A command, with name and password in the clear.
fn plain(line: &str) -> String {
    let Some(encoded) = line.strip_prefix("AUTH PLAIN ") else { return line.to_owned() };
    let decoded = STANDARD.decode(encoded).expect("base64");
    format!("AUTH PLAIN {}", String::from_utf8_lossy(&decoded).replace('\0', "|"))
}

fn address(line: &str) -> String {
    line.split(['<', '>']).nth(1).expect("an address in angle brackets").to_owned()
}

fn content(reader: &mut impl std::io::BufRead) -> std::io::Result<String> {
    let mut data = String::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        if line == ".\r\n" || line.is_empty() {
            return Ok(data);
        }
        data.push_str(line.strip_prefix('.').unwrap_or(&line));
    }
}
