//! The start: opens what is there and makes what is missing, once, whichever of several nodes comes first.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::Path;
use std::sync::Arc;
use std::thread;

use super::{
    App, FIRST_PARTY_CLIENT, PERSONAL_CLIENT, Surroundings, admission::Admission, caches, hasher::Hasher, keys,
};
use crate::config::{Config, MasterKey, Synchronous};
use crate::core::audit::{Act, Actor, Event};
use crate::core::client::{Client, Metadata, Policy, TokenFormat};
use crate::core::power::Power;
use crate::core::random::Random;
use crate::core::role::{self, Role};
use crate::core::scope::{self, ScopeEntry};
use crate::core::secret::{Plain, Secrets};
use crate::core::time::delta;
use crate::store::{self, Db, Options, one_time};

/// Why the server could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A file or folder.
    #[error("{what} {path}: {source}")]
    File {
        /// What was tried.
        what: &'static str,
        /// Which file.
        path: String,
        /// Why it failed.
        source: std::io::Error,
    },
    /// The master key file holds something else.
    #[error("{0} does not hold a master key: 64 hexadecimal digits")]
    MasterKey(String),
    /// The database was made under another master key.
    #[error("the database was made under another master key: set secrets.master_key to the one of the first node")]
    OtherMasterKey,
    /// The keys could not be derived.
    #[error(transparent)]
    Underivable(#[from] crate::core::secret::Underivable),
    /// No thread could be started.
    #[error("cannot start a thread: {0}")]
    Thread(#[source] std::io::Error),
    /// The database.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// How many uploads are in memory at once, each of 5 MiB at the most; as many wait.
const UPLOADS: usize = 16;
/// How many pictures are decoded at once. One takes about 100 MB at the most, a progressive JPEG three times that.
const PICTURES: usize = 2;

/// The setting under which a text sealed by the first node is kept.
const CHECK: &str = "master_key_check";

impl App {
    /// Opens the database, brings it up to date, and makes keys, scopes and built-in clients if there are none.
    ///
    /// # Errors
    /// [`StartError`].
    pub fn open(config: Config, surroundings: Surroundings) -> Result<Arc<Self>, StartError> {
        let Surroundings { clock, random, observer } = surroundings;
        let master = master_key(&config, &*random)?;
        let hash_threads = match config.limits.hash_threads {
            // One core stays for all else, even where another process than this one needs it.
            0 => thread::available_parallelism().map_or(1, |cores| cores.get().saturating_sub(1).max(1)),
            set => set,
        };
        let pool_size = config.database.pool_size;
        let couriers = config.mail.threads() + config.sms.threads() + config.logout.pool_size;
        let options = Options {
            // Sign-ins hold a permit to hash, not one for the database; those who send messages hold none at all.
            pool_size: pool_size.saturating_add(u32::try_from(hash_threads + couriers).unwrap_or(0)),
            pool_timeout: config.database.pool_timeout,
            synchronous_full: config.database.sqlite_synchronous == Synchronous::Full,
            observer,
        };
        let db = Db::open(config.database_url().expose(), &options)?;
        let patience = config.limits.request_timeout;
        let database_admission =
            Arc::new(Admission::new("database", usize::try_from(pool_size).unwrap_or(1), usize::MAX, patience));
        let cost = config.passwords.bcrypt_cost;
        let hasher = Hasher::start(hash_threads, cost, Arc::clone(&random), Arc::clone(&database_admission));
        let app = Arc::new(Self {
            secrets: Secrets::derive(master.expose())?,
            database_admission,
            hash_admission: Admission::new("hash", hash_threads, config.limits.hash_queue, patience),
            hasher: hasher.map_err(StartError::Thread)?,
            upload_admission: Admission::new("upload", UPLOADS, UPLOADS, patience),
            picture_admission: Admission::new("picture", PICTURES, UPLOADS, patience),
            caches: caches::Caches::new(config.cache.clients),
            keys: keys::KeyCache::new(),
            records: super::records::Records::new(),
            clock,
            random,
            db,
            config,
        });
        app.make_what_is_missing()?;
        keys::complete(&app)?;
        Ok(app)
    }

    fn make_what_is_missing(self: &Arc<Self>) -> Result<(), StartError> {
        if self.is_made()? {
            return Ok(());
        }
        let made = self.write(|cx| {
            let check = cx
                .app
                .secrets
                .seal(CHECK, b"grantor")
                .map_err(|e| store::Error::Corrupt { table: "settings", what: e.to_string() })?;
            // The first to keep this row makes the rest; another node fails here and waits for the first.
            store::settings::insert(cx.conn, CHECK, &check)?;
            for scope in first_scopes() {
                store::scopes::insert(cx.conn, &scope)?;
            }
            for role in first_roles(cx.now) {
                store::roles::insert(cx.conn, &role)?;
            }
            for client in built_in_clients(cx.now) {
                store::clients::insert(cx.conn, &client)?;
            }
            Ok(())
        });
        match made {
            Ok(()) => log::info!("event=bootstrap outcome=made"),
            Err(store::Error::Unique(_)) => {
                self.is_made()?;
            }
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }

    fn is_made(&self) -> Result<bool, StartError> {
        match self.read(|cx| store::settings::get(cx.conn, CHECK))? {
            None => Ok(false),
            Some(check) => match self.secrets.open(CHECK, &check) {
                Ok(_) => Ok(true),
                Err(_) => Err(StartError::OtherMasterKey),
            },
        }
    }
}

/// The master key: the setting's, or the one in the data directory, made there if there is none.
///
/// # Errors
/// [`StartError::File`] and [`StartError::MasterKey`].
pub fn master_key(config: &Config, random: &dyn Random) -> Result<MasterKey, StartError> {
    let dir = &config.server.data_dir;
    make_folder(dir).map_err(|e| file_error("cannot make the folder", dir, e))?;
    if let Some(key) = config.secrets.master_key() {
        return Ok(key.clone());
    }
    let path = dir.join("master.key");
    if let Err(error) = make_key_file(&path, random)
        && error.kind() != ErrorKind::AlreadyExists
    {
        return Err(file_error("cannot make", &path, error));
    }
    let text = fs::read_to_string(&path).map_err(|e| file_error("cannot read", &path, e))?;
    MasterKey::from_hex(text.trim()).ok_or_else(|| StartError::MasterKey(path.display().to_string()))
}

/// Nobody else has business in there: it holds the master key and, with SQLite, all the data.
fn make_folder(dir: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(dir)
}

/// Written beside and then put in place, so that a crash leaves a whole key or none.
fn make_key_file(path: &Path, random: &dyn Random) -> std::io::Result<()> {
    if path.exists() {
        return Err(ErrorKind::AlreadyExists.into());
    }
    let hex: String = random.bytes::<32>().iter().map(|byte| format!("{byte:02x}")).collect();
    let draft = path.with_extension(format!("key.{}", random.text::<8>()));
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&draft)?;
    file.write_all(hex.as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()?;
    // A link fails if another process was quicker; a rename would replace its key.
    let linked = fs::hard_link(&draft, path);
    fs::remove_file(&draft)?;
    linked
}

fn file_error(what: &'static str, path: &Path, source: std::io::Error) -> StartError {
    StartError::File { what, path: path.display().to_string(), source }
}

/// The link with which the first admin is made, unless there is an admin already. Older links stop working.
///
/// # Errors
/// As the database says.
pub fn new_setup_link(app: &Arc<App>, by: &Actor) -> store::Result<Option<Plain>> {
    let by = by.clone();
    app.write(move |cx| {
        if store::users::has_admin(cx.conn)? {
            return Ok(None);
        }
        let token = Plain::random("gra_su_", cx.random());
        let expires_at = cx.now + delta(cx.app.config.passwords.setup_link_lifetime);
        let hash = cx.app.secrets.hash(token.expose());
        one_time::insert_token(cx.conn, &hash, one_time::Purpose::Setup, None, None, cx.now, expires_at)?;
        super::record(cx, &Event::new(by, Act::SetupLinkMake))?;
        Ok(Some(token))
    })
}

fn first_scopes() -> Vec<ScopeEntry> {
    let entry = |name: &str, description: &str, is_default, optional, sensitive| ScopeEntry {
        name: name.to_owned(),
        description: description.to_owned(),
        is_default,
        optional,
        sensitive,
    };
    vec![
        entry("openid", "Know that it is you", false, false, false),
        entry("offline_access", "Keep this access when you sign out", false, true, false),
        entry("profile", "See your name, username and picture", true, false, false),
        entry("email", "See your e-mail address", false, true, false),
        entry("phone", "See your telephone number", false, true, false),
        entry("address", "See your address", false, true, false),
        entry(scope::ADMIN, "Manage this server in your name, as far as you may", false, false, true),
        entry("account", "Change your profile and see where you are signed in", false, false, true),
    ]
}

fn first_roles(now: crate::core::time::Time) -> Vec<Role> {
    let role = |id, name: &str, display_name: &str, description: &str, staff, powers: &[Power]| Role {
        name: name.into(),
        id,
        display_name: display_name.to_owned(),
        description: description.to_owned(),
        staff,
        permissions: powers.iter().map(|power| power.as_str().to_owned()).collect(),
        created_at: now,
        updated_at: now,
    };
    let support = [Power::ReadUsers, Power::WriteUsers, Power::ReadFailures, Power::ReadStatistics];
    let reads: Vec<_> = Power::reads().collect();
    vec![
        role(1, role::ADMIN, "Admin", "Manages this server", true, &[]),
        role(2, role::USER, "User", "Uses the applications", false, &[]),
        role(3, "staff", "Staff", "Works in the applications", true, &[]),
        role(4, "reseller", "Reseller", "Sells what the applications offer", true, &[]),
        role(5, role::SUPPORT, "Support", "Helps people with their accounts", false, &support),
        role(6, role::AUDITOR, "Auditor", "Sees everything in the administration, changes nothing", false, &reads),
    ]
}

fn built_in_clients(now: crate::core::time::Time) -> Vec<Client> {
    let client = |id: &str, name: &str, grant_types: &[&str], token_format| Client {
        id: id.into(),
        owner_id: None,
        owner_name: None,
        metadata: Metadata {
            client_name: name.to_owned(),
            grant_types: grant_types.iter().map(|&name| name.to_owned()).collect(),
            ..Metadata::default()
        },
        policy: Policy { first_party: true, built_in: true, token_format, ..Policy::default() },
        secrets: Vec::new(),
        logo_file: None,
        verified_at: None,
        disabled_at: None,
        created_at: now,
        updated_at: now,
        tokens_ended_at: None,
        deleted_at: None,
        redirects_changed_at: None,
    };
    vec![
        client(FIRST_PARTY_CLIENT, "First-party sign-in", &["refresh_token"], TokenFormat::Jwt),
        client(PERSONAL_CLIENT, "Personal access tokens", &[], TokenFormat::Opaque),
    ]
}
