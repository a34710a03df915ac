//! Cursors that no list of ours issued: each is refused with its name and a remedy, and none costs more than a page.

#![expect(clippy::indexing_slicing, reason = "tests stop at the first surprise")]

use crate::common::{House, assert_problem};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD};
use countersign_api::endpoints;
use serde_json::{Value, json};

/// Every list with one of its orders; the list of passkeys is Ada's. The lists of what one
/// thing has need that thing.
fn lists() -> Vec<(&'static str, String, &'static str)> {
    let lists = endpoints().into_iter().filter(|list| {
        !list.sorts.is_empty() && !["inventory.edges", "reviews.items", "sources.leavers"].contains(&list.id)
    });
    lists
        .map(|list| {
            let sort = list.sorts.first().map_or("", |field| field.name);
            (list.id, list.path.replace("{person}", "ada@example.test"), sort)
        })
        .collect()
}

fn encoded(cursor: &Value) -> String {
    URL_SAFE_NO_PAD.encode(cursor.to_string())
}

async fn refused(house: &House, path: &str, cursor: &str) {
    let reply = house.api("GET", &format!("{path}?cursor={cursor}"), None).await;
    assert_problem(&reply, 422, Some("cursor"));
    let remedy = "give `next` of the page before, as it was, or leave out cursor to begin again";
    assert_eq!(reply.json["remedy"], remedy, "{path} {cursor}");
}

#[tokio::test]
async fn a_cursor_that_is_none_is_refused_by_every_list() {
    let house = House::new().await;
    for (id, path, sort) in lists() {
        let place = json!([{ "t": "a" }, { "t": "b" }]);
        let good = json!({ "list": id, "sort": sort, "descending": false, "after": place });
        for wrong in [
            json!(null),
            json!([]),
            json!({}),
            json!({ "list": id }),
            json!({ "list": "other.list", "sort": sort, "descending": false, "after": place }),
            json!({ "list": id, "sort": sort, "descending": "no", "after": place }),
            json!({ "list": id, "sort": sort, "descending": false, "after": [] }),
            json!({ "list": id, "sort": sort, "descending": false, "after": [{ "t": "a" }] }),
            json!({ "list": id, "sort": sort, "descending": false, "after": [{ "x": 1 }, { "t": "b" }] }),
            json!({ "list": id, "sort": sort, "descending": false, "after": [{ "n": 1e300 }, { "t": "b" }] }),
            json!({ "list": id, "sort": sort, "descending": false, "after": [{ "i": [1] }, { "t": "b" }] }),
        ] {
            refused(&house, &path, &encoded(&wrong)).await;
        }
        let text = good.to_string();
        let cut = URL_SAFE_NO_PAD.encode(&text[..text.len() - 1]);
        let padded = URL_SAFE.encode(format!("{text} "));
        for other in ["%00", "..%2F", "AAAA", "====", &cut, &format!("{padded}%3D%3D%3D")] {
            refused(&house, &path, other).await;
        }
        let standard = STANDARD.encode("\u{fff}\u{fff}>>>???").replace('+', "%2B").replace('/', "%2F");
        refused(&house, &path, &standard).await;
    }
}

/// A made-up cursor of the right form begins where it says: a cursor holds a place and no secret.
#[tokio::test]
async fn a_place_that_nothing_has_begins_with_what_follows_it() {
    let house = House::new().await;
    let emails = |page: &Value| -> Vec<String> {
        let items = page["items"].as_array().unwrap();
        items.iter().map(|person| person["email"].as_str().unwrap().to_owned()).collect()
    };
    let after = |key: Value| json!({ "list": "people.list", "sort": "email", "descending": false, "after": [key, { "i": [0, 0] }] });
    for (key, expected) in [
        (
            json!({ "t": "" }),
            vec!["ada@example.test", "ben@example.test", "cleo@example.test", "dan@example.test"],
        ),
        (json!({ "t": "cleo" }), vec!["cleo@example.test", "dan@example.test"]),
        (json!({ "t": "\u{10ffff}" }), vec![]),
        (json!({ "t": "z".repeat(4000) }), vec![]),
    ] {
        let path = format!("/people?cursor={}", encoded(&after(key)));
        assert_eq!(emails(&house.ok("GET", &path, None).await), expected, "{path}");
    }
    // A sort that the list does not have is refused as one.
    let mut other = after(json!({ "t": "a" }));
    other["sort"] = json!("risk");
    let reply = house.api("GET", &format!("/people?cursor={}", encoded(&other)), None).await;
    assert_problem(&reply, 422, Some("sort"));
}

#[tokio::test]
async fn lists_in_one_order_refuse_the_same_and_keys_of_another_kind() {
    let house = House::new().await;
    for (id, path) in [
        ("decisions.list", "/decisions?limit=1"),
        ("reach.who", "/reach/who?resource=wiki/pages&action=read"),
        ("reach.what", "/reach/what?person=ada@example.test"),
    ] {
        for cursor in ["", "nonsense", &encoded(&json!({ "list": id })), &encoded(&json!([1, 2, 3]))] {
            let reply = house.api("GET", &format!("{path}&cursor={cursor}"), None).await;
            assert_problem(&reply, 422, Some("cursor"));
        }
    }
    let place = |key: Value, other: Value| json!({ "list": "decisions.list", "sort": "at", "descending": true, "after": [key, other] });
    for wrong in [
        place(json!({ "t": "2026" }), json!({ "i": [1, 2] })),
        place(json!({ "n": 1 }), json!({ "n": 2 })),
        place(json!({ "i": [1, 2] }), json!({ "n": 1 })),
    ] {
        refused(&house, "/decisions", &encoded(&wrong)).await;
    }
    for extreme in [i64::MIN, -1, 0, i64::MAX] {
        let cursor = encoded(&place(json!({ "n": extreme }), json!({ "i": [u64::MAX, u64::MAX] })));
        house.ok("GET", &format!("/decisions?cursor={cursor}"), None).await;
    }
    for (list, path) in [("facts.list", "/facts"), ("policies.history", "/policies/history")] {
        let sort = if list == "facts.list" { "sequence" } else { "seq" };
        for key in [json!({ "n": -1 }), json!({ "t": "1" }), json!({ "i": [1, 2] })] {
            let cursor =
                json!({ "list": list, "sort": sort, "descending": true, "after": [key, { "t": "" }] });
            refused(&house, path, &encoded(&cursor)).await;
        }
    }
}

/// A limit is a number of items, at most the largest page; what is not is named.
#[tokio::test]
async fn limits_are_counted_at_their_edges() {
    let house = House::new().await;
    for (_, path, _) in lists() {
        for limit in ["1", "10000", "10001", "4294967295"] {
            house.ok("GET", &format!("{path}?limit={limit}"), None).await;
        }
        for limit in ["0", "-1", "4294967296", "1.0", "1e3", "+", "", "0x10", "%201"] {
            let reply = house.api("GET", &format!("{path}?limit={limit}"), None).await;
            assert_problem(&reply, 422, Some("limit"));
            assert_eq!(reply.json["remedy"], "give a whole number, at least 1", "{path} {limit}");
        }
        let twice = house.api("GET", &format!("{path}?limit=1&limit=2"), None).await;
        assert_problem(&twice, 422, Some("limit"));
        assert_eq!(twice.json["detail"], "the parameter is given twice");
    }
}
