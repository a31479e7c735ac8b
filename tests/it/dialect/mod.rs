//! The dialects, each through the real app, on both databases.

mod envelope;
mod every_dialect;
mod matrix;
mod never_html;
mod passport_account;
mod passport_caller;
mod passport_clients;
mod passport_errors;
mod passport_fresh;
mod passport_personal;
mod passport_register;
mod passport_reset;
pub mod passport_support;
mod passport_tokens;
mod profile_auth;
mod profile_avatar;
mod profile_avatar_limits;
mod profile_errors;
mod profile_me;
mod profile_sessions;
mod profile_support;
mod profile_two_factor;
mod refresh;
mod second_factor;
mod session;
