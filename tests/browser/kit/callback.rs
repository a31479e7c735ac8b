//! An app that waits for its answer.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use url::Url;

/// A page of another origin, on the loopback interface. It ends with the process.
pub struct Callback {
    /// Its redirect URI, with the port.
    pub url: String,
    arrived: Receiver<Url>,
}

impl Callback {
    /// Starts to listen.
    pub fn start() -> Self {
        Self::on("127.0.0.1:0")
    }

    /// The same at another address of this machine.
    pub fn on(address: &str) -> Self {
        let listener = TcpListener::bind(address).expect("a port");
        let origin = format!("http://{}", listener.local_addr().expect("its address"));
        let (tell, arrived) = channel();
        let base = origin.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(mut stream) = stream else { continue };
                let mut line = String::new();
                if BufReader::new(&stream).read_line(&mut line).is_err() {
                    continue;
                }
                let path = line.split(' ').nth(1).unwrap_or("/");
                let body = "<!doctype html><title>App</title><link rel=icon href=data:,><p>You may close this window.";
                let head = "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\nconnection: close";
                let _ = write!(stream, "{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len());
                if path.starts_with("/callback")
                    && tell.send(Url::parse(&format!("{base}{path}")).expect("a URL")).is_err()
                {
                    return;
                }
            }
        });
        Self { url: format!("{origin}/callback"), arrived }
    }

    /// Its origin.
    pub fn origin(&self) -> String {
        self.url.trim_end_matches("/callback").to_owned()
    }

    /// A parameter of the next answer; fails after ten seconds without one.
    pub fn parameter(&self, name: &str) -> Option<String> {
        let url = self.arrived.recv_timeout(Duration::from_secs(10)).expect("nothing arrived at the app");
        url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }
}
