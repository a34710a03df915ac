//! The items of evidence that can be changed: their names, their values, and what a new value means.

use crate::Refusal;
use countersign_api as api;
use countersign_decide::{Evidence, EvidenceVariation, VariedDecision};
use countersign_facts::Member;
use countersign_names::{
    Assurance, CheckResult, GroupName, PolicyId, PostureCheck, Principal, RiskLevel, Sensitivity,
};
use countersign_policy::{Items, Kind, Place, PolicyReference, PolicySet};
use countersign_rehearse::RecordedAnswer;
use countersign_world::{Networks, World};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::net::IpAddr;

/// Maximum number of changes in one request.
const MOST_CHANGES: usize = 64;
/// Maximum length of an item and of a value, in bytes.
const LONGEST: usize = 256;
/// The largest age in seconds: a hundred years.
const OLDEST: u64 = 100 * 365 * 86_400;

/// An age in seconds that is longer than policies allow: a year.
const LONG_AGO: u64 = 365 * 86_400;

const ABSENT: &str = "absent";
const PRESENT: &str = "present";
const FRESH: &str = "fresh";
const MANAGED: &str = "managed";
const NEVER: &str = "never";
const NO_LABEL: &str = "none";
const YES: &str = "yes";
const NO: &str = "no";
const ACTIVE: &str = "active";
const SUSPENDED: &str = "suspended";
const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// An item of evidence that can be changed. The order is that in which changes are made: first whether something is
/// there, then its properties.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangeableName {
    Identity,
    Assurance,
    PhishingResistance,
    ProofAge,
    SessionAge,
    SessionIdle,
    Device,
    Managed,
    PostureAge,
    Posture(PostureCheck),
    Network,
    Address,
    Risk,
    Standing,
    Group(GroupName),
    Grant,
    Exception(PolicyId),
    Hour,
    Weekday,
    Label,
}

/// The items without a subject, with their names.
static PLAIN: [(ChangeableName, &str); 17] = [
    (ChangeableName::Identity, "identity"),
    (ChangeableName::Assurance, "assurance"),
    (ChangeableName::PhishingResistance, "phishing_resistance"),
    (ChangeableName::ProofAge, "proof_age"),
    (ChangeableName::SessionAge, "session_age"),
    (ChangeableName::SessionIdle, "session_idle"),
    (ChangeableName::Device, "device"),
    (ChangeableName::Managed, "managed"),
    (ChangeableName::PostureAge, "posture_age"),
    (ChangeableName::Network, "network"),
    (ChangeableName::Address, "address"),
    (ChangeableName::Risk, "risk"),
    (ChangeableName::Standing, "standing"),
    (ChangeableName::Grant, "grant"),
    (ChangeableName::Hour, "hour"),
    (ChangeableName::Weekday, "weekday"),
    (ChangeableName::Label, "label"),
];

impl fmt::Display for ChangeableName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Posture(check) => write!(f, "posture.{check}"),
            Self::Group(group) => write!(f, "group.{group}"),
            Self::Exception(policy) => write!(f, "exception.{policy}"),
            plain => f.write_str(PLAIN.iter().find(|(item, _)| item == plain).map_or("", |(_, name)| *name)),
        }
    }
}

impl ChangeableName {
    fn parse(text: &str) -> Option<Self> {
        if let Some((item, _)) = PLAIN.iter().find(|(_, name)| *name == text) {
            return Some(item.clone());
        }
        match text.split_once('.')? {
            ("posture", check) => check.parse().ok().map(Self::Posture),
            ("group", group) => group.parse().ok().map(Self::Group),
            ("exception", policy) => policy.parse().ok().map(Self::Exception),
            _ => None,
        }
    }

    /// Returns every item of this access, in order: of groups those of the principal, those that the policies name and
    /// those that a change names, and of exceptions likewise.
    pub fn all(recorded: &RecordedAnswer, policies: &PolicySet, changes: &EvidenceChanges) -> BTreeSet<Self> {
        let Some(evidence) = recorded.evidence() else { return BTreeSet::new() };
        let question = &evidence.question;
        let plain = PLAIN.iter().map(|(item, _)| item.clone());
        let checks = PostureCheck::ALL.iter().map(|check| Self::Posture(*check));
        let named = policies.mentions().into_iter().filter_map(|mention| match mention.named {
            PolicyReference::Group(group) => Some(group),
            _ => None,
        });
        let known = named.filter(|group| recorded.world().group(group.as_str()).is_some());
        let groups = known.chain(question.subject.groups.iter().cloned()).map(Self::Group);
        let guardrails = policies.policies().iter().filter(|policy| policy.kind == Kind::Guardrail);
        let excepted = guardrails.map(|policy| &policy.id);
        let excepted = excepted.filter(|id| policies.reads(id).has(Items::EXCEPTIONS));
        let exceptions = excepted.chain(&question.exceptions).cloned().map(Self::Exception);
        let all = plain.chain(checks).chain(groups).chain(exceptions).chain(changes.0.keys().cloned());
        all.filter(|item| item.is_of(question.principal)).collect()
    }

