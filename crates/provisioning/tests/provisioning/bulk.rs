//! Several requests in one.

use crate::world::{ScimInstallation, group, patch, user};
use serde_json::{Value, json};

fn bulk(operations: Value) -> Value {
    json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": operations })
}

#[tokio::test]
async fn operations_refer_to_what_earlier_ones_created() {
    let here = ScimInstallation::new().await;
    let operations = json!([
        { "method": "POST", "path": "/Users", "bulkId": "ada", "data": user("ada") },
        { "method": "post", "path": "/Groups", "bulkId": "guides", "data": group("Guides", &["bulkId:ada"]) },
        { "method": "PATCH", "path": "/Users/bulkId:ada", "data": patch(json!([
            { "op": "replace", "path": "displayName", "value": "Ada" },
        ])) },
        { "method": "POST", "path": "/Users", "bulkId": "again", "data": user("ada") },
        { "method": "DELETE", "path": "/Groups/bulkId:guides" },
        { "method": "PUT", "path": "/Users/bulkId:nobody", "data": user("x") },
    ]);
    let done = here.ok(200, "POST", "/Bulk", Some(bulk(operations))).await;
    let done = done["Operations"].as_array().expect("operations");
    let statuses: Vec<&str> = done.iter().map(|one| one["status"].as_str().expect("a status")).collect();
    assert_eq!(statuses, ["201", "201", "200", "409", "204", "409"]);
    assert_eq!(done[3]["response"]["scimType"], "uniqueness");
    assert_eq!(
        done[5]["response"]["detail"],
        "bulkId:nobody refers to nothing that an earlier operation created"
    );
    assert!(
        done[0]["location"]
            .as_str()
            .expect("an address")
            .starts_with("https://countersign.example/scim/v2/Users/per_")
    );
    assert!(here.world().person_by_email("ada@example.com").is_some_and(|ada| ada.about.name == "Ada"));
    assert!(here.world().group("guides").is_none());
}

#[tokio::test]
async fn a_request_can_end_at_its_first_errors() {
    let here = ScimInstallation::new().await;
    let bad = json!({ "method": "POST", "path": "/Users", "bulkId": "x", "data": {} });
    let good = json!({ "method": "POST", "path": "/Users", "bulkId": "ada", "data": user("ada") });
    let mut asked = bulk(json!([bad.clone(), bad.clone(), good.clone()]));
    asked["failOnErrors"] = json!(2);
    let done = here.ok(200, "POST", "/Bulk", Some(asked.clone())).await;
    assert_eq!(done["Operations"].as_array().map(Vec::len), Some(2), "the third is not done");
    asked["failOnErrors"] = json!(3);
    let done = here.ok(200, "POST", "/Bulk", Some(asked)).await;
    assert_eq!(done["Operations"][2]["status"], "201");
}

#[tokio::test]
async fn what_is_no_bulk_request_is_refused_whole_and_what_is_no_operation_alone() {
    let here = ScimInstallation::new().await;
    let refused = async |body: Value| here.refused("POST", "/Bulk", Some(body)).await;
    assert_eq!(refused(json!({})).await.0, 400);
    assert_eq!(refused(bulk(json!("x"))).await, (400, "Operations is missing, or no array".to_owned()));
    let many = refused(bulk(Value::Array(vec![json!({}); 1_001]))).await;
    assert_eq!(many, (413, "1001 operations are more than 1000".to_owned()));
    let mut odd = bulk(json!([]));
    odd["failOnErrors"] = json!(0);
    assert_eq!(refused(odd).await.1, "failOnErrors is no positive whole number");
    let operations = json!([
        { "method": "GET", "path": "/Users" },
        { "method": "POST", "path": "/Bulk", "bulkId": "x", "data": {} },
        { "method": "POST", "path": "/Users", "data": user("ada") },
        { "method": "DELETE", "path": "/Schemas" },
        "x",
    ]);
    let done = here.ok(200, "POST", "/Bulk", Some(bulk(operations))).await;
    let why: Vec<&str> = done["Operations"]
        .as_array()
        .expect("operations")
        .iter()
        .map(|one| one["response"]["detail"].as_str().expect("a reason"))
        .collect();
    assert_eq!(
        why,
        [
            "method is \"GET\", and has to be POST, PUT, PATCH or DELETE",
            "POST to \"/Bulk\" is no operation: the paths are /Users and /Groups",
            "bulkId is missing, and POST needs one",
            "there is nothing at \"/Schemas\"",
            "method is \"\", and has to be POST, PUT, PATCH or DELETE",
        ]
    );
}
