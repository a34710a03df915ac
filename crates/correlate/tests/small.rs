//! Small cases, each a few nodes; and what holds whatever the input is.

use countersign_correlate::{
    AccountState, AttributeName, CorrelatedIdentities, CorrelationRules, IdentityOwner, LinkDecision,
    LinkDecisionBody, SourcedKey, SourcedNodes, correlate,
};
use countersign_sources::{
    AccountRecord, AccountUse, NodeBody, PersonRecord, PersonalAttributes, SourceKey, SourceNode,
};
use proptest::prelude::*;

const RULES: &str = r#"
[[sources]]
name = "hr"
[[sources]]
name = "ad"
namespace = "staff"
founds = ["contractor"]
[[sources]]
name = "unix"
namespace = "staff"
[[domains]]
name = "corp.example"
own = true
[precedence]
department = ["ad", "hr"]
"#;

type Planted = Vec<(SourcedKey, SourceNode)>;

#[expect(clippy::unwrap_used, reason = "keys of tests are valid")]
fn at(source: &str, key: &str) -> SourcedKey {
    SourcedKey::new(source, SourceKey::new(key).unwrap())
}

/// `number, given, family, mail, department`, each of which may be empty.
fn personal([number, given, family, mail, department]: [&str; 5]) -> PersonalAttributes {
    let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    PersonalAttributes {
        employee_number: text(number),
        given_name: text(given),
        family_name: text(family),
        mails: text(mail).into_iter().collect(),
        department: text(department),
        ..PersonalAttributes::default()
    }
}

fn node(source: &str, key: &str, body: NodeBody) -> (SourcedKey, SourceNode) {
    let at = at(source, key);
    let node = SourceNode { key: at.key.clone(), name: key.to_owned(), body };
    (at, node)
}

fn person(key: &str, fields: [&str; 5]) -> (SourcedKey, SourceNode) {
    node("hr", key, NodeBody::Person(PersonRecord { personal: personal(fields), ..PersonRecord::default() }))
}

fn account(source: &str, login: &str, fields: [&str; 5]) -> (SourcedKey, SourceNode) {
    node(
        source,
        login,
        NodeBody::Account(AccountRecord { personal: personal(fields), ..AccountRecord::default() }),
    )
}

#[expect(clippy::unwrap_used, reason = "the rules of tests are valid")]
fn rules() -> &'static CorrelationRules {
    static RULES_READ: std::sync::OnceLock<CorrelationRules> = std::sync::OnceLock::new();
    RULES_READ.get_or_init(|| CorrelationRules::read(RULES).unwrap())
}

fn run(planted: &Planted, decisions: &[LinkDecision]) -> CorrelatedIdentities {
    let nodes: SourcedNodes<'_> = planted.iter().map(|(at, node)| (at.clone(), node)).collect();
    correlate(&nodes, decisions, rules())
}

fn state(planted: &Planted, login: (&str, &str)) -> String {
    let found = run(planted, &[]);
    let names = |candidates: &[countersign_correlate::AccountCandidate]| {
        candidates.iter().map(|one| one.identity.key.to_string()).collect::<Vec<_>>().join(" ")
    };
    match found.accounts.get(&at(login.0, login.1)) {
        Some(AccountState::Linked { identity, .. }) => format!("linked {}", identity.key),
        Some(AccountState::Proposed(candidates)) => format!("proposed {}", names(candidates)),
        Some(AccountState::Disputed(candidates)) => format!("disputed {}", names(candidates)),
        Some(AccountState::Orphan) => "orphan".to_owned(),
        None => "unknown".to_owned(),
    }
}

fn two_john_does() -> Planted {
    vec![
        person("p1", ["0001", "John", "Doe", "john.doe@corp.example", "Sales"]),
        person("p2", ["0002", "John", "Doe", "john.doe2@corp.example", "Sales"]),
    ]
}

