//! Versions of the policy set and the settings: their history, and the return to one.

use crate::grants::actor;
use crate::input::{Json, QueryParameters};
use crate::page::SortKey;
use crate::publish::{Checked, Reason, changes, check, files_of as files_published};
use crate::settings::{self, Back, Change, WantedSettings, files_of};
use crate::{Caller, Control, Refusal};
use axum::extract::State;
use countersign_api::{self as api, rows};
use countersign_facts::{Digest, Fact, PoliciesFact, RolloutFact, Settings, SettingsFact, Stated};
use countersign_journal::Seq;
use countersign_names::{ApplicationName, PolicyId, Timestamp};
use countersign_policy::PolicySet;
use countersign_world::World;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Number of versions on a page by default.
const USUAL: usize = 100;

pub async fn history(
    State(control): State<Control>,
    mut asked: QueryParameters,
) -> Result<axum::Json<api::Items<api::PolicyVersion>>, Refusal> {
    let page = asked.page(&rows::policies::HISTORY, USUAL)?;
    asked.finish()?;
    let world = control.world();
    let found = page.select(versions(&world), |version, _| {
        (SortKey::Number(i64::try_from(version.seq).unwrap_or(i64::MAX)), SortKey::text(""))
    });
    let (known, next) = found.into_parts();
    let mut items = Vec::new();
    for version in known {
        let Some((stated, next)) = read_with_next(&control, version.seq).await else { continue };
        let (why, rehearsal) = match &stated.fact {
            Fact::Policies(PoliciesFact::Applied { why, rehearsal, .. }) => (Some(why.clone()), *rehearsal),
            Fact::Settings(SettingsFact::Applied { settings }) => {
                (Some(settings.why.clone()), settings.rehearsal)
            }
            _ => (None, None),
        };
        items.push(api::PolicyVersion {
            of: version.of,
            version: version.version.to_string(),
            settings: version.settings.map(|settings| files_of(&settings)).unwrap_or_default(),
            at: stated.at,
            by: actor(&stated.by),
            seq: version.seq,
            in_force: version.in_force,
            removed: next.map(removed_by(&version.version)).unwrap_or_default(),
            why,
            rehearsal: rehearsal.map(|digest| digest.to_string()),
        });
    }
    Ok(axum::Json(api::Items { items, next }))
}

/// A version that was in force.
struct Version {
    of: api::VersionOf,
    version: Digest,
    /// The sequence of the fact that last put it in force.
    seq: u64,
    /// The settings that were put in force with it.
    settings: Option<Arc<Settings>>,
    in_force: bool,
}

/// Returns every version that was ever in force, the newest first.
fn versions(world: &World) -> Vec<Version> {
    let in_force = world.policies().map(|policies| policies.version);
    let mut applied: BTreeMap<u64, &Arc<Settings>> = world.settings_applied().collect();
    let newest = applied.last_key_value().map(|(seq, _)| *seq);
    let mut known: Vec<Version> = world
        .publications()
        .map(|(version, seq)| {
            // Settings that are put in force with a policy set are stated right before it.
            let before = seq.saturating_sub(1);
            let with = applied.get(&before).is_some_and(|settings| settings.policies == Some(*version));
            let settings = if with { applied.remove(&before).cloned() } else { None };
            let (of, in_force) = (api::VersionOf::Policies, in_force == Some(*version));
            Version { of, version: *version, seq, settings, in_force }
        })
        .collect();
    // If two changes led to the same settings, the later one counts, as with policies.
    let last: BTreeMap<u64, Digest> =
        world.settings_versions().map(|(version, seq)| (seq, *version)).collect();
    known.extend(applied.into_iter().filter(|(seq, _)| last.contains_key(seq)).map(|(seq, settings)| {
        Version {
            of: api::VersionOf::Settings,
            version: settings.version,
            seq,
            settings: Some(Arc::clone(settings)),
            in_force: newest == Some(seq),
        }
    }));
    known.sort_by_key(|version| std::cmp::Reverse(version.seq));
    known
}

