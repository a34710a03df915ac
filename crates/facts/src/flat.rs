//! A parser that reads the common facts in one pass.
//!
//! A fact shares one JSON object with its time and author, and often with the parts of its subject. serde buffers every
//! value for that, up to three times, and this dominated the cold start of a long journal. The facts that make up nearly
//! all of a journal therefore have a flat twin here, which is read directly.
//!
//! A twin is strict: it accepts its own fields, each once, and no others. Everything else is read by the general parser,
//! which alone reports errors. So a text is a fact here only if the general parser reads the same fact, and the tests
//! compare the two.
//!
//! This module must not know what a field contains.

use crate::{
    Actor, CredentialFact, Device, DeviceFact, Digest, EndReason, Fact, GroupFact, Member, Person,
    PersonFact, PersonKind, Posture, RiskFact, Session, SessionFact, Stated,
};
use countersign_names::{
    ApplicationName, Assurance, CredentialId, DeviceId, GroupName, InvitationId, PersonId, Principal,
    RiskLevel, SessionId, Timestamp,
};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::net::IpAddr;

/// Reads a fact, or returns `None` if it is not a common one in the form that we write.
pub fn read(text: &str) -> Option<Stated> {
    TWINS.iter().find(|(tag, _)| *tag == tag_of(text)).and_then(|(_, read)| read(text))
}

/// Returns the text that looks like the tag. A quotation mark within a string is escaped, so this is a key. If it belongs
/// to an inner object, the twin that it selects finds another tag or none, and refuses.
fn tag_of(text: &str) -> &str {
    const KEY: &[u8] = b"\"fact\":\"";
    // Eight bytes at a time are one comparison; `str::find` takes longer than this to prepare its search.
    let key = text.as_bytes().windows(KEY.len()).position(|here| here == KEY);
    let value = key.and_then(|at| text.get(at + KEY.len()..));
    value.and_then(|rest| rest.split('"').next()).unwrap_or_default()
}

