//! Applications, the hosts that lead to them, and the labels of what they hold.

use crate::contradiction::Contradiction;
use crate::maps::{HashMap, HashSet, TrackedMap};
use countersign_facts::{ApplicationFact, ApplicationStage, ResourceFact};
use countersign_names::{ApplicationName, ResourceName, Sensitivity};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// An application, as decisions read it: replaced whole whenever anything here changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Application {
    /// Its name.
    pub name: ApplicationName,
    /// What it is.
    pub about: countersign_facts::Application,
    /// The labels that were given to its resources since it was declared; they go before those in the declaration.
    pub labels: BTreeMap<ResourceName, Sensitivity>,
    /// Each declared resource by its whole name, with the label that its declaration gives it.
    declared: BTreeMap<ResourceName, Option<Sensitivity>>,
}

impl Application {
    /// The label that counts for the application as a whole: restricted when it has none (R11).
    pub fn sensitivity(&self) -> Sensitivity {
        self.about.sensitivity.unwrap_or(Sensitivity::Restricted)
    }

    /// The label that was given to a resource, or else to its application; none when neither has one.
    pub fn label(&self, resource: &ResourceName) -> Option<Sensitivity> {
        self.labels
            .get(resource)
            .copied()
            .or_else(|| self.declared.get(resource).copied().flatten())
            .or(self.about.sensitivity)
    }
}

/// Every application.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Applications {
    #[serde(with = "crate::maps::pairs")]
    pub(crate) by_name: TrackedMap<ApplicationName, Arc<Application>>,
    #[serde(with = "crate::maps::pairs")]
    pub(crate) by_host: HashMap<String, ApplicationName>,
    pub(crate) epoch: u64,
    #[serde(with = "crate::maps::items")]
    gone: HashSet<ApplicationName>,
}

impl Applications {
    fn get(&self, name: &ApplicationName) -> Result<&Arc<Application>, Contradiction> {
        self.by_name.get(name).ok_or_else(|| Contradiction::unknown("application", "application", name))
    }

    fn put(&mut self, application: Application) {
        self.epoch += 1;
        self.by_name.insert(application.name.clone(), Arc::new(application));
    }

    pub(crate) fn apply(&mut self, fact: &ApplicationFact) -> Result<(), Contradiction> {
        match fact {
            ApplicationFact::Declared { application, about } => self.declare(application, about),
            ApplicationFact::Staged { application, stage } => self.stage(application, *stage),
            ApplicationFact::Removed { application } => {
                self.get(application)?;
                self.release(application);
                self.by_name.remove(application);
                self.gone.insert(application.clone());
                self.epoch += 1;
                Ok(())
            }
        }
    }

    pub(crate) fn label(&mut self, fact: &ResourceFact) -> Result<(), Contradiction> {
        let ResourceFact::Labelled { resource, sensitivity } = fact;
        let mut next = Application::clone(self.get(resource.application())?);
        match sensitivity {
            Some(label) => next.labels.insert(resource.clone(), *label),
            None => next.labels.remove(resource),
        };
        self.put(next);
        Ok(())
    }

    fn stage(&mut self, name: &ApplicationName, stage: ApplicationStage) -> Result<(), Contradiction> {
        let mut next = Application::clone(self.get(name)?);
        if next.about.stage == stage {
            return Err(Contradiction::taken("stage", format!("{name} is at that stage already")));
        }
        next.about.stage = stage;
        self.put(next);
        Ok(())
    }

    fn release(&mut self, name: &ApplicationName) {
        let hosts = self.by_name.get(name).map(|known| known.about.hosts.clone()).unwrap_or_default();
        for host in hosts {
            self.by_host.remove(&host);
        }
    }

    fn declare(
        &mut self,
        name: &ApplicationName,
        about: &countersign_facts::Application,
    ) -> Result<(), Contradiction> {
        if self.gone.contains(name) {
            return Err(Contradiction::taken(
                "name",
                format!(
                    "{name} was an application that was removed: policies may still speak of it, take another name"
                ),
            ));
        }
        let declared = sound(name, about)?;
        self.release(name);
        for host in &about.hosts {
            if let Some(other) = self.by_host.get(host) {
                return Err(Contradiction::taken("hosts", format!("{host} leads to {other} already")));
            }
            self.by_host.insert(host.clone(), name.clone());
        }
        let labels = self.by_name.get(name).map(|known| known.labels.clone()).unwrap_or_default();
        self.put(Application { name: name.clone(), about: about.clone(), labels, declared });
        Ok(())
    }
}

/// What can be wrong with a declaration taken by itself; gives its resources by their whole names.
fn sound(
    name: &ApplicationName,
    about: &countersign_facts::Application,
) -> Result<BTreeMap<ResourceName, Option<Sensitivity>>, Contradiction> {
    if about.hosts.is_empty() {
        return Err(Contradiction::impossible("hosts", format!("{name} has no host: name at least one")));
    }
    for host in &about.hosts {
        let plausible =
            |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'_');
        if host.is_empty() || host.len() > 253 || !host.bytes().all(plausible) {
            return Err(Contradiction::impossible(
                "hosts",
                format!("{host:?} is not a host name in lower case without a port"),
            ));
        }
    }
    let header_name = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    if about.assertion_header.is_empty() || !about.assertion_header.bytes().all(header_name) {
        return Err(Contradiction::impossible(
            "assertion_header",
            format!("{:?} is not a header name in lower case", about.assertion_header),
        ));
    }
    let mut declared = BTreeMap::new();
    for resource in &about.resources {
        let whole = ResourceName::new(name, &resource.part)
            .map_err(|error| Contradiction::impossible("resource.part", error.to_string()))?;
        if declared.insert(whole, resource.sensitivity).is_some() {
            return Err(Contradiction::impossible(
                "resource.part",
                format!("{:?} is declared twice: give one all the routes", resource.part),
            ));
        }
        for route in &resource.routes {
            path_shape(&route.path)?;
        }
    }
    Ok(declared)
}

fn path_shape(path: &str) -> Result<(), Contradiction> {
    let refused = |why: &str| {
        Err(Contradiction::impossible("resource.routes.path", format!("{path:?} is not a route path: {why}")))
    };
    let Some(rest) = path.strip_prefix('/') else { return refused("begin with /") };
    if path.contains(['?', '#', '%', '\\']) || path.chars().any(char::is_control) {
        return refused("write the plain path, without query, escapes or control characters");
    }
    let segments: Vec<&str> = rest.split('/').collect();
    for (place, segment) in segments.iter().enumerate() {
        let last = place + 1 == segments.len();
        match *segment {
            "." | ".." => return refused("dot segments never reach an application"),
            "" if !last => return refused("empty segments never reach an application"),
            "**" if !last => return refused("** stands for any rest, so it comes last"),
            "*" | "**" => {}
            other if other.contains('*') => return refused("* stands for a whole segment"),
            _ => {}
        }
    }
    Ok(())
}
