//! Why something was refused: each refusal leaves its reason under the identifier of its request.

use grantor::account::failures;
use grantor::core::audit::parse_cursor;
use grantor::core::failure::{Cause, Failure, Filter, Kind, Noted, Reason};
use grantor::core::page::Page;
use grantor::core::text::Language;
use grantor::core::trace::{RequestId, Trace};
use grantor::oauth;
use reqwest::Method;
use serde_json::json;

use crate::cli::running;
use crate::dialect::passport_support::post;
use crate::support::browser::Answer;
use crate::support::database::on_both;
use crate::support::flow::{Flow, VERIFIER};
use crate::support::server::{PASSWORD, REDIRECT, Setup, TestServer};

/// What was noted of a refused request, by the reference in its answer.
#[track_caller]
fn noted(server: &TestServer, answer: &Answer) -> Noted {
    server.app.keep_reasons().expect("kept");
    let reference = answer.header("x-request-id");
    let found = failures::by_request_id(&server.app, reference).expect("read");
    found.unwrap_or_else(|| panic!("nothing is noted of {reference}: {} {}", answer.status, answer.body))
}

#[track_caller]
fn assert_reason(server: &TestServer, answer: &Answer, kind: Kind, reason: Reason) -> Noted {
    let noted = noted(server, answer);
    assert_eq!((noted.kind.as_str(), noted.reason.as_str()), (kind.as_str(), reason.as_str()), "{noted:?}");
    assert_eq!(noted.ip_address.as_deref(), Some("127.0.0.1"));
    noted
}

