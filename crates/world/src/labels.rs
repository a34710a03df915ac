//! Labels: proposed by scans, confirmed or dismissed by owners. No decision about an access reads them: it reads the sensitivity
//! that an application declares.

use crate::World;
use crate::contradiction::Contradiction;
use countersign_facts::{Actor, LabelEvidence, LabelFact, Stated};
use countersign_names::{LabelId, LabelKind, LabelTarget, Sensitivity, Timestamp};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Maximum number of labels, so that no scan makes the world large.
pub const MOST_LABELS: usize = 20_000;

/// Maximum number of places that one label names as evidence.
pub const MOST_LABEL_EVIDENCE: usize = 20;

/// The longest name of a place or of a recogniser, in bytes.
const LONGEST_PLACE: usize = 400;

/// A label of a thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThingLabel {
    /// What it is known by: the same for the same target and kind.
    pub id: LabelId,
    /// What it is about.
    pub target: LabelTarget,
    /// What is sensitive about it.
    pub kind: LabelKind,
    /// How sensitive that makes it.
    pub sensitivity: Sensitivity,
    /// Why it was proposed; empty if nobody proposed it.
    pub evidence: Vec<LabelEvidence>,
    /// When it was proposed last, or set.
    pub proposed_at: Timestamp,
    /// Who proposed or set it.
    pub proposed_by: Actor,
    /// What its owner said, if anything.
    pub answer: Option<LabelAnswer>,
}

/// What an owner said about a label.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LabelAnswer {
    /// Whether it is confirmed; otherwise it is dismissed.
    pub confirmed: bool,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: Actor,
    /// Why.
    pub reason: String,
}

impl ThingLabel {
    /// Returns whether its owner confirmed it.
    pub fn is_confirmed(&self) -> bool {
        self.answer.as_ref().is_some_and(|answer| answer.confirmed)
    }
}

/// All labels.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Labels {
    all: imbl::OrdMap<LabelId, Arc<ThingLabel>>,
}

impl Labels {
    /// Returns whether there is none, in which case a checkpoint does not mention them.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }
}

/// Folds in facts about labels.
pub fn apply(world: &mut World, stated: &Stated, fact: &LabelFact) -> Result<(), Contradiction> {
    match fact {
        LabelFact::Proposed { label, target, kind, sensitivity, evidence } => {
            is_evidence(evidence)?;
            fits(world, *label, target, *kind)?;
            if world.labels.all.get(label).is_some_and(|known| known.answer.is_some()) {
                return Err(Contradiction::taken("label", format!("the label {label} is answered already")));
            }
            put(world, stated, (*label, target, *kind, *sensitivity), evidence.clone(), None);
        }
        LabelFact::Set { label, target, kind, sensitivity, reason } => {
            said(reason)?;
            fits(world, *label, target, *kind)?;
            let evidence =
                world.labels.all.get(label).map(|known| known.evidence.clone()).unwrap_or_default();
            let answer = Some(answer(stated, true, reason));
            put(world, stated, (*label, target, *kind, *sensitivity), evidence, answer);
        }
        LabelFact::Confirmed { label, reason } => answered(world, stated, *label, true, reason)?,
        LabelFact::Dismissed { label, reason } => answered(world, stated, *label, false, reason)?,
        LabelFact::Withdrawn { label, reason } => {
            said(reason)?;
            if known(world, *label)?.answer.is_none() {
                let why = "nobody has confirmed or dismissed it: dismiss it instead";
                return Err(Contradiction::impossible("label", why));
            }
            world.labels.all.remove(label);
        }
    }
    Ok(())
}

fn known(world: &World, label: LabelId) -> Result<&Arc<ThingLabel>, Contradiction> {
    world.labels.all.get(&label).ok_or_else(|| Contradiction::unknown("label", "label", label))
}

fn answer(stated: &Stated, confirmed: bool, reason: &str) -> LabelAnswer {
    LabelAnswer { confirmed, at: stated.at, by: stated.by.clone(), reason: reason.to_owned() }
}

fn answered(
    world: &mut World,
    stated: &Stated,
    label: LabelId,
    confirmed: bool,
    reason: &str,
) -> Result<(), Contradiction> {
    said(reason)?;
    let mut changed = ThingLabel::clone(known(world, label)?);
    if changed.answer.is_some() {
        return Err(Contradiction::taken(
            "label",
            format!("the label {label} is confirmed or dismissed already: withdraw that first"),
        ));
    }
    changed.answer = Some(answer(stated, confirmed, reason));
    world.labels.all.insert(label, Arc::new(changed));
    Ok(())
}

/// Checks that an id is always of the same target and kind, and that there is room.
fn fits(world: &World, label: LabelId, target: &LabelTarget, kind: LabelKind) -> Result<(), Contradiction> {
    match world.labels.all.get(&label) {
        Some(known) if known.target != *target || known.kind != kind => {
            Err(Contradiction::taken("label", format!("the label {label} is about {}", known.target)))
        }
        None if world.labels.all.len() >= MOST_LABELS => {
            let why =
                format!("there are {MOST_LABELS} labels already: withdraw some, or dismiss and withdraw");
            Err(Contradiction::impossible("label", why))
        }
        Some(_) | None => Ok(()),
    }
}

fn put(
    world: &mut World,
    stated: &Stated,
    (id, target, kind, sensitivity): (LabelId, &LabelTarget, LabelKind, Sensitivity),
    evidence: Vec<LabelEvidence>,
    answer: Option<LabelAnswer>,
) {
    let (target, proposed_at, proposed_by) = (target.clone(), stated.at, stated.by.clone());
    let label = ThingLabel { id, target, kind, sensitivity, evidence, proposed_at, proposed_by, answer };
    world.labels.all.insert(id, Arc::new(label));
}

fn said(reason: &str) -> Result<(), Contradiction> {
    if reason.trim().is_empty() {
        return Err(Contradiction::impossible("reason", "say why: the journal keeps the reason"));
    }
    Ok(())
}

fn is_evidence(evidence: &[LabelEvidence]) -> Result<(), Contradiction> {
    let is_name =
        |name: &str| (1..=LONGEST_PLACE).contains(&name.len()) && !name.chars().any(char::is_control);
    let good = evidence.iter().all(|each| {
        is_name(&each.recogniser) && each.place.as_deref().is_none_or(is_name) && each.matched <= each.sampled
    });
    if evidence.is_empty() || evidence.len() > MOST_LABEL_EVIDENCE || !good {
        let why = format!(
            "give 1 to {MOST_LABEL_EVIDENCE} items, each with names of 1 to {LONGEST_PLACE} bytes and no more matches than \
             samples"
        );
        return Err(Contradiction::impossible("evidence", why));
    }
    Ok(())
}

impl World {
    /// Returns all labels, by their ids.
    pub fn labels(&self) -> impl Iterator<Item = &Arc<ThingLabel>> {
        self.labels.all.values()
    }

    /// Returns a label.
    pub fn label(&self, label: LabelId) -> Option<&Arc<ThingLabel>> {
        self.labels.all.get(&label)
    }
}
