//! Every list is read by an index, in its order, whatever narrows it: both databases say how they would read it.

use std::collections::HashMap;

use diesel::connection::SimpleConnection as _;
use diesel::sql_types::Text;
use diesel::{Connection as _, PgConnection, QueryableByName, RunQueryDsl as _, SqliteConnection};
use grantor::account::audit::{Act, Actor, Object, ObjectKind};
use grantor::core::delivery::Channel;
use grantor::core::failure::Kind;
use grantor::core::ids::{ClientId, RoleName, UserId};
use grantor::core::page::Page;
use grantor::core::people::{Place, Search, Sort};
use grantor::core::secret::Hashed;
use grantor::core::time::Time;
use grantor::core::user::Status;
use grantor::core::{audit, failure};
use grantor::store::client_admin::{self, Query};
use grantor::store::messages::State;
use grantor::store::{
    Conn, Error, access_tokens, audit_events, connections, failures, messages, people, purge, sessions, statistics,
};

use crate::support::database::{Database, on_both};
use crate::support::server::{Setup, TestServer};

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    detail: String,
}

/// How many values a statement of PostgreSQL takes.
fn parameters(sql: &str) -> usize {
    let number = |rest: &str| rest.chars().take_while(char::is_ascii_digit).collect::<String>().parse().ok();
    sql.split('$').skip(1).filter_map(number).max().unwrap_or(0)
}

/// How PostgreSQL would run a statement whatever its values, if it had reason to use an index wherever it can.
fn plan_of_postgres(db: &Database, sql: &str) -> Vec<String> {
    let mut conn = PgConnection::establish(db.url()).expect("a connection");
    let values = vec!["NULL"; parameters(sql)].join(", ");
    let call = if values.is_empty() { "asked".to_owned() } else { format!("asked({values})") };
    let off = ["seqscan", "bitmapscan", "sort", "hashjoin", "mergejoin", "hashagg", "material"];
    let off: String = off.iter().map(|what| format!("SET enable_{what} = off;")).collect();
    let ready = format!(
        "{off} SET plan_cache_mode = force_generic_plan; PREPARE asked AS {sql};
         CREATE FUNCTION pg_temp.plan() RETURNS SETOF text LANGUAGE plpgsql AS
         $$ BEGIN RETURN QUERY EXECUTE 'EXPLAIN EXECUTE {call}'; END $$;"
    );
    conn.batch_execute(&ready).unwrap_or_else(|e| panic!("{e}: {sql}"));
    let lines = diesel::sql_query("SELECT plan AS detail FROM pg_temp.plan() AS plan").load::<Line>(&mut conn);
    lines.expect("a plan").into_iter().map(|line| line.detail).collect()
}

fn plan_of_sqlite(db: &Database, sql: &str) -> Vec<String> {
    let path = db.url().strip_prefix("sqlite://").expect("a file");
    let mut conn = SqliteConnection::establish(path).expect("a connection");
    let lines = diesel::sql_query(format!("EXPLAIN QUERY PLAN {sql}")).load::<Line>(&mut conn);
    lines.unwrap_or_else(|e| panic!("{e}: {sql}")).into_iter().map(|line| line.detail).collect()
}

/// Whether a step of a plan reads a whole table.
fn reads_all(step: &str) -> bool {
    step.contains("Seq Scan") || step.starts_with("SCAN ") && !step.contains(" USING ")
}

/// Whether a step of a plan puts all that it found in order before the first of it is handed out.
fn sorts_all(step: &str) -> bool {
    let step = step.trim_start().trim_start_matches("->").trim_start();
    step.starts_with("Sort  (") || step == "USE TEMP B-TREE FOR ORDER BY"
}

/// What may be sorted: nothing, or what is found, because it is little.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Sorting {
    None,
    Few,
}

/// Asks the database how it would run the statements of a server, once each.
struct Plans<'a> {
    server: &'a TestServer,
    db: &'a Database,
    seen: HashMap<String, String>,
}

impl<'a> Plans<'a> {
    fn of(server: &'a TestServer, db: &'a Database) -> Self {
        Self { server, db, seen: HashMap::new() }
    }

    /// Runs something, and asks of each of its statements; the answers.
    fn check<T>(&mut self, what: &str, sorting: Sorting, run: impl FnOnce(&mut Conn) -> Result<T, Error>) -> String {
        self.server.reset_statements();
        self.server.app.read(|cx| run(cx.conn)).unwrap_or_else(|e| panic!("{what}: {e}"));
        let statements = self.server.statements();
        let asked: Vec<&String> = statements.iter().filter(|text| text.starts_with("SELECT")).collect();
        assert!(!asked.is_empty(), "{what}: {statements:?}");
        let mut answers = String::new();
        for text in asked {
            let sql = text.split(" -- binds:").next().unwrap_or_default();
            // Nothing is read of nobody.
            if !sql.ends_with("WHERE (1=0)") {
                let key = format!("{sorting:?} {sql}");
                let plan = self.seen.get(&key).cloned().unwrap_or_else(|| self.look(what, sorting, sql));
                answers.push_str(&plan);
                self.seen.insert(key, plan);
            }
        }
        answers
    }

