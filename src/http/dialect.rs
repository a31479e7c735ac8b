//! The APIs of existing systems, each over the same use-cases.

pub mod account;
pub mod passport;
