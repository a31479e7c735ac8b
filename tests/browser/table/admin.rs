//! What those see who manage the server.

use super::Entry;
use super::Who::Admin;
use super::at;

pub fn entries() -> Vec<Entry> {
    vec![at("home-admin", "/", Admin)]
}
