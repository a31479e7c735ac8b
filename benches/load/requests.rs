//! The requests, and connections that are ready to send them.

use std::rc::Rc;

use crate::client::{Connection, get, post};
use crate::drive::Work;
use crate::flows::{Authorize, Codes, Fixed, Pair, Redeem, unexpected};
use crate::prepare::Keys;
use crate::process::Server;

/// An RFC 7636 verifier and its S256 challenge.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// What an app asks for.
pub struct Asked {
    /// Its part of the authorization request.
    query: &'static str,
    /// What the token response must hold.
    expected: &'static str,
}

/// Of an app that wants to call in somebody's name.
pub const PLAIN: Asked = Asked { query: "scope=profile", expected: "\"refresh_token\":\"" };
/// Of an app that wants to know who signed in.
pub const OPENID: Asked = Asked { query: "scope=openid+profile&nonce=bi0wUzZfV3pBMk1q", expected: "\"id_token\":\"" };

/// The same requests in turn on so many connections.
pub fn fixed(connections: usize, requests: Vec<Vec<u8>>, expected: &'static str) -> Vec<Box<dyn Work>> {
    let requests = Rc::new(requests);
    let work = |next| Fixed { requests: Rc::clone(&requests), next, expected, left: None };
    (0..connections).map(|next| Box::new(work(next)) as Box<dyn Work>).collect()
}

/// A token for the client itself.
pub fn client_credentials(keys: &Keys) -> Vec<u8> {
    post("/oauth/token", &keys.headers, "grant_type=client_credentials&scope=profile")
}

/// Takes codes in a signed-in browser.
pub fn authorize(keys: &Keys, cookie: &str, asked: &Asked, codes: &Codes) -> Authorize {
    let path = format!(
        "/oauth/authorize?response_type=code&client_id={}&redirect_uri=https%3A%2F%2Fapp.example%2Fcb&{}\
         &state=c3RhdGVzdGF0ZXN0YXRl&code_challenge={CHALLENGE}&code_challenge_method=S256",
        keys.id, asked.query
    );
    let request = get(&path, &format!("cookie: grantor_session={cookie}\r\naccept: text/html\r\n"));
    Authorize { request, codes: codes.clone() }
}

/// Redeems what is in `codes`.
pub fn redeem(keys: &Keys, asked: &Asked, codes: &Codes) -> Redeem {
    let before = format!(
        "grant_type=authorization_code&redirect_uri=https%3A%2F%2Fapp.example%2Fcb&code_verifier={VERIFIER}&code="
    );
    Redeem { headers: keys.headers.clone(), before, codes: codes.clone(), expected: asked.expected }
}

/// Asks for codes and redeems them.
pub fn pair(keys: &Keys, cookie: &str, asked: &Asked) -> Pair {
    let codes = Codes::default();
    let authorize = authorize(keys, cookie, asked, &codes);
    Pair { authorize, redeem: redeem(keys, asked, &codes), has_code: false }
}

/// Does one unit and takes a text out of its last answer.
pub async fn ask(server: &Server, mut work: impl Work, before: &str) -> Result<String, String> {
    let mut connection = Connection::open(server.address).await.map_err(|e| e.to_string())?;
    loop {
        let mut request = Vec::new();
        work.request(&mut request);
        let answer = connection.exchange(&request).await.map_err(|e| e.to_string())?;
        if work.answer(&answer)? {
            return answer.text(before).map(str::to_owned).ok_or_else(|| unexpected(&answer));
        }
    }
}