type Twin = (&'static str, fn(&str) -> Option<Stated>);

/// Defines a twin: the tag, the fields of the object, and the fact that they make.
macro_rules! twin {
    ($tag:literal, { $($(#[$meta:meta])* $field:ident: $kind:ty),+ $(,)? }, $fact:expr) => {
        ($tag, |text| {
            #[derive(Deserialize)]
            #[serde(deny_unknown_fields)]
            struct Flat<'a> {
                at: Timestamp,
                by: Actor,
                fact: &'a str,
                $($(#[$meta])* $field: $kind,)+
            }
            let Flat { at, by, fact, $($field),+ } = serde_json::from_str(text).ok()?;
            (fact == $tag).then(|| Stated { at, by, fact: $fact })
        })
    };
}

/// Ordered by frequency.
const TWINS: &[Twin] = &[
    twin!("device.posture_reported/1", { device: DeviceId, posture: Posture },
        Fact::Device(DeviceFact::PostureReported { device, posture })),
    twin!("session.opened/1", {
        session: SessionId, application: ApplicationName, code: Digest, secret: Digest,
    }, Fact::Session(SessionFact::Opened { session, application, code, secret })),
    twin!("session.handed_over/1", {
        session: SessionId, application: ApplicationName, code: Digest, state: Digest, expires_at: Timestamp,
    }, Fact::Session(SessionFact::HandedOver { session, application, code, state, expires_at })),
    twin!("session.started/1", {
        session: SessionId,
        person: PersonId,
        credential: CredentialId,
        secret: Digest,
        assurance: Assurance,
        address: Option<IpAddr>,
        expires_at: Timestamp,
    }, Fact::Session(SessionFact::Started {
        session,
        about: Session { person, credential, secret, assurance, address, expires_at },
    })),
    twin!("session.stepped_up/1", { session: SessionId, credential: CredentialId, assurance: Assurance },
        Fact::Session(SessionFact::SteppedUp { session, credential, assurance })),
    twin!("session.ended/1", { session: SessionId, reason: EndReason },
        Fact::Session(SessionFact::Ended { session, reason })),
    twin!("credential.used/1", { credential: CredentialId, passkey: serde_json::Value },
        Fact::Credential(CredentialFact::Used { credential, passkey })),
    twin!("risk.changed/1", { principal: Principal, level: RiskLevel, reasons: Vec<String> },
        Fact::Risk(RiskFact::Changed { principal, level, reasons })),
    twin!("group.member_added/1", { group: GroupName, member: Member },
        Fact::Group(GroupFact::MemberAdded { group, member })),
    twin!("group.member_removed/1", { group: GroupName, member: Member },
        Fact::Group(GroupFact::MemberRemoved { group, member })),
    twin!("person.added/1", {
        person: PersonId,
        name: String,
        email: String,
        kind: PersonKind,
        #[serde(default)] aliases: BTreeSet<String>,
    }, Fact::Person(PersonFact::Added { person, about: Person { name, email, kind, aliases } })),
    twin!("credential.registered/1", {
        credential: CredentialId,
        person: PersonId,
        name: String,
        invitation: Option<InvitationId>,
        assurance: Assurance,
        passkey: serde_json::Value,
    }, Fact::Credential(CredentialFact::Registered { credential, person, name, invitation, assurance, passkey })),
    twin!("device.registered/1", {
        device: DeviceId,
        name: String,
        owner: Option<PersonId>,
        platform: String,
        managed: bool,
        key: Option<Digest>,
    }, Fact::Device(DeviceFact::Registered { device, about: Device { name, owner, platform, managed, key } })),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::golden::journals;
    use serde_json::{Map, Value, json};

    fn generally(text: &str) -> Option<Stated> {
        serde_json::from_str(text).ok()
    }

    /// Checks that the general parser accepts whatever a twin accepts, with the same result.
    fn check(text: &str) -> Option<Stated> {
        let flat = read(text);
        if flat.is_some() {
            assert_eq!(flat, generally(text), "{text}");
        }
        flat
    }

    fn twins() -> Vec<(String, Map<String, Value>)> {
        let all = journals().into_iter().flat_map(|(_, text)| {
            text.lines().map(|line| serde_json::from_str::<Map<_, _>>(line).unwrap()).collect::<Vec<_>>()
        });
        let with_tag = all.map(|object| (object["fact"].as_str().unwrap().to_owned(), object));
        with_tag.filter(|(tag, _)| TWINS.iter().any(|(twin, _)| twin == tag)).collect()
    }

    #[test]
    fn every_twin_takes_what_we_write() {
        let found = twins();
        let tags: BTreeSet<_> = found.iter().map(|(tag, _)| tag).collect();
        assert_eq!(
            tags.len(),
            TWINS.len(),
            "no golden journal holds the fact of a twin: its tag is misspelt"
        );
        for (tag, object) in found {
            let stated = generally(&Value::from(object).to_string()).unwrap();
            let written = String::from_utf8(stated.to_bytes().unwrap()).unwrap();
            assert_eq!(check(&written), Some(stated), "{tag} was not read in one pass: {written}");
        }
    }

    #[test]
    fn no_twin_takes_what_the_general_way_refuses() {
        let others =
            [json!(null), json!(1), json!(1.5), json!(-1), json!("x"), json!([]), json!({}), json!(true)];
        for (_, object) in twins() {
            for key in object.keys() {
                let mut less = object.clone();
                less.remove(key);
                check(&Value::from(less).to_string());
                for other in &others {
                    let mut changed = object.clone();
                    changed.insert(key.clone(), other.clone());
                    check(&Value::from(changed).to_string());
                }
                let text = Value::from(object.clone()).to_string();
                let twice = format!("{{{}:{},{}", json!(key), object[key], &text[1..]);
                assert_eq!(check(&twice), None, "{twice}");
            }
            for more in ["fax", "fact/1", ""] {
                let mut more_of_it = object.clone();
                more_of_it.insert(more.to_owned(), json!(1));
                assert_eq!(check(&Value::from(more_of_it).to_string()), None);
            }
        }
    }

    #[test]
    fn a_tag_elsewhere_misleads_nobody() {
        let restored = r#""fact":"person.restored/1","person":"per_00000000000000000000000000000001"}"#;
        for begin in [
            r#"{"at":"2026-11-22T09:00:00.000000Z","by":{"system":"\"fact\":\"session.ended/1\""},"#,
            r#"{"at":"2026-11-22T09:00:00.000000Z","by":{"system":"fact"},"#,
        ] {
            let text = format!("{begin}{restored}");
            assert!(generally(&text).is_some(), "{text}");
            assert_eq!(check(&text), None);
            assert!(Stated::from_bytes(text.as_bytes()).is_ok());
        }
        for text in ["", "{", "\"fact\":\"", "\"fact\":\"session.ended/1", "\"fact\":\"session.ended/1\""] {
            assert_eq!(check(text), None);
        }
    }
}
