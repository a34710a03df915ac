//! Commands that need two people, and who may be the second.
#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::panic,
    reason = "tests stop at the first surprise"
)]

use crate::common::{Door, House, assert_problem, key, noon, per, policy_files, ses};
use countersign_facts::{CredentialFact, Digest, Fact, Session, SessionFact};
use countersign_names::{Assurance, CredentialId, PersonId};
use countersign_world::Noticed;
use serde_json::{Value, json};
use std::time::Duration;

/// An administrator.
const ADA: Door = Door::Session(1);
/// An approver.
const BEN: Door = Door::Session(2);
/// An administrator and approver.
const DAN: Door = Door::Session(4);

async fn asks(
    house: &House,
    door: &Door,
    method: &str,
    path: &str,
    body: Option<Value>,
    status: u16,
) -> Value {
    let reply = house.send(door, method, &format!("/api/v1{path}"), body).await;
    assert_eq!(reply.status.as_u16(), status, "{door:?} {method} {path}: {}", reply.json);
    reply.json
}

/// Gives a command that is proposed instead of carried out, and returns its proposal.
async fn proposed(house: &House, door: &Door, method: &str, path: &str, body: Option<Value>) -> Value {
    let before = house.seq();
    let reply = house.send(door, method, &format!("/api/v1{path}"), body).await;
    assert_eq!(house.seq(), before + 1, "{method} {path}: {}", reply.json);
    if reply.status.as_u16() != 201 {
        assert_problem(&reply, 409, None);
        assert_eq!(reply.json["type"], "about:blank#proposed", "{method} {path}");
        assert!(reply.json["remedy"].as_str().unwrap().contains("countersign proposal countersign"));
    }
    let id = reply.json["proposal"].as_str().unwrap_or_else(|| panic!("{method} {path}: {}", reply.json));
    let proposal = asks(house, &BEN, "GET", &format!("/proposals/{id}"), None, 200).await;
    assert_eq!(proposal["state"], "open");
    proposal
}

async fn countersigned(house: &House, door: &Door, proposal: &Value, status: u16) -> Value {
    let path = format!("/proposals/{}/countersign", proposal["id"].as_str().unwrap());
    asks(house, door, "POST", &path, Some(json!({"digest": proposal["digest"]})), status).await
}

/// Returns a new person whom `door` adds and invites, and who uses the link.
async fn joined(house: &House, door: &Door, n: u8, email: &str) -> PersonId {
    let body = json!({"name": email, "email": email, "kind": "employee"});
    let made = asks(house, door, "POST", "/people", Some(body), 201).await;
    let person: PersonId = made["id"].as_str().unwrap().parse().unwrap();
    let link = asks(house, door, "POST", &format!("/people/{person}/invitations"), None, 201).await;
    house
        .state(vec![
            Fact::Credential(CredentialFact::Registered {
                credential: key(n.into()),
                person,
                name: "laptop".to_owned(),
                invitation: Some(link["id"].as_str().unwrap().parse().unwrap()),
                assurance: Assurance::Aal2,
                passkey: Value::Null,
            }),
            session(n, person, key(n.into())),
        ])
        .await;
    person
}

fn session(n: u8, person: PersonId, credential: CredentialId) -> Fact {
    Fact::Session(SessionFact::Started {
        session: ses(n.into()),
        about: Session {
            person,
            credential,
            secret: Digest::new([n; 32]),
            assurance: Assurance::Aal2,
            address: None,
            expires_at: noon().plus(Duration::from_secs(86_400)),
        },
    })
}

async fn grant_of(house: &House, door: &Door) -> String {
    let wish = json!({"application": "countersign", "reason": "an upgrade", "duration_seconds": 3600});
    let grant = asks(house, door, "POST", "/grants", Some(wish), 201).await;
    format!("/grants/{}/approve", grant["id"].as_str().unwrap())
}

#[tokio::test]
async fn a_link_for_another_passkey_of_a_colleague_is_refused_to_everybody() {
    let house = House::new().await;
    for door in [&ADA, &Door::Operator] {
        let before = house.seq();
        let reply = house.send(door, "POST", "/api/v1/people/hr-3/invitations", Some(json!({}))).await;
        assert_problem(&reply, 422, Some("purpose"));
        assert!(reply.json["detail"].as_str().unwrap().contains("recovery"), "{}", reply.json);
        assert_eq!(house.seq(), before);
    }
}

