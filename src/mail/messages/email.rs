//! About a change of the e-mail address.

use super::mail;
use crate::core::time::{Time, from_unix};
use crate::mail::words;

/// To the new address: leads to the page that makes the change.
#[derive(Clone)]
pub struct EmailChange {
    /// The name of this installation.
    pub product: String,
    /// The name of the person.
    pub name: String,
    /// The link with its token.
    pub url: String,
    /// How long the link works.
    pub minutes: u32,
}

mail!(
    EmailChange,
    "email_change",
    "Confirm your new e-mail address for {}",
    "mail/email_change.txt",
    "mail/email_change.html"
);

impl EmailChange {
    fn lifetime(&self) -> String {
        words::lifetime(self.minutes)
    }

    /// Realistic data.
    pub fn sample() -> Self {
        Self {
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
    /// The name of this installation.
    pub product: String,
    /// The name of the person.
    pub name: String,
    /// The new address; the mail shows its first letter and its domain.
    pub new_email: String,
    /// The page where a new password can be asked for.
    pub forgot_url: String,
}

mail!(
    EmailChangeNotice,
    "email_change_notice",
    "A new e-mail address for {} was asked for",
    "mail/email_change_notice.txt",
    "mail/email_change_notice.html"
);

impl EmailChangeNotice {
    fn masked(&self) -> String {
        words::masked(&self.new_email)
    }

    /// Realistic data.
    pub fn sample() -> Self {
        Self {
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
    /// The name of this installation.
    pub product: String,
    /// The name of the person.
    pub name: String,
    /// The new address; the mail shows its first letter and its domain.
    pub new_email: String,
    /// When it took effect.
    pub at: Time,
}

mail!(
    EmailChanged,
    "email_changed",
    "Your e-mail address for {} was changed",
    "mail/email_changed.txt",
    "mail/email_changed.html"
);

impl EmailChanged {
    fn masked(&self) -> String {
        words::masked(&self.new_email)
    }

    fn when(&self) -> String {
        words::moment(self.at)
    }

    /// Realistic data.
    pub fn sample() -> Self {
        Self {
            product: "Grantor".into(),
            name: "Ada Lovelace".into(),
            new_email: "ada@new.example.com".into(),
            at: from_unix(1_772_600_767).unwrap_or_default(),
        }
    }
}
