//! Applications and the labels of their resources. [`http`] holds the parts that only HTTP has.

mod http;

use crate::contradiction::Contradiction;
use crate::maps::{HashSet, TrackedMap};
use countersign_facts::{ApplicationFact, ApplicationProtocol, ApplicationStage, ResourceFact};
use countersign_names::{ApplicationName, ResourceName, Sensitivity};
use http::Hosts;
pub use http::check_route_path;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// An application, as decisions read it. It is replaced as a whole whenever anything here changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Application {
    /// The name.
    pub name: ApplicationName,
    /// The declaration.
    pub about: countersign_facts::Application,
    /// Labels set after the declaration; they take precedence over the declared ones.
    pub labels: BTreeMap<ResourceName, Sensitivity>,
    /// Each declared resource by its full name, with its declared label.
    declared: BTreeMap<ResourceName, Option<Sensitivity>>,
}

impl Application {
    /// Returns the label of the application as a whole: restricted if it has none (R11).
    pub fn sensitivity(&self) -> Sensitivity {
        self.about.sensitivity.unwrap_or(Sensitivity::Restricted)
    }

    /// Returns the label of a resource, or else of its application. `None` if neither has one.
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
    #[serde(rename = "by_host")]
    pub(crate) hosts: Hosts,
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
            return Err(Contradiction::taken("stage", format!("{name} is already at this stage")));
        }
        next.about.stage = stage;
        self.put(next);
        Ok(())
    }

    /// Releases the hosts of the application.
    fn release(&mut self, name: &ApplicationName) {
        let Some(known) = self.by_name.get(name) else { return };
        match &known.about.protocol {
            ApplicationProtocol::Http(http) => self.hosts.release(http),
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
                    "{name} is the name of a removed application, which policies may still use: choose \
                     another name"
                ),
            ));
        }
        let declared = named(name, about)?;
        match &about.protocol {
            ApplicationProtocol::Http(declared) => {
                http::check(name, about, declared)?;
                self.release(name);
                self.hosts.claim(name, declared)?;
            }
        }
        let labels = self.by_name.get(name).map(|known| known.labels.clone()).unwrap_or_default();
        self.put(Application { name: name.clone(), about: about.clone(), labels, declared });
        Ok(())
    }
}

/// Checks the parts of a declaration and returns its resources by full name.
fn named(
    name: &ApplicationName,
    about: &countersign_facts::Application,
) -> Result<BTreeMap<ResourceName, Option<Sensitivity>>, Contradiction> {
    let mut declared = BTreeMap::new();
    for resource in &about.resources {
        let whole = ResourceName::new(name, &resource.part)
            .map_err(|error| Contradiction::impossible("resource.part", error.to_string()))?;
        if declared.insert(whole, resource.sensitivity).is_some() {
            return Err(Contradiction::impossible(
                "resource.part",
                format!(
                    "the part {:?} is declared twice: declare it once, with all its routes",
                    resource.part
                ),
            ));
        }
    }
    Ok(declared)
}
