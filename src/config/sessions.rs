//! `[sessions]`

use std::time::Duration;

use super::reader::{Reader, days, minutes};

/// How long people stay signed in. Whole seconds.
#[derive(Debug, Clone)]
pub struct Sessions {
    /// How long a session lasts at most.
    pub lifetime: Duration,
    /// How long a session lasts without being used.
    pub idle_lifetime: Duration,
    /// For how long after a sign-in sensitive changes need no password.
    pub fresh_login: Duration,
    /// Whether people get a mail about a sign-in from somewhere new.
    pub new_sign_in_mail: bool,
}

impl Sessions {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let sessions = Self {
            lifetime: reader.seconds("sessions.lifetime", minutes(5)..=days(365)),
            idle_lifetime: reader.seconds("sessions.idle_lifetime", minutes(1)..=days(365)),
            fresh_login: reader.seconds("sessions.fresh_login", minutes(1)..=days(1)),
            new_sign_in_mail: reader.boolean("sessions.new_sign_in_mail"),
        };
        sessions.validate(reader);
        sessions
    }

    fn validate(&self, reader: &mut Reader<'_>) {
        let lifetime = ("sessions.lifetime", self.lifetime);
        reader.not_longer(("sessions.idle_lifetime", self.idle_lifetime), lifetime);
        reader.not_longer(("sessions.fresh_login", self.fresh_login), lifetime);
    }
}
