//! `id_token_hint`: an id_token of this server that a client sends back to say whom it means (OpenID Connect Core section
//! 3.1.2.1, RP-Initiated Logout section 2).

use serde::Deserialize;

use crate::app::App;
use crate::core::client::Client;
use crate::store;

/// Whom an id_token speaks of, to whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// The person, as the client knows them.
    pub subject: String,
    /// The client.
    pub audience: String,
    /// The session.
    pub sid: Option<String>,
}

/// What makes a JWT of this server an id_token: the others lack one of these, or have another `typ`.
#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: String,
    azp: String,
    #[serde(rename = "iat")]
    _iat: i64,
    #[serde(rename = "exp")]
    _exp: i64,
    sid: Option<String>,
}

impl Hint {
    /// Reads an id_token; none when it is not one that this server signed by a key that still verifies. One that has expired
    /// does: it proves nothing, it only hints.
    ///
    /// # Errors
    /// As the database says.
    pub fn read(app: &App, token: &str) -> store::Result<Option<Self>> {
        let claims: Option<Claims> = app.keys()?.verify(token, "JWT");
        let own = claims.filter(|claims| claims.iss == app.config.issuer() && claims.azp == claims.aud);
        Ok(own.map(|claims| Self { subject: claims.sub, audience: claims.aud, sid: claims.sid }))
    }

    /// Whether it was issued to a client.
    pub fn is_for(&self, client: &Client) -> bool {
        self.audience == client.id.as_str()
    }
}
