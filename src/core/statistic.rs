//! What is counted, by the hour.

use super::named::named;

named! {
    /// What is counted.
    Counter {
        /// Sign-ins of people.
        SignIns = "sign_ins",
        /// Sign-ins that were refused.
        SignInsRefused = "sign_ins_refused",
        /// Codes that were handed out.
        Authorizations = "authorizations",
        /// Access tokens for codes and client credentials.
        Tokens = "tokens",
        /// Access tokens for refresh tokens.
        Refreshes = "refreshes",
        /// Tokens that were asked about.
        Introspections = "introspections",
        /// Refused authorizations and token requests.
        Failures = "failures",
        /// Accounts that people made.
        Registrations = "registrations",
    }
}
