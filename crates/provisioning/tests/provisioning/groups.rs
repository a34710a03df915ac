//! A group is a client's own, and its members are facts.

use crate::world::{ScimInstallation, call, client, group, patch};
use countersign_facts::{Fact, GroupFact, Member};
use countersign_names::{GroupName, PersonId};
use serde_json::{Value, json};

fn member_ids(said: &Value) -> Vec<&str> {
    let members = said["members"].as_array().map_or(&[][..], Vec::as_slice);
    members.iter().map(|member| member["value"].as_str().expect("an id")).collect()
}

#[tokio::test]
async fn a_pushed_group_has_the_members_that_the_world_has() {
    let here = ScimInstallation::new().await;
    let (ada, ben) = (here.add_user("ada").await, here.add_user("ben").await);
    let said = here.ok(201, "POST", "/Groups", Some(group("Tour Guides", &[&ada, &ben]))).await;
    assert_eq!(said["id"], "tour-guides");
    let mut members = member_ids(&said);
    members.sort_unstable();
    let mut expected = [ada.as_str(), ben.as_str()];
    expected.sort_unstable();
    assert_eq!(members, expected);
    let of_ada =
        said["members"].as_array().expect("members").iter().find(|member| member["value"] == ada.as_str());
    assert_eq!(of_ada.expect("Ada")["type"], "User");
    // The person says it too.
    let shown = here.ok(200, "GET", &format!("/Users/{ada}"), None).await;
    assert_eq!(
        shown["groups"],
        json!([{
            "value": "tour-guides",
            "$ref": "https://countersign.example/scim/v2/Groups/tour-guides",
            "display": "Tour Guides",
            "type": "direct",
        }])
    );
    let known = here.world().group("tour-guides").expect("the group").clone();
    assert_eq!(known.members.len(), 2);
    assert_eq!(known.purpose, "Pushed over SCIM as \"Tour Guides\".");
    // Without its members, a page of groups is short.
    let short = here.ok(200, "GET", "/Groups/tour-guides?excludedAttributes=members", None).await;
    assert_eq!(short.get("members"), None);
}

#[tokio::test]
async fn members_come_and_go_as_providers_send_it() {
    let here = ScimInstallation::new().await;
    let ids = [here.add_user("ada").await, here.add_user("ben").await, here.add_user("cleo").await];
    let [ada, ben, cleo] = ids.each_ref().map(String::as_str);
    here.ok(201, "POST", "/Groups", Some(group("Guides", &[ada]))).await;
    let after = async |operations: Value| {
        let said = here.ok(200, "PATCH", "/Groups/guides", patch(operations)).await;
        let mut members: Vec<String> = member_ids(&said).into_iter().map(str::to_owned).collect();
        members.sort_unstable();
        members
    };
    let sorted = |ids: Vec<&str>| {
        let mut ids: Vec<String> = ids.into_iter().map(str::to_owned).collect();
        ids.sort_unstable();
        ids
    };
    let added = json!([{ "op": "Add", "path": "members", "value": [{ "value": ben }, { "value": cleo }] }]);
    assert_eq!(after(added).await, sorted(vec![ada, ben, cleo]));
    let removed = json!([{ "op": "Remove", "path": "members", "value": [{ "value": ben }] }]);
    assert_eq!(after(removed).await, sorted(vec![ada, cleo]), "Entra ID's way removes one, not all");
    let removed = json!([{ "op": "remove", "path": format!("members[value eq \"{ada}\"]") }]);
    assert_eq!(after(removed).await, [cleo]);
    let replaced =
        json!([{ "op": "replace", "path": "members", "value": [{ "value": ada }, { "value": ben }] }]);
    assert_eq!(after(replaced).await, sorted(vec![ada, ben]));
    // A service account is in the group because an administrator wants it; a provider neither sees nor removes it.
    let guides: GroupName = "guides".parse().expect("a name");
    let member = Member::Service(client(2));
    here.state(vec![Fact::Group(GroupFact::MemberAdded { group: guides, member: member.clone() })]).await;
    let none = here.ok(200, "PUT", "/Groups/guides", Some(group("Guides", &[]))).await;
    assert_eq!(none.get("members"), None);
    let known = here.world().group("guides").expect("the group").clone();
    assert_eq!(known.members.iter().cloned().collect::<Vec<_>>(), [member]);
}

#[tokio::test]
async fn what_an_administrator_puts_into_a_group_unseen_by_the_client_stays() {
    let here = ScimInstallation::new().await;
    let ada = here.add_user("ada").await;
    here.ok(201, "POST", "/Groups", Some(group("Guides", &[]))).await;
    let guides: GroupName = "guides".parse().expect("a name");
    let member = Member::Group("administrators".parse().expect("a name"));
    here.state(vec![Fact::Group(GroupFact::MemberAdded { group: guides, member: member.clone() })]).await;
    let added = patch(json!([{ "op": "add", "path": "members", "value": [{ "value": ada }] }]));
    let said = here.ok(200, "PATCH", "/Groups/guides", added).await;
    assert_eq!(member_ids(&said), [ada.as_str()], "the client sees its own");
    here.ok(200, "PUT", "/Groups/guides", Some(group("Guides", &[]))).await;
    let known = here.world().group("guides").expect("the group").clone();
    assert_eq!(known.members.iter().cloned().collect::<Vec<_>>(), [member]);
}

