//! What the end of a session brings with it: the grants that were given in it end too, and relying parties that signed a
//! person in by it are told (Back-Channel Logout).
//!
//! All is written in the transaction that ends the session: the message is a row of the outbox, and the token is signed when
//! it is sent.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::post;
use crate::app::{self, App, Cx};
use crate::backchannel::Poster;
use crate::core::delivery::Undelivered;
use crate::core::grant::EndReason;
use crate::core::ids::{ClientId, UserId};
use crate::core::time::{delta, unix};
use crate::store::{self, logouts};

/// For how long a logout token works, in seconds (Back-Channel Logout section 2.4 wants two minutes at the most).
const LIFETIME: i64 = 120;
/// What a logout token says has happened.
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// What is kept of a logout token until it is sent.
#[derive(Debug, Serialize, Deserialize)]
struct Told {
    user: i64,
    sid: String,
}

/// Ends what was given in sessions of a person that have just ended, and lets relying parties know. The caller holds the
/// rows of the sessions.
///
/// # Errors
/// As the database says.
pub fn after(cx: &mut Cx<'_>, user: UserId, sids: &[String]) -> store::Result<()> {
    if sids.is_empty() {
        return Ok(());
    }
    logouts::end_grants(cx.conn, user, sids, EndReason::SignedOut, cx.now)?;
    for (sid, client) in logouts::listeners(cx.conn, user, sids)? {
        let told = Told { user: user.0, sid };
        let text = serde_json::to_string(&told).map_err(|error| corrupt(&error.to_string()))?;
        let expires_at = cx.now + delta(cx.app.config.logout.give_up_after);
        post::logout(cx, &client, text, expires_at)?;
    }
    Ok(())
}

/// Signs a logout token and posts it to the client that it is for.
pub(super) fn send(app: &App, poster: &Poster, client: &ClientId, text: &str) -> Result<(), Undelivered> {
    let told: Told = serde_json::from_str(text).map_err(|_| Undelivered::Never("it cannot be read".to_owned()))?;
    let found = app.client(client.as_str()).map_err(Undelivered::later)?;
    let client = found.filter(|client| client.disabled_at.is_none());
    let gone = || Undelivered::Never("the client is gone, or does not want to be told any more".to_owned());
    let client = client.ok_or_else(gone)?;
    let openid = &client.metadata.openid;
    let uri = openid.backchannel_logout_uri.as_deref().ok_or_else(gone)?;
    let now = unix(app.now());
    let claims: Value = json!({
        "iss": app.config.issuer(),
        "sub": app::subject(app, &client, UserId(told.user)),
        "aud": client.id,
        "iat": now,
        "exp": now + LIFETIME,
        "jti": app.random().text::<16>(),
        "events": { EVENT: {} },
        "sid": told.sid,
    });
    let keys = app.keys().map_err(Undelivered::later)?;
    let signer = keys.signer(openid.id_token_signed_response_alg);
    let token = signer.sign("logout+jwt", &claims).map_err(Undelivered::later)?;
    poster.send(uri, &token)
}

fn corrupt(what: &str) -> store::Error {
    store::Error::Corrupt { table: "messages", what: what.to_owned() }
}
