//! The scenarios, in their order, and what each is held against.

mod openid;

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use crate::client::{get, post};
use crate::drive::{Measured, Work, drive};
use crate::flows::{Authorize, Codes, Refresh};
use crate::options::{Database, Options};
use crate::prepare::{self, Prepared};
use crate::process::{Place, Server, free_address};
use crate::report::{Line, Report};
use crate::requests::{PLAIN, ask, authorize, client_credentials, fixed, pair, redeem};
use crate::signin;

/// What SQLite is to reach where the static answer reaches [`STATIC_RATE`].
const SQLITE_RATE: f64 = 8_000.0;
const STATIC_RATE: f64 = 150_000.0;
pub const WARM_UP: f64 = 0.5;
/// How many connections are held when memory is judged.
const BUSY: usize = 64;
/// How many connections ask for tokens while sign-ins flood the server.
const FEW: usize = 4;
/// How many chains of refresh tokens a connection owns.
const CHAINS: usize = 8;

/// The least that could be done.
#[derive(Clone, Copy)]
enum Least {
    Static,
    Insert,
    Select,
}

struct Bench<'a> {
    options: &'a Options,
    place: &'a Place,
    report: &'a mut Report,
    baseline: Server,
    server: Server,
    prepared: Prepared,
}

/// Runs all on one database.
pub async fn run(options: &Options, place: &Place, report: &mut Report) -> Result<(), String> {
    let baseline = Server::baseline(&place.fresh_database("baseline.db"), &place.path("baseline.log")).await?;
    let settings = prepare::settings(&place.fresh_database("grantor.db"), &place.path("data"), free_address());
    let prepared = prepare::prepare(&settings, options.connections.max(BUSY));
    let server = start(options, place, &settings, report).await?;
    let mut bench = Bench { options, place, report, baseline, server, prepared };
    bench.baselines().await?;
    bench.documents().await?;
    bench.client_credentials().await?;
    bench.codes().await?;
    bench.refresh().await?;
    bench.introspection().await?;
    bench.id_token().await?;
    bench.userinfo().await?;
    bench.sign_in().await?;
    bench.flood().await?;
    bench.memory().await
}

/// Starts the server several times on the database, which is there already; the last one stays.
async fn start(
    options: &Options,
    place: &Place,
    settings: &[(String, String)],
    report: &mut Report,
) -> Result<Server, String> {
    let (log, binary) = (place.path("grantor.log"), options.binary.as_deref());
    let mut times = Vec::new();
    let mut server = Server::grantor(binary, settings, &log).await?;
    for _ in 0..5 {
        drop(server);
        server = Server::grantor(binary, settings, &log).await?;
        times.push(server.started.map(|time| time.as_secs_f64() * 1000.0));
    }
    times.sort_by(|a, b| a[1].total_cmp(&b[1]));
    let [live, metadata] = times[times.len() / 2];
    let value = format!("{live:.0}, {metadata:.0} ms");
    let line = Line::figure("start to first answers", place.database.name(), value);
    report.add(line.judged("<= 150 ms".to_owned(), live.max(metadata) <= 150.0));
    let [all, own] = server.memory().map(mebibytes);
    let line = Line::figure("memory, idle", place.database.name(), format!("{all:.1} ({own:.1}) MiB"));
    report.add(line.judged("<= 25 MiB".to_owned(), all <= 25.0));
    Ok(server)
}

