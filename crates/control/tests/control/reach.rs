//! Who could reach what, over the API, and the lint of the policies in force.
#![expect(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use crate::common::{House, application, assert_problem, per, policy_files};
use countersign_facts::{
    ApplicationFact, ApplicationStage, CredentialFact, Device, DeviceFact, Digest, Fact, GroupFact, Member,
    PersonFact, Posture,
};
use countersign_names::{CheckResult, DeviceId, PostureCheck, Sensitivity, Timestamp};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use uuid::Uuid;

const WIKI: &str = r#"@id("wiki-staff") @owner("Team") @reason("The staff reads and writes.") @review("2027-05-31")
permit (
  principal in Countersign::Group::"staff",
  action in [Countersign::Action::"read", Countersign::Action::"write"],
  resource in Countersign::Application::"wiki"
);
@id("wiki-admins") @owner("wiki") @reason("Administrators administer.") @review("2027-05-31")
permit (
  principal in Countersign::Group::"administrators",
  action == Countersign::Action::"administer",
  resource in Countersign::Application::"wiki"
)
when { context.grant };
"#;

const DEVICES: &str = r#"@id("managed") @owner("security") @reason("Use a managed device.") @review("2027-05-31")
forbid (principal, action == Countersign::Action::"write", resource)
unless { context has device && context.device.managed && context.device.compliant };
@id("from-the-office") @owner("security") @reason("Only there.") @review("2027-05-31") @stage("shadow")
forbid (principal, action, resource) unless { context has place && context.place.network == "office" };
"#;

/// Ada and Ben are in the group staff, Ben through a team; Ada has a managed laptop that passes every check.
fn told() -> Vec<Fact> {
    let now: Timestamp = crate::common::noon();
    let laptop = DeviceId::new(Uuid::from_u128(1));
    let checks = PostureCheck::ALL.iter().map(|check| (*check, CheckResult::Pass)).collect();
    let mut files = policy_files();
    files.insert("applications/wiki.cedar".to_owned(), WIKI.to_owned());
    files.insert("guardrails/devices.cedar".to_owned(), DEVICES.to_owned());
    vec![
        Fact::Group(GroupFact::Added { group: "team".parse().unwrap(), purpose: "test".to_owned() }),
        Fact::Group(GroupFact::MemberAdded {
            group: "staff".parse().unwrap(),
            member: Member::Group("team".parse().unwrap()),
        }),
        Fact::Group(GroupFact::MemberAdded {
            group: "staff".parse().unwrap(),
            member: Member::Person(per(1)),
        }),
        Fact::Group(GroupFact::MemberAdded {
            group: "team".parse().unwrap(),
            member: Member::Person(per(2)),
        }),
        Fact::Device(DeviceFact::Registered {
            device: laptop,
            about: Device {
                name: "laptop".to_owned(),
                owner: Some(per(1)),
                platform: "Debian".to_owned(),
                managed: true,
                key: Some(Digest::new([9; 32])),
            },
        }),
        Fact::Device(DeviceFact::PostureReported {
            device: laptop,
            posture: Posture { collected_at: now, checks },
        }),
        crate::common::published(&files),
    ]
}

async fn house() -> House {
    let house = House::with(told()).await;
    house.policies_in_force().await;
    house
}

fn of<'a>(answer: &'a Value, name: &str) -> &'a Value {
    answer["items"].as_array().unwrap().iter().find(|item| item["name"] == name).unwrap()
}

