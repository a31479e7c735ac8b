//! A private, throw-away PostgreSQL cluster for one run of the tests.
//!
//! [`cluster`] starts one server for the whole process on first use. The server belongs to a
//! small shell supervisor that holds the read end of a pipe whose write end this process keeps.
//! When the process ends, however it ends, the supervisor reads end-of-file, stops the server
//! and removes its directory. (Rust runs no destructors of statics, so a `Drop` would not do.)
//!
//! | variable | meaning |
//! | --- | --- |
//! | `GRANTOR_TEST_POSTGRES=require` | no PostgreSQL is a failure, not a skip |
//! | `GRANTOR_TEST_POSTGRES=off` | do not use PostgreSQL |
//! | `GRANTOR_TEST_POSTGRES_BIN` | the directory with `initdb`, `postgres` and `pg_ctl` |
//! | `GRANTOR_TEST_POSTGRES_URL` | superuser URL of a running server to use instead; the databases made there (`grantor_test_…`) stay |
//! | `GRANTOR_TEST_POSTGRES_TMP` | where the cluster's directory is made (default: `/dev/shm` if it has 4 GiB free, else `/tmp`) |

use std::collections::HashSet;
use std::env;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Integer};

const PROGRAMS: [&str; 3] = ["initdb", "postgres", "pg_ctl"];
const SUPERUSER: &str = "grantor";

/// What the server does to survive a crash of the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// Nothing: no fsync. For every test that does not crash the database.
    Fast,
    /// PostgreSQL's defaults, as in production.
    Safe,
}

/// The process's shared cluster (fast, not crash-safe), or `None` when PostgreSQL is absent or
/// switched off, which has then been said on stderr.
///
/// # Panics
/// When `GRANTOR_TEST_POSTGRES=require` and there is no usable PostgreSQL.
pub fn cluster() -> Option<&'static Cluster> {
    static SHARED: OnceLock<Result<Option<Cluster>, String>> = OnceLock::new();
    match SHARED.get_or_init(|| obtain(Durability::Fast)) {
        Ok(cluster) => cluster.as_ref(),
        Err(why) => panic!("{why}"),
    }
}

