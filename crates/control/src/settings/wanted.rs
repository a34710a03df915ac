//! The settings that a working folder wants, and the facts that lead to them.

use super::{Change, labels_of};
use crate::applications::{OTHER, declared};
use crate::exceptions::{LONGEST, excusable};
use crate::input::on_record;
use crate::{Refusal, find, secret};
use countersign_api as api;
use countersign_facts::{Digest, ExceptionScope};
use countersign_names::{ApplicationName, ExceptionId, ResourceName, Timestamp};
use countersign_policy::PolicySet;
use countersign_world::{Exception, World};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

/// Maximum number of exceptions in one folder: every decision examines each of them.
const MOST_EXCEPTIONS: usize = 1000;

/// Settings as an administrator wants them, parsed. [`WantedSettings::change`] checks them against a world.
#[derive(Debug, Clone)]
pub struct WantedSettings {
    asked: api::Settings,
    applications: BTreeMap<ApplicationName, countersign_facts::Application>,
    /// An id for each exception, in case it is a new one.
    ids: Vec<ExceptionId>,
}

impl WantedSettings {
    /// Parses the requested settings.
    ///
    /// # Errors
    /// If a field does not parse, or the control plane's own application is among them.
    pub fn read(asked: api::Settings, own: &ApplicationName, now: Timestamp) -> Result<Self, Refusal> {
        let mut applications = BTreeMap::new();
        for (name, declaration) in &asked.applications {
            if name == own {
                let field = format!("settings.applications.{name}");
                return Err(Refusal::invalid(field, format!("{name} is the control plane itself"))
                    .remedy("its declaration comes from the server's configuration; leave it out"));
            }
            let about = declared(name, declaration).map_err(|refusal| within(refusal, name))?;
            applications.insert(name.clone(), about);
        }
        let mut labels = asked.labels.iter().flatten();
        if let Some((resource, _)) = labels.find(|(resource, _)| resource.application() == own) {
            let detail = format!("{resource} is of the control plane itself");
            return Err(Refusal::invalid("settings.labels", detail).remedy("leave it out"));
        }
        let exceptions = asked.exceptions.as_deref().unwrap_or_default();
        if exceptions.len() > MOST_EXCEPTIONS {
            let detail = format!("there are {} of them; the maximum is {MOST_EXCEPTIONS}", exceptions.len());
            return Err(Refusal::invalid("settings.exceptions", detail)
                .remedy("a guardrail with so many exceptions wants to be another guardrail"));
        }
        let ids =
            exceptions.iter().map(|_| secret::fresh(now).map(ExceptionId::new)).collect::<Result<_, _>>()?;
        Ok(Self { asked, applications, ids })
    }

    /// Returns the SHA-256 of the requested settings.
    pub fn digest(&self) -> Digest {
        super::digest(&self.asked)
    }

    /// Returns the change that gives `world` these settings; `policies` are those in force after it.
    ///
    /// # Errors
    /// If the settings name a part, a person, an application or a policy that does not exist, or an exception would
    /// last too long or has no effect.
    pub fn change(
        &self,
        world: &World,
        policies: &PolicySet,
        own: &ApplicationName,
        why: &str,
        now: Timestamp,
    ) -> Result<Change, Refusal> {
        let mut change = Change::default();
        for (name, about) in &self.applications {
            if world.application(name.as_str()).is_none_or(|known| known.about != *about) {
                change.declare(name, about.clone());
            }
        }
        self.labels(world, own, &mut change)?;
        self.exceptions(world, policies, why, now, &mut change)?;
        Ok(change)
    }

