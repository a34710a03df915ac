//! The one configuration file, as its author writes it. Every error points at the author's own line.
//!
//! The types here are wire types: [`Config::parse`] checks them once, and the rest of the crate receives values that
//! cannot be invalid.

mod error;
mod limits;
mod listen;
mod place;
mod provider;
mod span;
mod store;
mod telemetry;

pub use error::ConfigError;
pub use limits::Limits;
pub use listen::Listen;
pub use provider::{ProviderConfig, secrets as provider_secrets};
pub use span::Span;
pub use store::StoreConfig;
pub use telemetry::Telemetry;

use countersign_authn::Origin;
use countersign_names::ProviderName;
use ipnet::IpNet;
use miette::NamedSource;
use place::Written;
use secrecy::SecretString;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The shortest age at which facts may be archived by themselves.
const SHORTEST_ARCHIVE_AGE: Duration = Duration::from_secs(86_400);

/// The shortest time for which it can be kept what a source no longer says.
const SHORTEST_KEPT_ENDED: Duration = Duration::from_secs(86_400);

/// All settings.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The name of this process in records and logs; must be unique among processes that share a journal.
    #[serde(default = "default_name")]
    pub name: String,
    /// The folder for everything that this process stores: journal (SQLite), evidence, policies, keys, the socket.
    pub data: PathBuf,
    /// The origin, as browsers see it, at which users sign in and administrators work.
    #[serde(default = "default_origin")]
    pub origin: String,
    /// The addresses to listen on.
    #[serde(default)]
    pub listen: Listen,
    /// TLS at the front.
    #[serde(default)]
    pub tls: Option<TlsConfig>,
    /// Where the journal is.
    #[serde(default)]
    pub journal: Journal,
    /// Whether this process has the control plane (sign-in, API), or is a gate that follows one.
    #[serde(default = "yes")]
    pub control: bool,
    /// How long decisions continue without the journal, by sensitivity.
    #[serde(default)]
    pub freshness: FreshnessConfig,
    /// Sessions and invitations.
    #[serde(default)]
    pub sessions: SessionsConfig,
    /// OpenID providers that gave this installation a client secret, by name.
    #[serde(default)]
    pub providers: BTreeMap<ProviderName, ProviderConfig>,
    /// Networks by name, for `context.place.network`, declared when this process starts. `None` leaves the declared
    /// ones unchanged.
    #[serde(default)]
    pub networks: Option<BTreeMap<String, Vec<IpNet>>>,
    /// Limits of connections, sizes, rates and times.
    #[serde(default)]
    pub limits: Limits,
    /// How long evidence is kept, and where.
    #[serde(default)]
    pub evidence: Evidence,
    /// How long it is kept what sources of identities said.
    #[serde(default)]
    pub inventory: InventorySettings,
    /// Logs.
    #[serde(default)]
    pub log: Log,
    /// Traces; disabled without an endpoint.
    #[serde(default)]
    pub telemetry: Telemetry,
    /// The path of the program `cvc5`, which plans use to reason about every possible request; default: the one on the
    /// PATH.
    #[serde(default)]
    pub solver: Option<PathBuf>,
    /// The file of rules by which accounts are correlated; default: the rules that ship.
    #[serde(default)]
    pub correlation_rules: Option<PathBuf>,
    /// The file of thresholds, accounts for emergencies and duties that are kept apart; default: the thresholds that ship.
    #[serde(default)]
    pub finding_settings: Option<PathBuf>,
    /// The text that this was parsed from, so that errors found later point into it too.
    #[serde(skip)]
    pub(crate) written: Option<Written>,
}

/// TLS at the front.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TlsConfig {
    /// The certificate chain, PEM, leaf first. Without this and `key`, the process makes a self-signed one for the
    /// hosts under `localhost`.
    #[serde(default)]
    pub certificate: Option<PathBuf>,
    /// Its private key, PEM.
    #[serde(default)]
    pub key: Option<PathBuf>,
    /// Whether the listener asks clients for a certificate, which identifies devices.
    #[serde(default = "yes")]
    pub client_certificates: bool,
}

/// Where the journal is.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "JournalSection")]
pub enum Journal {
    /// In a file of this process.
    Sqlite {
        /// The file; default: `journal.sqlite` in the data folder.
        path: Option<PathBuf>,
        /// The age at which facts are archived by themselves; never if absent.
        archive_after: Option<Span>,
    },
    /// In a PostgreSQL database, shared by any number of processes.
    Postgres {
        /// A file that contains the URL, because the URL may contain a password.
        url_file: PathBuf,
        /// Maximum number of connections.
        connections: u32,
        /// The age at which facts are archived by themselves; never if absent.
        archive_after: Option<Span>,
    },
}

