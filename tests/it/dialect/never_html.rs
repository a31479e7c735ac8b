//! Whatever is sent to a JSON route, a refusal is JSON in its dialect's shape, nothing fails inside, and no secret
//! comes back. The requests are drawn at random: `GRANTOR_TEST_SEED` draws the same ones again.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use reqwest::header::HeaderValue;
use reqwest::{Method, RequestBuilder};
use serde_json::{Map, Value, json};

use super::passport_support::{Session, log_in, text};
use crate::support::browser::{Answer, Browser};
use crate::support::contract::{self, DOCUMENT};
use crate::support::database::on_both;
use crate::support::server::{PASSWORD, Setup, TestServer};

const CASES: u64 = 2000;
const TIME: Duration = Duration::from_secs(15);
const METHODS: [&str; 9] = ["GET", "POST", "POST", "POST", "PUT", "PATCH", "DELETE", "HEAD", "BREW"];
/// What the JSON routes start with.
const PREFIXES: [&str; 9] = [
    "/api/",
    "/auth/",
    "/session/",
    "/users/",
    "/oauth/token",
    "/oauth/clients",
    "/oauth/scopes",
    "/oauth/personal-access-tokens",
    "/.well-known/",
];
const TYPES: [&[u8]; 10] = [
    b"application/json",
    b"application/json",
    b"application/json; charset=utf-8",
    b"application/x-www-form-urlencoded",
    b"application/x-www-form-urlencoded",
    b"multipart/form-data; boundary=x",
    b"multipart/form-data",
    b"text/html",
    b"\xff\xfe",
    b";;;",
];
/// Fields whose values are nobody's business.
const SECRET: [&str; 9] = [
    "password",
    "password_confirmation",
    "confirm",
    "current_password",
    "refreshToken",
    "token",
    "client_secret",
    "code",
    "two_factor_token",
];

/// Numbers that follow from a seed (SplitMix64).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(end).expect("small")).expect("small")
    }

    fn one_in(&mut self, many: usize) -> bool {
        self.below(many) == 0
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

/// What was drawn, said when the test fails.
struct Case {
    seed: u64,
    number: u64,
    shown: String,
}

impl Drop for Case {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("case {} of GRANTOR_TEST_SEED={}: {}", self.number, self.seed, self.shown);
        }
    }
}

/// Who may come in.
struct Keys {
    token: String,
    session: Session,
    client: String,
    secret: String,
}

impl Keys {
    async fn cut(server: &TestServer, client: &str, secret: &str) -> Self {
        let body = log_in(server, "ada").await;
        let token = text(&body, "access_token").to_owned();
        Self { token, session: Session::of(server, "ada"), client: client.to_owned(), secret: secret.to_owned() }
    }
}

fn path(dice: &mut Dice) -> String {
    let paths = DOCUMENT["paths"].as_object().expect("paths");
    let known: Vec<&String> = paths.keys().filter(|path| *path != "/oauth/authorize").collect();
    let long = "i".repeat(3000);
    let id = ["x", "%00", "%ff", "..%2f..", "a%20b", "0", "👻", &long][dice.below(8)];
    let mut path = dice.pick(&known).replace("{id}", id);
    if dice.one_in(5) {
        let tail = ["/", "/x", "//", "/%00", "%ff", "/..%2f", ";a=b", "x"];
        path.push_str(dice.pick::<&str>(&tail));
    }
    if dice.one_in(5) {
        path.push_str(dice.pick::<&str>(&["?token=x", "?token=%ff", "?%", "?a=1&a=2", "?include=role", "?token=%00"]));
    }
    path
}

/// A value that fits no field, or hardly.
fn odd(dice: &mut Dice) -> Value {
    match dice.below(12) {
        0 => Value::Null,
        1 => json!(true),
        2 => json!(-1.5e300),
        3 => json!(9_007_199_254_740_993_i64),
        4 => json!([]),
        5 => json!(["a", 1, null]),
        6 => json!({ "a": { "b": [] } }),
        7 => json!("x".repeat(10_000)),
        8 => json!("a\u{0}b"),
        9 => json!("\u{202e}\u{7f}\u{feff}\r\n<script>"),
        10 => json!(""),
        _ => json!("💥".repeat(40)),
    }
}

