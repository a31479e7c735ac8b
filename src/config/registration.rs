//! `[registration]`

use std::time::Duration;

use super::reader::{Reader, days, minutes};

/// How people make and end accounts.
#[derive(Debug, Clone)]
pub struct Registration {
    /// Whether the registration page is open to everyone.
    pub enabled: bool,
    /// What needs a verified e-mail address.
    pub email_verification: EmailVerification,
    /// How long a link that proves an e-mail address works; whole seconds.
    pub verification_link_lifetime: Duration,
    /// Whether the names of a deleted account stay taken.
    pub reserve_names: bool,
    /// Who may register clients of their own.
    pub clients: Registrars,
}

/// Who may register clients of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Registrars {
    /// Everyone with an account.
    Everyone,
    /// Those whose role may change clients.
    Admins,
}

/// What needs a verified e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EmailVerification {
    /// Nothing.
    Off,
    /// Signing in.
    SignIn,
    /// Letting an app in.
    Consent,
}

impl Registration {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let key = "registration.email_verification";
        let email_verification = match reader.text(key) {
            "off" => EmailVerification::Off,
            "sign-in" => EmailVerification::SignIn,
            "consent" => EmailVerification::Consent,
            _ => {
                reader.refuse(key, "off, sign-in or consent");
                EmailVerification::Off
            }
        };
        let key = "registration.clients";
        let clients = match reader.text(key) {
            "everyone" => Registrars::Everyone,
            "admins" => Registrars::Admins,
            _ => {
                reader.refuse(key, "everyone or admins");
                Registrars::Everyone
            }
        };
        Self {
            clients,
            enabled: reader.boolean("registration.enabled"),
            email_verification,
            verification_link_lifetime: reader
                .seconds("registration.verification_link_lifetime", minutes(5)..=days(30)),
            reserve_names: reader.boolean("registration.reserve_names"),
        }
    }
}
