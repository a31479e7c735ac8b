//! Sign-ups that came to nothing because the e-mail address was taken, where nobody is to learn that. Their passwords
//! are answered like those of accounts whose address is not verified yet: else a sign-in would tell what the sign-up
//! did not.

use crate::app::App;
use crate::core::secret::{Hashed, Plain};
use crate::core::user::key;
use crate::store::{self, reserved_names};

/// What is kept of a sign-up under one of its names: a keyed hash of the name and of the password's slow hash, whose
/// salt follows from the name. Hashes. None for what no password could be.
pub(super) fn mark(app: &App, name: &str, password: &Plain) -> Option<Hashed> {
    let name = key(name);
    let tag = app.secrets.mac("sign-up salt", &[name.as_bytes()]);
    let mut salt = [0; 16];
    for (to, from) in salt.iter_mut().zip(tag) {
        *to = from;
    }
    let hash = app.hasher.hash_again(password, salt)?;
    Some(app.secrets.hash(&format!("sign-up\n{name}\n{hash}")))
}

/// Whether somebody signed up under this name and password, and it came to nothing. Hashes.
///
/// # Errors
/// As the database says.
pub(super) fn was_made(app: &App, name: &str, password: &Plain) -> store::Result<bool> {
    let mark = mark(app, name, password).unwrap_or_else(|| app.secrets.hash(""));
    app.read(|cx| Ok(reserved_names::among(cx.conn, &[mark])?.contains(&true)))
}
