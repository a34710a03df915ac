//! Named networks: the declared ones are listed, and nothing here changes them.

use crate::common::{Door, House};
use countersign_facts::{Fact, NetworkFact};
use serde_json::json;

fn network(name: &str, ranges: &[&str]) -> Fact {
    let ranges = ranges.iter().filter_map(|range| range.parse().ok()).collect();
    Fact::Network(NetworkFact::Declared { network: name.to_owned(), ranges })
}

#[tokio::test]
async fn the_networks_that_addresses_are_named_by_are_listed() {
    let more =
        vec![network("laboratory", &["2001:db8::/32", "10.9.0.0/16"]), network("Attic", &["192.0.2.0/24"])];
    let house = House::with(more).await;
    let attic = json!({ "name": "Attic", "ranges": ["192.0.2.0/24"] });
    let laboratory = json!({ "name": "laboratory", "ranges": ["10.9.0.0/16", "2001:db8::/32"] });
    let office = json!({ "name": "office", "ranges": ["10.0.0.0/8"] });
    for (query, expected) in [
        ("", vec![&attic, &laboratory, &office]),
        ("?order=desc", vec![&office, &laboratory, &attic]),
        ("?q=ATT", vec![&attic]),
        ("?q=10.", vec![&laboratory, &office]),
        ("?q=cellar", vec![]),
        ("?limit=1", vec![&attic]),
    ] {
        let list = house.ok("GET", &format!("/networks{query}"), None).await;
        assert_eq!(list["items"], json!(expected), "{query}");
    }
    house.state(vec![Fact::Network(NetworkFact::Removed { network: "office".to_owned() })]).await;
    let list = house.ok("GET", "/networks", None).await;
    assert_eq!(list["items"], json!([attic, laboratory]), "what is removed is not listed");
}

#[tokio::test]
async fn who_may_not_read_the_control_plane_does_not_see_them_and_nobody_declares_one_here() {
    let house = House::new().await;
    for (door, status) in [(Door::Session(1), 200), (Door::Session(3), 403), (Door::Nobody, 401)] {
        let reply = house.send(&door, "GET", "/api/v1/networks", None).await;
        assert_eq!(reply.status.as_u16(), status, "{door:?}: {}", reply.json);
    }
    for query in ["?sort=ranges", "?q=%20", "?colour=red", "?limit=0"] {
        let reply = house.api("GET", &format!("/networks{query}"), None).await;
        assert!(reply.status.is_client_error(), "{query}: {}", reply.json);
    }
    let before = house.seq();
    let body = json!({ "name": "attic", "ranges": ["192.0.2.0/24"] });
    let reply = house.api("POST", "/networks", Some(body)).await;
    assert_eq!((reply.status.as_u16(), house.seq()), (405, before), "{}", reply.json);
}
