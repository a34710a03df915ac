//! Signing in: passkeys, invitations, sessions, proving again, and the pages that people do it with.
//!
//! There is no password in this system, and no secret of a person's on this side at all: the world holds public keys
//! and SHA-256 digests, and a copy of the whole journal signs nobody in.
//!
//! This room must not know what a session may reach, policies, or how a gate works inside. It says whose a session is
//! and how surely; what follows from that is for others to decide.
//!
//! * [`Authn`] holds the commands: invite the first administrator, enrol, sign in, prove again, hand over, open, end.
//! * [`router`] serves the sign-in host.
//! * The methods in `gate_side` are what a gate calls at an application's host.
//!
//! `docs/sign-in.md` tells the flows, the cookies, and what is stored.

mod answer;
mod bodies;
mod browser;
mod ceremony;
mod config;
mod enrolment;
mod front_page;
mod gate_side;
mod guard;
mod home;
mod invitations;
mod notices;
mod pages;
mod passkeys;
mod refusal;
mod router;
mod sessions;
mod signing_in;
mod target;
mod token;

pub use browser::{APPLICATION_COOKIE, CEREMONY_COOKIE, SIGN_IN_COOKIE, STATE_COOKIE};
pub use config::{Config, ConfigError, Limits, Origin};
pub use enrolment::{Enrolled, Invitee};
pub use gate_side::{CALLBACK_PATH, Redirect};
pub use guard::ClientAddress;
pub use home::{ApplicationLink, DecisionLine, Home, Recent};
pub use invitations::{Bootstrap, Invite};
pub use passkeys::STORED_VERSION;
pub use refusal::Refusal;
pub use router::router;
pub use sessions::SignedInAs;
pub use target::{ReturnPath, Target};
pub use token::Secret;

use ceremony::Ceremonies;
use countersign_facts::{Actor, Fact};
use countersign_ledger::Ledger;
use countersign_names::Timestamp;
use countersign_world::World;
use passkeys::Passkeys;
use std::sync::Arc;

/// Everything that signing in needs. One for each process; what is begun at one process must be finished there.
pub struct Authn {
    ledger: Ledger,
    config: Config,
    passkeys: Arc<Passkeys>,
    ceremonies: Ceremonies,
}

impl Authn {
    /// Signing in as `config` says, stating its facts to `ledger`.
    ///
    /// # Errors
    /// When the origin cannot carry passkeys; the error names the field.
    pub fn new(ledger: Ledger, config: Config) -> Result<Self, ConfigError> {
        let passkeys = Arc::new(Passkeys::new(&config)?);
        let ceremonies = Ceremonies::new(config.ceremony, config.limits.ceremonies);
        Ok(Self { ledger, config, passkeys, ceremonies })
    }

    /// How it was configured.
    pub const fn config(&self) -> &Config {
        &self.config
    }

    /// The world as it is now.
    pub(crate) fn world(&self) -> Arc<World> {
        self.ledger.world()
    }

    /// The present moment.
    pub(crate) fn now(&self) -> Timestamp {
        self.ledger.now()
    }

    /// Ask the world at the head, and state what follows.
    async fn command<T, F>(&self, actor: Actor, decide: F) -> Result<T, Refusal>
    where
        T: Send + 'static,
        F: Fn(&World, Timestamp) -> Result<(Vec<Fact>, T), Refusal> + Send + 'static,
    {
        self.ledger.command(actor, decide).await.map_err(Refusal::from)
    }
}