#[tokio::test]
async fn groups_within_groups_reach_their_members() {
    let here = ScimInstallation::new().await;
    let ada = here.add_user("ada").await;
    here.ok(201, "POST", "/Groups", Some(group("Inner", &[&ada]))).await;
    let outer = here.ok(201, "POST", "/Groups", Some(group("Outer", &["inner"]))).await;
    assert_eq!(outer["members"][0]["type"], "Group");
    assert_eq!(outer["members"][0]["value"], "inner");
    let shown = here.ok(200, "GET", &format!("/Users/{ada}"), None).await;
    let kinds: Vec<(&str, &str)> = shown["groups"]
        .as_array()
        .expect("groups")
        .iter()
        .map(|group| (group["value"].as_str().expect("a name"), group["type"].as_str().expect("a kind")))
        .collect();
    assert_eq!(kinds, [("inner", "direct"), ("outer", "indirect")]);
    let (status, why) = here.refused("PUT", "/Groups/inner", Some(group("Inner", &["outer"]))).await;
    assert_eq!(status, 400, "a group is not in itself: {why}");
}

#[tokio::test]
async fn a_group_that_exists_here_is_never_taken_over() {
    let here = ScimInstallation::new().await;
    let ada = here.add_user("ada").await;
    let said = here.ok(201, "POST", "/Groups", Some(group("Administrators", &[&ada]))).await;
    assert_eq!(said["id"], "administrators-2");
    let person: PersonId = ada.parse().expect("an id");
    assert!(!here.world().is_approver(person), "the provider decides nothing about who administers");
    assert_eq!(here.refused("GET", "/Groups/administrators", None).await.0, 404);
    let twice = here.refused("POST", "/Groups", Some(group("ADMINISTRATORS", &[]))).await;
    assert_eq!(twice, (409, "there is a group with the displayName \"ADMINISTRATORS\" already".to_owned()));
    // A name that a removed group had is not given again, because a policy may still have it.
    assert_eq!(here.call("DELETE", "/Groups/administrators-2", None).await.status, 204);
    assert!(here.world().group("administrators-2").is_none());
    let said = here.ok(201, "POST", "/Groups", Some(group("Administrators", &[]))).await;
    assert_eq!(said["id"], "administrators-3");
}

#[tokio::test]
async fn a_member_that_the_client_did_not_push_is_refused() {
    let here = ScimInstallation::new().await;
    let ada = here.add_user("ada").await;
    here.ok(201, "POST", "/Groups", Some(group("Guides", &[&ada]))).await;
    let unknown = "members[1].value: this client has pushed neither a user nor a group";
    for stranger in ["per_00000000000000000000000000000384", "administrators", "nobody", "", "a b"] {
        let (status, why) =
            here.refused("PUT", "/Groups/guides", Some(group("Guides", &[&ada, stranger]))).await;
        assert_eq!((status, why), (400, format!("{unknown} {stranger:?}")));
        let (status, _) = here.refused("POST", "/Groups", Some(group("Others", &[stranger]))).await;
        assert_eq!(status, 400);
    }
    let mut of_okta = call("POST", "/Groups", Some(group("Okta's", &[&ada])));
    of_okta.client = client(2);
    assert_eq!(here.send(of_okta).await.status, 400, "another client's user is a stranger");
}

#[tokio::test]
async fn a_renamed_group_keeps_its_name_in_policies() {
    let here = ScimInstallation::new().await;
    here.ok(201, "POST", "/Groups", Some(group("Guides", &[]))).await;
    here.ok(201, "POST", "/Groups", Some(group("Drivers", &[]))).await;
    let renamed = patch(json!([{ "op": "replace", "path": "displayName", "value": "Tour Guides" }]));
    let said = here.ok(200, "PATCH", "/Groups/guides", renamed).await;
    assert_eq!((&said["id"], &said["displayName"]), (&json!("guides"), &json!("Tour Guides")));
    let taken = patch(json!([{ "op": "replace", "path": "displayName", "value": "drivers" }]));
    assert_eq!(here.refused("PATCH", "/Groups/guides", taken).await.0, 409);
    let guides: GroupName = "guides".parse().expect("a name");
    here.state(vec![Fact::Group(GroupFact::Removed { group: guides })]).await;
    let gone = here.refused("PUT", "/Groups/guides", Some(group("Guides", &[]))).await;
    assert_eq!(gone, (404, "an administrator has removed this group".to_owned()));
    assert_eq!(here.call("DELETE", "/Groups/guides", None).await.status, 204);
}
