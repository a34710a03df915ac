//! What is read from a running system itself, in contrast to an export of it.

pub(in crate::verbs) mod conninfo;
mod ldap;
pub(in crate::verbs) mod postgres;

use super::pages::{PageSink, Unsendable};
use crate::exit::Failure;
use clap::Args;
use countersign_sources::{ReadingReport, SourceError};
use ldap::LdapReading;
use postgres::PostgresReading;
use secrecy::SecretString;
use std::io::{BufRead as _, IsTerminal as _, Read as _};
use std::path::{Path, PathBuf};

/// Maximum length of a password in bytes. A longer file is another file.
const LONGEST_PASSWORD: u64 = 4096;

/// What is read instead of a directory. Without it here, an option that needs `--ldap` would be taken and passed over beside
/// one that rules `--ldap` out.
const OTHERS: [&str; 2] = ["file", "postgres"];

/// How a running system is reached.
#[derive(Debug, Args)]
#[command(next_help_heading = "Reading a running system instead of files")]
pub(super) struct LiveOptions {
    /// Read a directory at ldaps://HOST[:PORT] or ldap://HOST[:PORT]; needs --base
    #[arg(long, value_name = "URL", conflicts_with_all = OTHERS, requires = "base")]
    ldap: Option<String>,
    /// The entry of the directory at and below which to read
    #[arg(long, value_name = "DN", requires = "ldap", conflicts_with_all = OTHERS)]
    base: Option<String>,
    /// The account to sign in with; without it the reading is anonymous
    #[arg(long, value_name = "DN", requires = "ldap", conflicts_with_all = OTHERS)]
    bind_dn: Option<String>,
    /// The file with the password and nothing else [default for --bind-dn: the first line of standard input]
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
    /// Encrypt an ldap:// connection before anything else is said
    #[arg(long, requires = "ldap", conflicts_with_all = OTHERS)]
    starttls: bool,
    /// A PEM file with the certificate authorities to trust for the directory, instead of the system's
    #[arg(long, value_name = "FILE", requires = "ldap", conflicts_with_all = OTHERS)]
    ldap_ca: Option<PathBuf>,
    /// Send the password to another machine without encryption
    #[arg(long, requires = "ldap", conflicts_with_all = OTHERS)]
    without_encryption: bool,
    /// Read a PostgreSQL server, as in 'host=db.example.org user=reader dbname=shop'; may be repeated, one for each database
    #[arg(long, value_name = "CONNINFO", conflicts_with = "file")]
    postgres: Vec<String>,
}

/// A running system that is to be read.
#[derive(Debug)]
pub(super) enum LiveReading {
    Ldap(LdapReading),
    Postgres(PostgresReading),
}

impl LiveOptions {
    /// Returns the system that the options name, if they name one, and reads the password for it.
    /// `name` is that of the server.
    pub(super) fn reading(&self, format: &str, name: &str) -> Result<Option<LiveReading>, Failure> {
        if let Some(url) = &self.ldap {
            expect_format(format, "ldif", "--ldap")?;
            return LdapReading::of(url, self).map(|reading| Some(LiveReading::Ldap(reading)));
        }
        if !self.postgres.is_empty() {
            expect_format(format, "postgres", "--postgres")?;
            return PostgresReading::of(self, name).map(|reading| Some(LiveReading::Postgres(reading)));
        }
        match &self.password_file {
            Some(_) => Err(Failure::input("a file needs no password", "leave --password-file out")),
            None => Ok(None),
        }
    }
}

fn expect_format(format: &str, expected: &str, option: &str) -> Result<(), Failure> {
    if format == expected {
        return Ok(());
    }
    Err(Failure::input(
        format!("{option} gives what the format {expected} has, but the source has the format {format}"),
        format!("name a source of the format {expected}, or say --format {expected}"),
    ))
}

impl LiveReading {
    /// Returns where it is, for messages.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Ldap(reading) => reading.shown(),
            Self::Postgres(reading) => reading.shown(),
        }
    }

    /// Returns what the places of errors are numbers of.
    pub(super) const fn unit(&self) -> &'static str {
        match self {
            Self::Ldap(_) => "entry",
            Self::Postgres(_) => "row",
        }
    }

    /// Reads it. This blocks.
    pub(super) fn read(&self, sink: &mut PageSink) -> Result<ReadingReport, SourceError<Unsendable>> {
        match self {
            Self::Ldap(reading) => reading.read(sink),
            Self::Postgres(reading) => reading.read(sink),
        }
    }

    /// Returns the failure for an error of the system, as opposed to one of what it says.
    pub(super) fn failure(&self, error: &std::io::Error) -> Failure {
        match self {
            Self::Ldap(reading) => reading.failure(error),
            Self::Postgres(reading) => reading.failure(error),
        }
    }
}

/// Reads a password from its file, or from standard input: other users can read command lines, and variables of the
/// environment get into logs.
pub(in crate::verbs) fn read_password(file: Option<&Path>) -> Result<SecretString, Failure> {
    let mut text = String::new();
    let place = if let Some(path) = file {
        let opened = std::fs::File::open(path).map_err(|error| Failure::unreadable(path, &error))?;
        let mut limited = opened.take(LONGEST_PASSWORD + 1);
        limited.read_to_string(&mut text).map_err(|error| Failure::unreadable(path, &error))?;
        path.display().to_string()
    } else {
        let input = std::io::stdin();
        if input.is_terminal() {
            return Err(Failure::input(
                "there is no password",
                "name the file that holds it with --password-file FILE, or give it on standard input",
            ));
        }
        input.lock().take(LONGEST_PASSWORD + 1).read_line(&mut text).map_err(|error| {
            Failure::input(format!("standard input cannot be read: {error}"), "name a --password-file FILE")
        })?;
        "standard input".to_owned()
    };
    let is_long = u64::try_from(text.len()).unwrap_or(u64::MAX) > LONGEST_PASSWORD;
    let password = SecretString::from(text.trim_end_matches(['\r', '\n']));
    let is_line = !secrecy::ExposeSecret::expose_secret(&password).contains(['\r', '\n']);
    zeroize::Zeroize::zeroize(&mut text);
    if is_long || !is_line || secrecy::ExposeSecret::expose_secret(&password).is_empty() {
        return Err(Failure::input(
            format!("{place} does not hold a password"),
            "a password is one line; name the file that holds it and nothing else with --password-file FILE",
        ));
    }
    Ok(password)
}
