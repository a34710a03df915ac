//! Decisions as OCSF events: every form that a record can have, validated against the published schema.
#![expect(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use crate::common::{Day, MIDNIGHT};
use countersign_evidence::ocsf::{PrincipalName, Source, decision};
use countersign_evidence::{
    Authentication, Cause, Completed, Decided, DeviceEvidence, Effect, Ended, Place, Row,
};
use countersign_names::{
    Action, ApplicationName, Assurance, CredentialId, DeviceId, ExceptionId, GrantId, PersonId, PostureCheck,
    Principal, RiskLevel, Sensitivity, ServiceId, SessionId, Timestamp,
};
use serde_json::{Value, json};
use uuid::Uuid;

const fn uuid(n: u128) -> Uuid {
    Uuid::from_u128(0x0193_9a6f_2c3e_7000_8000_0000_0000_0000 | n)
}

/// Returns a record without any optional part.
fn bare() -> Decided {
    let mut decided = Day::new(1, 1, 1, 0).next().0;
    decided.at = Timestamp::from_micros(MIDNIGHT + 1_234_567);
    decided.id = "dec_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8".parse().unwrap();
    decided.principal = Principal::Person(PersonId::new(uuid(1)));
    decided.application = "wiki".parse().unwrap();
    decided.resource = "wiki/pages".parse().unwrap();
    decided.action = Action::Read;
    decided.operation = "GET".to_owned();
    decided.item = "/pages/1".to_owned();
    decided.effect = Effect::Allow;
    decided.enforced = true;
    decided.cause = Cause::First;
    decided.reasons = vec!["readers".parse().unwrap()];
    decided.remedies = Vec::new();
    decided.sensitivity = Sensitivity::Internal;
    decided.session = None;
    decided.device = None;
    decided.authentication = None;
    decided.session_age_seconds = None;
    decided.session_idle_seconds = None;
    decided.device_evidence = None;
    decided.place = None;
    decided.risk = RiskLevel::Low;
    decided
}

fn completed(decided: &Decided, status: u16, ended: Ended) -> Completed {
    Completed {
        id: decided.id,
        at: Timestamp::from_micros(decided.at.as_micros().saturating_add(25_500)),
        status,
        bytes_in: 300,
        bytes_out: 4_000,
        duration_micros: 25_500,
        ended,
    }
}

type Set = fn(&mut Row);

/// Functions that add each part of a record that may be missing or empty.
const PARTS: &[Set] = &[
    |row| row.decided.session = Some(SessionId::new(uuid(2))),
    |row| row.decided.device = Some(DeviceId::new(uuid(3))),
    |row| row.decided.grant = Some(GrantId::new(uuid(4))),
    |row| {
        row.decided.authentication = Some(Authentication {
            assurance: Assurance::Aal2,
            method: "passkey".to_owned(),
            phishing_resistant: true,
            age_seconds: 3,
            credential: CredentialId::new(uuid(5)),
        });
    },
    |row| row.decided.session_age_seconds = Some(60),
    |row| row.decided.session_idle_seconds = Some(1),
    |row| {
        row.decided.device_evidence = Some(DeviceEvidence {
            managed: true,
            compliant: false,
            proved: true,
            posture_age_seconds: Some(9),
            failing: vec![PostureCheck::DiskEncryption],
        });
    },
    |row| {
        row.decided.place =
            Some(Place { address: "192.0.2.7".parse().unwrap(), network: "office".to_owned() });
    },
    |row| row.decided.content_type = Some("text/html".to_owned()),
    |row| row.completed = Some(completed(&row.decided, 200, Ended::Finished)),
    |row| {
        row.decided.reasons = Vec::new();
        row.decided.shadow = vec!["trial".parse().unwrap()];
        row.decided.errors = vec!["broken".parse().unwrap()];
        row.decided.remedies = vec!["sign-in".to_owned()];
        row.decided.exceptions = vec![ExceptionId::new(uuid(6))];
    },
];

