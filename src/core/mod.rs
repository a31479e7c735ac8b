//! The words that every layer shares: values without I/O.
//!
//! Nothing here reads a clock, a database, a file or the environment. Time and
//! randomness come in through [`time::Clock`] and [`random::Random`].

pub mod address;
pub mod agent;
pub mod audit;
pub mod authentication;
pub mod client;
pub mod country;
pub mod delivery;
pub mod failure;
pub mod grant;
pub mod ids;
mod named;
pub mod network;
pub mod page;
pub mod password;
pub mod people;
pub mod phone;
pub mod pkce;
pub mod power;
pub mod random;
pub mod redirect;
pub mod role;
pub mod scope;
pub mod secret;
pub mod signing;
pub mod statistic;
pub mod text;
pub mod time;
pub mod trace;
pub mod user;