    fn look(&self, what: &str, sorting: Sorting, sql: &str) -> String {
        let plan = if self.db.is_postgres() { plan_of_postgres(self.db, sql) } else { plan_of_sqlite(self.db, sql) };
        assert!(!plan.is_empty(), "{what}: {sql}");
        let whole = plan.join("\n");
        assert!(!plan.iter().any(|step| reads_all(step)), "{what} reads a whole table:\n{sql}\n{whole}");
        let sorts = plan.iter().any(|step| sorts_all(step));
        assert!(sorting == Sorting::Few || !sorts, "{what} sorts:\n{sql}\n{whole}");
        whole
    }
}

fn events(now: Time) -> Vec<audit::Filter> {
    let any = audit::Filter::default;
    let actors = [None, Some(Actor::Person(UserId(7))), Some(Actor::Nobody)];
    let objects = [None, Some(Object::from(UserId(7))), Some(Object::new(ObjectKind::Client, "c"))];
    let mut all = vec![audit::Filter { request_id: Some("r".to_owned()), ..any() }];
    for actor in actors {
        for object in &objects {
            for act in [None, Some(Act::SignIn)] {
                for days in [None, Some(now)] {
                    let (actor, object) = (actor.clone(), object.clone());
                    all.push(audit::Filter { actor, object, act, from: days, until: days, ..any() });
                }
            }
        }
    }
    all
}