    /// Returns whether an access of this principal has the item.
    const fn is_of(&self, principal: Principal) -> bool {
        match self {
            Self::Risk | Self::Group(_) => !matches!(principal, Principal::Anonymous),
            Self::Standing | Self::Grant => matches!(principal, Principal::Person(_)),
            _ => true,
        }
    }

    /// Returns the parts of a question that the item belongs to; `None` for one that every decision reads.
    const fn read_as(&self) -> Option<Items> {
        Some(match self {
            Self::Identity => Items::AUTHENTICATION.and(Items::SESSION),
            Self::Assurance | Self::PhishingResistance | Self::ProofAge => Items::AUTHENTICATION,
            Self::SessionAge | Self::SessionIdle => Items::SESSION,
            Self::Device | Self::Managed | Self::PostureAge | Self::Posture(_) => Items::DEVICE,
            Self::Network | Self::Address => Items::PLACE,
            Self::Risk | Self::Group(_) => Items::PRINCIPAL,
            Self::Standing => return None,
            Self::Grant => Items::GRANT,
            Self::Exception(_) => Items::EXCEPTIONS,
            Self::Hour | Self::Weekday => Items::TIME,
            Self::Label => Items::RESOURCE,
        })
    }

    /// Returns what has to be there for the item to have a value.
    const fn property_of(&self) -> Option<Self> {
        match self {
            Self::Assurance
            | Self::PhishingResistance
            | Self::ProofAge
            | Self::SessionAge
            | Self::SessionIdle => Some(Self::Identity),
            Self::Managed | Self::PostureAge | Self::Posture(_) => Some(Self::Device),
            _ => None,
        }
    }

    /// Returns the item with its values, for the answer.
    pub fn shown(
        &self,
        recorded: &RecordedAnswer,
        varied: &VariedDecision,
        changes: &EvidenceChanges,
    ) -> api::ChangeableItem {
        let read = self.read_as().is_none_or(|items| varied.decision.reads.has(items));
        api::ChangeableItem {
            item: self.to_string(),
            recorded: recorded.evidence().map(|evidence| self.value(evidence)).unwrap_or_default(),
            value: self.value(&varied.evidence),
            choices: self.choices(recorded.world()),
            most: self.most(),
            changed: changes.0.contains_key(self),
            read,
        }
    }

    /// Returns the values that are worth a trial: every choice, each hour, and of an age none at all and a long one.
    pub fn trials(&self, world: &World) -> Vec<String> {
        let mut trials = self.choices(world);
        if matches!(self, Self::Hour) {
            trials.extend((0..24).map(|hour: u8| hour.to_string()));
        } else if self.most().is_some() {
            trials.extend([0, LONG_AGO].map(|age: u64| age.to_string()));
        }
        trials
    }

    /// Returns the value of the item in this evidence.
    pub fn value(&self, evidence: &Evidence) -> String {
        let question = &evidence.question;
        let (proof, session) = (question.authentication.as_ref(), question.session.as_ref());
        let (device, place) = (question.device.as_ref(), question.place.as_ref());
        let there = |is_there: bool| Some(if is_there { PRESENT } else { ABSENT }.to_owned());
        let yes = |is_so: bool| if is_so { YES } else { NO }.to_owned();
        let value = match self {
            Self::Identity => there(proof.is_some()),
            Self::Assurance => proof.map(|proof| proof.assurance.to_string()),
            Self::PhishingResistance => proof.map(|proof| yes(proof.phishing_resistant)),
            Self::ProofAge => proof.map(|proof| proof.age.to_string()),
            Self::SessionAge => session.map(|session| session.age.to_string()),
            Self::SessionIdle => session.map(|session| session.idle.to_string()),
            Self::Device => there(device.is_some()),
            Self::Managed => device.map(|device| yes(device.managed)),
            Self::PostureAge => device
                .map(|device| device.posture_age.map_or_else(|| NEVER.to_owned(), |age| age.to_string())),
            Self::Posture(check) => device.map(|device| {
                let result = device.checks.get(check).copied();
                result_name(result.unwrap_or(CheckResult::Unknown)).to_owned()
            }),
            Self::Network => place.map(|place| place.network.clone()),
            Self::Address => place.map(|place| place.address.to_string()),
            Self::Risk => Some(question.subject.risk.to_string()),
            Self::Standing => Some(if evidence.suspended { SUSPENDED } else { ACTIVE }.to_owned()),
            Self::Group(group) => Some(yes(question.subject.groups.contains(group))),
            Self::Grant => Some(yes(question.grant)),
            Self::Exception(policy) => Some(yes(question.exceptions.contains(policy))),
            Self::Hour => Some(question.time.hour.to_string()),
            Self::Weekday => {
                let day = DAYS.get(usize::from(question.time.weekday.saturating_sub(1)));
                day.map(|day| (*day).to_owned())
            }
            Self::Label => {
                Some(if question.labelled { question.sensitivity.to_string() } else { NO_LABEL.to_owned() })
            }
        };
        value.unwrap_or_else(|| ABSENT.to_owned())
    }

