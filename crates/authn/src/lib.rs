//! Signing in: passkeys, invitations, sessions, step-up, and the pages for them.
//!
//! This system has no passwords, and the server stores no secret of a person: the world holds public keys and SHA-256
//! digests, so a copy of the whole journal is not enough to sign in.
//!
//! This room must not know what a session may reach, policies, or how a gate works inside. It tells whose session it is
//! and at which assurance level; other rooms decide what follows.
//!
//! * [`Authn`] has the commands: invite the first administrator, enrol, sign in, step up, hand over, open, end.
//! * [`router`] serves the sign-in host.
//! * A gate calls the methods in `gate_side` at an application's host.
//!
//! `docs/sign-in.md` describes the flows, the cookies, and what is stored.

mod answer;
mod bodies;
mod browser;
mod ceremony;
mod config;
mod enrolment;
mod federated;
mod front_page;
mod gate_side;
mod guard;
mod home;
mod identify;
mod invitations;
mod notices;
mod once;
mod other_pages;
mod pages;
mod passkeys;
mod provider_logout;
mod refusal;
mod router;
mod sessions;
mod signing_in;
mod target;
mod token;
mod with_provider;

pub use browser::{APPLICATION_COOKIE, CEREMONY_COOKIE, SIGN_IN_COOKIE, STATE_COOKIE};
pub use config::{Config, ConfigError, Limits, Origin};
pub use enrolment::{Enrolled, Invitee};
pub use gate_side::{CALLBACK_PATH, Redirect};
pub use guard::ClientAddress;
pub use home::{ApplicationLink, DecisionLine, Home, Recent};
pub use invitations::{Bootstrap, Invite};
pub use other_pages::{DenialPage, DenialRemedy, OtherPages, SignOutPage};
pub use passkeys::STORED_VERSION;
pub use refusal::Refusal;
pub use router::{guarded, router};
pub use sessions::SignedInAs;
pub use target::{ApplicationTarget, ReturnPath, Target};
pub use token::Secret;

use ceremony::Ceremonies;
use countersign_facts::{Actor, Fact};
use countersign_federation::ProviderClient;
use countersign_ledger::Ledger;
use countersign_names::{ProviderName, Timestamp};
use countersign_world::World;
use federated::Federation;
use passkeys::Passkeys;
use secrecy::SecretString;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The state of the sign-in. One per process; a ceremony must be finished at the process that started it.
pub struct Authn {
    ledger: Ledger,
    config: Config,
    passkeys: Arc<Passkeys>,
    ceremonies: Ceremonies,
    federation: Option<Federation>,
}

impl Authn {
    /// Creates the sign-in with this configuration; its facts go to `ledger`.
    ///
    /// # Errors
    /// If the origin does not support passkeys; the error names the field.
    pub fn new(ledger: Ledger, config: Config) -> Result<Self, ConfigError> {
        let passkeys = Arc::new(Passkeys::new(&config)?);
        let ceremonies = Ceremonies::new(config.ceremony, config.limits.ceremonies);
        Ok(Self { ledger, config, passkeys, ceremonies, federation: None })
    }

    /// Lets people sign in with the declared providers; `secrets` holds the client secret of each that gave one.
    #[must_use]
    pub fn with_providers(
        self,
        providers: ProviderClient,
        secrets: BTreeMap<ProviderName, SecretString>,
    ) -> Self {
        let federation = Federation::new(providers, secrets, self.config.limits.ceremonies);
        Self { federation: Some(federation), ..self }
    }

    /// Returns the configuration.
    pub const fn config(&self) -> &Config {
        &self.config
    }

    /// Returns the current world.
    pub(crate) fn world(&self) -> Arc<World> {
        self.ledger.world()
    }

    /// Returns the present time.
    pub(crate) fn now(&self) -> Timestamp {
        self.ledger.now()
    }

    /// Evaluates a command against the world at the head, and appends its facts.
    async fn command<T, F>(&self, actor: Actor, decide: F) -> Result<T, Refusal>
    where
        T: Send + 'static,
        F: Fn(&World, Timestamp) -> Result<(Vec<Fact>, T), Refusal> + Send + 'static,
    {
        self.ledger.command(actor, decide).await.map_err(Refusal::from)
    }
}