on_both! {
    async fn the_log_and_the_failures_are_read_by_an_index(db: Database) {
        let server = Setup::default().start(&db);
        let mut plans = Plans::of(&server, &db);
        let pages = [Page::default(), Page { after: Some("1700000000000000.a1".to_owned()), limit: 51 }];
        for page in &pages {
            for filter in events(server.app.now()) {
                let plan = plans.check(&format!("{filter:?}"), Sorting::None, |conn| audit_events::search(conn, &filter, page));
                let narrow = filter.actor.is_some() || filter.object.is_some() || filter.act.is_some() || filter.request_id.is_some();
                assert!(!narrow || !plan.contains("audit_events_age"), "{filter:?}: {plan}");
            }
            for client in [None, Some(ClientId::from("c"))] {
                for user in [None, Some(UserId(7))] {
                    for kind in [None, Some(Kind::SignIn)] {
                        let filter = failure::Filter { client: client.clone(), user, kind, ..failure::Filter::default() };
                        let plan = plans.check(&format!("{filter:?}"), Sorting::None, |conn| failures::search(conn, &filter, page));
                        let is_by_kind = kind.is_some() && client.is_none() && user.is_none();
                        assert!(!is_by_kind || plan.contains("failures_kind"), "{plan}");
                    }
                }
            }
        }
        plans.check("a reference", Sorting::None, |conn| failures::by_id(conn, "a1"));
        plans.check("names of people", Sorting::None, |conn| people::names(conn, [1, 2]));
        plans.check("names of apps", Sorting::None, |conn| client_admin::names(conn, ["a".to_owned()]));
        let (now, long_ago) = (server.app.now(), server.app.now() - chrono::TimeDelta::days(900));
        plans.check("counts", Sorting::None, |conn| statistics::of(conn, "tokens", long_ago, now));
        let before = purge::Before { events: Some(long_ago), reasons: long_ago, counts: Some(long_ago) };
        plans.check("old records", Sorting::None, |conn| purge::records(conn, before, None));
    }

    async fn people_are_read_by_an_index(db: Database) {
        let server = Setup::default().start(&db);
        let mut plans = Plans::of(&server, &db);
        let (ada, bob) = (server.user("ada"), server.user("bob"));
        for sort in Sort::ALL {
            for place in [Place::Start, Place::After(ada.id), Place::Before(bob.id)] {
                for role in [None, Some(RoleName::from("user"))] {
                    for status in [None, Some(Status::Active)] {
                        for text in [None, Some("a".to_owned()), Some(ada.id.to_string())] {
                            // A role or a state that few have is sorted; one that many have is read in order.
                            let is_by_age = matches!(sort, Sort::Newest | Sort::Oldest) && (role.is_none() || status.is_none());
                            let is_bare = role.is_none() && status.is_none();
                            let sorting = if is_by_age || is_bare { Sorting::None } else { Sorting::Few };
                            let search = Search { text, role: role.clone(), status, sort };
                            plans.check(&format!("{search:?}"), sorting, |conn| people::search(conn, &search, place, 50));
                        }
                    }
                }
            }
        }
    }

    async fn apps_connections_tokens_and_messages_are_read_by_an_index(db: Database) {
        let server = Setup::default().start(&db);
        let mut plans = Plans::of(&server, &db);
        let (client, _) = server.client(|_| {});
        let (ada, now) = (server.user("ada"), server.app.now());
        for sort in [client_admin::Sort::Name, client_admin::Sort::Newest] {
            let by_name = sort == client_admin::Sort::Name;
            for after in [None, Some(client.id.to_string())] {
                let page = Page { after, limit: 51 };
                let any = || Query { sort, hidden: vec!["x"], ..Query::default() };
                let cases = [
                    ("any", any()),
                    ("verified", Query { verified: Some(true), ..any() }),
                    ("disabled", Query { disabled: Some(true), ..any() }),
                    ("working", Query { disabled: Some(false), verified: Some(false), ..any() }),
                    ("first-party", Query { first_party: Some(true), public: Some(false), ..any() }),
                ];
                for (what, query) in cases {
                    let plan = plans.check(what, Sorting::None, |conn| client_admin::search(conn, &query, &page));
                    let index = format!("clients_{what}");
                    let is_rare = by_name && matches!(what, "verified" | "disabled");
                    assert!(!is_rare || plan.contains(&index), "{what}: {plan}");
                }
                let owned = Query { owner: Some(ada.id), ..any() };
                plans.check("of an owner", Sorting::Few, |conn| client_admin::search(conn, &owned, &page));
                let named = Query { name: Some("no".to_owned()), ..any() };
                let sorting = if by_name { Sorting::None } else { Sorting::Few };
                plans.check("by name", sorting, |conn| client_admin::search(conn, &named, &page));
            }
        }
        for after in [None, Some("a".to_owned())] {
            let page = Page { after, limit: 51 };
            plans.check("connections", Sorting::None, |conn| connections::clients_of(conn, ada.id, now, &page));
        }
        plans.check("a connection", Sorting::None, |conn| connections::grants_of(conn, ada.id, &client.id, now));
        plans.check("its use", Sorting::None, |conn| connections::use_of(conn, ada.id, &client.id));
        plans.check("tokens", Sorting::None, |conn| access_tokens::list_of_user(conn, ada.id, "personal", now));
        plans.check("tokens", Sorting::None, |conn| access_tokens::list(conn, Some(ada.id), None, 20));
        for state in [None, Some(State::Waiting), Some(State::Sent), Some(State::GivenUp), Some(State::Kept)] {
            for after in [None, Some("1700000000000000.a1".to_owned())] {
                let page = Page { after, limit: 51 };
                plans.check(&format!("messages {state:?}"), Sorting::None, |conn| messages::list(conn, state, &page));
            }
        }
        let due = |conn: &mut Conn| messages::due_by_recipient(conn, Channel::Backchannel, now, 20);
        let plan = plans.check("messages that are due", Sorting::None, due);
        for index in ["messages_due", "messages_busy", "messages_recipient"] {
            assert!(plan.contains(index), "{index}: {plan}");
        }
        let id = Hashed::from_stored("x".to_owned());
        plans.check("a session that was left", Sorting::None, |conn| sessions::unended(conn, &id));
        let plan = plans.check("one by its sid", Sorting::None, |conn| sessions::left_behind(conn, "x", now, now));
        assert!(plan.contains("sessions_sid"), "{plan}");
        let plan = plans.check("run out", Sorting::None, |conn| sessions::end_run_out(conn, now, 20));
        assert!(plan.contains("sessions_open"), "{plan}");
    }
}

#[test]
fn a_plan_without_an_index_is_told_from_one_with() {
    for step in ["Seq Scan on users  (cost=0.00..1 rows=1)", "        ->  Seq Scan on clients", "SCAN users"] {
        assert!(reads_all(step), "{step}");
    }
    for step in
        ["SCAN users USING INDEX users_age", "SEARCH users USING INDEX users_role (role=?)", "Index Scan using x"]
    {
        assert!(!reads_all(step), "{step}");
    }
    for step in ["  ->  Sort  (cost=1..2)", "USE TEMP B-TREE FOR ORDER BY"] {
        assert!(sorts_all(step), "{step}");
    }
    for step in ["  ->  Incremental Sort  (cost=1..2)", "  Sort Key: a", "USE TEMP B-TREE FOR LAST TERM OF ORDER BY"] {
        assert!(!sorts_all(step), "{step}");
    }
}
