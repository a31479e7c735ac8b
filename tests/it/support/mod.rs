//! What the integration tests share.

pub mod browser;
pub mod contract;
pub mod database;
pub mod flow;
pub mod golden;
pub mod outbox;
pub mod postgres;
pub mod server;
