//! OpenID Connect: what an authentication request says beyond OAuth, and what relying parties learn of a person.

pub mod claims;
pub mod id_token;
pub mod prompt;
pub mod subject;

/// The scope that makes an authorization request one for authentication (OpenID Connect Core section 3.1.2.1).
pub const OPENID: &str = "openid";
/// The scope of grants that outlast the session in which they were given (OpenID Connect Core section 11).
pub const OFFLINE_ACCESS: &str = "offline_access";
