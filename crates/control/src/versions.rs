//! Versions of the policy set and the settings: their history, and the return to one.

use crate::input::Json;
use crate::names::current_name;
use crate::page::{PageParameters, SortKey, foreign_cursor};
use crate::publish::{Checked, PublicationReason, changes, check, files_of as files_published};
use crate::settings::{self, Back, Change, WantedSettings, files_of};
use crate::{Caller, Control, Refusal};
use axum::extract::State;
use countersign_api::{self as api, rows};
use countersign_facts::{Digest, Fact, PoliciesFact, RolloutFact, SettingsFact, Stated};
use countersign_journal::Seq;
use countersign_names::{ApplicationName, PolicyId, Timestamp};
use countersign_policy::PolicySet;
use countersign_projections::ProjectionError;
use countersign_projections::versions::{ListedVersion, PutInForce, VERSIONS, VersionRow, VersionsPage};
use countersign_rehearse::Unanswerable;
use countersign_world::World;
use std::collections::{BTreeMap, BTreeSet};

/// Number of versions on a page by default.
const USUAL: usize = 100;

pub async fn history(
    State(control): State<Control>,
    page: PageParameters,
) -> Result<axum::Json<api::Items<api::PolicyVersion>>, Refusal> {
    let page = page.of(&rows::policies::HISTORY, USUAL)?;
    let world = control.world();
    let after = match page.after() {
        None => None,
        Some((SortKey::Number(seq), _)) => Some(u64::try_from(*seq).map_err(|_| foreign_cursor())?),
        Some(_) => return Err(foreign_cursor()),
    };
    let limit = page.limit().saturating_add(1);
    let wanted = VersionsPage { at: world.seq(), descending: page.is_descending(), after, limit };
    let listed = control.projections()?.versions_page(world.versions_changed().last(), &wanted).await?;
    let found = page.first_of(listed, |version, _| {
        (SortKey::Number(i64::try_from(version.row.seq).unwrap_or(i64::MAX)), SortKey::text(""))
    });
    let in_force = world.policies().map(|policies| policies.version);
    let (known, next) = found.into_parts();
    let mut items = Vec::new();
    for ListedVersion { row, with, newest_settings } in known {
        let Some((stated, next)) = read_with_next(&control, row.seq).await else { continue };
        if !is_of(&row, &stated.fact) {
            return Err(altered().into());
        }
        let (version, (why, rehearsal)) = (row.version(), reason_of(&stated.fact));
        let (of, settings, in_force) = match row.of {
            PutInForce::Policies(version) => (api::VersionOf::Policies, with, in_force == Some(version)),
            PutInForce::Settings(settings) => (api::VersionOf::Settings, Some(settings), newest_settings),
        };
        items.push(api::PolicyVersion {
            of,
            version: version.to_string(),
            settings: settings.map(|settings| files_of(&settings)).unwrap_or_default(),
            at: stated.at,
            by: stated.by.to_string(),
            by_name: current_name(&world, &stated.by.to_string()),
            seq: row.seq,
            in_force,
            removed: next.map(removed_by(&version)).unwrap_or_default(),
            why,
            rehearsal: rehearsal.map(|digest| digest.to_string()),
        });
    }
    Ok(axum::Json(api::Items { items, next }))
}

/// Returns the reason that a fact gives for a version, and the rehearsal that was seen.
fn reason_of(fact: &Fact) -> (Option<String>, Option<Digest>) {
    match fact {
        Fact::Policies(PoliciesFact::Applied { why, rehearsal, .. }) => (Some(why.clone()), *rehearsal),
        Fact::Settings(SettingsFact::Applied { settings }) => {
            (Some(settings.why.clone()), settings.rehearsal)
        }
        _ => (None, None),
    }
}

/// Returns whether the fact of the journal says what the row says. A row may have been altered; the journal is believed.
fn is_of(row: &VersionRow, fact: &Fact) -> bool {
    match (&row.of, fact) {
        (PutInForce::Policies(version), fact) => {
            fact.policies().is_some_and(|(published, _)| published == version)
        }
        (PutInForce::Settings(row), Fact::Settings(SettingsFact::Applied { settings })) => **row == *settings,
        (PutInForce::Settings(_), _) => false,
    }
}

