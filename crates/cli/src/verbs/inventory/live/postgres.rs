//! The roles and grants of a PostgreSQL server, read over connections of its own: the rows that `psql` prints for the
//! question in docs/sources.md.

use super::{LiveOptions, conninfo, read_password};
use crate::client::system_authorities;
use crate::exit::Failure;
use crate::verbs::inventory::pages::{PageSink, Unsendable};
use conninfo::PostgresAddress;
use countersign_sources::{POSTGRES_QUERY, ReadingReport, SourceError, read_postgres};
use futures_util::StreamExt as _;
use secrecy::{ExposeSecret as _, SecretString};
use sqlx::postgres::{PgConnectOptions, PgConnection, PgSslMode};
use sqlx::{ConnectOptions as _, Connection as _, Executor as _};
use std::io::{self, BufRead, Read};
use std::time::Duration;
use tokio::sync::mpsc;

/// Time limit of connecting and signing in.
pub(in crate::verbs) const CONNECTING: Duration = Duration::from_secs(10);

/// Time limit of waiting for a row: more than the server takes at most for the whole question.
const SILENCE: Duration = Duration::from_secs(330);

/// The transaction of the question. The search path is fixed: a database sets one for its sessions, by which its owner
/// could have the reading role run other functions than those that the question means.
const BEGIN: &str =
    "BEGIN READ ONLY; SET LOCAL statement_timeout = '300s'; SET LOCAL search_path = pg_catalog";

/// Maximum number of rows, so that a server cannot go on for ever.
const MOST_ROWS: usize = 5_000_000;

/// The name of an import in the server's own lists.
const IMPORTS: &str = "countersign inventory import";

/// Number of rows that are read ahead.
const READ_AHEAD: usize = 1000;

/// A server that is to be read, by its databases.
#[derive(Debug)]
pub(in crate::verbs::inventory) struct PostgresReading {
    name: String,
    databases: Vec<PostgresAddress>,
    password: Option<SecretString>,
}

/// Why a database was not read.
#[derive(Debug, thiserror::Error)]
enum PostgresUnread {
    #[error("no connection within {} seconds", CONNECTING.as_secs())]
    Late,
    #[error("it sent no row for {} seconds", SILENCE.as_secs())]
    Silent,
    #[error("it has more than {MOST_ROWS} rows")]
    Endless,
    #[error(transparent)]
    Server(#[from] sqlx::Error),
}

impl PostgresReading {
    pub(super) fn of(options: &LiveOptions, name: &str) -> Result<Self, Failure> {
        let databases = options.postgres.iter().map(|text| {
            PostgresAddress::parse(text).map_err(|problem| {
                Failure::input(
                    format!("--postgres: {problem}"),
                    "give it as in 'host=db.example.org user=reader dbname=shop'",
                )
            })
        });
        let databases = databases.collect::<Result<Vec<_>, _>>()?;
        let password = options.password_file.as_deref().map(|file| read_password(Some(file))).transpose()?;
        Ok(Self { name: name.to_owned(), databases, password })
    }

    pub(super) fn shown(&self) -> String {
        let each: Vec<String> = self.databases.iter().map(PostgresAddress::shown).collect();
        each.join(", ")
    }

    pub(super) fn read(&self, sink: &mut PageSink) -> Result<ReadingReport, SourceError<Unsendable>> {
        let (sender, rows) = mpsc::channel(READ_AHEAD);
        let databases: Vec<PgConnectOptions> = self
            .databases
            .iter()
            .map(|address| connect_options(address, self.password.as_ref(), IMPORTS))
            .collect();
        tokio::runtime::Handle::current().spawn(async move {
            for database in databases {
                if let Err(error) = send_rows(&database, &sender).await {
                    // If nobody receives it, the reading has ended with an error of its own.
                    let _ = sender.send(Err(io::Error::other(error))).await;
                    return;
                }
            }
        });
        read_postgres(&self.name, RowInput { rows, line: Vec::new(), at: 0 }, sink)
    }

    pub(super) fn failure(&self, error: &io::Error) -> Failure {
        let shown = self.shown();
        let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<PostgresUnread>());
        match inner {
            Some(PostgresUnread::Server(sqlx::Error::Database(said))) => Failure::input(
                format!("{shown}: the server refuses: {}", said.message()),
                "docs/sources.md says what the role needs; nothing was changed",
            ),
            Some(PostgresUnread::Server(sqlx::Error::Tls(cause))) => Failure::input(
                format!("{shown}: there is no trusted encrypted connection: {cause}"),
                "name the file with the authority of its certificate with sslrootcert=FILE; nothing was changed",
            ),
            Some(error) => Failure::Unreachable { address: shown, cause: error.to_string() },
            None => Failure::Failed(format!("{shown}: {error}")),
        }
    }
}

/// Returns how to connect to a database, and under which name the server's own lists show it.
pub(in crate::verbs) fn connect_options(
    address: &PostgresAddress,
    password: Option<&SecretString>,
    purpose: &str,
) -> PgConnectOptions {
    // A password does not leave this machine for a server that nobody vouches for, unless it is said.
    let careful = password.is_some() && !address.is_near();
    let mode = address.tls.unwrap_or(if careful { PgSslMode::VerifyFull } else { PgSslMode::Prefer });
    let password = password.map_or("", |password| password.expose_secret());
    let mut options = PgConnectOptions::new_without_pgpass()
        .port(address.port)
        .username(&address.user)
        .database(&address.database)
        .password(password)
        .ssl_mode(mode)
        .application_name(purpose)
        .disable_statement_logging();
    options = if address.host.starts_with('/') {
        options.socket(&address.host)
    } else {
        options.host(&address.host)
    };
    // The library itself would trust the authorities of browsers.
    let verifies = matches!(mode, PgSslMode::VerifyCa | PgSslMode::VerifyFull);
    let system = system_authorities().filter(|_| verifies);
    match address.authorities.as_deref().or(system) {
        Some(file) => options.ssl_root_cert(file),
        None => options,
    }
}

/// Asks one database, and sends each row as a line.
async fn send_rows(
    options: &PgConnectOptions,
    lines: &mpsc::Sender<io::Result<String>>,
) -> Result<(), PostgresUnread> {
    let connecting = async {
        let mut connection = PgConnection::connect_with(options).await?;
        connection.execute(BEGIN).await?;
        Ok::<_, sqlx::Error>(connection)
    };
    let connecting = tokio::time::timeout(CONNECTING, connecting).await;
    let mut connection = connecting.map_err(|_| PostgresUnread::Late)??;
    let mut rows = sqlx::query_scalar::<_, String>(POSTGRES_QUERY).fetch(&mut connection);
    let mut count = 0;
    while let Some(row) =
        tokio::time::timeout(SILENCE, rows.next()).await.map_err(|_| PostgresUnread::Silent)?
    {
        count += 1;
        if count > MOST_ROWS {
            return Err(PostgresUnread::Endless);
        }
        if lines.send(Ok(format!("{}\n", row?))).await.is_err() {
            break;
        }
    }
    Ok(())
}

/// The rows as lines of a file.
struct RowInput {
    rows: mpsc::Receiver<io::Result<String>>,
    line: Vec<u8>,
    /// Number of bytes of the line that were read.
    at: usize,
}

impl BufRead for RowInput {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.at >= self.line.len() {
            self.at = 0;
            self.line = self.rows.blocking_recv().transpose()?.unwrap_or_default().into_bytes();
        }
        Ok(self.line.get(self.at..).unwrap_or_default())
    }

    fn consume(&mut self, amount: usize) {
        self.at += amount;
    }
}

impl Read for RowInput {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}
