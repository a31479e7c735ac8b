//! oxide-auth decides the flows; this drives its state machines from one synchronous loop each.
//!
//! Its machines ask questions ([`Output`](oxide_auth::code_grant::accesstoken::Output)); the answers come from
//! the grants' own steps. What the stock flows get wrong is mended on the way: parameters were
//! checked for repeats and the client was authenticated before ([`super::parameters`], [`super::client_auth`]); a
//! refresh is always bound to its client; redirect URIs are compared as strings by the grants; lifetimes are
//! judged by our clock, so the machines see an expiry that never comes; answers are built by the token core.

mod authorization;
mod client_credentials;
mod code;
mod refresh;
mod view;

pub use authorization::{AuthorizationSteps, authorization};
pub use client_credentials::client_credentials;
pub use code::{CodeSteps, authorization_code};
pub use refresh::{RefreshSteps, refresh_token};
