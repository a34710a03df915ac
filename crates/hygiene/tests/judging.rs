//! What single detectors take for evidence, and what not.

#![expect(clippy::indexing_slicing, reason = "tests stop at the first surprise")]

use countersign_correlate::{CorrelationRules, SourcedKey, SourcedNodes, correlate};
use countersign_hygiene::{HygieneDetector, HygieneSettings, HygieneSeverity, HygieneView, find};
use countersign_organisation::NOW;
use countersign_sources::{
    AccountRecord, AccountUse, EdgeBody, GroupRecord, NodeBody, PersonRecord, PersonalAttributes, Relation,
    SourceEdge, SourceKey, SourceNode,
};
use std::collections::BTreeMap;
use std::time::Duration;

/// A domain in which an address is one person's.
const RULES: &str = "[[domains]]\nname = \"corp.example\"\nown = true\n";

type Stated = BTreeMap<SourcedKey, SourceNode>;

#[expect(clippy::unwrap_used, reason = "keys of tests are valid")]
fn stated(source: &str, name: &str, body: NodeBody) -> (SourcedKey, SourceNode) {
    let key = SourceKey::new(name).unwrap();
    (SourcedKey::new(source, key.clone()), SourceNode { key, name: name.to_owned(), body })
}

fn person(name: &str, personal: PersonalAttributes) -> (SourcedKey, SourceNode) {
    stated("personnel", name, NodeBody::Person(PersonRecord { personal, ..PersonRecord::default() }))
}

fn account(source: &str, name: &str, personal: PersonalAttributes) -> (SourcedKey, SourceNode) {
    let account = AccountRecord { personal, enabled: Some(true), ..AccountRecord::default() };
    stated(source, name, NodeBody::Account(account))
}

fn with_mail(mail: &str) -> PersonalAttributes {
    PersonalAttributes { mails: vec![mail.to_owned()], ..PersonalAttributes::default() }
}

#[expect(clippy::unwrap_used, reason = "the rules of tests are valid")]
fn found(nodes: &Stated) -> Vec<(HygieneDetector, String)> {
    let nodes: SourcedNodes<'_> = nodes.iter().map(|(at, node)| (at.clone(), node)).collect();
    let identities = correlate(&nodes, &[], &CorrelationRules::read(RULES).unwrap());
    let view = HygieneView {
        nodes: &nodes,
        edges: Vec::new(),
        identities: &identities,
        uses: &BTreeMap::new(),
        now: NOW,
    };
    let findings = find(&view, &HygieneSettings::default());
    findings.iter().map(|finding| (finding.detector, finding.subjects[0].key.to_string())).collect()
}

/// Of a hundred people one gave a private address: that does not make its domain the organisation's.
#[test]
fn an_address_makes_an_orphan_only_if_somebody_could_have_been_found_by_it() {
    let mut nodes: Stated = (0..99)
        .map(|number| person(&format!("p{number}"), with_mail(&format!("p{number}@corp.example"))))
        .collect();
    nodes.extend([person("p99", with_mail("p99@mail.example"))]);
    assert_eq!(found(&nodes), []);
    nodes.extend([
        account("code", "private", with_mail("somebody@mail.example")),
        account("code", "gone", with_mail("somebody@CORP.example")),
        account("code", "nothing", PersonalAttributes::default()),
    ]);
    assert_eq!(found(&nodes), [(HygieneDetector::OrphanedAccount, "gone".to_owned())]);
}

