//! Every value has one spelling, on the wire, in policies and on the screen, and an error says what was expected.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests stop at the first surprise")]

use countersign_names::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeSet;
use std::fmt::{Debug, Display};
use std::str::FromStr;
use std::time::Duration;
use uuid::Uuid;

/// Checks that each value has its spelling everywhere, that nothing else parses as it, and that the error says what was
/// expected.
fn check<T>(expected: &str, remedy: &str, all: &[T], spellings: &[&str])
where
    T: Copy + Debug + Display + PartialEq + FromStr<Err = NameError> + Serialize + DeserializeOwned,
{
    assert_eq!(all.len(), spellings.len(), "{expected}: each is spelled once");
    for (value, spelling) in all.iter().zip(spellings) {
        let wire = format!("\"{spelling}\"");
        assert_eq!(value.to_string(), *spelling);
        assert_eq!(format!("{value:>30}"), format!("{spelling:>30}"), "a table aligns it");
        assert_eq!(spelling.parse::<T>().unwrap(), *value);
        assert_eq!(serde_json::to_string(value).unwrap(), wire);
        assert_eq!(serde_json::from_str::<T>(&wire).unwrap(), *value);
    }
    for wrong in ["", " ", "xyzzy", &spellings[0].to_uppercase(), &format!("{} ", spellings[0])] {
        let error = wrong.parse::<T>().unwrap_err();
        assert_eq!((error.expected, error.found.as_str(), error.remedy), (expected, wrong, remedy));
        assert!(serde_json::from_str::<T>(&format!("\"{wrong}\"")).is_err(), "{wrong:?} is no {expected}");
    }
}

#[test]
fn each_word_is_spelled_as_the_glossary_has_it() {
    check(
        "an action",
        "use read, write, download, connect or administer",
        Action::ALL,
        &["read", "write", "download", "connect", "administer"],
    );
    check(
        "a posture check",
        "use disk_encryption, os_patched, endpoint_protection, firewall, secure_boot or screen_lock",
        PostureCheck::ALL,
        &["disk_encryption", "os_patched", "endpoint_protection", "firewall", "secure_boot", "screen_lock"],
    );
    check(
        "a sensitivity",
        "use public, internal, confidential or restricted",
        Sensitivity::ALL,
        &["public", "internal", "confidential", "restricted"],
    );
    check("a risk level", "use low, medium or high", RiskLevel::ALL, &["low", "medium", "high"]);
    check("an assurance level", "use aal1, aal2 or aal3", Assurance::ALL, &["aal1", "aal2", "aal3"]);
    check(
        "an item of evidence",
        "use device, compliance, phishing-resistance, freshness, risk, place, grant or exception",
        EvidenceItem::ALL,
        &["device", "compliance", "phishing-resistance", "freshness", "risk", "place", "grant", "exception"],
    );
    check(
        "a cohort",
        "use employee, contractor, vendor, service or anonymous",
        Cohort::ALL,
        &["employee", "contractor", "vendor", "service", "anonymous"],
    );
}

#[test]
fn administering_alone_is_privileged() {
    let privileged: Vec<_> = Action::ALL.iter().filter(|action| action.is_privileged()).collect();
    assert_eq!(privileged, [&Action::Administer], "a grant and a durable record hang on it");
}

#[test]
fn doing_without_a_grant_or_an_exception_is_no_trust() {
    let untrusted: Vec<_> = EvidenceItem::ALL.iter().filter(|item| !item.is_trusted()).collect();
    assert_eq!(untrusted, [&EvidenceItem::Grant, &EvidenceItem::Exception]);
}

#[test]
fn levels_rank_as_policies_compare_them() {
    assert_eq!(Sensitivity::ALL.iter().map(|level| level.rank()).collect::<Vec<_>>(), [0, 1, 2, 3]);
    assert_eq!(RiskLevel::ALL.iter().map(|level| level.rank()).collect::<Vec<_>>(), [0, 1, 2]);
    assert_eq!(Assurance::ALL.iter().map(|level| level.rank()).collect::<Vec<_>>(), [1, 2, 3]);
}

#[test]
fn each_posture_check_has_a_remedy_of_its_own() {
    let remedies: BTreeSet<_> = PostureCheck::ALL.iter().map(|check| check.remedy()).collect();
    assert_eq!(remedies.len(), PostureCheck::ALL.len());
    for (check, word) in [
        (PostureCheck::DiskEncryption, "encryption"),
        (PostureCheck::OsPatched, "updates"),
        (PostureCheck::EndpointProtection, "endpoint protection"),
        (PostureCheck::Firewall, "firewall"),
        (PostureCheck::SecureBoot, "secure boot"),
        (PostureCheck::ScreenLock, "screen"),
    ] {
        assert!(check.remedy().contains(word), "{check}: {}", check.remedy());
    }
}

#[test]
fn a_principal_is_of_the_kind_that_its_id_says() {
    let bits = Uuid::from_u128(7);
    let id = "00000000000000000000000000000007";
    for (principal, kind, spelling) in [
        (Principal::Anonymous, PrincipalKind::Anonymous, "anonymous".to_owned()),
        (Principal::Person(PersonId::new(bits)), PrincipalKind::Person, format!("per_{id}")),
        (Principal::Service(ServiceId::new(bits)), PrincipalKind::Service, format!("svc_{id}")),
    ] {
        assert_eq!(principal.kind(), kind);
        assert_eq!(principal.to_string(), spelling);
        assert_eq!(spelling.parse::<Principal>().unwrap(), principal);
        assert_eq!(serde_json::to_string(&principal).unwrap(), format!("\"{spelling}\""));
    }
    for wrong in ["", "Anonymous", "per_", &format!("dev_{id}"), &format!("per_{id}0")] {
        let error = wrong.parse::<Principal>().unwrap_err();
        assert_eq!((error.expected, error.found.as_str()), ("a principal", wrong));
    }
}

