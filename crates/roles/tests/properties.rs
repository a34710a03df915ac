//! What must hold for whatever is held by whom: nothing new is granted, nothing is lost, and the structure only shrinks.

#![expect(clippy::unwrap_used, reason = "helper functions of tests: a failure is the test's")]

use countersign_organisation::{AccessNoise, PlantedAccess};
use countersign_roles::{
    ComplexityWeights, MinedRoles, RoleHolder, RolePattern, RoleProposal, RoleSettings, mine_roles,
};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

fn settings() -> RoleSettings {
    RoleSettings { min_members: 2, min_people: 3, ..RoleSettings::default() }
}

fn planted(seed: u64, size: usize, noise: AccessNoise) -> Vec<RoleHolder> {
    let holders = PlantedAccess::plant(seed, size, noise).holders.into_iter();
    holders
        .map(|holder| RoleHolder {
            key: holder.key,
            is_person: holder.is_person,
            attributes: holder.attributes,
            held: holder.held,
        })
        .collect()
}

/// Small organisations: a few departments, sets that repeat, and grants by chance.
fn organisations() -> impl Strategy<Value = Vec<RoleHolder>> {
    let holder = (0..4_u8, 0..3_u8, prop::collection::btree_set(0..12_u8, 0..4), 0..5_u8);
    prop::collection::vec(holder, 0..60).prop_map(|drawn| {
        let holders = drawn.into_iter().enumerate();
        holders
            .map(|(number, (department, place, extra, machine))| {
                let mut held: Vec<String> = extra.iter().map(|extra| format!("extra {extra}")).collect();
                held.extend((0..department * 3).map(|own| format!("department {department} {own}")));
                held.push("everybody".to_owned());
                let attributes = [
                    ("department".to_owned(), department.to_string()),
                    ("location".to_owned(), place.to_string()),
                ];
                RoleHolder {
                    key: format!("identity {number}"),
                    is_person: machine != 0,
                    attributes: attributes.into(),
                    held,
                }
            })
            .collect()
    })
}

type Grants = BTreeSet<(String, String)>;

fn grants(holders: &[RoleHolder]) -> Grants {
    let grants =
        holders.iter().flat_map(|holder| holder.held.iter().map(|held| (holder.key.clone(), held.clone())));
    grants.collect()
}

fn through(mined: &MinedRoles, role: &RoleProposal) -> Grants {
    let pairs = role.members.iter().flat_map(|member| role.entitlements.iter().map(|held| (*member, *held)));
    let key = |(member, held)| {
        (mined.matrix.holder_key(member).to_owned(), mined.matrix.entitlement_key(held).to_owned())
    };
    pairs.map(key).collect()
}

/// Checks what holds without new grants, from outside: with keys, and without the room's own counts.
fn check(holders: &[RoleHolder], settings: &RoleSettings) -> MinedRoles {
    let mined = mine_roles(holders.to_vec(), settings).unwrap();
    let today = grants(holders);
    let mut explained = Grants::new();
    for role in &mined.proposals {
        assert_eq!(role.added, 0);
        let through = through(&mined, role);
        assert!(through.is_subset(&today), "{role:?} grants something new");
        let new = through.difference(&explained).count();
        assert_eq!(role.replaced, new, "{role:?}");
        explained.extend(through);
        for near in &role.near {
            assert!(!near.missing.is_empty());
            assert!(near.missing.iter().all(|missing| !mined.matrix.held_by(near.holder).contains(missing)));
            assert!(near.missing.iter().all(|missing| role.entitlements.contains(missing)));
            assert!(!role.members.contains(&near.holder));
        }
        if role.pattern == RolePattern::Exact {
            assert!(role.near.is_empty());
        }
    }
    assert_eq!(mined.before.direct, today.len());
    assert_eq!(
        mined.after.direct,
        today.difference(&explained).count(),
        "single grants are the rest of today's"
    );
    assert_eq!(mined.after.roles, mined.proposals.len());
    let weights = &settings.weights;
    assert!(mined.after.weighted(weights) <= mined.before.weighted(weights));
    for consolidation in &mined.consolidations {
        for holder in consolidation.holders() {
            let held = mined.matrix.held_by(*holder);
            assert!(consolidation.entitlements().iter().all(|entitlement| held.contains(entitlement)));
        }
    }
    mined
}

