//! How relying parties know a person: by a public or a pairwise identifier (OpenID Connect Core section 8).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::App;
use crate::core::client::{Client, SubjectType};
use crate::core::ids::UserId;

/// The `sub` of a person for a client. A pairwise one is the same for all clients of one sector, says nothing of the
/// person, and cannot be told from one of another sector without the server's key.
pub fn subject(app: &App, client: &Client, user: UserId) -> String {
    match client.metadata.openid.subject_type {
        SubjectType::Public => user.to_string(),
        SubjectType::Pairwise => {
            let sector = client.metadata.sector().unwrap_or_else(|| client.id.to_string());
            let mac = app.secrets.mac("pairwise subject", &[sector.as_bytes(), user.to_string().as_bytes()]);
            URL_SAFE_NO_PAD.encode(mac)
        }
    }
}
