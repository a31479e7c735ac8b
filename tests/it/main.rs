//! The integration tests: through the real HTTP app, on real databases.
#![cfg(test)]
#![expect(clippy::disallowed_methods, reason = "tests read the environment and the real clock")]

mod account;
mod admin;
mod admin_records;
mod audit;
mod cli;
mod crash;
mod dialect;
mod keys;
mod layers;
mod messages;
mod oidc;
mod openapi;
mod pages;
mod passkeys;
mod plans;
mod protocol;
mod support;
mod texts;
