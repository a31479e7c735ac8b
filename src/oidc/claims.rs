//! Claims about a person: which there are, which scope holds them, and which a request asks for by name
//! (OpenID Connect Core sections 5.1, 5.4 and 5.5).

use serde_json::{Map, Value, json};

use crate::app::App;
use crate::core::authentication::Level;
use crate::core::country;
use crate::core::time::unix;
use crate::core::user::{Avatar, User};

/// The claims that each scope holds.
const SCOPES: [(&str, &[&str]); 4] = [
    (
        "profile",
        &[
            "name",
            "given_name",
            "family_name",
            "preferred_username",
            "picture",
            "gender",
            "birthdate",
            "locale",
            "updated_at",
        ],
    ),
    ("email", &["email", "email_verified"]),
    ("phone", &["phone_number", "phone_number_verified"]),
    ("address", &["address"]),
];

/// The names of all claims, as the metadata lists them.
pub fn supported() -> Vec<&'static str> {
    let of_the_sign_in =
        ["iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "azp", "sid", "at_hash"];
    of_the_sign_in.into_iter().chain(SCOPES.iter().flat_map(|(_, names)| names.iter().copied())).collect()
}

/// The scope that holds a claim.
pub fn scope_of(claim: &str) -> Option<&'static str> {
    SCOPES.iter().find(|(_, names)| names.contains(&claim)).map(|(scope, _)| *scope)
}

/// What the `claims` parameter asks for. A claim that nobody here knows is passed over, as section 5.5 wants it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    /// Claims about the person that the id_token is to hold.
    pub id_token: Vec<&'static str>,
    /// Claims that userinfo is to hold.
    pub userinfo: Vec<&'static str>,
    /// The people it may be, each time it is said.
    pub subjects: Vec<Vec<String>>,
    /// The context classes that would do, and whether it must be one of them.
    pub acr: Option<(Vec<String>, bool)>,
}

impl Asked {
    /// Reads the parameter.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: Option<&str>) -> Result<Self, &'static str> {
        let Some(text) = text else { return Ok(Self::default()) };
        let value: Value = serde_json::from_str(text).map_err(|_| "claims is not JSON")?;
        let members = value.as_object().ok_or("claims is not a JSON object")?;
        let part = |name: &str| match members.get(name) {
            None | Some(Value::Null) => Ok(Map::new()),
            Some(Value::Object(asked)) => Ok(asked.clone()),
            Some(_) => Err("id_token and userinfo of claims must be JSON objects"),
        };
        let (id_token, userinfo) = (part("id_token")?, part("userinfo")?);
        // Section 5.5.1; what else stands there cannot be told from a wish that is essential.
        if id_token.values().chain(userinfo.values()).any(|asked| !(asked.is_null() || asked.is_object())) {
            return Err("what claims asks of a claim must be null or a JSON object");
        }
        let subjects = [&id_token, &userinfo].into_iter().filter_map(|part| part.get("sub"));
        let subjects = subjects.map(values).collect::<Result<Vec<_>, _>>()?;
        let acr = id_token.get("acr").map(|asked| {
            let essential = asked.get("essential").map_or(Some(false), Value::as_bool);
            let essential = essential.ok_or("essential in claims is true or false")?;
            values(asked).map(|values| (values, essential))
        });
        Ok(Self {
            id_token: known(&id_token),
            userinfo: known(&userinfo),
            subjects: subjects.into_iter().filter(|named| !named.is_empty()).collect(),
            acr: acr.transpose()?,
        })
    }

    /// The scopes that hold what is asked for: a claim is granted by the scope that it belongs to.
    pub fn scopes(&self) -> impl Iterator<Item = &'static str> {
        self.id_token.iter().chain(&self.userinfo).filter_map(|claim| scope_of(claim))
    }

    /// The levels of which one will do, and whether none that is known here would; `listed` are the values of
    /// `acr_values`, which weaken no essential claim (section 5.5.1.1).
    pub fn wanted_levels(&self, listed: Option<&str>) -> (Vec<Level>, bool) {
        let (mut names, essential) = self.acr.clone().unwrap_or_default();
        if !essential || names.is_empty() {
            names.extend(listed.unwrap_or_default().split(' ').filter(|name| !name.is_empty()).map(str::to_owned));
        }
        let levels: Vec<Level> = names.iter().filter_map(|name| Level::parse(name)).collect();
        let impossible = essential && levels.is_empty() && !names.is_empty();
        (levels, impossible)
    }
}

/// What a claim's `value` or `values` name (section 5.5.1); of those that this server heeds both are texts.
fn values(asked: &Value) -> Result<Vec<String>, &'static str> {
    let text = |value: &Value| value.as_str().map(str::to_owned).ok_or("a value of sub and acr in claims is a text");
    let several = match asked.get("values") {
        None => Vec::new(),
        Some(Value::Array(listed)) => listed.iter().map(text).collect::<Result<_, _>>()?,
        Some(_) => return Err("values in claims is an array"),
    };
    let one = asked.get("value").map(text).transpose()?;
    Ok(several.into_iter().chain(one).collect())
}