/// A cluster for one test alone, which may [`Cluster::crash`] it. It stops when it is dropped.
/// Absence is treated as by [`cluster`]; `GRANTOR_TEST_POSTGRES_URL` is not used.
pub fn private_cluster(durability: Durability) -> Option<Cluster> {
    match mode().and_then(|mode| own(mode, durability)) {
        Ok(cluster) => cluster,
        Err(why) => panic!("{why}"),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    IfThere,
    Require,
    Off,
}

fn mode() -> Result<Mode, String> {
    match env::var("GRANTOR_TEST_POSTGRES").as_deref() {
        Err(env::VarError::NotPresent) | Ok("") => Ok(Mode::IfThere),
        Ok("require") => Ok(Mode::Require),
        Ok("off") => Ok(Mode::Off),
        other => Err(format!("GRANTOR_TEST_POSTGRES is {other:?}; it may be unset, `require` or `off`")),
    }
}

fn obtain(durability: Durability) -> Result<Option<Cluster>, String> {
    let mode = mode()?;
    match env::var("GRANTOR_TEST_POSTGRES_URL") {
        Ok(url) if !url.is_empty() && mode != Mode::Off => {
            Cluster::existing(&url).map(Some).map_err(|why| format!("GRANTOR_TEST_POSTGRES_URL cannot be used: {why}"))
        }
        _ => own(mode, durability),
    }
}

fn own(mode: Mode, durability: Durability) -> Result<Option<Cluster>, String> {
    if mode == Mode::Off {
        say_not_tested("GRANTOR_TEST_POSTGRES=off");
        return Ok(None);
    }
    match Cluster::start(durability) {
        Ok(cluster) => Ok(Some(cluster)),
        Err(why) if mode == Mode::Require => {
            Err(format!("GRANTOR_TEST_POSTGRES=require, but PostgreSQL cannot be used: {why}"))
        }
        Err(why) => {
            say_not_tested(&why);
            Ok(None)
        }
    }
}

/// Says it once, past the test harness's capture (which only takes what `eprintln!` prints).
fn say_not_tested(why: &str) {
    static SAID: OnceLock<()> = OnceLock::new();
    SAID.get_or_init(|| {
        let bar = "!".repeat(78);
        let _ = writeln!(io::stderr(), "\n{bar}\nNOT TESTED ON POSTGRES: {why}\n{bar}");
    });
}

/// A PostgreSQL server of which the tests own everything.
pub struct Cluster {
    /// `postgres://user:password@host:port/`, to which a database's name is appended.
    before: String,
    /// What follows the database's name: empty or `?options`.
    after: String,
    admin_database: String,
    server: Option<Mutex<Server>>,
    /// Distinguishes this process's databases from those of others on the same server.
    process: String,
    /// The same in all processes that may share templates (one nextest run).
    run: String,
    counter: AtomicU64,
    templates: Mutex<HashSet<String>>,
    version: i32,
    in_memory: bool,
}

impl Cluster {
    /// Makes and starts a new cluster.
    ///
    /// # Errors
    /// Why it could not: no server programs found, or what they said.
    pub fn start(durability: Durability) -> Result<Self, String> {
        let identity = Identity::choose()?;
        let (directories, looked) = server_directories();
        if directories.is_empty() {
            return Err(format!(
                "no directory holds all of {}; looked in {looked} \
                 (install postgresql, or set GRANTOR_TEST_POSTGRES_BIN)",
                PROGRAMS.join(", ")
            ));
        }
        let password = random_hex(16)?;
        let mut failures = String::new();
        for directory in &directories {
            match Server::start(&identity, directory, durability, &password) {
                Ok((server, port)) => {
                    let url = format!("postgres://{SUPERUSER}:{password}@127.0.0.1:{port}/postgres");
                    return Self::at(&url, Some(server));
                }
                Err(why) => {
                    let _ = write!(failures, "\n{} does not start: {}", directory.display(), why.trim());
                }
            }
        }
        Err(failures)
    }

    fn existing(url: &str) -> Result<Self, String> {
        Self::at(url, None)
    }

    fn at(url: &str, server: Option<Server>) -> Result<Self, String> {
        let (before, admin_database, after) = split_url(url)?;
        let mut connection = PgConnection::establish(url).map_err(|e| e.to_string())?;
        let version = diesel::select(diesel::dsl::sql::<Integer>("current_setting('server_version_num')::int"))
            .get_result(&mut connection)
            .map_err(|e| format!("asking for its version: {e}"))?;
        let in_memory = server.as_ref().is_some_and(|server| server.in_memory);
        let process = random_hex(5)?;
        let run = match (&server, env::var("NEXTEST_RUN_ID")) {
            (None, Ok(id)) => id.chars().filter(char::is_ascii_hexdigit).take(12).collect(),
            _ => process.clone(),
        };
        Ok(Self {
            before,
            after,
            admin_database,
            server: server.map(Mutex::new),
            process,
            run,
            counter: AtomicU64::new(1),
            templates: Mutex::default(),
            version,
            in_memory,
        })
    }

    /// The superuser's URL of database `name`, which need not exist.
    pub fn url(&self, name: &str) -> String {
        format!("{}{name}{}", self.before, self.after)
    }

    /// A superuser's connection to the maintenance database.
    pub fn admin(&self) -> PgConnection {
        let url = self.url(&self.admin_database);
        PgConnection::establish(&url).unwrap_or_else(|e| panic!("cannot connect to the test cluster: {e}"))
    }

    /// Creates an empty database and returns its URL.
    pub fn fresh_database(&self) -> String {
        self.create_database("template0")
    }

    /// Creates a database that is a copy of template `name`, and returns its URL. The template
    /// is made on first use: an empty database that `prepare` is given the URL of, to migrate
    /// and fill. `prepare` must close its connections (those still open are terminated).
    pub fn database_from_template(&self, name: &str, prepare: impl FnOnce(&str)) -> String {
        assert!(
            !name.is_empty() && name.len() <= 24 && name.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_')),
            "a template's name is 1 to 24 of a-z, 0-9 and _, not {name:?}"
        );
        let template = format!("grantor_test_{}_t_{name}", self.run);
        {
            // Held while the template is made, so that only one test of this process makes it.
            let mut made = lock(&self.templates);
            if !made.contains(&template) {
                self.make_template(&template, prepare);
                made.insert(template.clone());
            }
        }
        self.create_database(&template)
    }

    /// Drops a database that one of the functions above made, whoever is still connected to it.
    /// Worth it at the end of a test: a database takes some 8 MB, in memory as a rule.
    pub fn drop_database(&self, url: &str) {
        let name = match split_url(url) {
            Ok((_, name, _)) if name.starts_with("grantor_test_") => name,
            _ => panic!("not a database of this test cluster: {url}"),
        };
        execute(&mut self.admin(), &format!("DROP DATABASE IF EXISTS \"{name}\" WITH (FORCE)"));
    }

    /// Ends the server at once, without a checkpoint, as when its process is killed: clients
    /// see broken connections and then refused ones. [`Cluster::recover`] starts it again.
    pub fn crash(&self) {
        self.tell("crash", "CRASHED");
    }

    /// Starts the server again after [`Cluster::crash`], on the same port, and waits for it.
    pub fn recover(&self) {
        self.tell("recover", "RECOVERED");
    }

    fn tell(&self, command: &str, answer: &str) {
        let server =
            self.server.as_ref().unwrap_or_else(|| panic!("cannot {command} a server that the tests did not start"));
        if let Err(why) = lock(server).tell(command, answer) {
            panic!("the test cluster did not {command}: {why}");
        }
    }

    fn create_database(&self, template: &str) -> String {
        // Copying files beats logging blocks in memory only: it forces two checkpoints.
        let strategy = if self.in_memory && self.version >= 150_000 { " STRATEGY file_copy" } else { "" };
        let number = self.counter.fetch_add(1, Ordering::Relaxed);
        let name = format!("grantor_test_{}_{number}", self.process);
        execute(&mut self.admin(), &format!("CREATE DATABASE \"{name}\" TEMPLATE \"{template}\"{strategy}"));
        self.url(&name)
    }

    fn make_template(&self, template: &str, prepare: impl FnOnce(&str)) {
        let mut admin = self.admin();
        // Other processes may be making the same template. The lock goes with the connection.
        execute(&mut admin, &format!("SELECT pg_advisory_lock(hashtext('{template}'))"));
        // A template that is complete takes no connections; one that is not is half-made.
        let complete = diesel::select(diesel::dsl::sql::<Bool>(&format!(
            "EXISTS (SELECT FROM pg_database WHERE datname = '{template}' AND NOT datallowconn)"
        )))
        .get_result::<bool>(&mut admin)
        .unwrap_or_else(|e| panic!("looking for template {template}: {e}"));
        if complete {
            return;
        }
        execute(&mut admin, &format!("DROP DATABASE IF EXISTS \"{template}\" WITH (FORCE)"));
        execute(&mut admin, &format!("CREATE DATABASE \"{template}\" TEMPLATE template0"));
        prepare(&self.url(template));
        execute(&mut admin, &format!("ALTER DATABASE \"{template}\" ALLOW_CONNECTIONS false"));
        execute(
            &mut admin,
            &format!(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                 WHERE datname = '{template}'"
            ),
        );
    }
}

fn execute(connection: &mut PgConnection, sql: &str) {
    connection.batch_execute(sql).unwrap_or_else(|e| panic!("the test cluster refused `{sql}`: {e}"));
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// `postgres://…/name?options` in three: up to the name, the name, and from the `?`.
fn split_url(url: &str) -> Result<(String, String, String), String> {
    let wrong = || "it must look like postgres://user:password@host:port/database".to_owned();
    let (scheme, rest) = url.split_once("://").ok_or_else(wrong)?;
    if !matches!(scheme, "postgres" | "postgresql") {
        return Err(wrong());
    }
    let (rest, after) = match rest.split_once('?') {
        Some((rest, options)) => (rest, format!("?{options}")),
        None => (rest, String::new()),
    };
    let (authority, name) = rest.split_once('/').ok_or_else(wrong)?;
    if name.is_empty() {
        return Err(wrong());
    }
    Ok((format!("{scheme}://{authority}/"), name.to_owned(), after))
}

fn random_hex(bytes: usize) -> Result<String, String> {
    let mut buffer = vec![0; bytes];
    File::open("/dev/urandom")
        .and_then(|mut file| file.read_exact(&mut buffer))
        .map_err(|e| format!("/dev/urandom: {e}"))?;
    Ok(buffer.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    }))
}

