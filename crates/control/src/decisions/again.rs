//! Evaluates a recorded decision again with changed evidence: what would have happened if.
//!
//! Everything is computed by pure functions from the record, the facts and the policies. No state changes, and the
//! result is a description, from which no permit can come.

mod items;
mod single;

use crate::decisions::recorded;
use crate::explain::{cite, remedy_in_words};
use crate::input::{OptionalJson, in_path};
use crate::refusal::JsonResult;
use crate::{Control, Refusal};
use axum::extract::{Path, State};
use countersign_api as api;
use countersign_decide::{Effect, EvidenceVariation, Remedy, VariedDecision};
use countersign_evidence::Decided;
use countersign_facts::Digest;
use countersign_names::{DecisionId, PostureCheck};
use countersign_policy::{DeviceEvidence, PolicySet};
use countersign_rehearse::{RecordedAnswer, Unanswerable};
use items::{ChangeableName, EvidenceChanges};
use single::Trial;
use std::collections::VecDeque;
use std::sync::Arc;
use tokio::sync::{Mutex, OwnedMutexGuard};

/// The answers that were reconstructed last, so that a person who tries one change after another does not wait each time
/// until the facts before the decision are folded.
///
/// They are few because each keeps a world. A request for another answer waits for the lock until the one before is
/// reconstructed, so a process folds one past at a time.
#[derive(Default)]
pub struct KeptAnswers(Arc<Mutex<AnswersById>>);

type AnswersById = VecDeque<(DecisionId, Arc<RecordedAnswer>)>;

/// Number of answers to keep: the one that is being looked at, and one more.
const KEPT: usize = 2;

pub async fn again(
    State(control): State<Control>,
    Path(id): Path<String>,
    OptionalJson(asked): OptionalJson<api::AskAgain>,
) -> JsonResult<api::AskedAgain> {
    let id: DecisionId = in_path("id", &id)?;
    let changes = EvidenceChanges::read(&asked.changes)?;
    // Also if the answer is kept: a record that has expired is not shown any more.
    let decided = recorded(&control, id).await?.decided;
    let recorded = answer(&control, decided).await?;
    let running = control.admission().policies();
    let (policies, present) = match asked.policies {
        api::AskedPolicies::Then => (Arc::clone(recorded.answer().policies()), None),
        api::AskedPolicies::Now => (running, Some(control.world())),
    };
    let variations = changes.variations(&recorded, &policies)?;
    let varied = |variations: &[EvidenceVariation]| {
        recorded.varied(&policies, present.as_deref(), variations).map_err(|why| refused(&why))
    };
    let (unchanged, changed) = (varied(&[])?, varied(&variations)?);
    let names = ChangeableName::all(&recorded, &policies, &changes);
    let single_changes = match asked.single_changes {
        false => None,
        true => {
            let trial = Trial {
                recorded: Arc::clone(&recorded),
                policies: Arc::clone(&policies),
                present: present.clone(),
                changes: changes.clone(),
            };
            Some(trial.turning(names.clone(), changed.clone()).await?)
        }
    };
    let items = names.iter().map(|name| name.shown(&recorded, &changed, &changes)).collect();
    let notes = match asked.policies {
        api::AskedPolicies::Then => Vec::new(),
        api::AskedPolicies::Now => vec![
            "The policies and the staged rollouts are those of now; the evidence, the labels and the stage of the \
             application are those of the decision."
                .to_owned(),
        ],
    };
    Ok(axum::Json(api::AskedAgain {
        decision: id,
        at: recorded.answer().decided_at(),
        world: recorded.answer().world(),
        policies: asked.policies,
        version: Digest::new(policies.version()).to_string(),
        unchanged: shown(&unchanged, &policies),
        changed: shown(&changed, &policies),
        items,
        notes,
        single_changes,
    }))
}

/// Returns the answer to the access of this record, kept or reconstructed.
async fn answer(control: &Control, decided: Decided) -> Result<Arc<RecordedAnswer>, Refusal> {
    let mut kept = Arc::clone(&control.kept_answers().0).lock_owned().await;
    if let Some((_, answer)) = kept.iter().find(|(id, _)| *id == decided.id) {
        return Ok(Arc::clone(answer));
    }
    let mut past = crate::rehearsals::past(control);
    if decided.policies != control.admission().policies().version() {
        let (changed, at) = (past.present().versions_changed().last(), past.present().seq());
        past = past.with_publications(control.projections()?.publications(changed, at).await?);
    }
    // The work goes on when the client is gone, so it takes the lock with it.
    let reconstructing = tokio::task::spawn_blocking(move || {
        let answer = RecordedAnswer::of(&mut past, &decided).map(Arc::new)?;
        keep(&mut kept, decided.id, &answer);
        Ok::<_, Unanswerable>(answer)
    });
    let reconstructed = reconstructing
        .await
        .map_err(|error| Refusal::unavailable(format!("the decision was not reconstructed: {error}")))?;
    reconstructed.map_err(|why| refused(&why))
}

fn keep(kept: &mut OwnedMutexGuard<AnswersById>, id: DecisionId, answer: &Arc<RecordedAnswer>) {
    if kept.len() >= KEPT {
        kept.pop_front();
    }
    kept.push_back((id, Arc::clone(answer)));
}

fn refused(why: &Unanswerable) -> Refusal {
    let detail = format!("this decision cannot be evaluated again: {why}");
    match why {
        Unanswerable::Facts(_) => Refusal::unavailable(detail),
        _ => Refusal::conflict(detail)
            .about_field("id")
            .remedy("its explanation stays as it was recorded; evaluate another decision again"),
    }
}

fn shown(varied: &VariedDecision, policies: &PolicySet) -> api::AnswerAgain {
    let decision = &varied.decision;
    let device = varied.evidence.question.device.as_ref();
    let failing: Vec<PostureCheck> = device.into_iter().flat_map(DeviceEvidence::failing).collect();
    let in_words = |remedy: &Remedy| remedy_in_words(remedy.as_str(), &failing);
    api::AnswerAgain {
        effect: effect(decision.effect).to_string(),
        enforced: decision.enforced,
        determined_by: decision.reasons.iter().map(|id| cite(policies, id)).collect(),
        remedies: decision.remedies.iter().map(in_words).collect(),
        shadow: decision.shadow.clone(),
        errors: decision.errors.clone(),
    }
}

const fn effect(effect: Effect) -> countersign_evidence::Effect {
    match effect {
        Effect::Allow => countersign_evidence::Effect::Allow,
        Effect::Deny => countersign_evidence::Effect::Deny,
    }
}
