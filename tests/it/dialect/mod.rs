//! The dialects, each through the real app, on both databases.

mod envelope;
mod every_dialect;
mod matrix;
mod never_html;
mod passport_account;
mod passport_caller;
mod passport_clients;
mod passport_errors;
mod passport_personal;
mod passport_register;
mod passport_reset;
mod passport_support;
mod passport_tokens;
mod refresh;
mod session;
