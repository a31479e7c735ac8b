//! Messages to people: how they are sent, and what becomes of those that cannot be.

mod development;
mod serving;
mod sms;
mod smtp;

use grantor::account::courier::Courier;
use grantor::account::post::{self, Content, Message, State};
use grantor::core::delivery::Channel;
use grantor::core::text::Language;
use grantor::core::time::delta;
use grantor::mail::PasswordResetLink;
use std::time::Duration;

use crate::support::server::TestServer;

/// Writes a mail that is worth something for a day.
fn write(server: &TestServer, to: &str) {
    write_for(server, to, Duration::from_hours(24));
}

/// Writes a mail that is worth something for so long.
fn write_for(server: &TestServer, to: &str, lifetime: Duration) {
    let to = to.to_owned();
    let written = server.app.write(move |cx| {
        let expires_at = cx.now + delta(lifetime);
        post::mail(cx, &to, &PasswordResetLink::sample(Language::English), expires_at)
    });
    written.expect("the mail is written");
}

/// Writes a text message that is worth something for an hour.
fn write_sms(server: &TestServer, to: &str, text: &str) {
    let (to, text) = (to.to_owned(), text.to_owned());
    let written = server.app.write(move |cx| {
        let expires_at = cx.now + delta(Duration::from_hours(1));
        post::sms(cx, "sign_in_code", &to, text, expires_at)
    });
    written.expect("the text message is written");
}

/// Sends what is due; how many messages were taken on.
fn deliver(server: &TestServer, channel: Channel) -> usize {
    Courier::new(&server.app).expect("a courier").deliver(channel, || true).expect("the database answers")
}

/// The only message in the outbox.
fn only(server: &TestServer) -> (Message, Content) {
    let mut messages = post::newest(&server.app, 10).expect("the outbox");
    assert_eq!(messages.len(), 1);
    messages.remove(0)
}

/// That the only message waits until so many seconds from now, after so many attempts.
fn assert_waits(server: &TestServer, attempts: i64, seconds: u64) {
    let (message, content) = only(server);
    assert_eq!((message.state(), message.attempts), (State::Waiting, attempts));
    assert_eq!(message.next_attempt_at, Some(server.app.now() + delta(Duration::from_secs(seconds))));
    assert!(!content.text.is_empty());
}

/// That the only message is done with, after so many attempts, and that what it said is gone.
fn assert_over(server: &TestServer, state: State, attempts: i64) {
    let (message, content) = only(server);
    assert_eq!((message.state(), message.attempts, message.next_attempt_at), (state, attempts, None));
    assert_eq!((content.text.as_str(), content.html), ("", None));
}
