//! What these tests share with the integration tests.
#![expect(unused, reason = "the integration tests use the rest")]

#[path = "../it/support/browser.rs"]
pub mod browser;
#[path = "../it/support/contract.rs"]
pub mod contract;
#[path = "../it/support/database.rs"]
pub mod database;
#[path = "../it/support/flow.rs"]
pub mod flow;
#[path = "../it/support/outbox.rs"]
pub mod outbox;
#[path = "../it/support/pictures.rs"]
pub mod pictures;
#[path = "../it/support/postgres.rs"]
pub mod postgres;
#[path = "../it/support/second_factor.rs"]
pub mod second_factor;
#[path = "../it/support/server.rs"]
pub mod server;
