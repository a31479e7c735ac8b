//! `[consent]`

use std::time::Duration;

use super::reader::{Reader, days, hours};

/// When people are asked whether an app may act for them.
#[derive(Debug, Clone)]
pub struct Consent {
    /// Whether what a person allowed is remembered.
    pub remember: Remember,
    /// For how long what is sensitive is remembered, where it is for a while only; whole seconds.
    pub remember_sensitive: Duration,
    /// For how many days an app counts as new; 0 for none.
    pub new_client_days: u32,
}

/// Whether what a person allowed is remembered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remember {
    /// Until the person takes it back.
    Always,
    /// Until the person takes it back, what is sensitive for a while only.
    Sensitive,
    /// The person is asked each time.
    Never,
}

impl Consent {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let key = "consent.remember";
        let remember = match reader.text(key) {
            "always" => Remember::Always,
            "sensitive" => Remember::Sensitive,
            "never" => Remember::Never,
            _ => {
                reader.refuse(key, "always, sensitive or never");
                Remember::Always
            }
        };
        Self {
            remember,
            remember_sensitive: reader.seconds("consent.remember_sensitive", hours(1)..=days(3650)),
            new_client_days: reader.integer("consent.new_client_days", 0..=365),
        }
    }
}