/// The section as it is written. An enumeration that is told by a field would lose the line of each of its fields.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct JournalSection {
    store: JournalStore,
    path: Option<PathBuf>,
    url_file: Option<PathBuf>,
    connections: Option<u32>,
    archive_after: Option<Span>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum JournalStore {
    Sqlite,
    Postgres,
}

impl TryFrom<JournalSection> for Journal {
    type Error = &'static str;

    fn try_from(section: JournalSection) -> Result<Self, Self::Error> {
        let JournalSection { store, path, url_file, connections, archive_after } = section;
        match store {
            JournalStore::Sqlite if url_file.is_some() || connections.is_some() => {
                Err("`url_file` and `connections` are for store = \"postgres\": leave them out")
            }
            JournalStore::Sqlite => Ok(Self::Sqlite { path, archive_after }),
            JournalStore::Postgres if path.is_some() => Err("`path` is for store = \"sqlite\": leave it out"),
            JournalStore::Postgres => {
                let url_file = url_file
                    .ok_or("missing field `url_file`: name the file that contains the URL of the database")?;
                let connections = connections.unwrap_or_else(default_connections);
                Ok(Self::Postgres { url_file, connections, archive_after })
            }
        }
    }
}

/// How long decisions continue without the journal.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FreshnessConfig {
    /// For public applications.
    pub public: Span,
    /// For internal applications.
    pub internal: Span,
    /// For confidential applications.
    pub confidential: Span,
    /// For restricted applications.
    pub restricted: Span,
}

/// Sessions and invitations.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SessionsConfig {
    /// The lifetime of a session.
    pub lifetime: Span,
    /// The lifetime of an invitation if the inviter does not choose one.
    pub invitation: Span,
}

/// The storage of evidence.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Evidence {
    /// How long records are kept; for ever if absent.
    pub keep: Option<Span>,
    /// Bytes of disk space reserved for records of signed-in users.
    pub reserve_bytes: u64,
    /// Where copies go; no copies if absent.
    pub store: Option<StoreConfig>,
}

/// What sources of identities say.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct InventorySettings {
    /// How long it is kept what a source no longer says.
    pub keep_ended: Span,
}

/// Logs.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Log {
    /// `text` or `json`.
    pub format: LogFormat,
    /// The log filter, as in `info` or `countersign=debug,info`.
    pub filter: String,
}

/// The format of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines: one JSON object per line.
    Json,
}

impl Config {
    /// Returns the SQLite file of the journal, given the configured path, if any.
    pub(crate) fn journal_file(&self, path: Option<&Path>) -> PathBuf {
        path.map_or_else(|| self.data.join("journal.sqlite"), Path::to_path_buf)
    }

