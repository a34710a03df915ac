//! Versions of the policy set: which there were, and going back to one.

use crate::grants::actor;
use crate::input::{Asked, Json};
use crate::publish::{Checked, Reason, changes, check};
use crate::{Caller, Control, Refusal};
use axum::extract::State;
use countersign_api as api;
use countersign_facts::{Digest, Fact, Stated};
use countersign_journal::Seq;
use countersign_world::World;
use std::collections::BTreeMap;

/// How many versions are told when nobody says.
const USUAL: usize = 100;

pub async fn history(
    State(control): State<Control>,
    mut asked: Asked,
) -> Result<axum::Json<api::Items<api::PolicyVersion>>, Refusal> {
    let limit = asked.limit()?;
    asked.finish()?;
    let world = control.world();
    let in_force = world.policies().map(|policies| policies.version);
    let mut known: Vec<(Digest, u64)> = world.publications().map(|(version, seq)| (*version, seq)).collect();
    known.sort_by_key(|(_, seq)| std::cmp::Reverse(*seq));
    known.truncate(if limit == usize::MAX { USUAL } else { limit });
    let mut items = Vec::new();
    for (version, _) in known {
        let Some((seq, stated)) = read(&control, &version).await else { continue };
        let (why, rehearsal) = match &stated.fact {
            Fact::PoliciesApplied { why, rehearsal, .. } => (Some(why.clone()), *rehearsal),
            _ => (None, None),
        };
        items.push(api::PolicyVersion {
            version: version.to_string(),
            at: stated.at,
            by: actor(&stated.by),
            seq,
            in_force: Some(version) == in_force,
            why,
            rehearsal: rehearsal.map(|digest| digest.to_string()),
        });
    }
    Ok(axum::Json(api::Items { items }))
}

pub async fn rollback(
    State(control): State<Control>,
    caller: Caller,
    Json(asked): Json<api::Rollback>,
) -> Result<axum::Json<api::Published>, Refusal> {
    let reason = Reason::given(&asked.why)?;
    let version = named(&control, &asked.version)?;
    let gone = || {
        Refusal::unavailable("the fact that published this version cannot be read")
            .remedy("run `countersign journal verify`")
    };
    let (_, stated) = read(&control, &version).await.ok_or_else(gone)?;
    let files = files(&stated.fact).ok_or_else(gone)?;
    let running = control.admission().policies();
    let checked = tokio::task::spawn_blocking(move || check(&running, &files))
        .await
        .map_err(|error| Refusal::unavailable(format!("the check was not finished: {error}")))??;
    apply(&control, &caller, checked, Some(reason), None, asked.dry_run).await.map(axum::Json)
}

/// Put a checked set in force, unless it is only to be looked at.
pub async fn apply(
    control: &Control,
    caller: &Caller,
    checked: Checked,
    reason: Option<Reason>,
    expected: Option<Digest>,
    dry_run: bool,
) -> Result<api::Published, Refusal> {
    let (version, warnings) = (checked.version(), checked.warnings());
    let own = control.settings().application.clone();
    let (changed, rollouts) = control
        .command(caller, move |world, now| {
            let published = world.policies();
            if let Some(expected) = expected
                && published.map(|published| published.version) != Some(expected)
            {
                let found =
                    published.map_or_else(|| "none".to_owned(), |published| published.version.to_string());
                return Err(Refusal::conflict(format!("the version published last is {found}"))
                    .about_field("expected_version")
                    .remedy("look at what changed, and publish on top of it"));
            }
            let facts = checked.facts(world, &own, reason.as_ref(), now)?;
            let changed = changes(published.map(|known| &**known), checked.set().files());
            let rollouts: Vec<String> = facts.iter().filter_map(|fact| of_a_rollout(world, fact)).collect();
            Ok((if dry_run { Vec::new() } else { facts }, (changed, rollouts)))
        })
        .await?;
    Ok(api::Published { version: version.to_string(), dry_run, changed, warnings, rollouts })
}

/// What becomes of a rollout by this fact, in words.
fn of_a_rollout(world: &World, fact: &Fact) -> Option<String> {
    match fact {
        Fact::RolloutHalted { rollout, why, .. } => Some(format!("{rollout} is halted: {why}")),
        Fact::RolloutEnded { rollout } => {
            let policy = &world.rollout(*rollout)?.policy;
            Some(format!("{rollout} has ended: {policy} counts by its own text"))
        }
        _ => None,
    }
}

/// The version that is meant: a whole digest, or as many of its first digits as name one alone.
fn named(control: &Control, text: &str) -> Result<Digest, Refusal> {
    const FEWEST: usize = 6;
    let world = control.world();
    let hexadecimal = text.len() >= FEWEST && text.chars().all(|c| matches!(c, '0'..='9' | 'a'..='f'));
    let mut found = world
        .publications()
        .map(|(version, _)| version)
        .filter(|version| version.to_string().starts_with(text));
    match (hexadecimal, found.next(), found.next()) {
        (true, Some(only), None) => Ok(*only),
        (true, Some(_), Some(_)) => {
            Err(Refusal::invalid("version", format!("more than one version begins with {text}"))
                .remedy("give more of its digits"))
        }
        (true, None, _) => Err(Refusal::not_found("published version", text)
            .about_field("version")
            .remedy("`countersign policy history` shows those that there were")),
        (false, ..) => {
            Err(Refusal::invalid("version", "a version is the first digits of its SHA-256, six at least")
                .remedy("`countersign policy history` shows those that there were"))
        }
    }
}

/// The fact that put this version in force last, with its sequence. Nothing when no fact did, or when it cannot be read.
pub async fn read(control: &Control, version: &Digest) -> Option<(u64, Stated)> {
    let seq = control.world().publication(version)?;
    let before = Seq(seq.saturating_sub(1));
    let entries = match control.ledger().journal().read(before, 1).await {
        Ok(entries) => entries,
        Err(error) => {
            tracing::warn!(%error, seq, "the policies of an earlier version could not be read");
            return None;
        }
    };
    Some((seq, Stated::from_bytes(&entries.first()?.payload).ok()?))
}

/// The texts that a fact puts in force, by their paths.
pub fn files(fact: &Fact) -> Option<BTreeMap<String, String>> {
    let (_, files) = fact.policies()?;
    Some(files.iter().map(|(path, file)| (path.clone(), file.0.clone())).collect())
}