#[test]
fn a_resource_is_an_application_and_a_path_of_names_within_it() {
    let wiki: ApplicationName = "wiki".parse().unwrap();
    for (part, whole) in [("pages", "wiki/pages"), ("runs/approve", "wiki/runs/approve")] {
        let resource = ResourceName::new(&wiki, part).unwrap();
        assert_eq!(resource.as_str(), whole);
        assert_eq!(resource.part(), part);
        assert_eq!(resource.application(), &wiki);
        assert_eq!(resource.to_string(), whole);
        assert_eq!(format!("{resource:?}"), format!("{whole:?}"));
        assert_eq!(whole.parse::<ResourceName>().unwrap(), resource);
        assert_eq!(serde_json::to_string(&resource).unwrap(), format!("\"{whole}\""));
    }
    for wrong in ["", "/", "pages/", "pages//runs", "Pages", "../admin"] {
        assert!(ResourceName::new(&wiki, wrong).is_err(), "{wrong:?} is no part of an application");
    }
    // The maximum is 200 bytes, including the application and slashes.
    let longest = format!("a/{0}/{0}/{0}/{1}", "b".repeat(60), "c".repeat(15));
    assert_eq!(longest.len(), 200);
    assert_eq!(longest.parse::<ResourceName>().unwrap().as_str(), longest);
    assert!(format!("{longest}c").parse::<ResourceName>().is_err());
}

#[test]
fn names_that_people_choose_are_shown_as_they_were_chosen() {
    let group: GroupName = "pay-roll".parse().unwrap();
    assert_eq!(group.as_str(), "pay-roll");
    assert_eq!(format!("{group:>10}|{group:?}"), "  pay-roll|\"pay-roll\"");
    for (wrong, expected) in [
        ("-".parse::<GroupName>().unwrap_err().expected, "a group name"),
        ("-".parse::<ApplicationName>().unwrap_err().expected, "an application name"),
        ("-".parse::<PolicyId>().unwrap_err().expected, "a policy id"),
    ] {
        assert_eq!(wrong, expected);
    }
    for wrong in ["-a", "a-", "A", "a.b", "a_b", "a\u{661}", "a "] {
        assert!(wrong.parse::<GroupName>().is_err(), "{wrong:?}");
    }
}

#[test]
fn an_error_quotes_no_more_than_eighty_characters() {
    let error = "\u{e9}".repeat(200).parse::<GroupName>().unwrap_err();
    assert_eq!(error.found, "\u{e9}".repeat(80));
}

#[test]
fn a_moment_is_counted_in_microseconds_and_told_in_whole_seconds_rounded_down() {
    for (micros, seconds) in
        [(0, 0), (999_999, 0), (1_000_000, 1), (1_999_999, 1), (-1, -1), (-1_000_001, -2)]
    {
        let moment = Timestamp::from_micros(micros);
        assert_eq!((moment.as_micros(), moment.as_seconds()), (micros, seconds));
    }
    let noon = Timestamp::from_micros(43_200_000_000);
    assert_eq!(noon.plus(Duration::from_micros(5)).as_micros(), 43_200_000_005);
    assert_eq!(noon.plus(Duration::from_secs(u64::MAX)), Timestamp::MAX, "a span beyond all time ends there");
    let later = noon.plus(Duration::from_millis(61_500));
    assert_eq!(later.since(noon), Duration::from_millis(61_500));
    assert_eq!(noon.since(later), Duration::ZERO, "clocks of two machines differ");
    assert_eq!(noon.since(noon), Duration::ZERO);
    for (earlier, seconds) in [(noon, 61), (later, 0), (later.plus(Duration::from_secs(9)), 0)] {
        assert_eq!(later.age_of(earlier), seconds);
    }
    assert_eq!(later.age_of(later.plus(Duration::from_micros(1))), 0);
}

#[test]
fn a_moment_is_written_so_that_texts_sort_as_moments_do() {
    for (micros, text) in [
        (0, "1970-01-01T00:00:00.000000Z"),
        (1_763_802_000_000_001, "2025-11-22T09:00:00.000001Z"),
        (-1, "1969-12-31T23:59:59.999999Z"),
        (i64::MAX, "never"),
    ] {
        let moment = Timestamp::from_micros(micros);
        assert_eq!(moment.to_string(), text);
        assert_eq!(format!("{moment:?}"), text);
        assert_eq!(text.parse::<Timestamp>().unwrap(), moment);
        assert_eq!(serde_json::to_string(&moment).unwrap(), format!("\"{text}\""));
    }
    // Values outside the calendar's range.
    assert_eq!(Timestamp::from_micros(i64::MIN).to_string(), "before time");
    assert_eq!(Timestamp::from_micros(i64::MAX - 1).to_string(), "never");
    for wrong in ["", "Never", "yesterday", "2026-11-22", "2026-11-22T09:00:00"] {
        let error = wrong.parse::<Timestamp>().unwrap_err();
        assert_eq!((error.expected, error.found.as_str()), ("a moment", wrong));
    }
}