on_both! {
    async fn refused_authorizations_say_why(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, |new| new.policy.scopes = Some(vec!["profile".to_owned()]));
        let table: &[(&[(&str, &str)], Reason)] = &[
            (&[("client_id", "nobody")], Reason::ClientUnknown),
            (&[("redirect_uri", "https://app.example/cb/")], Reason::RedirectUriMismatch),
            (&[("response_type", "token")], Reason::ResponseType),
            (&[("response_type", "")], Reason::ParameterMissing),
            (&[("response_mode", "web_message")], Reason::ResponseMode),
            (&[("request", "abc")], Reason::RequestObject),
            (&[("code_challenge", ""), ("code_challenge_method", "")], Reason::PkceMissing),
            (&[("code_challenge_method", "plain")], Reason::PkceChallenge),
            (&[("scope", "ships")], Reason::ScopeUnknown),
            (&[("scope", "email")], Reason::ScopeNotAllowed),
            (&[("scope", "\"")], Reason::ScopeMalformed),
        ];
        for (changes, reason) in table {
            let answer = flow.authorize(changes).await;
            let noted = assert_reason(&server, &answer, Kind::Authorization, *reason);
            let known = (*reason != Reason::ClientUnknown).then(|| flow.client.id.clone());
            assert_eq!(noted.client, known);
        }
        let answer = flow.authorize(&[("redirect_uri", "https://app.example/cb/")]).await;
        let found = noted(&server, &answer);
        let why = found.explain().why(Language::English);
        assert_eq!(why, format!("The redirect_uri https://app.example/cb/, at app.example, is not registered. Registered: {REDIRECT}."));
        assert!(found.explain().mend(Language::German).contains("Registrieren Sie genau"));
        assert!(answer.body.contains(answer.header("x-request-id")), "the page shows the reference");
    }

    async fn refused_token_requests_say_why(db: Database) {
        let server = Setup::default().frozen().set("tokens.refresh_grace", "0s").start(&db);
        let flow = Flow::new(&server, |_| {});
        let other = server.client(|new| new.name = "Other".to_owned());
        let is = |answer: &Answer, reason| assert_reason(&server, answer, Kind::Token, reason);
        let code = flow.code().await;
        is(&flow.redeem(&code, &[("redirect_uri", "https://elsewhere.example/")]).await, Reason::CodeRedirectUri);
        is(&flow.redeem(&code, &[("code_verifier", "")]).await, Reason::PkceVerifierMissing);
        is(&flow.redeem(&code, &[("code_verifier", &VERIFIER.replace('d', "e"))]).await, Reason::PkceVerifierMismatch);
        is(&flow.redeem(&code, &[("grant_type", "password")]).await, Reason::GrantTypeUnknown);
        is(&flow.redeem("nonsense", &[]).await, Reason::CodeUnknown);
        let form = [("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", REDIRECT), ("code_verifier", VERIFIER)];
        let as_client = |id: &str, secret: Option<&str>| {
            flow.send(flow.request(Method::POST, "/oauth/token").basic_auth(id, secret).form(&form))
        };
        is(&as_client(other.0.id.as_str(), Some(&other.1)).await, Reason::CodeOfOther);
        let wrong = is(&as_client(flow.client.id.as_str(), Some("not the secret at all")).await, Reason::SecretWrong);
        assert_eq!(wrong.client.as_ref(), Some(&flow.client.id));
        assert!(!wrong.to_json().to_string().contains("not the secret"));
        is(&as_client(flow.client.id.as_str(), None).await, Reason::SecretMissing);
        let unknown = is(&as_client("a-secret-that-was-put-in-the-wrong-place", None).await, Reason::ClientUnknown);
        assert!(!unknown.to_json().to_string().contains("wrong-place"));
        let twice = flow.request(Method::POST, "/oauth/token").form(&[("code", "1"), ("code", "2")]);
        is(&flow.send(twice).await, Reason::ParameterRepeated);
        server.advance(chrono::TimeDelta::minutes(2));
        is(&flow.redeem(&code, &[]).await, Reason::CodeExpired);

        let code = flow.code().await;
        let tokens = crate::support::flow::Tokens::of(&flow.redeem(&code, &[]).await);
        is(&flow.refresh(&tokens.refresh, &[("scope", "profile email")]).await, Reason::ScopeWider);
        is(&flow.refresh("nonsense", &[]).await, Reason::RefreshTokenUnknown);
        flow.refresh(&tokens.refresh, &[]).await;
        is(&flow.refresh(&tokens.refresh, &[]).await, Reason::RefreshTokenUsed);
        is(&flow.refresh(&tokens.refresh, &[]).await, Reason::GrantEnded);
        is(&flow.redeem(&code, &[]).await, Reason::CodeUsed);

        server.app.keep_reasons().expect("kept");
        let all = failures::search(&server.app, &Filter::default(), &Page::default()).expect("read");
        assert!(all.len() > 10);
        let kept: String = all.iter().map(|one| one.to_json().to_string()).collect();
        for secret in [&code, &tokens.access, &tokens.refresh, &flow.secret, &other.1] {
            assert!(!kept.contains(secret.as_str()), "{secret} is kept");
        }
    }

    async fn refused_sign_ins_say_why(db: Database) {
        let server = TestServer::start(&db);
        let ada = server.user("ada");
        let login = |email: &'static str, password: &'static str| {
            post(&server, "/api/v1/login", json!({ "email": email, "password": password }))
        };
        let wrong = login("ada@example.com", "a wrong word").await;
        assert_eq!(assert_reason(&server, &wrong, Kind::SignIn, Reason::PasswordWrong).user, Some(ada.id));
        let nobody = login("eve@example.com", PASSWORD).await;
        let nobody = assert_reason(&server, &nobody, Kind::SignIn, Reason::AccountUnknown);
        assert!(!nobody.to_json().to_string().contains("eve"), "what was typed may have been a password");
        let filter = Filter { user: Some(ada.id), ..Filter::default() };
        assert_eq!(failures::search(&server.app, &filter, &Page::default()).expect("read").len(), 1);
    }

    async fn an_owner_reads_the_reasons_of_their_own_client_without_people(db: Database) {
        let server = Setup::default().frozen().start(&db);
        let (ada, eve) = (server.user("ada"), server.user("eve"));
        let (client, _) = server.client(|new| new.owner = Some(ada.clone()));
        for n in 0..7 {
            let cause = Cause::new(Reason::DeniedByPerson).with("n", n);
            let client = Some(client.id.clone());
            server.app.note(Failure { kind: Kind::Authorization, client, user: Some(eve.id), code: "access_denied", cause });
        }
        server.app.keep_reasons().expect("kept");
        let of = |owner, page: &Page| oauth::failures::of_client(&server.app, owner, client.id.as_str(), page);
        let (mut page, mut seen) = (Page { after: None, limit: 3 }, Vec::new());
        loop {
            let found = of(ada.id, &page).expect("hers");
            assert!(found.iter().all(|one| one.user.is_none() && one.ip_address.is_none()));
            let Some(last) = found.last() else { break };
            page.after = Some(last.cursor());
            assert!(parse_cursor(&last.cursor()).is_some());
            seen.extend(found.iter().filter_map(|one| one.details["n"].as_i64()));
        }
        assert_eq!(seen, [6, 5, 4, 3, 2, 1, 0]);
        assert!(of(eve.id, &Page::default()).is_err(), "not hers");
    }

    async fn a_flood_is_noted_in_part_and_old_reasons_go(db: Database) {
        let server = Setup::default().frozen().start(&db);
        let (client, _) = server.client(|_| {});
        let count = |filter: Filter| {
            server.app.keep_reasons().expect("kept");
            failures::search(&server.app, &filter, &Page::default()).expect("read").len()
        };
        let note = || {
            let cause = Cause::new(Reason::SecretWrong);
            server.app.note(Failure { kind: Kind::Token, client: Some(client.id.clone()), user: None, code: "invalid_client", cause });
        };
        (0..500).for_each(|_| note());
        let once = count(Filter::default());
        assert!((1..=120).contains(&once), "{once}");
        note();
        assert_eq!(count(Filter::default()), once, "not more in this minute");
        server.advance(chrono::TimeDelta::minutes(1));
        note();
        assert_eq!(count(Filter::default()), once + 1);
        let now = server.app.now();
        let before = grantor::store::purge::Before { events: None, reasons: now, counts: None };
        server.app.write(move |cx| grantor::store::purge::records(cx.conn, before, None)).expect("purged");
        assert_eq!(count(Filter::default()), 1);
    }

    async fn nobody_takes_the_room_of_others(db: Database) {
        let server = Setup::default().frozen().start(&db);
        let (client, _) = server.client(|_| {});
        let note = |address: String, kind, client| {
            let trace = Trace { request: RequestId::next(), address: Some(address.parse().expect("an address")) };
            let cause = Cause::new(Reason::ClientUnknown);
            Trace::within(Some(trace), || server.app.note(Failure { kind, client, user: None, code: "invalid_client", cause }));
        };
        let count = |kind| {
            server.app.keep_reasons().expect("kept");
            let filter = Filter { kind: Some(kind), ..Filter::default() };
            failures::search(&server.app, &filter, &Page { after: None, limit: 5000 }).expect("read").len()
        };
        // One host with all the addresses of its network.
        (0..2000).for_each(|n| note(format!("2001:db8:1:2::{n:x}"), Kind::Authorization, None));
        assert_eq!(count(Kind::Authorization), 60);
        note("2001:db8:1:3::1".to_owned(), Kind::Authorization, None);
        assert_eq!(count(Kind::Authorization), 61, "from elsewhere");
        // Many hosts that make clients up.
        (0..2000).for_each(|n| note(format!("10.0.{}.{}", n / 250, n % 250), Kind::Authorization, None));
        assert_eq!(count(Kind::Authorization), 300);
        note("192.0.2.1".to_owned(), Kind::SignIn, None);
        note("192.0.2.1".to_owned(), Kind::Token, Some(client.id.clone()));
        assert_eq!((count(Kind::SignIn), count(Kind::Token)), (1, 1), "there is room for what matters more");
        // One client refused from everywhere leaves room for another.
        (0..500).for_each(|n| note(format!("10.1.{}.{}", n / 250, n % 250), Kind::Token, Some(client.id.clone())));
        assert_eq!(count(Kind::Token), 120);
    }

    async fn a_long_list_of_redirect_uris_is_noted_in_short(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, |new| {
            new.redirect_uris = (0..20).map(|n| format!("https://a.example/{n}/{}", "x".repeat(400))).collect();
        });
        let answer = flow.authorize(&[("redirect_uri", "https://b.example/cb")]).await;
        let noted = assert_reason(&server, &answer, Kind::Authorization, Reason::RedirectUriMismatch);
        assert!(serde_json::to_string(&noted.details).expect("JSON").len() < 2000, "{noted:?}");
        assert_eq!(noted.details["expected"].as_array().map(Vec::len), Some(6));
    }

    async fn no_more_are_kept_than_the_operator_wants(db: Database) {
        let server = TestServer::start(&db);
        let now = server.app.now() - chrono::TimeDelta::hours(1);
        let noted = |n: i64| Noted {
            id: format!("{n:06}"),
            created_at: now + chrono::TimeDelta::microseconds(n / 2),
            kind: "token".to_owned(),
            client: None,
            user: None,
            code: "invalid_client".to_owned(),
            reason: "other".to_owned(),
            details: serde_json::Map::new(),
            ip_address: None,
        };
        for part in 0..4 {
            let rows: Vec<Noted> = (part * 875..(part + 1) * 875).map(noted).collect();
            server.app.write(move |cx| grantor::store::failures::insert(cx.conn, &rows)).expect("kept");
        }
        let mut purge = running::program(&db);
        purge.args(["--json", "purge"]).env("GRANTOR_FAILURES__ROWS", "1000");
        let purged = running::finish(purge, "").json();
        assert_eq!(purged["deleted"]["failures"], 2500, "{purged}");
        let page = Page { after: None, limit: 5000 };
        let left = failures::search(&server.app, &Filter::default(), &page).expect("read");
        assert_eq!((left.len(), left.last().map(|one| one.id.as_str())), (1000, Some("002500")), "the newest ones");
    }

    async fn operators_read_the_log_and_the_reasons(db: Database) {
        let server = TestServer::start(&db);
        let ada = server.user("ada");
        let wrong = post(&server, "/api/v1/login", json!({ "email": "ada@example.com", "password": "a wrong word" })).await;
        let reference = noted(&server, &wrong).id;
        let shown = running::run(&db, &["failure", "show", &reference]);
        assert!(shown.text().contains("The password was wrong.") && shown.text().contains("Forgot password"), "{shown:?}");
        assert_eq!(running::json(&db, &["failure", "list", "--user", "ada"])[0]["reason"], "password_wrong");
        assert!(running::run(&db, &["failure", "show", "0"]).complaint().contains("nothing is noted"));

        let of_ada = format!("user:{}", ada.id);
        let listed = running::json(&db, &["audit", "list", "--object", &of_ada, "--act", "sign_in.refused"]);
        assert_eq!(listed.as_array().map(Vec::len), Some(1));
        assert_eq!(listed[0]["request_id"], reference);
        let place = listed[0]["place"].as_str().expect("a place").to_owned();
        assert_eq!(running::json(&db, &["audit", "list", "--act", "sign_in.refused", "--after", &place]), json!([]));
        let csv = running::run(&db, &["audit", "export", "--csv", "--act", "sign_in.refused"]);
        assert_eq!(csv.out.lines().count(), 2, "{csv:?}");
        assert!(csv.out.starts_with("id,created_at,") && csv.out.contains(&reference));
        assert_eq!(running::json(&db, &["audit", "export", "--act", "sign_in.refused"]).as_array().map(Vec::len), Some(1));
        assert_eq!(running::json(&db, &["audit", "export", "--act", "key.rotate"]), json!([]));
        let exports = running::json(&db, &["audit", "list", "--actor", "operator", "--act", "audit.export"]);
        assert_eq!(exports[0]["details"]["filter"], "act=key.rotate");
        assert!(running::run(&db, &["audit", "list", "--act", "nonsense"]).err.contains("use one of"));
    }
}