impl Bench<'_> {
    fn database(&self) -> &'static str {
        self.place.database.name()
    }

    async fn drive(&self, works: Vec<Box<dyn Work>>) -> Result<Measured, String> {
        drive(&self.server, works, WARM_UP, self.options.seconds).await
    }

    async fn least(&self, least: Least, seconds: f64) -> Result<Measured, String> {
        let (request, expected) = match least {
            Least::Static => (get("/static", ""), "ok"),
            Least::Insert => (post("/insert", "", ""), "row"),
            Least::Select => (get("/select", ""), "row"),
        };
        let works = fixed(self.options.connections, vec![request], expected);
        drive(&self.baseline, works, WARM_UP, seconds).await
    }

    /// Measures, with the least that could be done before and after: other programs make all of it slower at times.
    async fn beside(&self, least: Least, works: Vec<Box<dyn Work>>) -> Result<(Measured, [Measured; 2]), String> {
        let seconds = (self.options.seconds / 3.0).clamp(0.1, 2.0);
        let before = self.least(least, seconds).await?;
        let measured = self.drive(works).await?;
        Ok((measured, [before, self.least(least, seconds).await?]))
    }

    async fn baselines(&mut self) -> Result<(), String> {
        for (name, least) in
            [("B0 static answer", Least::Static), ("B1 one INSERT", Least::Insert), ("B2 one SELECT", Least::Select)]
        {
            let measured = self.least(least, self.options.seconds).await?;
            self.report.add(Line::of(name, self.database(), &measured));
        }
        Ok(())
    }

    async fn documents(&mut self) -> Result<(), String> {
        for (name, path, expected) in
            [("metadata", "/.well-known/oauth-authorization-server", "token_endpoint"), ("jwks", "/oauth/jwks", "kty")]
        {
            if !self.options.wants(name) {
                continue;
            }
            let works = fixed(self.options.connections, vec![get(path, "")], expected);
            let (measured, least) = self.beside(Least::Static, works).await?;
            let part = measured.rate() / mean(&least, Measured::rate) * 100.0;
            let ratio = measured.cpu_total() / mean(&least, Measured::cpu_total);
            let line = Line::of(name, self.database(), &measured);
            let line = line.valued(format!("{part:.0} %, {ratio:.2} x B0"));
            self.report.add(line.judged(">= 70 % of B0".to_owned(), part >= 70.0));
        }
        Ok(())
    }

    /// Measures and adds a line that is held against the least cost.
    async fn against(&mut self, name: &str, works: Vec<Box<dyn Work>>, least: Least, most: f64) -> Result<(), String> {
        let baseline = if matches!(least, Least::Insert) { "B1" } else { "B2" };
        let (measured, beside) = self.beside(least, works).await?;
        let ratio = measured.cpu_total() / mean(&beside, Measured::cpu_total);
        let line = Line::of(name, self.database(), &measured).valued(format!("{ratio:.2} x {baseline}"));
        // The ratios are promised on PostgreSQL; on SQLite they are for information.
        self.report.add(match self.place.database {
            Database::Postgres => line.judged(format!("<= {most} x {baseline}"), ratio <= most),
            Database::Sqlite => line,
        });
        Ok(())
    }

    async fn client_credentials(&mut self) -> Result<(), String> {
        let (opaque, jwt) = (client_credentials(&self.prepared.opaque), client_credentials(&self.prepared.jwt));
        for (name, request, most) in [("client_credentials opaque", opaque, 1.6), ("client_credentials jwt", jwt, 2.0)]
        {
            if !self.options.wants(name) {
                continue;
            }
            let works = fixed(self.options.connections, vec![request], "access_token");
            if self.place.database == Database::Postgres {
                self.against(name, works, Least::Insert, most).await?;
                continue;
            }
            let (measured, least) = self.beside(Least::Static, works).await?;
            let target = SQLITE_RATE * mean(&least, Measured::rate) / STATIC_RATE;
            let (rate, p99) = (measured.rate(), measured.millis(0.99));
            let line = Line::of(name, self.database(), &measured);
            let goal = format!(">= {target:.0}/s, p99 <= 20");
            self.report.add(line.judged(goal, rate >= target && p99 <= 20.0));
        }
        Ok(())
    }

    async fn codes(&mut self) -> Result<(), String> {
        let keys = &self.prepared.jwt;
        let sessions: Vec<&String> = self.prepared.cookies.iter().take(self.options.connections).collect();
        let boxed = |work: Authorize| Box::new(work) as Box<dyn Work>;
        if self.options.wants("authorize") || self.options.wants("code redemption") {
            let codes = Codes::default();
            let work = |&cookie: &&String| boxed(authorize(keys, cookie, &PLAIN, &codes));
            let measured = self.drive(sessions.iter().map(work).collect()).await?;
            let works = sessions.iter().map(|_| Box::new(redeem(keys, &PLAIN, &codes)) as Box<dyn Work>).collect();
            self.report.add(Line::of("authorize", self.place.database.name(), &measured));
            self.against("code redemption", works, Least::Insert, 2.5).await?;
        }
        if self.options.wants("authorize + redemption") {
            let cookies = self.prepared.cookies.iter().take(self.options.connections);
            let works =
                cookies.map(|cookie| Box::new(pair(&self.prepared.jwt, cookie, &PLAIN)) as Box<dyn Work>).collect();
            self.against("authorize + redemption", works, Least::Insert, 5.0).await?;
        }
        Ok(())
    }

    async fn refresh(&mut self) -> Result<(), String> {
        for name in ["refresh opaque", "refresh jwt"] {
            if !self.options.wants(name) {
                continue;
            }
            let keys = if name.ends_with("jwt") { &self.prepared.jwt } else { &self.prepared.opaque };
            let mut works: Vec<Box<dyn Work>> = Vec::new();
            for cookie in self.prepared.cookies.iter().take(self.options.connections) {
                let mut tokens = std::collections::VecDeque::new();
                for _ in 0..CHAINS {
                    tokens.push_back(ask(&self.server, pair(keys, cookie, &PLAIN), "\"refresh_token\":\"").await?);
                }
                works.push(Box::new(Refresh { headers: keys.headers.clone(), tokens }));
            }
            self.against(name, works, Least::Insert, 2.5).await?;
        }
        Ok(())
    }

    async fn introspection(&mut self) -> Result<(), String> {
        for name in ["introspection opaque", "introspection jwt"] {
            if !self.options.wants(name) {
                continue;
            }
            let keys = if name.ends_with("jwt") { &self.prepared.jwt } else { &self.prepared.opaque };
            let mut requests = Vec::new();
            for cookie in &self.prepared.cookies {
                let token = ask(&self.server, pair(keys, cookie, &PLAIN), "\"access_token\":\"").await?;
                let headers = &self.prepared.introspector.headers;
                requests.push(post("/oauth/introspect", headers, &format!("token={token}")));
            }
            let works = fixed(self.options.connections, requests, "\"active\":true");
            self.against(name, works, Least::Select, 1.6).await?;
        }
        Ok(())
    }

    async fn sign_in(&mut self) -> Result<(), String> {
        if !self.options.wants("sign-in") {
            return Ok(());
        }
        let Some(works) = signin::works(&self.server, self.options.connections).await? else {
            self.report.add(Line::figure("sign-in", self.database(), "not served".to_owned()));
            return Ok(());
        };
        let before = signin::hash_micros();
        let measured = drive(&self.server, works, 0.0, 120.0).await?;
        let hash = (before + signin::hash_micros()) / 2.0;
        let part = hash / measured.cpu_total() * 100.0;
        let line = Line::of("sign-in", self.database(), &measured).valued(format!("{part:.1} % is the hash"));
        self.report.add(line.judged(">= 95 %".to_owned(), part >= 95.0));
        Ok(())
    }

    /// The token endpoint while sign-ins flood the server, beside its quiet self before and after.
    async fn flood(&mut self) -> Result<(), String> {
        if !self.options.wants("flood") {
            return Ok(());
        }
        let works = || fixed(FEW, vec![client_credentials(&self.prepared.jwt)], "access_token");
        let before = self.drive(works()).await?;
        let stop = Rc::new(Cell::new(false));
        let (during, heard) = tokio::join!(
            async {
                // Its queue fills first.
                tokio::time::sleep(Duration::from_secs(1)).await;
                let measured = self.drive(works()).await;
                stop.set(true);
                measured
            },
            signin::flood(&self.server, Rc::clone(&stop)),
        );
        let (during, heard) = (during?, heard?);
        let after = self.drive(works()).await?;
        let quiet = (before.millis(0.99) + after.millis(0.99)) / 2.0;
        let ratio = during.millis(0.99) / quiet;
        self.report.add(Line::of("token endpoint, quiet", self.database(), &before));
        let line = Line::of("token endpoint, login flood", self.database(), &during);
        let line = line.valued(format!("p99 {ratio:.2} x quiet"));
        self.report.add(line.judged("p99 <= 3 x quiet".to_owned(), ratio <= 3.0));
        let value = format!("{} hashed, {} told 503", heard.hashed, heard.busy);
        self.report.add(Line::figure("login flood, 96 connections", self.database(), value));
        Ok(())
    }

    async fn memory(&mut self) -> Result<(), String> {
        if !self.options.wants("memory") {
            return Ok(());
        }
        let works = fixed(BUSY, vec![client_credentials(&self.prepared.jwt)], "access_token");
        let measured = self.drive(works).await?;
        let [all, own] = measured.memory.map(mebibytes);
        let line = Line::of("memory, 64 busy", self.database(), &measured);
        let line = line.valued(format!("{all:.1} ({own:.1}) MiB"));
        self.report.add(line.judged("<= 60 MiB".to_owned(), all <= 60.0));
        tokio::time::sleep(Duration::from_secs(1)).await;
        let [all, own] = self.server.memory().map(mebibytes);
        let value = format!("{all:.1} ({own:.1}) MiB");
        self.report.add(Line::figure("memory, after", self.database(), value));
        Ok(())
    }
}

fn mean(two: &[Measured; 2], of: impl Fn(&Measured) -> f64) -> f64 {
    two.iter().map(of).sum::<f64>() / 2.0
}

fn mebibytes(kibibytes: u64) -> f64 {
    kibibytes as f64 / 1024.0
}
