//! Compares the projections with the journal by itself, so that rows that another hand changed are noticed.

use crate::Control;
use countersign_jobs::{ScheduleOutcome, ScheduleRun};

impl Control {
    /// Compares every projection with the fold of the journal, as `countersign projection verify` does.
    ///
    /// # Errors
    /// If a projection differs, could not be compared, or the run was told to stop. The text names the projections and
    /// no row: probes show it to callers who do not sign in.
    pub async fn compare_projections(&self, run: ScheduleRun) -> ScheduleOutcome {
        let projections = self.projections().map_err(|refusal| refusal.to_string().replace('\n', "; "))?;
        let mut troubles = Vec::new();
        for name in projections.names() {
            let compared = run.stop.run_until_cancelled(projections.compare(name, |_| ())).await;
            match compared.ok_or("it was stopped before every projection was compared")? {
                Ok(found) if found.is_equal() => {}
                Ok(found) => {
                    let rows = if found.differing == 1 { "row" } else { "rows" };
                    troubles.push(format!(
                        "{name} differs from the journal in {} {rows}: `countersign projection verify` shows where, and \
                         `countersign projection rebuild {name}` builds it again",
                        found.differing
                    ));
                }
                Err(error) => troubles.push(format!("{name} could not be compared: {error}")),
            }
        }
        if troubles.is_empty() { Ok(()) } else { Err(troubles.join("; ")) }
    }
}
