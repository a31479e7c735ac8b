//! Names that stay taken though nobody has them.

use crate::app::{App, Cx};
use crate::core::secret::Hashed;
use crate::core::user::key;
use crate::store::{self, reserved_names};

/// A name of a person, in one of its kinds.
#[derive(Debug, Clone, Copy)]
pub enum Named<'a> {
    /// The name to sign in with.
    Username(&'a str),
    /// The e-mail address.
    Email(&'a str),
    /// The telephone number.
    Phone(&'a str),
}

impl Named<'_> {
    fn hash(self, app: &App) -> Hashed {
        let (kind, name) = match self {
            Self::Username(name) => ("username", name),
            Self::Email(name) => ("email", name),
            Self::Phone(name) => ("phone", name),
        };
        app.secrets.hash(&format!("reserved\n{kind}\n{}", key(name)))
    }
}

/// Whether a name is reserved, so that nobody may take it.
///
/// # Errors
/// As the database says.
pub fn is_reserved(cx: &mut Cx<'_>, name: Named<'_>) -> store::Result<bool> {
    Ok(among(cx, &[name])?.contains(&true))
}

/// Which of some names are reserved, in their order: one statement.
///
/// # Errors
/// As the database says.
pub fn among(cx: &mut Cx<'_>, names: &[Named<'_>]) -> store::Result<Vec<bool>> {
    let hashes: Vec<Hashed> = names.iter().map(|name| name.hash(cx.app)).collect();
    reserved_names::among(cx.conn, &hashes)
}

/// Reserves names, and keeps `more` hashes of another kind beside them.
///
/// # Errors
/// As the database says.
pub(super) fn reserve(cx: &mut Cx<'_>, names: &[Named<'_>], more: Vec<Hashed>) -> store::Result<()> {
    let hashes: Vec<Hashed> = names.iter().map(|name| name.hash(cx.app)).chain(more).collect();
    reserved_names::insert(cx.conn, &hashes, cx.now)
}
