//! About signing in.

use super::mail;
use crate::core::time::{Time, from_unix};
use crate::mail::words;

/// Says that somebody signed in from a browser that was not seen before.
#[derive(Debug, Clone)]
pub struct NewSignIn {
    /// The name of this installation.
    pub product: String,
    /// The name of the person.
    pub name: String,
    /// When it was.
    pub at: Time,
    /// The browser, such as `Firefox`; left out when it could be taken for a link.
    pub browser: String,
    /// The system it runs on, such as `Linux`; left out when it could be taken for a link.
    pub platform: String,
    /// The IP address; left out when it is none.
    pub address: String,
    /// The page where a new password can be asked for.
    pub forgot_url: String,
}

mail!(NewSignIn, "new_sign_in", "A new sign-in to {}", "mail/new_sign_in.txt", "mail/new_sign_in.html");

impl NewSignIn {
    fn when(&self) -> String {
        words::moment(self.at)
    }

    fn browser(&self) -> &str {
        words::called(&self.browser)
    }

    fn platform(&self) -> &str {
        words::called(&self.platform)
    }

    fn address(&self) -> String {
        words::address(&self.address)
    }

    /// Realistic data.
    pub fn sample() -> Self {
        Self {
            product: "Grantor".into(),
            name: "Ada Lovelace".into(),
            at: from_unix(1_772_600_767).unwrap_or_default(),
            browser: "Firefox".into(),
            platform: "Linux".into(),
            address: "192.0.2.7".into(),
            forgot_url: "https://id.example.com/password/forgot".into(),
        }
    }
}
