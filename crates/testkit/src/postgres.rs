//! A PostgreSQL server for one test: a fresh cluster in a temporary folder, reached through a Unix socket in it.
//!
//! A socket rather than a port, because a port that was free a moment ago may be taken, and must be the same after a
//! restart. The server refuses to run as root; a test that does runs it as the user `postgres`. `fsync` stays on,
//! because durability is tested against this server.

#![expect(clippy::panic, clippy::expect_used, reason = "a test that cannot have its server stops here")]

use crate::Link;
use std::fs::{self, File};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Time-out for starting or stopping a server on a machine that is busy with other tests.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running (or, after [`Postgres::stop`], stopped) server. It is stopped and its folder removed when this is dropped;
/// if the test's process is killed instead, a watching shell stops it.
pub struct Postgres {
    binaries: PathBuf,
    account: Option<(u32, u32)>,
    folder: TempDir,
    running: Option<RunningPostgres>,
    databases: AtomicU32,
}

struct RunningPostgres {
    server: Child,
    watch: Child,
}

impl Postgres {
    /// Returns whether the server's programs are installed.
    pub fn installed() -> bool {
        find_binaries().is_some()
    }

    /// Creates a cluster and starts its server.
    ///
    /// # Panics
    /// If PostgreSQL is not installed, or does not start within a minute.
    pub fn start() -> Self {
        let binaries = find_binaries().unwrap_or_else(|| {
            panic!(
                "PostgreSQL's server is not installed: apt-get install postgresql, \
                 or name the folder of initdb and postgres in COUNTERSIGN_POSTGRES_BIN"
            )
        });
        let folder =
            tempfile::Builder::new().prefix("countersign-pg-").tempdir().expect("a temporary folder");
        let account = account_for(folder.path());
        if let Some((user, group)) = account {
            std::os::unix::fs::chown(folder.path(), Some(user), Some(group))
                .expect("the folder is ours to give");
        }
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).expect("the folder is ours");
        let mut this = Self { binaries, account, folder, running: None, databases: AtomicU32::new(0) };
        this.make_cluster();
        this.start_again();
        this
    }

    /// Creates a database and returns its URL.
    ///
    /// # Panics
    /// If the server does not run.
    pub fn fresh_database(&self) -> String {
        let name = format!("test_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        self.sql("postgres", &format!("CREATE DATABASE {name}"));
        let socket = self.folder.path().display().to_string().replace('/', "%2F");
        format!("postgres://countersign@{socket}:5432/{name}")
    }

    /// Runs SQL as the owner of everything, in the database of this URL: to tamper, or to inspect. Returns the output
    /// of `psql`, with columns separated by `|`.
    ///
    /// # Panics
    /// If the server does not run, or refuses the SQL.
    pub fn run_sql(&self, url: &str, sql: &str) -> String {
        let (_, database) = url.rsplit_once('/').expect("a URL of this server");
        self.sql(database, sql)
    }

    /// Returns the URL of the same database through a [`Link`].
    ///
    /// # Panics
    /// If it is not a URL of this server.
    pub fn url_by(&self, link: &Link, url: &str) -> String {
        let (_, database) = url.rsplit_once('/').expect("a URL of this server");
        format!("postgres://countersign@{}/{database}?sslmode=disable", link.address())
    }

    /// Creates a link to this server that can be disturbed.
    ///
    /// # Panics
    /// If no port is free.
    pub fn link(&self) -> Link {
        Link::to(self.folder.path().join(".s.PGSQL.5432"))
    }

    /// Freezes the server and all its processes, like a machine that hangs: connections stay and nothing answers.
    ///
    /// # Panics
    /// If the server does not run.
    pub fn freeze(&self) {
        self.signal("-STOP");
    }

    /// Continues a frozen server.
    ///
    /// # Panics
    /// If the server does not run.
    pub fn thaw(&self) {
        self.signal("-CONT");
    }

    /// Signals the server first, so that it starts no more processes.
    fn signal(&self, signal: &str) {
        let server = self.running.as_ref().expect("the server runs").server.id().to_string();
        send(signal, &server);
        for process in fs::read_dir("/proc").expect("/proc can be read").flatten() {
            // `12 (postgres) S 11 …`: the parent follows the state.
            let stat = fs::read_to_string(process.path().join("stat")).unwrap_or_default();
            let parent = stat.rsplit_once(") ").and_then(|(_, rest)| rest.split(' ').nth(1));
            if parent == Some(server.as_str()) {
                send(signal, &process.file_name().to_string_lossy());
            }
        }
    }

    /// Stops the server properly, as an administrator would: connections are closed, all data is kept.
    ///
    /// # Panics
    /// If it does not stop within a minute.
    pub fn stop(&mut self) {
        self.end("fast");
    }

    /// Stops the server like a crash: it does not clean up, and recovers at the next start.
    ///
    /// # Panics
    /// If it does not stop within a minute.
    pub fn crash(&mut self) {
        self.end("immediate");
    }

    /// Starts the server after it was stopped; it answers at the same URLs.
    ///
    /// # Panics
    /// If it runs already, or does not start within a minute.
    pub fn start_again(&mut self) {
        assert!(self.running.is_none(), "the server runs already");
        let log = File::create(self.folder.path().join("server.log")).expect("the folder is ours");
        let server = self
            .command("postgres")
            .arg("-D")
            .arg(self.folder.path().join("data"))
            .arg("-k")
            .arg(self.folder.path())
            .args(["-c", "listen_addresses=", "-c", "shared_buffers=32MB"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("postgres can be run");
        let watch = watch(server.id());
        self.running = Some(RunningPostgres { server, watch });
        self.wait_until_ready();
    }

    fn make_cluster(&self) {
        let output = self
            .command("initdb")
            .args([
                "--username=countersign",
                "--auth=trust",
                "--encoding=UTF8",
                "--no-locale",
                "--no-sync",
                "-D",
            ])
            .arg(self.folder.path().join("data"))
            .output()
            .expect("initdb can be run");
        assert!(output.status.success(), "initdb failed: {}", String::from_utf8_lossy(&output.stderr));
    }

    fn wait_until_ready(&mut self) {
        let begun = Instant::now();
        loop {
            let mut ready = self.command("pg_isready");
            ready.arg("-q").arg("-h").arg(self.folder.path()).args(["-U", "countersign", "-d", "postgres"]);
            if ready.status().is_ok_and(|status| status.success()) {
                return;
            }
            let ended = self.running.as_mut().and_then(|running| running.server.try_wait().ok().flatten());
            if ended.is_some() || begun.elapsed() > PATIENCE {
                let log = fs::read_to_string(self.folder.path().join("server.log")).unwrap_or_default();
                panic!("PostgreSQL did not start ({ended:?}): {log}");
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn end(&mut self, mode: &str) {
        let Some(mut running) = self.running.take() else { return };
        send("-CONT", &running.server.id().to_string());
        // Stop the watch first: it must not signal a process id that another process may have by then.
        let _ = running.watch.kill();
        let _ = running.watch.wait();
        let stopped = self
            .command("pg_ctl")
            .args(["stop", "--silent", "--wait", "--timeout=60", "--mode", mode, "-D"])
            .arg(self.folder.path().join("data"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        if !stopped.is_ok_and(|status| status.success()) {
            let _ = running.server.kill();
        }
        let _ = running.server.wait();
    }

    fn sql(&self, database: &str, sql: &str) -> String {
        let output = self
            .command("psql")
            .args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-U", "countersign", "-h"])
            .arg(self.folder.path())
            .args(["-d", database, "-c", sql])
            .output()
            .expect("psql can be run");
        assert!(output.status.success(), "{sql}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.binaries.join(program));
        command
            .current_dir(self.folder.path())
            .env_remove("PGDATA")
            .env_remove("PGHOST")
            .env_remove("PGPORT");
        if let Some((user, group)) = self.account {
            command.uid(user).gid(group);
        }
        command
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.end("immediate");
    }
}

/// Sends a signal. It is not an error if the process has ended.
fn send(signal: &str, process: &str) {
    let _gone = Command::new("kill").args([signal, process]).stderr(Stdio::null()).status();
}

/// Starts a shell that waits for input from us. If we are killed, its input ends, and it stops the server: a server
/// without a test would otherwise run until the machine restarts.
fn watch(server: u32) -> Child {
    Command::new("sh")
        .args(["-c", "read -r _; kill -QUIT \"$1\"", "watch", &server.to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("sh can be run")
}

/// Returns the folder with `initdb`: the configured one, otherwise Debian's newest, otherwise the first in `PATH`.
fn find_binaries() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("COUNTERSIGN_POSTGRES_BIN") {
        return Some(PathBuf::from(named)).filter(|folder| folder.join("initdb").is_file());
    }
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = versions
        .filter_map(|entry| {
            Some((entry.file_name().to_str()?.parse::<u32>().ok()?, entry.path().join("bin")))
        })
        .filter(|(_, folder)| folder.join("initdb").is_file())
        .max_by_key(|(version, _)| *version);
    newest.map(|(_, folder)| folder).or_else(|| {
        let path = std::env::var_os("PATH")?;
        std::env::split_paths(&path).find(|folder| folder.join("initdb").is_file())
    })
}

/// Returns the user and group to run the server as; `None`, for our own, unless we are root.
fn account_for(ours: &Path) -> Option<(u32, u32)> {
    if fs::metadata(ours).expect("the folder is there").uid() != 0 {
        return None;
    }
    let users = fs::read_to_string("/etc/passwd").expect("/etc/passwd can be read");
    let line = users.lines().find_map(|line| line.strip_prefix("postgres:"));
    let mut fields =
        line.unwrap_or_else(|| panic!("there is no user postgres to run the server as")).split(':');
    let user = fields.nth(1).and_then(|field| field.parse().ok());
    let group = fields.next().and_then(|field| field.parse().ok());
    user.zip(group)
}
