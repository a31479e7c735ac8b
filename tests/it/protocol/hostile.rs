//! What attackers try: each of these went through once.

use crate::support::database::on_both;
use crate::support::flow::Flow;
use crate::support::server::TestServer;

on_both! {
    async fn nobody_gets_a_code_unasked_by_asking_for_no_scope(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, |new| new.policy.first_party = false);
        let answer = flow.authorize(&[("scope", " ")]).await;
        assert_eq!(answer.status, 200, "{}", answer.header("location"));
        assert!(answer.input("auth_token").is_some());
    }
}
