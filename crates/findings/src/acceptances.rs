//! What people accepted, as the facts say: repeated beside the findings, so that a list can be filtered by state.

use crate::error::FindingError;
use crate::{FindingTables, severity};
use countersign_hygiene::HygieneSeverity;
use countersign_names::{FindingId, Timestamp};

/// A finding that somebody accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingAcceptance {
    /// The finding.
    pub finding: FindingId,
    /// How bad it was then.
    pub severity: HygieneSeverity,
    /// When it was accepted.
    pub accepted_at: Timestamp,
    /// Until when.
    pub expires_at: Timestamp,
}

impl FindingTables {
    /// Repeats the acceptances of the world at a sequence, unless those of a later one are there already. Returns whether they
    /// were written.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn repeat_acceptances(
        &self,
        seq: u64,
        acceptances: &[FindingAcceptance],
    ) -> Result<bool, FindingError> {
        const NEWER: &str = "UPDATE finding_runs SET acceptances_seq = $1 WHERE acceptances_seq < $1";
        const ADD: &str =
            "INSERT INTO finding_acceptances (id, severity, accepted_at, expires_at) VALUES ($1, $2, $3, $4)";
        let seq = i64::try_from(seq).unwrap_or(i64::MAX);
        let written = self.database.write("repeating what was accepted", async |connection| {
            if sqlx::query(NEWER).bind(seq).execute(&mut *connection).await?.rows_affected() == 0 {
                return Ok(false);
            }
            sqlx::query("DELETE FROM finding_acceptances").execute(&mut *connection).await?;
            for accepted in acceptances {
                let query = sqlx::query(ADD).bind(accepted.finding.to_string());
                let query = query.bind(severity::number(accepted.severity));
                let query =
                    query.bind(accepted.accepted_at.as_micros()).bind(accepted.expires_at.as_micros());
                query.execute(&mut *connection).await?;
            }
            Ok(true)
        });
        Ok(written.await?)
    }

    /// Returns the sequence of the world whose acceptances are repeated.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn acceptances_seq(&self) -> Result<u64, FindingError> {
        let read = self.database.read("reading what was accepted", async |connection| {
            sqlx::query_scalar::<_, i64>("SELECT acceptances_seq FROM finding_runs")
                .fetch_one(connection)
                .await
        });
        Ok(u64::try_from(read.await?).unwrap_or_default())
    }
}
