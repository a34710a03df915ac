//! Queries: what a client writes is what the server reads, and what is wrong is named with its remedy.

use crate::every::{RowCheck, check_every_row};
use countersign_api::rows::decisions::{DecisionFilter, DecisionStreamFilter};
use countersign_api::rows::evidence::ExportOptions;
use countersign_api::rows::facts::FactFilter;
use countersign_api::rows::people::PersonFilter;
use countersign_api::rows::policies::StarterOptions;
use countersign_api::rows::reach::{WhatCanQuestion, WhoCanQuestion};
use countersign_api::rows::trends::TrendsPeriod;
use countersign_api::{
    CURSOR, DecisionEffect, EndpointRow, ExportFormat, ItemLimit, LIMIT, NoQuery, ORDER, PREFIX, PageQuery,
    PageSize, ParameterError, ParameterPlace, PersonKind, PersonRef, ReachClass, RequestBody, RequestQuery,
    ResponseBody, SORT, SearchText, SortOrder, Standing, TrendDays, endpoints, rows,
};
use countersign_testkit::contract::{BodySample, sample_query};
use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::fmt::Debug;

type Pairs = Vec<(String, String)>;

fn pairs(pairs: &[(&str, &str)]) -> Pairs {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn read<Q: RequestQuery>(given: Pairs) -> Result<Q, ParameterError> {
    let mut given: BTreeMap<_, _> = given.into_iter().collect();
    Q::read(|name| given.remove(name))
}

fn written(query: &impl RequestQuery) -> Pairs {
    let mut pairs = Pairs::new();
    query.write(|name, value| pairs.push((name.to_owned(), value)));
    pairs
}

/// Checks what is written of a query, and that it is read again.
#[track_caller]
fn check<Q: RequestQuery + PartialEq + Debug>(query: Q, expected: &[(&str, &str)]) {
    assert_eq!(written(&query), pairs(expected));
    assert_eq!(read::<Q>(pairs(expected)), Ok(query));
}

#[test]
fn every_field_is_a_parameter_of_its_name() {
    check(NoQuery, &[]);
    check(DecisionFilter::default(), &[]);
    check(
        DecisionFilter {
            since: Some("2026-11-22T09:00:00Z".parse().unwrap()),
            until: Some("never".parse().unwrap()),
            application: Some("wiki".parse().unwrap()),
            person: Some(PersonRef("ada@example.org".to_owned())),
            principal: Some("anonymous".parse().unwrap()),
            effect: Some(DecisionEffect::Deny),
            action: Some("read".parse().unwrap()),
            device: Some("dev_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8".parse().unwrap()),
            limit: Some(ItemLimit(5)),
            cursor: Some("c1".to_owned()),
        },
        &[
            ("since", "2026-11-22T09:00:00.000000Z"),
            ("until", "never"),
            ("application", "wiki"),
            ("person", "ada@example.org"),
            ("principal", "anonymous"),
            ("effect", "deny"),
            ("action", "read"),
            ("device", "dev_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8"),
            ("limit", "5"),
            ("cursor", "c1"),
        ],
    );
    check(
        DecisionStreamFilter { effect: Some(DecisionEffect::Allow), ..DecisionStreamFilter::default() },
        &[("effect", "allow")],
    );
    check(
        PersonFilter {
            q: Some(SearchText("ada king".to_owned())),
            kind: Some(PersonKind::Vendor),
            standing: Some(Standing::Suspended),
            group: Some("staff".parse().unwrap()),
        },
        &[("q", "ada king"), ("kind", "vendor"), ("standing", "suspended"), ("group", "staff")],
    );
    check(
        WhoCanQuestion {
            resource: "wiki/pages".parse().unwrap(),
            action: "write".parse().unwrap(),
            class: Some(ReachClass::With),
            limit: None,
            cursor: None,
            address: Some("2001:db8::1".parse().unwrap()),
            operation: Some(String::new()),
            item: Some("/a b".to_owned()),
        },
        &[
            ("resource", "wiki/pages"),
            ("action", "write"),
            ("class", "with"),
            ("address", "2001:db8::1"),
            ("operation", ""),
            ("item", "/a b"),
        ],
    );
    check(ExportOptions { format: ExportFormat::Ocsf, since: None, until: None }, &[("format", "ocsf")]);
    check(TrendsPeriod { days: Some(TrendDays::MOST) }, &[("days", "366")]);
    let page = PageQuery {
        limit: Some(PageSize(u32::MAX)),
        sort: Some("name".to_owned()),
        order: Some(SortOrder::Descending),
        cursor: Some("c".to_owned()),
    };
    check(page, &[("limit", "4294967295"), ("sort", "name"), ("order", "desc"), ("cursor", "c")]);
    let names: Vec<_> = PageQuery::parameters().into_iter().map(|parameter| parameter.name).collect();
    assert_eq!(names, [LIMIT, SORT, ORDER, CURSOR], "the refusals of a page name these");
}

#[test]
fn a_search_is_for_the_text_without_the_spaces_around_it() {
    let found = read::<PersonFilter>(pairs(&[("q", " Ada  King\n")])).unwrap();
    assert_eq!(found.q, Some(SearchText("Ada  King".to_owned())));
    // The words of a fact are taken apart by the server.
    let facts = read::<FactFilter>(pairs(&[("q", " ticket 4711 ")])).unwrap();
    assert_eq!(facts.q.as_deref(), Some(" ticket 4711 "));
}

#[track_caller]
fn refused<Q: RequestQuery + Debug>(given: &[(&str, &str)], name: &str, detail: &str, remedy: Option<&str>) {
    let Err(error) = read::<Q>(pairs(given)) else { panic!("{given:?} is accepted") };
    assert_eq!((error.name, error.wrong.remedy), (name, remedy), "{given:?}");
    assert!(error.wrong.detail.contains(detail), "{given:?}: {}", error.wrong.detail);
    assert_eq!(error.to_string(), format!("{name}: {}", error.wrong.detail));
}

#[test]
fn a_wrong_value_is_refused_with_its_name_and_a_remedy() {
    let items = Some("give a whole number, at least 1");
    for limit in ["0", "-1", "many", "1.5", "", " 5", "4294967296"] {
        refused::<PageQuery>(&[("limit", limit)], "limit", "is not a number of items", items);
        refused::<DecisionFilter>(&[("limit", limit)], "limit", "is not a number of items", items);
    }
    for order in ["", "ASC", "ascending", "down"] {
        refused::<PageQuery>(&[("order", order)], "order", "is no direction", Some("use asc or desc"));
    }
    for days in ["0", "367", "-3", "week", ""] {
        let remedy = Some("give a whole number from 1 to 366");
        refused::<TrendsPeriod>(&[("days", days)], "days", "is not a number of days", remedy);
    }
    for q in ["", " ", "\t\n"] {
        let remedy = Some("leave out q to list everything");
        refused::<PersonFilter>(&[("q", q)], "q", "there is nothing to search for", remedy);
    }
    let kinds = Some("use employee, contractor or vendor");
    refused::<PersonFilter>(&[("kind", "boss")], "kind", "\"boss\" is none of them", kinds);
    refused::<PersonFilter>(&[("kind", "Vendor")], "kind", "is none of them", kinds);
    let standings = Some("use active or suspended");
    refused::<PersonFilter>(&[("standing", "up")], "standing", "is none of them", standings);
    refused::<PersonFilter>(&[("group", "No Group")], "group", "is not a group name", None);
    refused::<DecisionFilter>(
        &[("effect", "maybe")],
        "effect",
        "is not an outcome",
        Some("use allow or deny"),
    );
    refused::<DecisionFilter>(&[("since", "yesterday")], "since", "is not a moment: write RFC 3339", None);
    refused::<DecisionFilter>(&[("device", "dev_1")], "device", "is not a device id", None);
    refused::<DecisionFilter>(&[("principal", "root")], "principal", "is not a", None);
    let format = Some("ask with format=ocsf, the only one there is");
    refused::<ExportOptions>(&[("format", "cef")], "format", "\"cef\" is not a format", format);
    let who = [("resource", "wiki/pages"), ("action", "read")];
    let class = [&who[..], &[("class", "maybe")]].concat();
    refused::<WhoCanQuestion>(&class, "class", "is not a class", Some("use now, with or never"));
    let address = [&who[..], &[("address", "here")]].concat();
    refused::<WhoCanQuestion>(&address, "address", "invalid IP address", None);
}

#[test]
fn a_required_parameter_that_is_missing_is_named_with_how_to_give_it() {
    let actions = Some("use read, write, download, connect or administer");
    refused::<WhoCanQuestion>(&[("resource", "wiki/pages")], "action", "say which action", actions);
    let resource = Some("give an application and its part, as wiki/pages");
    refused::<WhoCanQuestion>(&[], "resource", "say which resource", resource);
    let person = Some("give their id, address or an alias");
    refused::<WhatCanQuestion>(&[], "person", "say which person", person);
    refused::<ExportOptions>(&[], "format", "say which format", Some("ask with format=ocsf"));
    let applications = Some("`countersign application list` shows those there are");
    refused::<StarterOptions>(&[("group", "staff")], "application", "say which application", applications);
    // Of several that are wrong, the first is named.
    refused::<WhoCanQuestion>(&[("action", "peek"), ("class", "x")], "resource", "say which", resource);
}

#[test]
fn a_row_has_the_parameters_of_its_query_after_those_of_its_page() {
    let named = |id: &str| -> Vec<_> {
        let endpoint = endpoints().into_iter().find(|endpoint| endpoint.id == id).unwrap();
        let in_query = endpoint.parameters.into_iter().filter(|known| known.place == ParameterPlace::Query);
        in_query.map(|known| (known.name, known.required)).collect()
    };
    let optional = |names: &[&'static str]| names.iter().map(|name| (*name, false)).collect::<Vec<_>>();
    let page = ["limit", "sort", "order", "cursor"];
    assert_eq!(named("jobs.list"), optional(&page));
    assert_eq!(named("people.list"), optional(&[&page[..], &["q", "kind", "standing", "group"]].concat()));
    assert_eq!(named("people.show"), []);
    let who = named("reach.who");
    assert_eq!(who.iter().filter(|(_, required)| *required).count(), 2, "{who:?}");
    assert_eq!(named("applications.declare"), optional(&["new", "dry_run", "expected_version"]));
}

/// The document's own samples of every row's query.
struct Sampled(usize);

/// The values of what the document calls a text, and the type does not.
fn in_words(name: &str, text: String) -> String {
    match name {
        "effect" => "deny".to_owned(),
        "format" if !["json", "csv"].contains(&text.as_str()) => "ocsf".to_owned(),
        "address" => "192.0.2.7".to_owned(),
        _ => text,
    }
}

impl RowCheck for Sampled {
    fn row<const N: usize, B, A, Q>(&mut self, row: &EndpointRow<N, B, A, Q>)
    where
        B: RequestBody<Json: DeserializeOwned>,
        A: ResponseBody<Json: Serialize>,
        Q: RequestQuery,
    {
        let (method, id) = (row.method().as_str(), row.id());
        let path = format!("{PREFIX}{}", row.path().replace("{*", "{"));
        let names: Vec<_> = Q::parameters().into_iter().map(|parameter| parameter.name).collect();
        for turn in 0..6 {
            let all = sample_query(method, &path, BodySample::whole(turn));
            let own: Pairs = all
                .into_iter()
                .filter(|(name, _)| names.contains(&name.as_str()))
                .map(|(name, text)| (name.clone(), in_words(&name, text)))
                .collect();
            assert_eq!(own.len(), names.len(), "{id}");
            let query: Q = read(own.clone()).unwrap_or_else(|error| panic!("{id}: {error}"));
            assert_eq!(written(&query), own, "{id}");
            // Nothing that no request should hold is taken for a value, except where any text is one.
            for (place, (name, _)) in own.iter().enumerate() {
                let mut wrong = own.clone();
                wrong[place].1 = " \u{0}?".to_owned();
                match read::<Q>(wrong) {
                    Ok(_) => self.0 += 1,
                    Err(error) => assert_eq!(error.name, name, "{id}"),
                }
            }
        }
    }
}

#[test]
fn every_query_of_the_document_is_read_and_written_unchanged() {
    let mut sampled = Sampled(0);
    check_every_row(&mut sampled);
    // Texts: searches, persons, cursors, versions, and what facts and assumed requests are about.
    let texts = endpoints().into_iter().flat_map(|endpoint| endpoint.parameters).filter(|known| {
        let paged = ["sort", "order"].contains(&known.name);
        let text = ["q", "person", "owner", "about", "by", "operation", "item", "expected_version"];
        known.place == ParameterPlace::Query && !paged && text.contains(&known.name)
    });
    assert!(sampled.0 / 6 >= texts.count(), "{} texts", sampled.0 / 6);
}

proptest! {
    /// Whatever a person types is the same text at the server.
    #[test]
    fn any_text_is_read_as_it_was_written(text in ".{0,30}", search in "[a-z\u{e9}&=%+#]{1,10}") {
        let query = FactFilter {
            about: Some(text.clone()), kind: None, by: Some(text.clone()), since: None, until: None, q: Some(text),
        };
        prop_assert_eq!(read::<FactFilter>(written(&query)), Ok(query.clone()));
        let target = rows::facts::LIST.ask([], &query);
        prop_assert_eq!(decoded(target.target()), written(&query));
        let people = PersonFilter { q: Some(SearchText(search)), ..PersonFilter::default() };
        let page = PageQuery { order: Some(SortOrder::Ascending), ..PageQuery::default() };
        let target = rows::people::LIST.ask([], &people).page(&page);
        prop_assert_eq!(decoded(target.target()), [written(&people), written(&page)].concat());
    }
}

/// Decodes a query as a server does.
fn decoded(target: &str) -> Pairs {
    let query = target.split_once('?').map_or("", |(_, query)| query);
    let pair = |pair: &str| {
        let (name, value) = pair.split_once('=').unwrap();
        (name.to_owned(), crate::requests::decoded(value))
    };
    query.split('&').map(pair).collect()
}
