//! The names that policies mention.

use crate::{GUARDRAILS, HEAD, WIKI, files, forbid};
use countersign_names::{PersonId, ServiceId};
use countersign_policy::{Mention, PolicyReference, PolicySet};
use uuid::Uuid;

#[test]
fn every_name_is_found_with_its_line_and_place() {
    let (person, service) = (PersonId::new(Uuid::from_u128(7)), ServiceId::new(Uuid::from_u128(8)));
    let permit = format!(
        "{HEAD}permit (\n  principal in Countersign::Group::\"staff\",\n  action == Countersign::Action::\"read\",\n  \
         resource in Countersign::Application::\"wiki\"\n)\nwhen {{\n  \
         principal == Countersign::Person::\"{person}\" ||\n  \
         principal is Countersign::Service && [Countersign::Service::\"{service}\"].contains(principal) ||\n  \
         principal == Countersign::Anonymous::\"anonymous\"\n}};\n"
    );
    let guardrails = format!(
        "// first\n{}{}",
        forbid("two", "").replace("resource)", "resource == Countersign::Resource::\"pay/runs\")"),
        forbid("three", "when { resource in Countersign::Application::\"pay\" }"),
    );
    let set = PolicySet::parse(&files(&[(GUARDRAILS, &guardrails), (WIKI, &permit)])).unwrap();
    let mention = |policy: &str, named: PolicyReference, line: usize, in_scope: bool| Mention {
        policy: policy.parse().unwrap(),
        named,
        line,
        in_scope,
    };
    use PolicyReference::{Application, Group, Person, Resource, Service};
    let mut found = set.mentions();
    // Of one policy, in any order.
    found.sort_by_key(|found| (found.policy.as_str() != "one", found.line));
    assert_eq!(
        found,
        [
            mention("one", Group("staff".parse().unwrap()), 3, true),
            mention("one", Application("wiki".parse().unwrap()), 5, true),
            mention("one", Person(person), 8, false),
            mention("one", Service(service), 9, false),
            mention("two", Resource("pay/runs".parse().unwrap()), 3, true),
            mention("three", Application("pay".parse().unwrap()), 5, false),
        ]
    );
    let told: Vec<String> = found.iter().map(|mention| mention.named.to_string()).collect();
    assert_eq!(
        told,
        [
            "the group staff".to_owned(),
            "the application wiki".to_owned(),
            format!("the person {person}"),
            format!("the service account {service}"),
            "the resource pay/runs".to_owned(),
            "the application pay".to_owned(),
        ]
    );
}
