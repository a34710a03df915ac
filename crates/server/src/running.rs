//! Starts and stops the process: the order of its parts.

mod accepting;

pub use accepting::{accept_clock, accept_head};

use crate::archives::ProcessArchives;
use crate::background::Background;
use crate::checkpoints::CheckpointFolder;
use crate::components::{self, ComponentSet, StopPhase};
use crate::config::{self, Config, ConfigError, Journal as JournalConfig};
use crate::front;
use crate::home::FrontPage;
use crate::own_host;
use crate::remembered::{BucketHead, ClockNotAccepted, NotAccepted, NotBelieved, Remembered};
use crate::schedules::ProcessSchedules;
use crate::serving::{self, ListenerPlaces};
use crate::sign_in::PasskeySignIn;
use crate::{
    bootstrap, database, decision_point, health, keys, networks, operator, operator_socket, policies,
    present_moment, remembered, sign_in,
};
use axum::Router;
use countersign_admission::{Admission, Settings};
use countersign_authn::{Authn, Origin};
use countersign_control::{Anchoring, Control, JobTables, Settings as ControlSettings, SqlProgram};
use countersign_copies::{Copies, Pace};
use countersign_database::Database;
use countersign_evidence::{Evidence, Options, Store};
use countersign_gate_http::{Gate, GateConfig, GateError, TrustedProxies, UpstreamRoots, client_config};
use countersign_jobs::ScheduleStates;
use countersign_journal::{Access, Journal, PostgresOptions};
use countersign_lake::Lake;
use countersign_ledger::{Checkpoint, Clocks, Ledger, Settled};
use countersign_listen::{Door, Places, Shares};
use countersign_observations::ObservationExchange;
use countersign_probe::{ProbeNetworks, UpstreamProbe};
use countersign_throttle::CallerRates;
use countersign_world::World;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::net::TcpListener;

/// The setting with the address at which third-party proxies ask for decisions.
const DECISION_POINT: &str = "listen.decision_point";

/// Time-out of one request to the control plane; verifying a long journal takes longest.
const TIME_LIMIT: std::time::Duration = std::time::Duration::from_secs(120);

