//! The tables beside the journal.

use crate::config::{self, Config, Journal};
use crate::running::StartError;
use countersign_control::{Control, JobTables, TRENDS};
use countersign_database::Database;
use countersign_findings::FindingTables;
use countersign_identities::IdentityTables;
use countersign_inventory::Inventory;
use countersign_jobs::{JobTable, LeaseHolder, LeasePace, ScheduleTable};
use countersign_ledger::Ledger;
use countersign_openid_provider::AuthorizationTables;
use countersign_projections::{Projections, all_projections};
use countersign_reviews::ReviewTables;
use countersign_rolebook::RoleTables;

/// Number of PostgreSQL connections in addition to the journal's.
const CONNECTIONS: u32 = 4;

/// Opens the database that contains the journal. The journal must be open already, because it creates a SQLite file.
pub async fn open(config: &Config) -> Result<Database, StartError> {
    let database = match &config.journal {
        Journal::Sqlite { path, .. } => Database::open_sqlite(&config.journal_file(path.as_deref())).await?,
        Journal::Postgres { url_file, .. } => {
            let url = config::read_secret(url_file).map_err(|error| config.pointed_at(error))?;
            Database::open_postgres(&url, CONNECTIONS).await?
        }
    };
    Ok(database)
}

/// Opens the tables that users search. They fold nothing until they are followed.
pub async fn projections(database: &Database, ledger: &Ledger) -> Result<Projections, StartError> {
    let journal = ledger.journal().clone();
    Ok(Projections::open(database.clone(), journal, all_projections(TRENDS)).await?)
}

/// Gives the API the tables of what sources say, and of what is concluded and decided about it.
pub async fn keep_identity_tables(
    api: &Control,
    database: &Database,
    config: &Config,
) -> Result<(), StartError> {
    api.keeps_inventory(Inventory::open(database.clone()).await?);
    api.keeps_findings(FindingTables::open(database.clone()).await?, config.finding_settings.clone());
    api.keeps_roles(RoleTables::open(database.clone()).await?);
    api.keeps_reviews(ReviewTables::open(database.clone()).await?);
    let identities = IdentityTables::open(database.clone()).await?;
    api.keeps_identities(identities, config.correlation_rules.clone());
    Ok(())
}

/// Opens the tables of what clients of the OpenID provider were granted.
pub async fn authorizations(database: &Database) -> Result<AuthorizationTables, StartError> {
    Ok(AuthorizationTables::open(database.clone()).await?)
}

/// Opens the tables of jobs and schedules, for this start of this process.
pub async fn job_tables(database: &Database, config: &Config) -> Result<JobTables, StartError> {
    countersign_jobs::migrate(database).await?;
    let holder = LeaseHolder {
        process: config.name.clone(),
        start: uuid::Uuid::new_v4().to_string(),
        pace: LeasePace::default(),
    };
    let (jobs, schedules) = (JobTable::new(database.clone()), ScheduleTable::new(database.clone()));
    Ok(JobTables { jobs, schedules, holder })
}
