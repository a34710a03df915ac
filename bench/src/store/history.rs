//! A long history: the company comes together, then its days go by. Half of what happens are posture reports, the
//! rest people who sign in, are handed to an application and use their passkeys.

use crate::decision::company;
use crate::run::Outcome;
use countersign_facts::{Actor, CredentialFact, DeviceFact, Fact, Posture, Session, SessionFact, Stated};
use countersign_names::{
    Assurance, CheckResult, CredentialId, DeviceId, PersonId, PostureCheck, SessionId, Timestamp,
};
use std::time::Duration;

/// So many facts, in order.
pub fn facts(count: usize) -> Outcome<Vec<Stated>> {
    let mut facts = company::facts()?;
    facts.truncate(count);
    for number in 0..count - facts.len() {
        facts.push(daily(number)?);
    }
    Ok(facts)
}

/// A fact of a moment.
pub const fn stated(at: Timestamp, fact: Fact) -> Stated {
    Stated { at, by: Actor::Operator, fact }
}

/// A device of the company reports that all is well.
pub fn report(number: usize, at: Timestamp) -> Fact {
    let checks = PostureCheck::ALL.iter().map(|check| (*check, CheckResult::Pass)).collect();
    let device = DeviceId::new(company::bits(number % company::PEOPLE));
    Fact::Device(DeviceFact::PostureReported { device, posture: Posture { collected_at: at, checks } })
}

/// Ten facts a second.
fn daily(number: usize) -> Outcome<Stated> {
    let at = company::now().plus(Duration::from_millis(u64::try_from(number)? * 100));
    let visit = number / 8;
    let person = visit * 7_919 % company::PEOPLE;
    let session = SessionId::new(company::bits(1_000_000 + visit));
    let application = || company::application_name(visit % company::APPLICATIONS).parse();
    let secret = |of: usize| company::digest(1_000_000 + visit * 4 + of);
    let fact = match number % 8 {
        0 => Fact::Session(SessionFact::Started {
            session,
            about: Session {
                person: PersonId::new(company::bits(person)),
                credential: CredentialId::new(company::bits(person)),
                secret: secret(0),
                assurance: Assurance::Aal2,
                address: Some([192, 0, 2, 7].into()),
                expires_at: at.plus(Duration::from_secs(12 * 3_600)),
            },
        }),
        2 => Fact::Credential(CredentialFact::Used {
            credential: CredentialId::new(company::bits(person)),
            passkey: serde_json::json!({"counter": number, "backup": false, "key": "x".repeat(120)}),
        }),
        4 => Fact::Session(SessionFact::HandedOver {
            session,
            application: application()?,
            code: secret(1),
            state: secret(2),
            expires_at: at.plus(Duration::from_secs(60)),
        }),
        6 => Fact::Session(SessionFact::Opened {
            session,
            application: application()?,
            code: secret(1),
            secret: secret(3),
        }),
        _ => report(number, at),
    };
    Ok(stated(at, fact))
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_world::World;

    #[test]
    fn a_long_history_makes_sense_and_reads_back() {
        let facts = facts(80_000).unwrap();
        assert_eq!(facts.len(), 80_000);
        let mut world = World::empty();
        for stated in &facts {
            let bytes = stated.to_bytes().unwrap();
            assert_eq!(&Stated::from_bytes(&bytes).unwrap(), stated);
            world.replay(stated).unwrap_or_else(|contradiction| panic!("{stated:?}: {contradiction}"));
        }
        assert!(world.sessions().count() > 11_000);
    }
}
