//! The names of files, and of entities in policies.

use crate::{GUARDRAILS, HEAD, WIKI, files, forbid, permit, problems, set};
use countersign_names::{Action, PersonId, ServiceId};
use countersign_policy::{Kind, PolicySet, Suite, name_fault};
use miette::{Diagnostic as _, Severity};

#[test]
fn a_file_name_that_some_reader_of_the_folder_would_not_find_has_a_fault() {
    let empty = Some("a part of the name is empty");
    let hidden = Some("a name that begins with a dot is hidden, and readers of the folder ignore it");
    let long = Some("the name is longer than 200 bytes");
    let odd = Some("the name holds characters that cannot be seen, or a backslash");
    let spaced = Some("the name begins or ends with a space");
    let (longest, too_long, long_in_bytes) = ("a".repeat(200), "a".repeat(201), "é".repeat(101));
    for (name, fault) in [
        ("guardrails/all.cedar", None),
        ("guardrails/über uns.cedar", None),
        ("", empty),
        ("guardrails/", empty),
        ("/all.cedar", empty),
        ("a//b", empty),
        (".a", hidden),
        ("guardrails/.a.cedar", hidden),
        (&longest, None),
        (&too_long, long),
        (&long_in_bytes, long),
        ("a\\b", odd),
        ("a\u{0}b", odd),
        ("a\nb", odd),
        ("a\u{7f}b", odd),
        ("a\u{85}b", odd),
        ("a\u{200a}b", None),
        ("a\u{200b}b", odd),
        ("a\u{200f}b", odd),
        ("a\u{2010}b", None),
        ("a\u{2027}b", None),
        ("a\u{2028}b", odd),
        ("a\u{202e}b", odd),
        ("a\u{202f}b", None),
        ("a\u{2065}b", None),
        ("a\u{2066}b", odd),
        ("a\u{2069}b", odd),
        ("a\u{206a}b", None),
        (" a", spaced),
        ("a /b", spaced),
        ("a b", None),
    ] {
        assert_eq!(name_fault(name), fault, "{name:?}");
    }
}

#[test]
fn each_place_in_the_folder_holds_one_kind_of_file() {
    let nowhere = "no file is read from this place in the policy folder";
    let ending = "a policy file ends in .cedar";
    let deeper = "policy files cannot be in a deeper folder";
    let nameless = "a policy file has a name before .cedar";
    for (path, message) in [
        ("all.cedar", nowhere),
        ("guardrail/all.cedar", nowhere),
        ("tests/all.cedar", nowhere),
        ("tests/a/b.toml", nowhere),
        ("tests/a/b.cedar", nowhere),
        ("guardrails/all.toml", ending),
        ("applications/wiki.txt", ending),
        ("guardrails/a/b.cedar", deeper),
        ("applications/a/b.cedar", deeper),
        ("guardrails/.cedar", nameless),
        ("applications/.cedar", nameless),
    ] {
        let found = problems(path, "");
        assert_eq!(found.len(), 1, "{path}");
        assert_eq!((found[0].message(), found[0].line()), (message, None), "{path}");
        assert!(found[0].help().unwrap().to_string().contains("tests to tests/<name>.toml"), "{path}");
        assert_eq!(found[0].severity(), Some(Severity::Error), "{path}");
    }
    let found = problems("applications/Wi ki.cedar", "");
    assert!(
        found[0].message().starts_with(
            "the file must have the name of its application, and \"Wi ki\" is not an application name"
        ),
        "{}",
        found[0]
    );
    let good = files(&[
        (GUARDRAILS, &forbid("guard", "")),
        (WIKI, &permit("permit", "")),
        ("tests/all.toml", "anything"),
    ]);
    let set = PolicySet::parse(&good).unwrap();
    let kinds: Vec<_> = set.policies().iter().map(|meta| (meta.id.as_str(), meta.kind.clone())).collect();
    assert_eq!(kinds, [("permit", Kind::Application("wiki".parse().unwrap())), ("guard", Kind::Guardrail)]);
    assert_eq!(set.files(), &good);
}

