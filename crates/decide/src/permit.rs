//! Permission as a value: a permit gives access to one resource, once, and there is no other way to reach it.

use crate::answer::Answer;
use countersign_names::{Action, Principal, ResourceName};
use countersign_world::Application;
use std::sync::Arc;

/// The permission to reach one application for one access.
///
/// It cannot be copied, stored or serialised. Only this crate creates permits, and a gate's function that reaches an
/// upstream takes a permit by value.
///
/// ```
/// fn look(permit: &countersign_decide::Permit) -> &str {
///     permit.application().name.as_str()
/// }
/// ```
///
/// ```compile_fail,E0599
/// # use countersign_decide::Permit;
/// fn copy(permit: Permit) -> (Permit, Permit) {
///     (permit.clone(), permit)
/// }
/// ```
///
/// ```compile_fail,E0277
/// fn write_down(permit: &countersign_decide::Permit) -> impl serde::Serialize + '_ {
///     permit
/// }
/// ```
///
/// ```compile_fail,E0277
/// fn read_back<T: serde::de::DeserializeOwned>() {}
/// read_back::<countersign_decide::Permit>();
/// ```
///
/// ```compile_fail,E0451
/// fn change(permit: countersign_decide::Permit, other: countersign_decide::Permit) -> countersign_decide::Permit {
///     countersign_decide::Permit { resource: other.resource().clone(), ..permit }
/// }
/// ```
///
/// ```compile_fail,E0599
/// fn invent() -> countersign_decide::Permit {
///     countersign_decide::Permit::default()
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

    /// Returns the application.
    pub const fn application(&self) -> &Arc<Application> {
        &self.application
    }

    /// Returns the principal.
    pub const fn principal(&self) -> Principal {
        self.principal
    }

    /// Returns the resource.
    pub const fn resource(&self) -> &ResourceName {
        &self.resource
    }

    /// Returns the action.
    pub const fn action(&self) -> Action {
        self.action
    }
}