const fn altered() -> ProjectionError {
    ProjectionError::Altered { name: VERSIONS }
}

pub async fn rollback(
    State(control): State<Control>,
    caller: Caller,
    Json(asked): Json<api::Rollback>,
) -> Result<axum::Json<api::Published>, Refusal> {
    let reason = PublicationReason::given(&asked.why)?;
    let world = control.world();
    let target = named(&control, &world, &asked.version).await?;
    let stated = read(&control, target.seq).await.ok_or_else(gone)?;
    if !is_of(&target, &stated.fact) {
        return Err(altered().into());
    }
    let settings_read = world.versions_changed().last_settings();
    let (files, settings) = match files(&stated.fact) {
        Some(files) if settings_read <= target.seq => (files, None),
        _ => {
            let (files, back) = earlier(&control, &world, target.seq).await?;
            (files, Some(SettledVersion::Back(back)))
        }
    };
    let running = control.admission().policies();
    let checked = tokio::task::spawn_blocking(move || check(&running, &files))
        .await
        .map_err(|error| Refusal::unavailable(format!("the check was not finished: {error}")))??;
    let proposal = VersionProposal {
        checked,
        settings,
        reason: Some(reason),
        expected: None,
        expected_settings: None,
        settings_read: Some(settings_read),
        removes: asked.removes,
    };
    apply(&control, &caller, proposal, asked.dry_run).await.map(axum::Json)
}

/// Returns the policies that were in force right after the fact of this sequence, and what reverts the settings to that
/// moment. Folding the past takes a while, so this is done only if needed.
///
/// The changes to revert come from a table. The world knows how many there are and the journal what each is, so a row
/// that was removed, added or altered is found here and nothing is reverted.
async fn earlier(
    control: &Control,
    world: &World,
    target: u64,
) -> Result<(BTreeMap<String, String>, Back), Refusal> {
    let (wanted, between) = (world.versions_changed().last(), (target, world.seq()));
    let changes = control.projections()?.settings_between(wanted, between).await?;
    let count = world.versions_changed().settings_count();
    let (mut past, now) = (crate::rehearsals::past(control), control.now());
    let reverting = tokio::task::spawn_blocking(move || {
        let untold = |why: Unanswerable| {
            Refusal::unavailable(format!("the state of that time cannot be determined: {why}"))
        };
        let then = past.world(target).map_err(untold)?;
        if then.versions_changed().settings_count() + changes.len() as u64 != count {
            return Err(altered().into());
        }
        for (seq, settings) in &changes {
            let row = VersionRow { seq: *seq, of: PutInForce::Settings(Box::new(settings.clone())) };
            if !past.fact(*seq).map_err(untold)?.is_some_and(|stated| is_of(&row, &stated.fact)) {
                return Err(altered().into());
            }
        }
        let files = then.policies().map(|published| files_published(published)).unwrap_or_default();
        Ok::<_, Refusal>((files, Back::of(changes, &mut past, now)?))
    });
    reverting
        .await
        .map_err(|error| Refusal::unavailable(format!("the facts were not read to the end: {error}")))?
}

fn gone() -> Refusal {
    Refusal::unavailable("the fact that published this version cannot be read")
        .remedy("run `countersign journal verify`")
}

/// What to put in force.
#[derive(Debug)]
pub struct VersionProposal {
    pub checked: Checked,
    pub settings: Option<SettledVersion>,
    pub reason: Option<PublicationReason>,
    /// The version of the policies that the proposal is based on.
    pub expected: Option<Digest>,
    /// The version of the settings that the proposal is based on.
    pub expected_settings: Option<Digest>,
    /// The sequence of the last change of the settings that the proposal takes into account, if it reverts settings.
    pub settings_read: Option<u64>,
    /// The guardrails that the administrator accepts to lose.
    pub removes: BTreeSet<PolicyId>,
}

/// The target of the settings.
#[derive(Debug)]
pub enum SettledVersion {
    /// As a working folder wants them.
    Wanted(Box<WantedSettings>),
    /// As they were before the changes that are reverted.
    Back(Back),
}

