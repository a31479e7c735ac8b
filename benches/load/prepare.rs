//! What the server needs before the load: clients, people, sessions, made through the library on the same database.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use grantor::account::login::Origin;
use grantor::account::register::Registration;
use grantor::account::{admin, session};
use grantor::app::{App, Surroundings};
use grantor::config::{Config, Sources};
use grantor::core::authentication::{Authentication, Methods};
use grantor::core::client::{AuthMethod, Client, Policy, TokenFormat};
use grantor::core::ids::UserId;
use grantor::core::role;
use grantor::core::scope::Scope;
use grantor::core::user::{Name, Status, User};
use grantor::oauth::manage::{self, NewClient};
use grantor::store::{self, consents, users};

/// The e-mail address of the person who signs in.
pub const EMAIL: &str = "bench@example.com";
/// Their password.
pub const PASSWORD: &str = "correct horse battery staple";

/// What a confidential client authenticates with.
pub struct Keys {
    /// Its identifier.
    pub id: String,
    /// The header lines of a request of it with a form.
    pub headers: String,
}

/// What was made.
pub struct Prepared {
    /// A client whose tokens are opaque.
    pub opaque: Keys,
    /// A client whose tokens are JWTs.
    pub jwt: Keys,
    /// A client that may introspect.
    pub introspector: Keys,
    /// Cookies of signed-in browsers of different people, who have consented to both clients.
    pub cookies: Vec<String>,
}

/// The settings of the server under load: the defaults, without the limits that a load must hit.
pub fn settings(database: &str, data: &std::path::Path, listen: std::net::SocketAddr) -> Vec<(String, String)> {
    let (data, listen) = (data.display().to_string(), listen.to_string());
    let all = [
        ("server.listen", listen.as_str()),
        ("server.data_dir", data.as_str()),
        ("database.url", database),
        ("tokens.authorization_code_lifetime", "10m"),
        ("limits.sign_in_attempts", "10000"),
        ("limits.sign_in_attempts_per_address", "1000000"),
    ];
    all.map(|(key, value)| (key.to_owned(), value.to_owned())).to_vec()
}

/// Makes everything; `sessions` people.
pub fn prepare(settings: &[(String, String)], sessions: usize) -> Prepared {
    let app = open(settings);
    let (opaque_client, opaque) = client(&app, "Opaque", TokenFormat::Opaque, false);
    let (jwt_client, jwt) = client(&app, "JWT", TokenFormat::Jwt, false);
    let (_, introspector) = client(&app, "Resource server", TokenFormat::Opaque, true);
    let clients = [opaque_client, jwt_client];
    prepare_admin(&app);
    let cookies = (0..sessions).map(|number| sign_in(&app, number, &clients)).collect();
    Prepared { opaque, jwt, introspector, cookies }
}

/// Opens the server's database without serving.
pub fn open(settings: &[(String, String)]) -> Arc<App> {
    let mut sources = Sources::default();
    for (key, value) in settings {
        sources = sources.with_flag(key, value, "--bench");
    }
    let mut config = Config::load(sources).expect("the settings");
    config.set_bound_address(config.server.listen);
    App::open(config, Surroundings::default()).expect("the app opens")
}

/// Makes the admin who signs in.
pub fn prepare_admin(app: &Arc<App>) {
    let registration = Registration {
        name: Some("Bench".to_owned()),
        username: Some("bench".to_owned()),
        email: Some(EMAIL.to_owned()),
        password: Some(PASSWORD.to_owned()),
        password_confirmation: Some(PASSWORD.to_owned()),
        ..Registration::default()
    };
    admin::create(app, &grantor::core::audit::Actor::Operator, &registration, |new| new.admin().verified())
        .expect("the admin is made");
}

fn client(app: &Arc<App>, name: &str, token_format: TokenFormat, may_introspect: bool) -> (Client, Keys) {
    let new = NewClient {
        openid: grantor::core::client::OpenIdMetadata::default(),
        openid_change: grantor::oauth::manage::OpenIdChange::default(),
        name: name.to_owned(),
        redirect_uris: vec!["https://app.example/cb".to_owned()],
        grant_types: grantor::oauth::grants::NAMES.iter().map(|&name| name.to_owned()).collect(),
        auth_method: AuthMethod::ClientSecretBasic,
        client_uri: None,
        policy: Policy { token_format, may_introspect, ..Policy::default() },
        owner: None,
        id: None,
        secret: None,
    };
    let (client, secret) =
        manage::create_client(app, &grantor::core::audit::Actor::Operator, new).expect("the client is made");
    let id = client.id.to_string();
    let basic = STANDARD.encode(format!("{id}:{}", secret.expect("a secret").expose()));
    let headers =
        format!("authorization: Basic {basic}\r\ncontent-type: application/x-www-form-urlencoded\r\naccept: */*\r\n");
    (client, Keys { id, headers })
}

/// A person with a session and remembered consents; no password is hashed.
fn sign_in(app: &Arc<App>, number: usize, clients: &[Client]) -> String {
    let clients: Vec<_> = clients.iter().map(|client| client.id.clone()).collect();
    let made = app.write(move |cx| {
        let user = User {
            id: UserId(cx.random().json_safe_id()),
            username: format!("person{number}"),
            email: format!("person{number}@example.com"),
            email_verified_at: Some(cx.now),
            name: Name::from_whole(&format!("Person {number}")),
            phone: None,
            birthday: None,
            gender: None,
            country: None,
            country_id: None,
            address: None,
            bio: None,
            avatar: None,
            isp_id: None,
            branch_id: None,
            password_hash: None,
            role: role::USER.into(),
            status: Status::Active,
            locale: None,
            last_login_at: None,
            created_at: cx.now,
            updated_at: cx.now,
        };
        users::insert(cx.conn, &user)?;
        let scope = Scope::from_names(["openid", "profile"].map(str::to_owned));
        for client in &clients {
            consents::remember(cx.conn, user.id, client, &scope, None, cx.now)?;
        }
        let origin = Origin { address: "127.0.0.1".to_owned(), user_agent: Some("bench".to_owned()) };
        let cookie = session::begin(cx, &user, Authentication::new(cx.now, Methods::password()), origin)?;
        Ok::<_, store::Error>(cookie.expose().to_owned())
    });
    made.expect("a session")
}
