//! Sends mails through the operator's mail server (RFC 5321).

use std::str::FromStr as _;
use std::time::Duration;

use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::{self, PoolConfig};
use lettre::{Address, SmtpTransport, Transport as _};

use crate::core::delivery::Undelivered;
use crate::core::time::{Time, unix};

/// The steps of one sending, each of which may take the timeout: to connect, to greet, to protect the connection, to
/// sign in, sender, recipient, content, and a connection of the pool that turns out to be dead.
const STEPS: u32 = 16;

/// How the connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protection {
    /// By TLS, asked for after connecting (RFC 3207). A server that does not offer it gets no mail.
    StartTls,
    /// By TLS from the start (RFC 8314 section 3.3).
    Tls,
    /// Not at all.
    None,
}

/// Which mail server, and how to talk to it.
pub struct Settings<'a> {
    /// Its name or address.
    pub host: &'a str,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub protection: Protection,
    /// Name and password.
    pub credentials: Option<(&'a str, &'a str)>,
    /// The name that mails come from.
    pub from_name: Option<&'a str>,
    /// The address that mails come from.
    pub from_address: &'a str,
    /// How long one step may take.
    pub timeout: Duration,
    /// How many connections are held open at most.
    pub pool_size: usize,
}

/// A mail that is ready to be sent.
pub struct Envelope<'a> {
    /// Its identifier, by which a mail that comes twice is known.
    pub id: &'a str,
    /// To whom.
    pub to: &'a str,
    /// The subject line.
    pub subject: &'a str,
    /// As plain text.
    pub text: &'a str,
    /// As a page.
    pub html: Option<&'a str>,
    /// When it was written.
    pub date: Time,
}

/// Why mails cannot be sent with these settings.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The sender's address is one that mail servers do not take.
    #[error("mail.from is no address that mail can be sent from")]
    From,
    /// TLS.
    #[error("TLS to the mail server cannot be set up: {0}")]
    Tls(smtp::Error),
}

/// The connections to a mail server.
pub struct Smtp {
    transport: SmtpTransport,
    from: Mailbox,
    timeout: Duration,
}

impl std::fmt::Debug for Smtp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Smtp").finish_non_exhaustive()
    }
}

impl Smtp {
    /// Makes ready to send; connects to nothing yet.
    ///
    /// # Errors
    /// [`SetupError`].
    pub fn new(settings: &Settings<'_>) -> Result<Self, SetupError> {
        let address = Address::from_str(settings.from_address).map_err(|_| SetupError::From)?;
        let hello = ClientId::Domain(address.domain().to_owned());
        let parameters = || TlsParameters::new_rustls(settings.host.to_owned()).map_err(SetupError::Tls);
        let tls = match settings.protection {
            Protection::StartTls => Tls::Required(parameters()?),
            Protection::Tls => Tls::Wrapper(parameters()?),
            Protection::None => Tls::None,
        };
        let pool = u32::try_from(settings.pool_size).unwrap_or(u32::MAX);
        let mut builder = SmtpTransport::builder_dangerous(settings.host)
            .port(settings.port)
            .tls(tls)
            .timeout(Some(settings.timeout))
            .hello_name(hello)
            .pool_config(PoolConfig::new().min_idle(0).max_size(pool));
        if let Some((name, password)) = settings.credentials {
            builder = builder.credentials(Credentials::new(name.to_owned(), password.to_owned()));
        }
        let from = Mailbox::new(settings.from_name.map(str::to_owned), address);
        Ok(Self { transport: builder.build(), from, timeout: settings.timeout })
    }

    /// The longest that [`Smtp::send`] takes.
    pub fn longest(&self) -> Duration {
        self.timeout.saturating_mul(STEPS)
    }

    /// Sends a mail, and returns when the mail server has taken it.
    ///
    /// # Errors
    /// [`Undelivered`].
    pub fn send(&self, envelope: &Envelope<'_>) -> Result<(), Undelivered> {
        let message = compose(&self.from, envelope)?;
        self.transport.send(&message).map(|_| ()).map_err(|error| self.judged(cause(&error)))
    }

