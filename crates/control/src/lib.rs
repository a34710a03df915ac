//! The control plane: commands become facts, questions become answers, over REST and AuthZEN.
//!
//! Every request over the network is itself an access, decided by the same policies as any other: the control plane
//! is the application `countersign`, with the resources `control`, `self` and `approvals`. Only whoever holds the
//! machine comes in by another door, the local socket, and needs no policy: that is how a lock-out is mended.
//!
//! A command is asked of the world at the journal's head, so what it checked is what its facts follow. What is refused
//! says which field, and what to do about it, and has changed nothing.
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
mod endpoint;
mod envelope;
mod exceptions;
mod explain;
mod export;
mod find;
mod grants;
mod groups;
mod guard;
mod input;
mod jobs;
mod keys;
mod lasting;
mod lint;
mod networks;
mod page;
mod people;
mod pieces;
mod policies;
mod projections;
mod proposals;
mod publish;
mod query;
mod reach;
mod refusal;
mod register;
mod rehearsals;
mod rollouts;
mod router;
mod secret;
mod services;
mod sessions;
mod settings;
mod status;
mod upkeep;
mod versions;

pub use anchoring::Anchoring;
pub use applications::declared;
pub use archiving::known_archives;
pub use caller::{Caller, Connection, SessionOf};
pub use jobs::JobTables;
pub use keys::AFTERLIFE as ASSERTION_KEY_AFTERLIFE;
pub use publish::{Checked, check, files_of};
pub use refusal::Refusal;
pub use rollouts::RolloutWatch;

/// Where the SQL engine is.
pub use countersign_sql::Program as SqlProgram;

/// Where a solver may be, and what its answers may cost.
pub use countersign_solve::{Limits as SolverLimits, Whereabouts as SolverAt};

use countersign_admission::{Admission, Who};
use countersign_api::ControlResource;
use countersign_archive::Archives;
use countersign_copies::Copies;
use countersign_evidence::Store;
use countersign_lake::Lake;
use countersign_ledger::Ledger;
use countersign_names::{ApplicationName, ServiceId, Timestamp};
use countersign_projections::Projections;
use countersign_sql::SqlEngine;
use countersign_throttle::{CallerRates, Callers, Rates, Throttle, Wait};
use countersign_world::World;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// The application that the control plane itself is.
pub const APPLICATION: &str = "countersign";

/// Its resource for everything that an administrator does.
pub const CONTROL: &str = ControlResource::Control.part();

/// Its resource for what is a person's own.
pub const OWN: &str = ControlResource::Own.part();

/// Its resource for answering grants.
pub const APPROVALS: &str = ControlResource::Approvals.part();

/// What the control plane is told about itself.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The application that it is, by the name under which it is declared.
    pub application: ApplicationName,
    /// The origin under which clients reach it, such as `https://countersign.example`: the identifier of the AuthZEN
    /// decision point.
    pub origin: String,
    /// Further origins under which the AuthZEN decision point is reached, in lower case.
    pub decision_point_origins: Vec<String>,
    /// The origin at which people enrol and sign in, for the links of invitations.
    pub sign_in_origin: String,
    /// The version of the software.
    pub version: &'static str,
    /// For how long an invitation works when nobody says how long.
    pub invitation_life: Duration,
    /// How long one request may take.
    pub time_limit: Duration,
    /// How many requests are taken from whoever is not known.
    pub strangers: Rates,
    /// Where the SQL engine is.
    pub sql: SqlProgram,
    /// How many requests are taken from each person who is signed in.
    pub people: CallerRates,
    /// How many requests are taken from each service account.
    pub programs: CallerRates,
    /// Where a solver may be, for what a plan does to every request there can be.
    pub solver: SolverAt,
    /// What its answers may cost.
    pub solver_limits: SolverLimits,
}

/// The control plane. Clones are handles to the same.
#[derive(Clone)]
pub struct Control(Arc<Inner>);

struct Inner {
    settings: Settings,
    ledger: Ledger,
    admission: Admission,
    store: Store,
    lake: Lake,
    session_of: SessionOf,
    strangers: Throttle,
    people: Callers,
    programs: Callers,
    jobs: jobs::Jobs,
    engine: SqlEngine,
    copies: Option<Copies>,
    archives: OnceLock<Arc<Archives>>,
    projections: OnceLock<Projections>,
    job_tables: OnceLock<JobTables>,
    listeners: OnceLock<Listeners>,
    components: OnceLock<ComponentReports>,
}

