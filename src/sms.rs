//! Text messages: how they are sent.

mod gateway;

pub use gateway::{Format, Gateway, Settings, SetupError};
