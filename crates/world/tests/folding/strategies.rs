//! Strategies that generate any fact, in any order.

use countersign_facts::Member;
use countersign_names::CheckResult;
use countersign_testkit::story::*;
use proptest::prelude::*;

const GROUPS: [&str; 5] = ["a", "b", "c", "d", "e"];

pub fn any_group_line() -> impl Strategy<Value = Line> {
    let groups = proptest::sample::select(&GROUPS[..]);
    let member = prop_oneof![
        (1u128..4).prop_map(|n| Member::Person(per(n))),
        proptest::sample::select(&GROUPS[..]).prop_map(in_group),
    ];
    prop_oneof![
        2 => groups.clone().prop_map(group),
        6 => (groups.clone(), member.clone()).prop_map(|(group, member)| join(group, member)),
        2 => (groups.clone(), member).prop_map(|(group, member)| leave(group, member)),
        1 => groups.prop_map(remove_group),
    ]
}

pub fn any_line() -> impl Strategy<Value = Line> {
    let few = 1u128..4;
    prop_oneof![
        few.clone().prop_map(person),
        any_group_line(),
        (few.clone(), few.clone()).prop_map(|(n, owner)| key(n, owner)),
        (1u8..4, few.clone(), few.clone()).prop_map(|(n, owner, credential)| session(n, owner, credential)),
        few.clone().prop_map(end_session),
        few.clone().prop_map(suspend),
        few.clone().prop_map(remove_person),
        few.clone().prop_map(remove_key),
        few.clone().prop_map(device),
        (few.clone(), 0i64..60).prop_map(|(n, collected)| posture(n, collected, CheckResult::Pass)),
        Just(application("wiki")),
        (few.clone(), few.clone()).prop_map(|(n, owner)| request(n, owner)),
        few.clone().prop_map(approve),
        few.clone().prop_map(revoke_grant),
        few.clone().prop_map(|n| roll_out(n, "on-trial", &[5, 100])),
        few.clone().prop_map(|n| advance(n, 100)),
        few.clone().prop_map(halt),
        few.prop_map(finish),
    ]
}
