//! Policies that this process publishes by itself: the shipped ones, those of the samples, those of the policy folder.

use crate::bootstrap::CONTROL;
use countersign_control::{Refusal, check};
use countersign_facts::{Actor, Digest};
use countersign_ledger::{CommandError, Ledger};
use countersign_names::ApplicationName;
use countersign_policy::PolicySet;
use std::collections::{BTreeMap, BTreeSet};

/// Why policies were not published.
#[derive(Debug)]
pub enum PublishError {
    /// They are invalid, or would lock every administrator out. The running policies stay.
    Refused(Refusal),
    /// The journal does not answer.
    Unavailable(String),
}

impl std::fmt::Display for PublishError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Refused(refusal) => refusal.fmt(f),
            Self::Unavailable(why) => f.write_str(why),
        }
    }
}

/// Publishes these files with the same checks as the API, except what `running` contains already. Returns their
/// version.
///
/// # Errors
/// If they are refused, or the journal does not answer.
pub async fn publish(
    ledger: &Ledger,
    running: &PolicySet,
    actor: Actor,
    files: &BTreeMap<String, String>,
) -> Result<Digest, PublishError> {
    let checked = check(running, files).map_err(PublishError::Refused)?;
    let version = checked.version();
    let control: ApplicationName = CONTROL
        .parse()
        .map_err(|_| PublishError::Unavailable("the control plane's name is not valid".to_owned()))?;
    let published = ledger
        .command(actor, move |world, now| {
            // A missing file does not show whether it was removed on purpose.
            checked.is_said(world, &BTreeSet::new())?;
            Ok::<_, Refusal>((checked.facts(world, &control, None, now)?, ()))
        })
        .await;
    match published {
        Ok(()) => Ok(version),
        Err(CommandError::Refused(refusal)) => Err(PublishError::Refused(refusal)),
        Err(CommandError::Contradiction(contradiction)) => Err(PublishError::Refused(contradiction.into())),
        Err(CommandError::Unavailable(why) | CommandError::Early(why)) => Err(PublishError::Unavailable(why)),
    }
}