    /// Reads a configuration file; paths in it are relative to the file's folder.
    ///
    /// # Errors
    /// If the file cannot be read or is invalid; the error points at the place.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let name = path.display().to_string();
        let text = std::fs::read_to_string(path)
            .map_err(|source| ConfigError::Unreadable { path: name.clone(), source })?;
        let mut config = Self::parse(&name, &text)?;
        let folder = path.parent().unwrap_or(Path::new("."));
        config.rebase(folder);
        Ok(config)
    }

    /// Parses a configuration; `name` is shown in errors.
    ///
    /// # Errors
    /// If it is invalid; the error points at the place.
    pub fn parse(name: &str, text: &str) -> Result<Self, ConfigError> {
        let mut config: Self = toml::from_str(text).map_err(|error| ConfigError::Malformed {
            message: error.message().to_owned(),
            source_code: NamedSource::new(name, text.to_owned()),
            span: error.span().map(Into::into),
        })?;
        config.written = Some(Written::new(name, text));
        config.check().map_err(|error| config.pointed_at(error))?;
        Ok(config)
    }

    /// Returns the same error, pointing at the setting in the file that this was read from.
    pub(crate) fn pointed_at(&self, error: ConfigError) -> ConfigError {
        match (error, &self.written) {
            (ConfigError::Wrong { field, message, .. }, Some(written)) => {
                let (source_code, span) = (Some(written.source()), written.place(&field));
                ConfigError::Wrong { field, message, source_code, span }
            }
            (error, _) => error,
        }
    }

    /// Returns the configuration of `countersign up`: everything embedded, on loopback.
    pub fn embedded(data: PathBuf, http: SocketAddr, https: Option<SocketAddr>) -> Self {
        let origin = format!("http://countersign.localhost:{}", http.port());
        let listen = Listen { http: Some(http), https, ..Listen::default() };
        Self {
            name: default_name(),
            data,
            origin,
            listen,
            tls: https.map(|_| TlsConfig { certificate: None, key: None, client_certificates: true }),
            journal: Journal::default(),
            control: true,
            freshness: FreshnessConfig::default(),
            sessions: SessionsConfig::default(),
            providers: BTreeMap::new(),
            networks: Some(BTreeMap::from([("loopback".to_owned(), loopback())])),
            limits: Limits::default(),
            evidence: Evidence::default(),
            inventory: InventorySettings::default(),
            log: Log { filter: "warn,countersign=info".to_owned(), ..Log::default() },
            telemetry: Telemetry::default(),
            solver: None,
            correlation_rules: None,
            finding_settings: None,
            written: None,
        }
    }

    fn rebase(&mut self, folder: &Path) {
        let rebase = |path: &mut PathBuf| *path = folder.join(&*path);
        rebase(&mut self.data);
        match &mut self.journal {
            Journal::Sqlite { path, .. } => path.iter_mut().for_each(rebase),
            Journal::Postgres { url_file, .. } => rebase(url_file),
        }
        if let Some(tls) = &mut self.tls {
            tls.certificate.iter_mut().chain(tls.key.iter_mut()).for_each(rebase);
        }
        let files = [&mut self.solver, &mut self.correlation_rules, &mut self.finding_settings];
        files.into_iter().flatten().for_each(rebase);
        self.providers.values_mut().for_each(|provider| rebase(&mut provider.client_secret_file));
        self.evidence.store.iter_mut().flat_map(StoreConfig::paths).for_each(rebase);
    }

    /// Reads and checks the files of rules that the configuration names.
    ///
    /// # Errors
    /// If one cannot be read, or something is wrong with it.
    pub fn check_rule_files(&self) -> Result<(), ConfigError> {
        type FileCheck = fn(&Path) -> Result<(), String>;
        let files: [(&str, &Option<PathBuf>, FileCheck); 2] = [
            ("correlation_rules", &self.correlation_rules, countersign_control::check_correlation_rules),
            ("finding_settings", &self.finding_settings, countersign_control::check_finding_settings),
        ];
        for (field, path, check) in files {
            let problem = path.as_deref().and_then(|path| check(path).err());
            if let Some(problem) = problem {
                return Err(self.pointed_at(ConfigError::wrong(field, problem)));
            }
        }
        Ok(())
    }

    /// Checks constraints that involve several fields.
    ///
    /// # Errors
    /// If settings contradict each other.
    pub fn check(&self) -> Result<(), ConfigError> {
        if self.evidence.keep.is_some_and(|keep| keep.0 < Duration::from_secs(86_400)) {
            return Err(ConfigError::wrong(
                "evidence.keep",
                "records expire by whole days: give at least 1d, or leave the setting out to keep them for \
                 ever",
            ));
        }
        if self.inventory.keep_ended.0 < SHORTEST_KEPT_ENDED {
            return Err(ConfigError::wrong(
                "inventory.keep_ended",
                "what became of the last imports could not be looked up: give at least 1d",
            ));
        }
        if self.name.trim().is_empty() || self.name.len() > 63 {
            return Err(ConfigError::wrong("name", "give this process a name of 1 to 63 characters"));
        }
        self.evidence.store.as_ref().map_or(Ok(()), |store| store.check(&self.name))?;
        self.journal.check(self.evidence.store.is_some())?;
        self.origin.parse::<Origin>().map_err(|error| ConfigError::wrong("origin", error.message))?;
        let plain_beyond_loopback = self.listen.http.is_some_and(|address| !address.ip().is_loopback());
        if plain_beyond_loopback {
            return Err(ConfigError::wrong(
                "listen.http",
                "plain HTTP beyond loopback would show sessions to the network: use listen.https and [tls]",
            ));
        }
        self.listen.check()?;
        if self.listen.https.is_some() != self.tls.is_some() {
            let there = if self.tls.is_some() { "tls" } else { "listen.https" };
            return Err(ConfigError::wrong(
                there,
                "listen.https and [tls] go together: give both or neither",
            ));
        }
        if let Some(tls) = &self.tls
            && tls.certificate.is_some() != tls.key.is_some()
        {
            let there = if tls.key.is_some() { "tls.key" } else { "tls.certificate" };
            return Err(ConfigError::wrong(
                there,
                "tls.certificate and tls.key go together: give both or neither",
            ));
        }
        if self.listen.http.is_none() && self.listen.https.is_none() {
            return Err(ConfigError::wrong(
                "listen",
                "the server would listen nowhere: give listen.http or listen.https",
            ));
        }
        self.limits.check()?;
        for (name, networks) in self.networks.iter().flatten() {
            if name.trim().is_empty() {
                return Err(ConfigError::wrong("networks", "the name of a network is empty: give it one"));
            }
            if networks.is_empty() {
                return Err(ConfigError::wrong(
                    format!("networks.{name}"),
                    format!("{name} has no addresses: list at least one"),
                ));
            }
        }
        self.telemetry.check()
    }
}