#[tokio::test]
async fn who_can_now_who_could_and_who_can_not() {
    let house = house().await;
    let answer = house.ok("GET", "/reach/who?resource=wiki/pages&action=write", None).await;
    assert_eq!(answer["people"], json!({"now": 1, "with": 1, "never": 2}), "{answer:#}");
    assert_eq!(answer["services"], json!({"now": 0, "with": 0, "never": 0}));
    let classes: Vec<_> = answer["items"].as_array().unwrap().iter().map(|item| &item["class"]).collect();
    assert_eq!(classes, ["now", "with", "never", "never"]);
    let ada = of(&answer, "Ada");
    assert_eq!((&ada["permitted_by"], &ada["stopped_by"]), (&json!(["wiki-staff"]), &json!([])));
    assert_eq!(
        (&ada["through"], &ada["device"]),
        (&json!([["staff"]]), &json!(DeviceId::new(Uuid::from_u128(1))))
    );
    let ben = of(&answer, "Ben");
    assert_eq!((&ben["through"], &ben["stopped_by"]), (&json!([["team", "staff"]]), &json!(["managed"])));
    assert_eq!(ben["needs"], json!([{"need": "use-a-managed-device", "text": "use a managed device"}]));
    let cleo = of(&answer, "Cleo");
    assert_eq!((&cleo["stopped_by"], &cleo["permitted_by"]), (&json!(["no-permit"]), &json!([])));
    assert_eq!((&answer["sensitivity"], &answer["labelled"]), (&json!("internal"), &json!(true)));
    assert_eq!((&answer["anonymous"], &answer["observed"]), (&json!(false), &json!(false)));
    // The policy on trial reads the address too, so another address may change the answer.
    assert_eq!(answer["depends_on"], json!(["address"]));

    let administer =
        house.ok("GET", "/reach/who?resource=wiki/pages&action=administer&class=with", None).await;
    assert_eq!(administer["people"], json!({"now": 0, "with": 2, "never": 2}));
    assert_eq!(administer["items"].as_array().unwrap().len(), 2);
    assert_eq!(of(&administer, "Dan")["needs"][0]["need"], "request-a-grant");
    house.ok("POST", "/people/dan@example.test/suspend", Some(json!({"reason": "left"}))).await;
    let after = house.ok("GET", "/reach/who?resource=wiki/pages&action=administer", None).await;
    assert_eq!(of(&after, "Dan")["stopped_by"], json!(["suspended"]));
}

#[tokio::test]
async fn a_limit_says_that_there_is_more_and_counts_everybody() {
    let house = house().await;
    let answer = house.ok("GET", "/reach/who?resource=wiki/pages&action=write&limit=1", None).await;
    assert_eq!((answer["items"].as_array().unwrap().len(), &answer["more"]), (1, &json!(true)));
    assert_eq!(answer["people"], json!({"now": 1, "with": 1, "never": 2}));
    let whole = house.ok("GET", "/reach/who?resource=wiki/pages&action=write&limit=4", None).await;
    assert_eq!(whole["more"], json!(false));
    let what = house.ok("GET", "/reach/what?person=ada@example.test&limit=2", None).await;
    assert_eq!((what["items"].as_array().unwrap().len(), &what["more"]), (2, &json!(true)));
}

/// Returns the items of all pages of one item, and how many pages there were.
#[expect(clippy::indexing_slicing, clippy::panic, reason = "tests stop at the first surprise")]
async fn walk(house: &House, path: &str) -> (Vec<Value>, usize) {
    let (mut items, mut cursor) = (Vec::new(), String::new());
    for pages in 1..100 {
        let page = house.ok("GET", &format!("{path}&limit=1{cursor}"), None).await;
        items.extend(page["items"].as_array().unwrap().iter().cloned());
        assert_eq!(page["more"], json!(page["next"].is_string()), "{page}");
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return (items, pages),
        }
    }
    panic!("{path} has no end");
}

#[tokio::test]
async fn both_questions_are_the_same_in_pages_of_one_as_in_one_page() {
    let house = house().await;
    let (who, what) = ("/reach/who?resource=wiki/pages&action=write", "/reach/what?person=ada@example.test");
    for path in [who, what, "/reach/who?resource=wiki/pages&action=write&class=never"] {
        let whole = house.ok("GET", path, None).await["items"].as_array().unwrap().clone();
        assert!(whole.len() > 1, "{path}");
        assert_eq!(walk(&house, path).await, (whole.clone(), whole.len()), "{path}");
    }
    let next = house.ok("GET", &format!("{who}&limit=1"), None).await["next"].as_str().unwrap().to_owned();
    for (path, cursor) in [(what, next.as_str()), (who, "nonsense"), (who, "")] {
        let reply = house.api("GET", &format!("{path}&cursor={cursor}"), None).await;
        assert_problem(&reply, 422, Some("cursor"));
    }
}