// ---------------------------------------------------------------------------------------------
// The server and its supervisor

/// Arguments: directory of the programs, parent of the cluster's directory, superuser, password
/// on the first line of stdin, durability, then ports to try. Runs as the server's user.
const SUPERVISOR: &str = r#"
bin=$1 tmp=$2 superuser=$3 durability=$4; shift 4
umask 077
exec 2>&1
trap '' HUP INT QUIT PIPE
dir= pid=
finish() {
    [ -z "$pid" ] || { kill -QUIT "$pid"; wait "$pid"; }
    [ -z "$dir" ] || rm -rf "$dir"
}
trap 'finish >/dev/null 2>&1' EXIT
trap 'exit 1' TERM

read -r password || exit 1
# What a supervisor that was itself killed has left behind.
for old in "$tmp"/grantor-test-postgres.*; do
    [ -O "$old" ] && [ -s "$old/supervisor" ] || continue
    kill -0 "$(cat "$old/supervisor")" 2>/dev/null || rm -rf "$old"
done
dir=$(mktemp -d "$tmp/grantor-test-postgres.XXXXXX") || exit 1
echo $$ >"$dir/supervisor"
printf '%s\n' "$password" >"$dir/password"
"$bin/initdb" -D "$dir/data" -U "$superuser" --pwfile="$dir/password" --auth=scram-sha-256 \
    --encoding=UTF8 --locale=C --no-sync >"$dir/log" 2>&1 </dev/null || { cat "$dir/log"; exit 1; }
{
    echo "listen_addresses = '127.0.0.1'"
    echo "unix_socket_directories = ''"
    echo "max_connections = 300"
    echo "shared_buffers = 64MB"
    echo "timezone = 'UTC'"
    if [ "$durability" = fast ]; then
        echo "fsync = off"
        echo "synchronous_commit = off"
        echo "full_page_writes = off"
        echo "autovacuum = off"
        echo "wal_level = minimal"
        echo "max_wal_senders = 0"
    fi
} >>"$dir/data/postgresql.conf"

