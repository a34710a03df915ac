//! Declarations that several people change, and what a request to an application means.

use crate::commands::bad;
use crate::common::House;
use serde_json::{Value, json};

fn shop() -> Value {
    json!({
        "title": "Shop", "owner": "Sales", "hosts": ["shop.localhost"], "upstream": "http://127.0.0.1:3000",
        "sensitivity": "internal",
        "resources": [
            {"part": "orders", "sensitivity": "confidential", "routes": [
                {"methods": ["POST"], "path": "/orders/*/approve", "action": "administer"},
                {"path": "/orders/**"}]},
            {"part": "goods", "routes": [{"path": "/goods/**"}]}]
    })
}

#[tokio::test]
async fn a_declaration_that_was_changed_meanwhile_is_not_replaced() {
    let house = House::new().await;
    let first = house.ok("PUT", "/applications/shop", Some(shop())).await;
    let version = first["version"].as_str().unwrap();
    assert_eq!(house.ok("GET", "/applications/shop", None).await["version"], version);
    let expecting = |version: &str| format!("/applications/shop?expected_version={version}");

    let mut mine = first["declared"].clone();
    mine["title"] = json!("The shop");
    let dry = house.ok("PUT", &format!("{}&dry_run=true", expecting(version)), Some(mine.clone())).await;
    assert_ne!(dry["version"], version, "another declaration has another version");

    // The stage is part of the declaration, so whoever read it before would set it back.
    house.ok("POST", "/applications/shop/stage", Some(json!({"stage": "observe"}))).await;
    bad(&house, "PUT", &expecting(version), mine.clone(), 409, Some("expected_version")).await;
    let tried = format!("{}&dry_run=true", expecting(version));
    bad(&house, "PUT", &tried, mine.clone(), 409, Some("expected_version")).await;
    house.ok("POST", "/applications/shop/stage", Some(json!({"stage": "enforce"}))).await;

    // A label that is set later is no part of it.
    house.ok("PUT", "/labels/shop/goods", Some(json!({"sensitivity": "public"}))).await;
    let changed = house.ok("PUT", &expecting(version), Some(mine.clone())).await;
    assert_eq!((&changed["declared"]["title"], &changed["version"]), (&json!("The shop"), &dry["version"]));
    bad(&house, "PUT", &expecting(version), mine.clone(), 409, Some("expected_version")).await;
    bad(&house, "PUT", "/applications/none?expected_version=x", mine, 409, Some("expected_version")).await;
}

#[tokio::test]
async fn what_a_request_means_is_said_by_the_routes_of_the_gate() {
    let house = House::new().await;
    house.ok("PUT", "/applications/shop", Some(shop())).await;
    house.ok("PUT", "/labels/shop/goods", Some(json!({"sensitivity": "public"}))).await;
    let before = house.seq();
    for (method, path, upgrade, expected) in [
        (
            "POST",
            "/orders/7/approve",
            false,
            ("/orders/7/approve", "shop/orders", "administer", "confidential"),
        ),
        ("GET", "/orders/7/approve", false, ("/orders/7/approve", "shop/orders", "read", "confidential")),
        ("GET", "/orders", true, ("/orders", "shop/orders", "connect", "confidential")),
        ("PUT", "/goods/%61", false, ("/goods/a", "shop/goods", "write", "public")),
        ("GET", "/elsewhere", false, ("/elsewhere", "shop/other", "read", "internal")),
    ] {
        let body = json!({"method": method, "path": path, "upgrade": upgrade});
        let meant = house.ok("POST", "/applications/shop/meaning", Some(body)).await;
        let found = ["path", "resource", "action", "sensitivity"].map(|field| meant[field].as_str().unwrap());
        assert_eq!(found, <[&str; 4]>::from(expected), "{method} {path}");
        assert_eq!(meant["labelled"], true);
    }

    // Parts that are not declared yet, of an application that is and of one that is not.
    let parts = json!({"resources": [{"part": "all", "routes": [{"path": "/**", "action": "download"}]}]});
    let body = |parts: &Value| json!({"method": "GET", "path": "/goods/1", "parts": parts});
    for application in ["shop", "new"] {
        let meant =
            house.ok("POST", &format!("/applications/{application}/meaning"), Some(body(&parts))).await;
        let resource = format!("{application}/all");
        assert_eq!((&meant["resource"], &meant["action"]), (&json!(resource), &json!("download")));
        assert_eq!((&meant["sensitivity"], &meant["labelled"]), (&json!("restricted"), &json!(false)));
    }
    let goods =
        json!({"sensitivity": "internal", "resources": [{"part": "goods", "routes": [{"path": "/**"}]}]});
    for (application, label) in [("shop", "public"), ("new", "internal")] {
        let meant =
            house.ok("POST", &format!("/applications/{application}/meaning"), Some(body(&goods))).await;
        assert_eq!(meant["sensitivity"], label, "a label that was set later counts first: {application}");
    }

    let asked = |method: &str, path: &str| json!({"method": method, "path": path});
    let faulty =
        |part: &str, path: &str| body(&json!({"resources": [{"part": part, "routes": [{"path": path}]}]}));
    for (application, body, status, field) in [
        ("shop", asked("get", "/orders"), 422, "method"),
        ("shop", asked("TRACE", "/orders"), 422, "method"),
        ("shop", asked("GET", "/Orders"), 422, "path"),
        ("shop", asked("GET", "/orders/../goods"), 422, "path"),
        ("shop", asked("GET", "orders"), 422, "path"),
        ("shop", faulty("A b", "/"), 422, "parts.resources[0].part"),
        ("shop", faulty("a", "/**/b"), 422, "parts.resources[0].routes[0].path"),
        ("none", asked("GET", "/"), 404, "application"),
        ("No", asked("GET", "/"), 422, "application"),
    ] {
        bad(&house, "POST", &format!("/applications/{application}/meaning"), body, status, Some(field)).await;
    }
    assert_eq!(house.seq(), before);
}
