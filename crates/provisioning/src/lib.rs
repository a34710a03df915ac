//! People and groups that an identity provider pushes over SCIM 2.0.
//!
//! A client is a service account. It sees and changes what it pushed itself, and nothing else: users that it creates are
//! people here (or it takes over a person with the same address whom nobody else pushes), and groups are its own. Who a
//! person is, whether they may act, and who is in which group become facts, stated in the name of the service account,
//! and checked like any other command; the rest of what a provider says is kept in a table so that it can read it back.
//!
//! A person who administers or approves here is never taken over, and a person whom an administrator suspended is not
//! restored because a provider says that they are active. A user that is deleted is suspended, not removed: a wrong run
//! of a provider must not destroy passkeys.
//!
//! A request is a value here, and so is its answer. This room must not know HTTP, policies, or who may call it.

mod answer;
mod bulk;
mod call;
mod discovery;
mod groups;
mod people;
mod resources;
mod tables;
mod users;

pub use call::{ProvisioningAnswer, ProvisioningCall, ProvisioningMethod};

use countersign_database::{Database, DatabaseError};
use countersign_ledger::Ledger;
use countersign_names::{PersonId, Timestamp};
use std::sync::Arc;

/// Draws the id of a new person; `None` if the operating system gives no randomness.
pub type NewPersonId = Arc<dyn Fn(Timestamp) -> Option<PersonId> + Send + Sync>;

/// The SCIM service. Clones share its tables.
#[derive(Clone)]
pub struct Provisioning {
    ledger: Ledger,
    database: Database,
    /// The address of the service, without a slash at its end.
    base: Arc<str>,
    new_id: NewPersonId,
}

impl Provisioning {
    /// Creates or upgrades the tables, and uses them. `base` is the address under which clients reach the service, such as
    /// `https://countersign.example/scim/v2`.
    ///
    /// # Errors
    /// The same as [`Database::migrate`].
    pub async fn open(
        ledger: Ledger,
        database: Database,
        base: &str,
        new_id: NewPersonId,
    ) -> Result<Self, DatabaseError> {
        let (sqlite, postgres) = (sqlx::migrate!("migrations/sqlite"), sqlx::migrate!("migrations/postgres"));
        database.migrate("provisioning", sqlite, postgres).await?;
        Ok(Self { ledger, database, base: base.trim_end_matches('/').into(), new_id })
    }
}
