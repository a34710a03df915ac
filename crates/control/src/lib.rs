//! The control plane: turns commands into facts and answers questions, over REST and AuthZEN.
//!
//! Every request over the network is itself an access, decided by the same policies as any other: the control plane is
//! the application `countersign`, with the resources `control`, `self` and `approvals`. Only the operator at the
//! machine enters another way, through the local socket, and needs no policy: this is how a lock-out is repaired.
//!
//! A command is evaluated against the world at the journal's head, so its facts follow the state that it checked. A
//! refusal names the field and the remedy, and has changed nothing.
//!
//! This room must not know gates' insides, passkey ceremonies, or Cedar.

mod anchoring;
mod applications;
mod archiving;
mod authzen;
mod bind;
mod caller;
mod commands;
mod decisions;
mod devices;
mod documents;
mod drafts;
mod endpoint;
mod envelope;
mod exceptions;
mod explain;
mod export;
mod facts;
mod find;
mod findings;
mod grants;
mod groups;
mod guard;
mod identities;
mod input;
mod inventory;
mod jobs;
mod keys;
mod labels;
mod last_use;
mod lasting;
mod leavers;
mod lint;
mod me;
mod names;
mod networks;
mod openid_clients;
mod page;
mod people;
mod pieces;
mod policies;
mod projections;
mod proposals;
mod providers;
mod provisioning;
mod publish;
mod query;
mod reach;
mod refusal;
mod register;
mod rehearsals;
mod reviews;
mod roles;
mod rollouts;
mod router;
mod secret;
mod services;
mod sessions;
mod settings;
mod status;
mod trends;
mod upkeep;
mod upstreams;
mod versions;

use last_use::last_use;

pub use anchoring::Anchoring;
pub use applications::declared;
pub use archiving::known_archives;
pub use caller::{Caller, Connection, SessionOf};
pub use findings::check_finding_settings;
pub use identities::correlating::{CORRELATE, check_correlation_rules};
pub use jobs::JobTables;
pub use keys::AFTERLIFE as ASSERTION_KEY_AFTERLIFE;
pub use leavers::LEAVERS;
pub use publish::{Checked, check, files_of};
pub use refusal::Refusal;
pub use trends::TRENDS;

/// The location of the SQL engine.
pub use countersign_sql::Program as SqlProgram;

/// The location of the solver, and the limits on its time and memory.
pub use countersign_solve::{Limits as SolverLimits, Whereabouts as SolverAt};

use countersign_admission::{Admission, Who};
use countersign_api::ControlResource;
use countersign_archive::Archives;
use countersign_copies::Copies;
use countersign_evidence::Store;
use countersign_findings::FindingTables;
use countersign_inventory::Inventory;
use countersign_lake::Lake;
use countersign_ledger::Ledger;
use countersign_names::{ApplicationName, ServiceId, Timestamp};
use countersign_probe::UpstreamProbe;
use countersign_projections::Projections;
use countersign_provisioning::Provisioning;
use countersign_rolebook::RoleTables;
use countersign_sql::SqlEngine;
use countersign_throttle::{CallerRates, Callers, Rates, Throttle, Wait};
use countersign_world::World;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// The application name of the control plane itself.
pub const APPLICATION: &str = "countersign";

/// The control plane's resource for the administrators' work.
pub const CONTROL: &str = ControlResource::Control.part();

/// The control plane's resource for what belongs to the calling person.
pub const OWN: &str = ControlResource::Own.part();

/// The control plane's resource for answering requests for grants.
pub const APPROVALS: &str = ControlResource::Approvals.part();

/// The part at which identity providers push people and groups.
pub const PROVISIONING: &str = ControlResource::Provisioning.part();

