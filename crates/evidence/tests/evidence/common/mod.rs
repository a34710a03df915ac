//! A working day as a gate would record it: people with one device each, page loads in bursts, few denials.

use countersign_evidence::{Authentication, Cause, Completed, Decided, DeviceEvidence, Effect, Ended, Place};
use countersign_names::{
    Action, Assurance, CredentialId, DecisionId, DeviceId, PersonId, PostureCheck, Principal, RiskLevel,
    Sensitivity, SessionId, Timestamp,
};
use std::net::{IpAddr, Ipv4Addr};
use uuid::Uuid;

/// 2026-11-22T00:00:00Z.
pub const MIDNIGHT: i64 = 1_795_305_600_000_000;

/// A small random number generator with a fixed seed, so that a day is the same each time (splitmix64).
pub struct Dice(pub u64);

impl Dice {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    /// Returns small numbers far more often than large ones, as people visit few pages often.
    pub fn skewed(&mut self, bound: u64) -> u64 {
        self.below(bound).min(self.below(bound)).min(self.below(bound))
    }

    pub fn uuid_at(&mut self, at: i64) -> Uuid {
        let millis = (at / 1_000) as u128;
        let noise = (u128::from(self.next()) << 64) | u128::from(self.next());
        Uuid::from_u128((millis << 80) | (0x7 << 76) | (noise & 0x0fff_3fff_ffff_ffff_ffff) | (0x2 << 62))
    }
}

const APPLICATIONS: &[(&str, Sensitivity)] = &[
    ("wiki", Sensitivity::Internal),
    ("mail", Sensitivity::Confidential),
    ("tickets", Sensitivity::Internal),
    ("payroll", Sensitivity::Restricted),
    ("code", Sensitivity::Confidential),
    ("build", Sensitivity::Internal),
    ("status", Sensitivity::Public),
    ("crm", Sensitivity::Confidential),
];
const PARTS: &[&str] = &["pages", "api", "assets", "search", "admin"];

/// One visit of one person to one page: the session stays the same from one request to the next.
struct Visit {
    person: u64,
    application: usize,
    page: u64,
    start: i64,
}

pub struct Day {
    dice: Dice,
    people: u64,
    visit: Visit,
    left: u64,
    at: i64,
    step: i64,
}

impl Day {
    /// Creates `total` decisions spread over the working hours of the day that begins at `MIDNIGHT + offset`.
    pub fn new(seed: u64, people: u64, total: i64, offset: i64) -> Self {
        let visit = Visit { person: 0, application: 0, page: 0, start: 0 };
        let start = MIDNIGHT + offset + 7 * 3_600_000_000;
        Self {
            dice: Dice(seed),
            people,
            visit,
            left: 0,
            at: start,
            step: 11 * 3_600_000_000 / total.max(1) * 2,
        }
    }

    pub fn next(&mut self) -> (Decided, Option<Completed>) {
        self.at += 1 + self.dice.below(self.step as u64) as i64;
        if self.left == 0 {
            self.left = 1 + self.dice.below(16);
            self.visit = Visit {
                person: self.dice.skewed(self.people),
                application: self.dice.skewed(APPLICATIONS.len() as u64) as usize,
                page: self.dice.skewed(5_000),
                start: self.at,
            };
        }
        self.left -= 1;
        let decided = self.decided();
        let completed = (decided.effect == Effect::Allow).then(|| {
            let duration = 500 + self.dice.skewed(200_000);
            Completed {
                id: decided.id,
                at: Timestamp::from_micros(self.at + duration as i64),
                status: if self.dice.below(50) == 0 { 404 } else { 200 },
                bytes_in: 300 + self.dice.skewed(600),
                bytes_out: self.dice.skewed(80_000),
                duration_micros: duration,
                ended: if self.dice.below(200) == 0 { Ended::ClientGone } else { Ended::Finished },
            }
        });
        (decided, completed)
    }

    fn decided(&mut self) -> Decided {
        let person = self.visit.person;
        let (application, sensitivity) = *APPLICATIONS.get(self.visit.application).unwrap();
        let part = *PARTS.get(self.dice.skewed(PARTS.len() as u64) as usize).unwrap();
        let denied = self.dice.below(40) == 0;
        let managed = !person.is_multiple_of(5);
        // Ids of long-lived things are generated once: the same person keeps them all day.
        let mut lasting = Dice(person * 31 + 7);
        let long_ago = MIDNIGHT - 90 * 86_400_000_000 + (person as i64) * 1_000_000;
        let session_from = self.visit.start - self.visit.start.rem_euclid(3 * 3_600_000_000);
        let mut session = Dice(person ^ session_from as u64);
        Decided {
            id: DecisionId::new(self.dice.uuid_at(self.at)),
            at: Timestamp::from_micros(self.at),
            gate: "edge-1".to_owned(),
            principal: Principal::Person(PersonId::new(lasting.uuid_at(long_ago))),
            session: Some(SessionId::new(session.uuid_at(session_from))),
            device: Some(DeviceId::new(lasting.uuid_at(long_ago))),
            application: application.parse().unwrap(),
            resource: format!("{application}/{part}").parse().unwrap(),
            action: if self.dice.below(8) == 0 { Action::Write } else { Action::Read },
            operation: if self.dice.below(8) == 0 { "POST" } else { "GET" }.to_owned(),
            item: format!("/{part}/{}/{}", self.visit.page, self.dice.skewed(40)),
            effect: if denied { Effect::Deny } else { Effect::Allow },
            enforced: true,
            cause: if self.left % 8 == 7 { Cause::First } else { Cause::Reused },
            world: 4_000 + ((self.at - MIDNIGHT) / 30_000_000) as u64,
            policies: [if self.at - MIDNIGHT > 50_000_000_000 { 0x5a } else { 0xa5 }; 32],
            reasons: vec![if denied { "managed-device" } else { application }.parse().unwrap()],
            shadow: vec![],
            errors: vec![],
            remedies: if denied { vec!["use a managed device".to_owned()] } else { vec![] },
            exceptions: vec![],
            grant: None,
            sensitivity,
            labelled: part != "assets",
            authentication: Some(Authentication {
                assurance: Assurance::Aal2,
                method: "passkey".to_owned(),
                phishing_resistant: true,
                age_seconds: (self.at - session_from) / 1_000_000,
                credential: CredentialId::new(lasting.uuid_at(long_ago)),
            }),
            session_age_seconds: Some((self.at - session_from) / 1_000_000),
            session_idle_seconds: Some(self.dice.skewed(900) as i64),
            device_evidence: Some(DeviceEvidence {
                managed,
                compliant: managed,
                proved: managed,
                posture_age_seconds: managed.then_some((self.at / 1_000_000) % 900),
                failing: if managed { vec![] } else { vec![PostureCheck::DiskEncryption] },
            }),
            place: Some(Place {
                address: IpAddr::V4(Ipv4Addr::from(0x0a00_0000 + person as u32)),
                network: "office".to_owned(),
            }),
            risk: RiskLevel::Low,
            content_type: None,
            latency_micros: 5 + self.dice.skewed(80) as u32,
            tags: std::collections::BTreeMap::new(),
            folded: None,
            item_cut: None,
        }
    }
}
