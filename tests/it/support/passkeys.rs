//! An authenticator without a device: it makes credentials and signs with them as Web Authentication (level 3, section 6)
//! says, and, when told to, not quite as it says.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use reqwest::Method;
use serde_json::{Value, json};

use super::browser::{Answer, Browser};
use super::database::Database;
use super::server::{Setup, TestServer};

/// The origin of the servers that [`start`] starts. A browser without a screen reaches them all the same.
pub const ORIGIN: &str = "http://localhost:8080";

/// A server with a name, and a clock that stands still.
pub fn start(db: &Database) -> TestServer {
    setup().start(db)
}

/// The settings of [`start`].
pub fn setup() -> Setup {
    Setup::default().frozen().set("server.public_url", ORIGIN)
}

/// A passkey.
pub struct Authenticator {
    id: Vec<u8>,
    key: EcdsaKeyPair,
    user_handle: Option<String>,
    /// How often it has signed.
    pub counter: u32,
    /// What it does otherwise than it should.
    pub quirks: Quirks,
}

/// What an authenticator, or whoever claims to be one, does otherwise.
#[derive(Clone)]
pub struct Quirks {
    /// The origin that the browser saw.
    pub origin: String,
    /// The relying party that it signs for.
    pub rp_id: String,
    /// Whether it checked who holds it.
    pub user_verified: bool,
    /// Another challenge than the one asked.
    pub challenge: Option<String>,
    /// Another user handle, or none.
    pub user_handle: Option<Option<String>>,
    /// Whether the counter goes up.
    pub counts: bool,
    /// Whether the signature is spoilt.
    pub tampered: bool,
    /// `webauthn.get` and `webauthn.create` the other way round.
    pub kind: Option<&'static str>,
}

impl Default for Quirks {
    fn default() -> Self {
        Self {
            origin: ORIGIN.to_owned(),
            rp_id: "localhost".to_owned(),
            user_verified: true,
            challenge: None,
            user_handle: None,
            counts: true,
            tampered: false,
            kind: None,
        }
    }
}

impl Authenticator {
    /// A new one, with a key of its own.
    pub fn new() -> Self {
        let mut id = vec![0; 32];
        aws_lc_rs::rand::fill(&mut id).expect("randomness");
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).expect("a key");
        Self { id, key, user_handle: None, counter: 0, quirks: Quirks::default() }
    }

    /// Another one that claims to hold the same credential.
    pub fn claiming(other: &Self) -> Self {
        Self { id: other.id.clone(), user_handle: other.user_handle.clone(), ..Self::new() }
    }

    /// What `navigator.credentials.create` makes of these options.
    pub fn create(&mut self, begun: &Value) -> String {
        let options = &begun["options"]["publicKey"];
        self.user_handle = options["user"]["id"].as_str().map(str::to_owned);
        let client_data = self.client_data("webauthn.create", options);
        let mut object = vec![0xa3];
        text(&mut object, "fmt");
        text(&mut object, "none");
        text(&mut object, "attStmt");
        object.push(0xa0);
        text(&mut object, "authData");
        let data = self.authenticator_data(true);
        object.extend([0x58, u8::try_from(data.len()).expect("short")]);
        object.extend(data);
        let credential = json!({
            "id": BASE64.encode(&self.id),
            "rawId": BASE64.encode(&self.id),
            "type": "public-key",
            "response": {
                "attestationObject": BASE64.encode(object),
                "clientDataJSON": BASE64.encode(client_data),
                "transports": ["internal", "hybrid", "something-new"],
            },
        });
        credential.to_string()
    }

    /// What `navigator.credentials.get` makes of these options.
    pub fn get(&mut self, begun: &Value) -> String {
        if self.quirks.counts {
            self.counter += 1;
        }
        let client_data = self.client_data("webauthn.get", &begun["options"]["publicKey"]);
        let data = self.authenticator_data(false);
        let mut signed = data.clone();
        signed.extend_from_slice(digest(&SHA256, &client_data).as_ref());
        let signature = self.key.sign(&SystemRandom::new(), &signed).expect("a signature");
        let mut signature = signature.as_ref().to_vec();
        if self.quirks.tampered {
            *signature.last_mut().expect("bytes") ^= 1;
        }
        let handle = self.quirks.user_handle.clone().unwrap_or_else(|| self.user_handle.clone());
        let credential = json!({
            "id": BASE64.encode(&self.id),
            "rawId": BASE64.encode(&self.id),
            "type": "public-key",
            "response": {
                "authenticatorData": BASE64.encode(data),
                "clientDataJSON": BASE64.encode(client_data),
                "signature": BASE64.encode(signature),
                "userHandle": handle,
            },
        });
        credential.to_string()
    }

    fn client_data(&self, kind: &str, options: &Value) -> Vec<u8> {
        let challenge = self.quirks.challenge.as_deref().or(options["challenge"].as_str()).expect("a challenge");
        let kind = self.quirks.kind.unwrap_or(kind);
        let data = json!({
            "type": kind, "challenge": challenge, "origin": self.quirks.origin, "crossOrigin": false,
        });
        data.to_string().into_bytes()
    }

    fn authenticator_data(&self, attested: bool) -> Vec<u8> {
        let mut data = digest(&SHA256, self.quirks.rp_id.as_bytes()).as_ref().to_vec();
        data.push(1 | if self.quirks.user_verified { 4 } else { 0 } | if attested { 0x40 } else { 0 });
        data.extend(self.counter.to_be_bytes());
        if attested {
            data.extend([0; 16]);
            data.extend(u16::try_from(self.id.len()).expect("short").to_be_bytes());
            data.extend(&self.id);
            // A COSE key (RFC 9053 section 7.1): EC2, ES256, P-256, and the two coordinates.
            let point = self.key.public_key().as_ref();
            data.extend([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]);
            data.extend(&point[1..33]);
            data.extend([0x22, 0x58, 0x20]);
            data.extend(&point[33..65]);
        }
        data
    }
}

