//! Who belongs to the organisation, on both stores: what correlation finds of it is noted, and kept when it is gone.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops here")]

#[path = "../../database/tests/database/store.rs"]
#[expect(dead_code, reason = "the tests of the database use all of it")]
mod store;

use countersign_correlate::{
    CorrelationRules, Employment, SourcedKey, SourcedNodes, correlate, employment_end, employments,
};
use countersign_identities::{IdentityTables, SettledImport};
use countersign_names::Timestamp;
use countersign_sources::{
    AccountRecord, AccountUse, NodeBody, PersonRecord, PersonalAttributes, SourceKey, SourceNode,
};
use std::collections::BTreeSet;
use store::TestStore;

type EmploymentNodes = Vec<(SourcedKey, SourceNode)>;

const OPEN: i64 = i64::MAX / 1_000_000;

fn at(source: &str, key: &str) -> SourcedKey {
    SourcedKey::new(source, SourceKey::new(key).unwrap())
}

fn moment(seconds: i64) -> Timestamp {
    Timestamp::from_micros(seconds.saturating_mul(1_000_000))
}

fn personal(name: &str, number: &str, mails: &[&str]) -> PersonalAttributes {
    PersonalAttributes {
        display_name: Some(name.to_owned()),
        employee_number: Some(number.to_owned()),
        mails: mails.iter().map(|mail| (*mail).to_owned()).collect(),
        ..PersonalAttributes::default()
    }
}

fn record(key: &str, name: &str, mails: &[&str], ends: Option<i64>) -> (SourcedKey, SourceNode) {
    let (personal, ends_at) = (personal(name, key, mails), ends.map(moment));
    let body = NodeBody::Person(PersonRecord { personal, ends_at, ..PersonRecord::default() });
    (at("people", key), SourceNode { key: at("people", key).key, name: name.to_owned(), body })
}

fn account(source: &str, key: &str, name: &str, number: &str, mails: &[&str]) -> (SourcedKey, SourceNode) {
    let body = NodeBody::Account(AccountRecord {
        personal: personal(name, number, mails),
        used_by: Some(AccountUse::Person),
        ..AccountRecord::default()
    });
    (at(source, key), SourceNode { key: at(source, key).key, name: key.to_owned(), body })
}

/// Notes what is found in these nodes, as correlation does.
async fn noted(tables: &IdentityTables, basis: &str, nodes: &EmploymentNodes, now: i64) {
    let mut rules = CorrelationRules::default();
    rules.declare("people", true);
    let sourced: SourcedNodes<'_> = nodes.iter().map(|(at, node)| (at.clone(), node)).collect();
    let found = correlate(&sourced, &[], &rules);
    let authoritative = BTreeSet::from(["people".to_owned()]);
    let said = employments(&found, &sourced, &authoritative, moment(now));
    let is_there = |at: &SourcedKey| sourced.contains_key(at);
    tables.replace_employments(basis, said, (&authoritative, is_there), moment(now)).await.unwrap();
}

/// Returns the record, its addresses, its accounts elsewhere, its end in seconds, and whether it is gone, of each row.
async fn known(tables: &IdentityTables) -> Vec<(String, String, String, i64, bool)> {
    let rows = tables.employments().await.unwrap();
    let shown = |said: &Employment| {
        let mails: Vec<_> = said.mails.iter().cloned().collect();
        let accounts: Vec<_> = said.accounts.iter().map(ToString::to_string).collect();
        (mails.join(" "), accounts.join(" "))
    };
    let row = |row: &countersign_identities::KnownEmployment| {
        let (mails, accounts) = shown(&row.said);
        let ends = row.said.ends_at.as_micros() / 1_000_000;
        (row.said.record.key.to_string(), mails, accounts, ends, row.gone)
    };
    rows.iter().map(row).collect()
}

fn row(key: &str, mails: &str, accounts: &str, ends: i64, gone: bool) -> (String, String, String, i64, bool) {
    (key.to_owned(), mails.to_owned(), accounts.to_owned(), ends, gone)
}