/// Returns every combination of these parts, at an application and at a decision point.
fn combinations() -> Vec<Row> {
    let mut rows = Vec::new();
    for operation in ["GET", "can_read"] {
        for present in 0..1usize << PARTS.len() {
            let mut row = Row { decided: bare(), completed: None };
            row.decided.operation = operation.to_owned();
            for (place, set) in PARTS.iter().enumerate() {
                if present & (1 << place) != 0 {
                    set(&mut row);
                }
            }
            rows.push(row);
        }
    }
    rows
}

/// Returns every value that a record may hold where the mapping distinguishes values.
fn words() -> Vec<Row> {
    let mut rows = Vec::new();
    let operations = [
        "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE", "PROPFIND",
        "M-SEARCH", "can_read", "", "Get",
    ];
    for operation in operations {
        for application in ["wiki", "countersign"] {
            for action in Action::ALL {
                let mut decided = bare();
                decided.operation = operation.to_owned();
                decided.application = application.parse().unwrap();
                decided.action = *action;
                rows.push(Row { decided, completed: None });
            }
        }
    }
    let principals = [
        Principal::Anonymous,
        Principal::Person(PersonId::new(uuid(1))),
        Principal::Person(PersonId::new(uuid(7))),
        Principal::Person(PersonId::new(uuid(8))),
        Principal::Service(ServiceId::new(uuid(1))),
    ];
    for principal in principals {
        for effect in Effect::ALL {
            for cause in Cause::ALL {
                for risk in RiskLevel::ALL {
                    for enforced in [true, false] {
                        let decided = Decided {
                            principal,
                            effect: *effect,
                            cause: *cause,
                            risk: *risk,
                            enforced,
                            ..bare()
                        };
                        rows.push(Row { decided, completed: None });
                    }
                }
            }
        }
    }
    for operation in ["GET", "can_read"] {
        for ended in Ended::ALL {
            for status in [0, 101, 200, 302, 404, 503] {
                let decided = Decided { operation: operation.to_owned(), ..bare() };
                let completed = Some(completed(&decided, status, *ended));
                rows.push(Row { decided, completed });
            }
        }
    }
    rows
}

/// Texts, addresses and numbers at the limits of what a record can hold.
fn edges() -> Vec<Row> {
    let mut rows = Vec::new();
    for item in ["/", "/é\u{202e}\u{0}\"\\", "", "//", "record-1", &"/x".repeat(2_048)] {
        for operation in ["GET", "PROPFIND", "archive \u{1f5c4}"] {
            let decided = Decided { item: item.to_owned(), operation: operation.to_owned(), ..bare() };
            rows.push(Row { decided, completed: None });
        }
    }
    for address in
        ["0.0.0.0", "255.255.255.255", "::", "::1", "2001:db8::7", "::ffff:192.0.2.7", "fe80::1:2:3:4"]
    {
        let place = Some(Place { address: address.parse().unwrap(), network: String::new() });
        rows.push(Row { decided: Decided { place, ..bare() }, completed: None });
    }
    for age in [i64::MIN, -1, 0, i64::MAX] {
        let decided = Decided {
            session: Some(SessionId::new(uuid(2))),
            session_age_seconds: Some(age),
            session_idle_seconds: Some(age),
            ..bare()
        };
        rows.push(Row { decided, completed: None });
    }
    for at in [0, 1, -1, i64::MAX, i64::MIN] {
        let decided = Decided { at: Timestamp::from_micros(at), latency_micros: u32::MAX, ..bare() };
        let completed = Completed {
            at: Timestamp::from_micros(at),
            bytes_in: u64::MAX,
            bytes_out: u64::MAX,
            duration_micros: u64::MAX,
            ..completed(&decided, u16::MAX, Ended::Finished)
        };
        rows.push(Row { decided, completed: Some(completed) });
    }
    rows
}

