//! What single detectors take for evidence, and what not.

#![expect(clippy::indexing_slicing, reason = "tests stop at the first surprise")]

use countersign_correlate::{CorrelationRules, SourcedKey, SourcedNodes, correlate};
use countersign_hygiene::{HygieneDetector, HygieneSettings, HygieneView, find};
use countersign_organisation::NOW;
use countersign_sources::{AccountRecord, NodeBody, PersonRecord, PersonalAttributes, SourceKey, SourceNode};
use std::collections::BTreeMap;

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
