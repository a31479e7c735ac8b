//! The processes under load, and what they use of the machine.

use std::fs::{self, File};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::client::{Connection, get};
use crate::options::Database;
use crate::postgres::{self, Durability};

/// Clock ticks of `/proc/<pid>/stat`: USER_HZ is 100 on every Linux.
const TICK_MICROS: u64 = 10_000;

/// Where a run keeps its data.
pub struct Place {
    /// Which database.
    pub database: Database,
    dir: tempfile::TempDir,
    cluster: Option<postgres::Cluster>,
}

impl Place {
    /// A fresh place; none when there is no PostgreSQL.
    pub fn new(database: Database) -> Option<Self> {
        let cluster = match database {
            Database::Sqlite => None,
            // With fsync, as in production.
            Database::Postgres => Some(postgres::private_cluster(Durability::Safe)?),
        };
        Some(Self { database, dir: tempfile::tempdir().expect("a temporary folder"), cluster })
    }

    /// The address of a new, empty database.
    pub fn fresh_database(&self, name: &str) -> String {
        match &self.cluster {
            None => format!("sqlite://{}", self.path(name).display()),
            Some(cluster) => cluster.fresh_database(),
        }
    }

    /// A path in the temporary folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }
}

/// A server under load; killed with the value.
pub struct Server {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
    /// From its start to its first answers: of `/health/live`, of the metadata.
    pub started: [Duration; 2],
}

impl Server {
    /// Starts the server itself with these settings, which name `server.listen`.
    pub async fn grantor(binary: Option<&str>, settings: &[(String, String)], log: &Path) -> Result<Self, String> {
        let mut command = Command::new(binary.unwrap_or(env!("CARGO_BIN_EXE_grantor")));
        for (key, value) in settings {
            command.env(format!("GRANTOR_{}", key.to_uppercase().replace('.', "__")), value);
        }
        let listen = settings.iter().find(|(key, _)| key == "server.listen").expect("an address").1.clone();
        let paths = ["/health/live", "/.well-known/oauth-authorization-server"];
        Self::start(command, listen.parse().expect("an address"), log, paths).await
    }

    /// Starts the server of the baselines.
    pub async fn baseline(database: &str, log: &Path) -> Result<Self, String> {
        let address = free_address();
        let mut command = Command::new(std::env::current_exe().expect("this program"));
        command.args(["--baseline", &address.to_string(), database]);
        Self::start(command, address, log, ["/static", "/static"]).await
    }

    async fn start(mut command: Command, address: SocketAddr, log: &Path, paths: [&str; 2]) -> Result<Self, String> {
        let said = File::create(log).map_err(|e| e.to_string())?;
        for name in ["RUST_BACKTRACE", "MALLOC_ARENA_MAX", "MALLOC_CONF"] {
            // Not of this run's making, but wanted by whoever sets them.
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        let inherited: Vec<_> = command.get_envs().map(|(n, v)| (n.to_owned(), v.map(ToOwned::to_owned))).collect();
        command.env_clear().envs(inherited.into_iter().filter_map(|(name, value)| Some((name, value?))));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(said);
        let begun = Instant::now();
        let child = command.spawn().map_err(|e| e.to_string())?;
        let mut server = Self { child, address, started: [Duration::ZERO; 2] };
        for (at, path) in paths.into_iter().enumerate() {
            server.await_answer(path, log).await?;
            server.started[at] = begun.elapsed();
        }
        Ok(server)
    }

    async fn await_answer(&mut self, path: &str, log: &Path) -> Result<(), String> {
        let begun = Instant::now();
        loop {
            if let Ok(mut connection) = Connection::open(self.address).await
                && connection.exchange(&get(path, "")).await.is_ok_and(|answer| answer.status == 200)
            {
                return Ok(());
            }
            let ended = self.child.try_wait().ok().flatten();
            if ended.is_some() || begun.elapsed() > Duration::from_secs(20) {
                let said = fs::read_to_string(log).unwrap_or_default();
                return Err(format!("a server does not answer {path} ({ended:?}): {said}"));
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// CPU time so far in microseconds: of this server, and of all PostgreSQL processes of this run.
    pub fn cpu(&self) -> [u64; 2] {
        let all = stats();
        let own = all.iter().filter(|stat| stat.pid == self.child.id()).map(|stat| stat.ticks).sum::<u64>();
        let mut family = vec![std::process::id()];
        let mut database = 0;
        let mut at = 0;
        while let Some(&parent) = family.get(at) {
            for stat in all.iter().filter(|stat| stat.parent == parent) {
                family.push(stat.pid);
                if stat.name == "postgres" {
                    // What ended is counted with its parent.
                    database += stat.ticks + stat.children_ticks;
                }
            }
            at += 1;
        }
        [own * TICK_MICROS, database * TICK_MICROS]
    }

    /// Resident memory in KiB: all of it, and what is the process's alone.
    pub fn memory(&self) -> [u64; 2] {
        let text = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        ["VmRSS:", "RssAnon:"].map(|name| {
            let line = text.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
            line.trim().trim_end_matches(" kB").parse().unwrap_or(0)
        })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An address that was free a moment ago.
pub fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("the port's address")
}

struct Stat {
    pid: u32,
    parent: u32,
    name: String,
    ticks: u64,
    children_ticks: u64,
}

fn stats() -> Vec<Stat> {
    let entries = fs::read_dir("/proc").expect("/proc").flatten();
    let processes = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    processes.filter_map(stat).collect()
}

fn stat(pid: u32) -> Option<Stat> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name stands in parentheses and may hold anything.
    let (head, tail) = text.rsplit_once(')')?;
    let name = head.split_once('(')?.1.to_owned();
    let fields: Vec<&str> = tail.split_whitespace().collect();
    let number = |at: usize| fields.get(at)?.parse::<u64>().ok();
    Some(Stat {
        pid,
        parent: u32::try_from(number(1)?).ok()?,
        name,
        ticks: number(11)? + number(12)?,
        children_ticks: number(13)? + number(14)?,
    })
}

/// CPU time of this thread in nanoseconds.
pub fn thread_cpu_nanos() -> u64 {
    let text = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    text.split_whitespace().next().and_then(|digits| digits.parse().ok()).unwrap_or(0)
}
