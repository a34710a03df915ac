//! Requests as a client makes them: whatever a person typed as a name stays a name.

use countersign_api::rows::decisions::DecisionFilter;
use countersign_api::rows::people::PersonFilter;
use countersign_api::{
    Endpoint, EndpointRow, ItemLimit, PREFIX, PageQuery, PageSize, PersonRef, RequestBody, RequestQuery,
    ResponseBody, SearchText, endpoints, rows,
};
use proptest::prelude::*;

/// Decodes a path or a value of a query.
pub fn decoded(text: &str) -> String {
    let (mut bytes, mut rest) = (Vec::new(), text.as_bytes());
    while let [first, others @ ..] = rest {
        rest = others;
        match (first, others) {
            (b'%', [high, low, others @ ..]) => {
                let digit = |byte: &u8| char::from(*byte).to_digit(16).unwrap();
                bytes.push(u8::try_from(digit(high) * 16 + digit(low)).unwrap());
                rest = others;
            }
            _ => bytes.push(*first),
        }
    }
    String::from_utf8(bytes).unwrap()
}

/// Checks that a request of this row with these names is one to its endpoint alone, and that the names come back.
fn check<const N: usize, B, A, Q>(row: &EndpointRow<N, B, A, Q>, names: [&str; N])
where
    B: RequestBody,
    A: ResponseBody,
    Q: RequestQuery + Default,
{
    let request = row.to(names);
    let target = request.target();
    assert!(target.bytes().all(|byte| byte.is_ascii_graphic() && !b"?#\\".contains(&byte)), "{target}");
    assert!(target.split('/').all(|segment| segment != "." && segment != ".."), "{target}");
    let path = target.strip_prefix(PREFIX).unwrap();
    let method = request.method().as_str();
    let asked: Vec<Endpoint> =
        endpoints().into_iter().filter(|endpoint| endpoint.is_asked(method, path)).collect();
    let [endpoint] = &asked[..] else { panic!("{} endpoints are asked by {method} {target}", asked.len()) };
    assert_eq!(endpoint.id, row.id());
    for (parameter, name) in endpoint.parameters.iter().zip(names) {
        // One that may hold slashes is read by the router, from its segment on.
        if !endpoint.path.contains(&format!("{{*{}}}", parameter.name)) {
            assert_eq!(decoded(endpoint.parameter_in(path, parameter.name).unwrap()), name);
        }
    }
}

#[test]
fn a_name_stays_within_its_segment() {
    for (name, encoded) in [
        ("per_01", "per_01"),
        ("ada@example.org", "ada%40example.org"),
        ("group:eng", "group%3Aeng"),
        ("a/../b?c#d", "a%2F..%2Fb%3Fc%23d"),
        (".", "%2E"),
        ("..", "%2E%2E"),
        ("...", "..."),
        ("%2e%2e", "%252e%252e"),
        ("é ", "%C3%A9%20"),
        ("a\r\nb\0", "a%0D%0Ab%00"),
        ("AZaz09-_~.", "AZaz09-_~."),
        ("", ""),
    ] {
        assert_eq!(rows::people::SHOW.to([name]).target(), format!("/api/v1/people/{encoded}"));
    }
}

#[test]
fn only_a_part_of_an_application_holds_slashes() {
    let request = rows::labels::SET.to(["wi/ki", "a/../b c"]);
    assert_eq!(request.target(), "/api/v1/labels/wi%2Fki/a/%2E%2E/b%20c");
}

#[test]
fn only_what_is_asked_is_in_the_query() {
    let wanted = DecisionFilter {
        person: Some(PersonRef("a b".to_owned())),
        limit: Some(ItemLimit(5)),
        ..DecisionFilter::default()
    };
    let request = rows::decisions::LIST.ask([], &wanted);
    assert_eq!(request.target(), "/api/v1/decisions?person=a%20b&limit=5");
    assert_eq!(rows::decisions::LIST.to([]).target(), "/api/v1/decisions");
    let hostile =
        PersonFilter { q: Some(SearchText("a&limit=1=#\n+".to_owned())), ..PersonFilter::default() };
    let page = PageQuery { cursor: Some(String::new()), ..PageQuery::default() };
    let hostile = rows::people::LIST.ask([], &hostile).page(&page);
    assert_eq!(hostile.target(), "/api/v1/people?q=a%26limit%3D1%3D%23%0A%2B&cursor=");
    assert_eq!(hostile.clone().target(), hostile.target());
}

#[test]
fn a_request_is_for_no_endpoint_unless_method_and_every_segment_fit() {
    let is_asked = |method: &str, path: &str| {
        endpoints()
            .into_iter()
            .filter(|endpoint| endpoint.is_asked(method, path))
            .map(|endpoint| endpoint.id)
            .collect::<Vec<_>>()
    };
    for (method, path, expected) in [
        ("GET", "/people", Some("people.list")),
        ("POST", "/people", Some("people.add")),
        ("GET", "/people/x", Some("people.show")),
        ("DELETE", "/people/x/sessions", Some("people.end_sessions")),
        ("PUT", "/labels/wiki/a", Some("labels.set")),
        ("PUT", "/labels/wiki/a/b/c", Some("labels.set")),
        ("PATCH", "/people", None),
        ("get", "/people", None),
        ("GET", "/People", None),
        ("GET", "/people/", None),
        ("GET", "people", None),
        ("GET", "", None),
        ("GET", "//people", None),
        ("GET", "/people/x/", None),
        ("DELETE", "/people//sessions", None),
        ("DELETE", "/people/x/sessions/y", None),
        ("GET", "/people/x?y", Some("people.show")),
        ("PUT", "/labels/wiki", None),
        ("PUT", "/labels//a", None),
        ("GET", "/api/v1/people", None),
    ] {
        assert_eq!(is_asked(method, path).first().copied(), expected, "{method} {path}");
        assert!(is_asked(method, path).len() <= 1, "{method} {path}");
    }
}

proptest! {
    /// No name that anybody can type makes a request another request.
    #[test]
    fn no_name_is_structure(
        one in prop_oneof![".{1,20}", "[./%?#&; \\\\]{1,8}", Just("check".to_owned()), Just("self".to_owned())],
        two in prop_oneof![".{1,20}", "[./%?#]{1,8}"],
        value in ".{0,20}",
    ) {
        check(&rows::people::SHOW, [&one]);
        check(&rows::people::CREDENTIALS, [&one]);
        check(&rows::groups::JOIN, [&one, &two]);
        check(&rows::groups::LEAVE, [&two, &one]);
        check(&rows::labels::SET, [&one, &two]);
        check(&rows::applications::SHOW, [&one]);
        check(&rows::jobs::FOLLOW, [&one]);
        check(&rows::keys::ROTATE, [&one]);
        let wanted = PersonFilter { q: Some(SearchText(value.clone())), ..PersonFilter::default() };
        let page = PageQuery { limit: Some(PageSize(1)), ..PageQuery::default() };
        let request = rows::people::LIST.ask([], &wanted).page(&page);
        let (_, query) = request.target().split_once('?').unwrap();
        let pairs: Vec<(&str, &str)> = query.split('&').map(|pair| pair.split_once('=').unwrap()).collect();
        prop_assert_eq!(pairs.len(), 2);
        prop_assert_eq!(pairs[0].0, "q");
        prop_assert_eq!(decoded(pairs[0].1), value);
        prop_assert_eq!(pairs[1], ("limit", "1"));
    }
}
