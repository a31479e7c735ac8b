//! People and what they do about themselves: the use-cases under every dialect and page.

pub mod admin;
mod attempts;
pub mod audit;
pub mod avatar;
pub mod courier;
pub mod credentials;
pub mod dashboard;
mod devices;
pub mod email;
pub mod ends;
pub mod failures;
pub mod fields;
pub mod files;
pub mod fresh;
mod letters;
pub mod login;
mod logout;
pub mod names;
pub mod passkeys;
pub mod password;
pub mod people;
pub mod post;
pub mod powers;
pub mod profile;
pub mod register;
pub mod reserved;
pub mod roles;
pub mod second_factor;
pub mod security;
pub mod session;
pub mod standing;
pub mod statistics;
pub mod throttle;

pub use fields::Invalid;
pub use throttle::Throttled;
