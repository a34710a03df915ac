//! Hypothetical worlds for rehearsals, which compute the answers in them.

use crate::{Application, Exception, World};
use std::sync::Arc;

impl World {
    /// Returns this world with these applications in place of those of the same names, and with exactly these exceptions.
    ///
    /// Replaces only what decisions read: the hosts are unchanged. The result has the sequence of the original and must
    /// not be confused with it.
    #[must_use]
    pub fn supposing<'a>(
        &self,
        applications: impl IntoIterator<Item = &'a Arc<Application>>,
        exceptions: Arc<Vec<Arc<Exception>>>,
    ) -> Self {
        let mut supposed = self.clone();
        for application in applications {
            supposed.applications.by_name.insert(application.name.clone(), Arc::clone(application));
        }
        supposed.privilege.exceptions = exceptions;
        supposed
    }
}
