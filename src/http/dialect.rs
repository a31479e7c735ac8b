//! The dialects: the APIs of five existing systems, over one user core and one token core. None knows another.

pub mod account;
pub mod envelope;
pub mod passport;
pub mod profile;
pub mod refresh;
pub mod session;
