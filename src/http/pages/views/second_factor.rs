//! The second factor: at sign-in, and among a person's settings.

use askama::Template;

use super::{Errors, Nav, Page, Section};
use crate::core::text::Said;

/// `/login/second-factor`
#[derive(Debug, Clone, Template)]
#[template(path = "pages/second_step.html")]
pub struct SecondStep {
    /// What every page needs.
    pub page: Page,
    /// The app that waits for this sign-in.
    pub client_name: Option<String>,
    /// What just happened.
    pub notice: Option<Said>,
    /// Why the last attempt failed, or how long to wait for the next.
    pub alert: Option<Said>,
    /// What is wrong with a field.
    pub errors: Errors,
    /// Where to go afterwards: a checked local path.
    pub return_to: String,
    /// `/login` with `return_to` in its query, encoded.
    pub login_href: String,
    /// Codes of an app are taken.
    pub totp: bool,
    /// Codes of text messages are taken, and sent when asked for.
    pub sms: bool,
    /// Recovery codes are left.
    pub recovery: bool,
    /// The script for passkeys, if one of theirs would do.
    pub passkeys: Option<String>,
}

impl SecondStep {
    /// Said when a code was asked for once more.
    pub const SENT: &str = "second-step-sent";

    /// Both ways, and recovery codes.
    pub fn sample() -> Self {
        Self {
            page: Page::sample(),
            client_name: Some("Acme Notes".into()),
            notice: None,
            alert: None,
            errors: Errors::default(),
            return_to: "/".into(),
            login_href: "/login?return_to=%2F".into(),
            totp: true,
            sms: true,
            recovery: true,
            passkeys: Some("/assets/passkeys.js".into()),
        }
    }

    /// After a wrong code; the telephone alone.
    pub fn sample_with_errors() -> Self {
        Self {
            alert: Some("error-second-factor-code".into()),
            totp: false,
            recovery: false,
            passkeys: None,
            ..Self::sample()
        }
    }
}

/// What an app needs to show codes.
#[derive(Debug, Clone)]
pub struct Setting {
    /// The secret, in groups of four letters.
    pub secret: String,
    /// The same as a link, for an app on this very device.
    pub uri: String,
    /// The side of the QR code, in squares.
    pub side: usize,
    /// The squares of the QR code, as a path.
    pub path: String,
}

/// `/account/second-factor`
#[derive(Debug, Clone, Template)]
#[template(path = "pages/second_factor.html")]
pub struct SecondFactor {
    /// What every page needs.
    pub page: Page,
    /// The way to the other pages.
    pub nav: Nav,
    /// What just happened.
    pub notice: Option<Said>,
    /// Why the last attempt failed as a whole.
    pub alert: Option<Said>,
    /// What is wrong with a field.
    pub errors: Errors,
    /// Whether each change asks for the password.
    pub ask_password: bool,
    /// Whether “Confirm it is you” comes before each change.
    pub must_confirm: bool,
    /// Codes of an app are on.
    pub totp: bool,
    /// An app waits to be confirmed.
    pub totp_pending: bool,
    /// What the app needs; shown once.
    pub setting: Option<Setting>,
    /// The telephone that codes go to, but for its last digits hidden.
    pub phone: Option<String>,
    /// A telephone that waits to be confirmed, hidden likewise.
    pub phone_pending: Option<String>,
    /// How many recovery codes are left.
    pub recovery_codes: i64,
    /// New recovery codes; shown once.
    pub codes: Vec<String>,
    /// The calling code typed last.
    pub country_code: String,
    /// The number typed last.
    pub phone_number: String,
}

impl SecondFactor {
    /// Nothing is on.
    pub fn sample() -> Self {
        Self {
            page: Page::sample_signed_in(),
            nav: Nav::sample(Section::SecondFactor),
            notice: None,
            alert: None,
            errors: Errors::default().with("phone_number", "field-number-country"),
            ask_password: true,
            must_confirm: false,
            totp: false,
            totp_pending: false,
            setting: None,
            phone: None,
            phone_pending: None,
            recovery_codes: 0,
            codes: Vec::new(),
            country_code: "381".into(),
            phone_number: "641234".into(),
        }
    }

    /// An app and a telephone wait to be confirmed.
    pub fn sample_app() -> Self {
        Self {
            errors: Errors::default(),
            ask_password: false,
            totp_pending: true,
            setting: Some(Setting {
                secret: "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ".into(),
                uri: "otpauth://totp/Grantor:ada?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Grantor".into(),
                side: 29,
                path: "M4 4h1v1h-1zM5 5h1v1h-1z".into(),
            }),
            phone_pending: Some("••• 67".into()),
            ..Self::sample()
        }
    }

    /// Both are on, and there are new recovery codes.
    pub fn sample_on() -> Self {
        Self {
            notice: Some("second-factor-app-on".into()),
            errors: Errors::default(),
            ask_password: false,
            must_confirm: true,
            totp: true,
            phone: Some("••• 67".into()),
            recovery_codes: 10,
            codes: ["0123a-bcdef", "ghjkm-npqrs", "tvwxy-z0123"].map(String::from).to_vec(),
            ..Self::sample()
        }
    }
}
