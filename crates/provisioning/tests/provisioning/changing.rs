//! Versions: who changes what they have not seen is told, and two at the same time both count.

use crate::world::{ScimInstallation, call, group, patch, user};
use countersign_facts::{Fact, PersonFact};
use serde_json::json;

#[tokio::test]
async fn a_version_tells_whether_anything_changed() {
    let here = ScimInstallation::new().await;
    let id = here.add_user("ada").await;
    let path = format!("/Users/{id}");
    let first = here.call("GET", &path, None).await.version.expect("a version");
    let mut again = call("GET", &path, None);
    again.if_none_match = Some(first.clone());
    let unchanged = here.send(again.clone()).await;
    assert_eq!((unchanged.status, unchanged.body), (304, None));
    // A change by an administrator counts too.
    let known = here.person_of(&id);
    here.state(vec![Fact::Person(PersonFact::Suspended { person: known.id, reason: "incident".to_owned() })])
        .await;
    let changed = here.send(again).await;
    assert_eq!(changed.status, 200);
    assert_ne!(changed.version.as_ref(), Some(&first));
    for (method, body) in [
        ("PUT", Some(user("ada"))),
        ("DELETE", None),
        ("PATCH", patch(json!([{ "op": "remove", "path": "title" }]))),
    ] {
        let mut stale = call(method, &path, body.clone());
        stale.if_match = Some(first.clone());
        let answer = here.send(stale.clone()).await;
        assert_eq!(answer.status, 412, "{method}");
    }
    let mut current = call("PUT", &path, Some(user("ada")));
    current.if_match = Some(format!("\"other\", {}", changed.version.expect("a version")));
    assert_eq!(here.send(current.clone()).await.status, 200);
    current.if_match = Some("*".to_owned());
    assert_eq!(here.send(current).await.status, 200);
}

#[tokio::test]
async fn changes_at_the_same_time_both_count() {
    let here = ScimInstallation::new().await;
    let mut ids = Vec::new();
    for number in 0..8 {
        ids.push(here.add_user(&format!("user{number}")).await);
    }
    here.ok(201, "POST", "/Groups", Some(group("Guides", &[]))).await;
    let changes = ids.iter().enumerate().map(|(number, id)| {
        let operations = if number % 2 == 0 {
            json!([{ "op": "add", "path": "members", "value": [{ "value": id }] }])
        } else {
            json!([{ "op": "add", "path": "externalId", "value": number.to_string() },
                   { "op": "add", "path": "members", "value": [{ "value": id }] }])
        };
        let provisioning = here.provisioning.clone();
        tokio::spawn(async move {
            // Whom others overtake too often is told to try again, and does.
            loop {
                let answer =
                    provisioning.answer(&call("PATCH", "/Groups/guides", patch(operations.clone()))).await;
                match answer.status {
                    200 => return,
                    409 => {}
                    _ => panic!("{answer:?}"),
                }
            }
        })
    });
    for change in changes.collect::<Vec<_>>() {
        change.await.expect("a change ends");
    }
    let said = here.ok(200, "GET", "/Groups/guides", None).await;
    let members: Vec<_> =
        said["members"].as_array().expect("members").iter().map(|member| &member["value"]).collect();
    assert_eq!(members.len(), ids.len(), "{members:?}");
}