    /// Returns the values to choose from; none if the value is an address or only a number.
    fn choices(&self, world: &World) -> Vec<String> {
        let owned =
            |choices: &[&str]| -> Vec<String> { choices.iter().map(|choice| (*choice).to_owned()).collect() };
        match self {
            Self::Identity => owned(&[FRESH, ABSENT]),
            Self::Assurance => Assurance::ALL.iter().map(ToString::to_string).collect(),
            Self::Device => owned(&[MANAGED, ABSENT]),
            Self::PostureAge => owned(&[NEVER]),
            Self::Posture(_) => RESULTS.iter().map(|(_, name)| (*name).to_owned()).collect(),
            Self::Network => {
                let named = world.networks().named().keys().cloned();
                named.chain([Networks::ELSEWHERE.to_owned(), ABSENT.to_owned()]).collect()
            }
            Self::Risk => RiskLevel::ALL.iter().map(ToString::to_string).collect(),
            Self::Standing => owned(&[ACTIVE, SUSPENDED]),
            Self::PhishingResistance | Self::Managed | Self::Group(_) | Self::Grant | Self::Exception(_) => {
                owned(&[YES, NO])
            }
            Self::Weekday => owned(&DAYS),
            Self::Label => {
                let labels = Sensitivity::ALL.iter().map(ToString::to_string);
                labels.chain([NO_LABEL.to_owned()]).collect()
            }
            Self::ProofAge | Self::SessionAge | Self::SessionIdle | Self::Address | Self::Hour => Vec::new(),
        }
    }

    /// Returns the largest number that the item can be; `None` if it is no number.
    const fn most(&self) -> Option<u64> {
        match self {
            Self::ProofAge | Self::SessionAge | Self::SessionIdle | Self::PostureAge => Some(OLDEST),
            Self::Hour => Some(23),
            _ => None,
        }
    }

    /// Returns what a new value means; `None` if it is none of the item's values. Groups are changed together.
    fn variation(&self, value: &str, world: &World) -> Option<EvidenceVariation> {
        use EvidenceVariation as Vary;
        let number = || {
            let plain = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
            let number = value.parse::<u64>().ok().filter(|_| plain);
            number.filter(|number| Some(*number) <= self.most())
        };
        let age = || number().and_then(|number| i64::try_from(number).ok());
        Some(match self {
            Self::Identity => match value {
                FRESH => Vary::FreshProof,
                ABSENT => Vary::NoProof,
                _ => return None,
            },
            Self::Assurance => Vary::Assurance(value.parse().ok()?),
            Self::PhishingResistance => Vary::PhishingResistance(yes(value)?),
            Self::ProofAge => Vary::ProofAge(age()?),
            Self::SessionAge => Vary::SessionAge(age()?),
            Self::SessionIdle => Vary::SessionIdle(age()?),
            Self::Device => match value {
                MANAGED => Vary::ManagedDevice,
                ABSENT => Vary::NoDevice,
                _ => return None,
            },
            Self::Managed => Vary::Managed(yes(value)?),
            Self::PostureAge if value == NEVER => Vary::PostureAge(None),
            Self::PostureAge => Vary::PostureAge(Some(age()?)),
            Self::Posture(check) => {
                let (result, _) = RESULTS.iter().find(|(_, name)| *name == value)?;
                Vary::Check(*check, *result)
            }
            Self::Network if value == ABSENT => Vary::Place(None),
            Self::Network => Vary::Place(Some(place_in(world.networks(), value)?)),
            Self::Address => {
                let address: IpAddr = value.parse().ok()?;
                let network = world.networks().name_of(address).to_owned();
                Vary::Place(Some(Place { address, network }))
            }
            Self::Risk => Vary::Risk(value.parse().ok()?),
            Self::Standing => match value {
                ACTIVE => Vary::Suspended(false),
                SUSPENDED => Vary::Suspended(true),
                _ => return None,
            },
            Self::Group(_) => return None,
            Self::Grant => Vary::Grant(yes(value)?),
            Self::Exception(policy) => Vary::Exception(policy.clone(), yes(value)?),
            Self::Hour => Vary::Hour(u8::try_from(number()?).ok()?),
            Self::Weekday => {
                let place = DAYS.iter().position(|day| *day == value)?;
                Vary::Weekday(u8::try_from(place).ok()?.saturating_add(1))
            }
            Self::Label if value == NO_LABEL => Vary::Label(None),
            Self::Label => Vary::Label(Some(value.parse().ok()?)),
        })
    }
}