launch() {
    rm -f "$dir/data/postmaster.pid"
    "$bin/postgres" -D "$dir/data" -p "$1" >"$dir/log" 2>&1 </dev/null &
    pid=$!
    tries=0
    while [ "$tries" -lt 1500 ]; do
        case "$(sed -n 8p "$dir/data/postmaster.pid" 2>/dev/null)" in ready*) return 0 ;; esac
        kill -0 "$pid" 2>/dev/null || break
        tries=$((tries + 1))
        sleep 0.04
    done
    kill -QUIT "$pid" 2>/dev/null
    wait "$pid"
    pid=
    return 1
}

port=
for candidate in "$@"; do
    if launch "$candidate"; then port=$candidate; break; fi
done
[ -n "$port" ] || { cat "$dir/log"; exit 1; }
echo "READY $port"
while read -r command; do
    case $command in
    crash) kill -QUIT "$pid"; wait "$pid"; pid=; echo CRASHED ;;
    recover) if launch "$port"; then echo RECOVERED; else cat "$dir/log"; exit 1; fi ;;
    esac
done
exit 0
"#;

struct Server {
    child: Child,
    /// The end whose closing tells the supervisor to clean up.
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    in_memory: bool,
}

impl Server {
    fn start(
        identity: &Identity,
        directory: &Path,
        durability: Durability,
        password: &str,
    ) -> Result<(Self, u16), String> {
        let tmp = temporary_directory(durability)?;
        let in_memory = tmp == SHARED_MEMORY;
        let mut arguments = vec![
            directory.display().to_string(),
            tmp,
            SUPERUSER.to_owned(),
            match durability {
                Durability::Fast => "fast".to_owned(),
                Durability::Safe => "safe".to_owned(),
            },
        ];
        arguments.extend(free_ports(6)?.iter().map(u16::to_string));

        let mut command = identity.shell(SUPERVISOR, &arguments);
        // Away from the terminal's Ctrl-C and from a test runner that kills process groups.
        command.process_group(0).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().map_err(|e| format!("cannot run a shell: {e}"))?;
        let (Some(mut input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err("the supervisor has no pipes".to_owned());
        };
        // A supervisor that is gone already is told of by what it printed.
        let _ = writeln!(input, "{password}");
        let mut server = Self { child, input: Some(input), output: BufReader::new(output), in_memory };
        let ready = server.await_answer("READY")?;
        let port = ready.parse().map_err(|_| format!("the supervisor named no port, but {ready:?}"))?;
        Ok((server, port))
    }

    fn tell(&mut self, command: &str, answer: &str) -> Result<(), String> {
        if let Some(input) = &mut self.input {
            writeln!(input, "{command}").map_err(|e| e.to_string())?;
        }
        self.await_answer(answer).map(drop)
    }

    fn await_answer(&mut self, answer: &str) -> Result<String, String> {
        let mut said = String::new();
        loop {
            let mut line = String::new();
            match self.output.read_line(&mut line) {
                Ok(0) if said.is_empty() => return Err("it ended and said nothing".to_owned()),
                Ok(0) => return Err(said),
                Ok(_) => match line.trim_end().strip_prefix(answer) {
                    Some(rest) => return Ok(rest.trim().to_owned()),
                    None => said.push_str(&line),
                },
                Err(e) => return Err(e.to_string()),
            }
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.input.take());
        let _ = self.child.wait();
    }
}

/// Where nothing needs to survive, memory: making a database on a slow disk takes half a second.
const SHARED_MEMORY: &str = "/dev/shm";

fn temporary_directory(durability: Durability) -> Result<String, String> {
    if let Ok(chosen) = env::var("GRANTOR_TEST_POSTGRES_TMP")
        && !chosen.is_empty()
    {
        return Ok(chosen);
    }
    if durability == Durability::Fast && free_space(SHARED_MEMORY) >= 4 << 30 {
        return Ok(SHARED_MEMORY.to_owned());
    }
    // Not `env::temp_dir`: TMPDIR may lie in a directory that only this user can enter.
    ["/tmp", "/var/tmp"]
        .into_iter()
        .find(|path| Path::new(path).is_dir())
        .map(str::to_owned)
        .ok_or_else(|| "there is neither /tmp nor /var/tmp".to_owned())
}

/// The free space of the file system of `path` in bytes; 0 if that is unknown.
fn free_space(path: &str) -> u64 {
    output_of(Command::new("df").args(["-Pk", path]))
        .and_then(|text| {
            let fields = text.lines().nth(1)?.split_whitespace().nth(3)?;
            fields.parse::<u64>().ok()
        })
        .map_or(0, |kib| kib * 1024)
}

/// Ports that were free a moment ago. Several, as another process may take one before the
/// server does.
fn free_ports(count: usize) -> Result<Vec<u16>, String> {
    let mut listeners = Vec::new();
    for _ in 0..count {
        listeners.push(TcpListener::bind("127.0.0.1:0").map_err(|e| format!("127.0.0.1: {e}"))?);
    }
    listeners.iter().map(|l| l.local_addr().map(|a| a.port()).map_err(|e| e.to_string())).collect()
}

// ---------------------------------------------------------------------------------------------
// Whom the server runs as: initdb and postgres refuse root

enum Identity {
    Myself,
    Other { program: &'static str, leading: Vec<String>, su: bool },
}

impl Identity {
    fn choose() -> Result<Self, String> {
        if output_of(Command::new("id").arg("-u")).as_deref() != Some("0") {
            return Ok(Self::Myself);
        }
        for user in ["postgres", "nobody", "daemon"] {
            let number = |flag| output_of(Command::new("id").args([flag, user]));
            let (Some(uid), Some(gid)) = (number("-u"), number("-g")) else {
                continue;
            };
            for identity in Self::ways_to_be(user, &uid, &gid) {
                // Being told that it is so beats knowing that the program exists.
                if output_of(&mut identity.shell("id -u", &[])).as_deref() == Some(uid.as_str()) {
                    return Ok(identity);
                }
            }
        }
        Err("running as root, which PostgreSQL refuses, and neither setpriv, runuser nor su \
             could step down to postgres, nobody or daemon"
            .to_owned())
    }

