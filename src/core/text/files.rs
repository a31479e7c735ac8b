//! The files of messages, compiled in. A new file is named here once, and is there in every language.

use super::Language;

macro_rules! files {
    ($language:literal) => {
        files!($language:
            "common" "signin" "logout" "register" "second_factor" "passkeys" "consent" "account" "apps" "tokens" "sessions"
            "admin" "admin_people" "admin_clients" "admin_server" "audit" "failures" "errors" "fields" "mail" "sms" "outbox"
            "countries" "openid")
    };
    ($language:literal: $($name:literal)+) => {
        &[$(include_str!(concat!("../../../templates/texts/", $language, "/", $name, ".ftl"))),+]
    };
}

/// The texts of all files of a language.
pub fn of(language: Language) -> &'static [&'static str] {
    match language {
        Language::German => files!("de"),
        Language::French => files!("fr"),
        _ => files!("en"),
    }
}
