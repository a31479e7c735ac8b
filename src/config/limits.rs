//! `[limits]`

use std::time::Duration;

use super::reader::{Reader, days, minutes};

/// How much one caller may ask for.
#[derive(Debug, Clone)]
pub struct Limits {
    /// The largest request body, in bytes.
    pub body_bytes: usize,
    /// The longest value of one protocol parameter, in bytes.
    pub parameter_bytes: usize,
    /// How long one request may take.
    pub request_timeout: Duration,
    /// Attempts to sign in to one account in one window.
    pub sign_in_attempts: u32,
    /// Attempts to sign in from one address in one window.
    pub sign_in_attempts_per_address: u32,
    /// The window in which sign-ins are counted.
    pub sign_in_window: Duration,
    /// Password resets for one account in one window.
    pub reset_attempts: u32,
    /// Password resets from one address in one window.
    pub reset_attempts_per_address: u32,
    /// The window in which password resets are counted.
    pub reset_window: Duration,
    /// Registrations from one address in one window.
    pub registrations_per_address: u32,
    /// The window in which registrations are counted.
    pub registration_window: Duration,
    /// Mails with a link that proves an e-mail address, for one account in one window.
    pub verification_attempts: u32,
    /// Mails with a link that proves an e-mail address, asked from one address in one window.
    pub verification_attempts_per_address: u32,
    /// The window in which these mails are counted.
    pub verification_window: Duration,
    /// Codes of a second factor tried at one account in one window.
    pub second_factor_attempts: u32,
    /// Codes of a second factor tried from one address in one window.
    pub second_factor_attempts_per_address: u32,
    /// The window in which codes of a second factor are counted.
    pub second_factor_window: Duration,
    /// Wrong codes, and wrong one-time passwords, at one account in a day.
    pub code_attempts_per_day: u32,
    /// Text messages to one account in one window.
    pub text_messages: u32,
    /// Text messages asked for from one address in one window.
    pub text_messages_per_address: u32,
    /// The window in which text messages are counted.
    pub text_message_window: Duration,
    /// Pictures uploaded by one account in one window.
    pub pictures: u32,
    /// Pictures uploaded from one address in one window.
    pub pictures_per_address: u32,
    /// The window in which pictures are counted.
    pub picture_window: Duration,
    /// Changes of a person's own applications in one window.
    pub app_changes: u32,
    /// The window in which changes of applications are counted.
    pub app_change_window: Duration,
    /// Applications that one person registers in a day.
    pub new_apps_per_day: u32,
    /// Threads that hash passwords; 0 for one per core.
    pub hash_threads: usize,
    /// How many sign-ins may wait for such a thread before others get 503.
    pub hash_queue: usize,
}

impl Limits {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let window = minutes(1)..=days(7);
        let limits = Self {
            body_bytes: reader.integer("limits.body_bytes", 1024..=16_777_216),
            parameter_bytes: reader.integer("limits.parameter_bytes", 256..=65_536),
            request_timeout: reader.span("limits.request_timeout", Duration::from_secs(1)..=minutes(5)),
            sign_in_attempts: reader.integer("limits.sign_in_attempts", 1..=10_000),
            sign_in_attempts_per_address: reader.integer("limits.sign_in_attempts_per_address", 1..=1_000_000),
            sign_in_window: reader.seconds("limits.sign_in_window", window.clone()),
            reset_attempts: reader.integer("limits.reset_attempts", 1..=10_000),
            reset_attempts_per_address: reader.integer("limits.reset_attempts_per_address", 1..=1_000_000),
            reset_window: reader.seconds("limits.reset_window", window.clone()),
            registrations_per_address: reader.integer("limits.registrations_per_address", 1..=1_000_000),
            registration_window: reader.seconds("limits.registration_window", window.clone()),
            verification_attempts: reader.integer("limits.verification_attempts", 1..=10_000),
            verification_attempts_per_address: reader
                .integer("limits.verification_attempts_per_address", 1..=1_000_000),
            verification_window: reader.seconds("limits.verification_window", window.clone()),
            second_factor_attempts: reader.integer("limits.second_factor_attempts", 1..=10_000),
            second_factor_attempts_per_address: reader
                .integer("limits.second_factor_attempts_per_address", 1..=1_000_000),
            second_factor_window: reader.seconds("limits.second_factor_window", window.clone()),
            code_attempts_per_day: reader.integer("limits.code_attempts_per_day", 1..=10_000),
            text_messages: reader.integer("limits.text_messages", 1..=10_000),
            text_messages_per_address: reader.integer("limits.text_messages_per_address", 1..=1_000_000),
            text_message_window: reader.seconds("limits.text_message_window", window.clone()),
            pictures: reader.integer("limits.pictures", 1..=10_000),
            pictures_per_address: reader.integer("limits.pictures_per_address", 1..=1_000_000),
            picture_window: reader.seconds("limits.picture_window", window.clone()),
            app_changes: reader.integer("limits.app_changes", 1..=10_000),
            app_change_window: reader.seconds("limits.app_change_window", window),
            new_apps_per_day: reader.integer("limits.new_apps_per_day", 1..=10_000),
            hash_threads: reader.integer("limits.hash_threads", 0..=256),
            hash_queue: reader.integer("limits.hash_queue", 0..=65_536),
        };
        limits.validate(reader);
        limits
    }

    fn validate(&self, reader: &mut Reader<'_>) {
        reader.not_greater(
            ("limits.sign_in_attempts", self.sign_in_attempts),
            ("limits.sign_in_attempts_per_address", self.sign_in_attempts_per_address),
        );
        reader.not_greater(
            ("limits.reset_attempts", self.reset_attempts),
            ("limits.reset_attempts_per_address", self.reset_attempts_per_address),
        );
        reader.not_greater(
            ("limits.verification_attempts", self.verification_attempts),
            ("limits.verification_attempts_per_address", self.verification_attempts_per_address),
        );
        reader.not_greater(
            ("limits.second_factor_attempts", self.second_factor_attempts),
            ("limits.second_factor_attempts_per_address", self.second_factor_attempts_per_address),
        );
        reader.not_greater(
            ("limits.text_messages", self.text_messages),
            ("limits.text_messages_per_address", self.text_messages_per_address),
        );
        reader.not_greater(
            ("limits.pictures", self.pictures),
            ("limits.pictures_per_address", self.pictures_per_address),
        );
    }
}