/// A body that some route may take, then changed field by field.
fn fields(dice: &mut Dice, keys: &Keys, number: u64) -> Map<String, Value> {
    let secret = format!("never-to-be-seen-{number}");
    let whole = json!({
        "email": (if dice.one_in(2) { "ada@example.com" } else { "nobody@example.com" }),
        "password": (if dice.one_in(3) { PASSWORD } else { &secret }),
        "password_confirmation": secret, "confirm": secret, "current_password": secret,
        "refreshToken": secret, "token": secret, "code": secret, "two_factor_token": secret,
        "client_id": keys.client, "client_secret": (if dice.one_in(2) { &keys.secret } else { &secret }),
        "grant_type": (["authorization_code", "refresh_token", "client_credentials", "x"][dice.below(4)]),
        "refresh_token": "gra_rt_x.y", "scope": "profile", "otp": "123456",
        "name": format!("Name {number}"), "username": format!("name{number}"), "bio": "b",
        "mobile": format!("{:010}", number), "dob": "1990-01-02", "gender": "x", "country": "y",
        "redirect": "https://app.example/cb", "redirect_uris": ["https://app.example/cb"],
        "confidential": true, "scopes": ["profile"], "expires_at": "2099-01-01",
    });
    let Value::Object(whole) = whole else { unreachable!("an object") };
    let kept = dice.below(4);
    let mut fields: Map<String, Value> = whole.into_iter().filter(|_| kept > 0 || dice.one_in(2)).collect();
    // The second step of a sign-in would be taken else, always.
    if !dice.one_in(4) {
        fields.remove("two_factor_token");
    }
    let names: Vec<String> = fields.keys().cloned().collect();
    for name in names {
        if dice.one_in(8) {
            fields.insert(name, odd(dice));
        }
    }
    fields
}

fn form(fields: &Map<String, Value>) -> Vec<u8> {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in fields {
        match value {
            Value::String(text) => form.append_pair(name, text),
            Value::Array(items) => {
                items.iter().fold(&mut form, |form, item| form.append_pair(&format!("{name}[]"), &item.to_string()))
            }
            other => form.append_pair(name, &other.to_string()),
        };
    }
    form.finish().into_bytes()
}

fn body(dice: &mut Dice, fields: &Map<String, Value>, kind: &[u8]) -> Vec<u8> {
    let json = serde_json::to_vec(fields).expect("JSON");
    match dice.below(14) {
        0 => Vec::new(),
        1 => json[..dice.below(json.len())].to_vec(),
        2 => [&b"{\"email\":\"\xff"[..], &json].concat(),
        3 => "[".repeat(20_000).into_bytes(),
        4 => format!("{{\"a\":\"{}\"}}", "x".repeat(100_000)).into_bytes(),
        5 => b"{\"password\":\"\\ud800\"}".to_vec(),
        6 => b"--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nabc".to_vec(),
        7 => (0..300).map(|n| format!("f{n}=1&")).collect::<String>().into_bytes(),
        8 => b"a=%zz&password=%ff".to_vec(),
        _ if kind.starts_with(b"application/x-www") => form(fields),
        _ => json,
    }
}

fn with_callers(request: RequestBuilder, dice: &mut Dice, keys: &Keys) -> RequestBuilder {
    let raw = |bytes: &[u8]| HeaderValue::from_bytes(bytes).expect("a header");
    let request = match dice.below(12) {
        0..=3 => request.bearer_auth(&keys.token),
        4 => request.bearer_auth(&keys.token).bearer_auth("x"),
        5 => request.bearer_auth(&keys.token[..keys.token.len() - 1]),
        6 => request.basic_auth(&keys.client, Some(&keys.secret)),
        7 => request.header("authorization", *dice.pick(&["Bearer", "Basic %%%", "Basic Og==", "Digest x", ""])),
        8 => request.header("authorization", raw(b"Bearer \xff\xfe")),
        _ => request,
    };
    match dice.below(6) {
        0 => request.header("cookie", keys.session.header()),
        1 => request.header("cookie", keys.session.header()).header("x-csrf-token", &keys.session.csrf),
        2 => request.header("cookie", "grantor_session=x; grantor_token=%%%; XSRF-TOKEN=y").header("x-xsrf-token", "z"),
        _ => request,
    }
}