    fn ways_to_be(user: &str, uid: &str, gid: &str) -> [Self; 3] {
        let texts = |all: &[&str]| all.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>();
        let (reuid, regid) = (format!("--reuid={uid}"), format!("--regid={gid}"));
        [
            Self::Other { program: "setpriv", leading: texts(&[&reuid, &regid, "--clear-groups", "--"]), su: false },
            Self::Other { program: "runuser", leading: texts(&["-u", user, "--"]), su: false },
            Self::Other { program: "su", leading: texts(&["-s", "/bin/sh", user]), su: true },
        ]
    }

    /// A command that runs `script` with `arguments` as this identity.
    fn shell(&self, script: &str, arguments: &[String]) -> Command {
        let mut command = match self {
            Self::Myself => Command::new("sh"),
            Self::Other { program, leading, su } => {
                let mut command = Command::new(program);
                command.args(leading);
                if !su {
                    command.arg("sh");
                }
                command
            }
        };
        command.args(["-c", script, "sh"]).args(arguments);
        command.current_dir("/").env("LC_ALL", "C");
        // PGDATA, PGPORT, PGOPTIONS and their like are not for this server.
        for (name, _) in env::vars_os() {
            if name.to_string_lossy().starts_with("PG") {
                command.env_remove(name);
            }
        }
        command
    }
}

fn output_of(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}

// ---------------------------------------------------------------------------------------------
// Where the server's programs are

/// Directories that hold all the programs, best first, and a text of where this looked.
fn server_directories() -> (Vec<PathBuf>, String) {
    let text = |name| env::var(name).unwrap_or_default();
    let chosen = text("GRANTOR_TEST_POSTGRES_BIN");
    let places = if chosen.is_empty() {
        let mut places: Vec<PathBuf> = env::split_paths(&text("PATH")).collect();
        places.extend(debian_directories(Path::new("/usr/lib/postgresql")));
        places.extend(output_of(Command::new("pg_config").arg("--bindir")).map(PathBuf::from));
        places
    } else {
        vec![PathBuf::from(&chosen)]
    };
    let looked = if chosen.is_empty() {
        "PATH, /usr/lib/postgresql/*/bin and `pg_config --bindir`".to_owned()
    } else {
        format!("GRANTOR_TEST_POSTGRES_BIN={chosen}")
    };
    (pick_directories(&places), looked)
}

/// `root/*/bin`, the highest version first.
fn debian_directories(root: &Path) -> Vec<PathBuf> {
    let mut versions: Vec<(u32, PathBuf)> = fs::read_dir(root)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name();
            let major = name.to_str()?.split('.').next()?.parse().ok()?;
            Some((major, entry.path().join("bin")))
        })
        .collect();
    versions.sort_by(|a, b| b.cmp(a));
    versions.into_iter().map(|(_, path)| path).collect()
}

