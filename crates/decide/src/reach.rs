//! Determines which principals could reach which resources, without a request.
//!
//! A decision is about one access with the evidence of its request. A reach is about a principal and the evidence that
//! it has according to the world: a sign-in at this moment with a passkey that it owns, any device registered to it
//! with its last report, and its grants and exceptions. A reach evaluates the same policies with that evidence, and
//! then with evidence that the principal could still obtain. A property test checks that it agrees with
//! [`crate::decide`].
//!
//! The contents of the request are not known here: [`Target`] states them, and [`Reach::reads`] says which of them
//! mattered.

use crate::gather::{self, Evidence};
use crate::remedy::{self, BESIDES_PROOF, EVERYTHING, Improvements, MANAGED, Remedy};
use crate::{Request, Who, decision};
use countersign_names::{
    Action, Assurance, DeviceId, ExceptionId, GrantId, PersonId, PolicyId, Principal, ResourceName, Timestamp,
};
use countersign_policy::{Discernment, Items, PolicySet, Question};
use countersign_world::{Device, World};
use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::sync::Arc;

/// The target of a reach, and the request that would be made for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The resource.
    pub resource: ResourceName,
    /// The action.
    pub action: Action,
    /// The protocol's name of the action.
    pub operation: String,
    /// The protocol's name of the item.
    pub item: String,
    /// The address of the request; `None` if unknown.
    pub address: Option<IpAddr>,
}

/// Whether a principal can reach a target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Class {
    /// With the evidence that it has.
    Now,
    /// With this smallest addition.
    With(Vec<Need>),
    /// With no evidence that the principal could obtain.
    Never,
}

/// Something that a principal would need in addition to what it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Need {
    /// A two-factor passkey; the principal has none.
    EnrolPasskey,
    /// A remedy, as for a denial.
    Remedy(Remedy),
}

/// Whether a principal can reach a target, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    /// Whether it can.
    pub class: Class,
    /// The permits that allow it, now or with what it needs; empty if nothing would.
    pub permitted_by: Vec<PolicyId>,
    /// The policies that stop it now; for [`Class::Never`], those that would stop it even with everything obtainable.
    pub stopped_by: Vec<PolicyId>,
    /// The principal's device that the result depends on; `None` if it uses none of its present devices.
    pub device: Option<DeviceId>,
    /// The active grant, if any.
    pub grant: Option<GrantId>,
    /// The exceptions that apply.
    pub exceptions: Vec<ExceptionId>,
    /// Whether the principal is suspended.
    pub suspended: bool,
    /// The items that the policies read. With a different request the answer may differ only through those of its
    /// address, operation, item, content type and time that are included.
    pub reads: Items,
}

/// Many such questions about one world at one moment. Principals that no policy distinguishes are evaluated once.
#[derive(Debug)]
pub struct Survey<'a> {
    world: &'a World,
    policies: &'a PolicySet,
    now: Timestamp,
    /// Built for the first person: a survey of the anonymous principal needs none.
    devices: OnceCell<HashMap<PersonId, Vec<Arc<Device>>>>,
    confirmed: HashMap<DeviceId, Timestamp>,
    discernment: Discernment,
    found: HashMap<Likeness, ClassReach>,
}

/// The key under which principals are treated as equal: the improvements that they could obtain, and every question
/// that they could ask with what they have.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Likeness {
    had: Improvements,
    hands: Vec<Question>,
}

/// The result for one class of equal principals.
#[derive(Debug, Clone)]
struct ClassReach {
    /// The improvements needed, 0 if none; `None` if no improvement suffices.
    improvements: Option<Improvements>,
    /// The device used, as an index into `Likeness::hands`.
    hand: usize,
    permitted_by: Vec<PolicyId>,
    stopped_by: Vec<PolicyId>,
    reads: Items,
}

impl<'a> Survey<'a> {
    /// Creates a survey of `world` under `policies` at the moment `now`.
    pub fn new(world: &'a World, policies: &'a PolicySet, now: Timestamp) -> Self {
        let discernment = policies.discernment();
        let (devices, confirmed) = (OnceCell::new(), HashMap::new());
        Self { world, policies, now, devices, confirmed, discernment, found: HashMap::new() }
    }

    /// The same, where the posture of these devices was observed to be still what the world knows. Call it before anything is
    /// asked.
    #[must_use]
    pub fn with_postures(mut self, confirmed: HashMap<DeviceId, Timestamp>) -> Self {
        self.confirmed = confirmed;
        self
    }

    /// Returns whether this principal can reach the target; `None` if the principal or the application does not exist.
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

    /// Returns the improvements that the principal could obtain, and the questions that it could ask with what it has,
    /// the one without a device first.
    fn hands(&self, principal: Principal, target: &Target) -> Option<(Improvements, Vec<Evidence>)> {
        let hand = |who: Who, device: Option<&Device>| {
            let mut request = request(who, device, target);
            request.posture_confirmed_at = device.and_then(|device| self.confirmed.get(&device.id)).copied();
            gather::gather(self.world, gather::place(self.world, request.address), &request, self.now)
        };
        match principal {
            // The anonymous principal has no evidence, and can obtain none without signing in.
            Principal::Anonymous => Some((0, vec![hand(Who::Anonymous, None)?])),
            // A machine can be enrolled for a service account. It neither signs in nor requests grants.
            Principal::Service(id) => {
                self.world.service(id)?;
                Some((MANAGED, vec![hand(Who::Service(id), None)?]))
            }
            Principal::Person(id) => {
                self.world.person(id)?;
                let passkey = self.world.credentials_of(id).map(|known| known.assurance).max();
                let owned = self.devices.get_or_init(|| devices_by_owner(self.world));
                let theirs = owned.get(&id).map(Vec::as_slice).unwrap_or_default();
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
                // Signing in again adds nothing, because the person is assumed to have just signed in.
                let enough = passkey.is_some_and(|assurance| assurance >= Assurance::Aal2);
                let had = if enough { BESIDES_PROOF } else { EVERYTHING };
                Some((had, hands))
            }
        }
    }
}

/// Returns the devices that can prove themselves, by their owners.
fn devices_by_owner(world: &World) -> HashMap<PersonId, Vec<Arc<Device>>> {
    let mut devices: HashMap<PersonId, Vec<Arc<Device>>> = HashMap::new();
    // A device without a known key cannot prove itself, so it gives no evidence.
    for device in world.devices().filter(|device| device.about.key.is_some()) {
        if let Some(owner) = device.about.owner {
            devices.entry(owner).or_default().push(device.clone());
        }
    }
    devices.values_mut().for_each(|theirs| theirs.sort_by_key(|device| device.id));
    devices
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
        posture_confirmed_at: None,
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

/// Evaluates each question as it is, then looks for the smallest improvement that opens any of them.
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
            // Only principals without a sufficient passkey ever need it.
            Remedy::Reauthenticate => Need::EnrolPasskey,
            other => Need::Remedy(other),
        })
        .collect()
}

impl Need {
    /// Returns the need's name in the API.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::EnrolPasskey => "enrol-a-passkey",
            Self::Remedy(remedy) => remedy.as_str(),
        }
    }
}

impl std::fmt::Display for Need {
    /// One clause, addressed to someone other than the person who needs it.
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
