//! Small organisations in which a person sees at once what should be proposed.

#![expect(clippy::unwrap_used, reason = "helper functions of tests: a failure is the test's")]

use countersign_roles::{
    ComplexityWeights, Consolidation, MinedRoles, RoleHolder, RolePattern, RoleProposal, RoleSettings,
    mine_roles,
};

/// Reads identities: `name [department]: entitlement, entitlement`; a name that begins with `svc` is no person.
fn identities(lines: &[&str]) -> Vec<RoleHolder> {
    let read = |line: &&str| {
        let (who, held) = line.split_once(':').unwrap();
        let (key, department) = who.split_once(' ').unwrap_or((who, ""));
        let attributes = (!department.is_empty()).then(|| ("department".to_owned(), department.to_owned()));
        RoleHolder {
            key: key.to_owned(),
            is_person: !key.starts_with("svc"),
            attributes: attributes.into_iter().collect(),
            held: held.split_whitespace().map(str::to_owned).collect(),
        }
    };
    lines.iter().map(read).collect()
}

fn mine(lines: &[&str], settings: &RoleSettings) -> MinedRoles {
    mine_roles(identities(lines), settings).unwrap()
}

fn small() -> RoleSettings {
    RoleSettings { min_people: 4, ..RoleSettings::default() }
}

fn keys(mined: &MinedRoles, role: &RoleProposal) -> (String, String) {
    let names = |numbers: &[u32], key: &dyn Fn(u32) -> String| {
        numbers.iter().map(|number| key(*number)).collect::<Vec<_>>().join(" ")
    };
    let held = names(&role.entitlements, &|number| mined.matrix.entitlement_key(number).to_owned());
    (held, names(&role.members, &|number| mined.matrix.holder_key(number).to_owned()))
}

#[test]
fn identities_with_the_same_set_are_an_exact_pattern() {
    let mined = mine(&["svc1: a b c", "svc2: a b c", "svc3: a b c", "svc4: x"], &small());
    let [role] = &*mined.proposals else { panic!("{:?}", mined.proposals) };
    assert_eq!(role.pattern, RolePattern::Exact);
    assert_eq!(keys(&mined, role), ("a b c".to_owned(), "svc1 svc2 svc3".to_owned()));
    assert_eq!((role.replaced, role.added, role.beyond), (9, 0, 0));
    assert!((role.coverage(&mined.matrix) - 0.9).abs() < 1e-9);
    let weights = ComplexityWeights::default();
    // Ten grants before; after: a role, three assignments, three entitlements and a single grant.
    assert!((mined.before.weighted(&weights) - 10.0).abs() < 1e-9);
    assert!((mined.after.weighted(&weights) - 8.0).abs() < 1e-9);
}

#[test]
fn what_somebody_lacks_is_stated_and_granted_only_if_asked_and_what_is_beyond_stays() {
    let lines = [
        "svc1: a b c d e",
        "svc2: a b c d e",
        "svc3: a b c d e",
        "svc4: a b c d e x",
        "svc5: a b c d",
        "svc6: y",
    ];
    let mined = mine(&lines, &small());
    let [role] = &*mined.proposals else { panic!("{:?}", mined.proposals) };
    assert_eq!(role.pattern, RolePattern::Near);
    assert_eq!(keys(&mined, role), ("a b c d e".to_owned(), "svc1 svc2 svc3 svc4".to_owned()));
    assert_eq!((role.added, role.beyond, role.near.len()), (0, 1, 1));
    let lacking = &role.near[0];
    assert_eq!(mined.matrix.holder_key(lacking.holder), "svc5");
    assert_eq!(
        lacking.missing.iter().map(|held| mined.matrix.entitlement_key(*held)).collect::<Vec<_>>(),
        ["e"]
    );
    assert_eq!(mined.after.direct, 6, "svc5 keeps its four, svc4 its x, svc6 its y");

    // One new grant of 25 is 4 %.
    let too_few = mine(&lines, &RoleSettings { allow_new: 0.03, ..small() });
    assert_eq!(too_few.proposals[0].added, 0);
    let allowed = mine(&lines, &RoleSettings { allow_new: 0.04, ..small() });
    let role = &allowed.proposals[0];
    assert_eq!((role.added, role.near.len(), role.members.len()), (1, 0, 5));
}

