//! What people do about themselves, below the pages and dialects, on both databases.

mod second_factor;
mod second_factor_limits;
mod second_factor_races;
mod second_factor_settings;