/// The control plane's configuration.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The name under which the control plane is declared as an application.
    pub application: ApplicationName,
    /// The origin under which clients reach the control plane, such as `https://countersign.example`: the identifier of
    /// the AuthZEN decision point.
    pub origin: String,
    /// Further origins of the AuthZEN decision point, in lower case.
    pub decision_point_origins: Vec<String>,
    /// The origin at which people enrol and sign in, for the links of invitations.
    pub sign_in_origin: String,
    /// The version of the software.
    pub version: &'static str,
    /// How long an invitation is valid by default.
    pub invitation_life: Duration,
    /// Time limit of one request.
    pub time_limit: Duration,
    /// Rates at which requests of unknown callers are accepted.
    pub unauthenticated: Rates,
    /// The location of the SQL engine.
    pub sql: SqlProgram,
    /// Rates at which requests of each signed-in person are accepted.
    pub people: CallerRates,
    /// Rates at which requests of each service account are accepted.
    pub programs: CallerRates,
    /// The location of the solver that proves what a change of policies does to every possible request.
    pub solver: SolverAt,
    /// Limits on the solver's time and memory.
    pub solver_limits: SolverLimits,
}

/// The control plane. Clones are handles to the same instance.
#[derive(Clone)]
pub struct Control(Arc<Inner>);

struct Inner {
    settings: Settings,
    ledger: Ledger,
    admission: Admission,
    store: Store,
    lake: Lake,
    session_of: SessionOf,
    unauthenticated: Throttle,
    people: Callers,
    programs: Callers,
    jobs: jobs::Jobs,
    live_streams: decisions::live::LiveStreams,
    kept_answers: decisions::again::KeptAnswers,
    engine: SqlEngine,
    copies: Option<Copies>,
    upstream_checks: Callers,
    upstream_probe: OnceLock<UpstreamProbe>,
    archives: OnceLock<Arc<Archives>>,
    projections: OnceLock<Projections>,
    job_tables: OnceLock<JobTables>,
    inventory: OnceLock<Inventory>,
    staging: inventory::StagingImports,
    access_graph: inventory::GraphKeeper,
    reviews: OnceLock<countersign_reviews::ReviewTables>,
    findings: OnceLock<findings::FindingKeeping>,
    roles: OnceLock<RoleTables>,
    identities: OnceLock<identities::IdentityKeeping>,
    provisioning: OnceLock<Provisioning>,
    listeners: OnceLock<Listeners>,
    components: OnceLock<ComponentReports>,
}

/// Reports how full each listener of the process is.
pub type Listeners = Box<dyn Fn() -> Vec<countersign_api::ListenerStatus> + Send + Sync>;

/// Reports the state of each part of the process.
pub type ComponentReports = Box<dyn Fn() -> Vec<countersign_api::ComponentStatus> + Send + Sync>;

impl Control {
    /// Creates the control plane over this ledger. `session_of` reads the session cookie of the control plane's host.
    pub fn new(
        settings: Settings,
        ledger: Ledger,
        admission: Admission,
        store: Store,
        session_of: SessionOf,
    ) -> Self {
        Self::with_copies(settings, ledger, admission, store, session_of, None)
    }

    /// As [`new`](Self::new), for a process that copies its evidence to a store.
    pub fn with_copies(
        settings: Settings,
        ledger: Ledger,
        admission: Admission,
        store: Store,
        session_of: SessionOf,
        copies: Option<Copies>,
    ) -> Self {
        let lake = Lake::from(store.clone());
        Self::of_lake(settings, ledger, admission, (store, lake), session_of, copies)
    }

