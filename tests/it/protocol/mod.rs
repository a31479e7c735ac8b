//! The protocols, a file each.

mod client_credentials;
