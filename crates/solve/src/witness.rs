//! Converts a request that the solver made up into a question.

use crate::account;
use crate::kind::Kind;
use crate::side::NamedEntities;
use cedar_policy::{Context, Entity, EntityUid, EvalResult, Record};
use cedar_policy_symcc::Env;
use countersign_names::{
    ApplicationName, Assurance, CheckResult, GroupName, PersonId, PolicyId, PostureCheck, Principal,
    PrincipalKind, ResourceName, RiskLevel, Sensitivity, ServiceId,
};
use countersign_policy::{
    Authentication, DeviceEvidence, Place, Question, SessionAge, Subject, TimeOfWeek, Verdict,
};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::Arc;
use uuid::Uuid;

/// A request that the two sets decide differently, simplified as far as possible.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witness {
    /// The whole question. Values that no policy names (ids, the resource's part of its name) are made up.
    pub question: Question,
    /// The verdict of the running policies.
    pub before: Verdict,
    /// The verdict of the planned policies.
    pub after: Verdict,
    /// The principal, if a policy names it; `None` stands for any unnamed principal of its kind.
    pub principal: Option<Principal>,
    /// The application, if a policy names it; `None` stands for any other.
    pub application: Option<ApplicationName>,
    /// The resource, if a policy names it; `None` stands for any other resource of the application.
    pub resource: Option<ResourceName>,
}

impl Witness {
    /// Returns the values that the policies read, each with the name that policies use.
    pub fn particulars(&self) -> Vec<(&'static str, String)> {
        account::particulars(self)
    }
}

/// The reason why a solver's model does not correspond to a possible question.
type Unreal = String;

/// Returns a readable phrase for a kind of principal.
pub(crate) const fn principal_word(kind: PrincipalKind) -> &'static str {
    match kind {
        PrincipalKind::Anonymous => "anybody who is not signed in",
        PrincipalKind::Person => "a person",
        PrincipalKind::Service => "a service account",
    }
}

/// Converts a model into a question.
pub(crate) fn question(model: &Env, kind: Kind, names: &NamedEntities) -> Result<Question, Unreal> {
    let missing = |what: &str| format!("the solver's example has no {what}");
    let request = &model.request;
    let principal = request.principal().ok_or_else(|| missing("principal"))?;
    let resource = request.resource().ok_or_else(|| missing("resource"))?;
    let context = request.context().ok_or_else(|| missing("context"))?;
    let (asking, asked) = (model.entities.get(principal), model.entities.get(resource));
    let reader = ModelReader { model, names };
    let sensitivity =
        of_rank(Sensitivity::ALL, Sensitivity::rank, asked.and_then(|it| long(it, "sensitivity")))
            .ok_or_else(|| missing("sensitivity that there is"))?;
    Ok(Question {
        principal: reader.principal(principal, kind.principal),
        subject: Arc::new(reader.subject(principal, asking)),
        action: kind.action,
        resource: reader.resource(resource)?,
        sensitivity,
        labelled: asked.and_then(|it| value(it, "labelled")).is_some_and(|it| it == EvalResult::Bool(true)),
        application_sensitivity: sensitivity,
        tags: asked.map(tags).unwrap_or_default(),
        operation: text(context.get("operation")).unwrap_or_default(),
        item: text(context.get("item")).unwrap_or_default(),
        content_type: text(context.get("content_type")),
        authentication: record(context, "authentication").map(|it| authentication(&it)).transpose()?,
        session: record(context, "session")
            .map(|it| SessionAge { age: number(&it, "age"), idle: number(&it, "idle") }),
        device: record(context, "device").map(|it| device(&it)),
        place: record(context, "place").map(|it| place(&it)).transpose()?,
        time: time(record(context, "time").as_ref())?,
        grant: context.get("grant") == Some(EvalResult::Bool(true)),
        exceptions: exceptions(context),
        enrolled: BTreeSet::new(),
    })
}

struct ModelReader<'a> {
    model: &'a Env,
    names: &'a NamedEntities,
}

impl ModelReader<'_> {
    /// Returns the principal that a policy names, or else one that no policy names.
    fn principal(&self, uid: &EntityUid, kind: PrincipalKind) -> Principal {
        let named = |principal: &Principal| self.names.principals.contains(principal);
        let id: &str = uid.id().as_ref();
        if let Some(principal) = id.parse().ok().filter(named) {
            return principal;
        }
        let ids = (0..).map(Uuid::from_u128).map(|id| match kind {
            PrincipalKind::Anonymous => Principal::Anonymous,
            PrincipalKind::Person => Principal::Person(PersonId::new(id)),
            PrincipalKind::Service => Principal::Service(ServiceId::new(id)),
        });
        let mut unnamed = ids.filter(|principal| !named(principal));
        unnamed.next().unwrap_or(Principal::Anonymous)
    }

    fn subject(&self, uid: &EntityUid, entity: Option<&Entity>) -> Subject {
        let of = |attribute: &str| text(entity.and_then(|entity| value(entity, attribute)));
        let risk = entity.and_then(|entity| long(entity, "risk"));
        let above = self.model.entities.ancestors(uid).into_iter().flatten();
        let mut groups: Vec<GroupName> = above
            .map(|uid| AsRef::<str>::as_ref(uid.id()))
            .filter(|id| self.names.groups.contains(*id))
            .filter_map(|id| id.parse().ok())
            .collect();
        groups.sort();
        Subject {
            email: of("email").unwrap_or_default(),
            kind: of("kind").or_else(|| of("name")).unwrap_or_default(),
            risk: of_rank(RiskLevel::ALL, RiskLevel::rank, risk).unwrap_or(RiskLevel::Low),
            groups,
        }
    }

    /// Returns the resource that a policy names, or else another one of its application.
    fn resource(&self, uid: &EntityUid) -> Result<ResourceName, Unreal> {
        let id: &str = uid.id().as_ref();
        if let Some(resource) = id.parse().ok().filter(|resource| self.names.resources.contains(resource)) {
            return Ok(resource);
        }
        let above = self.model.entities.ancestors(uid).into_iter().flatten();
        let mut applications = above.filter_map(|uid| AsRef::<str>::as_ref(uid.id()).parse().ok());
        let named = applications.find(|name: &ApplicationName| self.names.applications.contains(name));
        let application =
            named.map_or_else(|| unnamed(&self.names.applications, "another-application"), Ok)?;
        let mut parts = (0..).map(|n| format!("{application}/any-{n}").parse::<ResourceName>());
        let free = parts.find(|name| name.as_ref().is_ok_and(|name| !self.names.resources.contains(name)));
        free.and_then(Result::ok).ok_or_else(|| format!("no resource of {application} is free"))
    }
}

