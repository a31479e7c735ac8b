//! OpenID Connect: what an authentication request says beyond OAuth, and what relying parties learn of a person.

pub mod claims;
pub mod hint;
pub mod id_token;
pub mod logout;
pub mod prompt;
pub mod session_state;

/// The scope that makes an authorization request one for authentication (OpenID Connect Core section 3.1.2.1).
pub const OPENID: &str = "openid";
