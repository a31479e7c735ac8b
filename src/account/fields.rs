//! What people type: checked field by field, in the words that Laravel's users know.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use email_address::{EmailAddress, Options};

use crate::core::password::PasswordError;
use crate::core::text::{self, Said, Wording};
use crate::core::{password, phone};

impl From<PasswordError> for Wording {
    fn from(error: PasswordError) -> Self {
        let said = match error {
            PasswordError::TooShort => "field-password-short",
            PasswordError::TooLong => "field-password-long",
            PasswordError::Nul => "field-control",
        };
        (error.to_string(), said).into()
    }
}

/// What is wrong, by field. Never empty when it is an error.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Invalid(pub BTreeMap<String, Vec<Wording>>);

impl Invalid {
    /// One message for one field.
    pub fn one(field: &str, message: impl Into<Wording>) -> Self {
        let mut invalid = Self::default();
        invalid.add(field, message);
        invalid
    }

    /// Adds a message to a field.
    pub fn add(&mut self, field: &str, message: impl Into<Wording>) {
        self.0.entry(field.to_owned()).or_default().push(message.into());
    }

    /// Nothing, if nothing is wrong.
    ///
    /// # Errors
    /// What is wrong.
    pub fn check(self) -> Result<(), Self> {
        if self.0.is_empty() { Ok(()) } else { Err(self) }
    }

    /// A text that must be there: trimmed, without control characters, of `max` characters at the most.
    pub fn required(&mut self, field: &str, value: Option<&str>, max: usize) -> String {
        match self.optional(field, value, max) {
            Some(text) => text,
            None => {
                if !self.0.contains_key(field) {
                    self.add(field, (format!("The {} field is required.", words(field)), "field-required"));
                }
                String::new()
            }
        }
    }

    /// A text that may be missing.
    pub fn optional(&mut self, field: &str, value: Option<&str>, max: usize) -> Option<String> {
        let text = value.map(str::trim).filter(|text| !text.is_empty())?;
        if text.chars().count() > max {
            let text = format!("The {} may not be greater than {max} characters.", words(field));
            self.add(field, (text, Said::new("field-too-long").with("max", max)));
            return None;
        }
        if text.chars().any(char::is_control) {
            let text = format!("The {} may not contain control characters.", words(field));
            self.add(field, (text, "field-control"));
            return None;
        }
        Some(text.to_owned())
    }

    /// A part of the name of a person that must be there.
    pub fn required_name(&mut self, field: &str, value: Option<&str>) -> String {
        let name = self.required(field, value, 255);
        self.refuse_unseen(field, &name);
        name
    }

    /// A part of the name of a person that may be missing: it stands beside apps of theirs and in the mails of others, so
    /// that nothing in it may turn or hide what stands around it.
    pub fn optional_name(&mut self, field: &str, value: Option<&str>) -> Option<String> {
        let name = self.optional(field, value, 255)?;
        self.refuse_unseen(field, &name);
        Some(name)
    }

    fn refuse_unseen(&mut self, field: &str, name: &str) {
        if name.chars().any(text::deceives) {
            let text = format!("The {} may not contain characters that cannot be seen.", words(field));
            self.add(field, (text, "field-unseen"));
        }
    }

    /// An e-mail address that must be there.
    pub fn email(&mut self, field: &str, value: Option<&str>) -> String {
        let text = self.required(field, value, 254);
        let options = Options::default().without_display_text().without_domain_literal();
        if !text.is_empty() && EmailAddress::parse_with_options(&text, options).is_err() {
            self.add(field, (format!("The {} must be a valid email address.", words(field)), "field-email"));
        }
        text
    }

    /// A username that must be there: letters, digits, `.`, `_` and `-`, 2 to 64 of them, so that it is
    /// never taken for an e-mail address.
    pub fn username(&mut self, field: &str, value: Option<&str>) -> String {
        let text = self.required(field, value, 64);
        let fits = |c: char| c.is_alphanumeric() || "._-".contains(c);
        if !text.is_empty() && (text.chars().count() < 2 || !text.chars().all(fits)) {
            let message = "may only contain letters, numbers, dots, dashes and underscores, and at least 2 of them.";
            self.add(field, (format!("The {} {message}", words(field)), "field-username"));
        }
        text
    }

    /// A date that may be missing: `YYYY-MM-DD`.
    pub fn date(&mut self, field: &str, value: Option<&str>) -> Option<String> {
        let text = self.optional(field, value, 32)?;
        // chrono takes a sign for a part of the year.
        let written =
            text.bytes().enumerate().all(|(at, b)| if [4, 7].contains(&at) { b == b'-' } else { b.is_ascii_digit() });
        if text.len() == 10 && written && NaiveDate::parse_from_str(&text, "%Y-%m-%d").is_ok() {
            return Some(text);
        }
        self.add(field, (format!("The {} is not a valid date: use YYYY-MM-DD.", words(field)), "field-date"));
        None
    }

    /// A telephone number that may be missing, in the form in which it is kept.
    pub fn phone(&mut self, field: &str, value: Option<&str>) -> Option<String> {
        let text = self.optional(field, value, 32)?;
        let number = phone::parse(&text);
        if number.is_none() {
            let message = "must be a telephone number with its country, such as +381641234567, or 10 digits.";
            self.add(field, (format!("The {} {message}", words(field)), "field-phone"));
        }
        number
    }

    /// A new password and its repetition, which came in the field `repeated_in`.
    pub fn new_password(&mut self, value: Option<&str>, repeated_in: &str, confirmation: Option<&str>) -> String {
        let text = value.unwrap_or_default();
        if text.is_empty() {
            self.add("password", ("The password field is required.", "field-required"));
        } else if let Err(error) = password::check(text) {
            self.add("password", error);
        } else if confirmation != Some(text) {
            let field = if repeated_in == "password_confirmation" { "password" } else { repeated_in };
            self.add(field, ("The password confirmation does not match.", "field-confirmation"));
        }
        text.to_owned()
    }
}

fn words(field: &str) -> String {
    field.replace('_', " ")
}