pub async fn rollback(
    State(control): State<Control>,
    caller: Caller,
    Json(asked): Json<api::Rollback>,
) -> Result<axum::Json<api::Published>, Refusal> {
    let reason = Reason::given(&asked.why)?;
    let world = control.world();
    let target = named(&world, &asked.version)?;
    let changes = settings::since(&world, target.seq);
    let (files, settings) = if changes.is_empty() && target.of == api::VersionOf::Policies {
        let stated = read(&control, target.seq).await.ok_or_else(gone)?;
        (files(&stated.fact).ok_or_else(gone)?, None)
    } else {
        // Folding the past takes a while, so it is done only if needed.
        let (mut past, now) = (crate::rehearsals::past(&control), control.now());
        tokio::task::spawn_blocking(move || {
            let then = past.world(target.seq);
            let then =
                then.map_err(|why| Refusal::unavailable(format!("what was so then cannot be told: {why}")))?;
            let files = then.policies().map(|published| files_published(published)).unwrap_or_default();
            Ok::<_, Refusal>((files, Some(Settled::Back(Back::of(changes, &mut past, now)?))))
        })
        .await
        .map_err(|error| Refusal::unavailable(format!("the facts were not read to the end: {error}")))??
    };
    let running = control.admission().policies();
    let checked = tokio::task::spawn_blocking(move || check(&running, &files))
        .await
        .map_err(|error| Refusal::unavailable(format!("the check was not finished: {error}")))??;
    let reason = Some(reason);
    let removes = asked.removes;
    let proposal = Proposal { checked, settings, reason, expected: None, expected_settings: None, removes };
    apply(&control, &caller, proposal, asked.dry_run).await.map(axum::Json)
}

fn gone() -> Refusal {
    Refusal::unavailable("the fact that published this version cannot be read")
        .remedy("run `countersign journal verify`")
}

/// What to put in force.
#[derive(Debug)]
pub struct Proposal {
    pub checked: Checked,
    pub settings: Option<Settled>,
    pub reason: Option<Reason>,
    /// The version of the policies that the proposal is based on.
    pub expected: Option<Digest>,
    /// The version of the settings that the proposal is based on.
    pub expected_settings: Option<Digest>,
    /// The guardrails that the administrator accepts to lose.
    pub removes: BTreeSet<PolicyId>,
}

/// The target of the settings.
#[derive(Debug)]
pub enum Settled {
    /// As a working folder wants them.
    Wanted(Box<WantedSettings>),
    /// As they were before the changes that are reverted.
    Back(Back),
}

impl Settled {
    fn change(
        &self,
        world: &World,
        policies: &PolicySet,
        own: &ApplicationName,
        why: &str,
        now: Timestamp,
    ) -> Result<Change, Refusal> {
        match self {
            Self::Wanted(wanted) => wanted.change(world, policies, own, why, now),
            Self::Back(back) => Ok(back.change(world, why, now)),
        }
    }
}

impl Proposal {
    /// Evaluates the proposal in `world`: returns its facts, and the notes for the answer.
    fn within(
        &self,
        world: &World,
        own: &ApplicationName,
        now: Timestamp,
    ) -> Result<(Vec<Fact>, VersionNotes), Refusal> {
        let published = world.policies();
        if let Some(expected) = self.expected
            && published.map(|published| published.version) != Some(expected)
        {
            let found =
                published.map_or_else(|| "none".to_owned(), |published| published.version.to_string());
            return Err(Refusal::conflict(format!("the version published last is {found}"))
                .about_field("expected_version")
                .remedy("look at what changed, and publish on top of it"));
        }
        if self.expected_settings.is_some_and(|expected| expected != settings::version(world, own, now)) {
            return Err(Refusal::conflict("the settings were changed since the plan was made")
                .about_field("plan")
                .remedy("plan again, and look at what it says now"));
        }
        let mut told = VersionNotes {
            removed: self.checked.removed(world),
            files: changes(published.map(|known| &**known), self.checked.set().files()),
            ..VersionNotes::default()
        };
        let (why, rehearsal) = self.reason.as_ref().map(Reason::given_with).unwrap_or_default();
        let policies = (!told.files.is_empty()).then(|| self.checked.version());
        let changed = match &self.settings {
            Some(settled) => {
                let change = settled.change(world, self.checked.set(), own, why, now)?;
                told.notes.clone_from(&change.notes);
                Some(change.within(world, own, (why, rehearsal), policies, now)?)
            }
            None => None,
        };
        let base = changed.as_ref().map_or(world, |changed| &changed.world);
        let mut facts = self.checked.facts(base, own, self.reason.as_ref(), now)?;
        told.rollouts = facts.iter().filter_map(|fact| of_a_rollout(world, fact)).collect();
        if let Some(changed) = changed.filter(|changed| !changed.facts.is_empty()) {
            // The fact that marks the settings as one change stands right before that of the policies, which shows that
            // they belong together.
            facts.splice(0..0, changed.facts);
            told.files.extend(changed.files);
            told.settings = Some(changed.version);
        }
        Ok((facts, told))
    }
}