const RESULTS: [(CheckResult, &str); 3] =
    [(CheckResult::Pass, "pass"), (CheckResult::Fail, "fail"), (CheckResult::Unknown, "unknown")];

fn result_name(result: CheckResult) -> &'static str {
    RESULTS.iter().find(|(known, _)| *known == result).map_or("", |(_, name)| *name)
}

fn yes(value: &str) -> Option<bool> {
    match value {
        YES => Some(true),
        NO => Some(false),
        _ => None,
    }
}

/// Returns a place in this network: one of its addresses, because policies read both. `None` if there is none. A network
/// whose ranges all belong to more specific networks has no address of its own.
fn place_in(networks: &Networks, network: &str) -> Option<Place> {
    // Addresses that are reserved for documentation (RFC 5737, RFC 3849), so that they are nobody's.
    const NOBODYS: [&str; 4] = ["192.0.2.1", "198.51.100.1", "203.0.113.1", "2001:db8::1"];
    let ranges = networks.named().get(network).into_iter().flatten();
    let own = ranges.flat_map(|range| [range.addr(), range.broadcast()]);
    let nobodys = NOBODYS.iter().filter_map(|address| address.parse().ok());
    let address = own.chain(nobodys).find(|address| networks.name_of(*address) == network)?;
    Some(Place { address, network: network.to_owned() })
}

/// The changes of a request: of each item its new value, and the field that gave it.
#[derive(Debug, Default, Clone)]
pub struct EvidenceChanges(BTreeMap<ChangeableName, (String, usize)>);

impl EvidenceChanges {
    /// Reads the changes: known items, each once.
    pub fn read(asked: &[api::EvidenceChange]) -> Result<Self, Refusal> {
        if asked.len() > MOST_CHANGES {
            let detail = format!("{} changes are more than {MOST_CHANGES}", asked.len());
            return Err(Refusal::invalid("changes", detail).remedy("change fewer items in one request"));
        }
        let mut changes = BTreeMap::new();
        for (place, change) in asked.iter().enumerate() {
            for (field, text) in [("item", &change.item), ("value", &change.value)] {
                if text.len() > LONGEST {
                    let detail = format!("it is longer than {LONGEST} bytes");
                    return Err(Refusal::invalid(format!("changes[{place}].{field}"), detail));
                }
            }
            let field = format!("changes[{place}].item");
            let item = ChangeableName::parse(&change.item).ok_or_else(|| unknown(place, &change.item))?;
            if changes.insert(item, (change.value.clone(), place)).is_some() {
                return Err(Refusal::invalid(field, format!("{} is given twice", change.item))
                    .remedy("give each item once"));
            }
        }
        let changes = Self(changes);
        if let Some((_, place)) = changes.0.get(&ChangeableName::Address)
            && changes.0.contains_key(&ChangeableName::Network)
        {
            let field = format!("changes[{place}].item");
            return Err(Refusal::invalid(field, "the address determines the network")
                .remedy("give one of `network` and `address`"));
        }
        Ok(changes)
    }

    /// Returns these changes and one more, in the place of one of the same item.
    pub fn and(&self, item: &ChangeableName, value: &str) -> Self {
        let mut changes = self.clone();
        if matches!(item, ChangeableName::Network) {
            // The address determines the network.
            changes.0.remove(&ChangeableName::Address);
        }
        changes.0.insert(item.clone(), (value.to_owned(), 0));
        changes
    }

