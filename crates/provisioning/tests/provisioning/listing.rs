//! Users and groups are found by filters, page by page, and the service describes itself.

use crate::world::{ScimInstallation, call, client, group, patch};
use serde_json::{Value, json};

fn names(list: &Value) -> Vec<&str> {
    let resources = list["Resources"].as_array().expect("resources");
    resources.iter().map(|user| user["userName"].as_str().expect("a name")).collect()
}

async fn five() -> ScimInstallation {
    let here = ScimInstallation::new().await;
    for name in ["eve", "dan", "cleo", "ben", "ada"] {
        here.add_user(name).await;
    }
    here
}

#[tokio::test]
async fn pages_follow_each_other() {
    let here = five().await;
    let page = here.ok(200, "GET", "/Users?startIndex=2&count=2", None).await;
    assert_eq!(
        (&page["totalResults"], &page["startIndex"], &page["itemsPerPage"]),
        (&json!(5), &json!(2), &json!(2))
    );
    assert_eq!(names(&page), ["dan", "cleo"], "in the order in which they came");
    let none = here.ok(200, "GET", "/Users?count=0", None).await;
    assert_eq!((&none["totalResults"], names(&none)), (&json!(5), Vec::new()));
    let past = here.ok(200, "GET", "/Users?startIndex=99", None).await;
    assert_eq!((&past["totalResults"], names(&past)), (&json!(5), Vec::new()));
    let sorted =
        here.ok(200, "GET", "/Users?sortBy=userName&sortOrder=descending&count=2&startIndex=2", None).await;
    assert_eq!(names(&sorted), ["dan", "cleo"]);
    let sorted = here.ok(200, "GET", "/Users?sortBy=userName&count=2", None).await;
    assert_eq!(names(&sorted), ["ada", "ben"]);
}

#[tokio::test]
async fn filters_find_what_providers_look_for() {
    let here = five().await;
    let found = async |filter: &str| {
        let mut asked = call("GET", "/Users", None);
        asked.parameters.push(("filter".to_owned(), filter.to_owned()));
        let answer = here.send(asked).await;
        assert_eq!(answer.status, 200, "{filter}: {answer:?}");
        let list = answer.body.expect("a list");
        names(&list).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(found("userName eq \"ADA\"").await, ["ada"]);
    assert_eq!(found("userName eq \"nobody\"").await, Vec::<String>::new());
    assert_eq!(found("userName eq \"ada\" and active eq false").await, Vec::<String>::new());
    assert_eq!(found("emails[type eq \"work\" and value sw \"ben@\"]").await, ["ben"]);
    assert_eq!(found("not (userName sw \"a\") and userName lt \"d\"").await, ["cleo", "ben"]);
    let id = here.add_user("fay").await;
    let operations = patch(json!([{ "op": "add", "path": "externalId", "value": "00u9" }]));
    here.ok(200, "PATCH", &format!("/Users/{id}"), operations).await;
    assert_eq!(found("externalId eq \"00u9\"").await, ["fay"]);
    here.ok(201, "POST", "/Groups", Some(group("Guides", &[&id]))).await;
    assert_eq!(found("groups eq \"guides\"").await, ["fay"], "what the world knows can be filtered too");
    let posted = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
        "filter": "userName sw \"f\"",
        "attributes": ["userName"],
    });
    let posted = here.ok(200, "POST", "/Users/.search", Some(posted)).await;
    assert_eq!((names(&posted), posted["Resources"][0].get("emails")), (vec!["fay"], None));
    let mut asked = call("GET", "/Users", None);
    asked.parameters.push(("filter".to_owned(), "userName is \"x\"".to_owned()));
    let answer = here.send(asked).await;
    assert_eq!(
        (answer.status, answer.body.expect("an error")["scimType"].clone()),
        (400, json!("invalidFilter"))
    );
}