/// How full each listener of the process is.
pub type Listeners = Box<dyn Fn() -> Vec<countersign_api::ListenerStatus> + Send + Sync>;

/// How each part of the process is.
pub type ComponentReports = Box<dyn Fn() -> Vec<countersign_api::ComponentStatus> + Send + Sync>;

impl Control {
    /// The control plane over this ledger. `session_of` reads the cookie of the control host.
    pub fn new(
        settings: Settings,
        ledger: Ledger,
        admission: Admission,
        store: Store,
        session_of: SessionOf,
    ) -> Self {
        Self::with_copies(settings, ledger, admission, store, session_of, None)
    }

    /// As [`new`](Self::new), of a process that keeps copies of its evidence in a store.
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

    /// As [`with_copies`](Self::with_copies), of a process that keeps more kinds of records than decisions: `lake` has all of
    /// them, and its upkeep and verification are of all.
    pub fn of_lake(
        settings: Settings,
        ledger: Ledger,
        admission: Admission,
        (store, lake): (Store, Lake),
        session_of: SessionOf,
        copies: Option<Copies>,
    ) -> Self {
        let strangers = Throttle::new(&settings.strangers);
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
            strangers,
            people,
            programs,
            jobs,
            engine,
            copies,
            archives: OnceLock::new(),
            projections: OnceLock::new(),
            job_tables: OnceLock::new(),
            listeners: OnceLock::new(),
            components: OnceLock::new(),
        }))
    }

    /// Says where archive files of the journal are. Only the first time counts; without it, none can be made.
    pub fn keeps_archives(&self, archives: Arc<Archives>) {
        let _already_known = self.0.archives.set(archives);
    }

    pub(crate) fn archives(&self) -> Option<&Arc<Archives>> {
        self.0.archives.get()
    }

    /// Says where what people look up is read: the register of implicit trust. Only the first time counts; without it, such questions are
    /// refused.
    pub fn reads_projections(&self, projections: Projections) {
        let _already_known = self.0.projections.set(projections);
    }

    pub(crate) fn projections(&self) -> Result<&Projections, Refusal> {
        let none = || Refusal::unavailable("this process keeps no tables beside the journal");
        self.0.projections.get().ok_or_else(none)
    }

    /// Says where jobs are written down. Only the first time counts; without it, they are forgotten when the process stops.
    pub fn keeps_jobs(&self, tables: JobTables) {
        let _already_known = self.0.job_tables.set(tables);
    }

    pub(crate) fn job_tables(&self) -> Option<&JobTables> {
        self.0.job_tables.get()
    }

    /// Tell what to say of the listeners of this process, once they are known.
    pub fn watch_listeners(&self, listeners: Listeners) {
        // They are known once; what is told later is the same.
        let _ = self.0.listeners.set(listeners);
    }

    pub(crate) fn listeners(&self) -> Vec<countersign_api::ListenerStatus> {
        self.0.listeners.get().map_or_else(Vec::new, |listeners| listeners())
    }

    /// Says how to find out how the parts of this process are. Only the first time counts.
    pub fn watch_components(&self, components: ComponentReports) {
        let _already_known = self.0.components.set(components);
    }

    pub(crate) fn components(&self) -> Vec<countersign_api::ComponentStatus> {
        self.0.components.get().map_or_else(Vec::new, |components| components())
    }

    /// Break off every long run, and begin none any more: the process is stopping.
    pub fn stop_jobs(&self) {
        self.0.jobs.close();
    }

    /// Waits until what was broken off has ended and is written down, or for ten seconds.
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

    /// Counts a request of whoever this is.
    pub(crate) fn throttle(&self, who: Who, address: Option<IpAddr>) -> Result<(), Wait> {
        match who {
            Who::Session(session) => {
                let world = self.world();
                match world.session(session).filter(|session| self.now() < session.expires_at) {
                    Some(session) => self.0.people.admit(session.person.bits().as_u128()),
                    None => self.0.strangers.admit(address),
                }
            }
            Who::Person(person) => self.0.people.admit(person.bits().as_u128()),
            Who::Service(service) => self.0.programs.admit(service.bits().as_u128()),
            Who::Anonymous => self.0.strangers.admit(address),
        }
    }

    /// Counts what one request of a service account asks beyond its first question.
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
