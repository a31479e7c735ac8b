//! The authorization server: what each endpoint decides, as plain values.

pub mod access_token;
pub mod answer;
pub mod applications;
pub mod asked;
pub mod authorize;
pub mod bearer;
pub mod bridge;
pub mod checks;
pub mod client_auth;
pub mod code;
pub mod connections;
pub mod consent;
pub mod error;
pub mod failures;
pub mod first_party;
pub mod grants;
pub mod introspect;
pub mod manage;
pub mod metadata;
pub mod parameters;
pub mod refresh_token;
pub mod request_object;
pub mod revoke;
pub mod token;
pub mod tokens;
pub mod userinfo;
