//! Text messages through a gateway.

use chrono::TimeDelta;
use grantor::account::post::State;
use grantor::core::delivery::Channel;
use serde_json::{Value, json};

use super::{assert_over, assert_waits, deliver, only, write_sms};
use crate::support::database::on_both;
use crate::support::gateway::GatewayServer;
use crate::support::server::Setup;

fn settings(gateway: &GatewayServer) -> Setup {
    Setup::default()
        .set("sms.transport", "http")
        .set("sms.url", format!("{}/v1/send?app=grantor", gateway.url))
        .set("sms.secret", "k3y\"&")
        .set("sms.headers", "Content-Type: application/json, Authorization: Bearer {secret}, X-App: grantor")
        .set("sms.timeout", "2s")
}

on_both! {
    async fn a_text_message_arrives(db: Database) {
        let gateway = GatewayServer::start();
        let server = settings(&gateway).frozen().start(&db);
        let text = "402917 is your \"code\" {secret} for Grantor.\nDo not pass it on. é";
        write_sms(&server, "+441632960961", text);
        assert_eq!(only(&server).0.state(), State::Waiting);
        assert_eq!(deliver(&server, Channel::Mail), 0, "it is no mail");
        assert_eq!(deliver(&server, Channel::Sms), 1);
        let [asked] = gateway.asked().try_into().expect("one request");
        assert_eq!(asked.line, "POST /v1/send?app=grantor HTTP/1.1");
        assert_eq!(asked.header("content-type"), "application/json");
        assert_eq!(asked.header("authorization"), "Bearer k3y\"&");
        assert_eq!(asked.header("x-app"), "grantor");
        let body: Value = serde_json::from_str(&asked.body).expect("JSON");
        assert_eq!(body, json!({ "to": "+441632960961", "text": text }));
        assert_over(&server, State::Sent, 1);
    }

    async fn a_gateway_may_want_a_form(db: Database) {
        let gateway = GatewayServer::start();
        let server = settings(&gateway)
            .set("sms.method", "PUT")
            .set("sms.headers", "Content-Type: application/x-www-form-urlencoded")
            .set("sms.body", "key={secret}&number={to}&message={text}")
            .frozen()
            .start(&db);
        write_sms(&server, "+441632960961", "1&number=+1");
        assert_eq!(deliver(&server, Channel::Sms), 1);
        let [asked] = gateway.asked().try_into().expect("one request");
        assert_eq!(asked.line, "PUT /v1/send?app=grantor HTTP/1.1");
        assert_eq!(asked.body, "key=k3y%22%26&number=%2B441632960961&message=1%26number%3D%2B1");
    }

    async fn only_success_is_success(db: Database) {
        let (gateway, elsewhere) = (GatewayServer::start(), GatewayServer::start());
        let server = settings(&gateway).frozen().start(&db);
        write_sms(&server, "+441632960961", "402917");
        let moved = format!("302 Found\r\nLocation: {}/\r\n", elsewhere.url);
        for (attempts, answer, seconds) in
            [(1, "503 Busy\r\n", 60), (2, moved.as_str(), 5 * 60), (3, "401 Unauthorized\r\n", 15 * 60)]
        {
            gateway.answer(answer);
            assert_eq!(deliver(&server, Channel::Sms), 1);
            assert_waits(&server, attempts, seconds);
            server.advance(TimeDelta::seconds(i64::try_from(seconds).expect("few")));
        }
        assert!(elsewhere.asked().is_empty(), "the secret goes nowhere else");
        gateway.answer("422 Unprocessable\r\n");
        assert_eq!(deliver(&server, Channel::Sms), 1);
        assert_over(&server, State::GivenUp, 4);
    }
}