fn names(principal: Principal) -> Option<PrincipalName> {
    let named = |name: &str, email: Option<&str>| {
        Some(PrincipalName { name: name.to_owned(), email: email.map(str::to_owned) })
    };
    match principal {
        Principal::Person(id) if id.bits() == uuid(1) => named("Ada Lovelace", Some("ada@example.org")),
        // An address that does not match the schema's pattern.
        Principal::Person(id) if id.bits() == uuid(7) => named("Jürgen", Some("jürgen@localhost")),
        Principal::Service(_) => named("proxy", None),
        _ => None,
    }
}

fn event(row: &Row) -> Value {
    let control_plane: ApplicationName = "countersign".parse().unwrap();
    let source = Source { version: "0.1.0", control_plane: &control_plane, names: &names };
    serde_json::to_value(decision(row, &source)).unwrap()
}

fn lines(rows: &[Row]) -> Vec<u8> {
    rows.iter().flat_map(|row| format!("{}\n", event(row)).into_bytes()).collect()
}

#[test]
fn every_decision_is_an_event_by_the_published_schema() {
    let mut rows = [combinations(), words(), edges()].concat();
    let mut day = Day::new(11, 30, 300, 0);
    rows.extend((0..300).map(|_| day.next()).map(|(decided, completed)| Row { decided, completed }));
    let Some(judged) = countersign_testkit::ocsf::judge(&lines(&rows)) else { return };
    assert_eq!(judged.faults, Vec::<String>::new());
    assert_eq!(judged.lines, rows.len());
    let classes: Vec<&str> = judged.classes.keys().map(String::as_str).collect();
    assert_eq!(classes, ["api_activity", "http_activity"]);
}

/// A function that makes an event invalid.
type Spoil = fn(&mut Value);

#[test]
fn the_judge_finds_what_is_wrong() {
    let good = event(&Row { decided: bare(), completed: None });
    let cases: [(&str, Spoil, &str); 8] = [
        ("a required attribute", |event| drop(event.as_object_mut().unwrap().remove("metadata")), "metadata"),
        ("an attribute of no class", |event| event["colour"] = json!("red"), "colour"),
        ("a type", |event| event["time"] = json!("noon"), "$.time"),
        ("a number of an enumeration", |event| event["disposition_id"] = json!(77), "$.disposition_id"),
        ("a caption", |event| event["severity"] = json!("Fatal"), "severity"),
        ("a constraint", |event| event["dst_endpoint"] = json!({}), "$.dst_endpoint"),
        ("a pattern", |event| event["src_endpoint"] = json!({ "ip": "here" }), "$.src_endpoint.ip"),
        ("what follows from the class", |event| event["type_uid"] = json!(400_299), "type_uid"),
    ];
    for (what, spoil, place) in cases {
        let mut bad = good.clone();
        spoil(&mut bad);
        let Some(judged) = countersign_testkit::ocsf::judge(format!("{good}\n{bad}\n").as_bytes()) else {
            return;
        };
        assert!(!judged.faults.is_empty(), "{what} was not missed");
        for fault in &judged.faults {
            assert!(fault.starts_with("line 2: "), "{what}: {fault}");
        }
        assert!(judged.faults.iter().any(|fault| fault.contains(place)), "{what}: {:?}", judged.faults);
    }
}

/// Compares an event's values at JSON pointers; missing values are null.
fn check(row: &Row, expected: &[(&str, Value)]) {
    let event = event(row);
    for (pointer, value) in expected {
        let found = event.pointer(pointer).cloned().unwrap_or(Value::Null);
        assert_eq!(found, *value, "{pointer} of {event:#}");
    }
}