#[tokio::test]
async fn a_recovery_is_announced_and_that_of_an_approver_waits_for_a_second_person() {
    let house = House::new().await;
    let recover = || Some(json!({"purpose": "recover"}));
    // For a person without privileges the invitation is made at once, and announced.
    let made = asks(&house, &ADA, "POST", "/people/hr-3/invitations", recover(), 201).await;
    assert!(made["proposal"].is_null());
    let world = house.ledger.world();
    assert!(
        matches!(world.notices_of(per(3)), [told] if matches!(told.what, Noticed::RecoveryIssued { .. }))
    );

    let proposal = proposed(&house, &DAN, "POST", "/people/hr-2/invitations", recover()).await;
    assert!(proposal["text"].as_str().unwrap().contains("recover ben@example.test"), "{proposal}");
    let open = |house: &House| house.ledger.world().invitations().any(|open| open.person == per(2));
    assert!(!open(&house), "the link works before anybody countersigned it");
    // The proposer cannot countersign it, and nobody can with the digest of other facts. Each is told beforehand.
    assert_eq!(proposal["caller"], json!({"may": true}), "Ben asked");
    let path = format!("/proposals/{}", proposal["id"].as_str().unwrap());
    let own = asks(&house, &DAN, "GET", &path, None, 200).await["caller"].clone();
    assert_eq!(own["may"], false);
    assert!(
        own["why_not"].as_str().unwrap().contains("a person cannot countersign their own request"),
        "{own}"
    );
    assert_eq!(countersigned(&house, &DAN, &proposal, 403).await["field"], "approver");
    let other = json!({"id": proposal["id"], "digest": "ab".repeat(32)});
    countersigned(&house, &BEN, &other, 422).await;
    assert!(!open(&house));
    let done = countersigned(&house, &BEN, &proposal, 200).await;
    assert!(done["caller"].is_null(), "it waits for nobody any more");
    assert_eq!((&done["state"], &done["answered_by"]), (&json!("countersigned"), &json!(per(2).to_string())));
    assert!(open(&house));
    countersigned(&house, &BEN, &proposal, 409).await;
    let world = house.ledger.world();
    let told: Vec<_> = world.notices_of(per(2)).iter().map(|notice| &notice.what).collect();
    assert!(told.iter().any(|what| matches!(what, Noticed::RecoveryIssued { .. })), "{told:?}");
    assert!(world.notices_of(per(1)).iter().any(|it| matches!(it.what, Noticed::CarriedOut { .. })));
}

#[tokio::test]
async fn whoever_came_by_somebody_s_word_does_not_countersign_for_them_until_confirmed() {
    let house = House::new().await;
    let eve = joined(&house, &ADA, 11, "eve@example.test").await;
    house.ok("PUT", &format!("/groups/approvers/members/{eve}"), None).await;
    let eve_door = Door::Session(11);

    let wish = grant_of(&house, &ADA).await;
    let grant = wish.trim_end_matches("/approve");
    let told = asks(&house, &eve_door, "GET", grant, None, 200).await["caller"].clone();
    let refused = asks(&house, &eve_door, "POST", &wish, None, 403).await;
    assert_eq!(refused["field"], "approver");
    // What is told beforehand is what the command is refused with, of one grant and in the list.
    assert_eq!((&told["may"], &told["why_not"]), (&json!(false), &refused["detail"]));
    let list = asks(&house, &eve_door, "GET", "/grants?state=requested", None, 200).await;
    assert_eq!(list["items"][0]["caller"], told);
    for (door, may) in [(&BEN, true), (&ADA, false), (&Door::Operator, true)] {
        let seen = match door {
            Door::Operator => house.ok("GET", grant, None).await,
            _ if may => asks(&house, door, "GET", grant, None, 200).await,
            _ => asks(&house, door, "GET", &format!("/grants?person={}", per(1)), None, 200).await["items"]
                [0]
            .clone(),
        };
        assert_eq!(seen["caller"]["may"], may, "{door:?}: {seen}");
    }
    let said = refused["detail"].as_str().unwrap();
    assert!(said.contains("ada@example.test") && said.contains("person confirm eve@example.test"), "{said}");
    // For Ben, who did not bring her in, she approves.
    let other = grant_of(&house, &BEN).await;
    asks(&house, &eve_door, "POST", &other, None, 200).await;

    // A chain does not help: Eve brings Fay in, so Fay cannot countersign for Ada.
    house.ok("PUT", &format!("/groups/administrators/members/{eve}"), None).await;
    let fay = joined(&house, &eve_door, 12, "fay@example.test").await;
    house.ok("PUT", &format!("/groups/approvers/members/{fay}"), None).await;
    asks(&house, &Door::Session(12), "POST", &wish, None, 403).await;
    // Two people whom the same person brought in cannot countersign for each other.
    let gil = joined(&house, &ADA, 13, "gil@example.test").await;
    house.ok("PUT", &format!("/groups/approvers/members/{gil}"), None).await;
    let of_gil = grant_of(&house, &Door::Session(13)).await;
    asks(&house, &eve_door, "POST", &of_gil, None, 403).await;

    // Neither Ada, who brought her in, can confirm her, nor Gil, whom Ada brought in too; Ben can.
    let reason = || Some(json!({"reason": "met her"}));
    asks(&house, &ADA, "POST", &format!("/people/{eve}/confirm"), reason(), 403).await;
    asks(&house, &Door::Session(13), "POST", &format!("/people/{eve}/confirm"), reason(), 403).await;
    asks(&house, &BEN, "POST", &format!("/people/{eve}/confirm"), reason(), 200).await;
    asks(&house, &eve_door, "POST", &wish, None, 200).await;
    assert!(house.ledger.world().confirmed(eve).is_some());
    // A recovery of Cleo, who has no privileges, is still made at once.
    asks(&house, &ADA, "POST", "/people/hr-3/invitations", Some(json!({"purpose": "recover"})), 201).await;
}