/// A short text in CBOR.
fn text(to: &mut Vec<u8>, text: &str) {
    to.push(0x60 | u8::try_from(text.len()).expect("short"));
    to.extend(text.as_bytes());
}

/// Sends JSON, as the script of the pages does.
pub async fn post(browser: &Browser, path: &str, body: &Value) -> Answer {
    let request = browser.request(Method::POST, path).header("accept", "application/json").json(body);
    browser.send(request).await
}

/// The CSRF token of a page.
pub async fn token(browser: &Browser, page: &str) -> String {
    let page = browser.get(page).await;
    page.data("token").unwrap_or_else(|| panic!("no part for passkeys: {} {}", page.status, page.body))
}

/// Adds a passkey to the person whom a browser is signed in as; the answer to its second half.
pub async fn register(browser: &Browser, authenticator: &mut Authenticator, name: &str) -> Answer {
    let csrf = token(browser, "/account/passkeys").await;
    let begun = post(browser, "/account/passkeys/begin", &json!({ "_token": csrf })).await;
    assert_eq!(begun.status, 200, "{}", begun.body);
    let credential = authenticator.create(&begun.json());
    let body = json!({
        "_token": csrf, "ceremony": begun.json()["ceremony"], "credential": credential, "name": name,
    });
    post(browser, "/account/passkeys", &body).await
}

/// The first half of a sign-in: the CSRF token and what the server asks for.
pub async fn begin(browser: &Browser) -> (String, Value) {
    let csrf = token(browser, "/login").await;
    let begun = post(browser, "/login/passkey/begin", &json!({ "_token": csrf })).await;
    assert_eq!(begun.status, 200, "{}", begun.body);
    (csrf, begun.json())
}

/// The second half of a sign-in.
pub async fn finish(browser: &Browser, csrf: &str, begun: &Value, credential: &str) -> Answer {
    let body = json!({ "_token": csrf, "ceremony": begun["ceremony"], "credential": credential, "return_to": "" });
    post(browser, "/login/passkey", &body).await
}

/// Signs a fresh browser in with a passkey; the answer to the second half.
pub async fn sign_in(browser: &Browser, authenticator: &mut Authenticator) -> Answer {
    let (csrf, begun) = begin(browser).await;
    let credential = authenticator.get(&begun);
    finish(browser, &csrf, &begun, &credential).await
}
