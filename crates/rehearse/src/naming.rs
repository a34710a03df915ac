//! Determines what a recorded request would mean under other routes.

use crate::again::Unanswerable;
use countersign_evidence::Access;
use countersign_names::{Action, ResourceName};
use countersign_routes::{Ambiguous, CanonicalPath, OTHER, Routes};
use countersign_world::Application;
use std::sync::Arc;

/// An application with its routes, prepared to name requests.
pub struct Naming {
    application: Arc<Application>,
    /// None if the application does not speak HTTP.
    routes: Option<Routes>,
}

/// The origin of a recorded request.
enum Came {
    /// Over HTTP, with this path, and whether it requested a protocol upgrade; `None` if that cannot be determined.
    Http(CanonicalPath, Option<bool>),
    /// By a decision client, which named the resource itself.
    Asked,
}

impl Naming {
    pub fn of(application: &Arc<Application>) -> Self {
        Self { application: Arc::clone(application), routes: Routes::of(application) }
    }

    pub const fn application(&self) -> &Arc<Application> {
        &self.application
    }

    /// Returns whether requests to this application and to `other` are certainly named in the same way.
    pub fn is_alike(&self, other: &Application) -> bool {
        let (own, other) = (&self.application.about, &other.about);
        let parts = own.resources.iter().map(|resource| &resource.part);
        let routes = |about: &countersign_facts::Application| about.http().map(|http| http.routes.clone());
        own.operations == other.operations
            && parts.eq(other.resources.iter().map(|resource| &resource.part))
            && routes(own) == routes(other)
    }

    /// Returns the resource and the action that `access` would mean; `then` is the application at the time of the
    /// access.
    pub fn name(&self, then: &Self, access: &Access<'_>) -> Result<(ResourceName, Action), Unanswerable> {
        match then.came(access)? {
            Came::Http(path, Some(upgrade)) => self.http(access.operation, &path, upgrade),
            Came::Http(path, None) => {
                let (plain, upgraded) =
                    (self.http(access.operation, &path, false)?, self.http(access.operation, &path, true)?);
                if plain == upgraded { Ok(plain) } else { Err(Unanswerable::Unnamed) }
            }
            Came::Asked => self.asked(then, access),
        }
    }

    fn http(
        &self,
        method: &str,
        path: &CanonicalPath,
        upgrade: bool,
    ) -> Result<(ResourceName, Action), Unanswerable> {
        let routes = self.routes.as_ref().ok_or(Unanswerable::Unnamed)?;
        let found =
            routes.find(method, path, upgrade).map_err(|why: Ambiguous| Unanswerable::Ambiguous(why))?;
        found.map(|meaning| (meaning.resource.clone(), meaning.action)).ok_or(Unanswerable::Unnamed)
    }

    fn asked(&self, then: &Self, access: &Access<'_>) -> Result<(ResourceName, Action), Unanswerable> {
        let action = self.word(access.operation).ok_or(Unanswerable::Unnamed)?;
        let declares = |naming: &Self, part: &str| naming.application.about.declares(part);
        let part = access.resource.part();
        if part != OTHER {
            let part = if declares(self, part) { part } else { OTHER };
            let resource =
                ResourceName::new(&self.application.name, part).map_err(|_| Unanswerable::Unnamed)?;
            return Ok((resource, action));
        }
        // The record does not contain the client's own name of the resource, so it might have named a part that is new.
        let new = self.application.about.resources.iter().any(|resource| !declares(then, &resource.part));
        if new { Err(Unanswerable::Unnamed) } else { Ok((access.resource.clone(), action)) }
    }

    fn word(&self, operation: &str) -> Option<Action> {
        let declared = self.application.about.operations.get(operation).copied();
        declared.or_else(|| operation.parse().ok())
    }

    /// Determines how a request was made, from the meaning that its record states.
    fn came(&self, access: &Access<'_>) -> Result<Came, Unanswerable> {
        if crate::asked::is_cut(access, countersign_policy::Items::ITEM) {
            return Err(Unanswerable::Cut);
        }
        let meant = |meaning: Result<(ResourceName, Action), Unanswerable>| {
            meaning.is_ok_and(|(resource, action)| resource == *access.resource && action == access.action)
        };
        let method = !access.operation.is_empty()
            && access.operation.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'-');
        if method && let Ok(path) = CanonicalPath::parse(access.item.as_bytes()) {
            let as_upgrade = |upgrade| meant(self.http(access.operation, &path, upgrade));
            match (as_upgrade(false), as_upgrade(true)) {
                (true, true) => return Ok(Came::Http(path, None)),
                (true, false) => return Ok(Came::Http(path, Some(false))),
                (false, true) => return Ok(Came::Http(path, Some(true))),
                (false, false) => {}
            }
        }
        let known = access.resource.application() == &self.application.name;
        if known && self.word(access.operation) == Some(access.action) {
            Ok(Came::Asked)
        } else {
            Err(Unanswerable::Unnamed)
        }
    }
}
