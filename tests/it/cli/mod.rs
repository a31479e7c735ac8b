//! The program itself, run as its operator runs it.

mod checks;
mod clients;
mod roles;
pub mod running;
mod serve;
mod tokens;
mod users;
