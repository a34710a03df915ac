//! Plain cedar-policy: its own authorizer over the whole set, with the whole company's entities built once.
//!
//! Requests are made beforehand too, and remade when somebody's device changes: what is timed is `is_authorized` alone.

use super::company::{self, Change, ChangeKind, Question};
use super::engine::Engine;
use crate::run::Outcome;
use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityId, EntityTypeName, EntityUid, PolicySet, Request,
    RestrictedExpression as Value,
};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Cedar's own authorizer.
pub struct Cedar {
    authorizer: Authorizer,
    policies: PolicySet,
    entities: Option<Entities>,
    questions: Vec<Question>,
    requests: Vec<Request>,
}

impl Cedar {
    /// For these policy files and these questions.
    pub fn new(files: &BTreeMap<String, String>, questions: &[Question]) -> Outcome<Self> {
        let texts: Vec<&str> = files
            .iter()
            .filter(|(path, _)| path.ends_with(".cedar"))
            .map(|(_, text)| text.as_str())
            .collect();
        Ok(Self {
            authorizer: Authorizer::new(),
            policies: texts.join("\n").parse()?,
            entities: Some(Entities::from_entities(everything()?, None)?),
            questions: questions.to_vec(),
            requests: questions
                .iter()
                .map(|asked| request(asked, company::compliant(asked.person)))
                .collect::<Outcome<_>>()?,
        })
    }
}

fn uid(kind: &str, id: &str) -> Outcome<EntityUid> {
    let kind: EntityTypeName = format!("Countersign::{kind}").parse()?;
    Ok(EntityUid::from_type_name_and_id(kind, EntityId::new(id)))
}

fn entity(uid: EntityUid, attributes: Vec<(&str, Value)>, parents: HashSet<EntityUid>) -> Outcome<Entity> {
    let attributes: HashMap<String, Value> =
        attributes.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    Ok(Entity::new(uid, attributes, parents)?)
}

fn everything() -> Outcome<Vec<Entity>> {
    let mut all = Vec::new();
    for group in 0..company::GROUPS {
        let parents = company::parent(group).map(|parent| uid("Group", &company::group_name(parent)));
        let parents = parents.into_iter().collect::<Outcome<_>>()?;
        all.push(entity(uid("Group", &company::group_name(group))?, Vec::new(), parents)?);
    }
    for application in 0..company::APPLICATIONS {
        let name = company::application_name(application);
        let parent = uid("Application", &name)?;
        all.push(entity(parent.clone(), vec![("sensitivity", Value::new_long(3))], HashSet::new())?);
        for (part, sensitivity) in company::SENSITIVITY.iter().enumerate() {
            let attributes = vec![
                ("sensitivity", Value::new_long(i64::from(*sensitivity as u8))),
                ("labelled", Value::new_bool(true)),
            ];
            let parents = HashSet::from([parent.clone()]);
            all.push(entity(uid("Resource", &format!("{name}/part-{part}"))?, attributes, parents)?);
        }
    }
    for number in 0..company::PEOPLE {
        all.push(person(number, 0, None)?);
    }
    Ok(all)
}

fn person(number: usize, risk: i64, also_in: Option<usize>) -> Outcome<Entity> {
    let attributes = vec![
        ("email", Value::new_string(format!("person-{number}@example.test"))),
        ("kind", Value::new_string("employee".to_owned())),
        ("risk", Value::new_long(risk)),
    ];
    let groups = [Some(company::leaf(number)), also_in].into_iter().flatten();
    let parents = groups.map(|group| uid("Group", &company::group_name(group))).collect::<Outcome<_>>()?;
    entity(uid("Person", &number.to_string())?, attributes, parents)
}

fn record(fields: Vec<(&str, Value)>) -> Outcome<Value> {
    Ok(Value::new_record(fields.into_iter().map(|(name, value)| (name.to_owned(), value)))?)
}

fn request(asked: &Question, compliant: bool) -> Outcome<Request> {
    let failing = (!compliant).then(|| Value::new_string("firewall".to_owned()));
    let device = record(vec![
        ("managed", Value::new_bool(company::managed(asked.person))),
        ("proved", Value::new_bool(true)),
        ("compliant", Value::new_bool(compliant)),
        ("failing", Value::new_set(failing)),
        ("posture_age", Value::new_long(120)),
    ])?;
    let authentication = record(vec![
        ("assurance", Value::new_long(2)),
        ("method", Value::new_string("passkey".to_owned())),
        ("phishing_resistant", Value::new_bool(true)),
        ("age", Value::new_long(600)),
    ])?;
    let place = record(vec![
        ("address", Value::new_ip("192.0.2.7")),
        ("network", Value::new_string("elsewhere".to_owned())),
    ])?;
    let context = Context::from_pairs([
        ("authentication".to_owned(), authentication),
        ("session".to_owned(), record(vec![("age", Value::new_long(600)), ("idle", Value::new_long(0))])?),
        ("device".to_owned(), device),
        ("place".to_owned(), place),
        ("time".to_owned(), record(vec![("hour", Value::new_long(10)), ("weekday", Value::new_long(2))])?),
        ("grant".to_owned(), Value::new_bool(false)),
        ("exceptions".to_owned(), Value::new_set([])),
        ("operation".to_owned(), Value::new_string("GET".to_owned())),
        ("item".to_owned(), Value::new_string(format!("/part-{}/pages/1", asked.part))),
    ])?;
    let resource = format!("{}/part-{}", company::application_name(asked.application), asked.part);
    Ok(Request::new(
        uid("Person", &asked.person.to_string())?,
        uid("Action", asked.action.as_str())?,
        uid("Resource", &resource)?,
        context,
        None,
    )?)
}

impl Engine for Cedar {
    fn ask(&mut self, question: usize) -> Outcome<bool> {
        let request = self.requests.get(question).ok_or("there is no such question")?;
        let entities = self.entities.as_ref().ok_or("the entities are gone")?;
        Ok(self.authorizer.is_authorized(request, &self.policies, entities).decision() == Decision::Allow)
    }

    fn change(&mut self, change: &Change, undo: bool) -> Outcome {
        let next = match change.kind {
            ChangeKind::Device => {
                let compliant = undo && company::compliant(change.person);
                for (asked, made) in self.questions.iter().zip(&mut self.requests) {
                    if asked.person == change.person {
                        *made = request(asked, compliant)?;
                    }
                }
                return Ok(());
            }
            ChangeKind::Risk => person(change.person, if undo { 0 } else { 2 }, None)?,
            ChangeKind::Group(group) => person(change.person, 0, (!undo).then_some(group))?,
        };
        let entities = self.entities.take().ok_or("the entities are gone")?;
        self.entities = Some(entities.upsert_entities([next], None)?);
        Ok(())
    }
}
