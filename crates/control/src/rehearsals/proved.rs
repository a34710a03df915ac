//! The result of a proof in the API's form.

use crate::register::{self, Changes, RegisterEntries};
use countersign_api as api;
use countersign_names::{Action, ApplicationName, EvidenceItem, Sensitivity, Timestamp};
use countersign_policy::{Kind, PolicySet, Stage};
use countersign_rehearsals::Reading;
use countersign_rehearse::{Proof, Share};
use countersign_world::World;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// Maximum number of entries that are listed; all are counted.
const ITEMISED: usize = 20_000;

/// Returns the basis of the proof.
pub fn basis(proof: &Proof, reading: &Reading) -> api::Basis {
    let unanswered: u64 = proof.unknown.values().sum();
    let recorded = proof.went_ahead + proof.denied + proof.unasked + unanswered;
    let unasked = proof
        .unknown
        .iter()
        .map(|(why, count)| format!("{count} accesses cannot be evaluated again: {why}."));
    reading.basis(recorded, unanswered, reading.sentences().chain(unasked).collect())
}

/// Builds the report. `entries` are those of the register after the changes.
pub fn report(
    proof: &Proof,
    changes: &Changes,
    entries: &RegisterEntries,
    (world, now): (&World, Timestamp),
    running: &PolicySet,
    basis: api::Basis,
    written: bool,
) -> api::ProofReport {
    // Each missing record may be an access that went ahead and depended on no evidence.
    let missing = basis.unread_decisions.map(|unread| unread + basis.unanswered);
    let mut of_all = Share::default();
    proof.shares.values().for_each(|share| of_all.add(share));
    let mut trusts = register::in_order(entries.values().filter(|trust| trust.is_live()), world, now);
    let not_itemised = trusts.len().saturating_sub(ITEMISED) as u64;
    trusts.truncate(ITEMISED);
    api::ProofReport {
        went_ahead: proof.went_ahead,
        denied: proof.denied,
        unasked: proof.unasked,
        unknown: unknowns(changes, &basis),
        coverage: missing.and_then(|missing| share(proof.went_ahead, proof.went_ahead + missing)),
        figures: figures(proof, &of_all, register::count(entries.values(), now), missing),
        items: EvidenceItem::ALL
            .iter()
            .map(|item| {
                let of = of_all.accesses + missing.unwrap_or_default();
                api::ItemShare { item: *item, depends: of_all.on(*item), of }
            })
            .collect(),
        sensitivities: sensitivities(proof),
        applications: applications(proof),
        register: api::RegisterChange {
            written,
            found: changes.found,
            returned: changes.returned,
            eliminated: changes.eliminated,
        },
        trusts,
        not_itemised,
        guardrails: guardrails(proof, running),
        exceptions: exceptions(proof, world, now),
        basis,
    }
}

fn unknowns(changes: &Changes, basis: &api::Basis) -> Vec<String> {
    let kept = (changes.not_eliminated > 0).then(|| {
        format!(
            "Of what could be read, nothing rests on {} entries of the register any more. They are not said to be \
             eliminated, since not everything could be read.",
            changes.not_eliminated
        )
    });
    basis.gaps.iter().cloned().chain(kept).collect()
}

fn share(accesses: u64, of: u64) -> Option<f64> {
    (of > 0).then(|| accesses as f64 / of as f64)
}

/// Returns a figure that counts the missing accesses as if it were true of none of them.
fn figure(accesses: u64, of: u64, missing: Option<u64>) -> api::Figure {
    let whole = missing.map(|missing| of + missing);
    api::Figure { accesses, of: whole.unwrap_or(of), share: whole.and_then(|of| share(accesses, of)) }
}

fn figures(
    proof: &Proof,
    of_all: &Share,
    register: api::RegisterFigures,
    missing: Option<u64>,
) -> api::ProofFigures {
    let mut privileged = Share::default();
    let administers = |key: &&(ApplicationName, Sensitivity, Action)| key.2.is_privileged();
    proof.shares.iter().filter(|(key, _)| administers(key)).for_each(|(_, share)| privileged.add(share));
    api::ProofFigures {
        device_posture_enforced: figure(of_all.on(EvidenceItem::Compliance), of_all.accesses, missing),
        privileged_just_in_time: figure(privileged.on(EvidenceItem::Grant), privileged.accesses, missing),
        register,
    }
}

fn depends(share: &Share) -> BTreeMap<String, u64> {
    EvidenceItem::ALL.iter().map(|item| (item.to_string(), share.on(*item))).collect()
}

fn sensitivities(proof: &Proof) -> Vec<api::SensitivityShare> {
    let mut sums: BTreeMap<Reverse<Sensitivity>, Share> = BTreeMap::new();
    for ((_, sensitivity, _), share) in &proof.shares {
        sums.entry(Reverse(*sensitivity)).or_default().add(share);
    }
    let shown = |(Reverse(sensitivity), share): (Reverse<Sensitivity>, Share)| api::SensitivityShare {
        sensitivity,
        accesses: share.accesses,
        depends: depends(&share),
    };
    sums.into_iter().map(shown).collect()
}

fn applications(proof: &Proof) -> Vec<api::ApplicationShare> {
    let mut sums: BTreeMap<(&ApplicationName, Sensitivity), Share> = BTreeMap::new();
    for ((application, sensitivity, _), share) in &proof.shares {
        sums.entry((application, *sensitivity)).or_default().add(share);
    }
    let mut shown: Vec<api::ApplicationShare> = sums
        .into_iter()
        .map(|((application, sensitivity), share)| api::ApplicationShare {
            application: application.clone(),
            sensitivity,
            accesses: share.accesses,
            depends: depends(&share),
        })
        .collect();
    shown.sort_by_key(|share| Reverse(share.accesses));
    shown
}

fn guardrails(proof: &Proof, running: &PolicySet) -> Vec<api::GuardrailUse> {
    let enforced = |stage: Stage| stage == Stage::Enforce;
    let all =
        running.policies().iter().filter(|policy| policy.kind == Kind::Guardrail && enforced(policy.stage));
    let used = all.map(|policy| {
        let bites = proof.bites.get(&policy.id).copied().unwrap_or_default();
        api::GuardrailUse { policy: policy.id.clone(), denied: bites.denied, would: bites.would }
    });
    used.collect()
}

fn exceptions(proof: &Proof, world: &World, now: Timestamp) -> Vec<api::ExceptionUse> {
    let open = world.exceptions().iter().filter(|exception| now < exception.expires_at);
    let ids: BTreeSet<_> = open.map(|open| open.id).chain(proof.exceptions.keys().copied()).collect();
    let shown = ids.into_iter().map(|id| {
        let used = proof.exceptions.get(&id).copied().unwrap_or_default();
        let known = world.exception(id);
        api::ExceptionUse {
            exception: id,
            policy: known.map(|known| known.policy.clone()),
            owner: known.map(|known| known.owner),
            expires_at: known.map(|known| known.expires_at),
            accesses: used.accesses,
            needed: used.needed,
        }
    });
    shown.collect()
}