/// The members of a refusal, in the shape that the path's family has; any family's where no route is known.
fn is_shaped(path: &str, body: &Value) -> bool {
    let has = |names: &[&str]| names.iter().all(|name| body[*name].is_string());
    let shapes = [
        ("ProtocolError", has(&["error", "error_description"])),
        ("AdminError", has(&["error", "error_description"])),
        ("SessionError", has(&["error"]) && body["error_description"].is_null()),
        ("EnvelopeError", has(&["message"]) && body["success"] == false),
        ("MessageError", has(&["message"]) && body["success"].is_null()),
    ];
    let known = contract::item(&DOCUMENT, path).map(|(_, item)| {
        contract::resolve(&DOCUMENT, &item["x-method-not-allowed"])["content"]["application/json"]["schema"].to_string()
    });
    shapes.iter().any(|(schema, fits)| *fits && known.as_ref().is_none_or(|known| known.contains(schema)))
}

fn check(answer: &Answer, method: &str, path: &str, secrets: &[&str]) {
    assert_ne!(answer.status, 500, "{}", answer.body);
    if answer.status < 400 {
        return;
    }
    assert_eq!(answer.header("content-type"), "application/json", "{} {}", answer.status, answer.body);
    if method != "HEAD" {
        assert!(is_shaped(path, &answer.json()), "{} {}", answer.status, answer.body);
    }
    for secret in secrets {
        assert!(!answer.body.contains(secret), "a secret comes back: {}", answer.body);
    }
}

async fn try_all(server: &TestServer, seed: u64) {
    let mut dice = Dice(seed);
    server.user("ada");
    let (client, secret) = server.client(|_| {});
    let browser = Browser::new(server);
    let mut keys = Keys::cut(server, client.id.as_str(), &secret).await;
    let (began, mut refused) = (Instant::now(), 0);
    for number in 0..CASES {
        if began.elapsed() > TIME {
            break;
        }
        if number % 100 == 99 {
            keys = Keys::cut(server, client.id.as_str(), &secret).await;
        }
        let (method, path) = (*dice.pick(&METHODS), path(&mut dice));
        let (kind, sent) = (*dice.pick(&TYPES), fields(&mut dice, &keys, number));
        let body = body(&mut dice, &sent, kind);
        let shown: String = String::from_utf8_lossy(&body).chars().take(1500).collect();
        let shown = format!("{method} {path}, {}: {shown}", String::from_utf8_lossy(kind));
        let _case = Case { seed, number, shown };
        let mut request = browser.request(Method::from_bytes(method.as_bytes()).expect("a method"), &path).body(body);
        if !dice.one_in(10) {
            request = request.header("content-type", HeaderValue::from_bytes(kind).expect("a header"));
        }
        if let Some(accept) = dice.pick(&[Some("text/html"), Some("application/json"), Some("*/*, x"), None]) {
            request = request.header("accept", *accept);
        }
        let answer = browser.send(with_callers(request, &mut dice, &keys)).await;
        let secrets =
            sent.iter().filter(|(name, value)| SECRET.contains(&name.as_str()) && value.to_string().len() > 18);
        let mut secrets: Vec<&str> = secrets.filter_map(|(_, value)| value.as_str()).collect();
        secrets.extend([keys.token.as_str(), keys.secret.as_str(), keys.session.cookie.expose()]);
        let at = path.split('?').next().unwrap_or_default();
        if contract::item(&DOCUMENT, at).is_some() || PREFIXES.iter().any(|prefix| at.starts_with(prefix)) {
            check(&answer, method, at, &secrets);
            refused += u32::from(answer.status >= 400);
        }
    }
    assert!(refused > 50, "hardly anything was tried");
}

on_both! {
    async fn a_refusal_is_json_without_secrets(db: Database) {
        let many = 10_000;
        let setup = Setup::default().set("limits.sign_in_attempts", many).set("limits.reset_attempts", many);
        let server = setup.start(&db);
        let clock = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").subsec_nanos();
        let set = std::env::var("GRANTOR_TEST_SEED").ok().map(|text| text.parse().expect("a number"));
        try_all(&server, set.unwrap_or_else(|| u64::from(clock))).await;
    }
}