    /// A server that greets, or lets sign in, with a refusal for good (RFC 5321 section 3.1) has not seen the mail yet:
    /// it refuses whoever comes, until its owner or ours has mended something. Only one that can be talked to has
    /// refused the mail.
    fn judged(&self, cause: Undelivered) -> Undelivered {
        match cause {
            Undelivered::Never(why) if !matches!(self.transport.test_connection(), Ok(true)) => {
                Undelivered::Later(format!("{why}, and whoever else comes"))
            }
            cause => cause,
        }
    }
}

/// The mail as it is sent. Whatever a recipient's address or a subject holds, lettre makes one header of it.
fn compose(from: &Mailbox, envelope: &Envelope<'_>) -> Result<Message, Undelivered> {
    let to = Address::from_str(envelope.to).map_err(|_| Undelivered::Never("the address is none".to_owned()))?;
    let seconds = u64::try_from(unix(envelope.date)).unwrap_or(0);
    let builder = Message::builder()
        .from(from.clone())
        .to(Mailbox::new(None, to))
        .subject(envelope.subject)
        .date(std::time::SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))
        // The same each time, so that a mail that comes twice is known by it.
        .message_id(Some(format!("<{}@{}>", envelope.id, from.email.domain())))
        // Not to be answered by machines (RFC 3834 section 5).
        .raw_header(HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned()));
    let text = envelope.text.to_owned();
    let message = match envelope.html {
        Some(html) => builder.multipart(MultiPart::alternative_plain_html(text, html.to_owned())),
        None => builder.header(lettre::message::header::ContentType::TEXT_PLAIN).body(text),
    };
    message.map_err(|error| Undelivered::Never(format!("it cannot be written as a mail: {error}")))
}

/// What an error means. Of what the server said only the code is kept: the words often repeat the recipient's address.
fn cause(error: &smtp::Error) -> Undelivered {
    match error.status().map(u16::from) {
        // RFC 4954 section 6: about signing in, so about the settings and not about this mail.
        Some(code @ (530 | 534 | 535 | 538)) => Undelivered::Later(format!("the server refused to sign in ({code})")),
        Some(code) if error.is_permanent() => Undelivered::Never(format!("the server refused it for good ({code})")),
        Some(code) => Undelivered::Later(format!("the server refused it for now ({code})")),
        None if error.is_response() => Undelivered::Later("the server said what no mail server says".to_owned()),
        None => Undelivered::later(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn envelope() -> Envelope<'static> {
        Envelope {
            id: "abc-_1",
            to: "ada@example.com",
            subject: "A subject",
            text: "The text",
            html: Some("<p>The page</p>"),
            date: crate::core::time::from_unix(1_772_600_767).unwrap_or_default(),
        }
    }

    fn from() -> Mailbox {
        Mailbox::new(Some("Grantor".to_owned()), "no-reply@id.example.com".parse().unwrap())
    }

    fn written(envelope: &Envelope<'_>) -> String {
        String::from_utf8(compose(&from(), envelope).unwrap().formatted()).unwrap()
    }

    #[test]
    fn a_mail_has_both_parts_and_the_headers_that_say_what_it_is() {
        let mail = written(&envelope());
        for line in [
            "From: Grantor <no-reply@id.example.com>",
            "To: ada@example.com",
            "Subject: A subject",
            "Message-ID: <abc-_1@id.example.com>",
            "Date: Wed, 04 Mar 2026 05:06:07 +0000",
            "Auto-Submitted: auto-generated",
            "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8",
            "Content-Type: text/html; charset=utf-8",
            "The text",
            "<p>The page</p>",
        ] {
            assert!(mail.lines().any(|other| other == line), "{line}: {mail}");
        }
        assert!(mail.contains("Content-Type: multipart/alternative;"), "{mail}");
    }

    #[test]
    fn nothing_starts_a_header_of_its_own() {
        let hostile = "x\r\nBcc: eve@evil.example";
        let mail = written(&Envelope { subject: hostile, ..envelope() });
        let (head, _) = mail.split_once("\r\n\r\n").unwrap();
        assert!(!head.lines().any(|line| line.to_ascii_lowercase().starts_with("bcc")), "{head}");
        for to in
            [hostile, "ada@example.com\r\nRCPT TO:<eve@evil.example>", "ada@example.com, eve@evil.example", "ada", ""]
        {
            let refused = compose(&from(), &Envelope { to, ..envelope() }).unwrap_err();
            assert!(matches!(refused, Undelivered::Never(_)), "{to:?}");
        }
    }
}
