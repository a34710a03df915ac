//! regorus in its fastest mode: the policies compiled once for its virtual machine, everything that varies kept as
//! data that is indexed by person and application, inputs made beforehand.
//!
//! The Rego below says what the shipped guardrails say, but for exceptions, of which the company has none.

use super::company::{self, Change, ChangeKind, Permit, Question};
use super::engine::Engine;
use crate::run::Outcome;
use regorus::languages::rego::compiler::Compiler;
use regorus::rvm::vm::RegoVM;
use regorus::{Engine as Regorus, Value};
use serde_json::json;

const ENTRY: &str = "data.company.allow";

const POLICY: &str = r#"
package company

import rego.v1

person := data.people[input.person]

default allow := false

allow if {
    some permit in data.permits[input.application]
    permit.actions[input.action]
    person.groups[permit.group]
    holds(permit.condition)
    not forbidden
}

holds("always") if true
holds("not_restricted") if input.sensitivity <= 2
holds("proved") if person.proved_age <= 43200
holds("employee") if person.kind == "employee"

managed if {
    person.device.managed
    person.device.proved
}

forbidden if { input.sensitivity >= 1; not signed_in }
forbidden if { input.sensitivity >= 1; person.risk >= 2 }
forbidden if { input.sensitivity >= 1; person.session_age > 43200 }
forbidden if { input.sensitivity >= 1; person.session_idle > 28800 }
forbidden if { input.sensitivity >= 1; not managed; person.session_idle > 900 }
forbidden if { input.sensitivity >= 1; not managed; input.action in {"write", "connect", "administer", "download"} }
forbidden if { input.sensitivity >= 2; person.proved_age > 43200 }
forbidden if { input.sensitivity >= 2; not managed }
forbidden if { input.sensitivity >= 2; not person.device.compliant }
forbidden if { input.sensitivity >= 2; person.device.posture_age > 86400 }
forbidden if { input.sensitivity >= 3; person.proved_age > 3600 }
forbidden if { input.sensitivity >= 3; person.device.posture_age > 3600 }
forbidden if { input.sensitivity >= 3; person.risk >= 1; person.proved_age > 300 }
forbidden if { input.action == "administer" }

signed_in if {
    person.assurance >= 2
    person.phishing_resistant
}
"#;

/// The Rego virtual machine.
pub struct Rego {
    machine: RegoVM,
    data: Value,
    inputs: Vec<Value>,
}

impl Rego {
    /// For these permits and these questions.
    pub fn new(permits: &[Permit], questions: &[Question]) -> Outcome<Self> {
        let mut engine = Regorus::new();
        engine.add_policy("company.rego".to_owned(), POLICY.to_owned())?;
        let compiled = engine.compile_with_entrypoint(&ENTRY.into())?;
        let mut machine = RegoVM::new();
        machine.load_program(Compiler::compile_from_policy(&compiled, &[ENTRY])?);
        let data = Value::from(data(permits));
        machine.set_data(data.clone())?;
        Ok(Self { machine, data, inputs: questions.iter().map(input).collect() })
    }

    /// The part of the data about somebody. The machine lets go of the data first, so that nothing is copied.
    fn somebody(&mut self, person: usize) -> Outcome<&mut Value> {
        self.machine.set_data(Value::new_object())?;
        self.machine.set_input(Value::new_object());
        let people = self.data.as_object_mut()?.get_mut(&"people".into()).ok_or("there are no people")?;
        let key = Value::from(company_key(person));
        Ok(people.as_object_mut()?.get_mut(&key).ok_or("nobody")?)
    }
}

fn company_key(person: usize) -> String {
    format!("person-{person}")
}

fn data(permits: &[Permit]) -> serde_json::Value {
    let people: serde_json::Map<_, _> = (0..company::PEOPLE).map(|p| (company_key(p), somebody(p))).collect();
    let mut by_application = serde_json::Map::new();
    for permit in permits {
        let entry =
            by_application.entry(company::application_name(permit.application)).or_insert_with(|| json!([]));
        if let Some(list) = entry.as_array_mut() {
            list.push(json!({
                "group": company::group_name(permit.group),
                "actions": { "read": true, permit.action.as_str(): true },
                "condition": permit.condition.name(),
            }));
        }
    }
    json!({ "people": people, "permits": by_application })
}

fn groups(person: usize, also_in: Option<usize>) -> serde_json::Value {
    let all = [Some(company::leaf(person)), also_in].into_iter().flatten().flat_map(company::upwards);
    all.map(|group| (company::group_name(group), json!(true))).collect::<serde_json::Map<_, _>>().into()
}

fn somebody(person: usize) -> serde_json::Value {
    json!({
        "groups": groups(person, None),
        "kind": "employee",
        "risk": 0,
        "assurance": 2,
        "phishing_resistant": true,
        "proved_age": 600,
        "session_age": 600,
        "session_idle": 0,
        "device": {
            "managed": company::managed(person),
            "proved": true,
            "compliant": company::compliant(person),
            "posture_age": 120,
        },
    })
}

fn input(asked: &Question) -> Value {
    let sensitivity = company::SENSITIVITY.get(asked.part).map_or(3, |sensitivity| *sensitivity as u8);
    Value::from(json!({
        "person": company_key(asked.person),
        "application": company::application_name(asked.application),
        "action": asked.action.as_str(),
        "sensitivity": sensitivity,
    }))
}

impl Engine for Rego {
    fn ask(&mut self, question: usize) -> Outcome<bool> {
        let input = self.inputs.get(question).ok_or("there is no such question")?;
        self.machine.set_input(input.clone());
        Ok(*self.machine.execute()?.as_bool()?)
    }

    fn change(&mut self, change: &Change, undo: bool) -> Outcome {
        let person = self.somebody(change.person)?.as_object_mut()?;
        match change.kind {
            ChangeKind::Device => {
                let compliant = undo && company::compliant(change.person);
                let device = person.get_mut(&"device".into()).ok_or("no device")?.as_object_mut()?;
                device.insert("compliant".into(), compliant.into());
            }
            ChangeKind::Risk => {
                person.insert("risk".into(), Value::from(if undo { 0_u64 } else { 2 }));
            }
            ChangeKind::Group(group) => {
                let groups = groups(change.person, (!undo).then_some(group));
                person.insert("groups".into(), Value::from(groups));
            }
        }
        Ok(self.machine.set_data(self.data.clone())?)
    }
}
