//! What somebody presents to come in, as every dialect takes it.

use serde_json::Value;

use super::body::Fields;
use crate::account::Invalid;
use crate::account::login::{Challenge, Credentials};
use crate::core::secret::Plain;

/// Reads `email` and `password`, or `two_factor_token` and `token` for the second step.
pub fn read(fields: &Fields, invalid: &mut Invalid) -> Credentials {
    if let Some(token) = fields.text("two_factor_token", invalid) {
        let code = fields.text("token", invalid).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        return Credentials::SecondFactor { token: Plain::new(token), code };
    }
    let email = fields.text("email", invalid);
    let login = invalid.required("email", email, 254);
    let password = Plain::new(fields.text("password", invalid).unwrap_or_default());
    if password.expose().is_empty() && !invalid.0.contains_key("password") {
        invalid.add("password", ("The password field is required.", "field-required"));
    }
    Credentials::Password { login, password }
}

/// Adds to an answer what the second step needs.
pub fn show(challenge: &Challenge, answer: &mut Value) {
    if let Some(members) = answer.as_object_mut() {
        members.insert("two_factor_required".to_owned(), true.into());
        members.insert("two_factor_token".to_owned(), challenge.token.expose().into());
        members.insert("two_factor_methods".to_owned(), challenge.methods.clone().into());
        members.insert("two_factor_expires_in".to_owned(), challenge.expires_in.into());
    }
}
