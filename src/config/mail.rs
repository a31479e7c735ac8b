//! `[mail]`

use std::time::Duration;

use email_address::{EmailAddress, Options};

use super::net::is_loopback_host;
use super::reader::{Reader, days, minutes};
use super::schema::MAIL_PASSWORD;
use super::secret::Secret;

/// How mails are sent.
#[derive(Debug, Clone)]
pub struct Mail {
    /// The mail server; `None` when nothing sends mails and they stay in the outbox.
    pub smtp: Option<Smtp>,
    /// How many connections are held open at most; as many mails are sent at once.
    pub pool_size: usize,
    /// How long it is tried to send a mail.
    pub give_up_after: Duration,
}

/// The mail server that takes all mails.
#[derive(Debug, Clone)]
pub struct Smtp {
    /// Its name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub security: Security,
    /// Who signs in to it with which password.
    pub credentials: Option<(String, Secret)>,
    /// Whom mails come from.
    pub from: Sender,
    /// How long one step of sending may take.
    pub timeout: Duration,
}

/// How a connection to a mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// By TLS, asked for after connecting (RFC 3207); never without.
    StartTls,
    /// By TLS from the start (RFC 8314 section 3.3).
    Tls,
    /// Not at all.
    None,
}

impl Security {
    /// The port that mail servers use for it.
    fn port(self) -> u16 {
        match self {
            Self::StartTls => 587,
            Self::Tls => 465,
            Self::None => 25,
        }
    }
}

/// Whom mails come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// The name that people see.
    pub name: Option<String>,
    /// The e-mail address.
    pub address: String,
}

impl Mail {
    /// How many threads send mails.
    #[must_use]
    pub fn threads(&self) -> usize {
        if self.smtp.is_some() { self.pool_size } else { 0 }
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let smtp = read_smtp(reader);
        let key = "mail.transport";
        let smtp = match reader.text(key) {
            "outbox" => None,
            "smtp" => {
                for key in ["mail.host", "mail.from"] {
                    if reader.text(key).is_empty() {
                        reader.report(key, "must be set because mail.transport is smtp".to_owned());
                    }
                }
                smtp
            }
            _ => {
                reader.refuse(key, "outbox or smtp");
                None
            }
        };
        Self {
            smtp,
            pool_size: reader.integer("mail.pool_size", 1..=16),
            give_up_after: reader.seconds("mail.give_up_after", minutes(1)..=days(7)),
        }
    }
}

/// Checked even when nothing sends mails, so that a mistake shows before it matters.
fn read_smtp(reader: &mut Reader<'_>) -> Option<Smtp> {
    let host = read_host(reader);
    let security = read_security(reader);
    let allow_insecure = reader.boolean("mail.allow_insecure");
    if security == Security::None && !allow_insecure && !host.is_empty() && !is_loopback_host(&host) {
        reader.refuse(
            "mail.security",
            "starttls or tls unless mail.host is localhost, 127.0.0.0/8 or ::1, or mail.allow_insecure is true",
        );
    }
    let port = match reader.integer("mail.port", 0..=u16::MAX) {
        0 => security.port(),
        set => set,
    };
    let credentials = read_credentials(reader);
    let timeout = reader.span("mail.timeout", Duration::from_secs(1)..=minutes(1));
    let from = read_from(reader)?;
    (!host.is_empty()).then_some(Smtp { host, port, security, credentials, from, timeout })
}

fn read_host(reader: &mut Reader<'_>) -> String {
    let key = "mail.host";
    let host = reader.text(key);
    let is_odd = |letter: char| letter.is_whitespace() || letter.is_control() || "/@[]".contains(letter);
    let is_address = host.parse::<std::net::IpAddr>().is_ok();
    if host.contains(is_odd) || (host.contains(':') && !is_address) {
        reader.refuse(key, "the name or IP address of a mail server, without a port");
    }
    host.to_owned()
}

fn read_security(reader: &mut Reader<'_>) -> Security {
    let key = "mail.security";
    match reader.text(key) {
        "starttls" => Security::StartTls,
        "tls" => Security::Tls,
        "none" => Security::None,
        _ => {
            reader.refuse(key, "starttls, tls or none");
            Security::StartTls
        }
    }
}

fn read_credentials(reader: &mut Reader<'_>) -> Option<(String, Secret)> {
    let username = reader.text("mail.username");
    let password = reader.text(MAIL_PASSWORD);
    match (username.is_empty(), password.is_empty()) {
        (true, true) => None,
        (false, false) => Some((username.to_owned(), Secret::new(password.to_owned()))),
        // A file that cannot be read is enough to say.
        (false, true) if reader.is_bad("mail.password_file") => None,
        (false, true) => {
            reader.report(MAIL_PASSWORD, "must be set because mail.username is".to_owned());
            None
        }
        (true, false) => {
            reader.report("mail.username", "must be set because mail.password is".to_owned());
            None
        }
    }
}

fn read_from(reader: &mut Reader<'_>) -> Option<Sender> {
    let key = "mail.from";
    let text = reader.text(key).trim();
    if text.is_empty() {
        return None;
    }
    let sender = parse_sender(text);
    if sender.is_none() {
        reader.refuse(key, "an e-mail address, or a name and an address such as Grantor <no-reply@example.com>");
    }
    sender
}

fn parse_sender(text: &str) -> Option<Sender> {
    let (name, address) = match text.split_once('<') {
        Some((name, rest)) => (name.trim().trim_matches('"').trim(), rest.strip_suffix('>')?),
        None => ("", text),
    };
    let options = Options::default().with_required_tld().without_domain_literal().without_display_text();
    EmailAddress::parse_with_options(address, options).ok()?;
    if name.contains(|letter: char| letter.is_control() || "<>\"@".contains(letter)) {
        return None;
    }
    Some(Sender { name: (!name.is_empty()).then(|| name.to_owned()), address: address.to_owned() })
}