/// Nothing else agrees as a whole: without a look at the number, the account would be nobody's.
#[test]
fn a_number_with_one_wrong_digit_leaves_the_account_to_a_person() {
    let planted = |number: &str| {
        vec![
            person("p1", ["00013724", "Ann", "Petberger", "ann.petberger@corp.example", "Finance"]),
            account("unix", "x0815", [number, "Ann", "Petberger", "", "Finance"]),
        ]
    };
    for near in ["23724", "13742", "1374", "137224", "E-0013725"] {
        assert_eq!(state(&planted(near), ("unix", "x0815")), "proposed p1", "{near}");
    }
    // It never makes a link certain, and two digits are another number.
    assert_eq!(state(&planted("13724"), ("unix", "x0815")), "linked p1");
    assert_eq!(state(&planted("23725"), ("unix", "x0815")), "orphan");
}

/// The mistyped letter is one of those by which names are looked up.
#[test]
fn an_account_with_a_mistyped_name_is_found_by_its_login() {
    let in_chicago = |(at, mut node): (SourcedKey, SourceNode)| {
        let personal = match &mut node.body {
            NodeBody::Person(person) => Some(&mut person.personal),
            NodeBody::Account(account) => Some(&mut account.personal),
            _ => None,
        };
        personal.into_iter().for_each(|personal| personal.location = Some("Chicago".to_owned()));
        (at, node)
    };
    let planted = vec![
        in_chicago(person("p1", ["1", "Martha", "Johansen", "martha.johansen@corp.example", "Finance"])),
        in_chicago(account("unix", "mjohansen", ["", "Martha", "Jihansen", "", "Finance"])),
    ];
    assert_eq!(state(&planted, ("unix", "mjohansen")), "proposed p1");
}

/// An owner is named by a login. That it is known whose it is, is another question.
#[test]
fn an_owner_who_is_named_by_a_login_is_not_nobody() {
    let owned = |owner: &str| {
        let mut planted = two_john_does();
        planted.push(account("ad", "jdoe", ["1", "John", "Doe", "", ""]));
        planted.push(account("unix", "stray", ["", "", "", "", ""]));
        planted.push(account("cloud", "both", ["1", "John", "Doe", "", ""]));
        planted.push(account("unix", "both", ["2", "John", "Doe", "", ""]));
        let record = AccountRecord {
            used_by: Some(AccountUse::Service),
            owner: Some(owner.to_owned()),
            ..AccountRecord::default()
        };
        planted.push(node("code", "robot", NodeBody::Account(record)));
        run(&planted, &[]).identities[&at("code", "robot")].owner.clone()
    };
    assert_eq!(owned("jdoe"), IdentityOwner::Known(at("hr", "p1")));
    assert_eq!(owned("stray"), IdentityOwner::Account(at("unix", "stray")));
    assert_eq!(owned("both"), IdentityOwner::Several("both".to_owned()));
    assert_eq!(owned("former.colleague"), IdentityOwner::Unresolved("former.colleague".to_owned()));
}

#[test]
fn namesakes_are_told_apart_by_what_differs_and_else_left_to_a_person() {
    for (fields, expected) in [
        (["E1", "John", "Doe", "", ""], "linked p1"),
        (["2", "Johnny", "Doe", "", ""], "linked p2"),
        (["", "John", "Doe", "JOHN.DOE2@corp.example", ""], "linked p2"),
        (["", "John", "Doe", "", ""], "proposed p1 p2"),
        (["", "John", "Doe", "", "Sales"], "proposed p1 p2"),
        // The number of one and the address of the other.
        (["1", "John", "Doe", "john.doe2@corp.example", ""], "disputed p1 p2"),
        // Somebody else's number, mistyped.
        (["1", "Mary", "Major", "", ""], "orphan"),
        (["", "Mary", "Doe", "", ""], "orphan"),
    ] {
        let mut planted = two_john_does();
        planted.push(account("ad", "x", fields));
        assert_eq!(state(&planted, ("ad", "x")), expected, "{fields:?}");
    }
}

