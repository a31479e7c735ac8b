//! Posts a logout token to an address that a client is registered with: nowhere but there, and not into the network that
//! the server is in.

use std::sync::Arc;
use std::time::Duration;

use rustls::crypto::aws_lc_rs::default_provider;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::tls::{Certificate, RootCerts, TlsConfig};
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};
use ureq::{Agent, Error};

use crate::core::address;
use crate::core::delivery::Undelivered;

/// What may be asked of a relying party's address.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// How long a request may take as a whole.
    pub timeout: Duration,
    /// Whether addresses that are not on the public internet are served too.
    pub private_addresses: bool,
    /// Whether `http` is.
    pub plain_http: bool,
}

/// Why no relying party can be reached.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The certificates of this machine.
    #[error("this machine has no certificates to know apps by that are to hear of logouts")]
    Certificates,
}

/// Why logout tokens could not be sent with these settings on this machine, if they could not.
#[must_use]
pub fn problem(settings: Settings) -> Option<SetupError> {
    let blind = !settings.plain_http && rustls_native_certs::load_native_certs().certs.is_empty();
    blind.then_some(SetupError::Certificates)
}

/// Posts logout tokens.
#[derive(Debug)]
pub struct Poster {
    agent: Agent,
    settings: Settings,
}

impl Poster {
    /// Makes ready; connects to nothing yet.
    pub fn new(settings: Settings) -> Self {
        let found = rustls_native_certs::load_native_certs().certs;
        let trusted: Vec<Certificate<'static>> =
            found.iter().map(|certificate| Certificate::from_der(certificate).to_owned()).collect();
        let tls = TlsConfig::builder()
            .unversioned_rustls_crypto_provider(Arc::new(default_provider()))
            .root_certs(RootCerts::from(trusted))
            .build();
        let config = Agent::config_builder()
            .tls_config(tls)
            .timeout_global(Some(settings.timeout))
            // A redirect could lead to where the address itself may not.
            .max_redirects(0)
            .http_status_as_error(false)
            // A proxy would look the name up anew.
            .proxy(None)
            // Nothing that is kept open leads to an address that was checked for another request.
            .max_idle_connections(0)
            .user_agent("grantor")
            .build();
        let resolver = Checked { inner: DefaultResolver::default(), private_addresses: settings.private_addresses };
        Self { agent: Agent::with_parts(config, DefaultConnector::new(), resolver), settings }
    }

    /// The longest that [`Poster::send`] takes.
    pub fn longest(&self) -> Duration {
        self.settings.timeout
    }

    /// Posts a token (Back-Channel Logout section 2.5), and returns when it was taken: answered with 200 or 204 (section
    /// 2.8). Of the answer nothing but its head is read.
    ///
    /// # Errors
    /// [`Undelivered`]: for good when the address is none that is served, and when the relying party refuses the token.
    pub fn send(&self, url: &str, token: &str) -> Result<(), Undelivered> {
        if !(url.starts_with("https://") || self.settings.plain_http && url.starts_with("http://")) {
            return Err(Undelivered::Never("its address is not one of https".to_owned()));
        }
        let sent = self.agent.post(url).header("cache-control", "no-store").send_form([("logout_token", token)]);
        match sent.map(|response| response.status().as_u16()) {
            Ok(200 | 204) => Ok(()),
            Ok(400) => Err(Undelivered::Never("the client refused it (400)".to_owned())),
            Ok(code) => Err(Undelivered::Later(format!("the client did not take it ({code})"))),
            Err(Error::Other(cause)) if cause.is::<NotPublic>() => Err(Undelivered::Never(cause.to_string())),
            Err(Error::BadUri(_)) => Err(Undelivered::Never("its address cannot be used".to_owned())),
            Err(error) => Err(Undelivered::silent(error)),
        }
    }
}

/// A name leads to an address that is not on the public internet.
#[derive(Debug, thiserror::Error)]
#[error("its address is not on the public internet (logout.private_addresses)")]
struct NotPublic;

/// Looks names up once: what it lets through is what is connected to.
#[derive(Debug)]
struct Checked {
    inner: DefaultResolver,
    private_addresses: bool,
}

impl Resolver for Checked {
    fn resolve(&self, uri: &Uri, config: &Config, timeout: NextTimeout) -> Result<ResolvedSocketAddrs, Error> {
        let found = self.inner.resolve(uri, config, timeout)?;
        // All of them: which one is connected to is not known yet.
        if !self.private_addresses && found.iter().any(|found| !address::is_public(found.ip())) {
            return Err(Error::Other(Box::new(NotPublic)));
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn what_is_not_on_the_public_internet_is_never_asked() {
        let settings = Settings { timeout: Duration::from_secs(5), private_addresses: false, plain_http: true };
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        for host in ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1", "0.0.0.0"] {
            let refused = Poster::new(settings).send(&format!("http://{host}:{port}/"), "t");
            assert!(matches!(refused, Err(Undelivered::Never(_))), "{host}: {refused:?}");
        }
        listener.set_nonblocking(true).unwrap();
        assert!(listener.accept().is_err(), "somebody came");
        let plain = Poster::new(Settings { plain_http: false, ..settings }).send("http://8.8.8.8/", "t");
        assert!(matches!(plain, Err(Undelivered::Never(_))), "{plain:?}");
    }
}
