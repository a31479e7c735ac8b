//! What OpenID Connect adds to one of my applications.

/// The part of the form that its owner fills in.
#[derive(Debug, Clone, Default)]
pub struct ClientOpenId {
    /// Its public keys, a JWK set in JSON.
    pub jwks: String,
    /// Where people may be sent after they signed out, one on each line.
    pub post_logout: String,
    /// Where it hears that a session ended.
    pub backchannel: String,
    /// What the browser loads in a frame then.
    pub frontchannel: String,
}

impl ClientOpenId {
    /// All of it but keys.
    pub fn sample() -> Self {
        Self {
            jwks: String::new(),
            post_logout: "https://app.example/bye".into(),
            backchannel: "https://app.example/back".into(),
            frontchannel: "https://app.example/front".into(),
        }
    }
}