/// Reads the URL from the file that `[journal] url_file` names.
///
/// # Errors
/// If the file cannot be read.
pub fn read_secret(path: &Path) -> Result<SecretString, ConfigError> {
    std::fs::read_to_string(path).map(|text| SecretString::from(text.trim().to_owned())).map_err(|error| {
        ConfigError::wrong("journal.url_file", format!("{} cannot be read: {error}", path.display()))
    })
}

impl Default for Journal {
    fn default() -> Self {
        Self::Sqlite { path: None, archive_after: None }
    }
}

impl Journal {
    /// Returns the age at which facts are archived by themselves, or `None` for never.
    pub(crate) const fn archive_after(&self) -> Option<Span> {
        match self {
            Self::Sqlite { archive_after, .. } | Self::Postgres { archive_after, .. } => *archive_after,
        }
    }

    /// Checks that every process that reads the journal could read what is archived, as the command does.
    fn check(&self, has_bucket: bool) -> Result<(), ConfigError> {
        let wrong = |message| Err(ConfigError::wrong("journal.archive_after", message));
        let Some(age) = self.archive_after() else { return Ok(()) };
        if age.0 < SHORTEST_ARCHIVE_AGE {
            return wrong("people often look up facts of the last day: give at least 1d");
        }
        if matches!(self, Self::Postgres { .. }) && !has_bucket {
            return wrong(
                "processes that share a journal must share its archive files: give [evidence.store], or \
                 leave this setting out",
            );
        }
        Ok(())
    }
}

impl Default for FreshnessConfig {
    fn default() -> Self {
        let bounds = countersign_admission::Freshness::default();
        Self {
            public: Span(bounds.public),
            internal: Span(bounds.internal),
            confidential: Span(bounds.confidential),
            restricted: Span(bounds.restricted),
        }
    }
}

impl From<&FreshnessConfig> for countersign_admission::Freshness {
    fn from(freshness: &FreshnessConfig) -> Self {
        Self {
            public: freshness.public.0,
            internal: freshness.internal.0,
            confidential: freshness.confidential.0,
            restricted: freshness.restricted.0,
        }
    }
}

impl Default for SessionsConfig {
    fn default() -> Self {
        Self {
            lifetime: Span(Duration::from_secs(12 * 3600)),
            invitation: Span(Duration::from_secs(24 * 3600)),
        }
    }
}

impl Default for InventorySettings {
    /// A year and some weeks: a yearly review of accesses can still look up what there was at the last one.
    fn default() -> Self {
        Self { keep_ended: Span(Duration::from_secs(400 * 86_400)) }
    }
}

impl Default for Evidence {
    fn default() -> Self {
        Self { keep: None, reserve_bytes: 256 << 20, store: None }
    }
}

impl Default for Log {
    fn default() -> Self {
        Self { format: LogFormat::Text, filter: "info".to_owned() }
    }
}

fn default_name() -> String {
    "countersign".to_owned()
}

fn default_origin() -> String {
    "http://countersign.localhost:8080".to_owned()
}

const fn default_connections() -> u32 {
    8
}

const fn yes() -> bool {
    true
}

fn loopback() -> Vec<IpNet> {
    ["127.0.0.0/8", "::1/128"].into_iter().filter_map(|network| network.parse().ok()).collect()
}

#[cfg(test)]
mod tests;