/// Returns a name that is not in `taken`.
fn unnamed(taken: &BTreeSet<ApplicationName>, word: &str) -> Result<ApplicationName, Unreal> {
    let mut names = (0..).map(|n| if n == 0 { word.to_owned() } else { format!("{word}-{n}") });
    let free = names.find_map(|name| name.parse().ok().filter(|name| !taken.contains(name)));
    free.ok_or_else(|| "no name is free".to_owned())
}

fn of_rank<T: Copy>(all: &[T], rank: impl Fn(T) -> i64, wanted: Option<i64>) -> Option<T> {
    all.iter().copied().find(|level| Some(rank(*level)) == wanted)
}

fn value(entity: &Entity, attribute: &str) -> Option<EvalResult> {
    entity.attr(attribute)?.ok()
}

fn long(entity: &Entity, attribute: &str) -> Option<i64> {
    match value(entity, attribute)? {
        EvalResult::Long(number) => Some(number),
        _ => None,
    }
}

fn text(value: Option<EvalResult>) -> Option<String> {
    match value? {
        EvalResult::String(text) => Some(text),
        _ => None,
    }
}

fn tags(entity: &Entity) -> BTreeMap<String, String> {
    entity.tags().filter_map(|(name, value)| Some((name.to_owned(), text(value.ok())?))).collect()
}

fn record(context: &Context, name: &str) -> Option<Record> {
    match context.get(name)? {
        EvalResult::Record(record) => Some(record),
        _ => None,
    }
}

fn number(record: &Record, name: &str) -> i64 {
    match record.get(name) {
        Some(EvalResult::Long(number)) => *number,
        _ => 0,
    }
}

fn is(record: &Record, name: &str) -> bool {
    record.get(name) == Some(&EvalResult::Bool(true))
}

fn authentication(record: &Record) -> Result<Authentication, Unreal> {
    let assurance = of_rank(Assurance::ALL, Assurance::rank, Some(number(record, "assurance")));
    Ok(Authentication {
        assurance: assurance.ok_or_else(|| "there is no such assurance".to_owned())?,
        method: text(record.get("method").cloned()).unwrap_or_default(),
        phishing_resistant: is(record, "phishing_resistant"),
        age: number(record, "age"),
    })
}

fn words(value: Option<&EvalResult>) -> BTreeSet<String> {
    match value {
        Some(EvalResult::Set(set)) => set.iter().filter_map(|word| text(Some(word.clone()))).collect(),
        _ => BTreeSet::new(),
    }
}

fn device(record: &Record) -> DeviceEvidence {
    let failing = words(record.get("failing"));
    let result = |check: &PostureCheck| {
        if failing.contains(check.as_str()) { CheckResult::Fail } else { CheckResult::Pass }
    };
    DeviceEvidence {
        managed: is(record, "managed"),
        proved: is(record, "proved"),
        checks: Arc::new(PostureCheck::ALL.iter().map(|check| (*check, result(check))).collect()),
        posture_age: record.contains_attribute("posture_age").then(|| number(record, "posture_age")),
    }
}

/// Cedar's addresses can be whole networks, but a question has a single address. Uses the first address of the network;
/// evaluating the question then shows whether the sets still decide it differently.
fn place(record: &Record) -> Result<Place, Unreal> {
    let unreal = || "the solver's example comes from no address".to_owned();
    let Some(EvalResult::ExtensionValue(written)) = record.get("address") else { return Err(unreal()) };
    let bare = written.trim_start_matches("ip(\"").trim_end_matches("\")");
    let first = bare.split('/').next().unwrap_or(bare);
    let address: IpAddr = first.parse().map_err(|_| unreal())?;
    Ok(Place { address, network: text(record.get("network").cloned()).unwrap_or_default() })
}

fn time(record: Option<&Record>) -> Result<TimeOfWeek, Unreal> {
    let part = |name: &str| record.and_then(|record| u8::try_from(number(record, name)).ok());
    let (Some(hour), Some(weekday)) = (part("hour"), part("weekday")) else {
        return Err("the solver's example is at no time".to_owned());
    };
    Ok(TimeOfWeek { hour, weekday })
}

/// Returns the exceptions that are valid policy ids. Other texts cannot match any policy.
fn exceptions(context: &Context) -> BTreeSet<PolicyId> {
    words(context.get("exceptions").as_ref()).iter().filter_map(|word| word.parse().ok()).collect()
}
