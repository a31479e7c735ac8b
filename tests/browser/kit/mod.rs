//! The browser, and how a page is driven as a person would.

pub mod axe;
pub mod callback;
pub mod driver;
pub mod faults;
pub mod files;
pub mod keyboard;
pub mod locate;
pub mod look;
pub mod page;
pub mod session;
mod tests;

use crate::support::database;

pub use callback::Callback;
pub use page::Page;

/// What opens pages, with scripts or without.
#[derive(Clone, Copy)]
pub struct Chrome {
    driver: &'static driver::Driver,
    /// Whether pages may run scripts.
    pub scripts: bool,
    /// Whether a frame of another site gets its cookies: as Chrome has it, and not every Chromium that is packaged.
    pub foreign_cookies: bool,
}

impl Chrome {
    /// A browser, or `None` if there is none.
    pub fn find(scripts: bool) -> Option<Self> {
        driver::driver().map(|driver| Self { driver, scripts, foreign_cookies: true })
    }
}

/// Runs a test with a browser, if there is one.
pub fn run<F: Future<Output = ()>>(scripts: bool, body: impl FnOnce(Chrome) -> F) {
    if let Some(chrome) = Chrome::find(scripts) {
        database::run(body(chrome));
    }
}

/// Makes of `async fn name(chrome: Chrome, db: Database) { … }` a test with scripts and one without, on SQLite.
macro_rules! walks {
    ($($(#[$meta:meta])* async fn $name:ident($chrome:ident: Chrome, $db:ident: Database) $body:block)*) => {$(
        $(#[$meta])*
        pub mod $name {
            use super::*;

            pub async fn body($chrome: $crate::kit::Chrome, $db: $crate::support::database::Database) $body

            #[test]
            fn with_scripts() {
                $crate::kit::run(true, |chrome| body(chrome, $crate::support::database::Database::sqlite()));
            }

            #[test]
            fn without_scripts() {
                $crate::kit::run(false, |chrome| body(chrome, $crate::support::database::Database::sqlite()));
            }
        }
    )*};
}
pub(crate) use walks;
