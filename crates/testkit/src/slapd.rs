//! OpenLDAP's server for one test: its own folder, on a free port of loopback, without encryption and with TLS.

#![expect(clippy::panic, clippy::expect_used, reason = "a test that cannot have its server stops here")]

use std::fmt::Write as _;
use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Time-out for starting the server on a machine that is busy with other tests.
const PATIENCE: Duration = Duration::from_secs(60);

/// How often a server is started on other ports, if somebody took one of them in the meantime.
const ATTEMPTS: usize = 5;

/// The suffix of the directory.
pub const SUFFIX: &str = "dc=example,dc=org";

/// The account that may do everything, and its password.
pub const MANAGER: (&str, &str) = ("cn=manager,dc=example,dc=org", "manager-secret");

/// A running server. It is ended when this is dropped; if the test's process is killed instead, a watching shell ends it.
#[derive(Debug)]
pub struct Slapd {
    folder: TempDir,
    server: Child,
    watch: Child,
    /// The port without encryption, on which StartTLS can be asked for.
    pub port: u16,
    /// The port with TLS, if there is a certificate.
    pub tls_port: u16,
}

/// The certificate of a server, as PEM files.
#[derive(Debug, Clone, Copy)]
pub struct SlapdCertificate<'a> {
    /// The certificate.
    pub certificate: &'a Path,
    /// Its private key.
    pub key: &'a Path,
}

impl Slapd {
    /// Returns whether the server's programs are installed.
    pub fn installed() -> bool {
        program("slapd").is_some()
    }

    /// Starts a server whose directory has these entries, in LDIF, and whose database has these settings besides
    /// (`slapd.conf(5)`), such as limits.
    ///
    /// # Panics
    /// If slapd is not installed, refuses the entries or the settings, or does not start within a minute.
    pub fn start(entries: &str, settings: &str, tls: Option<SlapdCertificate<'_>>) -> Self {
        let folder =
            tempfile::Builder::new().prefix("countersign-slapd-").tempdir().expect("a temporary folder");
        configure(folder.path(), settings, tls);
        fs::write(folder.path().join("entries.ldif"), entries).expect("the folder is ours");
        run(folder.path(), "slapadd", &["-q", "-l", "entries.ldif"]);
        for _ in 0..ATTEMPTS {
            let (port, tls_port) = (free_port(), free_port());
            if let Some((server, watch)) = serve(folder.path(), port, tls.is_some().then_some(tls_port)) {
                return Self { folder, server, watch, port, tls_port };
            }
        }
        let log = fs::read_to_string(folder.path().join("server.log")).unwrap_or_default();
        panic!("slapd did not start: {log}");
    }

    /// Returns the URL without encryption.
    pub fn url(&self) -> String {
        format!("ldap://127.0.0.1:{}", self.port)
    }

    /// Returns what `slapcat` exports: the whole directory as LDIF.
    ///
    /// # Panics
    /// If it cannot be exported.
    pub fn export(&self) -> String {
        run(self.folder.path(), "slapcat", &["-o", "ldif-wrap=no"])
    }
}

impl Drop for Slapd {
    fn drop(&mut self) {
        // The shell ends the server, because its input ends.
        drop(self.watch.stdin.take());
        let _ended = self.server.wait();
        let _ended = self.watch.wait();
    }
}

fn configure(folder: &Path, settings: &str, tls: Option<SlapdCertificate<'_>>) {
    let mut text = String::new();
    for schema in ["core", "cosine", "inetorgperson", "nis"] {
        let _ = writeln!(text, "include /etc/ldap/schema/{schema}.schema");
    }
    let (manager, password) = MANAGER;
    let at = folder.display();
    let _ = write!(text, "modulepath /usr/lib/ldap\nmoduleload back_mdb\npidfile {at}/pid\n");
    if let Some(SlapdCertificate { certificate, key }) = tls {
        let (certificate, key) = (certificate.display(), key.display());
        let _ = write!(text, "TLSCertificateFile {certificate}\nTLSCertificateKeyFile {key}\n");
    }
    // As Debian's own configuration has it: who reads the directory does not read passwords.
    let _ = write!(
        text,
        "database mdb\nsuffix {SUFFIX}\nrootdn {manager}\nrootpw {password}\ndirectory {at}/db\nmaxsize 268435456\n\
         index objectClass eq\naccess to attrs=userPassword by anonymous auth by * none\naccess to * by * read\n\
         {settings}\n"
    );
    fs::create_dir(folder.join("db")).expect("the folder is ours");
    fs::write(folder.join("slapd.conf"), text).expect("the folder is ours");
}

/// Starts the server. Returns nothing if it ends, as it does if a port is taken.
fn serve(folder: &Path, port: u16, tls_port: Option<u16>) -> Option<(Child, Child)> {
    let mut urls = format!("ldap://127.0.0.1:{port}/");
    if let Some(port) = tls_port {
        let _ = write!(urls, " ldaps://127.0.0.1:{port}/");
    }
    let log = File::create(folder.join("server.log")).expect("the folder is ours");
    let mut server = command(folder, "slapd")
        .args(["-d", "0", "-h", &urls, "-f", "slapd.conf"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log)
        .spawn()
        .expect("slapd can be run");
    let begun = Instant::now();
    loop {
        let has_ended = server.try_wait().is_ok_and(|ended| ended.is_some());
        // Its file is written once it listens; a server of another test could answer at a port that was taken.
        if !has_ended
            && folder.join("pid").exists()
            && TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok()
        {
            let watch = watch(server.id());
            return Some((server, watch));
        }
        if has_ended {
            return None;
        }
        assert!(begun.elapsed() < PATIENCE, "slapd does not listen");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Starts a shell that ends the server when its own input ends, as it does when this process ends.
fn watch(server: u32) -> Child {
    Command::new("sh")
        .args(["-c", "read -r _; kill \"$1\"", "watch", &server.to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("sh can be run")
}

fn run(folder: &Path, name: &str, arguments: &[&str]) -> String {
    let output = command(folder, name).args(["-f", "slapd.conf"]).args(arguments).output();
    let output = output.unwrap_or_else(|error| panic!("{name} cannot be run: {error}"));
    assert!(output.status.success(), "{name} failed: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn command(folder: &Path, name: &str) -> Command {
    let program = program(name).unwrap_or_else(|| panic!("{name} is not installed: apt-get install slapd"));
    let mut command = Command::new(program);
    command.current_dir(folder);
    command
}

fn program(name: &str) -> Option<PathBuf> {
    Some(Path::new("/usr/sbin").join(name)).filter(|path| path.is_file())
}

fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
    listener.local_addr().expect("it has an address").port()
}
