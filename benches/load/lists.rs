//! Lists at size: the search of people in the administration and a person's token list, when there are a million people
//! with five million tokens.

use std::sync::Arc;
use std::time::Instant;

use diesel::RunQueryDsl as _;
use grantor::account::login::Origin;
use grantor::account::session;
use grantor::app::App;
use grantor::core::authentication::{Authentication, Methods};
use grantor::core::ids::UserId;
use grantor::core::role;
use grantor::oauth::tokens::{NewPersonal, make_personal};
use grantor::store::{self, Backend, users};

use crate::client::get;
use crate::drive::drive;
use crate::options::Options;
use crate::prepare::{self, EMAIL};
use crate::process::{Place, Server, free_address};
use crate::report::{Line, Report};
use crate::requests::fixed;
use crate::scenarios::WARM_UP;

/// How many tokens each person has.
const TOKENS: u64 = 5;
/// How many different searches and people are asked about.
const DIFFERENT: u64 = 256;
/// How many ask at once.
const FEW: usize = 4;

/// Fills a database and measures on it.
pub async fn run(options: &Options, place: &Place, people: u64, report: &mut Report) -> Result<(), String> {
    let settings = prepare::settings(&place.fresh_database("lists.db"), &place.path("lists"), free_address());
    let app = prepare::open(&settings);
    prepare::prepare_admin(&app);
    let begun = Instant::now();
    fill(&app, people)?;
    let value = format!("{:.0} s", begun.elapsed().as_secs_f64());
    let name = format!("{people} people, {} tokens made", people * TOKENS);
    report.add(Line::figure(&name, place.database.name(), value));
    let bearer = admin_token(&app)?;
    let cookies: Vec<String> =
        (0..DIFFERENT).map(|n| browser(&app, 1 + n * people / DIFFERENT)).collect::<Result<_, _>>()?;
    let server = Server::grantor(options.binary.as_deref(), &settings, &place.path("lists.log")).await?;
    let admin = format!("authorization: Bearer {bearer}\r\naccept: application/json\r\n");
    let each = |path: &dyn Fn(u64) -> String| -> Vec<Vec<u8>> {
        (0..DIFFERENT).map(|n| get(&path(1 + n * people / DIFFERENT), &admin)).collect()
    };
    let tokens = cookies.iter().map(|cookie| {
        get(
            "/oauth/personal-access-tokens",
            &format!("cookie: grantor_session={cookie}\r\naccept: application/json\r\n"),
        )
    });
    let scenarios = [
        ("people by the start of an address", each(&|n| format!("/api/admin/v1/users?q=person{n}&limit=50"))),
        ("people by the start of a name", each(&|n| format!("/api/admin/v1/users?q=Family{}&limit=50", n % 5000))),
        ("people, newest first", each(&|_| "/api/admin/v1/users?limit=50".to_owned())),
        ("a person's tokens", tokens.collect()),
    ];
    for (name, requests) in scenarios {
        if !options.wants(name) {
            continue;
        }
        let measured = drive(&server, fixed(FEW, requests, "\"id\""), WARM_UP, options.seconds).await?;
        let line = Line::of(name, place.database.name(), &measured);
        report.add(line.judged("p99 <= 50 ms".to_owned(), measured.millis(0.99) <= 50.0));
    }
    Ok(())
}

/// Puts the people and their personal access tokens into the tables, in steps that are each one statement.
fn fill(app: &Arc<App>, people: u64) -> Result<(), String> {
    const STEP: u64 = 50_000;
    let postgres = app.db.backend() == Backend::Postgres;
    for first in (1..=people).step_by(usize::try_from(STEP).unwrap_or(usize::MAX)) {
        let last = (first + STEP - 1).min(people);
        let numbers = |from: u64, to: u64| {
            if postgres {
                format!("(SELECT i FROM generate_series({from}, {to}) AS g(i)) AS g")
            } else {
                let next = format!("SELECT i + 1 FROM g WHERE i < {to}");
                format!("(WITH RECURSIVE g(i) AS (SELECT {from} UNION ALL {next}) SELECT i FROM g) AS g")
            }
        };
        let (persons, tokens) = (numbers(first, last), numbers((first - 1) * TOKENS, last * TOKENS - 1));
        let statements = [
            format!(
                "INSERT INTO users (id, username, username_key, email, email_key, name, given_name, family_name, name_key, \
                 family_key, role, status, created_at, updated_at) SELECT i, 'person' || i, 'person' || i, 'person' || i || '@example.com', \
                 'person' || i || '@example.com', 'Given' || (i % 700) || ' Family' || (i % 5000), 'Given' || (i % 700), \
                 'Family' || (i % 5000), 'given' || (i % 700) || ' family' || (i % 5000), 'family' || (i % 5000), '{}', 'active', '2026-01-01 00:00:00', '2026-01-01 00:00:00' FROM {persons}",
                role::USER
            ),
            format!(
                "INSERT INTO grants (id, kind, client_id, user_id, name, scope, redirect_uri_sent, refresh_generation, \
                 created_at, purge_at) SELECT 'grant' || i, 'personal', 'personal-access', i / {TOKENS} + 1, \
                 'Token ' || i, 'profile', {no}, 0, '2026-01-01 00:00:00', '2036-01-01 00:00:00' FROM {tokens}",
                no = if postgres { "FALSE" } else { "0" }
            ),
            format!(
                "INSERT INTO access_tokens (id, hash, grant_id, client_id, user_id, scope, created_at, expires_at) SELECT \
                 'token' || i, 'hash' || i, 'grant' || i, 'personal-access', i / {TOKENS} + 1, 'profile', \
                 '2026-01-01 00:00:00', '2036-01-01 00:00:00' FROM {tokens}"
            ),
        ];
        for statement in statements {
            let made = app.write(move |cx| diesel::sql_query(statement).execute(cx.conn).map_err(store::Error::from));
            made.map_err(|e| e.to_string())?;
        }
    }
    // As the databases' own housekeeping would by then.
    app.write_one(|cx| diesel::sql_query("ANALYZE").execute(cx.conn).map_err(store::Error::from))
        .map_err(|e| e.to_string())?;
    Ok(())
}

fn admin_token(app: &Arc<App>) -> Result<String, String> {
    let found = app.read(|cx| users::by_login(cx.conn, EMAIL)).map_err(|e| e.to_string())?;
    let admin = found.ok_or("the admin is gone")?;
    let new =
        NewPersonal { name: Some("Bench".to_owned()), scopes: vec!["admin".to_owned()], ..NewPersonal::default() };
    let made = make_personal(app, &admin, &new).map_err(|e| format!("{e:?}"))?;
    Ok(made.plain.expose().to_owned())
}

/// A browser in which a person is signed in.
fn browser(app: &Arc<App>, id: u64) -> Result<String, String> {
    let id = UserId(i64::try_from(id).map_err(|e| e.to_string())?);
    let made = app.write(move |cx| {
        let user = users::by_id(cx.conn, id)?.ok_or(store::Error::Corrupt { table: "users", what: id.to_string() })?;
        let origin = Origin { address: "127.0.0.1".to_owned(), user_agent: Some("bench".to_owned()) };
        session::begin(cx, &user, Authentication::new(cx.now, Methods::password()), origin)
    });
    made.map(|cookie| cookie.expose().to_owned()).map_err(|e: store::Error| e.to_string())
}