#[test]
fn a_request_that_went_through_is_http_activity() {
    let mut row = Row { decided: bare(), completed: None };
    PARTS[..10].iter().for_each(|set| set(&mut row));
    check(
        &row,
        &[
            ("/class_uid", json!(4002)),
            ("/category_uid", json!(4)),
            ("/activity_name", json!("Get")),
            ("/type_uid", json!(400_203)),
            ("/type_name", json!("HTTP Activity: Get")),
            ("/time", json!(1_795_305_601_234_i64)),
            ("/start_time", json!(1_795_305_601_234_i64)),
            ("/end_time", json!(1_795_305_601_260_i64)),
            ("/duration", json!(25)),
            ("/severity", json!("Informational")),
            ("/action", json!("Allowed")),
            ("/disposition", json!("Allowed")),
            ("/status", json!("Success")),
            ("/status_code", json!("200")),
            ("/risk_level", json!("Low")),
            ("/metadata/uid", json!("dec_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8")),
            ("/metadata/version", json!("1.8.0")),
            ("/metadata/log_provider", json!("edge-1")),
            ("/metadata/original_time", json!("2026-11-22T00:00:01.234567Z")),
            ("/actor/user/uid", json!(row.decided.principal.to_string())),
            ("/actor/user/type", json!("User")),
            ("/actor/user/full_name", json!("Ada Lovelace")),
            ("/actor/user/email_addr", json!("ada@example.org")),
            ("/actor/session/uid", json!(row.decided.session)),
            ("/actor/session/created_time", json!(1_795_305_541_234_i64)),
            ("/actor/session/is_mfa", json!(true)),
            ("/device/uid", json!(row.decided.device)),
            ("/device/is_managed", json!(true)),
            ("/device/is_compliant", json!(false)),
            ("/src_endpoint/ip", json!("192.0.2.7")),
            ("/src_endpoint/zone", json!("office")),
            ("/dst_endpoint/svc_name", json!("wiki")),
            ("/http_request/http_method", json!("GET")),
            ("/http_request/url/path", json!("/pages/1")),
            ("/http_response/code", json!(200)),
            ("/http_response/content_type", json!("text/html")),
            // The schema counts from the client's point of view.
            ("/traffic/bytes_in", json!(4_000)),
            ("/traffic/bytes_out", json!(300)),
            ("/authorizations/0/policy/uid", json!("readers")),
            ("/authorizations/0/decision", json!("allow")),
            ("/unmapped/world", json!(row.decided.world)),
            ("/unmapped/policies", json!(hex::encode(row.decided.policies))),
            ("/unmapped/grant", json!(row.decided.grant)),
            ("/unmapped/authentication/assurance", json!("aal2")),
            ("/unmapped/device_evidence/failing/0", json!("disk_encryption")),
            ("/unmapped/shadow", Value::Null),
            ("/api", Value::Null),
        ],
    );
}

#[test]
fn what_was_done_about_it_is_told_apart() {
    let said = |effect, enforced, cause, risk| {
        let decided = Decided { effect, enforced, cause, risk, ..bare() };
        let event = event(&Row { decided, completed: None });
        let text = |name: &str| event[name].as_str().unwrap().to_owned();
        [text("action"), text("disposition"), text("severity"), text("status")].join(", ")
    };
    use Effect::{Allow, Deny};
    for (effect, enforced, cause, risk, expected) in [
        (Allow, true, Cause::First, RiskLevel::High, "Allowed, Allowed, Informational, Unknown"),
        (Allow, true, Cause::Reasked, RiskLevel::Low, "Allowed, Allowed, Informational, Unknown"),
        (Deny, true, Cause::First, RiskLevel::Low, "Denied, Blocked, Low, Failure"),
        (Deny, true, Cause::Reused, RiskLevel::High, "Denied, Blocked, Medium, Failure"),
        (Deny, true, Cause::Cut, RiskLevel::Low, "Denied, Access Revoked, Medium, Failure"),
        (Deny, false, Cause::First, RiskLevel::High, "Allowed, Detected, Low, Unknown"),
    ] {
        assert_eq!(said(effect, enforced, cause, risk), expected);
    }
}

