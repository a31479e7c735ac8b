//! HTTP: parses what comes in, hands it to a use-case, and renders what comes of it.

pub mod admin_api;
pub mod answer;
pub mod block;
pub mod body;
pub mod caller;
pub mod client_fields;
pub mod context;
pub mod cookies;
pub mod cors;
pub mod credentials;
pub mod csrf;
pub mod dialect;
pub mod document;
pub mod export;
pub mod faults;
pub mod files;
pub mod language;
pub mod layer;
pub mod multipart;
pub mod openapi;
pub mod pages;
pub mod protocol;
pub mod record_fields;
pub mod refusal;
pub mod shapes;
pub mod sign_in;
