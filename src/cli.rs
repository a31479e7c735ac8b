//! The commands.

pub mod serve;

use std::process::ExitCode;

/// Runs the command line.
pub fn main() -> ExitCode {
    match serve::command() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("grantor: {error}");
            ExitCode::FAILURE
        }
    }
}
