//! Who could reach what, asked without anybody asking.
//!
//! A decision is about one access with the evidence that came with it. A reach is about somebody and what they have: it
//! asks the same policies with the evidence that the world says is in their hands (a sign-in of this moment with a
//! passkey that they own, any device that is registered as theirs with its last report, the grants and exceptions as
//! they are), and then with what they could still get. That the two agree with [`crate::decide`] is a property test.
//!
//! What a request says of itself is not known here: [`Target`] takes it, and [`Reach::reads`] tells what of it mattered.

use crate::gather::{self, Evidence};
use crate::remedy::{self, BESIDES_PROOF, EVERYTHING, Improvements, MANAGED, Remedy};
use crate::{Request, Who, decision};
use countersign_names::{
    Action, Assurance, DeviceId, ExceptionId, GrantId, PersonId, PolicyId, Principal, ResourceName, Timestamp,
};
use countersign_policy::{Discernment, Items, PolicySet, Question};
use countersign_world::{Device, World};
use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::sync::Arc;

/// What is to be reached, and how it would be asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Which part of which application.
    pub resource: ResourceName,
    /// To do what.
    pub action: Action,
    /// The protocol's own word for that.
    pub operation: String,
    /// The protocol's own name of what is asked for.
    pub item: String,
    /// Where it would be asked from; none when that is not known.
    pub address: Option<IpAddr>,
}

/// Whether somebody can.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Class {
    /// With what they have.
    Now,
    /// With the least more that would do.
    With(Vec<Need>),
    /// Not with anything that they could get by themselves.
    Never,
}

/// Something that somebody would need beside what they have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Need {
    /// A passkey of two factors; they have none.
    EnrolPasskey,
    /// What the way in from a denial is.
    Remedy(Remedy),
}

/// Whether somebody can reach a target, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    /// Whether they can.
    pub class: Class,
    /// The permits that let them in, now or with what they need; none when nothing would.
    pub permitted_by: Vec<PolicyId>,
    /// What stops them now; of those who never can, what would stop them even with everything.
    pub stopped_by: Vec<PolicyId>,
    /// The device of theirs that it rests on; none when it takes none of those that they have.
    pub device: Option<DeviceId>,
    /// The grant that is active, if one is.
    pub grant: Option<GrantId>,
    /// The exceptions in view.
    pub exceptions: Vec<ExceptionId>,
    /// Whether they are suspended.
    pub suspended: bool,
    /// What the policies read: with another request the answer may differ by its address, its operation, its item,
    /// its content type or its time, and by nothing else that is not in here.
    pub reads: Items,
}

/// Many such questions about one world at one moment. Those whom no policy can tell apart are asked about once.
#[derive(Debug)]
pub struct Survey<'a> {
    world: &'a World,
    policies: &'a PolicySet,
    now: Timestamp,
    devices: HashMap<PersonId, Vec<Arc<Device>>>,
    discernment: Discernment,
    found: HashMap<Likeness, ClassReach>,
}

/// What makes two askers one: what they could get, and every question that they could ask with what they have.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Likeness {
    had: Improvements,
    hands: Vec<Question>,
}

/// What came of asking for one of those who are alike.
#[derive(Debug, Clone)]
struct ClassReach {
    /// Nothing more is needed, or this; none when nothing would do.
    improvements: Option<Improvements>,
    /// With which of the devices, by its place.
    hand: usize,
    permitted_by: Vec<PolicyId>,
    stopped_by: Vec<PolicyId>,
    reads: Items,
}

impl<'a> Survey<'a> {
    /// A survey of `world` under `policies` at the moment `now`.
    pub fn new(world: &'a World, policies: &'a PolicySet, now: Timestamp) -> Self {
        let mut devices: HashMap<PersonId, Vec<Arc<Device>>> = HashMap::new();
        // One whose key is not known can not prove itself, and is as good as none.
        for device in world.devices().filter(|device| device.about.key.is_some()) {
            if let Some(owner) = device.about.owner {
                devices.entry(owner).or_default().push(device.clone());
            }
        }
        devices.values_mut().for_each(|theirs| theirs.sort_by_key(|device| device.id));
        let discernment = policies.discernment();
        Self { world, policies, now, devices, discernment, found: HashMap::new() }
    }

    /// Whether this principal can reach the target; none when there is no such principal or application.
    pub fn reach(&mut self, principal: Principal, target: &Target) -> Option<Reach> {
        let (had, hands) = self.hands(principal, target)?;
        let first = hands.first()?;
        if first.suspended {
            return Some(suspended(first));
        }
        let likeness = Likeness {
            had,
            hands: hands.iter().map(|hand| self.discernment.reduce(&hand.question)).collect(),
        };
        let policies = self.policies;
        let found = self.found.entry(likeness).or_insert_with(|| find(policies, had, &hands));
        let hand = hands.get(found.hand)?;
        let class = match found.improvements {
            Some(0) => Class::Now,
            Some(set) => Class::With(needs(set, &hand.question)),
            None => Class::Never,
        };
        let with_theirs = found.improvements.is_some_and(|set| set & MANAGED == 0);
        Some(Reach {
            device: hand.device.as_ref().filter(|_| with_theirs).map(|device| device.id),
            class,
            permitted_by: found.permitted_by.clone(),
            stopped_by: found.stopped_by.clone(),
            grant: hand.grant,
            exceptions: hand.exceptions.clone(),
            suspended: false,
            reads: found.reads,
        })
    }

