//! The mails: what they say, and how they are sent.

mod letter;
mod messages;
mod smtp;
mod words;

pub use messages::{
    AlreadyRegistered, EmailChange, EmailChangeNotice, EmailChanged, EmailVerification, NewSignIn, OneTimePassword,
    PasskeyChanged, PasswordChanged, PasswordResetLink, SecondFactorChanged, samples,
};

pub use smtp::{Envelope, Protection, Settings, SetupError, Smtp};

/// A mail.
pub trait Mail {
    /// What kind of mail it is, in the outbox and in the log.
    fn kind(&self) -> &'static str;

    /// The subject: one line.
    fn subject(&self) -> String;

    /// The mail as plain text.
    fn text(&self) -> String;

    /// The mail as a page.
    ///
    /// # Errors
    /// When the template fails.
    fn html(&self) -> Result<String, askama::Error>;
}
