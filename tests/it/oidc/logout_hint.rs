//! `logout_hint`, and hints of somebody else: RP-Initiated Logout sections 2 and 6.

use grantor::core::client::SubjectType;

use super::logout::{claims, is_signed_in, open, send, signed_in, with_bye};
use crate::support::browser::Answer;
use crate::support::database::on_both;
use crate::support::flow::{Flow, session_cookie};
use crate::support::server::TestServer;

const OTHER: &str = "seems to mean another account";

async fn asked(flow: &Flow<'_>, parameters: &[(&str, &str)]) -> Answer {
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
    open(flow, &format!("/oauth/logout?{query}")).await
}

on_both! {
    async fn it_names_who_is_signed_in_or_the_page_says_so(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, |new| {
            with_bye(new);
            new.openid.subject_type = SubjectType::Pairwise;
        });
        let said = claims(&signed_in(&flow).await);
        let text = |name: &str| said[name].as_str().expect("a text").to_owned();
        server.user("eve");
        let client = ("client_id", flow.client.id.as_str());
        let id = flow.user.id.to_string();
        let email = format!(" {}", flow.user.email.to_uppercase());
        for (hint, is_other) in [
            ("ada", false), ("Ada@example.com", false), (&email, false), (&text("sub"), false), (&text("sid"), false),
            ("eve", true), ("eve@example.com", true), ("nobody@example.com", true), (&id, true), ("", false), ("ad", true),
            ("<b>x</b>", true),
        ] {
            let page = asked(&flow, &[client, ("logout_hint", hint)]).await;
            assert_eq!((page.status, page.text_of("h1").as_str()), (200, "Sign out?"), "{hint}: {}", page.body);
            assert_eq!(page.text_of(".note").contains(OTHER), is_other, "{hint}: {}", page.body);
            assert!(page.text_of(".person").contains("ada Example") && !page.body.contains("eve Example"), "{hint}");
            assert!(!page.text_of("main").contains("<b>"), "it is not shown");
            assert!(is_signed_in(&flow).await, "{hint}: it is a hint");
        }
        // Nobody's account is looked for by it.
        let page = async |hint: &str| {
            let page = asked(&flow, &[client, ("logout_hint", hint)]).await.body;
            page.split_once("<main").and_then(|(_, rest)| rest.split_once("</main>")).expect("a main part").0.replace(hint, "")
        };
        assert_eq!(page("eve@example.com").await, page("who@example.com").await);
        let nobody = flow.with_session(&server, "");
        for hint in ["ada", "eve@example.com", "who"] {
            let page = asked(&nobody, &[client, ("logout_hint", hint)]).await;
            assert_eq!((page.status, page.text_of("h1").as_str()), (200, "You are signed out"), "{hint}");
        }
    }

    async fn an_id_token_of_somebody_else_asks_and_says_so(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, with_bye);
        let hint = signed_in(&flow).await;
        server.user("eve");
        let eve = flow.with_session(&server, session_cookie(&server, "eve"));
        let page = asked(&eve, &[("id_token_hint", &hint), ("logout_hint", "eve")]).await;
        assert_eq!((page.status, page.text_of("h1").as_str()), (200, "Sign out?"));
        assert!(page.text_of(".note").contains(OTHER) && page.text_of(".person").contains("eve Example"), "{}", page.body);
        assert!(is_signed_in(&eve).await && is_signed_in(&flow).await);
        // The answer to the question is the person's: the hint goes along, and does not hold them back.
        let fields = [("_token", page.input("_token")), ("id_token_hint", page.input("id_token_hint")), ("logout_hint", page.input("logout_hint"))];
        let fields = fields.map(|(name, value)| (name, value.expect("it goes along")));
        let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
        assert_eq!(send(&eve, "/oauth/logout", &fields).await.text_of("h1"), "You are signed out");
        assert!(!is_signed_in(&eve).await && is_signed_in(&flow).await, "this session alone");
        // The same person's other session: asked, for there is another one than the app knows.
        let again = flow.with_session(&server, session_cookie(&server, "ada"));
        let page = asked(&again, &[("id_token_hint", &hint)]).await;
        assert_eq!((page.status, page.text_of(".note").as_str()), (200, ""));
        // This very session: the token proves it, whatever a hint says.
        assert_eq!(asked(&flow, &[("id_token_hint", &hint), ("logout_hint", "eve")]).await.text_of("h1"), "You are signed out");
        assert!(!is_signed_in(&flow).await);
    }
}
