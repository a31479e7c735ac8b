//! `prompt` (OpenID Connect Core section 3.1.2.1; `create`: Initiating User Registration section 4.1).

/// What a relying party wants to be shown to the person, or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Prompt {
    /// No page at all.
    pub none: bool,
    /// A new sign-in.
    pub login: bool,
    /// The consent page.
    pub consent: bool,
    /// Which account it is to be.
    pub select_account: bool,
    /// A new account.
    pub create: bool,
}

impl Prompt {
    /// The values that are known, as the metadata lists them.
    pub const NAMES: [&str; 5] = ["none", "login", "consent", "select_account", "create"];

    /// Reads the parameter.
    ///
    /// # Errors
    /// What is wrong with it: an unknown value, or `none` beside another.
    pub fn parse(text: Option<&str>) -> Result<Self, &'static str> {
        let mut prompt = Self::default();
        let names = text.unwrap_or_default().split(' ').filter(|name| !name.is_empty());
        for name in names {
            match name {
                "none" => prompt.none = true,
                "login" => prompt.login = true,
                "consent" => prompt.consent = true,
                "select_account" => prompt.select_account = true,
                "create" => prompt.create = true,
                _ => return Err("prompt may hold none, login, consent, select_account and create"),
            }
        }
        if prompt.none && prompt != (Self { none: true, ..Self::default() }) {
            return Err("prompt=none goes with no other value");
        }
        Ok(prompt)
    }
}

#[cfg(test)]
mod tests {
    use super::Prompt;

    #[test]
    fn none_stands_alone_and_what_is_unknown_is_refused() {
        let both = Prompt { login: true, consent: true, ..Prompt::default() };
        assert_eq!(Prompt::parse(Some("login  consent")), Ok(both));
        assert_eq!(Prompt::parse(None), Ok(Prompt::default()));
        assert_eq!(Prompt::parse(Some("none")), Ok(Prompt { none: true, ..Prompt::default() }));
        for bad in ["none login", "login none", "Login", "admin"] {
            assert!(Prompt::parse(Some(bad)).is_err(), "{bad}");
        }
    }
}
