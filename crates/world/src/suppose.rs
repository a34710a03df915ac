//! A world that never was: for rehearsals, which ask what would have been answered in it.

use crate::{Application, Exception, World};
use std::sync::Arc;

impl World {
    /// This world, with these applications in the place of those of their names, and with these exceptions and no others.
    ///
    /// Only what decisions read is replaced: the hosts still lead where they led. A supposed world has the sequence of the one
    /// that it was made of, and must not be taken for it.
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
