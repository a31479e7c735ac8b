//! Grantor, an OAuth 2.0 authorization server: one crate, one binary, one database.
//!
//! # Layers
//!
//! ```text
//! cli, routes → http → oauth → account → app → {store, mail, sms, backchannel, config} → core
//! ```
//!
//! Each may use what stands to its right and nothing to its left; `tests/it/layers.rs` reads the
//! sources and fails on a wrong `use`.
//!
//! - [`core`]: the words that all share: values, no I/O. Time and randomness are passed in.
//! - [`store`]: what is kept, on PostgreSQL and SQLite. The only layer that knows diesel.
//! - [`config`]: the settings, and where each came from. The only layer that reads the environment.
//! - [`mail`]: the mails that the server writes, and how they are sent. [`sms`]: how text messages are sent.
//!   [`backchannel`]: how relying parties are told that a session ended.
//! - [`app`]: the running server: [`app::App`] holds settings, database, clock, randomness, keys and caches;
//!   [`app::Cx`] is one unit of work: a connection in a transaction and one moment for all of it.
//! - [`account`]: people: registration, sign-in, second factors, sessions, passwords.
//! - [`oauth`]: the authorization server's decisions. oxide-auth decides the flows, behind [`oauth::bridge`].
//! - [`http`]: parses, hands over, renders. [`routes`] names every URL. actix is known only here and in [`cli::serve`].
//! - [`cli`]: the commands.
//!
//! # The life of a request
//!
//! `POST /oauth/token` comes in at [`routes`] and goes to [`http::protocol::token`], which reads bounded,
//! checked parameters and hands them to [`http::block::run`]: be let in, then one blocking call. From there
//! on everything is synchronous: [`oauth::token::exchange`] authenticates the client from the cache and
//! picks the grant; [`oauth::grants::authorization_code`] lets oxide-auth's state machine ask its questions: it reads
//! the grant, checks what binds the code, makes the tokens, and hands them to [`store::exchanges::redeem`]: one
//! conditional UPDATE and one INSERT, both or neither. Whoever lost a race to it looks again and sees what the
//! winner left. The value comes straight back and is rendered.
//!
//! # What is kept, and why it cannot be used twice
//!
//! A grant is one row: the code that starts it, the refresh token that keeps it going, its end. Redeeming
//! and rotating are one conditional UPDATE of that row, judged by whether it found it; ending the row ends every
//! token of it, those being issued at that moment too. Access tokens are rows found by `jti` and proven by
//! a keyed hash of the whole token. No secret is kept in the clear. Locks are taken in one order: the
//! person, their sessions, their grants; so that a change of the password waits for what is being opened
//! at that moment, and ends it.
//!
//! A mail or a text message is a row too, written with what causes it and sealed; [`account::courier`] claims it by one
//! conditional UPDATE, sends it, marks it and empties it.
//!
//! On PostgreSQL the pool writes. On SQLite one connection writes for all who wait: each under its own
//! savepoint, one commit for all, answers after the commit.

pub mod account;
pub mod app;
pub mod backchannel;
pub mod cli;
pub mod config;
pub mod core;
pub mod http;
pub mod mail;
pub mod oauth;
pub mod oidc;
pub mod routes;
pub mod sms;
pub mod store;