    /// The questions that they could ask with what they have, the plainest first, and what they could still get.
    fn hands(&self, principal: Principal, target: &Target) -> Option<(Improvements, Vec<Evidence>)> {
        let hand = |who: Who, device: Option<&Device>| {
            let request = request(who, device, target);
            gather::gather(self.world, gather::place(self.world, request.address), &request, self.now)
        };
        match principal {
            // Nobody has nothing and can get nothing without becoming somebody.
            Principal::Anonymous => Some((0, vec![hand(Who::Anonymous, None)?])),
            // A machine can be enrolled for it; it neither signs in nor asks for grants.
            Principal::Service(id) => {
                self.world.service(id)?;
                Some((MANAGED, vec![hand(Who::Service(id), None)?]))
            }
            Principal::Person(id) => {
                self.world.person(id)?;
                let passkey = self.world.credentials_of(id).map(|known| known.assurance).max();
                let theirs = self.devices.get(&id).map(Vec::as_slice).unwrap_or_default();
                let devices = std::iter::once(None).chain(theirs.iter().map(|device| Some(&**device)));
                let mut hands = Vec::with_capacity(theirs.len() + 1);
                for device in devices {
                    let mut evidence = hand(Who::Person(id), device)?;
                    if let Some(assurance) = passkey {
                        let (authentication, session) = gather::just_now(assurance);
                        evidence.question.authentication = Some(authentication);
                        evidence.question.session = Some(session);
                    }
                    hands.push(evidence);
                }
                // To sign in again gives nothing to whoever is taken to have just done so.
                let enough = passkey.is_some_and(|assurance| assurance >= Assurance::Aal2);
                let had = if enough { BESIDES_PROOF } else { EVERYTHING };
                Some((had, hands))
            }
        }
    }
}

fn request(who: Who, device: Option<&Device>, target: &Target) -> Request {
    Request {
        who,
        key: device.and_then(|device| device.about.key),
        application: target.resource.application().clone(),
        resource: target.resource.clone(),
        action: target.action,
        operation: target.operation.clone(),
        item: target.item.clone(),
        tags: BTreeMap::new(),
        content_type: None,
        address: target.address,
        idle: 0,
    }
}

fn suspended(evidence: &Evidence) -> Reach {
    Reach {
        class: Class::Never,
        permitted_by: Vec::new(),
        stopped_by: crate::reserved_id(crate::reserved::SUSPENDED).into_iter().collect(),
        device: None,
        grant: evidence.grant,
        exceptions: evidence.exceptions.clone(),
        suspended: true,
        reads: Items::NONE,
    }
}

/// Asks with each hand as it is, then for the least that would open with any of them.
fn find(policies: &PolicySet, had: Improvements, hands: &[Evidence]) -> ClassReach {
    let verdicts: Vec<_> = hands.iter().map(|hand| policies.judge(&hand.question)).collect();
    let reads = verdicts.iter().fold(Items::NONE, |reads, verdict| reads.and(verdict.reads));
    if let Some((hand, verdict)) = verdicts.iter().enumerate().find(|(_, verdict)| verdict.allowed) {
        let permitted_by = verdict.determining.clone();
        return ClassReach { improvements: Some(0), hand, permitted_by, stopped_by: Vec::new(), reads };
    }
    let opening = hands
        .iter()
        .enumerate()
        .filter_map(|(place, hand)| Some((remedy::opening(policies, &hand.question, had)?, place)))
        .min_by_key(|(set, place)| (remedy::cost(*set), *place));
    let (improvements, hand) = opening.map_or((None, 0), |(set, place)| (Some(set), place));
    let better = hands.get(hand).map(|evidence| {
        let mut question = evidence.question.clone();
        remedy::improve(&mut question, improvements.unwrap_or(had));
        policies.judge(&question)
    });
    let stopping = if improvements.is_some() { verdicts.get(hand) } else { better.as_ref() };
    ClassReach {
        improvements,
        hand,
        permitted_by: better.iter().filter(|v| v.allowed).flat_map(|v| v.determining.clone()).collect(),
        stopped_by: stopping.map_or_else(Vec::new, |verdict| decision::reasons(verdict, false)),
        reads,
    }
}

fn needs(set: Improvements, question: &Question) -> Vec<Need> {
    let spelled = remedy::spell(set, question).into_iter();
    spelled
        .map(|remedy| match remedy {
            // It is only ever needed by those who have no passkey that would do.
            Remedy::Reauthenticate => Need::EnrolPasskey,
            other => Need::Remedy(other),
        })
        .collect()
}

impl Need {
    /// The need's name in answers to programs.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::EnrolPasskey => "enrol-a-passkey",
            Self::Remedy(remedy) => remedy.as_str(),
        }
    }
}

impl std::fmt::Display for Need {
    /// One plain clause to somebody else than whoever needs it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::EnrolPasskey => f.write_str("enrol a passkey of two factors"),
            Self::Remedy(Remedy::SignIn) => f.write_str("sign in"),
            Self::Remedy(Remedy::Reauthenticate) => f.write_str("prove again with a passkey who it is"),
            Self::Remedy(Remedy::ReportPosture) => f.write_str("have the device report its posture"),
            Self::Remedy(Remedy::FixPosture(checks)) => {
                let todo: Vec<_> = checks.iter().map(|check| check.remedy()).collect();
                write!(f, "on the device: {}", todo.join(", and "))
            }
            Self::Remedy(Remedy::UseManagedDevice) => f.write_str("use a managed device"),
            Self::Remedy(Remedy::RequestGrant) => f.write_str("have a grant approved"),
            Self::Remedy(Remedy::AskOwner) => f.write_str("ask the owner of the application"),
        }
    }
}
