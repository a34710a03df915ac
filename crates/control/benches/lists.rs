//! Measures a page of 100 people out of 1,000 and out of 100,000: the first, from the middle, sorted by another field,
//! filtered.
//!
//! `cargo bench -p countersign-control --bench lists`. One measurement is a whole request to the API: routing, the list
//! and its JSON.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a bench stops at the first surprise")]

#[path = "../tests/control/common/mod.rs"]
#[expect(dead_code, reason = "the tests use all of it")]
mod common;

use common::{House, per};
use countersign_facts::{Fact, Person, PersonFact, PersonKind};
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use std::collections::BTreeSet;
use std::hint::black_box;
use tokio::runtime::Runtime;

fn added(n: u128) -> Fact {
    // The order of names differs from that of addresses, and one person in a hundred is a contractor.
    let name = format!("Person {:06}", (n * 7_919) % 1_000_000);
    let kind = if n.is_multiple_of(100) { PersonKind::Contractor } else { PersonKind::Employee };
    let about = Person { name, email: format!("p{n:06}@example.test"), kind, aliases: BTreeSet::new() };
    Fact::Person(PersonFact::Added { person: per(1_000 + n), about })
}

fn pages(criterion: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    let mut group = criterion.benchmark_group("people");
    group.sample_size(20);
    for people in [1_000_u128, 100_000] {
        let house = runtime.block_on(House::new());
        for from in (0..people).step_by(10_000) {
            let facts = (from..people.min(from + 10_000)).map(added).collect();
            runtime.block_on(house.state(facts));
        }
        let get = |path: &str| runtime.block_on(house.ok("GET", path, None));
        // Returns the cursor after half of the people.
        let cursor = |sort: &str| {
            let (mut passed, mut cursor) = (0, String::new());
            while passed < people / 2 {
                let limit = (people / 2 - passed).min(10_000);
                let page = get(&format!("/people?sort={sort}&limit={limit}{cursor}"));
                cursor = format!("&cursor={}", page["next"].as_str().unwrap());
                passed += limit;
            }
            cursor
        };
        let half = people / 2;
        for (name, query) in [
            ("first", "limit=100".to_owned()),
            ("middle", format!("limit=100{}", cursor("email"))),
            ("by name", "limit=100&sort=name".to_owned()),
            ("by name, middle", format!("limit=100{}", cursor("name"))),
            ("one in a hundred", "limit=100&kind=contractor".to_owned()),
            ("one by search", format!("limit=100&q=p{half:06}@")),
        ] {
            let path = format!("/people?{query}");
            assert!(!get(&path)["items"].as_array().unwrap().is_empty(), "{path}");
            group.bench_function(BenchmarkId::new(name, people), |bencher| {
                bencher.iter(|| black_box(get(&path)));
            });
        }
    }
    group.finish();
}

criterion_group!(benches, pages);
criterion_main!(benches);
