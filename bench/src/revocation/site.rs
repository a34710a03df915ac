//! Where facts are committed, and the gate that must heed them.

use crate::gate::company::{self, Size};
use crate::gate::ground::{Ground, trusting};
use crate::gate::peers::{binary, words};
use crate::gate::process::{Process, free_address};
use crate::load::Target;
use crate::run::Outcome;
use countersign_facts::{Actor, Fact};
use countersign_journal::{Journal, PostgresOptions};
use countersign_ledger::Ledger;
use countersign_server::{Config, Running};
use countersign_testkit::Postgres;
use rustls::ClientConfig;
use std::net::SocketAddr;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;
use std::sync::Arc;
use tokio::runtime::Runtime;

/// A journal and a gate.
pub struct Site {
    runtime: Runtime,
    ledger: Ledger,
    http: SocketAddr,
    https: SocketAddr,
    /// What the laptop's own client shows.
    laptop: Arc<ClientConfig>,
    gate: Gate,
}

enum Gate {
    Here(Box<Running>),
    Elsewhere { _process: Process, _postgres: Postgres },
}

impl Site {
    /// The product's assembly in this process, on SQLite.
    ///
    /// # Errors
    /// When it does not start.
    pub fn one_process(ground: &Ground, size: Size) -> Outcome<Self> {
        let (runtime, data) = (runtime()?, ground.folder("one")?.join("data"));
        let (laptop, key) = laptop(ground)?;
        let free: SocketAddr = "127.0.0.1:0".parse()?;
        let text = configuration(ground, &data, free, free, "");
        let running = runtime.block_on(Running::start(Config::parse("one", &text)?))?;
        let ledger = running.ledger.clone();
        runtime.block_on(company::tell(&ledger, size, ground.upstream, Some(&key)))?;
        let (http, https) = running.http.zip(running.https).ok_or("nothing is listened on")?;
        Ok(Self { runtime, ledger, http, https, laptop, gate: Gate::Here(Box::new(running)) })
    }

    /// A ledger in this process, and the binary that ships as a gate that follows the same PostgreSQL.
    ///
    /// # Errors
    /// When either does not start.
    pub fn two_processes(ground: &Ground, size: Size) -> Outcome<Self> {
        if !Postgres::installed() {
            return Err("PostgreSQL is not installed".into());
        }
        let (runtime, folder) = (runtime()?, ground.folder("two")?);
        let (laptop, key) = laptop(ground)?;
        let postgres = Postgres::start();
        let url = postgres.fresh_database();
        let url_file = folder.join("journal.url");
        let mut options = std::fs::OpenOptions::new();
        std::io::Write::write_all(
            &mut options.create(true).write(true).mode(0o600).open(&url_file)?,
            url.as_bytes(),
        )?;
        let ledger = runtime.block_on(async {
            let journal = Journal::open_postgres(url.into(), PostgresOptions::default()).await?;
            let ledger = Ledger::open(journal, Arc::new(company::now), |_| {}).await?;
            company::tell(&ledger, size, ground.upstream, Some(&key)).await?;
            Ok::<_, Box<dyn std::error::Error + Send + Sync>>(ledger)
        })?;
        let (http, https) = (free_address()?, free_address()?);
        let more = format!(
            "control = false\n[journal]\nstore = \"postgres\"\nurl_file = \"{}\"\n",
            url_file.display()
        );
        let path = folder.join("countersign.toml");
        std::fs::write(&path, configuration(ground, &folder.join("data"), http, https, &more))?;
        let binary = binary("countersign")?.display().to_string();
        let command = words(&[&binary, "serve", "--config", &path.display().to_string()]);
        let process = Process::start(&folder, "gate", None, &command, https)?;
        let gate = Gate::Elsewhere { _process: process, _postgres: postgres };
        Ok(Self { runtime, ledger, http, https, laptop, gate })
    }

    /// Commit facts.
    ///
    /// # Errors
    /// When they are not acknowledged.
    pub fn state(&self, facts: Vec<Fact>) -> Outcome {
        Ok(self.runtime.block_on(self.ledger.state(Actor::System("bench".to_owned()), facts))?)
    }

    /// The gate, for a session's browser; as the laptop, it proves to be that.
    pub fn target(&self, as_laptop: bool, host: &str, session: u32) -> Target {
        Target {
            address: if as_laptop { self.https } else { self.http },
            tls: as_laptop.then(|| self.laptop.clone()),
            host: host.to_owned(),
            cookies: vec![company::cookie(session, host)],
        }
    }

    /// Stop what runs here in good order.
    pub fn stop(self) {
        if let Gate::Here(running) = self.gate {
            self.runtime.block_on(running.stop());
        }
    }
}

fn runtime() -> Outcome<Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread().enable_all().build()?)
}

/// A client with a certificate of its own, and the public key in it.
fn laptop(ground: &Ground) -> Outcome<(Arc<ClientConfig>, Vec<u8>)> {
    let own = rcgen::generate_simple_self_signed(["laptop".to_owned()])?;
    let key = rcgen::PublicKeyData::subject_public_key_info(&own.signing_key);
    Ok((trusting(ground.own.clone(), Some(&own))?, key))
}

fn configuration(ground: &Ground, data: &Path, http: SocketAddr, https: SocketAddr, more: &str) -> String {
    // Made here, so that it is nobody else's to read.
    let _ = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(data);
    let (first, rest) = more.split_once('\n').unwrap_or((more, ""));
    format!(
        "name = \"{}\"\ndata = \"{}\"\norigin = \"http://countersign.localhost:8080\"\n{first}\n{rest}\n\
         [listen]\nhttp = \"{http}\"\nhttps = \"{https}\"\n\
         [tls]\ncertificate = \"{}\"\nkey = \"{}\"\n",
        if more.is_empty() { "one" } else { "two" },
        data.display(),
        ground.certificate.display(),
        ground.key.display()
    )
}
