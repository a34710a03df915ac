//! One recorded access, evaluated again with evidence that is changed at will.

use crate::again::{self, Unanswerable};
use crate::past::Past;
use crate::replay::is_same;
use countersign_decide::{Answer, Evidence, EvidenceVariation, VariedDecision};
use countersign_evidence::{Accesses, Decided};
use countersign_policy::PolicySet;
use countersign_world::World;
use std::sync::Arc;

/// The answer to a recorded access, reconstructed from its record and the facts that it knew. Without changes it gives
/// the recorded result: one that does not is refused, because nothing that it would say could be believed.
#[derive(Debug)]
pub struct RecordedAnswer {
    /// The one access.
    accesses: Accesses,
    answer: Arc<Answer>,
    world: Arc<World>,
}

impl RecordedAnswer {
    /// Reconstructs the answer to the access of this record.
    ///
    /// # Errors
    /// If the access was refused without evaluating the policies, if what it knew cannot be read, or if the result
    /// differs from the record.
    pub fn of(past: &mut Past, decided: &Decided) -> Result<Self, Unanswerable> {
        let accesses = Accesses::of(decided);
        let access = accesses.iter().next().ok_or(Unanswerable::Cut)?;
        if let Some(reason) = again::unasked(&access) {
            return Err(Unanswerable::Unasked(reason));
        }
        let policies = past.policies(access.policies)?;
        let world = past.world(access.world)?;
        let answer = again::ask_in(&world, &access, &policies)?;
        if !is_same(&access, answer.decision()) {
            return Err(Unanswerable::Otherwise);
        }
        Ok(Self { accesses, answer, world })
    }

    /// Returns the answer, unchanged.
    pub const fn answer(&self) -> &Arc<Answer> {
        &self.answer
    }

    /// Returns the evidence, unchanged; `None` if there was no such application.
    pub fn evidence(&self) -> Option<&Evidence> {
        self.answer.evidence().map(|evidence| &**evidence)
    }

    /// Returns the world that the decision knew.
    pub const fn world(&self) -> &Arc<World> {
        &self.world
    }

    /// Returns the decision of `policies` on the evidence with these changes. The staged rollouts that count are those of
    /// `present` if it is given, and otherwise those of that time.
    ///
    /// # Errors
    /// If the policies read a text that was cut when it was recorded.
    pub fn varied(
        &self,
        policies: &Arc<PolicySet>,
        present: Option<&World>,
        variations: &[EvidenceVariation],
    ) -> Result<VariedDecision, Unanswerable> {
        let varied = self.answer.varied(policies, present, variations);
        let varied = varied.ok_or(Unanswerable::Otherwise)?;
        let access = self.accesses.iter().next().ok_or(Unanswerable::Cut)?;
        again::whole(&access, varied.decision.reads)?;
        Ok(varied)
    }
}
