//! How relying parties know a person: by a public or a pairwise identifier (OpenID Connect Core section 8).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::App;
use crate::core::client::{Client, Sector, SubjectType};
use crate::core::ids::UserId;

/// The `sub` of a person for a client. A pairwise one is the same for all clients of one sector, says nothing of the
/// person, and cannot be told from one of another sector without the server's key.
pub fn subject(app: &App, client: &Client, user: UserId) -> String {
    match client.metadata.openid.subject_type {
        SubjectType::Public => user.to_string(),
        SubjectType::Pairwise => {
            let (kind, name) = sector(client);
            let user = user.to_string();
            let mac = app.secrets.mac("pairwise subject", &[kind.as_bytes(), name.as_bytes(), user.as_bytes()]);
            URL_SAFE_NO_PAD.encode(mac)
        }
    }
}

/// Within what a client knows people by the same pairwise identifiers: of which kind it is, and its name.
pub fn sector(client: &Client) -> (&'static str, String) {
    match client.metadata.sector() {
        Some(Sector::Host(host)) => ("host", host),
        Some(Sector::Own) | None => ("client", client.id.to_string()),
    }
}
