//! Export and deletion.

use askama::Template;

use super::{Nav, Section};
use crate::core::text::Said;
use crate::http::pages::views::{Errors, Page};

/// `/account/data`
#[derive(Debug, Clone, Template)]
#[template(path = "pages/account_data.html")]
pub struct AccountData {
    /// What every page needs.
    pub page: Page,
    /// The way to the other pages.
    pub nav: Nav,
    /// Why the last attempt failed as a whole.
    pub alert: Option<Said>,
    /// What is wrong with a field.
    pub errors: Errors,
    /// Whether the sign-in is so recent that the forms are shown.
    pub is_fresh: bool,
    /// Whether they have a password, which the deletion asks for then.
    pub has_password: bool,
    /// Whether nobody else gets their names afterwards.
    pub reserves_names: bool,
    /// What is to be typed to confirm the deletion.
    pub username: String,
    /// What was typed.
    pub confirmation: String,
}

impl AccountData {
    /// A sign-in of some time ago.
    pub fn sample() -> Self {
        Self {
            page: Page::sample_signed_in(),
            nav: Nav::sample(Section::Data),
            alert: None,
            errors: Errors::default(),
            is_fresh: false,
            has_password: true,
            reserves_names: true,
            username: "ada".into(),
            confirmation: String::new(),
        }
    }

    /// A recent one, after a form with errors.
    pub fn sample_fresh() -> Self {
        let sample = Self::sample();
        let errors = Errors::default().with("confirmation", "data-confirmation-wrong");
        Self { errors, is_fresh: true, confirmation: "eve".into(), ..sample }
    }
}