    /// Returns what the changes mean for this access under these policies, in the order in which they are made.
    pub fn variations(
        &self,
        recorded: &RecordedAnswer,
        policies: &PolicySet,
    ) -> Result<Vec<EvidenceVariation>, Refusal> {
        let Some(evidence) = recorded.evidence() else { return Ok(Vec::new()) };
        let (question, world) = (&evidence.question, &**recorded.world());
        let mut variations = Vec::new();
        for (item, (value, place)) in &self.0 {
            if !item.is_of(question.principal) {
                return Err(unknown(*place, &item.to_string()));
            }
            if let ChangeableName::Exception(policy) = item
                && policies.get(policy).is_none()
                && !question.exceptions.contains(policy)
            {
                let detail = format!("there is no policy {policy} among those that are evaluated");
                return Err(Refusal::invalid(format!("changes[{place}].item"), detail)
                    .remedy("name a guardrail that exceptions can lift"));
            }
            self.is_there(item, evidence, *place)?;
            if !matches!(item, ChangeableName::Group(_)) {
                let variation = item.variation(value, world);
                variations.push(variation.ok_or_else(|| invalid(item, value, *place, world))?);
            }
        }
        variations.extend(self.groups(evidence, world)?);
        Ok(variations)
    }

    /// Refuses a change of a property of something that is not there.
    fn is_there(&self, item: &ChangeableName, evidence: &Evidence, place: usize) -> Result<(), Refusal> {
        let Some(whole) = item.property_of() else { return Ok(()) };
        let changed = self.0.get(&whole).map(|(value, _)| value.as_str());
        let question = &evidence.question;
        let is_there = match (changed, item) {
            (Some(ABSENT), _) => false,
            (Some(_), _) => true,
            // A service account with a key-bound token proves its identity without a session.
            (None, ChangeableName::SessionAge | ChangeableName::SessionIdle) => question.session.is_some(),
            (None, _) if whole == ChangeableName::Device => question.device.is_some(),
            (None, _) => question.authentication.is_some(),
        };
        if is_there {
            return Ok(());
        }
        let other = if whole == ChangeableName::Device { MANAGED } else { FRESH };
        let detail = format!("the access comes without it, because {whole} is {ABSENT}");
        Err(Refusal::invalid(format!("changes[{place}].item"), detail)
            .remedy(format!("also change {whole} to {other}")))
    }

    /// Returns the groups of the principal with the changed memberships; `None` without such a change.
    fn groups(&self, evidence: &Evidence, world: &World) -> Result<Option<EvidenceVariation>, Refusal> {
        let member = match evidence.question.principal {
            Principal::Person(person) => Member::Person(person),
            Principal::Service(service) => Member::Service(service),
            Principal::Anonymous => return Ok(None),
        };
        let mut changed = BTreeMap::new();
        for (item, (value, place)) in &self.0 {
            let ChangeableName::Group(group) = item else { continue };
            if world.group(group.as_str()).is_none() {
                let detail = format!("there was no group {group} at the time of the decision");
                return Err(Refusal::invalid(format!("changes[{place}].item"), detail)
                    .remedy("name a group that there was"));
            }
            let is_member = yes(value).ok_or_else(|| invalid(item, value, *place, world))?;
            changed.insert(group.clone(), is_member);
        }
        if changed.is_empty() {
            return Ok(None);
        }
        let groups = world.groups_if(&member, &changed);
        let mut left = changed.iter().filter(|(_, is_member)| !**is_member).map(|(group, _)| group);
        if let Some(contradiction) = left.find(|group| groups.contains(group)) {
            let item = ChangeableName::Group(contradiction.clone());
            let place = self.0.get(&item).map_or(0, |(_, place)| *place);
            let detail = format!("another group that is joined is itself in {contradiction}");
            return Err(Refusal::invalid(format!("changes[{place}].value"), detail)
                .remedy("change only one of the two"));
        }
        Ok(Some(EvidenceVariation::Groups(groups)))
    }
}

fn unknown(place: usize, item: &str) -> Refusal {
    let detail = format!("{item:?} is not an item of this decision that can be changed");
    Refusal::invalid(format!("changes[{place}].item"), detail)
        .remedy("evaluate the decision again without changes: the answer lists its items")
}

fn invalid(item: &ChangeableName, value: &str, place: usize, world: &World) -> Refusal {
    let mut known = item.choices(world);
    known.extend(item.most().map(|most| format!("a whole number from 0 to {most}")));
    if matches!(item, ChangeableName::Address) {
        known.push("an IP address".to_owned());
    }
    Refusal::invalid(format!("changes[{place}].value"), format!("{value:?} is not a value of {item}"))
        .remedy(format!("give {}", known.join(" or ")))
}
