//! How logout tokens are sent: Back-Channel Logout sections 2.5 and 2.8.

use std::net::TcpListener;

use chrono::TimeDelta;
use grantor::account::courier::Courier;
use grantor::account::post::{self, Content, Message, State};
use grantor::account::session;
use grantor::core::delivery::Channel;
use grantor::core::secret::Plain;
use grantor::oauth::manage::NewClient;
use grantor::store::client_admin;

use super::logout::{claims, signed_in};
use crate::support::database::on_both;
use crate::support::flow::{Flow, session_cookie, session_of};
use crate::support::gateway::GatewayServer;
use crate::support::server::{Setup, TestServer};

/// A server whose relying parties may be on this machine.
pub(super) fn settings() -> Setup {
    Setup::default().set("logout.private_addresses", true).set("logout.timeout", "2s")
}

/// A client of the operator's that hears of logouts at the server.
pub(super) fn listening(new: &mut NewClient, party: &GatewayServer) {
    new.policy.first_party = true;
    new.openid.backchannel_logout_uri = Some(format!("{}/out", party.url));
}

/// Sends what is due; how many messages were taken on.
pub(super) fn deliver(server: &TestServer) -> usize {
    Courier::new(&server.app).expect("a courier").deliver(Channel::Backchannel, || true).expect("the database answers")
}

/// The logout tokens that a relying party got.
pub(super) fn told(party: &GatewayServer) -> Vec<String> {
    let token = |body: String| body.strip_prefix("logout_token=").expect("the one parameter").to_owned();
    party.asked().into_iter().map(|asked| token(asked.body)).collect()
}

/// A person who has just signed out of a client.
pub(super) async fn signed_out<'a>(server: &'a TestServer, party: &GatewayServer) -> Flow<'a> {
    let flow = Flow::new(server, |new| listening(new, party));
    signed_in(&flow).await;
    session::sign_out(&server.app, &session_of(&server.app, &own_cookie(&flow))).expect("a database");
    flow
}

fn own_cookie(flow: &Flow<'_>) -> Plain {
    Plain::new(flow.cookie.strip_prefix("grantor_session=").expect("a cookie"))
}

/// What has become of the only message.
fn fate(server: &TestServer) -> (State, i64) {
    let [(message, _)] = outbox(server).try_into().expect("one message");
    (message.state(), message.attempts)
}

fn outbox(server: &TestServer) -> Vec<(Message, Content)> {
    let found = post::newest(&server.app, 20).expect("the outbox");
    found.into_iter().filter(|(message, _)| message.channel == "backchannel").collect()
}

