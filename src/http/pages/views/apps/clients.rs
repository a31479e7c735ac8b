//! My applications.

use askama::Template;

use super::super::{Errors, Nav, Page, Section};
use super::connections::sample_time;
use super::{AppFace, ClientOpenId, ScopeText};
use crate::core::text::Said;
use crate::core::time::Time;

/// `/account/clients`
#[derive(Debug, Clone, Template)]
#[template(path = "apps/clients.html")]
pub struct ClientList {
    /// What every page needs.
    pub page: Page,
    /// The way to the other pages.
    pub nav: Nav,
    /// What just happened: a message.
    pub notice: Option<&'static str>,
    /// Whether the person may register more.
    pub may_register: bool,
    /// The applications.
    pub clients: Vec<ClientLine>,
}

/// One application.
#[derive(Debug, Clone)]
pub struct ClientLine {
    /// Its identifier.
    pub id: String,
    /// How people see it.
    pub face: AppFace,
    /// Whether it cannot keep a secret.
    pub public: bool,
    /// When it was registered.
    pub created_at: Time,
}

impl ClientLine {
    fn sample() -> Self {
        Self { id: "k3VhT0o7w5Qy1mJ8sXc2Rg".into(), face: AppFace::sample(), public: false, created_at: sample_time() }
    }
}

impl ClientList {
    /// Two applications.
    pub fn sample() -> Self {
        let face = AppFace { name: "Command line".into(), verified: false, ..AppFace::sample() };
        let other = ClientLine { face, public: true, ..ClientLine::sample() };
        Self {
            page: Page::sample_signed_in(),
            nav: Nav::sample(Section::Clients),
            notice: Some("clients-deleted"),
            may_register: true,
            clients: vec![ClientLine::sample(), other],
        }
    }

    /// None.
    pub fn sample_empty() -> Self {
        Self { notice: None, clients: Vec::new(), may_register: false, ..Self::sample() }
    }
}

/// `/account/clients/new`
#[derive(Debug, Clone, Template)]
#[template(path = "apps/client_new.html")]
pub struct ClientNew {
    /// What every page needs.
    pub page: Page,
    /// The way to the other pages.
    pub nav: Nav,
    /// Why the last attempt failed as a whole.
    pub alert: Option<Said>,
    /// What is wrong with a field.
    pub errors: Errors,
    /// `confidential`, `public` or `native`.
    pub kind: String,
    /// The name that was typed.
    pub name: String,
    /// The home page that was typed.
    pub client_uri: String,
    /// The redirect URIs that were typed, one on each line.
    pub redirect: String,
    /// What is wrong with which line of them.
    pub wrong_lines: Vec<(usize, Said)>,
    /// The scopes there are.
    pub scopes: Vec<ScopeText>,
    /// This form, so that it makes one application even if it is sent twice.
    pub form: String,
}

impl ClientNew {
    /// An empty form.
    pub fn sample() -> Self {
        Self {
            page: Page::sample_signed_in(),
            nav: Nav::sample(Section::Clients),
            alert: None,
            errors: Errors::default(),
            kind: "confidential".into(),
            name: String::new(),
            client_uri: String::new(),
            redirect: String::new(),
            wrong_lines: Vec::new(),
            scopes: ScopeText::samples(),
            form: "0c9b8e7d6f5a4b3c2d1e0f".into(),
        }
    }

    /// The same with something wrong.
    pub fn sample_with_errors() -> Self {
        let errors = Errors::default().with("name", "field-required").with("redirect", "field-required");
        let wrong_lines = vec![(2, Said::verbatim("data:x"))];
        Self { errors, wrong_lines, redirect: "https://app.example/cb\ndata:x".into(), ..Self::sample() }
    }
}

