//! The pages in a real browser: Chromium, by WebDriver. See docs/browser-tests.md.
#![cfg(test)]
#![expect(clippy::disallowed_methods, reason = "tests read the environment and the real clock")]

mod kit;
mod support;
mod table;
mod walks;