/// The one problem of a policy of this file: its message, what it underlines, and the label there.
fn only(path: &str, policy: &str) -> (String, String, String) {
    let text = format!("{HEAD}{policy}");
    let found = problems(path, &text);
    assert_eq!(found.len(), 1, "{policy}: {found:#?}");
    let label = found[0].labels().unwrap().next().unwrap();
    (
        found[0].message().to_owned(),
        text[found[0].spans().next().unwrap()].to_owned(),
        label.label().unwrap_or_default().to_owned(),
    )
}

#[test]
fn a_name_that_no_entity_can_have_is_refused_wherever_it_stands() {
    let (person, service) = (PersonId::new(uuid(7)).to_string(), ServiceId::new(uuid(7)).to_string());
    let principal = |name: &str| format!("forbid (principal == Countersign::{name}, action, resource);");
    let group = |name: &str| format!("forbid (principal in Countersign::{name}, action, resource);");
    let resource =
        |op: &str, name: &str| format!("forbid (principal, action, resource {op} Countersign::{name});");
    let principal_in_condition = |name: &str| {
        format!("forbid (principal, action, resource) when {{ principal in [Countersign::{name}] }};")
    };
    let resource_in_condition = |name: &str| {
        format!("forbid (principal, action, resource) when {{ resource == Countersign::{name} }};")
    };
    for (policy, name) in [
        (principal(&format!("Person::\"{service}\"")), format!("Person::\"{service}\"")),
        (principal(&format!("Service::\"{person}\"")), format!("Service::\"{person}\"")),
        (principal("Anonymous::\"nobody\""), "Anonymous::\"nobody\"".to_owned()),
        (group("Group::\"Staff\""), "Group::\"Staff\"".to_owned()),
        (resource("in", "Application::\"wiki/a\""), "Application::\"wiki/a\"".to_owned()),
        (resource("==", "Resource::\"wiki\""), "Resource::\"wiki\"".to_owned()),
        (principal_in_condition("Group::\"\""), "Group::\"\"".to_owned()),
        (resource_in_condition("Resource::\"Wiki/a\""), "Resource::\"Wiki/a\"".to_owned()),
    ] {
        let (message, underlined, label) = only(GUARDRAILS, &policy);
        assert_eq!(message, "nothing can have this name", "{policy}");
        assert_eq!((underlined, label.as_str()), (format!("Countersign::{name}"), "never matches"));
    }
    for (policy, policies) in [
        (principal(&format!("Person::\"{person}\"")), 1),
        (principal(&format!("Service::\"{service}\"")), 1),
        (principal("Anonymous::\"anonymous\""), 1),
        (group("Group::\"staff\""), 1),
        (resource("in", "Application::\"wiki\""), 1),
        (resource("==", "Resource::\"wiki/a/b\""), 1),
        (principal_in_condition("Group::\"staff\""), 1),
        (resource_in_condition("Resource::\"wiki/a\""), 1),
    ] {
        assert_eq!(set(GUARDRAILS, &format!("{HEAD}{policy}")).policies().len(), policies, "{policy}");
    }
}

fn uuid(number: u128) -> uuid::Uuid {
    uuid::Uuid::from_u128(number)
}

#[test]
fn the_refusal_of_a_name_says_the_form_of_a_valid_one() {
    let help = |name: &str| {
        let policy = format!("{HEAD}forbid (principal == Countersign::{name}, action, resource);");
        problems(GUARDRAILS, &policy)[0].help().unwrap().to_string()
    };
    assert!(help("Person::\"ann\"").contains("\"ann\" is not a person id"));
    assert!(help("Service::\"bot\"").contains("\"bot\" is not a service account id"));
    assert_eq!(
        help("Anonymous::\"me\""),
        "\"me\" is not anonymous: write Countersign::Anonymous::\"anonymous\""
    );
}

