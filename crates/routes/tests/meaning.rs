//! Which route a request matches, where one path almost matches several, and the longest path that is accepted.
#![expect(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use countersign_facts::{Actor, ApplicationFact, Fact, Stated};
use countersign_names::Timestamp;
use countersign_routes::{Ambiguous, CanonicalPath, OTHER, Routes};
use countersign_world::World;

/// An application with one part for each of these paths: `a`, `b`, `c`.
fn routes(paths: &[&str]) -> Routes {
    let parts = ["a", "b", "c"];
    let resources: Vec<_> = paths
        .iter()
        .zip(parts)
        .map(|(path, part)| {
            serde_json::json!({ "part": part, "sensitivity": null, "routes": [{ "path": path }] })
        })
        .collect();
    let about = serde_json::from_value(serde_json::json!({
        "title": "Wiki", "owner": "o", "hosts": ["wiki.localhost"], "upstream": "http://127.0.0.1:1",
        "stage": "enforce", "sensitivity": null, "assertion_header": "x-who", "resources": resources,
    }))
    .unwrap();
    let fact = Fact::Application(ApplicationFact::Declared { application: "wiki".parse().unwrap(), about });
    let mut world = World::empty();
    world.apply(&Stated { at: Timestamp::from_micros(1), by: Actor::Operator, fact }).unwrap();
    Routes::of(world.application("wiki").unwrap()).unwrap()
}

fn check(paths: &[&str], asked: &str, expected: Result<&str, Ambiguous>) {
    let path = CanonicalPath::parse(asked.as_bytes()).unwrap();
    let routes = routes(paths);
    let found = routes.find("GET", &path, false).map(|meaning| meaning.unwrap().resource.part().to_owned());
    assert_eq!(found.as_deref().map_err(|why| *why), expected, "{asked} among {paths:?}");
}

#[test]
fn a_path_meets_the_first_route_whose_segments_it_has() {
    for (paths, asked, expected) in [
        (&["/x/*", "/x/y"][..], "/x/y", Ok("a")),
        (&["/x/y", "/x/*"], "/x/y", Ok("a")),
        (&["/x/y", "/x/*"], "/x/z", Ok("b")),
        (&["/x/*/z"], "/x/y/z", Ok("a")),
        (&["/x/*/z"], "/x/y/q", Ok(OTHER)),
        (&["/x/**"], "/x", Ok("a")),
        (&["/x/**"], "/x/y/z/q", Ok("a")),
        (&["/x/**"], "/y/x", Ok(OTHER)),
        (&["/x/y/**"], "/x", Ok(OTHER)),
        (&["/**"], "/", Ok("a")),
        (&["/**"], "/x/y", Ok("a")),
        (&["/x"], "/x/y", Ok(OTHER)),
        (&["/x/y"], "/x", Ok(OTHER)),
        (&["/x/y/z"], "/x/y/", Ok(OTHER)),
        (&["/*"], "/", Ok(OTHER)),
        (&["/"], "/x", Ok(OTHER)),
    ] {
        check(paths, asked, expected);
    }
}

#[test]
fn what_differs_in_case_alone_is_refused_and_what_differs_in_more_is_another_path() {
    for (paths, asked, expected) in [
        (&["/x/y"][..], "/X/y", Err(Ambiguous::Case)),
        (&["/x/y"], "/x/Y", Err(Ambiguous::Case)),
        (&["/x/y"], "/X/Y", Err(Ambiguous::Case)),
        (&["/x/y"], "/X/z", Ok(OTHER)),
        (&["/x/y"], "/z/Y", Ok(OTHER)),
        (&["/x/*"], "/X/anything", Err(Ambiguous::Case)),
        (&["/x/**"], "/X/y/z", Err(Ambiguous::Case)),
        (&["/*/y"], "/Q/y", Ok("a")),
        // The first matching route counts; later routes are not evaluated.
        (&["/X", "/x"], "/X", Ok("a")),
        (&["/x", "/X"], "/X", Err(Ambiguous::Case)),
    ] {
        check(paths, asked, expected);
    }
}

#[test]
fn a_path_is_read_up_to_eight_kibibytes() {
    let longest = format!("/{}", "a".repeat(8 * 1024 - 1));
    let path = CanonicalPath::parse(longest.as_bytes()).unwrap();
    assert_eq!((path.as_str(), path.to_string()), (longest.as_str(), longest.clone()));
    assert_eq!(path.segments(), ["a".repeat(8 * 1024 - 1)]);
    assert_eq!(CanonicalPath::parse(format!("{longest}a").as_bytes()), Err(Ambiguous::TooLong));
}

#[test]
fn each_reason_for_refusing_a_path_has_words_of_its_own() {
    use Ambiguous as A;
    let all = [
        A::NotAbsolute,
        A::TooLong,
        A::Slash,
        A::DotSegment,
        A::EmptySegment,
        A::Control,
        A::Escape,
        A::DoubleEncoded,
        A::NotUtf8,
        A::NotAscii,
        A::Parameter,
        A::Fragment,
        A::Query,
        A::Case,
    ];
    let mut texts: Vec<_> = all.iter().map(ToString::to_string).collect();
    texts.sort();
    texts.dedup();
    assert_eq!(texts.len(), all.len());
}