/// An external in one source who is an employee in another, in another department and another town, is two people. That the
/// link may be wrong is for whoever looks after links.
#[test]
fn sources_that_contradict_each_other_in_everything_speak_of_two_people() {
    let text = |text: &str| Some(text.to_owned());
    let ada = |department: &str, location: &str, employment: &str| PersonalAttributes {
        employee_number: text("4711"),
        given_name: text("Ada"),
        family_name: text("Lovelace"),
        department: text(department),
        location: text(location),
        employment: text(employment),
        ..PersonalAttributes::default()
    };
    let contradictions = |department: &str, location: &str, employment: &str| {
        let nodes = Stated::from([
            person("p1", ada("Sales", "Berlin", "employee")),
            account("directory", "ada", ada(department, location, employment)),
        ]);
        let all = found(&nodes);
        assert!(
            all.iter().all(|(detector, _)| *detector == HygieneDetector::ContradictingSources),
            "{all:?}"
        );
        all.len()
    };
    assert_eq!(contradictions("SALES", "berlin", "employee"), 0);
    assert_eq!(contradictions("Finance", "Berlin", "employee"), 1);
    assert_eq!(contradictions("Finance", "Madrid", "employee"), 2, "whoever moved, moved with everything");
    assert_eq!(contradictions("Sales", "Berlin", "contractor"), 1);
    assert_eq!(contradictions("Finance", "Berlin", "contractor"), 2);
    assert_eq!(contradictions("Finance", "Madrid", "contractor"), 0);
}

#[expect(clippy::unwrap_used, reason = "keys of tests are valid")]
fn edge(from: &str, relation: Relation, to: &str, conditional: bool) -> SourceEdge {
    let key = |name: &str| SourceKey::new(name).unwrap();
    let body = EdgeBody { conditional, ..EdgeBody::default() };
    SourceEdge { from: key(from), relation, to: key(to), body }
}

/// A service that was not used for 200 days is worse if it can take an administrator, or reaches much.
#[test]
fn what_an_account_reaches_makes_its_findings_worse_and_is_said() {
    let service = AccountRecord {
        enabled: Some(true),
        used_by: Some(AccountUse::Service),
        owner: Some("admin".to_owned()),
        last_used_at: Some(NOW.minus(Duration::from_secs(200 * 86_400))),
        ..AccountRecord::default()
    };
    let admins = GroupRecord { privileged: Some(true), ..GroupRecord::default() };
    let nodes = Stated::from([
        stated("directory", "svc-old", NodeBody::Account(service)),
        account("directory", "admin", PersonalAttributes::default()),
        stated("directory", "desk", NodeBody::Group(GroupRecord::default())),
        stated("directory", "admins", NodeBody::Group(admins)),
    ]);
    let judged = |edges: &[SourceEdge]| {
        let nodes: SourcedNodes<'_> = nodes.iter().map(|(at, node)| (at.clone(), node)).collect();
        let identities = correlate(&nodes, &[], &CorrelationRules::default());
        let uses = BTreeMap::new();
        let edges = edges.iter().map(|edge| ("directory", edge)).collect();
        let view = HygieneView { nodes: &nodes, edges, identities: &identities, uses: &uses, now: NOW };
        let findings = find(&view, &HygieneSettings::default());
        let unused: Vec<_> =
            findings.iter().filter(|found| found.detector == HygieneDetector::UnusedAccount).collect();
        assert_eq!(unused.len(), 1);
        let reaches = unused[0].evidence.iter().find(|said| said.attribute == "reaches");
        (unused[0].severity, reaches.map(|said| said.value.clone()))
    };
    let usual = (HygieneSeverity::Medium, None);
    let worse = |says: &str| (HygieneSeverity::High, Some(says.to_owned()));
    assert_eq!(judged(&[]), usual);
    // It resets the password of a member of the group, by way of a group.
    let control = |conditional| {
        [
            edge("svc-old", Relation::MemberOf, "desk", false),
            edge("desk", Relation::Controls, "admin", conditional),
            edge("admin", Relation::MemberOf, "admins", false),
        ]
    };
    assert_eq!(judged(&control(false)), worse("control over what has power through admins"));
    assert_eq!(judged(&control(true)), usual);
    assert_eq!(
        judged(&[edge("svc-old", Relation::MemberOf, "admins", false)]),
        worse("power through admins")
    );
    let many = |count: usize| -> Vec<SourceEdge> {
        let member = edge("svc-old", Relation::MemberOf, "desk", false);
        let rights = (0..count).map(|at| edge("desk", Relation::May, &format!("file-{at}"), false));
        rights.chain([member]).collect()
    };
    assert_eq!(judged(&many(99)), usual);
    assert_eq!(judged(&many(100)), worse("100 resources or more"));
}
