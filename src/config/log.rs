//! `[log]`

use super::reader::Reader;

const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];

/// What is logged.
#[derive(Debug, Clone)]
pub struct Log {
    /// A level, or directives as `env_logger` takes them, such as
    /// `info,grantor=debug`.
    pub level: String,
}

impl Log {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let key = "log.level";
        let level = reader.text(key);
        if !is_filter(level) {
            reader.refuse(key, "off, error, warn, info, debug or trace, or directives such as info,grantor=debug");
        }
        Self { level: level.to_owned() }
    }
}

/// Stricter than `env_logger`, which takes a mistyped level for the name of a
/// module.
fn is_filter(text: &str) -> bool {
    let directives = text.split_once('/').map_or(text, |(first, _)| first);
    directives.split(',').all(|directive| {
        let (target, level) = match directive.split_once('=') {
            Some((target, level)) => (Some(target.trim()), level),
            None => (None, directive),
        };
        let level = level.trim();
        target != Some("") && LEVELS.iter().any(|known| known.eq_ignore_ascii_case(level))
    })
}