#[test]
fn accounts_are_linked_through_each_other() {
    let mut planted = two_john_does();
    planted.push(account("ad", "jdoe2", ["2", "John", "Doe", "", ""]));
    planted.push(account("unix", "jdoe2", ["", "", "", "", ""]));
    planted.push(account("ad", "adm-jdoe2", ["", "", "", "", ""]));
    assert_eq!(state(&planted, ("unix", "jdoe2")), "linked p2");
    assert_eq!(state(&planted, ("ad", "adm-jdoe2")), "linked p2");
}

#[test]
fn a_passed_on_address_is_not_evidence_against_the_new_owner() {
    // The address of somebody who left years ago is Mary's now, who has no record yet.
    let mut planted = two_john_does();
    planted.push(account("ad", "mmajor", ["", "Mary", "Major", "john.doe@corp.example", ""]));
    assert_eq!(state(&planted, ("ad", "mmajor")), "orphan");
}

#[test]
fn addresses_of_tasks_make_no_candidates() {
    let planted = vec![
        person("p1", ["1", "Ann", "Lee", "info@corp.example", ""]),
        account("ad", "info", ["", "", "", "info@corp.example", ""]),
    ];
    assert_eq!(state(&planted, ("ad", "info")), "orphan");
}

#[test]
fn a_contractor_without_a_record_becomes_a_person_where_that_is_declared() {
    let contractor = |source: &str| {
        let (at, mut node) = account(source, "mroe", ["", "Mary", "Roe", "mroe@corp.example", ""]);
        if let NodeBody::Account(account) = &mut node.body {
            account.personal.employment = Some("External".to_owned());
        }
        (at, node)
    };
    let mut planted = two_john_does();
    planted.push(contractor("ad"));
    planted.push(contractor("unix"));
    assert_eq!(state(&planted, ("ad", "mroe")), "linked mroe");
    assert_eq!(state(&planted, ("unix", "mroe")), "linked mroe");
    assert_eq!(run(&planted, &[]).identities.len(), 3);
    // Only the other source has it, of which nothing is declared.
    planted.remove(2);
    assert_eq!(state(&planted, ("unix", "mroe")), "orphan");
}

#[test]
fn two_records_are_one_person_by_their_number_and_else_a_question() {
    let mut planted = two_john_does();
    planted.push(person("p3", ["1", "John", "Doe", "john.doe@corp.example", "Finance"]));
    let found = run(&planted, &[]);
    assert_eq!(found.identities.len(), 2);
    planted.push(person("p4", ["9", "John", "Doe", "john.doe@corp.example", "Finance"]));
    let found = run(&planted, &[]);
    assert_eq!(found.identities.len(), 3);
    let pairs: Vec<_> =
        found.duplicates.iter().map(|pair| (pair.one.key.as_str(), pair.other.key.as_str())).collect();
    assert_eq!(pairs, [("p3", "p4"), ("p1", "p4")], "the likelier one first");
}

#[test]
fn attributes_are_shown_by_precedence_and_contradictions_are_kept() {
    let planted = vec![
        person("p1", ["1", "Ann", "Lee", "ann@corp.example", "Sales"]),
        account("ad", "alee", ["1", "Ann-Marie", "Lee", "", "Finance"]),
    ];
    let found = run(&planted, &[]);
    let identity = found.identity_of(&at("hr", "p1")).unwrap();
    let shown = |attribute| {
        identity.shown.get(&attribute).map(|shown| (shown.value.as_str(), shown.node.source.as_str()))
    };
    assert_eq!(shown(AttributeName::Department), Some(("Finance", "ad")));
    assert_eq!(shown(AttributeName::GivenName), Some(("Ann", "hr")));
    let clashes: Vec<_> =
        identity.clashes.iter().map(|clash| (clash.attribute, clash.values.len())).collect();
    assert_eq!(clashes, [(AttributeName::Department, 2)]);
}

#[test]
fn a_common_value_makes_no_block() {
    let mut planted: Planted = (0..150)
        .map(|number| {
            person(&format!("p{number}"), [&number.to_string(), "Ann", "Lee", "all@corp.example", ""])
        })
        .collect();
    planted.push(account("ad", "x", ["", "Ann", "Lee", "all@corp.example", ""]));
    assert_eq!(state(&planted, ("ad", "x")), "orphan");
}