#[tokio::test]
async fn one_administrator_alone_is_told_that_the_operator_countersigns_and_the_operator_can() {
    let house = House::new().await;
    // Only Ada and the people whom she brought in remain.
    for n in ["hr-2", "hr-4"] {
        house.ok("DELETE", &format!("/people/{n}"), None).await;
    }
    let eve = joined(&house, &ADA, 11, "eve@example.test").await;
    house.ok("PUT", &format!("/groups/approvers/members/{eve}"), None).await;
    assert_eq!(house.ok("GET", "/status", None).await["independent_approvers"], false);
    let refused = asks(&house, &ADA, "PUT", "/groups/administrators/members/hr-3", None, 409).await;
    let remedy = refused["remedy"].as_str().unwrap();
    assert!(remedy.contains("at the machine") && remedy.contains("person confirm"), "{remedy}");
    let id = refused["proposal"].as_str().unwrap();
    let proposal = house.ok("GET", &format!("/proposals/{id}"), None).await;
    countersigned(&house, &Door::Session(11), &proposal, 403).await;
    countersigned(&house, &Door::Operator, &proposal, 200).await;
    let cleo = house.ok("GET", "/people/hr-3", None).await;
    assert_eq!(cleo["groups"], json!(["administrators"]));
    house.ok("POST", &format!("/people/{eve}/confirm"), Some(json!({"reason": "met her"}))).await;
    assert_eq!(house.ok("GET", "/status", None).await["independent_approvers"], true);
}

#[tokio::test]
async fn what_changes_who_administers_or_what_guards_it_takes_two_and_the_rest_does_not() {
    let house = House::new().await;
    let (robot, _) = house.token("robot", None).await;
    house.ok("PUT", &format!("/groups/automation/members/{robot}"), None).await;
    let reason = || Some(json!({"reason": "x"}));
    let ben = || Some(json!({"name": "Ben", "email": "benny@example.test", "kind": "employee"}));
    let mut stricter = policy_files();
    let text = stricter["guardrails/house.cedar"].clone();
    stricter.insert("guardrails/house.cedar".to_owned(), format!("{text}\n// looser\n"));
    let mut own = policy_files();
    let text = own["applications/countersign.cedar"].clone();
    own.insert("applications/countersign.cedar".to_owned(), format!("{text}\n// looser\n"));
    for (method, path, body) in [
        ("PUT", "/groups/administrators/members/hr-3".to_owned(), None),
        ("PUT", "/groups/approvers/members/group:staff".to_owned(), None),
        ("DELETE", "/groups/approvers/members/hr-2".to_owned(), None),
        ("DELETE", "/groups/approvers".to_owned(), None),
        ("PUT", "/people/hr-2".to_owned(), ben()),
        ("POST", "/people/hr-2/suspend".to_owned(), reason()),
        ("DELETE", "/people/hr-2".to_owned(), None),
        ("DELETE", format!("/credentials/{}", key(2)), None),
        ("DELETE", format!("/services/{robot}"), None),
        ("POST", format!("/services/{robot}/tokens"), Some(json!({"expires_in_seconds": 3600}))),
        ("PUT", "/labels/countersign/control".to_owned(), Some(json!({"sensitivity": "public"}))),
        ("PUT", "/policies".to_owned(), Some(json!({"files": stricter}))),
        ("PUT", "/policies".to_owned(), Some(json!({"files": own}))),
    ] {
        proposed(&house, &ADA, method, &path, body).await;
    }
    assert_eq!(
        asks(&house, &BEN, "GET", "/proposals?state=open", None, 200).await["items"]
            .as_array()
            .unwrap()
            .len(),
        13
    );

    for (method, path, body, status) in [
        ("POST", "/people/hr-3/suspend", reason(), 200),
        ("POST", "/people/hr-3/restore", None, 200),
        ("PUT", "/groups/staff/members/hr-3", None, 200),
        ("PUT", "/people/hr-2/risk", Some(json!({"level": "high", "reasons": ["x"]})), 200),
        ("POST", "/applications/wiki/stage", Some(json!({"stage": "observe"})), 200),
        // Lowering the risk again gives more access, not less.
        ("PUT", "/people/hr-2/risk", Some(json!({"level": "low", "reasons": []})), 409),
    ] {
        asks(&house, &ADA, method, path, body, status).await;
    }
}

