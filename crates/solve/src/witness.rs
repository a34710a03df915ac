//! A request that the solver made up, as a question of ours.

use crate::account;
use crate::kind::Kind;
use crate::side::Names;
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

/// A request that falls differently, decided by both sets and made as plain as it can be while that stays so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witness {
    /// The whole question. What no policy names in it (ids, a resource's part) is made up.
    pub question: Question,
    /// What the policies that run say to it.
    pub before: Verdict,
    /// What the planned ones say.
    pub after: Verdict,
    /// Whoever asks, if a policy names them; none: anybody of the kind that no policy names.
    pub principal: Option<Principal>,
    /// The application, if a policy names it; none: any other.
    pub application: Option<ApplicationName>,
    /// The resource, if a policy names it; none: any other of the application.
    pub resource: Option<ResourceName>,
}

impl Witness {
    /// What of the question the policies read, each as policies call it and with its value.
    pub fn particulars(&self) -> Vec<(&'static str, String)> {
        account::particulars(self)
    }
}

/// Why a model of the solver is no question of ours: something that none can hold.
type Unreal = String;

/// A principal in words.
pub(crate) const fn principal_word(kind: PrincipalKind) -> &'static str {
    match kind {
        PrincipalKind::Anonymous => "anybody who is not signed in",
        PrincipalKind::Person => "a person",
        PrincipalKind::Service => "a service account",
    }
}

/// The question that a model stands for.
pub(crate) fn question(model: &Env, kind: Kind, names: &Names) -> Result<Question, Unreal> {
    let missing = |what: &str| format!("the solver's example has no {what}");
    let request = &model.request;
    let principal = request.principal().ok_or_else(|| missing("principal"))?;
    let resource = request.resource().ok_or_else(|| missing("resource"))?;
    let context = request.context().ok_or_else(|| missing("context"))?;
    let (asking, asked) = (model.entities.get(principal), model.entities.get(resource));
    let reader = Reader { model, names };
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

struct Reader<'a> {
    model: &'a Env,
    names: &'a Names,
}

impl Reader<'_> {
    /// Whom a policy names, by that name; everybody else is somebody whom none names.
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

    /// The resource that a policy names, or another one of the application that it lies in.
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

/// A name that none of `taken` is.
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

/// Cedar's addresses can be whole networks, and those of questions cannot: the first address of it stands for it, and
/// whether the request then still falls differently is found out when it is decided.
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

/// Those that are the name of a policy. Any other text can cover nothing.
fn exceptions(context: &Context) -> BTreeSet<PolicyId> {
    words(context.get("exceptions").as_ref()).iter().filter_map(|word| word.parse().ok()).collect()
}