#[tokio::test]
async fn what_a_source_no_longer_has_is_kept_with_the_accounts_of_its_person() {
    for store in TestStore::both().await {
        let tables = IdentityTables::open(store.open().await).await.unwrap();
        assert_eq!((tables.employment_basis().await.unwrap(), known(&tables).await.len()), (None, 0));
        // Ada's record has no address: her account has, and the number links it. Eve and Fay show one address.
        let nodes = vec![
            record("17", "Ada Lovelace", &[], None),
            record("18", "Eve Moore", &["eve@a.test", "both@a.test"], Some(500)),
            record("19", "Fay Stone", &["Both@a.test"], None),
            account("cloud", "ada", "Ada Lovelace", "17", &[" Ada@a.test"]),
            account("cloud", "robot", "Robot", "", &["robot@a.test"]),
        ];
        noted(&tables, "first", &nodes, 100).await;
        let first = [
            row("17", "ada@a.test", "cloud:ada", OPEN, false),
            row("18", "eve@a.test", "", 500, false),
            row("19", "", "", OPEN, false),
        ];
        assert_eq!(known(&tables).await, first);
        assert_eq!(tables.employment_basis().await.unwrap().as_deref(), Some("first"));

        // Ada is gone, and Eve's end is taken back.
        let next = vec![record("18", "Eve Moore", &["eve@a.test"], None), nodes[2].clone(), nodes[3].clone()];
        noted(&tables, "second", &next, 200).await;
        let second = [
            row("17", "ada@a.test", "cloud:ada", 200, true),
            row("18", "eve@a.test", "", OPEN, false),
            row("19", "both@a.test", "", OPEN, false),
        ];
        assert_eq!(known(&tables).await, second);
        noted(&tables, "second", &next, 300).await;
        assert_eq!(known(&tables).await, second, "the same again changes nothing");
        noted(&tables, "third", &nodes, 400).await;
        assert_eq!(known(&tables).await, first, "and she is back");
    }
}

#[tokio::test]
async fn more_rows_than_one_step_are_read_and_what_a_source_that_is_no_longer_asked_said_is_forgotten() {
    for store in TestStore::both().await {
        let tables = IdentityTables::open(store.open().await).await.unwrap();
        let said = |number: i64| Employment {
            record: at("people", &format!("{number:05}")),
            ends_at: moment(number),
            mails: BTreeSet::new(),
            accounts: Vec::new(),
        };
        let all: Vec<_> = (0..4_500).map(said).collect();
        let nobody = |_: &SourcedKey| false;
        let authoritative = BTreeSet::from(["people".to_owned()]);
        tables.replace_employments("a", all.clone(), (&authoritative, nobody), moment(1)).await.unwrap();
        let read = tables.employments().await.unwrap();
        assert_eq!(read.iter().map(|row| row.said.clone()).collect::<Vec<_>>(), all);
        tables.replace_employments("b", Vec::new(), (&BTreeSet::new(), nobody), moment(1)).await.unwrap();
        assert_eq!(tables.employments().await.unwrap(), []);

        assert_eq!(tables.settled("people").await.unwrap(), None);
        for import in [3, 4] {
            let settled = SettledImport { import, at: moment(import), body: format!("{{\"{import}\":1}}") };
            tables.note_settled("people", &settled).await.unwrap();
            assert_eq!(tables.settled("people").await.unwrap(), Some(settled));
        }
    }
}

#[test]
fn a_record_ends_as_its_source_says() {
    let now = moment(100);
    let person = |active: Option<bool>, starts: Option<i64>, ends: Option<i64>| {
        let (starts_at, ends_at) = (starts.map(moment), ends.map(moment));
        let body = NodeBody::Person(PersonRecord { active, starts_at, ends_at, ..PersonRecord::default() });
        employment_end(&body, now).unwrap()
    };
    for (active, starts, ends, expected) in [
        (None, None, None, Timestamp::MAX),
        (Some(true), None, Some(50), moment(50)),
        (None, None, Some(150), moment(150)),
        (Some(false), None, None, moment(0)),
        (Some(false), Some(20), Some(50), moment(50)),
        (Some(false), None, Some(150), moment(0)),
        (Some(false), Some(120), None, Timestamp::MAX),
    ] {
        assert_eq!(person(active, starts, ends), expected, "{active:?} {starts:?} {ends:?}");
    }
    let account = |enabled: Option<bool>, used_by: Option<AccountUse>, expires: Option<i64>| {
        let expires_at = expires.map(moment);
        let body =
            NodeBody::Account(AccountRecord { enabled, used_by, expires_at, ..AccountRecord::default() });
        employment_end(&body, now)
    };
    assert_eq!(account(None, None, None), Some(Timestamp::MAX));
    assert_eq!(account(Some(false), None, None), Some(moment(0)));
    assert_eq!(account(Some(true), Some(AccountUse::Person), Some(70)), Some(moment(70)));
    assert_eq!(account(Some(false), Some(AccountUse::Service), None), None);
    assert_eq!(employment_end(&NodeBody::Group(Default::default()), now), None);
}
