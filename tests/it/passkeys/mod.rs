//! Passkeys, with an authenticator in place of the browser's script: adding one, signing in, and all that is refused.

mod confirm;
mod refusals;
mod rivals;
mod second_step;
mod settings;
mod ways;

use grantor::account::{passkeys, session};
use grantor::core::secret::Plain;
use grantor::core::user::User;

use crate::support::browser::{Answer, Browser};
use crate::support::passkeys::{Authenticator, register};
use crate::support::server::TestServer;

/// A person with a passkey, and the browser that they are signed in at.
async fn ada(server: &TestServer) -> (User, Browser, Authenticator) {
    let ada = server.user("ada");
    let browser = Browser::new(server);
    browser.sign_in("ada").await;
    let mut authenticator = Authenticator::new();
    let added = register(&browser, &mut authenticator, "My key").await;
    assert_eq!(
        (added.status, added.json()["location"].as_str()),
        (200, Some("/account/passkeys?done=added")),
        "{added:?}"
    );
    (ada, browser, authenticator)
}

/// Whom an answer signs in.
fn signed_in(server: &TestServer, answer: &Answer) -> Option<User> {
    let lines = answer.headers.get_all("set-cookie").iter().map(|value| value.to_str().expect("a cookie of text"));
    let cookie = lines.filter_map(|line| line.strip_prefix("grantor_session=")?.split(';').next()).next()?;
    let cookie = Plain::new(cookie);
    server.app.read(|cx| session::find(cx, &cookie)).expect("a database").map(|signed_in| signed_in.user)
}

/// The passkeys of a person, as the database has them.
fn kept(server: &TestServer, user: &User) -> Vec<passkeys::Passkey> {
    passkeys::list(&server.app, user.id).expect("a list")
}

/// Nobody came in, and the page says why.
fn assert_refused(answer: &Answer, status: u16, words: &str) {
    assert_eq!(answer.status, status, "{}", answer.body);
    let message = answer.json()["message"].as_str().expect("a message").to_owned();
    assert!(message.contains(words), "{message}");
    assert!(answer.headers.get("set-cookie").is_none(), "{answer:?}");
}