#[test]
fn how_an_access_ended_is_its_status() {
    for (status, ended, expected, code) in [
        (200, Ended::Finished, "Success", json!("200")),
        (404, Ended::Finished, "Failure", json!("404")),
        (101, Ended::Revoked, "Failure", json!("101")),
        (200, Ended::ClientGone, "client_gone", json!("200")),
        (0, Ended::ClientGone, "client_gone", Value::Null),
        (200, Ended::Drained, "drained", json!("200")),
        (502, Ended::UpstreamFailed, "Failure", json!("502")),
    ] {
        let row = Row { decided: bare(), completed: Some(completed(&bare(), status, ended)) };
        check(
            &row,
            &[
                ("/status", json!(expected)),
                ("/status_code", code.clone()),
                ("/status_detail", json!(ended.as_str())),
                ("/unmapped/ended", json!(ended.as_str())),
            ],
        );
    }
}

#[test]
fn decision_points_and_the_control_plane_are_api_activity() {
    let asked = |operation: &str, action: Action, application: &str, item: &str| {
        let mut decided = bare();
        decided.operation = operation.to_owned();
        decided.action = action;
        decided.application = application.parse().unwrap();
        decided.item = item.to_owned();
        let event = event(&Row { decided, completed: None });
        format!("{} {}", event["type_name"].as_str().unwrap(), event["activity_name"].as_str().unwrap())
    };
    for (operation, action, application, item, expected) in [
        ("GET", Action::Read, "wiki", "/a", "HTTP Activity: Get Get"),
        ("PROPFIND", Action::Read, "wiki", "/a", "HTTP Activity: Other PROPFIND"),
        ("GET", Action::Read, "countersign", "/api/v1/people", "API Activity: Read Read"),
        ("POST", Action::Administer, "countersign", "/api/v1/people", "API Activity: Create Create"),
        ("DELETE", Action::Administer, "countersign", "/api/v1/people/x", "API Activity: Delete Delete"),
        ("can_edit", Action::Write, "todo", "record-1", "API Activity: Update Update"),
        ("can_read", Action::Download, "todo", "record-1", "API Activity: Read Read"),
        ("can_own", Action::Administer, "todo", "record-1", "API Activity: Other can_own"),
        // A decision point may be asked about methods; without a path the request was not HTTP.
        ("GET", Action::Read, "todo", "record-1", "API Activity: Read Read"),
    ] {
        assert_eq!(asked(operation, action, application, item), expected);
    }
    let mut decided = bare();
    decided.operation = "can_read".to_owned();
    decided.item = "record-1".to_owned();
    let row = Row { completed: Some(completed(&decided, 200, Ended::Finished)), decided };
    check(
        &row,
        &[
            ("/api/operation", json!("can_read")),
            ("/api/service/name", json!("wiki")),
            ("/api/response/code", json!(200)),
            ("/resources/0/name", json!("wiki/pages")),
            ("/resources/0/uid", json!("record-1")),
            ("/src_endpoint/name", json!("unknown")),
            ("/http_request", Value::Null),
            ("/http_response", Value::Null),
            ("/traffic", Value::Null),
        ],
    );
}

#[test]
fn somebody_whose_name_is_not_known_is_told_by_their_id() {
    for (principal, kind, name, address) in [
        (Principal::Anonymous, "Unknown", Value::Null, Value::Null),
        (Principal::Person(PersonId::new(uuid(9))), "User", Value::Null, Value::Null),
        (Principal::Person(PersonId::new(uuid(7))), "User", json!("jürgen@localhost"), Value::Null),
        (Principal::Service(ServiceId::new(uuid(1))), "Service", json!("proxy"), Value::Null),
    ] {
        let row = Row { decided: Decided { principal, ..bare() }, completed: None };
        check(
            &row,
            &[
                ("/actor/user/uid", json!(principal.to_string())),
                ("/actor/user/type", json!(kind)),
                ("/actor/user/name", name),
                ("/actor/user/email_addr", address),
            ],
        );
    }
}
