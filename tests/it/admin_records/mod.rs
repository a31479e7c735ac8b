//! The administration of apps, scopes and keys, and of what was done and refused: as pages and as JSON.

mod api;
mod clients;
mod owners;
mod records;
mod scopes_keys;
mod search;

use crate::support::admin::{Api, acts, browser, staff, submit, told};