/// `/account/clients/{id}`
#[derive(Clone, Template)]
#[template(path = "apps/client.html")]
pub struct ClientPage {
    /// What every page needs.
    pub page: Page,
    /// The way to the other pages.
    pub nav: Nav,
    /// What just happened: a message.
    pub notice: Option<&'static str>,
    /// A secret, shown this once.
    pub secret: Option<String>,
    /// The application.
    pub client: ClientLine,
    /// Where codes may be sent.
    pub redirect_uris: Vec<String>,
    /// What it may ask for.
    pub scopes: Vec<ScopeText>,
    /// How to try it; none where it cannot use codes.
    pub sample: Option<Sample>,
}

impl std::fmt::Debug for ClientPage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ClientPage")
    }
}

/// Code to try an application with.
#[derive(Debug, Clone)]
pub struct Sample {
    /// The authorization request.
    pub authorize: String,
    /// Its token request, for a shell.
    pub curl: String,
    /// The same with a library.
    pub library: String,
}

impl ClientPage {
    /// Just made.
    pub fn sample() -> Self {
        Self {
            page: Page::sample_signed_in(),
            nav: Nav::sample(Section::Clients),
            notice: Some("clients-made"),
            secret: Some("gra_cs_2vN8sKq0yR4mZx7w".into()),
            client: ClientLine::sample(),
            redirect_uris: vec!["https://app.example/cb".into()],
            scopes: ScopeText::samples(),
            sample: Some(Sample {
                authorize: "https://id.example/oauth/authorize?client_id=acme".into(),
                curl: "curl https://id.example/oauth/token".into(),
                library: "from authlib.integrations.requests_client import OAuth2Session".into(),
            }),
        }
    }
}

/// `/account/clients/{id}/edit`
#[derive(Debug, Clone, Template)]
#[template(path = "apps/client_edit.html")]
pub struct ClientEdit {
    /// What every page needs.
    pub page: Page,
    /// The way to the other pages.
    pub nav: Nav,
    /// Why the last attempt failed as a whole.
    pub alert: Option<Said>,
    /// What is wrong with a field.
    pub errors: Errors,
    /// The application as it is.
    pub client: ClientLine,
    /// The name that was typed.
    pub name: String,
    /// The home page that was typed.
    pub client_uri: String,
    /// The redirect URIs that were typed, one on each line.
    pub redirect: String,
    /// What is wrong with which line of them.
    pub wrong_lines: Vec<(usize, Said)>,
    /// The scopes that its policy allows.
    pub scopes: Vec<ScopeText>,
    /// What was typed for OpenID Connect.
    pub openid: ClientOpenId,
}

impl ClientEdit {
    /// As it is.
    pub fn sample() -> Self {
        Self {
            page: Page::sample_signed_in(),
            nav: Nav::sample(Section::Clients),
            alert: None,
            errors: Errors::default(),
            client: ClientLine::sample(),
            name: "Acme Notes".into(),
            client_uri: "https://notes.acme.example/".into(),
            redirect: "https://app.example/cb".into(),
            wrong_lines: Vec::new(),
            scopes: ScopeText::samples(),
            openid: ClientOpenId::sample(),
        }
    }

    /// The same with something wrong.
    pub fn sample_with_errors() -> Self {
        let errors = Errors::default().with("redirect", "field-required").with("file", "field-picture");
        let errors = errors.with("jwks", "field-client-keys").with("backchannel_logout_uri", "field-https-url");
        Self { errors, wrong_lines: vec![(1, Said::verbatim("data:x"))], ..Self::sample() }
    }
}

/// `/account/clients/{id}/secrets`
#[derive(Clone, Template)]
#[template(path = "apps/client_secrets.html")]
pub struct ClientSecrets {
    /// What every page needs.
    pub page: Page,
    /// The way to the other pages.
    pub nav: Nav,
    /// What just happened: a message.
    pub notice: Option<&'static str>,
    /// Why the last attempt failed as a whole.
    pub alert: Option<Said>,
    /// What is wrong with a field.
    pub errors: Errors,
    /// The application.
    pub client: ClientLine,
    /// The new secret, shown this once.
    pub secret: Option<String>,
    /// Those that work.
    pub secrets: Vec<SecretLine>,
    /// For how many hours the old ones may work on.
    pub overlaps: Vec<u64>,
    /// This form, so that it makes one secret even if it is sent twice.
    pub form: String,
}