fn texts() -> impl Strategy<Value = [&'static str; 5]> {
    let one = |values: &'static [&'static str]| prop::sample::select(values);
    (
        one(&["", "1", "2", "E02"]),
        one(&["", "Ann", "Anna", "Bob", "Robert", "王"]),
        one(&["", "Lee", "Li", "Müller", "Mueller", "von Berg"]),
        one(&["", "ann@corp.example", "bob@corp.example", "info@corp.example", "@", "x@y@z"]),
        one(&["", "Sales", "sales", "IT"]),
    )
        .prop_map(|(a, b, c, d, e)| [a, b, c, d, e])
}

fn organisations() -> impl Strategy<Value = Planted> {
    let logins =
        prop::sample::select(&["alee", "bob", "adm-alee", "svc-x", "annlee", "-", "ann@corp.example"][..]);
    let sources = prop::sample::select(&["ad", "unix", "hr"][..]);
    prop::collection::vec((sources, logins, any::<bool>(), texts()), 0..14).prop_map(|nodes| {
        nodes
            .into_iter()
            .enumerate()
            .map(|(number, (source, login, is_person, fields))| {
                let (_, mut made) =
                    if is_person { person(login, fields) } else { account(source, login, fields) };
                let at = at(if is_person { "hr" } else { source }, &format!("{login}{number}"));
                made.key = at.key.clone();
                (at, made)
            })
            .collect()
    })
}

fn decisions(planted: &Planted, picks: &[(usize, usize, u8)]) -> Vec<LinkDecision> {
    let pick = |number: usize| planted.get(number % planted.len().max(1)).map(|(at, _)| at.clone());
    let decisions = picks.iter().enumerate().filter_map(|(number, (one, other, kind))| {
        let (one, other) = (pick(*one)?, pick(*other)?);
        let body = match kind % 4 {
            0 => LinkDecisionBody::Linked { account: one, to: other },
            1 => LinkDecisionBody::NotSame { one, other },
            2 => LinkDecisionBody::Merged { one, other },
            _ => LinkDecisionBody::Undone { decision: number.saturating_sub(1).to_string() },
        };
        Some(LinkDecision { id: number.to_string(), body })
    });
    decisions.collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn the_order_of_the_input_does_not_matter(
        planted in organisations(),
        picks in prop::collection::vec((0usize..14, 0usize..14, any::<u8>()), 0..5),
        shift in 0usize..14,
    ) {
        let decisions = decisions(&planted, &picks);
        let mut turned = planted.clone();
        turned.reverse();
        turned.rotate_left(shift.min(planted.len()));
        prop_assert_eq!(run(&planted, &decisions), run(&turned, &decisions));
    }

    #[test]
    fn no_node_is_in_two_identities_and_no_decision_is_broken(
        planted in organisations(),
        picks in prop::collection::vec((0usize..14, 0usize..14, any::<u8>()), 0..5),
    ) {
        let decisions = decisions(&planted, &picks);
        let found = run(&planted, &decisions);
        let mut seen = std::collections::BTreeSet::new();
        for identity in found.identities.values() {
            for node in &identity.nodes {
                prop_assert!(seen.insert(node.clone()));
            }
        }
        let undone: Vec<&str> = decisions
            .iter()
            .filter_map(|decision| match &decision.body {
                LinkDecisionBody::Undone { decision } => Some(decision.as_str()),
                _ => None,
            })
            .collect();
        let home = |node: &SourcedKey| found.identity_of(node).map(|identity| identity.id.clone());
        for LinkDecision { id, body } in &decisions {
            if found.overridden.contains(id) || undone.contains(&id.as_str()) {
                continue;
            }
            match body {
                LinkDecisionBody::Linked { account: one, to: other } | LinkDecisionBody::Merged { one, other } if one != other => {
                    prop_assert!(home(one).is_some());
                    prop_assert_eq!(home(one), home(other));
                }
                LinkDecisionBody::NotSame { one, other } if one != other => {
                    prop_assert!(home(one).is_none() || home(one) != home(other));
                }
                _ => {}
            }
        }
    }
}