#[test]
fn what_all_of_a_department_hold_is_a_birthright_with_its_exceptions() {
    let mut lines: Vec<String> = (0..9).map(|number| format!("p{number} sales: all crm")).collect();
    lines.push("p9 sales: all".to_owned());
    lines.extend((10..20).map(|number| format!("p{number} legal: all")));
    lines.push("svc1: all crm".to_owned());
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let mined = mine(&lines, &small());
    let [everybody, sales] = &*mined.proposals else { panic!("{:?}", mined.proposals) };
    let RolePattern::Birthright(rule) = &everybody.pattern else { panic!("{everybody:?}") };
    assert!(rule.conditions.is_empty());
    assert_eq!((rule.people, everybody.members.len()), (20, 20), "a service has no birthright");
    let RolePattern::Birthright(rule) = &sales.pattern else { panic!("{sales:?}") };
    assert_eq!(rule.conditions, [("department".to_owned(), "sales".to_owned())]);
    assert_eq!((rule.people, sales.members.len(), sales.near.len()), (10, 9, 1));
    assert!((sales.confidence().unwrap() - 0.9).abs() < 1e-9);
    assert_eq!(keys(&mined, sales).0, "crm");
    // Each role is one, with one entitlement and its rule; the person of sales without crm is an exception.
    // The service keeps its two grants: an assignment for one grant saves nothing.
    assert_eq!((mined.after.roles, mined.after.assignments, mined.after.entitlements), (2, 3, 2));

    let strict = mine(&lines, &RoleSettings { confidence: 0.95, ..small() });
    assert_eq!(strict.proposals.len(), 1, "nine of ten are no longer enough");
    let few = mine(&lines, &RoleSettings { min_people: 11, ..small() });
    assert_eq!(few.proposals.len(), 1, "ten people are no longer enough");
}

#[test]
fn entitlements_with_nearly_the_same_holders_can_be_one() {
    let mut lines: Vec<String> = (0..8).map(|number| format!("svc{number}: a b within")).collect();
    lines.push("svc8: a b other".to_owned());
    lines.push("svc9: a b other".to_owned());
    for number in 10..18 {
        lines.push(format!("svc{number}: near1 near2"));
    }
    lines.push("svc18: near1".to_owned());
    lines.push("svc19: near2".to_owned());
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let mined = mine(&lines, &small());
    let named = |found: &Consolidation| {
        found
            .entitlements()
            .iter()
            .map(|held| mined.matrix.entitlement_key(*held))
            .collect::<Vec<_>>()
            .join(" ")
    };
    let found: Vec<_> = mined.consolidations.iter().map(|found| (named(found), found.replaced())).collect();
    assert_eq!(found, [("a b".to_owned(), 10), ("near1 near2".to_owned(), 8), ("within a".to_owned(), 8)]);
    assert!((mined.consolidations[1].similarity() - 0.8).abs() < 1e-9);
    let Consolidation::Overlapping { near, .. } = &mined.consolidations[1] else { panic!() };
    assert_eq!(near.len(), 2, "each lacks one of the two");
    let Consolidation::Within { others, .. } = &mined.consolidations[2] else { panic!() };
    assert_eq!(others.len(), 2);
}

#[test]
fn nothing_comes_of_nothing_and_nonsense_is_refused_by_name() {
    let mined = mine(&[], &small());
    assert_eq!((mined.proposals.len(), mined.before, mined.after), (0, mined.after, mined.before));
    let weights = |weights| RoleSettings { weights, ..RoleSettings::default() };
    let plain = ComplexityWeights::default();
    for (settings, field) in [
        (weights(ComplexityWeights { role: -1.0, ..plain }), "weights.role"),
        (weights(ComplexityWeights { assignment: f64::NAN, ..plain }), "weights.assignment"),
        (weights(ComplexityWeights { entitlement: f64::INFINITY, ..plain }), "weights.entitlement"),
        (weights(ComplexityWeights { direct: 1e7, ..plain }), "weights.direct"),
        (RoleSettings { confidence: 0.2, ..plain_settings() }, "confidence"),
        (RoleSettings { near: f64::NAN, ..plain_settings() }, "near"),
        (RoleSettings { allow_new: 1.5, ..plain_settings() }, "allow_new"),
        (RoleSettings { min_members: 1, ..plain_settings() }, "min_members"),
        (RoleSettings { min_people: 0, ..plain_settings() }, "min_people"),
    ] {
        let refused = mine_roles(Vec::new(), &settings).unwrap_err();
        assert_eq!(refused.field, field, "{refused}");
    }
}

fn plain_settings() -> RoleSettings {
    RoleSettings::default()
}

#[test]
fn a_search_that_may_do_little_ends_early_and_says_so() {
    let lines: Vec<String> = (0..40).map(|number| format!("svc{number}: a b c d e f")).collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let mined = mine(&lines, &RoleSettings { work: 10, ..small() });
    assert!(mined.ended_early);
    assert_eq!(mined.after, mined.before);
    assert!(!mine(&lines, &small()).ended_early);
}
