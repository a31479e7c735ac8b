//! People and what they do about themselves: the use-cases under every dialect and page.

pub mod admin;
mod attempts;
mod devices;
pub mod email;
pub mod ends;
pub mod fields;
mod letters;
pub mod login;
pub mod password;
pub mod post;
pub mod register;
pub mod reserved;
pub mod roles;
pub mod session;
pub mod throttle;

pub use fields::Invalid;
pub use throttle::Throttled;
