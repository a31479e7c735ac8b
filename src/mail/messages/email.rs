//! About a change of the e-mail address.

use super::mail;
use crate::core::text::{Language, Said, date_time};
use crate::core::time::{Time, from_unix};
use crate::mail::letter::{Letter, lifetime};
use crate::mail::words;

/// To the new address: leads to the page that makes the change.
#[derive(Clone)]
pub struct EmailChange {
    /// The language of the person.
    pub language: Language,
    /// The name of this installation.
    pub product: String,
    /// The name of the person.
    pub name: String,
    /// The link with its token.
    pub url: String,
    /// How long the link works.
    pub minutes: u32,
}

mail!(EmailChange, "email_change", "mail-change-subject");

impl EmailChange {
    fn write(&self, letter: Letter) -> Letter {
        let asked = Said::new("mail-change-text").with("product", &self.product);
        letter
            .words(asked.with("lifetime", lifetime(self.language, self.minutes)))
            .button(&self.url, "mail-change-button")
            .words("mail-once")
            .words("mail-change-not-you")
    }

    /// Realistic data.
    pub fn sample(language: Language) -> Self {
        Self {
            language,
            product: "Grantor".into(),
            name: "Ada Lovelace".into(),
            url: "https://id.example.com/email/verify?token=gra_ec_8Jt2pQ0vXm4nYb6c".into(),
            minutes: 1440,
        }
    }
}

/// To the old address: the change was asked for.
#[derive(Debug, Clone)]
pub struct EmailChangeNotice {
    /// The language of the person.
    pub language: Language,
    /// The name of this installation.
    pub product: String,
    /// The name of the person.
    pub name: String,
    /// The new address; the mail shows its first letter and its domain.
    pub new_email: String,
    /// The page where a new password can be asked for.
    pub forgot_url: String,
}

mail!(EmailChangeNotice, "email_change_notice", "mail-change-notice-subject");

impl EmailChangeNotice {
    fn write(&self, letter: Letter) -> Letter {
        let asked = Said::new("mail-change-notice-text").with("product", &self.product);
        letter
            .words(asked.with("email", words::masked(&self.new_email)))
            .words("mail-nothing-to-do")
            .words("mail-change-notice-not-you")
            .button(&self.forgot_url, "mail-new-password")
    }

    /// Realistic data.
    pub fn sample(language: Language) -> Self {
        Self {
            language,
            product: "Grantor".into(),
            name: "Ada Lovelace".into(),
            new_email: "ada@new.example.com".into(),
            forgot_url: "https://id.example.com/password/forgot".into(),
        }
    }
}

/// To the old address: the change took effect.
#[derive(Debug, Clone)]
pub struct EmailChanged {
    /// The language of the person.
    pub language: Language,
    /// The name of this installation.
    pub product: String,
    /// The name of the person.
    pub name: String,
    /// The new address; the mail shows its first letter and its domain.
    pub new_email: String,
    /// When it took effect.
    pub at: Time,
}

mail!(EmailChanged, "email_changed", "mail-changed-subject");

impl EmailChanged {
    fn write(&self, letter: Letter) -> Letter {
        let changed = Said::new("mail-changed-text").with("product", &self.product);
        let changed = changed.with("email", words::masked(&self.new_email));
        letter
            .words(changed.with("when", date_time(self.language, self.at)))
            .words("mail-nothing-to-do")
            .about("mail-changed-not-you")
    }

    /// Realistic data.
    pub fn sample(language: Language) -> Self {
        Self {
            language,
            product: "Grantor".into(),
            name: "Ada Lovelace".into(),
            new_email: "ada@new.example.com".into(),
            at: from_unix(1_772_600_767).unwrap_or_default(),
        }
    }
}
