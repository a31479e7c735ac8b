//! `[tokens]`

use std::time::Duration;

use super::reader::{Reader, days, hours, minutes};

/// How long tokens, codes and consent pages last. Whole seconds.
#[derive(Debug, Clone)]
pub struct Tokens {
    /// How long an access token is valid.
    pub access_token_lifetime: Duration,
    /// How long a refresh token is valid.
    pub refresh_token_lifetime: Duration,
    /// How long an authorization code may be exchanged.
    pub authorization_code_lifetime: Duration,
    /// How long an id_token is valid.
    pub id_token_lifetime: Duration,
    /// How long a used refresh token may be presented again.
    pub refresh_grace: Duration,
    /// How long after its end an access token of the server's own API may still be exchanged for a new one.
    pub renewal_grace: Duration,
    /// How long a personal access token is valid.
    pub personal_access_token_lifetime: Duration,
    /// How long a personal access token with the scope `admin` is valid at the most.
    pub admin_token_lifetime: Duration,
    /// How many personal access tokens that work one person may have.
    pub personal_access_tokens: u32,
    /// How long a consent page may stay open.
    pub consent_lifetime: Duration,
    /// How long the cookie for API calls from our own pages is valid.
    pub api_cookie_lifetime: Duration,
}

impl Tokens {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let second = Duration::from_secs(1);
        let tokens = Self {
            access_token_lifetime: reader.seconds("tokens.access_token_lifetime", minutes(1)..=days(30)),
            refresh_token_lifetime: reader.seconds("tokens.refresh_token_lifetime", hours(1)..=days(3650)),
            authorization_code_lifetime: reader
                .seconds("tokens.authorization_code_lifetime", second * 10..=minutes(10)),
            id_token_lifetime: reader.seconds("tokens.id_token_lifetime", minutes(1)..=hours(24)),
            refresh_grace: reader.seconds("tokens.refresh_grace", Duration::ZERO..=second * 60),
            renewal_grace: reader.seconds("tokens.renewal_grace", Duration::ZERO..=days(365)),
            personal_access_token_lifetime: reader
                .seconds("tokens.personal_access_token_lifetime", hours(1)..=days(3650)),
            admin_token_lifetime: reader.seconds("tokens.admin_token_lifetime", hours(1)..=days(365)),
            personal_access_tokens: reader.integer("tokens.personal_access_tokens", 1..=1000),
            consent_lifetime: reader.seconds("tokens.consent_lifetime", minutes(1)..=hours(24)),
            api_cookie_lifetime: reader.seconds("tokens.api_cookie_lifetime", minutes(1)..=days(30)),
        };
        tokens.validate(reader);
        tokens
    }

    fn validate(&self, reader: &mut Reader<'_>) {
        reader.not_longer(
            ("tokens.access_token_lifetime", self.access_token_lifetime),
            ("tokens.refresh_token_lifetime", self.refresh_token_lifetime),
        );
    }
}