impl std::fmt::Debug for ClientSecrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ClientSecrets")
    }
}

/// One secret that works.
#[derive(Debug, Clone)]
pub struct SecretLine {
    /// Its identifier, which tells nothing of it.
    pub id: String,
    /// When it was made.
    pub created_at: Time,
    /// When it stops working; never when none.
    pub expires_at: Option<Time>,
}

impl ClientSecrets {
    /// Two secrets, of which one is about to end.
    pub fn sample() -> Self {
        let line = SecretLine { id: "k3VhT0o7w5Qy1mJ8sXc2Rg".into(), created_at: sample_time(), expires_at: None };
        Self {
            page: Page::sample_signed_in(),
            nav: Nav::sample(Section::Clients),
            notice: None,
            alert: None,
            errors: Errors::default(),
            client: ClientLine::sample(),
            secret: None,
            secrets: vec![line.clone(), SecretLine { expires_at: Some(sample_time()), ..line }],
            overlaps: vec![0, 1, 24, 168, 720],
            form: "0c9b8e7d6f5a4b3c2d1e0f".into(),
        }
    }

    /// A new one.
    pub fn sample_made() -> Self {
        Self { notice: Some("clients-secret-made"), secret: Some("gra_cs_2vN8sKq0yR4mZx7w".into()), ..Self::sample() }
    }
}

/// `/account/clients/{id}/delete`
#[derive(Debug, Clone, Template)]
#[template(path = "apps/client_delete.html")]
pub struct ClientDelete {
    /// What every page needs.
    pub page: Page,
    /// The way to the other pages.
    pub nav: Nav,
    /// Why the last attempt failed as a whole.
    pub alert: Option<Said>,
    /// The application.
    pub client: ClientLine,
}

impl ClientDelete {
    /// Realistic data.
    pub fn sample() -> Self {
        Self {
            page: Page::sample_signed_in(),
            nav: Nav::sample(Section::Clients),
            alert: None,
            client: ClientLine::sample(),
        }
    }
}

/// `/account/clients/{id}/failures`
#[derive(Debug, Clone, Template)]
#[template(path = "apps/client_failures.html")]
pub struct ClientFailures {
    /// What every page needs.
    pub page: Page,
    /// The way to the other pages.
    pub nav: Nav,
    /// The application.
    pub client: ClientLine,
    /// What was refused, the newest first.
    pub failures: Vec<FailureLine>,
    /// The start of the list, unless this is it.
    pub first_href: Option<String>,
    /// The next page, if there is one.
    pub next_href: Option<String>,
}

/// One refusal.
#[derive(Debug, Clone)]
pub struct FailureLine {
    /// What the caller was told: a code of RFC 6749.
    pub code: String,
    /// What happened, in words.
    pub why: String,
    /// The one thing to mend, in words.
    pub mend: String,
    /// When.
    pub at: Time,
    /// The identifier of the request, which the error page shows too.
    pub id: String,
}

impl ClientFailures {
    /// One refusal.
    pub fn sample() -> Self {
        let line = FailureLine {
            code: "invalid_request".into(),
            why: "The redirect_uri https://app.example/cb/ is not registered.".into(),
            mend: "Register exactly the redirect_uri that the app sends.".into(),
            at: sample_time(),
            id: "cd6454a1c0ae0538".into(),
        };
        Self {
            page: Page::sample_signed_in(),
            nav: Nav::sample(Section::Clients),
            client: ClientLine::sample(),
            failures: vec![line],
            first_href: None,
            next_href: None,
        }
    }

    /// None.
    pub fn sample_empty() -> Self {
        Self { failures: Vec::new(), ..Self::sample() }
    }
}