#[tokio::test]
async fn a_service_account_that_comes_to_administer_commands_by_a_token_of_two_people_or_the_operators() {
    let house = House::new().await;
    let (robot, of_operator) = house.token("robot", None).await;
    let tokens = format!("/services/{robot}/tokens");
    let wish = || Some(json!({"expires_in_seconds": 3600, "commands": ["groups.add"]}));
    let text = |issued: &Value| Door::Token(issued["token"].as_str().unwrap().to_owned());
    let alone = asks(&house, &ADA, "POST", &tokens, wish(), 201).await;
    assert!(alone["proposal"].is_null(), "nobody else is asked yet: {alone}");
    house.ok("PUT", &format!("/groups/automation/members/{robot}"), None).await;

    let made = |name: &str| Some(json!({"name": name, "purpose": ""}));
    let before = house.seq();
    let refused = asks(&house, &text(&alone), "POST", "/groups", made("alone"), 403).await;
    let (detail, remedy) = (refused["detail"].as_str().unwrap(), refused["remedy"].as_str().unwrap());
    assert!(detail.contains("one person alone issued this one"), "{refused}");
    assert!(remedy.contains("countersign service token") && remedy.contains("countersigned"), "{refused}");
    assert_eq!(refused["field"], "Authorization");
    assert_eq!(house.seq(), before);
    asks(&house, &text(&alone), "GET", "/people", None, 200).await;
    asks(&house, &Door::Token(of_operator), "POST", "/groups", made("by-operator"), 201).await;

    // As the remedy says: a new token, and another person.
    let reply = asks(&house, &ADA, "POST", &tokens, wish(), 201).await;
    let id = reply["proposal"].as_str().unwrap();
    asks(&house, &text(&reply), "POST", "/groups", made("two"), 401).await;
    let proposal = asks(&house, &BEN, "GET", &format!("/proposals/{id}"), None, 200).await;
    countersigned(&house, &BEN, &proposal, 200).await;
    asks(&house, &text(&reply), "POST", "/groups", made("two"), 201).await;
    asks(&house, &text(&alone), "POST", "/groups", made("still-alone"), 403).await;
    // It no longer administers, so policies alone decide what it may do.
    house.ok("DELETE", &format!("/groups/automation/members/{robot}"), None).await;
    let refused = asks(&house, &text(&alone), "POST", "/groups", made("alone"), 403).await;
    assert_ne!(refused["field"], "Authorization");
}

#[tokio::test]
async fn what_was_proposed_is_refused_expires_and_is_not_carried_out_over_other_policies() {
    let house = House::new().await;
    let proposal = proposed(&house, &DAN, "PUT", "/groups/approvers/members/hr-3", None).await;
    let path = format!("/proposals/{}/refuse", proposal["id"].as_str().unwrap());
    let refused = asks(&house, &BEN, "POST", &path, Some(json!({"reason": "nobody told me"})), 200).await;
    assert_eq!((&refused["state"], &refused["answer"]), (&json!("refused"), &json!("nobody told me")));
    countersigned(&house, &BEN, &proposal, 409).await;

    let mut files = policy_files();
    let text = files["guardrails/house.cedar"].clone();
    files.insert("guardrails/house.cedar".to_owned(), format!("{text}\n// one\n"));
    let first = proposed(&house, &DAN, "PUT", "/policies", Some(json!({"files": files}))).await;
    files.insert("guardrails/house.cedar".to_owned(), format!("{text}\n// another\n"));
    house.ok("PUT", "/policies", Some(json!({"files": files}))).await;
    let refused = countersigned(&house, &BEN, &first, 409).await;
    assert!(refused["detail"].as_str().unwrap().contains("propose it again"), "{refused}");

    let late = proposed(&house, &DAN, "PUT", "/groups/approvers/members/hr-3", None).await;
    house.wait(24 * 3600 - 1);
    countersigned(&house, &Door::Operator, &json!({"id": late["id"], "digest": "00".repeat(32)}), 422).await;
    house.wait(1);
    countersigned(&house, &Door::Operator, &late, 409).await;
    let known = house.ok("GET", &format!("/proposals/{}", late["id"].as_str().unwrap()), None).await;
    assert_eq!(known["state"], "expired");
}