    fn labels(&self, world: &World, own: &ApplicationName, change: &mut Change) -> Result<(), Refusal> {
        let Some(wanted) = &self.asked.labels else { return Ok(()) };
        for (resource, label) in wanted {
            let (name, field) = (resource.application(), format!("settings.labels.{resource}"));
            let known = world.application(name.as_str());
            let about = self.applications.get(name).or_else(|| known.map(|known| &known.about));
            let Some(about) = about else {
                return Err(Refusal::invalid(field, format!("there is no application {name}"))
                    .remedy("declare it, or take the label out of the folder"));
            };
            let part = resource.part();
            if part != OTHER && !about.resources.iter().any(|declared| declared.part == part) {
                return Err(Refusal::invalid(field, format!("{name} declares no part {part}"))
                    .remedy("declare it first, or label `other`, which is whatever no route names"));
            }
            if known.and_then(|known| known.labels.get(resource)) != Some(label) {
                change.label(resource, Some(*label));
            }
        }
        let theirs = world.applications().filter(|known| known.name != *own);
        let gone: BTreeSet<&ResourceName> = theirs
            .flat_map(|known| labels_of(known))
            .map(|(resource, _)| resource)
            .filter(|resource| !wanted.contains_key(*resource))
            .collect();
        gone.into_iter().for_each(|resource| change.label(resource, None));
        Ok(())
    }

    fn exceptions(
        &self,
        world: &World,
        policies: &PolicySet,
        why: &str,
        now: Timestamp,
        change: &mut Change,
    ) -> Result<(), Refusal> {
        let Some(asked) = &self.asked.exceptions else { return Ok(()) };
        let mut open: Vec<&Arc<Exception>> =
            world.exceptions().iter().filter(|known| now < known.expires_at).collect();
        let mut new = Vec::new();
        for (place, (wanted, id)) in asked.iter().zip(&self.ids).enumerate() {
            let wanted = self.read_exception(place, wanted, *id, world, now)?;
            match open.iter().position(|known| is_same(known, &wanted)) {
                Some(known) => drop(open.swap_remove(known)),
                None => new.push((format!("settings.exceptions[{place}]"), wanted)),
            }
        }
        open.into_iter().for_each(|known| change.end(known.id, why));
        for (field, wanted) in new {
            excusable(policies, &wanted.policy)
                .map_err(|refusal| refusal.about_field(format!("{field}.policy")))?;
            let ends = format!("{field}.expires_at");
            if wanted.expires_at <= now {
                return Err(Refusal::invalid(ends, format!("{} is over", wanted.expires_at))
                    .remedy("take the exception out of the folder, or give it another end"));
            }
            if wanted.expires_at > now.plus(Duration::from_secs(LONGEST)) {
                return Err(Refusal::invalid(ends, "it is more than a year away")
                    .remedy("what must hold for longer is a policy, not an exception"));
            }
            change.open(wanted);
        }
        Ok(())
    }

    fn read_exception(
        &self,
        place: usize,
        wanted: &api::ExceptionSetting,
        id: ExceptionId,
        world: &World,
        now: Timestamp,
    ) -> Result<Exception, Refusal> {
        let field = |name: &str| format!("settings.exceptions[{place}].{name}");
        let person =
            |name: &str, text: &str| find::person_in_field(world, &field(name), text).map(|person| person.id);
        if wanted.person.is_none() && wanted.group.is_none() {
            return Err(Refusal::invalid(field("person"), "an exception is for somebody")
                .remedy("name a person or a group"));
        }
        if let Some(name) = &wanted.application
            && world.application(name.as_str()).is_none()
            && !self.applications.contains_key(name)
        {
            return Err(Refusal::invalid(field("application"), format!("there is no application {name}"))
                .remedy("`countersign application list` shows those that there are"));
        }
        let scope = ExceptionScope {
            person: wanted.person.as_deref().map(|text| person("person", text)).transpose()?,
            group: wanted.group.clone(),
            application: wanted.application.clone(),
        };
        Ok(Exception {
            id,
            policy: wanted.policy.clone(),
            scope,
            owner: person("owner", &wanted.owner)?,
            authority: on_record(&field("authority"), &wanted.authority)?,
            reason: on_record(&field("reason"), &wanted.reason)?,
            opened_at: now,
            expires_at: wanted.expires_at,
        })
    }
}

/// Returns whether the two agree in everything but their ids.
fn is_same(known: &Exception, wanted: &Exception) -> bool {
    known.policy == wanted.policy
        && known.scope == wanted.scope
        && known.owner == wanted.owner
        && known.authority == wanted.authority
        && known.reason == wanted.reason
        && known.expires_at == wanted.expires_at
}

fn within(refusal: Refusal, name: &ApplicationName) -> Refusal {
    let field = refusal.problem().field.clone().unwrap_or_default();
    refusal.about_field(format!("settings.applications.{name}.{field}"))
}
