//! Grantor.

pub mod account;
pub mod app;
pub mod cli;
pub mod config;
pub mod core;
pub mod http;
pub mod mail;
pub mod oauth;
pub mod routes;
pub mod store;
