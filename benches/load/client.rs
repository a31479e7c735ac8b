//! The cheapest HTTP/1.1 client that can be trusted: keep-alive, `Content-Length` only, no copies that need not be.

use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// An answer, as long as it lies in its connection's buffer.
pub struct Answer<'a> {
    /// The status.
    pub status: u16,
    /// The header fields.
    pub head: &'a str,
    /// The body.
    pub body: &'a str,
}

impl<'a> Answer<'a> {
    /// What stands between `before` and the next quote in the body: enough for flat JSON without escapes.
    pub fn text(&self, before: &str) -> Option<&'a str> {
        between(self.body, before, &['"'])
    }

    /// A parameter of the redirect.
    pub fn redirect_parameter(&self, name: &str) -> Option<&'a str> {
        let location = header(self.head, "location")?;
        ["?", "&"].into_iter().find_map(|sign| between(location, &format!("{sign}{name}="), &['&', '#']))
    }
}

fn between<'a>(text: &'a str, before: &str, ends: &[char]) -> Option<&'a str> {
    let rest = &text[text.find(before)? + before.len()..];
    Some(&rest[..rest.find(ends).unwrap_or(rest.len())])
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().skip(1).find_map(|line| {
        let (known, value) = line.split_once(':')?;
        known.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

/// One connection, used for one request at a time.
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    /// Connects.
    pub async fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: vec![0; 64 * 1024] })
    }

    /// Sends a request and reads its answer.
    pub async fn exchange(&mut self, request: &[u8]) -> io::Result<Answer<'_>> {
        self.stream.write_all(request).await?;
        let (mut filled, mut whole) = (0, None);
        loop {
            let read = self.stream.read(&mut self.buffer[filled..]).await?;
            if read == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            filled += read;
            if whole.is_none() {
                whole = measure(&self.buffer[..filled])?;
            }
            if let Some((head, length)) = whole
                && filled >= head + length
            {
                let text = |bytes| std::str::from_utf8(bytes).map_err(io::Error::other);
                let (head, body) = (text(&self.buffer[..head])?, text(&self.buffer[head..head + length])?);
                let status = head.get(9..12).and_then(|digits| digits.parse().ok());
                return Ok(Answer { status: status.ok_or(io::ErrorKind::InvalidData)?, head, body });
            }
        }
    }
}

/// The lengths of head and body, once the head is there.
fn measure(bytes: &[u8]) -> io::Result<Option<(usize, usize)>> {
    let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else { return Ok(None) };
    let head = std::str::from_utf8(&bytes[..end]).map_err(io::Error::other)?;
    let length = header(head, "content-length").and_then(|text| text.parse().ok());
    Ok(Some((end + 4, length.ok_or_else(|| io::Error::other(format!("no content-length in {head}")))?)))
}

/// The bytes of a GET; `extra` are whole header lines.
pub fn get(path: &str, extra: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\n{extra}\r\n").into_bytes()
}

/// The bytes of a POST; `extra` are whole header lines.
pub fn post(path: &str, extra: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\n{extra}content-length: {length}\r\n\r\n{body}").into_bytes()
}