#[tokio::test]
async fn a_search_over_both_types_has_users_first_and_pages_through_them() {
    let here = five().await;
    for title in ["Guides", "Drivers"] {
        here.ok(201, "POST", "/Groups", Some(group(title, &[]))).await;
    }
    let search = async |more: Value| {
        let mut body = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"] });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let list = here.ok(200, "POST", "/.search", Some(body)).await;
        let said =
            |found: &Value| found.get("userName").or_else(|| found.get("displayName")).cloned().unwrap();
        let found = list["Resources"].as_array().unwrap().iter().map(said).collect::<Vec<_>>();
        (list["totalResults"].clone(), found)
    };
    assert_eq!(search(json!({})).await.0, json!(7));
    let (total, found) = search(json!({ "startIndex": 5, "count": 2 })).await;
    assert_eq!((total, found), (json!(7), vec![json!("ada"), json!("Drivers")]));
    let (total, found) = search(json!({ "startIndex": 7, "count": 2 })).await;
    assert_eq!((total, found), (json!(7), vec![json!("Guides")]));
    let (total, found) = search(json!({ "filter": "userName eq \"ada\"" })).await;
    assert_eq!((total, found), (json!(1), vec![json!("ada")]), "groups have no userName");
    let (status, _) = here.refused("POST", "/.search", Some(json!({}))).await;
    assert_eq!(status, 400);
}

#[tokio::test]
async fn more_users_than_one_step_looks_at_are_all_found() {
    let here = ScimInstallation::new().await;
    let operations: Vec<Value> = (0..520)
        .map(|number| {
            let data = crate::world::user(&format!("user-{number:04}"));
            json!({ "method": "POST", "path": "/Users", "bulkId": number.to_string(), "data": data })
        })
        .collect();
    let bulk =
        json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": operations });
    let done = here.ok(200, "POST", "/Bulk", Some(bulk)).await;
    let not_created =
        done["Operations"].as_array().expect("operations").iter().find(|one| one["status"] != "201");
    assert_eq!(not_created, None);
    let list = here.ok(200, "GET", "/Users?sortBy=userName&startIndex=519", None).await;
    assert_eq!((&list["totalResults"], names(&list)), (&json!(520), vec!["user-0518", "user-0519"]));
}

#[tokio::test]
async fn the_service_describes_itself() {
    let here = ScimInstallation::new().await;
    let configuration = here.ok(200, "GET", "/ServiceProviderConfig", None).await;
    for feature in ["patch", "bulk", "filter", "sort", "etag"] {
        assert_eq!(configuration[feature]["supported"], json!(true), "{feature}");
    }
    for (path, count) in [("/Schemas", 3), ("/ResourceTypes", 2)] {
        let list = here.ok(200, "GET", path, None).await;
        assert_eq!(list["totalResults"], json!(count));
        for described in list["Resources"].as_array().expect("resources") {
            let id = described["id"].as_str().expect("an id");
            assert_eq!(here.ok(200, "GET", &format!("{path}/{id}"), None).await, *described);
            let location = described["meta"]["location"].as_str().expect("an address");
            assert_eq!(location, format!("https://countersign.example/scim/v2{path}/{id}"));
        }
        assert_eq!(here.refused("GET", &format!("{path}/nothing"), None).await.0, 404);
        assert_eq!(here.refused("GET", &format!("{path}?filter=id"), None).await.0, 403);
        for method in ["POST", "PUT", "PATCH", "DELETE"] {
            let answer = here.call(method, path, None).await;
            assert_eq!((answer.status, answer.allow), (405, Some("GET")));
        }
    }
}

#[tokio::test]
async fn a_path_or_a_method_that_is_not_there_is_an_error_of_the_standard() {
    let here = ScimInstallation::new().await;
    let id = here.add_user("ada").await;
    let check = async |method: &str, path: &str, status: u16| {
        assert_eq!(here.refused(method, path, None).await.0, status, "{method} {path}");
    };
    check("GET", "/", 404).await;
    check("GET", "/Nothing", 404).await;
    check("GET", &format!("/Users/{id}/emails"), 404).await;
    check("GET", "/Users/per_nobody", 404).await;
    check("GET", "/Me", 501).await;
    check("DELETE", "/Users", 405).await;
    check("POST", &format!("/Users/{id}"), 405).await;
    check("GET", "/Users/.search", 405).await;
    check("GET", "/Bulk", 405).await;
    check("POST", "/Users", 400).await;
    check("PATCH", &format!("/Users/{id}"), 400).await;
    let mut of_okta = call("GET", "/Users", None);
    of_okta.client = client(2);
    let list = here.send(of_okta).await.body.expect("a list");
    assert_eq!(list["totalResults"], json!(0), "a client sees what it pushed itself");
}
