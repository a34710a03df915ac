//! A user is a person.

use crate::world::{ScimInstallation, USER, administrator, call, client, patch, person, user};
use countersign_facts::{Fact, PersonFact, PersonKind};
use countersign_names::PersonId;
use countersign_world::Standing;
use serde_json::json;
use std::collections::BTreeSet;
use uuid::Uuid;

#[tokio::test]
async fn a_pushed_user_is_a_person_and_is_read_back_as_it_was_said() {
    let here = ScimInstallation::new().await;
    let body = json!({
        "schemas": [USER, "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],
        "externalId": "00u1",
        "userName": "Ada@Example.com",
        "name": { "givenName": "Ada", "familyName": "Lovelace" },
        "userType": "Contractor",
        "active": true,
        "phoneNumbers": [{ "value": "+44 1", "type": "mobile" }],
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { "department": "Engines" },
    });
    let answer = here.call("POST", "/Users", Some(body.clone())).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    let said = answer.body.expect("a user");
    let id = said["id"].as_str().expect("an id").to_owned();
    assert_eq!(
        answer.location.as_deref(),
        Some(format!("https://countersign.example/scim/v2/Users/{id}").as_str())
    );
    assert_eq!(said["meta"]["version"].as_str(), answer.version.as_deref());
    assert_eq!(said["meta"]["created"], "2026-11-30T12:00:00.000000Z");
    for (name, value) in body.as_object().expect("an object") {
        assert_eq!(said[name], *value, "{name}");
    }
    assert_eq!(here.ok(200, "GET", &format!("/Users/{id}"), None).await, said);
    // Without a mail address, the name that the user signs in with is one.
    let known = here.person_of(&id);
    assert_eq!((known.about.name.as_str(), known.about.email.as_str()), ("Ada Lovelace", "ada@example.com"));
    assert_eq!(known.about.kind, PersonKind::Contractor);
    assert_eq!(known.about.aliases, BTreeSet::from(["00u1".to_owned()]));
    let shown = here.ok(200, "GET", &format!("/Users/{id}?attributes=userName"), None).await;
    assert_eq!(shown, json!({ "schemas": body["schemas"], "id": id, "userName": "Ada@Example.com" }));
}

#[tokio::test]
async fn a_provider_deactivates_a_person_and_activates_them_again() {
    let here = ScimInstallation::new().await;
    let id = here.add_user("ada").await;
    let path = format!("/Users/{id}");
    // As Entra ID does it.
    let off = patch(json!([{ "op": "Replace", "path": "active", "value": "False" }]));
    assert_eq!(here.ok(200, "PATCH", &path, off.clone()).await["active"], json!(false));
    let Standing::Suspended(why) = here.person_of(&id).standing.clone() else { panic!("suspended") };
    assert_eq!(why, "deactivated by the provisioning client entra");
    let seq = here.world().seq();
    here.ok(200, "PATCH", &path, off.clone()).await;
    assert_eq!(here.world().seq(), seq, "the same again is no fact");
    let on = patch(json!([{ "op": "replace", "value": { "active": true } }]));
    assert_eq!(here.ok(200, "PATCH", &path, on.clone()).await["active"], json!(true));
    assert_eq!(here.person_of(&id).standing, Standing::Active);
    // Whom an administrator suspended, a provider does not restore, and it is told so.
    let person: PersonId = id.parse().expect("an id");
    here.state(vec![Fact::Person(PersonFact::Suspended { person, reason: "incident 7".to_owned() })]).await;
    assert_eq!(here.ok(200, "PATCH", &path, on).await["active"], json!(false));
    assert_eq!(here.person_of(&id).standing, Standing::Suspended("incident 7".to_owned()));
    assert_eq!(here.ok(200, "PATCH", &path, off).await["active"], json!(false));
    assert_eq!(here.person_of(&id).standing, Standing::Suspended("incident 7".to_owned()));
}

#[tokio::test]
async fn a_user_may_be_pushed_as_inactive() {
    let here = ScimInstallation::new().await;
    let mut body = user("ada");
    body["active"] = json!(false);
    let said = here.ok(201, "POST", "/Users", Some(body)).await;
    assert_eq!(said["active"], json!(false));
    assert_ne!(here.person_of(said["id"].as_str().expect("an id")).standing, Standing::Active);
}

#[tokio::test]
async fn a_changed_user_is_a_changed_person() {
    let here = ScimInstallation::new().await;
    let id = here.add_user("ada").await;
    here.wait(60);
    let operations = json!([
        { "op": "replace", "path": "emails[type eq \"work\"].value", "value": "Lovelace@example.com" },
        { "op": "replace", "path": "displayName", "value": "Ada Lovelace" },
        { "op": "add", "path": "externalId", "value": "00u1" },
    ]);
    let said = here.ok(200, "PATCH", &format!("/Users/{id}"), patch(operations)).await;
    assert_eq!(said["meta"]["lastModified"], "2026-11-30T12:01:00.000000Z");
    let known = here.person_of(&id);
    assert_eq!(
        (known.about.name.as_str(), known.about.email.as_str()),
        ("Ada Lovelace", "lovelace@example.com")
    );
    assert_eq!(known.about.aliases, BTreeSet::from(["00u1".to_owned(), "ada".to_owned()]));
    // An alias that an administrator gave stays, and one that the provider no longer says goes.
    let mut about = known.about.clone();
    about.aliases.insert("badge-7".to_owned());
    here.state(vec![Fact::Person(PersonFact::Changed { person: known.id, about })]).await;
    let mut replaced = user("ada.lovelace");
    replaced["emails"][0]["value"] = json!("lovelace@example.com");
    here.ok(200, "PUT", &format!("/Users/{id}"), Some(replaced)).await;
    let aliases = here.person_of(&id).about.aliases.clone();
    assert_eq!(aliases, BTreeSet::from(["ada.lovelace".to_owned(), "badge-7".to_owned()]));
}

#[tokio::test]
async fn a_deleted_user_is_suspended_and_comes_back_as_the_same_person() {
    let here = ScimInstallation::new().await;
    let id = here.add_user("ada").await;
    let path = format!("/Users/{id}");
    assert_eq!(here.call("DELETE", &path, None).await.status, 204);
    assert_ne!(here.person_of(&id).standing, Standing::Active, "suspended, not removed");
    assert_eq!(here.refused("GET", &path, None).await.0, 404);
    assert_eq!(here.refused("DELETE", &path, None).await.0, 404);
    assert_eq!(here.add_user("ada").await, id);
    assert_eq!(here.person_of(&id).standing, Standing::Active);
    // A person whom an administrator removed meanwhile can be deleted there too.
    let person: PersonId = id.parse().expect("an id");
    here.state(vec![Fact::Person(PersonFact::Removed { person })]).await;
    let gone = here.refused("PUT", &path, Some(user("ada"))).await;
    assert_eq!(gone, (404, "an administrator has removed this person".to_owned()));
    assert_eq!(here.call("DELETE", &path, None).await.status, 204);
}

#[tokio::test]
async fn a_person_who_is_known_here_is_taken_over_unless_somebody_else_has_them() {
    let here = ScimInstallation::new().await;
    let ben = PersonId::new(Uuid::from_u128(700));
    here.state(vec![Fact::Person(PersonFact::Added {
        person: ben,
        about: person("Ben", "ben@example.com"),
    })])
    .await;
    assert_eq!(here.add_user("ben").await, ben.to_string());
    let twice = here.refused("POST", "/Users", Some(user("ben"))).await;
    assert_eq!(twice, (409, "there is a user with the userName \"ben\" already".to_owned()));
    let mut other_name = user("benjamin");
    other_name["emails"][0]["value"] = json!("ben@example.com");
    let twice = here.refused("POST", "/Users", Some(other_name)).await;
    assert_eq!(twice.1, "there is a user with the address ben@example.com already, under another userName");
    // The other provider neither sees nor takes this one.
    let mut from_okta = call("POST", "/Users", Some(user("ben")));
    from_okta.client = client(2);
    let answer = here.send(from_okta).await;
    assert_eq!(answer.status, 409);
    assert_eq!(
        answer.body.expect("an error")["detail"],
        "another provisioning client pushes ben@example.com"
    );
    let mut look = call("GET", &format!("/Users/{ben}"), None);
    look.client = client(2);
    assert_eq!(here.send(look).await.status, 404);
}

#[tokio::test]
async fn who_administers_here_is_never_taken_over_or_changed() {
    let here = ScimInstallation::new().await;
    let protected = "root@example.com administers or approves here: an administrator changes this person, not a \
                     provisioning client";
    assert_eq!(here.refused("POST", "/Users", Some(user("root"))).await, (403, protected.to_owned()));
    // Who became an administrator after they were pushed keeps what they have.
    let id = here.add_user("ada").await;
    let person: PersonId = id.parse().expect("an id");
    let administrators = "administrators".parse().expect("a name");
    let member = countersign_facts::Member::Person(person);
    let joined = countersign_facts::GroupFact::MemberAdded { group: administrators, member };
    here.state(vec![Fact::Group(joined)]).await;
    let path = format!("/Users/{id}");
    let off = patch(json!([{ "op": "replace", "path": "active", "value": false }]));
    assert_eq!(here.refused("PATCH", &path, off).await.0, 403);
    assert_eq!(here.refused("DELETE", &path, None).await.0, 403);
    here.ok(200, "PUT", &path, Some(user("ada"))).await;
    assert_eq!(here.person_of(&id).standing, Standing::Active);
    assert!(here.world().person(administrator()).is_some());
}

#[tokio::test]
async fn what_cannot_be_a_person_is_refused_by_its_attribute() {
    let here = ScimInstallation::new().await;
    let nameless = json!({ "schemas": [USER], "userName": "ada" });
    let (status, why) = here.refused("POST", "/Users", Some(nameless)).await;
    assert_eq!(
        (status, why.as_str()),
        (400, "emails: \"ada\" is no mail address, and a person needs one here")
    );
    let mut long = user("ada");
    long["displayName"] = json!("a".repeat(600));
    assert_eq!(here.refused("POST", "/Users", Some(long)).await.1, "displayName is longer than 512 bytes");
    let ben = here.add_user("ben").await;
    here.add_user("ada").await;
    let taken = here.refused("PUT", &format!("/Users/{ben}"), Some(user("ada"))).await;
    assert_eq!(taken, (409, "there is a user with the userName \"ada\" already".to_owned()));
    let mut address = user("ben");
    address["emails"][0]["value"] = json!("ada@example.com");
    let (status, why) = here.refused("PUT", &format!("/Users/{ben}"), Some(address)).await;
    assert_eq!(status, 409, "{why}");
}
