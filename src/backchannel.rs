//! Logout tokens: how relying parties get them.

mod poster;

pub use poster::{Poster, Settings, SetupError, problem};