/// Why the process did not start.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub enum StartError {
    /// The configuration is invalid.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Config(#[from] ConfigError),
    /// The data folder cannot be used.
    #[error("this process cannot use the data folder {path}: {source}")]
    Data {
        /// Its path.
        path: String,
        /// The system's error.
        source: std::io::Error,
    },
    /// The journal could not be opened.
    #[error(transparent)]
    Journal(#[from] countersign_journal::OpenError),
    /// The tables beside the journal could not be opened.
    #[error(transparent)]
    Database(#[from] countersign_database::DatabaseError),
    /// The journal could not be folded.
    #[error(transparent)]
    Ledger(#[from] countersign_ledger::OpenError),
    /// A key file cannot be used.
    #[error(transparent)]
    Key(#[from] keys::KeyError),
    /// The evidence could not be opened.
    #[error(transparent)]
    Evidence(#[from] countersign_evidence::OpenError),
    /// Sign-in cannot be set up.
    #[error(transparent)]
    SignIn(#[from] countersign_authn::ConfigError),
    /// The gate cannot be set up.
    #[error(transparent)]
    Gate(#[from] countersign_gate_http::GateError),
    /// TLS cannot be set up.
    #[error("tls: {0}")]
    Tls(String),
    /// The journal does not contain the remembered head.
    #[error(transparent)]
    Head(#[from] NotBelieved),
    /// The operator's acceptance of the journal failed.
    #[error(transparent)]
    NotAccepted(#[from] NotAccepted),
    /// The operator's acceptance of the clock failed.
    #[error(transparent)]
    ClockNotAccepted(#[from] ClockNotAccepted),
    /// The initial facts of a new installation could not be stated.
    #[error("this process cannot set up the installation: {0}")]
    Bootstrap(String),
    /// The networks of the configuration could not be declared.
    #[error("networks: this process cannot declare the networks: {0}")]
    Networks(String),
    /// The process cannot listen on an address.
    #[error("{setting}: this process cannot listen on {address}: {source}")]
    Listen {
        /// The setting.
        setting: &'static str,
        /// The address.
        address: String,
        /// The system's error.
        source: std::io::Error,
    },
}

/// A running process, until it is told to stop.
pub struct Running {
    /// The world and its journal.
    pub ledger: Ledger,
    /// Sign-in.
    pub authn: Arc<Authn>,
    /// The address of the plain front, once bound.
    pub http: Option<SocketAddr>,
    /// The address of the encrypted front, once bound.
    pub https: Option<SocketAddr>,
    /// The address of the decision point, once bound.
    pub decision_point: Option<SocketAddr>,
    /// The address of the metrics, once bound.
    pub metrics: Option<SocketAddr>,
    /// The policy folder, if this process has the control plane.
    pub policy_folder: Option<PathBuf>,
    pub(crate) admission: Admission,
    control: Control,
    copies: Option<Copies>,
    database: Database,
    schedules: ScheduleStates,
    components: ComponentSet,
}

impl Running {
    /// Starts everything that `config` enables.
    ///
    /// # Errors
    /// If any part cannot be started; parts that were started already are stopped.
    pub async fn start(config: Config) -> Result<Self, StartError> {
        config.check()?;
        keys::private_folder(&config.data)
            .map_err(|source| StartError::Data { path: config.data.display().to_string(), source })?;
        // Sets the default for libraries that look for a provider; in a second start in the same process it is set
        // already.
        let _set_before = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let origin: Origin = config.origin.parse()?;
        let (ledger, checkpoints, archives) = open_world(&config).await?;
        let database = database::open(&config).await?;
        let key_file = config.data.join("assertion.key");
        let remembered = Arc::new(Remembered::of(&config.data, &config.name));
        if let Err(doubt) = remembered::believe(&remembered, &ledger, &keys::assertion_key(&key_file)?).await
        {
            ledger.journal().close().await;
            return Err(doubt.into());
        }
        let known = ledger.newest().unwrap_or_else(|| ledger.now());
        let settled = Settled::new(known, ledger.elapsed());
        let key = keys::unspent_assertion_key(&key_file, &ledger.world())?;
        let copies = copies(&config, &ledger)?;
        let options = evidence_options(&config, &ledger, copies.as_ref());
        let (sink, store) = Evidence::open(config.data.join("evidence"), options)?;
        let bucket_head = copies.clone().map(|copies| BucketHead::new(remembered.clone(), copies));
        let check = match remembered::witnessed(&store, bucket_head.as_ref(), &ledger, &key).await {
            Ok(check) => check,
            Err(doubt) => {
                drop(sink.close().await);
                ledger.journal().close().await;
                return Err(doubt.into());
            }
        };
        bootstrap::bootstrap(&ledger, origin.host(), &key).await?;
        networks::state(&config, &ledger).await?;
        let settings = Settings { gate: config.name.clone(), freshness: (&config.freshness).into() };
        let admission = Admission::start(settings, ledger.clone(), sink.clone());
        let authn = sign_in::authn(&config, &ledger, &origin)?;
        let lake = lake(&store);
        let api = control(&config, &ledger, &admission, (&store, &lake, copies.clone()), &authn)?;
        api.keeps_archives(archives.archives.clone());
        api.checks_upstreams(upstream_probe(&config)?);
        let projections = database::projections(&database, &ledger).await?;
        api.reads_projections(projections.clone());
        let job_tables = database::job_tables(&database, &config).await?;
        api.keeps_jobs(job_tables.clone());
        database::keep_identity_tables(&api, &database, &config).await?;
        api.provisions(database.clone()).await?;
        let schedules = schedules(&config, &ledger, job_tables, &database, &api);
        let listeners = ListenerPlaces::new(&config.limits);
        let gate = Gate::new(
            gate_config(&config, &origin, listeners.shares),
            admission.clone(),
            Arc::new(PasskeySignIn(authn.clone())),
            key,
        )?;
        let home = FrontPage { admission: admission.clone(), store, authn: authn.clone() };
        let (gate, openid) = own_host::served(gate, (&config, &origin), &api, home, &database).await?;
        let mut running = Self {
            ledger,
            authn,
            http: None,
            https: None,
            decision_point: None,
            metrics: None,
            policy_folder: None,
            admission,
            control: api,
            copies: copies.clone(),
            database,
            schedules: schedules.states.clone(),
            components: ComponentSet::default(),
        };
        let gate = Arc::new(gate);
        let background = Background {
            ledger: running.ledger.clone(),
            key_file,
            gate: gate.clone(),
            lake,
            settled,
            archives,
            checkpoints,
            remembered,
            bucket_head: bucket_head.zip(Some(check)),
            copies,
            projections,
            control: running.control.clone(),
            openid,
            schedules,
        };
        match running.begin(&config, background, gate, listeners).await {
            Ok(()) => Ok(running),
            Err(error) => {
                running.stop().await;
                Err(error)
            }
        }
    }

    /// Starts what runs in the background, and listens.
    async fn begin(
        &mut self,
        config: &Config,
        background: Background,
        gate: Arc<Gate>,
        listeners: ListenerPlaces,
    ) -> Result<(), StartError> {
        // A schedule expires observations, so their table is there before the first schedule runs.
        self.share_observations().await?;
        background.start(&self.components);
        self.listen(config, gate, listeners).await
    }

    /// Resolves with the reason once the operator has set time back at another machine: this process must then stop.
    pub async fn time_set_back(&self) -> String {
        self.ledger.time_set_back().await
    }

    fn collect_metrics(&self) -> PrometheusHandle {
        let recorder = PrometheusBuilder::new().build_recorder();
        let handle = recorder.handle();
        if metrics::set_global_recorder(recorder).is_err() {
            tracing::warn!("another recorder has the metrics of this process; these stay empty");
        }
        // Needed even if nothing scrapes the metrics: otherwise observations would fill the memory.
        let upkept = handle.clone();
        self.components
            .keep_until_stopped("metrics", StopPhase::Work, move || health::upkeep(upkept.clone()));
        handle
    }

    /// Imports observations from before this start, and shares new ones from now on.
    async fn share_observations(&self) -> Result<(), StartError> {
        let observations = self.admission.observations().clone();
        let mut exchange = ObservationExchange::open(self.database.clone(), observations.clone()).await?;
        let clock = self.ledger.clock();
        // The status reports a failure; the next exchange tries again.
        let _told = exchange.once(clock()).await;
        let (database, mut opened) = (self.database.clone(), Some(exchange));
        self.components.keep("observations", StopPhase::Work, move |stop| {
            let (opened, clock) = (opened.take(), clock.clone());
            let (database, observations) = (database.clone(), observations.clone());
            async move {
                let exchange = match opened {
                    Some(exchange) => exchange,
                    None => match ObservationExchange::open(database, observations).await {
                        Ok(exchange) => exchange,
                        Err(error) => return tracing::warn!(%error, "observations cannot be shared"),
                    },
                };
                exchange.keep(move || clock(), stop).await;
            }
        });
        Ok(())
    }

    async fn listen(
        &mut self,
        config: &Config,
        gate: Arc<Gate>,
        listeners: ListenerPlaces,
    ) -> Result<(), StartError> {
        let places = places(config, gate.places(), &listeners);
        let (watched, states) = (places.clone(), self.components.states());
        self.control
            .watch_components(Box::new(move || states.all().iter().map(components::status).collect()));
        self.control.watch_listeners(Box::new(move || {
            watched.iter().map(|places| serving::status(&places.state())).collect()
        }));
        // Before anything is served, because each counter is looked up only once.
        let metrics = config.listen.metrics.map(|address| (address, self.collect_metrics()));
        if let Some(address) = config.listen.http {
            let (listener, bound) = bind("listen.http", address).await?;
            self.http = Some(bound);
            let gate = gate.clone();
            self.components.listen("listen.http", true, |stop| gate.serve(listener, None, stop));
        }
        if let (Some(address), Some(tls)) = (config.listen.https, &config.tls) {
            let (tls, made) = front::tls(config, tls, present_moment())?;
            if let Some(made) = made {
                self.components.keep_until_stopped("certificate", StopPhase::Work, move || {
                    made.clone().keep(present_moment)
                });
            }
            let (listener, bound) = bind("listen.https", address).await?;
            self.https = Some(bound);
            let gate = gate.clone();
            self.components.listen("listen.https", true, |stop| gate.serve(listener, Some(tls), stop));
        }
        if let Some(address) = config.listen.decision_point {
            let probes = health::probes(self.probed());
            let forward_auth = decision_point::router(gate).merge(probes);
            let router = forward_auth.fallback_service(self.control.decision_point_router());
            let grace = config.limits.drain.0;
            self.decision_point =
                Some(self.serve(DECISION_POINT, address, router, listeners.decision_point, grace).await?);
        }
        if let Some((address, metrics)) = metrics {
            let (probed, copies) = (self.probed(), self.copies.clone());
            let watched = health::Watched { probed, copies, places, metrics };
            let (router, grace) = (health::router(watched), config.limits.drain.0);
            self.metrics =
                Some(self.serve("listen.metrics", address, router, listeners.metrics, grace).await?);
        }
        if config.control {
            let folder = config.data.join("policies");
            policies::seed(&folder, &published(&self.ledger))
                .map_err(|source| StartError::Data { path: folder.display().to_string(), source })?;
            let (ledger, admission) = (self.ledger.clone(), self.admission.clone());
            self.policy_folder = Some(folder.clone());
            self.components.keep_until_stopped("policy folder", StopPhase::Work, move || {
                policies::keep_in_step(folder.clone(), ledger.clone(), admission.clone())
            });
        }
        let path = operator_socket(&config.data);
        let socket = operator::bind(&path).map_err(|source| StartError::Listen {
            setting: "data",
            address: path.display().to_string(),
            source,
        })?;
        let (router, grace) = (self.control.operator_router(), config.limits.drain.0);
        self.components.listen("operator socket", false, |stop| {
            operator::serve(socket, router, listeners.operator, stop, grace)
        });
        Ok(())
    }

    fn probed(&self) -> health::Probed {
        health::Probed {
            admission: self.admission.clone(),
            ledger: self.ledger.clone(),
            components: self.components.states(),
            schedules: self.schedules.clone(),
        }
    }

    async fn serve(
        &self,
        setting: &'static str,
        address: SocketAddr,
        router: Router,
        places: Places,
        grace: std::time::Duration,
    ) -> Result<SocketAddr, StartError> {
        let (listener, bound) = bind(setting, address).await?;
        let serving = serving::over_tcp(router, grace);
        let essential = setting == DECISION_POINT;
        self.components.listen(setting, essential, |stop| serving.serve(Door::new(listener, places), stop));
        Ok(bound)
    }

    /// Admits no new requests, lets exchanges under way end within their grace, and stores the records.
    pub async fn stop(self) {
        self.admission.drain();
        self.control.stop_jobs();
        self.components.stop().await;
        self.control.jobs_stopped().await;
        if let Err(error) = self.admission.sink().close().await {
            tracing::error!(%error, "this process cannot write its last records");
        }
        self.database.close().await;
        self.ledger.journal().close().await;
    }
}

async fn bind(setting: &'static str, address: SocketAddr) -> Result<(TcpListener, SocketAddr), StartError> {
    let failed = |source| StartError::Listen { setting, address: address.to_string(), source };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    Ok((listener, bound))
}

/// Opens the world at the journal's head, from a checkpoint if there is one, and the parts that keep the journal short.
async fn open_world(config: &Config) -> Result<(Ledger, Arc<CheckpointFolder>, ProcessArchives), StartError> {
    let checkpoints = Arc::new(CheckpointFolder::of(&config.data));
    let archives = ProcessArchives::of(config).map_err(|error| config.pointed_at(error))?;
    let ledger = open_ledger(config, &archives, checkpoints.read()).await?;
    ledger.keeps_checkpoints(checkpoints.clone());
    Ok((ledger, checkpoints, archives))
}

async fn open_ledger(
    config: &Config,
    archives: &ProcessArchives,
    checkpoints: impl IntoIterator<Item = Checkpoint, IntoIter: Send>,
) -> Result<Ledger, StartError> {
    let journal = open_journal(config, archives).await?;
    Ok(Ledger::open_by(journal, machine_clocks(), checkpoints, folding).await?)
}

fn machine_clocks() -> Clocks {
    Clocks::system(Arc::new(present_moment))
}

fn folding(facts: u64) {
    tracing::info!(facts, "folding the journal");
}

async fn open_journal(config: &Config, archives: &ProcessArchives) -> Result<Journal, StartError> {
    let journal = match &config.journal {
        JournalConfig::Sqlite { path, .. } => {
            Journal::open_sqlite(config.journal_file(path.as_deref())).await?
        }
        JournalConfig::Postgres { url_file, connections, .. } => {
            let url = config::read_secret(url_file).map_err(|error| config.pointed_at(error))?;
            let options = PostgresOptions {
                connections: *connections,
                access: Access::Append,
                ..PostgresOptions::default()
            };
            Journal::open_postgres(url, options).await?
        }
    };
    journal.reads_archive(archives.archives.clone());
    Ok(journal)
}

/// Creates the copies of the evidence, if configured. Sends no request: an unreachable store never prevents a start.
fn copies(config: &Config, ledger: &Ledger) -> Result<Option<Copies>, StartError> {
    let Some(store) = &config.evidence.store else { return Ok(None) };
    let bucket = store.bucket().map_err(|error| config.pointed_at(error))?;
    let folder = config.data.join("fetched");
    let cache = (folder.as_path(), store.cache_bytes);
    let copies = Copies::new(bucket, ledger.clone(), config.name.clone(), cache, Pace::default());
    let failed = |source| StartError::Data { path: folder.display().to_string(), source };
    Ok(Some(copies.map_err(failed)?))
}

fn evidence_options(config: &Config, ledger: &Ledger, copies: Option<&Copies>) -> Options {
    let anchors = Arc::new(Anchoring::new(ledger.clone(), config.name.clone()));
    let keep = config.evidence.keep.map(|keep| keep.0);
    let elsewhere = copies.map(|copies| Arc::new(copies.clone()) as _);
    let reserve = config.evidence.reserve_bytes;
    Options { anchors, keep, elsewhere, reserve, ..Options::default() }
}

/// Creates the lake with every kind of record that this process stores.
fn lake(store: &Store) -> Lake {
    Lake::from(store.clone())
}

fn schedules(
    config: &Config,
    ledger: &Ledger,
    tables: JobTables,
    database: &Database,
    control: &Control,
) -> ProcessSchedules {
    ProcessSchedules {
        tables,
        database: database.clone(),
        control: control.clone(),
        clock: ledger.clock(),
        states: ScheduleStates::default(),
        archive_after: config.journal.archive_after().map(|age| age.0),
        keep_ended: config.inventory.keep_ended.0,
    }
}

fn published(ledger: &Ledger) -> std::collections::BTreeMap<String, String> {
    let world = ledger.world();
    let files = world.policies().map(|policies| policies.files.clone()).unwrap_or_default();
    files.into_iter().map(|(path, file)| (path, file.0)).collect()
}

/// Returns the places of this process's listeners.
fn places(config: &Config, gate: Places, listeners: &ListenerPlaces) -> Vec<Places> {
    let mut places = vec![gate, listeners.operator.clone()];
    places.extend(config.listen.decision_point.map(|_| listeners.decision_point.clone()));
    places.extend(config.listen.metrics.map(|_| listeners.metrics.clone()));
    places
}

fn gate_config(config: &Config, origin: &Origin, shares: Shares) -> GateConfig {
    let mut gate = GateConfig::new(origin.as_str());
    gate.grant_link = Some(origin.url(crate::grants::PATH));
    gate.limits.connections = shares.front;
    gate.limits.upstream_connections = shares.upstream;
    gate.limits.connections_per_address = config.limits.connections_per_address;
    gate.shared_addresses =
        config.limits.shared_addresses.iter().map(|(network, cap)| (*network, *cap)).collect();
    gate.limits.body_bytes = config.limits.body_bytes;
    gate.times.answer = config.limits.response.0;
    gate.times.answer_body = config.limits.idle.0;
    gate.times.tunnel = config.limits.idle.0;
    gate.times.grace = config.limits.drain.0;
    gate.proxies = TrustedProxies::new(config.listen.proxy_protocol_from.iter().copied());
    gate.people = people(config);
    gate
}

/// Creates the checks of upstreams, which trust what the gate trusts.
fn upstream_probe(config: &Config) -> Result<UpstreamProbe, GateError> {
    let networks = config.limits.upstream_check_networks.clone();
    let networks = networks.map_or_else(ProbeNetworks::usual, ProbeNetworks::only);
    Ok(UpstreamProbe::new(Arc::new(client_config(&UpstreamRoots::System)?), networks))
}

/// Returns the path of the SQL engine, which is beside the running program.
fn sql_program() -> SqlProgram {
    let own = std::env::current_exe().unwrap_or_else(|_| PathBuf::from("/usr/bin/countersign"));
    SqlProgram::beside(&own)
}

fn people(config: &Config) -> CallerRates {
    CallerRates::new(config.limits.person_per_second, config.limits.person_burst)
}

fn control(
    config: &Config,
    ledger: &Ledger,
    admission: &Admission,
    (store, lake, copies): (&Store, &Lake, Option<Copies>),
    authn: &Arc<Authn>,
) -> Result<Control, StartError> {
    let sessions = authn.clone();
    let settings = ControlSettings {
        application: bootstrap::CONTROL
            .parse()
            .map_err(|_| StartError::Bootstrap("the control plane's name is not valid".to_owned()))?,
        origin: config.origin.clone(),
        decision_point_origins: config.listen.decision_point_origins(),
        sign_in_origin: config.origin.clone(),
        version: crate::VERSION,
        invitation_life: config.sessions.invitation.0,
        time_limit: TIME_LIMIT,
        unauthenticated: countersign_throttle::Rates::default(),
        sql: sql_program(),
        people: people(config),
        programs: CallerRates::program(),
        solver: countersign_control::SolverAt {
            configured: config.solver.clone(),
            path: std::env::var_os("PATH"),
        },
        solver_limits: countersign_control::SolverLimits::default(),
    };
    let session_of = Arc::new(move |world: &World, headers: &http::HeaderMap, now| {
        sessions.session_here_in(world, headers, now).map(|session| session.id)
    });
    let (ledger, admission) = (ledger.clone(), admission.clone());
    let records = (store.clone(), lake.clone());
    Ok(Control::of_lake(settings, ledger, admission, records, session_of, copies))
}
