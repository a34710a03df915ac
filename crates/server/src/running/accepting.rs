//! What the operator accepts at the machine while no process of its data folder runs: a journal that lacks the remembered
//! head, and a clock that is behind the journal.

use super::{StartError, copies, evidence_options, folding, machine_clocks, open_journal, open_ledger};
use crate::archives::ProcessArchives;
use crate::config::Config;
use crate::remembered::{AcceptedClockReport, BucketHead, ClockStatement, Remembered};
use crate::{keys, remembered};
use countersign_evidence::Evidence;
use countersign_ledger::Ledger;
use std::sync::Arc;

/// Accepts the journal of a stopped process although it lacks the remembered head, on the authority of the operator at
/// the machine. Returns what was wrong.
///
/// # Errors
/// If nothing is wrong, or the acceptance could not be recorded.
pub async fn accept_head(config: &Config, why: &str) -> Result<String, StartError> {
    config.check()?;
    let archives = ProcessArchives::of(config).map_err(|error| config.pointed_at(error))?;
    let ledger = open_ledger(config, &archives, None).await?;
    let key = keys::assertion_key(&config.data.join("assertion.key"))?;
    let remembered = Arc::new(Remembered::of(&config.data, &config.name));
    let (sink, store) =
        Evidence::open(config.data.join("evidence"), evidence_options(config, &ledger, None))?;
    let bucket_head = copies(config, &ledger)?.map(|copies| BucketHead::new(remembered.clone(), copies));
    let accepted = remembered::accept(&remembered, (&store, bucket_head.as_ref()), &ledger, &key, why).await;
    drop(sink.close().await);
    ledger.journal().close().await;
    Ok(accepted?.to_string())
}

/// Accepts the clock of this machine although time in the journal of a stopped process ran ahead of it, on the authority
/// of the operator at the machine. Returns what that ended, or with `dry_run` what it would end.
///
/// # Errors
/// If time did not run ahead, or the acceptance could not be recorded.
pub async fn accept_clock(
    config: &Config,
    statement: ClockStatement<'_>,
) -> Result<AcceptedClockReport, StartError> {
    config.check()?;
    let archives = ProcessArchives::of(config).map_err(|error| config.pointed_at(error))?;
    let (clocks, journal) = (machine_clocks(), open_journal(config, &archives).await?);
    let ledger = Ledger::open_to_accept_clock(journal, clocks, folding).await?;
    let key = keys::assertion_key(&config.data.join("assertion.key"))?;
    let remembered = Arc::new(Remembered::of(&config.data, &config.name));
    // Nothing is read from the evidence. Opening it shows that no process of this data folder runs.
    let (sink, _) = Evidence::open(config.data.join("evidence"), evidence_options(config, &ledger, None))?;
    let bucket_head = copies(config, &ledger)?.map(|copies| BucketHead::new(remembered.clone(), copies));
    let here = (&*remembered, bucket_head.as_ref());
    let accepted = remembered::accept_clock(here, &ledger, &key, statement).await;
    drop(sink.close().await);
    ledger.journal().close().await;
    Ok(accepted?)
}
