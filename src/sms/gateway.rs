//! Sends text messages through the operator's gateway: one HTTP request each.

use std::sync::Arc;
use std::time::Duration;

use rustls::crypto::aws_lc_rs::default_provider;
use ureq::http::header::CONTENT_TYPE;
use ureq::http::{HeaderName, HeaderValue, Request};
use ureq::tls::{Certificate, RootCerts, TlsConfig};
use ureq::{Agent, http};

use crate::core::delivery::Undelivered;

/// How the body of a request is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `application/json`
    Json,
    /// `application/x-www-form-urlencoded`
    Form,
}

/// Which gateway, and how to talk to it.
pub struct Settings<'a> {
    /// Where messages go.
    pub url: &'a str,
    /// The method.
    pub method: &'a str,
    /// Headers; `{secret}` in a value stands for the secret.
    pub headers: &'a [(String, String)],
    /// How the body is written.
    pub format: Format,
    /// The body, with `{to}`, `{text}` and `{secret}`.
    pub body: &'a str,
    /// What stands for `{secret}`.
    pub secret: &'a str,
    /// How long the request may take.
    pub timeout: Duration,
}

/// Why text messages cannot be sent with these settings.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// No request can be made of them.
    #[error("no request to the gateway can be made of the settings in [sms]")]
    Request,
    /// The certificates of this machine.
    #[error("this machine has no certificates to know the gateway by")]
    Certificates,
}

/// A service that takes text messages by HTTP.
pub struct Gateway {
    agent: Agent,
    head: http::request::Parts,
    format: Format,
    body: String,
    secret: String,
    timeout: Duration,
}

impl std::fmt::Debug for Gateway {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Gateway").finish_non_exhaustive()
    }
}

impl Gateway {
    /// Makes ready to send; connects to nothing yet.
    ///
    /// # Errors
    /// [`SetupError`].
    pub fn new(settings: &Settings<'_>) -> Result<Self, SetupError> {
        let tls = TlsConfig::builder()
            .unversioned_rustls_crypto_provider(Arc::new(default_provider()))
            .root_certs(RootCerts::from(certificates(settings.url)?))
            .build();
        let agent = Agent::config_builder()
            .tls_config(tls)
            .timeout_global(Some(settings.timeout))
            // A redirect could lead the message and the secret anywhere.
            .max_redirects(0)
            .http_status_as_error(false)
            // The settings say where messages go, and the environment does not.
            .proxy(None)
            .user_agent("grantor")
            .build()
            .new_agent();
        Ok(Self {
            agent,
            head: head(settings).ok_or(SetupError::Request)?,
            format: settings.format,
            body: settings.body.to_owned(),
            secret: settings.secret.to_owned(),
            timeout: settings.timeout,
        })
    }

    /// The longest that [`Gateway::send`] takes.
    pub fn longest(&self) -> Duration {
        self.timeout
    }

    /// Sends a text message, and returns when the gateway has taken it: answered with 2xx. Of the answer nothing but
    /// the status is read.
    ///
    /// # Errors
    /// [`Undelivered`].
    pub fn send(&self, to: &str, text: &str) -> Result<(), Undelivered> {
        let body = fill(&self.body, |name| self.value(name, to, text));
        let request = Request::from_parts(self.head.clone(), body.into_bytes());
        let response = self.agent.run(request).map_err(Undelivered::later)?;
        match response.status().as_u16() {
            200..=299 => Ok(()),
            // It is the message that is wrong: another time it is as wrong.
            code @ (400 | 413 | 422) => Err(Undelivered::Never(format!("the gateway refused it for good ({code})"))),
            code => Err(Undelivered::Later(format!("the gateway refused it for now ({code})"))),
        }
    }

    fn value(&self, name: &str, to: &str, text: &str) -> Option<String> {
        let value = match name {
            "to" => to,
            "text" => text,
            "secret" => &self.secret,
            _ => return None,
        };
        Some(match self.format {
            Format::Json => {
                let quoted = serde_json::Value::from(value).to_string();
                quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or_default().to_owned()
            }
            Format::Form => url::form_urlencoded::byte_serialize(value.as_bytes()).collect(),
        })
    }
}

fn head(settings: &Settings<'_>) -> Option<http::request::Parts> {
    let kind = match settings.format {
        Format::Json => "application/json",
        Format::Form => "application/x-www-form-urlencoded",
    };
    let request = Request::builder().method(settings.method).uri(settings.url).header(CONTENT_TYPE, kind);
    let (mut head, ()) = request.body(()).ok()?.into_parts();
    for (name, value) in settings.headers {
        let value = fill(value, |name| (name == "secret").then(|| settings.secret.to_owned()));
        let mut value = HeaderValue::from_str(&value).ok()?;
        value.set_sensitive(true);
        head.headers.append(HeaderName::from_bytes(name.as_bytes()).ok()?, value);
    }
    Some(head)
}

/// Puts values in the place of `{name}`, once: a value that holds `{name}` itself stays as it is.
fn fill(template: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let mut filled = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let known = after.split_once('}').and_then(|(name, tail)| value(name).map(|value| (value, tail)));
        rest = match known {
            Some((value, tail)) => {
                filled.push_str(&value);
                tail
            }
            None => {
                filled.push('{');
                after
            }
        };
    }
    filled.push_str(rest);
    filled
}

/// The certificates that this machine trusts; none are needed for a gateway on it.
fn certificates(url: &str) -> Result<Vec<Certificate<'static>>, SetupError> {
    if !url.starts_with("https://") {
        return Ok(Vec::new());
    }
    let found = rustls_native_certs::load_native_certs().certs;
    if found.is_empty() {
        return Err(SetupError::Certificates);
    }
    Ok(found.iter().map(|certificate| Certificate::from_der(certificate).to_owned()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gateway(format: Format, body: &str) -> Gateway {
        Gateway::new(&Settings {
            url: "http://127.0.0.1:9/sms",
            method: "POST",
            headers: &[("Authorization".to_owned(), "Bearer {secret}".to_owned())],
            format,
            body,
            secret: "s{to}\"&",
            timeout: Duration::from_secs(1),
        })
        .unwrap()
    }

    fn body(gateway: &Gateway, to: &str, text: &str) -> String {
        fill(&gateway.body, |name| gateway.value(name, to, text))
    }

    #[test]
    fn values_are_written_as_the_content_type_asks() {
        let json = gateway(Format::Json, "{\"to\": \"{to}\", \"m\": {\"text\": \"{text}\", \"key\": \"{secret}\"}}");
        let written: serde_json::Value = serde_json::from_str(&body(&json, "+4912", "a\"b\\c\n{secret}é")).unwrap();
        assert_eq!(
            written,
            serde_json::json!({ "to": "+4912", "m": { "text": "a\"b\\c\n{secret}é", "key": "s{to}\"&" } })
        );
        let form = gateway(Format::Form, "to={to}&text={text}&key={secret}");
        assert_eq!(body(&form, "+4912", "a&to=1 {text}"), "to=%2B4912&text=a%26to%3D1+%7Btext%7D&key=s%7Bto%7D%22%26");
    }

    #[test]
    fn the_secret_is_in_the_header_and_not_shown() {
        let gateway = gateway(Format::Json, "{}");
        let header = gateway.head.headers.get("authorization").unwrap();
        assert_eq!(header.as_bytes(), b"Bearer s{to}\"&");
        assert!(!format!("{gateway:?} {header:?}").contains("s{to}"));
    }
}