fn shape(mined: &MinedRoles) -> String {
    format!("{:?} {:?} {:?}", mined.proposals, mined.consolidations, mined.after)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn roles_and_single_grants_together_are_todays_access(holders in organisations()) {
        check(&holders, &settings());
    }

    #[test]
    fn the_order_of_the_input_does_not_matter(holders in organisations(), turn in 0..60_usize) {
        let mut other = holders.clone();
        other.rotate_left(turn.min(holders.len()));
        other.iter_mut().for_each(|holder| holder.held.reverse());
        let one = mine_roles(holders, &settings()).unwrap();
        prop_assert_eq!(shape(&one), shape(&mine_roles(other, &settings()).unwrap()));
    }

    #[test]
    fn any_weights_lower_the_complexity_or_propose_nothing(
        holders in organisations(),
        weights in prop::array::uniform4(prop_oneof![Just(0.0), 0.0..5.0]),
    ) {
        let [role, assignment, entitlement, direct] = weights;
        let weights = ComplexityWeights { role, assignment, entitlement, direct };
        check(&holders, &RoleSettings { weights, ..settings() });
    }

    #[test]
    fn new_grants_stay_within_what_was_allowed(holders in organisations(), allow_new in 0.0..0.5) {
        let mined = mine_roles(holders.clone(), &RoleSettings { allow_new, ..settings() }).unwrap();
        let today = grants(&holders);
        for role in &mined.proposals {
            let all = through(&mined, role);
            prop_assert_eq!(role.added, all.difference(&today).count());
            #[expect(clippy::cast_precision_loss, reason = "small counts")]
            let allowed = all.len() as f64 * allow_new;
            #[expect(clippy::cast_precision_loss, reason = "small counts")]
            let added = role.added as f64;
            prop_assert!(added <= allowed);
        }
    }
}

#[test]
fn the_properties_hold_for_a_planted_organisation_with_noise() {
    let noise = AccessNoise { missing: 50, extra: 50 };
    let holders = planted(11, 700, noise);
    let mined = check(&holders, &RoleSettings::default());
    let mut turned = holders;
    turned.reverse();
    assert_eq!(shape(&mined), shape(&mine_roles(turned, &RoleSettings::default()).unwrap()));
    assert!(mined.proposals.iter().any(|role| matches!(role.pattern, RolePattern::Birthright(_))));
    assert!(mined.proposals.iter().any(|role| role.pattern == RolePattern::Near));
}

#[test]
fn planted_functions_are_found_again() {
    for (noise, least) in [
        (AccessNoise::default(), 0.99),
        (AccessNoise { missing: 20, extra: 20 }, 0.97),
        (AccessNoise { missing: 50, extra: 50 }, 0.93),
    ] {
        let access = PlantedAccess::plant(12, 700, noise);
        let holders = planted(12, 700, noise).into_iter();
        // Without attributes: the sets alone have to show the functions.
        let holders = holders.map(|holder| RoleHolder { attributes: BTreeMap::new(), ..holder }).collect();
        let mined = mine_roles(holders, &RoleSettings::default()).unwrap();
        let mut roles: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
        for (number, role) in mined.proposals.iter().enumerate() {
            let near = role.near.iter().map(|near| near.holder);
            for holder in role.members.iter().copied().chain(near) {
                let best = roles.entry(mined.matrix.holder_key(holder)).or_default();
                *best = (*best).max((role.entitlements.len(), number));
            }
        }
        let of = |key: &str| roles.get(key).map(|(_, number)| *number);
        let found: Vec<_> = access.holders.iter().map(|holder| of(&holder.key)).collect();
        let index = access.measure_roles(&found);
        assert!(index >= least, "{noise:?}: {index}");
    }
}