/// Those of `places` that hold every program, as real programs before wrapper scripts. Links
/// are followed first, so that a link to a server's `initdb` stands for that server's directory.
fn pick_directories(places: &[PathBuf]) -> Vec<PathBuf> {
    let (mut programs, mut wrappers) = (Vec::new(), Vec::new());
    for place in places {
        let linked = fs::canonicalize(place.join("initdb")).ok();
        let linked = linked.as_deref().and_then(Path::parent).map(Path::to_owned);
        for directory in linked.into_iter().chain([place.clone()]) {
            let kinds = PROGRAMS.map(|name| kind_of(&directory.join(name)));
            if kinds.contains(&Kind::None) || programs.contains(&directory) || wrappers.contains(&directory) {
                continue;
            }
            if kinds.contains(&Kind::Script) {
                wrappers.push(directory);
            } else {
                programs.push(directory);
            }
        }
    }
    programs.append(&mut wrappers);
    programs
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    None,
    Script,
    Program,
}

fn kind_of(path: &Path) -> Kind {
    let executable = fs::metadata(path).is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0);
    let mut start = [0; 2];
    let read = File::open(path).and_then(|mut file| file.read_exact(&mut start));
    match (executable, read.is_ok(), &start) {
        (false, _, _) | (_, false, _) => Kind::None,
        (_, _, b"#!") => Kind::Script,
        _ => Kind::Program,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(url: &str, sql: &str) -> i32 {
        let mut connection = PgConnection::establish(url).unwrap();
        diesel::select(diesel::dsl::sql::<Integer>(sql)).get_result(&mut connection).unwrap()
    }

    #[test]
    fn databases_are_separate_and_the_template_is_made_once() {
        let Some(cluster) = cluster() else { return };
        let mut made = 0;
        let first = cluster.database_from_template("selftest", |url| {
            made += 1;
            let mut connection = PgConnection::establish(url).unwrap();
            execute(&mut connection, "CREATE TABLE t (n int); INSERT INTO t VALUES (7)");
            // Left open on purpose: the copy must succeed all the same.
            std::mem::forget(connection);
        });
        let second = cluster.database_from_template("selftest", |_| made += 1);
        assert!(made <= 1, "made {made} times"); // 0: a retry of nextest, on a shared server
        assert_ne!(first, second);
        execute(&mut PgConnection::establish(&first).unwrap(), "DELETE FROM t");
        assert_eq!(count(&first, "(SELECT count(*)::int FROM t)"), 0);
        assert_eq!(count(&second, "(SELECT n FROM t)"), 7);

        let empty = cluster.fresh_database();
        assert_eq!(count(&empty, "(SELECT count(*)::int FROM pg_tables WHERE tablename='t')"), 0);
        for url in [&first, &second, &empty] {
            cluster.drop_database(url);
            assert!(PgConnection::establish(url).is_err());
        }
    }

    #[test]
    fn a_template_whose_preparation_panics_is_made_anew() {
        let Some(cluster) = cluster() else { return };
        let attempt = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            cluster.database_from_template("broken", |_| panic!("on purpose"))
        }));
        assert!(attempt.is_err());
        let url = cluster.database_from_template("broken", |url| {
            execute(&mut PgConnection::establish(url).unwrap(), "CREATE TABLE t (n int)");
        });
        assert_eq!(count(&url, "(SELECT count(*)::int FROM t)"), 0);
    }

    #[test]
    fn a_private_cluster_crashes_recovers_and_leaves_nothing() {
        let Some(cluster) = private_cluster(Durability::Safe) else {
            return;
        };
        let url = cluster.fresh_database();
        let mut connection = PgConnection::establish(&url).unwrap();
        execute(&mut connection, "CREATE TABLE t (n int); INSERT INTO t VALUES (7)");
        let directory: String =
            diesel::select(diesel::dsl::sql::<diesel::sql_types::Text>("current_setting('data_directory')"))
                .get_result(&mut connection)
                .unwrap();
        assert_eq!(count(&url, "(current_setting('fsync') = 'on')::int"), 1);

        cluster.crash();
        assert!(connection.batch_execute("SELECT 1").is_err());
        assert!(PgConnection::establish(&url).is_err());
        cluster.recover();
        assert_eq!(count(&url, "(SELECT n FROM t)"), 7);

        assert!(Path::new(&directory).parent().unwrap().exists());
        drop(cluster);
        assert!(!Path::new(&directory).parent().unwrap().exists());
    }

    #[test]
    fn urls_are_taken_apart() {
        let split = |url| split_url(url).map(|(a, b, c)| [a, b, c]);
        assert_eq!(
            split("postgres://u:p@h:1/db?sslmode=disable").unwrap(),
            ["postgres://u:p@h:1/", "db", "?sslmode=disable"]
        );
        assert_eq!(split("postgresql://u@/db?host=/x").unwrap(), ["postgresql://u@/", "db", "?host=/x"]);
        for wrong in ["mysql://u@h/db", "postgres://h", "postgres://h/", "db"] {
            assert!(split(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn wrappers_and_incomplete_directories_come_last_or_not_at_all() {
        let root = env::temp_dir().join(format!("grantor-find-{}", random_hex(6).unwrap()));
        let make = |directory: &str, names: &[&str], text: &str| {
            let directory = root.join(directory);
            fs::create_dir_all(&directory).unwrap();
            for name in names {
                let path = directory.join(name);
                fs::write(&path, text).unwrap();
                fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
            }
            directory
        };
        let part = make("part", &["initdb"], "\u{7f}ELF");
        let script = make("script", &PROGRAMS, "#!/bin/sh\n");
        let old = make("pg/9.6/bin", &PROGRAMS, "\u{7f}ELF");
        let new = make("pg/17/bin", &PROGRAMS, "\u{7f}ELF");
        let links = root.join("links");
        fs::create_dir_all(&links).unwrap();
        std::os::unix::fs::symlink(new.join("initdb"), links.join("initdb")).unwrap();

        assert_eq!(debian_directories(&root.join("pg")), [new.clone(), old.clone()]);
        let root_real = fs::canonicalize(&root).unwrap();
        let real = |path: &Path| root_real.join(path.strip_prefix(&root).unwrap());
        assert_eq!(
            pick_directories(&[part, script.clone(), links, real(&old), real(&new)]),
            [real(&new), real(&old), real(&script)].to_vec(),
        );
        fs::remove_dir_all(&root).unwrap();
    }
}
