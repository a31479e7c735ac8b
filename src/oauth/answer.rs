//! The answer of the authorization endpoint: what goes to the client, and by which response mode
//! (RFC 6749 section 4.1.2, OAuth 2.0 Multiple Response Type Encoding Practices section 2.1, Form Post Response Mode).

use super::error::Refusal;
use crate::app::App;
use crate::core::ids::ClientId;
use crate::core::redirect;
use crate::oidc::session_state::BrowserState;

/// How the answer is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ResponseMode {
    /// In the query of the redirect URI.
    #[default]
    Query,
    /// In its fragment, which no server and no `Referer` gets to see.
    Fragment,
    /// By a form that the browser posts.
    FormPost,
}

impl ResponseMode {
    /// The registered names, as the metadata lists them.
    pub const NAMES: [&str; 3] = ["query", "fragment", "form_post"];

    /// The mode of a name; none when it is not served here.
    pub fn parse(name: Option<&str>) -> Option<Self> {
        match name {
            None | Some("query") => Some(Self::Query),
            Some("fragment") => Some(Self::Fragment),
            Some("form_post") => Some(Self::FormPost),
            Some(_) => None,
        }
    }
}

/// An answer on its way to a client.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Where it goes.
    pub redirect_uri: String,
    /// How.
    pub mode: ResponseMode,
    /// What it says; `iss` is always there (RFC 9207).
    pub parameters: Vec<(&'static str, String)>,
    /// What the browser is to remember along with it.
    pub browser: Option<BrowserState>,
}

impl Answer {
    /// An answer to a request that carried `state`.
    pub fn new(
        app: &App,
        (redirect_uri, mode): (&str, ResponseMode),
        mut parameters: Vec<(&'static str, String)>,
        state: Option<&str>,
    ) -> Self {
        parameters.extend(state.map(|state| ("state", state.to_owned())));
        parameters.push(("iss", app.config.issuer().to_owned()));
        Self { redirect_uri: redirect_uri.to_owned(), mode, parameters, browser: None }
    }

    /// The answer that says why not.
    pub fn refusal(app: &App, to: (&str, ResponseMode), state: Option<&str>, refusal: &Refusal) -> Self {
        let parameters =
            vec![("error", refusal.code.as_str().to_owned()), ("error_description", refusal.description.clone())];
        Self::new(app, to, parameters, state)
    }

    /// The same, by which the client may watch whether the browser stays what it is (Session Management section 2).
    #[must_use]
    pub fn watched(mut self, app: &App, client: &ClientId, browser: BrowserState) -> Self {
        if let Some(state) = browser.seen_by(app, client, &self.redirect_uri) {
            self.parameters.push(("session_state", state));
            self.browser = Some(browser);
        }
        self
    }

    /// The address that the browser is sent to; none when the answer is posted.
    pub fn location(&self) -> Option<String> {
        let pairs: Vec<(&str, &str)> = self.parameters.iter().map(|(name, value)| (*name, value.as_str())).collect();
        match self.mode {
            ResponseMode::Query => Some(redirect::with_parameters(&self.redirect_uri, &pairs)),
            ResponseMode::Fragment => Some(redirect::with_fragment(&self.redirect_uri, &pairs)),
            ResponseMode::FormPost => None,
        }
    }
}
