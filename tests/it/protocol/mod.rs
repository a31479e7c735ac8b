//! The protocols, a file each.

mod bad_input;
mod budget;
mod client_auth;
mod client_credentials;
mod hostile;
mod issuer_path;
mod lifetimes;
mod oauth2_crate;
mod races;
mod rfc6749_authorize;
mod rfc6749_code;
mod rfc6749_refresh;
mod rfc7009_revoke;
mod rfc7662_introspect;
mod rfc8414_metadata;
mod rfc9068_jwt;
mod two_nodes;
