//! The mails, as plain text: one struct and one template each.

use askama::Template;

/// A mail.
pub trait Mail {
    /// What kind of mail it is, in the outbox and in the log.
    fn kind(&self) -> &'static str;

    /// The subject line.
    fn subject(&self) -> String;

    /// The mail as plain text.
    ///
    /// # Errors
    /// When the template fails.
    fn text(&self) -> Result<String, askama::Error>;

    /// The mail as a page.
    ///
    /// # Errors
    /// When the template fails.
    fn html(&self) -> Result<String, askama::Error>;
}

/// Leads to the page where a new password is chosen.
#[derive(Clone, Template)]
#[template(path = "mail/password_reset_link.txt")]
pub struct PasswordResetLink {
    /// The name of this installation.
    pub product: String,
    /// The name of the person.
    pub name: String,
    /// The link with its token.
    pub url: String,
    /// How long the link works.
    pub minutes: u32,
}

impl Mail for PasswordResetLink {
    fn kind(&self) -> &'static str {
        "password_reset_link"
    }

    fn subject(&self) -> String {
        one_line(&format!("Choose a new password for {}", self.product))
    }

    fn text(&self) -> Result<String, askama::Error> {
        self.render()
    }

    fn html(&self) -> Result<String, askama::Error> {
        self.render()
    }
}

impl PasswordResetLink {
    fn greeting(&self) -> String {
        greeting(&self.name)
    }

    /// Realistic data.
    pub fn sample() -> Self {
        Self {
            product: "Grantor".into(),
            name: "Ada Lovelace".into(),
            url: "https://id.example.com/password/reset?token=grs_8Jt2pQ0vXm4nYb6c".into(),
            minutes: 60,
        }
    }
}

/// Carries a one-time password.
#[derive(Clone, Template)]
#[template(path = "mail/one_time_password.txt")]
pub struct OneTimePassword {
    /// The name of this installation.
    pub product: String,
    /// The name of the person.
    pub name: String,
    /// The one-time password.
    pub code: String,
    /// How long it works.
    pub minutes: u32,
}

impl Mail for OneTimePassword {
    fn kind(&self) -> &'static str {
        "one_time_password"
    }

    fn subject(&self) -> String {
        one_line(&format!("Your one-time password for {}", self.product))
    }

    fn text(&self) -> Result<String, askama::Error> {
        self.render()
    }

    fn html(&self) -> Result<String, askama::Error> {
        self.render()
    }
}

impl OneTimePassword {
    fn greeting(&self) -> String {
        greeting(&self.name)
    }

    /// Realistic data.
    pub fn sample() -> Self {
        Self { product: "Grantor".into(), name: "Ada Lovelace".into(), code: "402917".into(), minutes: 10 }
    }
}

/// Says that a second factor was turned on or off.
#[derive(Clone, Template)]
#[template(path = "mail/second_factor_changed.txt")]
pub struct SecondFactorChanged {
    /// The name of this installation.
    pub product: String,
    /// The name of the person.
    pub name: String,
    /// What was changed, as a sentence.
    pub what: String,
}

impl Mail for SecondFactorChanged {
    fn kind(&self) -> &'static str {
        "second_factor_changed"
    }

    fn subject(&self) -> String {
        one_line(&format!("Two-factor authentication of your {} account was changed", self.product))
    }

    fn text(&self) -> Result<String, askama::Error> {
        self.render()
    }

    fn html(&self) -> Result<String, askama::Error> {
        self.render()
    }
}

impl SecondFactorChanged {
    fn greeting(&self) -> String {
        greeting(&self.name)
    }

    /// Realistic data.
    pub fn sample() -> Self {
        Self {
            product: "Grantor".into(),
            name: "Ada Lovelace".into(),
            what: "Codes from an authenticator app were turned on.".into(),
        }
    }
}

/// A subject is one line whatever the product is called: a line break would start another header.
fn one_line(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

/// Greets by name where the name is fit for it. Anyone may register somebody else's address under a name such as
/// “You won, see www.evil.example”, and this server must not deliver that.
fn greeting(name: &str) -> String {
    const LONGEST: usize = 60;
    let name = name.trim();
    let fits = !name.is_empty() && name.chars().count() <= LONGEST;
    let plain = !name.chars().any(|letter| letter.is_control() || "/:@<>[]()".contains(letter));
    let dotted = name.split_whitespace().any(|word| word.trim_end_matches('.').contains('.'));
    if fits && plain && !dotted { format!("Hello {name},") } else { "Hello,".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_looks_like_a_link_is_left_out() {
        assert_eq!(greeting("Ada Lovelace"), "Hello Ada Lovelace,");
        assert_eq!(greeting("Martin Luther King Jr."), "Hello Martin Luther King Jr.,");
        for name in ["", "You won: https://evil.example", "see evil.example now", "Ada\r\nBcc: x", "a@b"] {
            assert_eq!(greeting(name), "Hello,", "{name:?}");
        }
    }

    #[test]
    fn a_subject_is_one_line() {
        let mail = OneTimePassword { product: "A\r\nBcc: x".into(), ..OneTimePassword::sample() };
        assert!(!mail.subject().contains(['\r', '\n']));
    }
}
