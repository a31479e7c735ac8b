//! A mail server on this machine that keeps what it is sent.

use std::io::{self, BufRead as _, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

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

/// How the server speaks TLS.
pub struct Tls {
    settings: Arc<ServerConfig>,
    from_the_start: bool,
    /// Its certificate, for those who are to trust it.
    pub certificate: String,
}

impl Tls {
    /// With a certificate for this name.
    pub fn named(name: &str, from_the_start: bool) -> Self {
        let made = rcgen::generate_simple_self_signed([name.to_owned()]).expect("a certificate");
        let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
        let settings = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions of TLS")
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key.into())
            .expect("the key fits");
        Self { settings: Arc::new(settings), from_the_start, certificate: made.cert.pem() }
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
    tls: Option<Tls>,
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

    /// A server on a free port that speaks TLS.
    pub fn with_tls(tls: Tls) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        Self::of(listener, State { tls: Some(tls), ..State::default() })
    }

    /// A server that listens here.
    pub fn on(listener: TcpListener) -> Self {
        Self::of(listener, State::default())
    }

    fn of(listener: TcpListener, state: State) -> Self {
        let port = listener.local_addr().expect("the port's address").port();
        let state = Arc::new(state);
        let shared = Arc::clone(&state);
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if shared.stopped.load(Ordering::SeqCst) {
                    return;
                }
                let (stream, state) = (stream.expect("a connection"), Arc::clone(&shared));
                std::thread::spawn(move || {
                    let _ = converse(stream, &state);
                });
            }
        });
        Self { port, state, thread: Some(thread) }
    }

    /// Answers commands that start with `command` with `reply` from now on; with none, the greeting is that too.
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

/// A connection, with or without TLS.
enum Wire {
    Plain(TcpStream),
    Protected(Box<StreamOwned<ServerConnection, TcpStream>>),
}

impl Wire {
    fn protected(self, tls: &Tls) -> Self {
        let Self::Plain(stream) = self else { return self };
        let connection = ServerConnection::new(Arc::clone(&tls.settings)).expect("a connection");
        Self::Protected(Box::new(StreamOwned::new(connection, stream)))
    }

    fn is_protected(&self) -> bool {
        matches!(self, Self::Protected(_))
    }
}

impl Read for Wire {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.read(buffer),
            Self::Protected(stream) => stream.read(buffer),
        }
    }
}

impl Write for Wire {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.write(bytes),
            Self::Protected(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(stream) => stream.flush(),
            Self::Protected(stream) => stream.flush(),
        }
    }
}

fn say(wire: &mut BufReader<Wire>, reply: &str) -> io::Result<()> {
    wire.get_mut().write_all(format!("{reply}\r\n").as_bytes())?;
    wire.get_mut().flush()
}

/// One connection (RFC 5321), with AUTH PLAIN (RFC 4616).
fn converse(stream: TcpStream, state: &State) -> io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(20)))?;
    let mut wire = Wire::Plain(stream);
    if let Some(tls) = state.tls.as_ref().filter(|tls| tls.from_the_start) {
        wire = wire.protected(tls);
    }
    let mut wire = BufReader::new(wire);
    // The refusal of every command is that of the greeting too.
    let greeting = state.refusal.lock().expect("the refusal").filter(|(command, _)| command.is_empty());
    say(&mut wire, greeting.map_or("220 test", |(_, reply)| reply))?;
    let (mut from, mut to) = (String::new(), Vec::new());
    loop {
        let mut line = String::new();
        if wire.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let line = line.trim_end().to_owned();
        state.commands.lock().expect("the commands").push(plain(&line));
        let refusal = *state.refusal.lock().expect("the refusal");
        let reply = match refusal.filter(|(command, _)| line.starts_with(command)) {
            Some((_, reply)) => reply.to_owned(),
            None if line.starts_with("EHLO") && state.tls.is_some() && !wire.get_ref().is_protected() => {
                "250-test\r\n250 STARTTLS".to_owned()
            }
            None if line == "STARTTLS" => {
                say(&mut wire, "220 go on")?;
                let tls = state.tls.as_ref().expect("it was offered");
                wire = BufReader::new(wire.into_inner().protected(tls));
                continue;
            }
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
                say(&mut wire, "354 go on")?;
                let data = content(&mut wire)?;
                if let Some(hook) = state.before_taking.lock().expect("the hook").as_mut() {
                    hook();
                }
                state.taken.lock().expect("the mails").push(Taken { from: from.clone(), to: to.clone(), data });
                "250 2.0.0 taken".to_owned()
            }
            None if line == "QUIT" => {
                return say(&mut wire, "221 bye");
            }
            None => "250 ok".to_owned(),
        };
        say(&mut wire, &reply)?;
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

fn content(reader: &mut BufReader<Wire>) -> io::Result<String> {
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