    /// As [`with_copies`](Self::with_copies), for a process that keeps more kinds of records than decisions: `lake`
    /// holds all of them, and its upkeep and verification cover all of them.
    pub fn of_lake(
        settings: Settings,
        ledger: Ledger,
        admission: Admission,
        (store, lake): (Store, Lake),
        session_of: SessionOf,
        copies: Option<Copies>,
    ) -> Self {
        let unauthenticated = Throttle::new(&settings.unauthenticated);
        let (people, programs) = (Callers::new(&settings.people), Callers::new(&settings.programs));
        let jobs = jobs::Jobs::default();
        let engine = query::engine(settings.sql.clone(), &ledger, &lake);
        Self(Arc::new(Inner {
            settings,
            ledger,
            admission,
            store,
            lake,
            session_of,
            unauthenticated,
            people,
            programs,
            jobs,
            live_streams: decisions::live::LiveStreams::default(),
            kept_answers: decisions::again::KeptAnswers::default(),
            engine,
            copies,
            upstream_checks: upstreams::rates(),
            upstream_probe: OnceLock::new(),
            archives: OnceLock::new(),
            projections: OnceLock::new(),
            job_tables: OnceLock::new(),
            inventory: OnceLock::new(),
            staging: inventory::StagingImports::default(),
            access_graph: inventory::GraphKeeper::default(),
            findings: OnceLock::new(),
            reviews: OnceLock::new(),
            roles: OnceLock::new(),
            identities: OnceLock::new(),
            provisioning: OnceLock::new(),
            listeners: OnceLock::new(),
            components: OnceLock::new(),
        }))
    }

    /// Sets where the journal's archive files are. Only the first call counts; without one, no archive can be made.
    pub fn keeps_archives(&self, archives: Arc<Archives>) {
        let _already_known = self.0.archives.set(archives);
    }

    pub(crate) fn archives(&self) -> Option<&Arc<Archives>> {
        self.0.archives.get()
    }

    /// Sets the tables from which look-ups such as the register of implicit trust are answered. Only the first call
    /// counts; without one, such questions are refused.
    pub fn reads_projections(&self, projections: Projections) {
        let _already_known = self.0.projections.set(projections);
    }

    pub(crate) fn projections(&self) -> Result<&Projections, Refusal> {
        let none = || Refusal::unavailable("this process keeps no tables beside the journal");
        self.0.projections.get().ok_or_else(none)
    }

    /// Sets how upstreams are checked. Only the first call counts; without one, no upstream can be checked.
    pub fn checks_upstreams(&self, probe: UpstreamProbe) {
        let _already_known = self.0.upstream_probe.set(probe);
    }

    pub(crate) fn upstream_probe(&self) -> Result<&UpstreamProbe, Refusal> {
        let none = || Refusal::unavailable("this process checks no upstreams");
        self.0.upstream_probe.get().ok_or_else(none)
    }

    pub(crate) fn upstream_checks(&self) -> &Callers {
        &self.0.upstream_checks
    }

    /// Sets where jobs are stored. Only the first call counts; without one, jobs are forgotten when the process stops.
    pub fn keeps_jobs(&self, tables: JobTables) {
        let _already_known = self.0.job_tables.set(tables);
    }

    pub(crate) fn job_tables(&self) -> Option<&JobTables> {
        self.0.job_tables.get()
    }

    /// Sets where what sources say about identities is stored. Only the first call counts; without one, nothing can be
    /// imported.
    pub fn keeps_inventory(&self, inventory: Inventory) {
        let _already_known = self.0.inventory.set(inventory);
    }

    pub(crate) fn inventory(&self) -> Result<&Inventory, Refusal> {
        let none = || Refusal::unavailable("this process keeps no inventory");
        self.0.inventory.get().ok_or_else(none)
    }

    /// Sets where findings are stored, and the operator's file of settings, if there is one. Only the first call counts;
    /// without one, nothing is looked for.
    pub fn keeps_findings(&self, tables: FindingTables, settings: Option<PathBuf>) {
        let _already_known = self.0.findings.set(findings::FindingKeeping { tables, settings });
    }

    pub(crate) fn finding_keeping(&self) -> Result<&findings::FindingKeeping, Refusal> {
        let none = || Refusal::unavailable("this process keeps no findings");
        self.0.findings.get().ok_or_else(none)
    }

    pub(crate) fn finding_tables(&self) -> Result<&FindingTables, Refusal> {
        self.finding_keeping().map(|keeping| &keeping.tables)
    }

    /// Sets where proposed roles are stored. Only the first call counts; without one, none are searched for.
    pub fn keeps_roles(&self, roles: RoleTables) {
        let _already_known = self.0.roles.set(roles);
    }