fn known(asked: &Map<String, Value>) -> Vec<&'static str> {
    let every = SCOPES.iter().flat_map(|(_, names)| names.iter().copied());
    every.filter(|name| asked.contains_key(*name)).collect()
}

/// What a person's account says of the claims that `holds` is asked about; what it does not know is left out.
pub fn of(app: &App, user: &User, holds: impl Fn(&str) -> bool) -> Map<String, Value> {
    let mut claims = Map::new();
    let mut add = |name: &str, value: Option<Value>| {
        if let Some(value) = value.filter(|_| holds(name)) {
            claims.insert(name.to_owned(), value);
        }
    };
    let text = |text: &str| (!text.is_empty()).then(|| Value::from(text));
    add("name", text(&user.name.whole()));
    add("given_name", text(&user.name.given));
    add("family_name", text(&user.name.family));
    add("preferred_username", text(&user.username));
    add("picture", picture(app, user).map(Value::from));
    add("gender", user.gender.as_deref().and_then(|gender| text(&gender.to_lowercase())));
    add("birthdate", user.birthday.as_deref().and_then(text));
    add("locale", user.locale.map(|language| Value::from(language.tag())));
    add("updated_at", Some(unix(user.updated_at).into()));
    add("email", text(&user.email));
    add("email_verified", Some(user.email_verified_at.is_some().into()));
    // Never shown to be theirs: it is what they say.
    add("phone_number", user.phone.as_deref().and_then(text));
    add("phone_number_verified", user.phone.as_ref().map(|_| false.into()));
    add("address", address(user));
    claims
}

fn picture(app: &App, user: &User) -> Option<String> {
    match user.avatar.as_ref()? {
        Avatar::File(name) => Some(format!("{}/files/{name}", app.config.issuer())),
        Avatar::External(url) => Some(url.clone()),
    }
}

fn address(user: &User) -> Option<Value> {
    let country = user.country_id.and_then(country::by_id).map(|country| country.name.to_owned());
    let country = country.or_else(|| user.country.clone());
    let mut parts = Map::new();
    if let Some(formatted) = user.address.as_ref().filter(|text| !text.is_empty()) {
        parts.insert("formatted".to_owned(), formatted.clone().into());
    }
    if let Some(country) = country {
        parts.insert("country".to_owned(), country.into());
    }
    (!parts.is_empty()).then(|| json!(parts))
}

#[cfg(test)]
mod tests {
    use super::Asked;
    use crate::core::authentication::Level;

    #[test]
    fn the_claims_parameter_is_read_and_the_unknown_passed_over() {
        let text = r#"{"userinfo":{"email":null,"shoe_size":{"essential":true}},"other":1,
            "id_token":{"name":{"essential":true},"sub":{"value":"7"},"acr":{"values":["phr","x"],"essential":true}}}"#;
        let asked = Asked::parse(Some(text)).unwrap();
        assert_eq!((asked.id_token.clone(), asked.userinfo.clone()), (vec!["name"], vec!["email"]));
        assert_eq!(asked.scopes().collect::<Vec<_>>(), ["profile", "email"]);
        assert_eq!(asked.subjects, [["7"]]);
        assert_eq!(asked.wanted_levels(None), (vec![Level::PhishingResistant], false));
        let essential = Asked::parse(Some(r#"{"id_token":{"acr":{"value":"gold","essential":true}}}"#)).unwrap();
        assert_eq!(essential.wanted_levels(None), (vec![], true));
        assert_eq!(essential.wanted_levels(Some("phr")), (vec![], true), "what is essential is not weakened");
        assert_eq!(asked.wanted_levels(Some("urn:grantor:1fa")), (vec![Level::PhishingResistant], false));
        let voluntary = Asked::parse(Some(r#"{"id_token":{"acr":{"value":"gold"}}}"#)).unwrap();
        assert_eq!(voluntary.wanted_levels(Some("phr")), (vec![Level::PhishingResistant], false));
        let both = Asked::parse(Some(r#"{"id_token":{"sub":null},"userinfo":{"sub":{"values":["7","8"]}}}"#)).unwrap();
        assert_eq!(both.subjects, [["7", "8"]]);
        for bad in [
            "",
            "[]",
            "1",
            "{",
            r#"{"id_token":[]}"#,
            r#"{"userinfo":"email"}"#,
            r#"{"id_token":{"sub":{"value":7}}}"#,
            r#"{"id_token":{"acr":{"values":"phr"}}}"#,
            r#"{"id_token":{"acr":{"value":"phr","essential":"true"}}}"#,
            r#"{"userinfo":{"email":true}}"#,
            r#"{"id_token":{"shoe_size":["essential"]}}"#,
        ] {
            assert!(Asked::parse(Some(bad)).is_err(), "{bad}");
        }
    }
}
