//! Applications, labels and exceptions as a whole: the present ones, and those that a working folder wants.

mod back;
mod wanted;

pub use back::Back;
pub use wanted::WantedSettings;

use crate::applications::{OTHER, declaration_of};
use crate::publish::changed_texts;
use crate::secret::sha256;
use crate::{Control, Refusal};
use axum::extract::State;
use countersign_api as api;
use countersign_facts::{
    Actor, ApplicationFact, Digest, ExceptionFact, Fact, ResourceFact, SettingsFact, Stated,
};
use countersign_names::{ApplicationName, ExceptionId, ResourceName, Sensitivity, Timestamp};
use countersign_world::{Application, Exception, World};
use std::collections::BTreeSet;

/// The facts that change the settings, and what they touch.
#[derive(Debug, Clone, Default)]
pub struct Change {
    facts: Vec<Fact>,
    /// What could not be done, as sentences.
    pub notes: Vec<String>,
    applications: BTreeSet<ApplicationName>,
    labels: BTreeSet<ResourceName>,
    opened: BTreeSet<ExceptionId>,
    ended: BTreeSet<ExceptionId>,
}

/// The result of a change in a world: its facts, the files of a working folder that differ, and the world after it.
#[derive(Debug, Clone)]
pub struct Changed {
    pub facts: Vec<Fact>,
    pub files: Vec<api::FileChange>,
    pub world: World,
    pub version: Digest,
}

impl Change {
    fn declare(&mut self, application: &ApplicationName, about: countersign_facts::Application) {
        self.applications.insert(application.clone());
        self.facts
            .push(Fact::Application(ApplicationFact::Declared { application: application.clone(), about }));
    }

    fn label(&mut self, resource: &ResourceName, sensitivity: Option<Sensitivity>) {
        self.labels.insert(resource.clone());
        self.facts.push(Fact::Resource(ResourceFact::Labelled { resource: resource.clone(), sensitivity }));
    }

    fn end(&mut self, exception: ExceptionId, why: &str) {
        self.ended.insert(exception);
        self.facts.push(Fact::Exception(ExceptionFact::Ended { exception, reason: why.to_owned() }));
    }

    fn open(&mut self, exception: Exception) {
        let Exception { id, policy, scope, owner, authority, reason, expires_at, .. } = exception;
        self.opened.insert(id);
        let opened = Fact::Exception(ExceptionFact::Opened {
            exception: id,
            policy,
            scope,
            owner,
            authority,
            reason,
            expires_at,
        });
        self.facts.push(opened);
    }

    /// Evaluates the change in `world`, and adds the fact that marks all of it as one change; `policies` is the version
    /// of the policy set that is put in force with it.
    ///
    /// # Errors
    /// If the change contradicts the world.
    pub fn within(
        self,
        world: &World,
        own: &ApplicationName,
        reason: (&str, Option<Digest>),
        policies: Option<Digest>,
        now: Timestamp,
    ) -> Result<Changed, Refusal> {
        let stated: Vec<Stated> = self
            .facts
            .iter()
            .map(|fact| Stated { at: now, by: Actor::Operator, fact: fact.clone() })
            .collect();
        let after = world.after(&stated)?;
        let [old, new] = [world, &after].map(|world| present(world, own, now));
        let version = digest(&new);
        let mut facts = self.facts;
        if !facts.is_empty() {
            let Self { applications, labels, opened, ended, .. } = self;
            let (why, rehearsal) = (reason.0.to_owned(), reason.1);
            facts.push(Fact::Settings(SettingsFact::Applied {
                settings: countersign_facts::Settings {
                    version,
                    why,
                    rehearsal,
                    policies,
                    applications,
                    labels,
                    opened,
                    ended,
                },
            }));
        }
        Ok(Changed { facts, files: changed_texts(&old.to_files(), &new.to_files()), world: after, version })
    }
}

/// Returns the files of a working folder that a change touched.
pub fn files_of(settings: &countersign_facts::Settings) -> Vec<String> {
    let mut files: Vec<String> = settings.applications.iter().map(api::application_file).collect();
    if !settings.labels.is_empty() {
        files.push(api::LABELS.to_owned());
    }
    if !settings.opened.is_empty() || !settings.ended.is_empty() {
        files.push(api::EXCEPTIONS.to_owned());
    }
    files
}

pub async fn show(State(control): State<Control>) -> Result<axum::Json<api::SettingsInForce>, Refusal> {
    let (world, now) = (control.world(), control.now());
    let own = &control.settings().application;
    let settings = present(&world, own, now);
    Ok(axum::Json(api::SettingsInForce { version: digest(&settings).to_string(), settings }))
}

/// Returns the settings of `world`, without the control plane's own application and without expired exceptions.
pub fn present(world: &World, own: &ApplicationName, now: Timestamp) -> api::Settings {
    let applications: Vec<_> = world.applications().filter(|known| known.name != *own).collect();
    let mut exceptions: Vec<api::ExceptionSetting> = world
        .exceptions()
        .iter()
        .filter(|known| now < known.expires_at)
        .map(|known| shown(known, world))
        .collect();
    exceptions.sort();
    api::Settings {
        applications: applications.iter().map(|known| (known.name.clone(), declaration_of(known))).collect(),
        labels: Some(
            applications.iter().flat_map(|known| labels_of(known)).map(|(r, l)| (r.clone(), *l)).collect(),
        ),
        exceptions: Some(exceptions),
    }
}

/// Returns the labels in effect. A label of a part that is no longer declared stays, without effect until the part is
/// declared again.
fn labels_of(application: &Application) -> impl Iterator<Item = (&ResourceName, &Sensitivity)> {
    application
        .labels
        .iter()
        .filter(move |(resource, _)| resource.part() == OTHER || application.about.declares(resource.part()))
}

fn shown(known: &Exception, world: &World) -> api::ExceptionSetting {
    let named = |id| world.person(id).map_or_else(|| id.to_string(), |person| person.about.email.clone());
    api::ExceptionSetting {
        policy: known.policy.clone(),
        person: known.scope.person.map(named),
        group: known.scope.group.clone(),
        application: known.scope.application.clone(),
        owner: named(known.owner),
        authority: known.authority.clone(),
        reason: known.reason.clone(),
        expires_at: known.expires_at,
    }
}

/// Returns the version of the settings of `world`.
pub fn version(world: &World, own: &ApplicationName, now: Timestamp) -> Digest {
    digest(&present(world, own, now))
}

/// Returns the SHA-256 of the settings as JSON.
pub fn digest(settings: &api::Settings) -> Digest {
    // Strings, lists and maps always have a JSON form.
    sha256(&serde_json::to_vec(settings).unwrap_or_default())
}
