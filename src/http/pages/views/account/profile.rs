//! What a person says of themselves.

use askama::Template;

use super::{Nav, Section};
use crate::core::text::{Language, Said};
use crate::http::pages::views::{Choice, Errors, Page, initial};

/// What the fields of the profile hold.
#[derive(Debug, Clone, Default)]
pub struct ProfileFields {
    /// First names.
    pub first_name: String,
    /// The last name.
    pub last_name: String,
    /// The name to sign in with.
    pub username: String,
    /// The telephone number.
    pub phone: String,
    /// The date of birth, `YYYY-MM-DD`.
    pub birthday: String,
    /// As the person puts it.
    pub gender: String,
    /// ISO 3166-1 numeric code of the country.
    pub country_id: String,
    /// The postal address.
    pub address: String,
    /// What they say of themselves.
    pub bio: String,
}

/// `/account/profile`
#[derive(Debug, Clone, Template)]
#[template(path = "pages/account_profile.html")]
pub struct AccountProfile {
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
    /// Where their picture is.
    pub picture: Option<String>,
    /// Whether they have a picture elsewhere, which is not shown.
    pub has_picture_elsewhere: bool,
    /// What the fields hold.
    pub fields: ProfileFields,
    /// Every country.
    pub countries: Vec<Choice>,
    /// The language that they chose; empty when that is left to each browser.
    pub locale: String,
    /// Every language.
    pub languages: Vec<Choice>,
}

impl AccountProfile {
    /// A profile.
    pub fn sample() -> Self {
        Self {
            page: Page::sample_signed_in(),
            nav: Nav::sample(Section::Profile),
            notice: None,
            alert: None,
            errors: Errors::default(),
            picture: Some("/files/kX3Jr0bq1Yt9w2Zs5Vd7aA.jpg".into()),
            has_picture_elsewhere: false,
            fields: ProfileFields {
                first_name: "Ada".into(),
                last_name: "Lovelace".into(),
                username: "ada".into(),
                phone: "+381641234567".into(),
                birthday: "1815-12-10".into(),
                country_id: "826".into(),
                bio: "Enchantress\nof numbers".into(),
                ..ProfileFields::default()
            },
            countries: vec![Choice::new("688", "Serbia"), Choice::new("826", "United Kingdom")],
            locale: "de".into(),
            languages: Language::ALL.iter().map(|one| Choice::new(one.tag(), one.name())).collect(),
        }
    }

    /// After a wrong field and a wrong picture.
    pub fn sample_with_errors() -> Self {
        let sample = Self::sample();
        let errors = Errors::default().with("file", "profile-picture-missing").with("phone", "field-phone");
        Self { errors, picture: None, has_picture_elsewhere: true, ..sample }
    }

    /// The letter shown in place of a picture.
    pub fn initial(&self) -> String {
        initial(&self.fields.first_name)
    }
}
