//! The common facts, read in one pass.
//!
//! A fact shares one JSON object with when and by whom it was stated, and often with the parts of what it is about.
//! serde does that by keeping every value aside, up to three times over, and a cold start of a long journal was nothing
//! else. So those facts that nearly all of a journal consists of have a flat twin here, which is read straight.
//!
//! A twin is strict: it takes its own fields, each once, and no other. Whatever it does not take is read the general
//! way, and that alone says what is an error; so nothing is a fact here that is not one there, and the same one. The
//! tests hold both ways against each other.
//!
//! This module must not know what is in a field.

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

/// The fact in this text, if it is one of the common ones and written as we write it.
pub fn read(text: &str) -> Option<Stated> {
    TWINS.iter().find(|(tag, _)| *tag == tag_of(text)).and_then(|(_, read)| read(text))
}

/// What looks like the tag. A quotation mark within a string is escaped, so this is a key; should it be one of an inner
/// object, the twin that it leads to finds another tag, or none.
fn tag_of(text: &str) -> &str {
    const KEY: &[u8] = b"\"fact\":\"";
    // Eight bytes at a time are one comparison; a search by `str::find` prepares longer than this takes.
    let key = text.as_bytes().windows(KEY.len()).position(|here| here == KEY);
    let value = key.and_then(|at| text.get(at + KEY.len()..));
    value.and_then(|rest| rest.split('"').next()).unwrap_or_default()
}

type Twin = (&'static str, fn(&str) -> Option<Stated>);

/// One twin: the tag, the fields of the object, and the fact that they make.
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

/// By how often they are stated.
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
    use crate::tests::samples;
    use serde_json::{Map, Value, json};

    fn generally(text: &str) -> Option<Stated> {
        serde_json::from_str(text).ok()
    }

    /// Whatever a twin takes, the general way takes too, and it is the same.
    fn check(text: &str) -> Option<Stated> {
        let flat = read(text);
        if flat.is_some() {
            assert_eq!(flat, generally(text), "{text}");
        }
        flat
    }

    fn twins() -> Vec<(String, Map<String, Value>)> {
        let all = samples().into_iter().map(|(_, text)| serde_json::from_str::<Map<_, _>>(&text).unwrap());
        let with_tag = all.map(|object| (object["fact"].as_str().unwrap().to_owned(), object));
        with_tag.filter(|(tag, _)| TWINS.iter().any(|(twin, _)| twin == tag)).collect()
    }

    #[test]
    fn every_twin_takes_what_we_write() {
        let found = twins();
        assert_eq!(found.len(), TWINS.len(), "a twin has no sample: its tag is misspelt");
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
