//! Why a command failed, in lines for stderr.

use std::io::Write as _;

use super::reply::plain;
use crate::account::Invalid;
use crate::account::ends::EndError;
use crate::account::password::ResetError;
use crate::account::people::PeopleError;
use crate::account::register::RegisterError;
use crate::account::roles::RoleError;
use crate::app::StartError;
use crate::config::ConfigError;
use crate::oauth::manage::ManageError;
use crate::store;

/// Why a command failed: one line or more.
#[derive(Debug)]
pub(super) struct Failure(Vec<String>);

impl Failure {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self(vec![message.into()])
    }

    pub(super) fn print(&self) {
        let mut stderr = std::io::stderr().lock();
        for line in &self.0 {
            // Nowhere is left to say that stderr is gone.
            let _ = writeln!(stderr, "grantor: {}", plain(line));
        }
    }

    pub(super) fn into_lines(self) -> Vec<String> {
        self.0
    }
}

impl From<Invalid> for Failure {
    fn from(invalid: Invalid) -> Self {
        let lines = invalid
            .0
            .into_iter()
            .flat_map(|(field, messages)| messages.into_iter().map(move |message| format!("{field}: {message}")));
        Self(lines.collect())
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self(error.problems().iter().map(ToString::to_string).collect())
    }
}

impl From<ManageError> for Failure {
    fn from(error: ManageError) -> Self {
        match error {
            ManageError::Invalid(invalid) => invalid.into(),
            other => Self::new(other.to_string()),
        }
    }
}

impl From<RegisterError> for Failure {
    fn from(error: RegisterError) -> Self {
        match error {
            RegisterError::Invalid(invalid) => invalid.into(),
            other => Self::new(other.to_string()),
        }
    }
}

impl From<ResetError> for Failure {
    fn from(error: ResetError) -> Self {
        match error {
            ResetError::Invalid(invalid) => invalid.into(),
            other => Self::new(other.to_string()),
        }
    }
}

impl From<RoleError> for Failure {
    fn from(error: RoleError) -> Self {
        match error {
            RoleError::Invalid(invalid) => invalid.into(),
            other => Self::new(other.to_string()),
        }
    }
}

impl From<PeopleError> for Failure {
    fn from(error: PeopleError) -> Self {
        match error {
            PeopleError::Invalid(invalid) => invalid.into(),
            other => Self::new(other.to_string()),
        }
    }
}

impl From<EndError> for Failure {
    fn from(error: EndError) -> Self {
        match error {
            EndError::LastAdmin => RoleError::LastAdmin.into(),
            other => Self::new(other.to_string()),
        }
    }
}

macro_rules! said {
    ($($error:ty),*) => {$(
        impl From<$error> for Failure {
            fn from(error: $error) -> Self {
                Self::new(error.to_string())
            }
        }
    )*};
}
said!(StartError, store::Error);
