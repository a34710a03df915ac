//! Builds the question through Cedar's public, checked functions: from JSON, against the schema. `question.rs`, the
//! schema and the direct construction must agree, or the answers differ.

use crate::{effort, for_all, generate};
use cedar_policy::{
    Authorizer, Context, Decision, Entities, EntityUid, PolicyId, PolicySet as Cedar, Request, Schema,
};
use countersign_names::Principal;
use countersign_policy::{Answer, PolicySet, Question, SCHEMA, Stage};
use proptest::collection::vec;
use serde_json::{Value, json};

pub struct Checked {
    schema: Schema,
    policies: Cedar,
}

impl Checked {
    pub fn new(set: &PolicySet) -> Self {
        let (schema, _) = Schema::from_cedarschema_str(SCHEMA).unwrap();
        let mut policies = Cedar::new();
        for meta in set.policies().iter().filter(|meta| meta.stage == Stage::Enforce) {
            let id = PolicyId::new(meta.id.as_str());
            policies.add(cedar_policy::Policy::parse(Some(id), &meta.text).unwrap()).unwrap();
        }
        Self { schema, policies }
    }

    pub fn ask(&self, question: &Question) -> Answer {
        let uid = |kind: &str, id: &str| -> EntityUid {
            EntityUid::from_json(json!({ "type": format!("Countersign::{kind}"), "id": id })).unwrap()
        };
        let action = uid("Action", question.action.as_str());
        let kind = kind(&question.principal);
        let context = Context::from_json_value(context(question), Some((&self.schema, &action))).unwrap();
        let request = Request::new(
            uid(kind, &question.principal.to_string()),
            action,
            uid("Resource", question.resource.as_str()),
            context,
            Some(&self.schema),
        )
        .unwrap();
        let entities = Entities::from_json_value(entities(question), Some(&self.schema)).unwrap();
        let response = Authorizer::new().is_authorized(&request, &self.policies, &entities);
        let sorted = |ids: Vec<&PolicyId>| {
            let mut ids: Vec<_> = ids.iter().map(|id| id.to_string().parse().unwrap()).collect();
            ids.sort();
            ids
        };
        let errors = response
            .diagnostics()
            .errors()
            .map(|cedar_policy::AuthorizationError::PolicyEvaluationError(error)| error.policy_id());
        Answer {
            allowed: response.decision() == Decision::Allow,
            determining: sorted(response.diagnostics().reason().collect()),
            errors: sorted(errors.collect()),
        }
    }
}

const fn kind(principal: &Principal) -> &'static str {
    match principal {
        Principal::Anonymous => "Anonymous",
        Principal::Person(_) => "Person",
        Principal::Service(_) => "Service",
    }
}

fn entities(question: &Question) -> Value {
    let uid = |kind: &str, id: &str| json!({ "type": format!("Countersign::{kind}"), "id": id });
    let subject = &question.subject;
    let (attributes, groups) = match question.principal {
        Principal::Anonymous => (json!({}), &[][..]),
        Principal::Person(_) => (
            json!({ "email": subject.email, "kind": subject.kind, "risk": subject.risk.rank() }),
            &subject.groups[..],
        ),
        Principal::Service(_) => {
            (json!({ "name": subject.kind, "risk": subject.risk.rank() }), &subject.groups[..])
        }
    };
    let application = uid("Application", question.resource.application().as_str());
    json!([
        {
            "uid": uid(kind(&question.principal), &question.principal.to_string()),
            "attrs": attributes,
            "parents": groups.iter().map(|group| uid("Group", group.as_str())).collect::<Vec<_>>(),
        },
        {
            "uid": uid("Resource", question.resource.as_str()),
            "attrs": { "sensitivity": question.sensitivity.rank(), "labelled": question.labelled },
            "parents": [application],
            "tags": question.tags,
        },
        {
            "uid": application,
            "attrs": { "sensitivity": question.application_sensitivity.rank() },
            "parents": [],
        },
    ])
}

fn context(question: &Question) -> Value {
    let mut context = json!({
        "time": { "hour": question.time.hour, "weekday": question.time.weekday },
        "grant": question.grant,
        "exceptions": question.exceptions,
        "operation": question.operation,
        "item": question.item,
    });
    let mut add = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            context[name] = value;
        }
    };
    add(
        "authentication",
        question.authentication.as_ref().map(|evidence| {
            json!({
                "assurance": evidence.assurance.rank(),
                "method": evidence.method,
                "phishing_resistant": evidence.phishing_resistant,
                "age": evidence.age,
            })
        }),
    );
    add("session", question.session.map(|session| json!({ "age": session.age, "idle": session.idle })));
    add(
        "device",
        question.device.as_ref().map(|evidence| {
            let failing: Vec<_> = evidence.failing().map(|check| check.as_str()).collect();
            let mut device = json!({
                "managed": evidence.managed,
                "proved": evidence.proved,
                "compliant": failing.is_empty(),
                "failing": failing,
            });
            if let Some(age) = evidence.posture_age {
                device["posture_age"] = json!(age);
            }
            device
        }),
    );
    add(
        "place",
        question.place.as_ref().map(|place| {
            let address = json!({ "__extn": { "fn": "ip", "arg": place.address.to_string() } });
            json!({ "address": address, "network": place.network })
        }),
    );
    add("content_type", question.content_type.as_ref().map(|content_type| json!(content_type)));
    context
}

#[test]
fn the_native_presentation_answers_as_the_checked_one() {
    let (sets, questions) = effort();
    for_all(sets / 5, (generate::set(20), vec(generate::question(), questions)), |(set, questions)| {
        let checked = Checked::new(&set);
        for question in &questions {
            let cedar = checked.ask(question);
            crate::as_cedar::same(&set.judge(question), &cedar)?;
            proptest::prop_assert_eq!(&set.judge_plainly(question), &cedar);
        }
        Ok(())
    });
}
