//! Writing the result of a run.

use crate::rows::{CorrelationRows, IdentityRow, MemberRow};
use crate::statement::BATCH;
use crate::{IdentityError, IdentityTables, RunCounts};
use countersign_correlate::{CorrelatedIdentities, CorrelatedIdentity, SourcedKey, SourcedNodes};
use countersign_database::insert_rows;
use countersign_names::Timestamp;

const IDENTITIES: (&str, usize, &str) =
    ("identity_rows (run, source, record_key, kind, folded, searched, ownerless, aimless, body)", 9, "");
const MEMBERS: (&str, usize, &str) = (
    "identity_members (run, source, record_key, state, identity_source, identity_key, folded, searched, body)",
    9,
    "",
);
const CANDIDATES: (&str, usize, &str) =
    ("identity_candidates (run, identity_source, identity_key, source, record_key, state)", 6, "");

impl IdentityTables {
    /// Replaces what readers see by the result of a run, which read `basis` and these nodes, and began at `started`. `clock`
    /// is asked when everything is written.
    ///
    /// # Errors
    /// [`IdentityError::Superseded`] if another run began meanwhile. If the database fails, readers see what was before.
    pub async fn replace(
        &self,
        basis: &str,
        (found, nodes): (&CorrelatedIdentities, &SourcedNodes<'_>),
        started: Timestamp,
        clock: impl Fn() -> Timestamp,
    ) -> Result<RunCounts, IdentityError> {
        let result = CorrelationRows { found, nodes };
        let run = self.begin(basis, started).await?;
        let identities: Vec<&CorrelatedIdentity> = found.identities.values().collect();
        for part in identities.chunks(BATCH) {
            let rows =
                part.iter().map(|identity| result.identity(identity)).collect::<Result<Vec<_>, _>>()?;
            self.add_identities(run, &rows).await?;
        }
        let members: Vec<&SourcedKey> = nodes.keys().collect();
        for part in members.chunks(BATCH) {
            let rows = part.iter().filter_map(|at| result.member(at).transpose());
            self.add_members(run, &rows.collect::<Result<Vec<_>, _>>()?).await?;
        }
        let counts = result.counts();
        self.end(run, &counts, clock()).await?;
        Ok(counts)
    }

    async fn add_identities(&self, run: i64, rows: &[IdentityRow]) -> Result<(), IdentityError> {
        let store = self.database.store();
        let adding = self.database.write_in_bulk("writing identities", async |connection| {
            insert_rows(connection, store, IDENTITIES, rows, |query, row| {
                let query = query.bind(run).bind(row.id.source.clone()).bind(row.id.key.as_str().to_owned());
                let query = query.bind(row.kind).bind(row.folded.clone()).bind(row.searched.clone());
                query.bind(i64::from(row.ownerless)).bind(i64::from(row.aimless)).bind(row.body.clone())
            })
            .await
        });
        Ok(adding.await?)
    }

    async fn add_members(&self, run: i64, rows: &[MemberRow]) -> Result<(), IdentityError> {
        let store = self.database.store();
        let candidates: Vec<(&SourcedKey, &MemberRow)> =
            rows.iter().flat_map(|row| row.candidates.iter().map(move |identity| (identity, row))).collect();
        let text = |at: Option<&SourcedKey>| {
            at.map_or_else(Default::default, |at| (at.source.clone(), at.key.as_str().to_owned()))
        };
        let adding = self.database.write_in_bulk("writing accounts", async |connection| {
            insert_rows(connection, store, MEMBERS, rows, |query, row| {
                let ((source, key), (of, id)) = (text(Some(&row.at)), text(row.identity.as_ref()));
                let query = query.bind(run).bind(source).bind(key).bind(row.state.as_str()).bind(of).bind(id);
                query.bind(row.folded.clone()).bind(row.searched.clone()).bind(row.body.clone())
            })
            .await?;
            insert_rows(connection, store, CANDIDATES, &candidates, |query, (identity, row)| {
                let ((of, id), (source, key)) = (text(Some(identity)), text(Some(&row.at)));
                query.bind(run).bind(of).bind(id).bind(source).bind(key).bind(row.state.as_str())
            })
            .await
        });
        Ok(adding.await?)
    }
}
