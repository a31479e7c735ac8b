//! About signing in.

use super::mail;
use crate::core::text::{Language, date_time};
use crate::core::time::{Time, from_unix};
use crate::mail::letter::Letter;
use crate::mail::words;

/// Says that somebody signed in from a browser that was not seen before.
#[derive(Debug, Clone)]
pub struct NewSignIn {
    /// The language of the person.
    pub language: Language,
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

mail!(NewSignIn, "new_sign_in", "mail-sign-in-subject");

impl NewSignIn {
    fn write(&self, letter: Letter) -> Letter {
        letter
            .about("mail-sign-in-text")
            .facts([
                ("mail-sign-in-when", date_time(self.language, self.at)),
                ("mail-sign-in-browser", words::called(self.language, &self.browser)),
                ("mail-sign-in-system", words::called(self.language, &self.platform)),
                ("mail-sign-in-address", words::address(self.language, &self.address)),
            ])
            .words("mail-nothing-to-do")
            .words("mail-sign-in-not-you")
            .button(&self.forgot_url, "mail-new-password")
    }

    /// Realistic data.
    pub fn sample(language: Language) -> Self {
        Self {
            language,
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
