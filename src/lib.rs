//! Grantor.

pub mod app;
pub mod config;
pub mod core;
pub mod store;
