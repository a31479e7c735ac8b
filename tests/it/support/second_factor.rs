//! A person's second factors, and the two steps of a sign-in without a page or a dialect.

use grantor::account::login::{self, Challenge, Credentials, LoginError, Origin, Verified};
use grantor::account::second_factor;
use grantor::core::secret::Plain;
use grantor::core::time::unix;
use grantor::core::user::User;
use totp_rs::Builder;

use super::outbox;
use super::server::{PASSWORD, TestServer};

/// An authenticator app.
pub struct Authenticator([u8; 20]);

impl Authenticator {
    /// An app that was given a secret in base 32.
    pub fn of(base32: &str) -> Self {
        let (mut bytes, mut buffer, mut bits) = (Vec::new(), 0_u32, 0);
        for letter in base32.bytes().filter(|b| *b != b' ') {
            let five = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".iter().position(|known| *known == letter).expect("base 32");
            buffer = (buffer << 5) | u32::try_from(five).expect("five bits");
            bits += 5;
            if bits >= 8 {
                bits -= 8;
                bytes.push(u8::try_from((buffer >> bits) & 255).expect("a byte"));
            }
        }
        Self(bytes.try_into().expect("20 bytes"))
    }

    /// What it shows at the server's present time, or that many steps later.
    pub fn code(&self, server: &TestServer, steps: i64) -> String {
        let at = u64::try_from(unix(server.app.now()) + 30 * steps).expect("after 1970");
        Builder::new().with_secret(self.0).build_noncompliant().generate(at).to_string()
    }
}

/// Moves a frozen clock a little, so that messages have an order.
pub fn tick(server: &TestServer) {
    if server.clock.is_some() {
        server.advance(chrono::TimeDelta::milliseconds(1));
    }
}

/// Turns an app on; its recovery codes too. The present step is used up by it.
pub fn turn_on_totp(server: &TestServer, user: &User) -> (Authenticator, Vec<String>) {
    tick(server);
    let setup = second_factor::begin_totp(&server.app, user).expect("a secret");
    let app = Authenticator::of(setup.secret.expose());
    let codes = second_factor::confirm_totp(&server.app, user, &app.code(server, 0)).expect("confirmed");
    (app, codes.iter().map(|code| code.expose().to_owned()).collect())
}

/// Turns text messages on.
pub fn turn_on_sms(server: &TestServer, user: &User) {
    tick(server);
    second_factor::begin_sms(&server.app, user, "381", "641234567", &Origin::default()).expect("a code is sent");
    let code = outbox::code(server);
    tick(server);
    second_factor::confirm_sms(&server.app, user, &code).expect("confirmed");
}

/// The first step, of a person of whom a second one is asked.
pub fn first_step(server: &TestServer, username: &str) -> Challenge {
    tick(server);
    match login::verify(&server.app, username, PASSWORD, &Origin::default()) {
        Err(LoginError::SecondFactor(challenge)) => challenge,
        other => panic!("no second factor is asked for: {other:?}"),
    }
}

/// The second step.
pub fn second_step(server: &TestServer, token: &Plain, code: &str) -> Result<Verified, LoginError> {
    let credentials = Credentials::SecondFactor { token: token.clone(), code: Some(code.to_owned()) };
    login::enter(&server.app, &credentials, &Origin::default())
}

/// Asks for a text message once more.
pub fn ask_again(server: &TestServer, token: &Plain) -> Result<Challenge, LoginError> {
    tick(server);
    let credentials = Credentials::SecondFactor { token: token.clone(), code: None };
    match login::enter(&server.app, &credentials, &Origin::default()) {
        Err(LoginError::SecondFactor(challenge)) => Ok(challenge),
        Err(other) => Err(other),
        Ok(_) => panic!("somebody came in without a code"),
    }
}

/// A code of six digits that is not this one.
pub fn another(code: &str) -> &'static str {
    if code == "000000" { "000001" } else { "000000" }
}

/// Signs a person in by both steps, and answers the `Cookie` header.
pub fn sign_in_with_code(server: &TestServer, username: &str, code: &str) -> String {
    let challenge = first_step(server, username);
    let verified = second_step(server, &challenge.token, code).expect("the code is right");
    let cookie =
        grantor::account::session::sign_in(&server.app, verified, Origin::default(), None).expect("a session").cookie;
    format!("grantor_session={}", cookie.expose())
}
