//! Labels: proposed, answered, set and withdrawn, and refused if they make no sense.

use countersign_facts::{Fact, LabelEvidence, LabelFact};
use countersign_names::{LabelId, LabelKind, Sensitivity};
use countersign_testkit::story::*;
use countersign_world::{Kind, StatedBy, World};
use uuid::Uuid;

fn lab(n: u128) -> LabelId {
    LabelId::new(Uuid::from_u128(n))
}

fn evidence(matched: u64, place: Option<&str>) -> LabelEvidence {
    LabelEvidence { place: place.map(str::to_owned), recogniser: "iban".to_owned(), matched, sampled: 100 }
}

fn proposed(n: u128, target: &str, kind: LabelKind, evidence: Vec<LabelEvidence>) -> Line {
    let target = target.parse().unwrap();
    let fact =
        LabelFact::Proposed { label: lab(n), target, kind, sensitivity: Sensitivity::Restricted, evidence };
    Line::of(Fact::Label(fact))
}

fn set(n: u128, target: &str, kind: LabelKind, sensitivity: Sensitivity) -> Line {
    let (target, reason) = (target.parse().unwrap(), "it is so".to_owned());
    Line::of(Fact::Label(LabelFact::Set { label: lab(n), target, kind, sensitivity, reason }))
}

fn answered(n: u128, verb: &str, reason: &str) -> Line {
    let (label, reason) = (lab(n), reason.to_owned());
    Line::of(Fact::Label(match verb {
        "confirmed" => LabelFact::Confirmed { label, reason },
        "dismissed" => LabelFact::Dismissed { label, reason },
        _ => LabelFact::Withdrawn { label, reason },
    }))
}

fn iban(n: u128) -> Line {
    proposed(n, "column:shop/public.customers.iban", LabelKind::Payment, vec![evidence(98, None)])
}

fn confirmed(world: &World) -> Vec<(LabelId, bool)> {
    world.labels().map(|label| (label.id, label.is_confirmed())).collect()
}

#[test]
fn a_label_is_proposed_and_answered_and_withdrawn() {
    let mut world = told(&[
        person(1),
        iban(1),
        proposed(2, "host:files1", LabelKind::Health, vec![evidence(3, Some("a.csv"))]),
    ]);
    assert_eq!(confirmed(&world), [(lab(1), false), (lab(2), false)]);
    // A later scan has other counts.
    tell(
        &mut world,
        &[proposed(1, "column:shop/public.customers.iban", LabelKind::Payment, vec![evidence(99, None)])],
    );
    assert_eq!(world.label(lab(1)).unwrap().evidence, [evidence(99, None)]);
    tell(&mut world, &[answered(1, "confirmed", "yes"), answered(2, "dismissed", "an example")]);
    assert_eq!(confirmed(&world), [(lab(1), true), (lab(2), false)]);
    assert_eq!(world.label(lab(2)).unwrap().answer.as_ref().unwrap().reason, "an example");
    tell(&mut world, &[set(2, "host:files1", LabelKind::Health, Sensitivity::Confidential)]);
    let label = world.label(lab(2)).unwrap();
    assert!(label.is_confirmed() && label.sensitivity == Sensitivity::Confidential);
    assert_eq!(label.evidence, [evidence(3, Some("a.csv"))], "what a scan found stays beside it");
    tell(&mut world, &[answered(2, "withdrawn", "moved")]);
    assert_eq!(confirmed(&world), [(lab(1), true)]);
    tell(&mut world, &[proposed(2, "host:files1", LabelKind::Health, vec![evidence(3, None)])]);
    assert_eq!(confirmed(&world), [(lab(1), true), (lab(2), false)], "it can be proposed again");
}

#[test]
fn a_label_that_makes_no_sense_is_refused() {
    let world = told(&[person(1), iban(1), iban(2), answered(2, "confirmed", "yes")]);
    let many = vec![evidence(1, None); 21];
    let host = |evidence| proposed(3, "host:a", LabelKind::Health, evidence);
    for (line, expected) in [
        (proposed(1, "host:a", LabelKind::Payment, vec![evidence(1, None)]), (Kind::Taken, "label")),
        (
            set(1, "column:shop/public.customers.iban", LabelKind::Health, Sensitivity::Public),
            (Kind::Taken, "label"),
        ),
        (iban(2), (Kind::Taken, "label")),
        (answered(2, "confirmed", "yes"), (Kind::Taken, "label")),
        (answered(2, "dismissed", "no"), (Kind::Taken, "label")),
        (answered(3, "dismissed", "no"), (Kind::Unknown, "label")),
        (answered(1, "withdrawn", "no"), (Kind::Impossible, "label")),
        (answered(1, "confirmed", " "), (Kind::Impossible, "reason")),
        (host(vec![]), (Kind::Impossible, "evidence")),
        (host(many), (Kind::Impossible, "evidence")),
        (host(vec![evidence(101, None)]), (Kind::Impossible, "evidence")),
        (host(vec![evidence(1, Some("a\nb"))]), (Kind::Impossible, "evidence")),
        (host(vec![evidence(1, Some(""))]), (Kind::Impossible, "evidence")),
    ] {
        let refused = world.clone().apply(&line.stated()).unwrap_err();
        assert_eq!((refused.kind, refused.field), expected, "{}", refused.message);
    }
}

#[test]
fn labels_survive_a_checkpoint_and_a_world_without_them_does_not_mention_them() {
    let bytes = |world: &World| world.to_checkpoint().unwrap();
    let without = told(&[person(1)]);
    // An application has labels of its resources; there is none here.
    assert!(!String::from_utf8(bytes(&without)).unwrap().contains("\"labels\":{\"all\""));
    let with = told(&[person(1), iban(1), answered(1, "confirmed", "yes")]);
    let again = World::from_checkpoint(&bytes(&with)).unwrap();
    assert!(again.labels().eq(with.labels()));
    assert_eq!(again.stated_by(&iban(1).stated().fact), StatedBy::One);
}