#[test]
fn an_application_permits_access_to_itself_alone() {
    let permit = |resource: &str| format!("permit (principal, action, {resource});");
    let message = "this permit is not for wiki alone".to_owned();
    for (resource, underlined) in [
        ("resource in Countersign::Application::\"pay\"", "Countersign::Application::\"pay\""),
        ("resource == Countersign::Resource::\"pay/runs\"", "Countersign::Resource::\"pay/runs\""),
        (
            "resource is Countersign::Resource in Countersign::Application::\"pay\"",
            "Countersign::Application::\"pay\"",
        ),
    ] {
        assert_eq!(
            only(WIKI, &permit(resource)),
            (message.clone(), underlined.to_owned(), "outside of it".to_owned())
        );
    }
    for resource in ["resource", "resource is Countersign::Resource"] {
        let whole = format!("{HEAD}{}", permit(resource));
        assert_eq!(
            only(WIKI, &permit(resource)),
            (message.clone(), whole, "its resource can be any".to_owned())
        );
    }
    let forbid = "forbid (principal, action, resource in Countersign::Application::\"wiki\");";
    assert_eq!(only(WIKI, forbid).0, "an application's policies only permit");
    assert_eq!(
        only(GUARDRAILS, &permit("resource")),
        (
            "a guardrail does not permit".to_owned(),
            format!("{HEAD}{}", permit("resource")),
            "a permit among guardrails".to_owned()
        )
    );
    // The application itself is no resource, whatever it is called.
    let itself = format!("{HEAD}{}", permit("resource == Countersign::Application::\"wiki\""));
    let said: Vec<String> =
        problems(WIKI, &itself).iter().map(|problem| problem.message().to_owned()).collect();
    assert!(said.contains(&message), "{said:?}");
}

#[test]
fn a_second_policy_of_the_same_id_is_underlined_and_the_first_named() {
    let text =
        format!("{}\n{}{}", forbid("two", ""), forbid("one", ""), forbid("one", "when { context.grant }"));
    let found = problems(GUARDRAILS, &text);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].message(), found[0].line()), ("there are two policies one", Some(6)));
    assert!(text[found[0].spans().next().unwrap()].ends_with("when { context.grant };"));
    assert_eq!(
        found[0].help().unwrap().to_string(),
        "the first is at guardrails/all.cedar:4; give one of them another @id"
    );
    // A policy that is refused for itself has no id that it could take from another.
    let broken =
        format!("{}{}", forbid("one", ""), forbid("one", "").replace("@owner", "@colour(\"red\") @owner"));
    let found = problems(GUARDRAILS, &broken);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(found[0].message(), "there is no annotation @colour");
}

#[test]
fn a_template_underlines_its_whole_policy() {
    let (message, underlined, label) =
        only(GUARDRAILS, "forbid (principal == ?principal, action, resource);");
    assert_eq!(message, "a policy template is not a policy");
    assert!(underlined.starts_with("@id") && underlined.ends_with("resource);"), "{underlined}");
    assert_eq!(label, "it has a slot");
}

/// An index files policies under their action, and a condition may compare it too.
#[test]
fn an_action_is_the_one_that_a_policy_names() {
    let suite = |action: Action, expect: &str| {
        let given = format!("{{ person = {{}}, action = \"{action}\", resource = \"wiki/pages\" }}");
        format!("[[test]]\nname = \"n\"\nexpect = \"{expect}\"\ngiven = {given}\n")
    };
    for named in Action::ALL {
        for condition in [
            format!("action == Countersign::Action::\"{named}\""),
            format!("[action].contains(Countersign::Action::\"{named}\")"),
            format!("action in [Countersign::Action::\"{named}\"]"),
        ] {
            let set = crate::permitting(&condition);
            for action in Action::ALL {
                let expect = if action == named { "allow" } else { "deny" };
                let outcome =
                    Suite::parse("tests/a.toml", &suite(*action, expect)).unwrap().run(&set).unwrap();
                assert!(outcome[0].passed, "{action} under {condition}: {:?}", outcome[0].reasons);
            }
        }
    }
}