impl SettledVersion {
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

impl VersionProposal {
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
                .remedy("read what changed, and publish on top of it"));
        }
        if self.expected_settings.is_some_and(|expected| expected != settings::version(world, own, now)) {
            return Err(Refusal::conflict("the settings were changed since the plan was made")
                .about_field("plan")
                .remedy("plan again, and read the new report"));
        }
        if self.settings_read.is_some_and(|read| world.versions_changed().last_settings() > read) {
            return Err(Refusal::conflict("the settings were changed while the earlier version was read")
                .remedy("read what changed, and roll back again"));
        }
        let mut told = VersionNotes {
            removed: self.checked.removed(world),
            files: changes(published.map(|known| &**known), self.checked.set().files()),
            ..VersionNotes::default()
        };
        let (why, rehearsal) = self.reason.as_ref().map(PublicationReason::given_with).unwrap_or_default();
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
    proposal: VersionProposal,
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
async fn named(control: &Control, world: &World, text: &str) -> Result<VersionRow, Refusal> {
    const FEWEST: usize = 6;
    let hexadecimal = text.len() >= FEWEST && text.chars().all(|c| matches!(c, '0'..='9' | 'a'..='f'));
    if !hexadecimal {
        return Err(Refusal::invalid(
            "version",
            "a version is the first digits of its SHA-256, six at least",
        )
        .remedy("`countersign policy history` shows those that there were"));
    }
    let wanted = world.versions_changed().last();
    let found = control.projections()?.versions_beginning(wanted, world.seq(), text).await?;
    let mut found = found.into_iter();
    match (found.next(), found.next()) {
        (Some(only), None) => Ok(only.row),
        (Some(_), Some(_)) => {
            Err(Refusal::invalid("version", format!("more than one version begins with {text}"))
                .remedy("give more of its digits"))
        }
        (None, _) => Err(Refusal::not_found("published version", text)
            .about_field("version")
            .remedy("`countersign policy history` shows those that there were")),
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

/// Returns the fact that last put this version of the policies in force; `None` if there is none, or if that cannot be
/// told now.
pub async fn publication(control: &Control, version: &Digest) -> Option<Stated> {
    let (world, projections) = (control.world(), control.projections().ok()?);
    let found = projections.publication(world.versions_changed().last(), world.seq(), version).await;
    let seq = found
        .inspect_err(|error| tracing::warn!(%error, %version, "an earlier version could not be looked up"))
        .ok()??;
    let stated = read(control, seq).await?;
    let row = VersionRow { seq, of: PutInForce::Policies(*version) };
    is_of(&row, &stated.fact).then_some(stated)
}

/// Returns the texts that a fact puts in force, by their paths.
pub fn files(fact: &Fact) -> Option<BTreeMap<String, String>> {
    let (_, files) = fact.policies()?;
    Some(files.iter().map(|(path, file)| (path.clone(), file.0.clone())).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_testkit::story::{Line, digest, person, told};

    fn settings_changed(n: u8) -> Line {
        let settings = countersign_facts::Settings {
            version: digest(n),
            why: "because".to_owned(),
            rehearsal: None,
            policies: None,
            applications: BTreeSet::new(),
            labels: BTreeSet::new(),
            opened: BTreeSet::new(),
            ended: BTreeSet::new(),
        };
        Line::of(Fact::Settings(SettingsFact::Applied { settings }))
    }

    #[test]
    fn settings_that_changed_after_they_were_read_are_not_reverted_by_halves() {
        let world = told(&[settings_changed(1), person(1), settings_changed(2)]);
        let now = Timestamp::from_micros(0);
        for (read, refused) in [(Some(3), false), (Some(1), true), (Some(0), true), (None, false)] {
            let checked = check(&PolicySet::default(), &BTreeMap::new()).unwrap();
            let proposal = VersionProposal {
                checked,
                settings: None,
                reason: None,
                expected: None,
                expected_settings: None,
                settings_read: read,
                removes: BTreeSet::new(),
            };
            let found = proposal.within(&world, &"countersign".parse().unwrap(), now);
            let conflict = "the settings were changed while the earlier version was read";
            let told = found.as_ref().err().is_some_and(|refusal| refusal.to_string().starts_with(conflict));
            assert_eq!(told, refused, "{read:?}: {found:?}");
        }
    }
}