/// Notes for the answer about a proposal.
#[derive(Debug, Default)]
struct VersionNotes {
    removed: Vec<api::RemovedPolicy>,
    files: Vec<api::FileChange>,
    settings: Option<Digest>,
    notes: Vec<String>,
    rollouts: Vec<String>,
}

/// Puts the proposal in force, unless it is a dry run.
pub async fn apply(
    control: &Control,
    caller: &Caller,
    proposal: Proposal,
    dry_run: bool,
) -> Result<api::Published, Refusal> {
    let (version, warnings) = (proposal.checked.version(), proposal.checked.warnings());
    let own = control.settings().application.clone();
    let told = control
        .command(caller, move |world, now| {
            let (facts, told) = proposal.within(world, &own, now)?;
            if !dry_run {
                proposal.checked.is_said(world, &proposal.removes)?;
            }
            Ok((if dry_run { Vec::new() } else { facts }, told))
        })
        .await?;
    Ok(api::Published {
        version: version.to_string(),
        dry_run,
        changed: told.files,
        removed: told.removed,
        warnings,
        settings: told.settings.map(|version| version.to_string()),
        notes: told.notes,
        rollouts: told.rollouts,
    })
}

/// Describes what this fact does to a rollout.
fn of_a_rollout(world: &World, fact: &Fact) -> Option<String> {
    match fact {
        Fact::Rollout(RolloutFact::Halted { rollout, why, .. }) => {
            Some(format!("{rollout} is halted: {why}"))
        }
        Fact::Rollout(RolloutFact::Ended { rollout }) => {
            let policy = &world.rollout(*rollout)?.policy;
            Some(format!("{rollout} has ended: {policy} counts by its own text"))
        }
        _ => None,
    }
}

/// Returns the version with this digest, or with these first digits if they are unambiguous.
fn named(world: &World, text: &str) -> Result<Version, Refusal> {
    const FEWEST: usize = 6;
    let hexadecimal = text.len() >= FEWEST && text.chars().all(|c| matches!(c, '0'..='9' | 'a'..='f'));
    let mut found = versions(world).into_iter().filter(|known| known.version.to_string().starts_with(text));
    match (hexadecimal, found.next(), found.next()) {
        (true, Some(only), None) => Ok(only),
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

/// Returns a function that reads from a fact which policies the publication of this version removed.
fn removed_by(version: &Digest) -> impl Fn(Stated) -> BTreeSet<PolicyId> {
    move |stated| match stated.fact {
        Fact::Policies(PoliciesFact::Removed(removal)) if removal.version == *version => removal.policies,
        _ => BTreeSet::new(),
    }
}

/// Reads the fact of this sequence; `None` if it is unreadable.
async fn read(control: &Control, seq: u64) -> Option<Stated> {
    read_with_next(control, seq).await.map(|(stated, _)| stated)
}

/// Reads the fact of this sequence, and the next one if there is one.
async fn read_with_next(control: &Control, seq: u64) -> Option<(Stated, Option<Stated>)> {
    let before = Seq(seq.saturating_sub(1));
    let entries = match control.ledger().journal().read(before, 2).await {
        Ok(entries) => entries,
        Err(error) => {
            tracing::warn!(%error, seq, "an earlier version could not be read");
            return None;
        }
    };
    let stated = |place: usize| Stated::from_bytes(&entries.get(place)?.payload).ok();
    Some((stated(0)?, stated(1)))
}

/// Returns the fact that last put this version of the policies in force.
pub async fn publication(control: &Control, version: &Digest) -> Option<Stated> {
    read(control, control.world().publication(version)?).await
}

/// Returns the texts that a fact puts in force, by their paths.
pub fn files(fact: &Fact) -> Option<BTreeMap<String, String>> {
    let (_, files) = fact.policies()?;
    Some(files.iter().map(|(path, file)| (path.clone(), file.0.clone())).collect())
}