on_both! {
    async fn who_does_not_answer_well_is_asked_again(db: Database) {
        let party = GatewayServer::start();
        let server = settings().frozen().start(&db);
        signed_out(&server, &party).await;
        let heads = ["500 Oops\r\n", "429 Slow down\r\n", "302 Found\r\nLocation: /elsewhere\r\n", "202 Accepted\r\n"];
        for (head, (attempts, wait)) in heads.into_iter().zip([(1, 1), (2, 5), (3, 15), (4, 60)]) {
            party.answer(head);
            assert_eq!(deliver(&server), 1, "{head}");
            assert_eq!(fate(&server), (State::Waiting, attempts), "{head}");
            server.advance(TimeDelta::minutes(wait) - TimeDelta::seconds(1));
            assert_eq!(deliver(&server), 0, "not before it is time");
            server.advance(TimeDelta::seconds(1));
        }
        party.answer("200 OK\r\n");
        assert_eq!(deliver(&server), 1);
        assert_eq!(fate(&server), (State::Sent, 5));
        assert!(party.asked().iter().all(|asked| asked.line == "POST /out HTTP/1.1"), "no redirect is followed");
        let mut ids: Vec<String> = told(&party).iter().map(|token| claims(token)["jti"].to_string()).collect();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), 5, "each is a token of its own");
        assert_eq!(outbox(&server)[0].1.text, "");
        server.advance(TimeDelta::days(2));
        assert_eq!(deliver(&server), 0);
    }

    async fn who_says_no_to_one_hears_of_the_next_at_once(db: Database) {
        let party = GatewayServer::start();
        let server = settings().frozen().start(&db);
        // Some say so when they do not know the session any more, as who asked for the sign-out.
        party.answer("401 Unauthorized\r\n");
        let flow = signed_out(&server, &party).await;
        assert_eq!(deliver(&server), 1);
        party.answer("200 OK\r\n");
        let flow = flow.signed_in_again(&server);
        signed_in(&flow).await;
        session::sign_out(&server.app, &session_of(&server.app, &own_cookie(&flow))).expect("a database");
        assert_eq!(deliver(&server), 1, "with no rest in between");
        let mut states: Vec<State> = outbox(&server).iter().map(|(message, _)| message.state()).collect();
        states.sort_by_key(|state| *state == State::Sent);
        assert_eq!(states, [State::Waiting, State::Sent]);
    }

    async fn who_refuses_the_token_is_left_alone_and_nobody_is_asked_for_ever(db: Database) {
        let party = GatewayServer::start();
        let server = settings().set("logout.give_up_after", "2m").frozen().start(&db);
        party.answer("400 Bad Request\r\n");
        let flow = signed_out(&server, &party).await;
        assert_eq!(deliver(&server), 1);
        assert_eq!(fate(&server), (State::GivenUp, 1));
        party.answer("503 Busy\r\n");
        let flow = flow.signed_in_again(&server);
        server.advance(TimeDelta::seconds(1));
        signed_in(&flow).await;
        session::sign_out(&server.app, &session_of(&server.app, &own_cookie(&flow))).expect("a database");
        assert_eq!(deliver(&server), 1);
        server.advance(TimeDelta::minutes(1));
        assert_eq!(deliver(&server), 1);
        let states: Vec<State> = outbox(&server).iter().map(|(message, _)| message.state()).collect();
        assert_eq!(states, [State::GivenUp, State::GivenUp], "the next time would be too late");
    }

    async fn of_two_nodes_one_sends(db: Database) {
        let party = GatewayServer::start();
        party.answer("200 OK\r\n");
        let one = settings().start(&db);
        signed_out(&one, &party).await;
        let two = settings().start(&db);
        let nodes = [&one.app, &two.app, &one.app, &two.app].map(|app| {
            let app = std::sync::Arc::clone(app);
            std::thread::spawn(move || {
                Courier::new(&app).expect("a courier").deliver(Channel::Backchannel, || true).expect("an answer")
            })
        });
        let taken: usize = nodes.into_iter().map(|node| node.join().expect("a node")).sum();
        assert_eq!((taken, party.asked().len()), (1, 1));
    }

    async fn who_hangs_holds_up_nobody_else(db: Database) {
        // Connections are taken, and never answered.
        let hanging = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = format!("http://{}/out", hanging.local_addr().expect("an address"));
        let party = GatewayServer::start();
        party.answer("200 OK\r\n");
        let server = settings().set("logout.timeout", "1s").frozen().start(&db);
        let slow = Flow::new(&server, |new| {
            listening(new, &party);
            new.openid.backchannel_logout_uri = Some(address);
        });
        let quick = slow.with_client(&server, server.client(|new| listening(new, &party)));
        let sign_out = async |flow: &Flow<'_>| {
            server.advance(TimeDelta::seconds(1));
            let flow = flow.with_session(&server, session_cookie(&server, "ada"));
            signed_in(&flow).await;
            session::sign_out(&server.app, &session_of(&server.app, &own_cookie(&flow))).expect("a database");
        };
        for flow in [&slow, &slow, &slow, &quick] {
            sign_out(flow).await;
        }
        assert_eq!(deliver(&server), 2, "one for each, and the last one waits for no more");
        assert_eq!(told(&party).len(), 1);
        sign_out(&slow).await;
        sign_out(&quick).await;
        assert_eq!((deliver(&server), told(&party).len()), (1, 2), "who hung is left alone for a while");
        server.advance(TimeDelta::seconds(57));
        assert_eq!(deliver(&server), 0);
        server.advance(TimeDelta::seconds(1));
        assert_eq!(deliver(&server), 1, "then it is asked again, once");
        let attempts: i64 = outbox(&server).iter().map(|(message, _)| message.attempts).sum();
        assert_eq!(attempts, 4);
    }

    async fn two_nodes_send_one_party_one_message_at_a_time(db: Database) {
        let hanging = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = format!("http://{}/out", hanging.local_addr().expect("an address"));
        let party = GatewayServer::start();
        let one = settings().set("logout.timeout", "3s").start(&db);
        let flow = Flow::new(&one, |new| {
            listening(new, &party);
            new.openid.backchannel_logout_uri = Some(address);
        });
        for _ in 0..4 {
            let flow = flow.with_session(&one, session_cookie(&one, "ada"));
            signed_in(&flow).await;
            session::sign_out(&one.app, &session_of(&one.app, &own_cookie(&flow))).expect("a database");
        }
        let two = settings().set("logout.timeout", "3s").start(&db);
        let nodes = [&one.app, &two.app, &one.app, &two.app].map(|app| {
            let app = std::sync::Arc::clone(app);
            std::thread::spawn(move || {
                Courier::new(&app).expect("a courier").deliver(Channel::Backchannel, || true).expect("an answer")
            })
        });
        let taken: usize = nodes.into_iter().map(|node| node.join().expect("a node")).sum();
        assert_eq!(taken, 1);
    }

    async fn nobody_makes_the_server_knock_at_its_own_network(db: Database) {
        let party = GatewayServer::start();
        let server = TestServer::start(&db);
        signed_out(&server, &party).await;
        assert_eq!(deliver(&server), 1);
        assert_eq!((fate(&server), party.asked().len()), ((State::GivenUp, 1), 0));
    }

    async fn who_is_gone_by_then_is_not_asked(db: Database) {
        let party = GatewayServer::start();
        let server = settings().set("cache.staleness", "0s").start(&db);
        let flow = signed_out(&server, &party).await;
        let id = flow.client.id.clone();
        let disabled = server.app.write(move |cx| client_admin::set_enabled(cx.conn, &id, false, cx.now));
        disabled.expect("a database");
        assert_eq!(deliver(&server), 1);
        assert_eq!((fate(&server), party.asked().len()), ((State::GivenUp, 1), 0));
    }
}

/// A proxy would look the name up by itself, behind the back of what checks where it leads.
#[test]
fn a_proxy_of_the_environment_is_not_asked() {
    let test = "oidc::logout_delivery::nobody_makes_the_server_knock_at_its_own_network::sqlite";
    let mut again = std::process::Command::new(std::env::current_exe().expect("this program"));
    for name in ["ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY", "all_proxy", "https_proxy", "http_proxy"] {
        again.env(name, "http://127.0.0.1:9");
    }
    let said = again.args(["--exact", test]).output().expect("it runs");
    let text = String::from_utf8_lossy(&said.stdout);
    assert!(said.status.success() && text.contains("1 passed"), "{text}");
}
