//! Builds the entities and the context of a question directly as Cedar's values.
//!
//! Nothing here is checked against the schema, because the question's types correspond to it. A test builds the same
//! values through Cedar's public, checked functions and compares.

use crate::question::{Authentication, DeviceEvidence, Place, Question};
use crate::reading::Items;
use crate::schema;
use cedar_policy_core::ast::{
    Context, Entity, EntityUID, EntityUIDEntry, Name, PartialValue, Request, RestrictedExpr, Value, ValueKind,
};
use cedar_policy_core::entities::{Entities, NoEntitiesSchema, TCComputation};
use cedar_policy_core::evaluator::RestrictedEvaluator;
use cedar_policy_core::extensions::Extensions;
use countersign_names::PrincipalKind;
use std::collections::HashSet;
use std::sync::{Arc, LazyLock};

#[expect(clippy::expect_used, reason = "a word of Cedar's own")]
static IP: LazyLock<Name> = LazyLock::new(|| "ip".parse().expect("a function's name"));

/// A question as Cedar's values, restricted to the selected items.
pub(crate) struct Presented {
    pub(crate) request: Request,
    pub(crate) entities: Entities,
}

/// Builds Cedar's values for `question`. Includes only the groups of the principal for which `named` returns true: a
/// condition can test only groups that it names.
pub(crate) fn present(question: &Question, items: Items, named: impl Fn(&EntityUID) -> bool) -> Presented {
    let principal = schema::principal(&question.principal);
    let resource = schema::resource(&question.resource);
    let mut entities = Vec::with_capacity(2);
    if items.has(Items::PRINCIPAL) {
        entities.push(principal_entity(question, principal.clone(), named));
    }
    if items.has(Items::RESOURCE) {
        entities.push(resource_entity(question, resource.clone()));
    }
    let known = |euid: Arc<EntityUID>| EntityUIDEntry::Known { euid, loc: None };
    let request = Request::new_unchecked(
        known(Arc::new(principal)),
        known(schema::action(question.action)),
        known(Arc::new(resource)),
        Some(context(question, items)),
    );
    // Cannot fail: the two entities have different types, so their ids differ, and their ancestors are complete.
    let entities = Entities::from_entities(
        entities,
        None::<&NoEntitiesSchema>,
        TCComputation::AssumeAlreadyComputed,
        Extensions::all_available(),
    )
    .unwrap_or_default();
    Presented { request, entities }
}

fn principal_entity(question: &Question, uid: EntityUID, named: impl Fn(&EntityUID) -> bool) -> Entity {
    let subject = &*question.subject;
    let text = |text: &str| PartialValue::from(text);
    let risk = PartialValue::from(subject.risk.rank());
    let attributes: Vec<(&str, PartialValue)> = match question.principal.kind() {
        PrincipalKind::Anonymous => Vec::new(),
        PrincipalKind::Service => vec![("name", text(&subject.kind)), ("risk", risk)],
        PrincipalKind::Person => {
            vec![("email", text(&subject.email)), ("kind", text(&subject.kind)), ("risk", risk)]
        }
    };
    let groups = match question.principal.kind() {
        PrincipalKind::Anonymous => HashSet::new(),
        _ => subject.groups.iter().map(schema::group).filter(|group| named(group)).collect(),
    };
    let attributes = attributes.into_iter().map(|(name, value)| (name.into(), value));
    Entity::new_with_attr_partial_value(uid, attributes, HashSet::new(), groups, [])
}

fn resource_entity(question: &Question, uid: EntityUID) -> Entity {
    let attributes = [
        ("sensitivity".into(), PartialValue::from(question.sensitivity.rank())),
        ("labelled".into(), PartialValue::from(question.labelled)),
    ];
    let application = schema::application(question.resource.application());
    let tags =
        question.tags.iter().map(|(name, value)| (name.as_str().into(), PartialValue::from(value.as_str())));
    Entity::new_with_attr_partial_value(uid, attributes, HashSet::new(), HashSet::from([application]), tags)
}

fn context(question: &Question, items: Items) -> Context {
    let mut pairs: Vec<(&str, Value)> = Vec::with_capacity(10);
    let mut add = |item: Items, name: &'static str, value: &dyn Fn() -> Option<Value>| {
        if items.has(item) {
            pairs.extend(value().map(|value| (name, value)));
        }
    };
    add(Items::AUTHENTICATION, "authentication", &|| question.authentication.as_ref().map(authentication));
    add(Items::SESSION, "session", &|| {
        let session = question.session?;
        Some(record([("age", session.age.into()), ("idle", session.idle.into())]))
    });
    add(Items::DEVICE, "device", &|| {
        question.device.as_ref().map(|evidence| device(evidence, items.has(Items::FAILING)))
    });
    add(Items::PLACE, "place", &|| question.place.as_ref().and_then(place));
    add(Items::TIME, "time", &|| {
        let time = question.time;
        Some(record([("hour", i64::from(time.hour).into()), ("weekday", i64::from(time.weekday).into())]))
    });
    add(Items::GRANT, "grant", &|| Some(question.grant.into()));
    add(Items::EXCEPTIONS, "exceptions", &|| {
        Some(Value::set(question.exceptions.iter().map(|id| id.as_str().into()), None))
    });
    add(Items::OPERATION, "operation", &|| Some(question.operation.as_str().into()));
    add(Items::ITEM, "item", &|| Some(question.item.as_str().into()));
    add(Items::CONTENT_TYPE, "content_type", &|| question.content_type.as_deref().map(Value::from));
    match ValueKind::record(pairs) {
        ValueKind::Record(fields) => Context::Value(fields),
        _ => Context::empty(),
    }
}

fn record<const N: usize>(fields: [(&str, Value); N]) -> Value {
    Value::record(fields, None)
}

fn authentication(evidence: &Authentication) -> Value {
    record([
        ("assurance", evidence.assurance.rank().into()),
        ("method", evidence.method.as_str().into()),
        ("phishing_resistant", evidence.phishing_resistant.into()),
        ("age", evidence.age.into()),
    ])
}

fn device(evidence: &DeviceEvidence, with_failing: bool) -> Value {
    let mut fields: Vec<(&str, Value)> = Vec::with_capacity(5);
    fields.push(("managed", evidence.managed.into()));
    fields.push(("proved", evidence.proved.into()));
    fields.push(("compliant", evidence.compliant().into()));
    if with_failing {
        fields.push(("failing", Value::set(evidence.failing().map(|check| check.as_str().into()), None)));
    }
    fields.extend(evidence.posture_age.map(|age| ("posture_age", age.into())));
    Value::record(fields, None)
}

fn place(evidence: &Place) -> Option<Value> {
    let text = RestrictedExpr::val(evidence.address.to_string());
    let address = RestrictedExpr::call_extension_fn(IP.clone(), [text]);
    let address =
        RestrictedEvaluator::new(Extensions::all_available()).interpret(address.as_borrowed()).ok()?;
    Some(record([("address", address), ("network", evidence.network.as_str().into())]))
}
