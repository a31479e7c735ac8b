//! What the integration tests share.

pub mod admin;
pub mod browser;
pub mod contract;
pub mod database;
pub mod flow;
pub mod gateway;
pub mod golden;
pub mod jwt;
pub mod outbox;
pub mod passkeys;
pub mod pictures;
pub mod postgres;
pub mod second_factor;
pub mod server;
pub mod smtp;
