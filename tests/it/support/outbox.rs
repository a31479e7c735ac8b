//! What the server has written to people.

use grantor::account::post;

use super::server::TestServer;

/// The texts of all messages, the newest last, with their recipients.
pub fn all(server: &TestServer) -> Vec<(String, String)> {
    let messages = post::newest(&server.app, 100).expect("the outbox");
    messages.into_iter().map(|(message, content)| (message.recipient, content.text)).collect()
}

/// The six digits of the newest message that holds some.
pub fn code(server: &TestServer) -> String {
    let digits = |word: &&str| word.len() == 6 && word.bytes().all(|b| b.is_ascii_digit());
    let found = all(server)
        .into_iter()
        .rev()
        .find_map(|(_, text)| text.split(|c: char| !c.is_ascii_alphanumeric()).find(digits).map(str::to_owned));
    found.expect("six digits")
}