#[tokio::test]
async fn what_a_person_can_is_asked_of_every_part() {
    let house = house().await;
    let answer = house.ok("GET", "/reach/what?person=hr-2", None).await;
    assert_eq!(
        (&answer["email"], &answer["suspended"], &answer["more"]),
        (&json!("ben@example.test"), &json!(false), &json!(false))
    );
    let resources: Vec<_> =
        answer["items"].as_array().unwrap().iter().map(|item| item["resource"].as_str().unwrap()).collect();
    assert_eq!(
        resources,
        [
            "countersign/control",
            "countersign/self",
            "countersign/approvals",
            "countersign/provisioning",
            "countersign/other",
            "wiki/pages",
            "wiki/admin",
            "wiki/other"
        ]
    );
    let class = |resource: &str, action: &str| {
        let items = answer["items"].as_array().unwrap();
        let item = items.iter().find(|item| item["resource"] == resource).unwrap();
        let found = item["actions"].as_array().unwrap().iter().find(|known| known["action"] == action);
        found.unwrap()["class"].clone()
    };
    for (resource, action, expected) in [
        ("wiki/pages", "read", "now"),
        ("wiki/pages", "write", "with"),
        ("wiki/pages", "administer", "never"),
        ("countersign/approvals", "read", "now"),
        ("countersign/control", "read", "never"),
    ] {
        assert_eq!(class(resource, action), expected, "{resource} {action}");
    }
    let only = house.ok("GET", "/reach/what?person=hr-2&application=wiki", None).await;
    assert_eq!(only["items"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn what_is_not_there_is_named() {
    let house = house().await;
    for (path, status, field) in [
        ("/reach/who", 422, "resource"),
        ("/reach/who?resource=wiki/pages", 422, "action"),
        ("/reach/who?resource=wiki&action=read", 422, "resource"),
        ("/reach/who?resource=wiki/pages&action=peek", 422, "action"),
        ("/reach/who?resource=wiki/none&action=read", 404, "resource"),
        ("/reach/who?resource=none/pages&action=read", 404, "resource"),
        ("/reach/who?resource=wiki/pages&action=read&class=maybe", 422, "class"),
        ("/reach/who?resource=wiki/pages&action=read&limit=0", 422, "limit"),
        ("/reach/who?resource=wiki/pages&action=read&address=here", 422, "address"),
        ("/reach/who?resource=wiki/pages&action=read&pretty=1", 422, "pretty"),
        ("/reach/what", 422, "person"),
        ("/reach/what?person=nobody", 404, "person"),
        ("/reach/what?person=hr-2&application=none", 404, "application"),
        ("/policies/lint?dir=x", 422, "dir"),
    ] {
        let reply = house.api("GET", path, None).await;
        assert_problem(&reply, status, Some(field));
        if status == 404 {
            assert!(
                reply.json["remedy"].as_str().is_some_and(|text| !text.is_empty()),
                "{path}: {}",
                reply.json
            );
        }
    }
}

#[tokio::test]
async fn reading_it_takes_what_every_list_takes() {
    let house = house().await;
    let path = "/api/v1/reach/who?resource=wiki/pages&action=read";
    assert_eq!(house.send(&crate::common::Door::Session(1), "GET", path, None).await.status.as_u16(), 200);
    assert_eq!(house.send(&crate::common::Door::Session(3), "GET", path, None).await.status.as_u16(), 403);
    assert_eq!(
        house.send(&crate::common::Door::Nobody, "GET", "/api/v1/policies/lint", None).await.status.as_u16(),
        401
    );
    // What one can reach oneself is one's own: the front page shows it too.
    let what = async |n| {
        let path = format!("/api/v1/reach/what?person={}", per(n));
        house.send(&crate::common::Door::Session(3), "GET", &path, None).await.status.as_u16()
    };
    assert_eq!((what(3).await, what(1).await), (200, 403));
}

/// A device of person `n`, with its own time of report; managed if `n` is even.
fn laptop(n: u128) -> [Fact; 2] {
    let device = DeviceId::new(Uuid::from_u128(n));
    let mut digest = [1; 32];
    digest[..16].copy_from_slice(&n.to_be_bytes());
    let about = Device {
        name: "laptop".to_owned(),
        owner: Some(per(n)),
        platform: "Debian".to_owned(),
        managed: n.is_multiple_of(2),
        key: Some(Digest::new(digest)),
    };
    let earlier = i64::try_from(n).unwrap() * 1_000_000;
    let collected_at = Timestamp::from_micros(crate::common::noon().as_micros() - earlier);
    let checks = PostureCheck::ALL.iter().map(|check| (*check, CheckResult::Pass)).collect();
    [
        Fact::Device(DeviceFact::Registered { device, about }),
        Fact::Device(DeviceFact::PostureReported { device, posture: Posture { collected_at, checks } }),
    ]
}

#[tokio::test]
async fn of_ten_thousand_people_each_is_counted_once() {
    let mut more = told();
    for n in 100..10_100_u128 {
        let about = countersign_facts::Person {
            name: format!("Person {n}"),
            email: format!("p{n}@example.test"),
            kind: countersign_facts::PersonKind::Employee,
            aliases: std::collections::BTreeSet::new(),
        };
        more.push(Fact::Person(PersonFact::Added { person: per(n), about }));
        if n % 3 == 0 {
            more.push(Fact::Group(GroupFact::MemberAdded {
                group: "team".parse().unwrap(),
                member: Member::Person(per(n)),
            }));
            more.push(Fact::Credential(CredentialFact::Registered {
                credential: crate::common::key(n),
                person: per(n),
                name: "key".to_owned(),
                invitation: None,
                assurance: countersign_names::Assurance::Aal2,
                passkey: Value::Null,
            }));
            more.extend(laptop(n));
        }
    }
    let house = House::with(more).await;
    house.policies_in_force().await;
    let answer = house.ok("GET", "/reach/who?resource=wiki/pages&action=write&limit=100", None).await;
    let people = &answer["people"];
    let all: u64 = ["now", "with", "never"].iter().map(|class| people[class].as_u64().unwrap()).sum();
    assert_eq!(all, 10_004);
}

fn codes(answer: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let findings = answer["findings"].as_array().unwrap();
    findings.iter().map(|found| (text(&found["code"]), text(&found["policy"]))).collect()
}

async fn lint(house: &House, files: &BTreeMap<String, String>) -> Value {
    let dry = house.ok("PUT", "/policies", Some(json!({"files": files, "dry_run": true}))).await;
    let gone: Vec<_> =
        dry.get("removed").and_then(Value::as_array).into_iter().flatten().map(|gone| &gone["id"]).collect();
    house.ok("PUT", "/policies", Some(json!({"files": files, "removes": gone}))).await;
    house.policies_in_force().await;
    house.ok("GET", "/policies/lint", None).await
}

fn has(answer: &Value, code: &str, policy: &str) -> bool {
    codes(answer).contains(&(code.to_owned(), policy.to_owned()))
}

#[tokio::test]
async fn the_lint_knows_the_world() {
    let house = House::with(vec![Fact::Application(ApplicationFact::Declared {
        application: "site".parse().unwrap(),
        about: application(&["site.localhost"], &["front"], Some(Sensitivity::Confidential)),
    })])
    .await;
    let mut files = policy_files();
    let head = |id: &str, owner: &str| {
        format!("@id(\"{id}\") @owner(\"{owner}\") @reason(\"r\") @review(\"2027-05-31\")\n")
    };
    let read = "action == Countersign::Action::\"read\"";
    let wiki = [
        format!(
            "{}permit (principal in Countersign::Group::\"nobody-s\", {read}, resource in Countersign::Application::\"wiki\");\n",
            head("no-group", "staff")
        ),
        format!(
            "{}permit (principal in Countersign::Group::\"staff\", {read}, resource == Countersign::Resource::\"wiki/none\");\n",
            head("no-part", "Ada")
        ),
        format!(
            "{}permit (principal in Countersign::Group::\"staff\", {read}, resource == Countersign::Resource::\"wiki/other\") when {{ principal in Countersign::Group::\"gone\" || context.grant }};\n",
            head("half", "ada@example.test")
        ),
        format!(
            "{}permit (principal in Countersign::Group::\"staff\", {read}, resource == Countersign::Resource::\"wiki/pages\");\n",
            head("whole", "Nobody at all")
        ),
    ];
    files.insert("applications/wiki.cedar".to_owned(), wiki.concat());
    files.insert(
        "applications/site.cedar".to_owned(),
        format!(
            "{}permit (principal, {read}, resource in Countersign::Application::\"site\");\n",
            head("site-open", "site")
        ),
    );
    let found = lint(&house, &files).await;
    assert_eq!(found["with_world"], json!(true));
    for (code, policy) in [
        ("unknown-name", "no-group"),
        ("unknown-name", "no-part"),
        ("unknown-name", "half"),
        ("owner-unknown", "whole"),
        ("anonymous-sensitive", "site-open"),
        ("review-overdue", "house-automation"),
    ] {
        assert!(has(&found, code, policy), "{code} of {policy} is not in {found:#}");
    }
    // Almost: what these name exists, and so do their owners; what is open is reported once.
    for (code, policy) in [
        ("unknown-name", "whole"),
        ("owner-unknown", "no-group"),
        ("owner-unknown", "no-part"),
        ("owner-unknown", "half"),
        ("owner-unknown", "site-open"),
        ("anonymous-if-labelled", "site-open"),
    ] {
        assert!(!has(&found, code, policy), "{code} of {policy} is in {found:#}");
    }
    let half = found["findings"].as_array().unwrap().iter().find(|known| known["policy"] == "half").unwrap();
    assert!(half["message"].as_str().unwrap().contains("that part of its condition never holds"), "{half}");

    house.ok("PUT", "/labels/site/front", Some(json!({"sensitivity": "public"}))).await;
    house.ok("PUT", "/labels/site/other", Some(json!({"sensitivity": "public"}))).await;
    let labelled = house.ok("GET", "/policies/lint", None).await;
    assert!(!has(&labelled, "anonymous-sensitive", "site-open"), "{labelled:#}");
    assert!(has(&labelled, "anonymous-if-labelled", "site-open"), "{labelled:#}");
}

#[tokio::test]
async fn an_owner_who_is_named_is_known_unless_everybody_of_that_name_is_suspended() {
    let house = house().await;
    let mut files = policy_files();
    let owned = |id: &str, owner: &str| {
        format!(
            "@id(\"{id}\") @owner(\"{owner}\") @reason(\"r\") @review(\"2027-05-31\")\n\
             permit (principal in Countersign::Group::\"staff\", action == Countersign::Action::\"read\", resource == Countersign::Resource::\"wiki/pages\");\n"
        )
    };
    files
        .insert("applications/wiki.cedar".to_owned(), owned("by-grace", "Grace") + &owned("by-alan", "Alan"));
    let about = |name: &str, email: &str| json!({"name": name, "email": email});
    for (name, email) in
        [("Grace", "g1@example.test"), ("Grace", "g2@example.test"), ("Alan", "a@example.test")]
    {
        house.ok("POST", "/people", Some(about(name, email))).await;
    }
    let suspend = async |email: &str| {
        house.ok("POST", &format!("/people/{email}/suspend"), Some(json!({"reason": "away"}))).await;
    };
    suspend("g1@example.test").await;
    suspend("a@example.test").await;
    let found = lint(&house, &files).await;
    assert!(!has(&found, "owner-unknown", "by-grace"), "one of the two is here: {found:#}");
    assert!(has(&found, "owner-unknown", "by-alan"), "{found:#}");
    suspend("g2@example.test").await;
    let found = house.ok("GET", "/policies/lint", None).await;
    let of_grace = found["findings"].as_array().unwrap().iter().find(|known| known["policy"] == "by-grace");
    let message = of_grace.unwrap()["message"].as_str().unwrap();
    assert!(message.contains("that person is suspended"), "{message}");
}

#[tokio::test]
async fn an_exception_for_everybody_is_an_exception_for_nobody() {
    let house = house().await;
    let open = |group: &str| {
        json!({"policy": "sessions-only", "group": group, "owner": "ada@example.test", "authority": "CISO",
               "reason": "move", "expires_in_seconds": 3600})
    };
    house.ok("POST", "/exceptions", Some(open("staff"))).await;
    let some = house.ok("GET", "/policies/lint", None).await;
    assert!(!has(&some, "exception-for-everybody", "sessions-only"), "{some:#}");
    for n in [3, 4] {
        house.ok("PUT", &format!("/groups/staff/members/{}", per(n)), None).await;
    }
    let all = house.ok("GET", "/policies/lint", None).await;
    assert!(has(&all, "exception-for-everybody", "sessions-only"), "{all:#}");
    // The guardrail no longer reads exceptions, so the open one has no effect.
    let mut files = policy_files();
    let text = files["guardrails/house.cedar"]
        .replace("unless { context.exceptions.contains(\"sessions-only\") }", "");
    files.insert("guardrails/house.cedar".to_owned(), text);
    let none = lint(&house, &files).await;
    assert!(has(&none, "exception-without-effect", "sessions-only"), "{none:#}");
    house.wait(7_200);
    let over = house.ok("GET", "/policies/lint", None).await;
    assert!(!has(&over, "exception-without-effect", "sessions-only"), "{over:#}");
}

#[tokio::test]
async fn an_application_that_is_only_observed_says_so() {
    let house = house().await;
    house
        .state(vec![Fact::Application(ApplicationFact::Staged {
            application: "wiki".parse().unwrap(),
            stage: ApplicationStage::Observe,
        })])
        .await;
    let answer = house.ok("GET", "/reach/who?resource=wiki/pages&action=write", None).await;
    assert_eq!(answer["observed"], json!(true));
    assert_eq!(answer["people"]["never"], json!(2), "what would be denied is still told");
}
