//! What all messages have in common, to people and to relying parties, however they are sent.

/// Which way a message takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    /// An e-mail.
    Mail,
    /// A text message to a telephone.
    Sms,
    /// A logout token to a relying party.
    Backchannel,
}

impl Channel {
    /// The name in the database and in the log.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Sms => "sms",
            Self::Backchannel => "backchannel",
        }
    }
}

/// Why a message was not handed over. What it says is for the log: it names no recipient and repeats nothing of the
/// message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Undelivered {
    /// It may work another time.
    #[error("{0}")]
    Later(String),
    /// It may work another time, and took its time now: whoever is to have it did not answer.
    #[error("{0}")]
    Silent(String),
    /// It will not work another time either.
    #[error("{0}")]
    Never(String),
}

impl Undelivered {
    /// [`Undelivered::Later`] for a cause that comes from elsewhere: cut short and put on one line.
    pub fn later(cause: impl ToString) -> Self {
        Self::Later(line(&cause))
    }

    /// [`Undelivered::Silent`], as [`Undelivered::later`].
    pub fn silent(cause: impl ToString) -> Self {
        Self::Silent(line(&cause))
    }
}

fn line(cause: &impl ToString) -> String {
    const LONGEST: usize = 200;
    cause.to_string().chars().take(LONGEST).map(|c| if c.is_control() { ' ' } else { c }).collect()
}