    pub(crate) fn role_tables(&self) -> Result<&RoleTables, Refusal> {
        let none = || Refusal::unavailable("this process keeps no proposed roles");
        self.0.roles.get().ok_or_else(none)
    }

    /// The imports whose records this process receives.
    pub(crate) fn staging(&self) -> &inventory::StagingImports {
        &self.0.staging
    }

    /// Keeps the graph of who can reach what.
    pub(crate) fn graph_keeper(&self) -> &inventory::GraphKeeper {
        &self.0.access_graph
    }

    /// Sets how to report on the listeners of this process, once they exist. Only the first call counts.
    pub fn watch_listeners(&self, listeners: Listeners) {
        let _ = self.0.listeners.set(listeners);
    }

    pub(crate) fn listeners(&self) -> Vec<countersign_api::ListenerStatus> {
        self.0.listeners.get().map_or_else(Vec::new, |listeners| listeners())
    }

    /// Sets how to report on the parts of this process. Only the first call counts.
    pub fn watch_components(&self, components: ComponentReports) {
        let _already_known = self.0.components.set(components);
    }

    pub(crate) fn components(&self) -> Vec<countersign_api::ComponentStatus> {
        self.0.components.get().map_or_else(Vec::new, |components| components())
    }

    /// Stops every running job and starts no more: the process is stopping.
    pub fn stop_jobs(&self) {
        self.0.jobs.close();
    }

    /// Waits until the stopped jobs have ended and are stored, at most ten seconds.
    pub async fn jobs_stopped(&self) {
        let idle = async {
            while self.0.jobs.is_busy() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        if tokio::time::timeout(Duration::from_secs(10), idle).await.is_err() {
            tracing::warn!("a job does not stop; the process goes on without it");
        }
    }

    /// Counts a request against the caller's rate. An unknown or expired session counts against its address.
    pub(crate) fn throttle(&self, who: Who, address: Option<IpAddr>) -> Result<(), Wait> {
        match who {
            Who::Session(session) => {
                let world = self.world();
                match world.session(session).filter(|session| self.now() < session.expires_at) {
                    Some(session) => self.0.people.admit(session.person.bits().as_u128()),
                    None => self.0.unauthenticated.admit(address),
                }
            }
            Who::Person(person) => self.0.people.admit(person.bits().as_u128()),
            Who::Service(service) => self.0.programs.admit(service.bits().as_u128()),
            Who::Anonymous => self.0.unauthenticated.admit(address),
        }
    }

    /// Counts the evaluations of a service account's request beyond the first one.
    pub(crate) fn throttle_further(&self, service: ServiceId, questions: usize) -> Result<(), Wait> {
        match u32::try_from(questions).map(NonZeroU32::new) {
            Ok(None) => Ok(()),
            Ok(Some(questions)) => self.0.programs.admit_several(service.bits().as_u128(), questions),
            Err(_) => Err(Wait(Duration::from_secs(1))),
        }
    }

    pub(crate) fn jobs(&self) -> &jobs::Jobs {
        &self.0.jobs
    }

    pub(crate) fn live_streams(&self) -> &decisions::live::LiveStreams {
        &self.0.live_streams
    }

    pub(crate) fn kept_answers(&self) -> &decisions::again::KeptAnswers {
        &self.0.kept_answers
    }

    pub(crate) fn engine(&self) -> &SqlEngine {
        &self.0.engine
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.0.settings
    }

    pub(crate) fn ledger(&self) -> &Ledger {
        &self.0.ledger
    }

    pub(crate) fn admission(&self) -> &Admission {
        &self.0.admission
    }

    pub(crate) fn store(&self) -> &Store {
        &self.0.store
    }

    /// All kinds of records that this process keeps.
    pub(crate) fn lake(&self) -> &Lake {
        &self.0.lake
    }

    pub(crate) fn copies(&self) -> Option<&Copies> {
        self.0.copies.as_ref()
    }

    pub(crate) fn world(&self) -> Arc<World> {
        self.0.ledger.world()
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.0.ledger.now()
    }
}
