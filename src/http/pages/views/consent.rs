//! The question whether an app may act for a person.

use askama::Template;

use super::{Link, Page, initial};
use crate::core::text::Said;

/// `/oauth/authorize`
#[derive(Debug, Clone, Template)]
#[template(path = "pages/consent.html")]
pub struct Consent {
    /// What every page needs; `page.user` is who is asked.
    pub page: Page,
    /// The name of the app.
    pub client_name: String,
    /// Who answers for the app.
    pub owner_name: Option<String>,
    /// The home of the app: shown only when it is http(s). Its label is the host, as the URL parser gives it.
    pub homepage: Option<Link>,
    /// Where its logo is, on this server.
    pub logo: Option<String>,
    /// How far this server vouches for the app.
    pub standing: Standing,
    /// Whether it was registered only days ago.
    pub is_new: bool,
    /// Whether what is sensitive must be confirmed.
    pub confirm: bool,
    /// Whether it was not.
    pub unconfirmed: bool,
    /// Where the answer goes.
    pub destination: Destination,
    /// What the app asks for, in the order shown.
    pub scopes: Vec<ScopeLine>,
    /// The authorization request, sealed; both answers carry it.
    pub auth_token: String,
    /// The authorization request as a local path, to come back to as somebody else.
    pub return_to: String,
}

/// How far this server vouches for an app.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The app belongs to this installation.
    FirstParty,
    /// An administrator has looked at it and vouches for it: it carries a mark.
    Verified,
    /// An administrator has accepted it: nothing is said.
    Known,
    /// It registered itself, or a user registered it: the person is warned.
    Unverified,
}

/// Where the browser goes with the answer, in words a person can check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    /// A host on the web, in its ASCII form (`xn--…`), so that look-alikes show.
    Web(String),
    /// A loopback address: a program on the person's own device.
    Loopback(String),
    /// A private-use scheme: an installed app.
    App(String),
}

/// One permission an app asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScopeLine {
    /// The scope token.
    pub name: String,
    /// What it allows, in words that follow “will be able to”.
    pub description: String,
    /// Whether the person may leave it out.
    pub optional: bool,
    /// Whether an optional one starts out ticked.
    pub checked: bool,
    /// Whether the person has not granted it to this app before.
    pub new: bool,
    /// Whether it deserves a second look.
    pub sensitive: bool,
}

impl ScopeLine {
    /// The description, or the bare name where nobody wrote one.
    pub fn text(&self) -> &str {
        if self.description.is_empty() { &self.name } else { &self.description }
    }
}

impl Consent {
    /// The letter shown in place of the app's logo.
    fn client_initial(&self) -> String {
        initial(&self.client_name)
    }

    /// The homepage, unless its scheme is one no page should link to.
    fn website(&self) -> Option<&Link> {
        self.homepage.as_ref().filter(|link| link.href.starts_with("https://") || link.href.starts_with("http://"))
    }

    /// Whether the person granted something before: only then is “new” worth saying.
    fn is_repeat(&self) -> bool {
        self.scopes.iter().any(|scope| !scope.new)
    }

    /// What is asked for anew and cannot be left out.
    fn required(&self) -> Vec<&ScopeLine> {
        self.scopes.iter().filter(|scope| scope.new && !scope.optional).collect()
    }

    /// What is asked for anew and may be left out.
    fn choices(&self) -> Vec<&ScopeLine> {
        self.scopes.iter().filter(|scope| scope.new && scope.optional).collect()
    }

    /// What was granted before.
    fn granted(&self) -> Vec<&ScopeLine> {
        self.scopes.iter().filter(|scope| !scope.new).collect()
    }

    /// A web app asks for the first time.
    pub fn sample() -> Self {
        let line = |name: &str, description: &str| ScopeLine {
            name: name.into(),
            description: description.into(),
            optional: false,
            checked: true,
            new: true,
            sensitive: false,
        };
        Self {
            page: Page::sample_signed_in(),
            client_name: "Acme Notes".into(),
            owner_name: Some("Acme Software Ltd".into()),
            homepage: Some(Link::new("https://notes.acme.example/", Said::verbatim("notes.acme.example"))),
            logo: None,
            standing: Standing::Verified,
            is_new: false,
            confirm: false,
            unconfirmed: false,
            destination: Destination::Web("app.acme.example".into()),
            scopes: vec![
                line("openid", "Know who you are on Grantor"),
                line("profile", "See your name, username and picture"),
                ScopeLine { optional: true, ..line("email", "See your e-mail address") },
                ScopeLine {
                    optional: true,
                    checked: false,
                    sensitive: true,
                    ..line("account", "Change your profile and end your sessions")
                },
            ],
            auth_token: "gat_2vN8sKq0yR4mZx7w".into(),
            return_to: "/oauth/authorize?client_id=acme&response_type=code".into(),
        }
    }

    /// The same app asks for more than last time.
    pub fn sample_again() -> Self {
        let mut sample = Self::sample();
        for scope in &mut sample.scopes {
            scope.new = scope.name == "account";
            scope.checked = !scope.new;
        }
        Self { standing: Standing::FirstParty, owner_name: None, homepage: None, ..sample }
    }

    /// A program on the person's own device, which registered itself under a very long name.
    pub fn sample_loopback() -> Self {
        let sample = Self::sample();
        Self {
            page: Page {
                user: Some(super::SignedIn {
                    name: "Hubert Blaine Wolfeschlegelsteinhausenbergerdorff".into(),
                    email: "hubert.blaine.wolfeschlegelsteinhausenbergerdorff@mail.example.com".into(),
                }),
                ..sample.page
            },
            client_name: "The Extraordinarily Long-Named Command-Line Companion for Everyday Grantor Users".into(),
            owner_name: Some("somebody-with-a-user-name-that-does-not-end-anywhere-soon".into()),
            homepage: Some(Link::new(
                "https://a-very-long-subdomain.of-a-very-long-domain.example/",
                Said::verbatim("a-very-long-subdomain.of-a-very-long-domain.example"),
            )),
            standing: Standing::Unverified,
            is_new: true,
            destination: Destination::Loopback("127.0.0.1".into()),
            ..sample
        }
    }

    /// An app that wants what is sensitive, and was not confirmed.
    pub fn sample_sensitive() -> Self {
        let mut sample = Self::sample();
        for scope in &mut sample.scopes {
            scope.optional = false;
        }
        Self { confirm: true, unconfirmed: true, standing: Standing::Known, ..sample }
    }
}
