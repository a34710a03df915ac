//! Permission as a value: whoever holds a permit may reach what it names, once, and there is no other way there.

use crate::answer::Answer;
use countersign_facts::Upstream;
use countersign_names::{Action, Principal, ResourceName};
use countersign_world::Application;
use std::sync::Arc;

/// Leave to reach one application for one access.
///
/// It can not be copied, stored or written down, only this room makes one, and a gate's way to an upstream takes one
/// by value.
///
/// ```
/// fn look(permit: &countersign_decide::Permit) -> &str {
///     permit.application().name.as_str()
/// }
/// ```
///
/// ```compile_fail,E0599
/// fn copy(permit: &countersign_decide::Permit) -> countersign_decide::Permit {
///     permit.clone()
/// }
/// ```
///
/// ```compile_fail,E0624
/// fn make(answer: &countersign_decide::Answer) -> Option<countersign_decide::Permit> {
///     countersign_decide::Permit::for_answer(answer)
/// }
/// ```
#[derive(Debug)]
#[must_use = "an access that nobody makes needs no permit"]
pub struct Permit {
    application: Arc<Application>,
    principal: Principal,
    resource: ResourceName,
    action: Action,
}

impl Permit {
    pub(crate) fn for_answer(answer: &Answer) -> Option<Self> {
        let evidence = answer.evidence()?;
        answer.decision().goes_ahead().then(|| Self {
            application: evidence.application.clone(),
            principal: evidence.question.principal,
            resource: evidence.question.resource.clone(),
            action: evidence.question.action,
        })
    }

    /// Where it leads.
    pub fn upstream(&self) -> &Upstream {
        &self.application.about.upstream
    }

    /// The application that it is for.
    pub const fn application(&self) -> &Arc<Application> {
        &self.application
    }

    /// Whose it is.
    pub const fn principal(&self) -> Principal {
        self.principal
    }

    /// What it is for.
    pub const fn resource(&self) -> &ResourceName {
        &self.resource
    }

    /// To do what.
    pub const fn action(&self) -> Action {
        self.action
    }
}
