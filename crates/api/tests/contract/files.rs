//! The files that people write: applications, labels and exceptions. What is wrong is named, underlined, and explained.

use countersign_api::{
    ApplicationKind, ApplicationStage, DEFAULT_ASSERTION_HEADER, Declaration, DeclarationError, EXCEPTIONS,
    ExceptionSetting, LABELS, Resource, Route, Settings, application_file, is_settings_file,
};
use countersign_names::{Action, ApplicationName, Sensitivity};
use miette::{Diagnostic as _, GraphicalReportHandler, GraphicalTheme};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

const MINIMAL: &str = "name = \"wiki\"\nowner = \"a\"\nhosts = [\"w\"]\nupstream = \"http://a\"\n";

const EXCEPTION: &str = "[[exception]]\npolicy = \"managed-device\"\ngroup = \"support\"\nowner = \"ada@example.org\"\n\
                         authority = \"board\"\nreason = \"move\"\nexpires_at = 2026-12-24T18:00:00Z\n";

/// Returns the text that an error underlines.
fn underlined<'a>(error: &DeclarationError, text: &'a str) -> &'a str {
    let label = error.labels().and_then(|mut labels| labels.next()).unwrap();
    text.get(label.offset()..label.offset() + label.len()).unwrap()
}

fn wrong(text: &str) -> DeclarationError {
    Declaration::from_toml("wiki.toml", text).unwrap_err()
}

#[test]
fn a_short_file_has_the_defaults_of_the_guide() {
    let (name, wiki) = Declaration::from_toml("wiki.toml", MINIMAL).unwrap();
    assert_eq!((name.as_str(), wiki.title.as_str()), ("wiki", "wiki"), "the title is the name");
    assert_eq!(
        (wiki.kind, wiki.stage),
        (ApplicationKind::Http, ApplicationStage::Enforce),
        "denials are enforced"
    );
    assert_eq!(wiki.sensitivity, None);
    assert_eq!(wiki.assertion_header, DEFAULT_ASSERTION_HEADER);
    assert_eq!(wiki.request_headers, None, "which is another thing than an empty list");
    let none = format!("{MINIMAL}request_headers = []\n");
    let (_, none) = Declaration::from_toml("wiki.toml", &none).unwrap();
    assert_eq!(none.request_headers, Some(BTreeSet::new()));
    assert!(none.to_toml(&name).contains("request_headers = []"));
}

#[test]
fn every_field_that_is_needed_is_named() {
    for field in ["name", "owner", "hosts", "upstream"] {
        let text: String =
            MINIMAL.lines().filter(|line| !line.starts_with(field)).map(|line| format!("{line}\n")).collect();
        assert_eq!(wrong(&text).message, format!("missing field `{field}`"));
    }
    for (part, field) in
        [("[[resource]]\nroutes = []", "part"), ("[[resource]]\npart = \"a\"\nroutes = [{}]", "path")]
    {
        assert_eq!(wrong(&format!("{MINIMAL}{part}\n")).message, format!("missing field `{field}`"));
    }
}

#[test]
fn every_field_that_is_wrong_is_underlined() {
    for (line, says, place) in [
        ("kind = \"gopher\"", "unknown variant `gopher`, expected `http`", "\"gopher\""),
        ("stage = \"off\"", "unknown variant `off`, expected `observe` or `enforce`", "\"off\""),
        ("colour = \"red\"", "unknown field `colour`", "colour"),
        ("sensitivity = \"secret\"", "unknown variant `secret`", "\"secret\""),
        ("sensitivity = 3", "wanted string or table", "3"),
        ("title = 3", "invalid type: integer `3`, expected a string", "3"),
        ("assertion_header = true", "invalid type: boolean `true`", "true"),
        (
            "download_types = \"text/csv\"",
            "invalid type: string \"text/csv\", expected a sequence",
            "\"text/csv\"",
        ),
        ("request_headers = [1]", "invalid type: integer `1`", "1"),
        ("resource = [{ part = 3 }]", "invalid type: integer `3`", "3"),
        ("[operations]\ncan_read = \"look\"", "unknown variant `look`", "\"look\""),
        ("[[resource]]\npart = \"a\"\nlabel = \"b\"", "unknown field `label`", "label"),
        (
            "[[resource]]\npart = \"a\"\nroutes = [{ path = \"/\", verb = \"GET\" }]",
            "unknown field `verb`",
            "verb",
        ),
        (
            "[[resource]]\npart = \"a\"\nroutes = [{ path = \"/\", action = \"look\" }]",
            "unknown variant `look`",
            "\"look\"",
        ),
        ("[[resource]]\npart = \"a\"\nroutes = [{ path = 1 }]", "invalid type: integer `1`", "1"),
        ("[[resources]]\npart = \"a\"", "unknown field `resources`", "resources"),
        ("owner = \"b\"", "duplicate key", "owner"),
    ] {
        let text = format!("{MINIMAL}{line}\n");
        let error = wrong(&text);
        assert!(error.message.contains(says), "{line}: {}", error.message);
        assert_eq!(underlined(&error, &text), place, "{line}");
    }
    for name in ["Wi ki", "", "-wiki", "wiki/a", "Wiki", &"a".repeat(64)] {
        let text = MINIMAL.replace("\"wiki\"", &format!("\"{name}\""));
        assert!(
            wrong(&text).message.contains("is not an application name"),
            "{name}: {}",
            wrong(&text).message
        );
    }
}

/// A terminal shows the file, the line, the place and where to read on.
#[test]
fn a_report_shows_the_file_the_place_and_the_guide() {
    let text = format!("{MINIMAL}stage = \"off\"\n");
    let mut report = String::new();
    let handler = GraphicalReportHandler::new_themed(GraphicalTheme::unicode_nocolor());
    handler.render_report(&mut report, &wrong(&text)).unwrap();
    for holds in ["unknown variant `off`", "wiki.toml:5:9", "stage = \"off\"", "here", "docs/applications.md"]
    {
        assert!(report.contains(holds), "{holds}: {report}");
    }
    let error = Settings::labels_from_toml(LABELS, "\"wiki\" = \"internal\"").unwrap_err();
    assert_eq!(
        error.help().map(|help| help.to_string()).as_deref(),
        Some("docs/rehearsal.md shows the files of a working folder")
    );
    assert_eq!(wrong("name = ").to_string(), wrong("name = ").message);
}

#[test]
fn an_exception_is_read_whole_or_its_fault_is_named() {
    let read = |text: &str| Settings::exceptions_from_toml(EXCEPTIONS, text);
    let [exception] = read(EXCEPTION).unwrap().try_into().unwrap();
    let ExceptionSetting { policy, person, group, application, owner, .. } = exception;
    assert_eq!((policy.as_str(), person, owner.as_str()), ("managed-device", None, "ada@example.org"));
    assert_eq!((group.unwrap().as_str(), application), ("support", None));
    assert_eq!(read("").unwrap(), []);
    for field in ["policy", "owner", "authority", "reason", "expires_at"] {
        let text: String = EXCEPTION
            .lines()
            .filter(|line| !line.starts_with(field))
            .map(|line| format!("{line}\n"))
            .collect();
        assert_eq!(read(&text).unwrap_err().message, format!("missing field `{field}`"));
    }
    for (from, to, says, place) in [
        (
            "2026-12-24T18:00:00Z",
            "\"soon\"",
            "soon is not a moment: write one as in 2026-12-24T18:00:00Z",
            "\"soon\"",
        ),
        ("2026-12-24T18:00:00Z", "2026-12-24", "2026-12-24 is not a moment", "2026-12-24"),
        ("2026-12-24T18:00:00Z", "18:00:00", "18:00:00 is not a moment", "18:00:00"),
        ("2026-12-24T18:00:00Z", "7", "7 is not a moment", "7"),
        ("2026-12-24T18:00:00Z", "[]", "[] is not a moment", "[]"),
        ("group", "grupp", "unknown field `grupp`", "grupp"),
        ("\"support\"", "\"Sup port\"", "is not a group name", "\"Sup port\""),
        ("\"managed-device\"", "\"Managed Device\"", "Managed Device", "\"Managed Device\""),
        ("[[exception]]", "[[exceptions]]", "unknown field `exceptions`", "exceptions"),
    ] {
        let text = EXCEPTION.replace(from, to);
        let error = read(&text).unwrap_err();
        assert!(error.message.contains(says), "{to}: {}", error.message);
        assert_eq!(underlined(&error, &text), place, "{to}");
    }
    // The second one is at fault: the first is not underlined.
    let text = format!("{EXCEPTION}{}", EXCEPTION.replace("2026-12-24T18:00:00Z", "\"later\""));
    let error = read(&text).unwrap_err();
    assert_eq!(underlined(&error, &text), "\"later\"");
}

#[test]
fn a_label_is_of_a_part_and_one_of_the_labels() {
    let read = |text: &str| Settings::labels_from_toml(LABELS, text);
    let labels = read("\"wiki/a\" = \"internal\"\n\"wiki/a/b\" = \"restricted\"\n").unwrap();
    let labels: Vec<_> = labels.iter().map(|(resource, label)| (resource.to_string(), *label)).collect();
    let expected = [("wiki/a", Sensitivity::Internal), ("wiki/a/b", Sensitivity::Restricted)];
    assert_eq!(labels, expected.map(|(resource, label)| (resource.to_owned(), label)));
    for (text, says) in [
        ("\"wiki\" = \"internal\"", "resource"),
        ("\"wiki/a\" = \"secret\"", "unknown variant `secret`"),
        ("\"wiki/a\" = 3", "wanted string or table"),
        ("\"wiki/a\" = \"internal\"\n\"wiki/a\" = \"public\"", "duplicate key"),
        ("wiki/a = \"internal\"", ""),
        ("[wiki]", "resource"),
    ] {
        let error = read(text).unwrap_err();
        assert!(error.message.contains(says), "{text}: {}", error.message);
    }
}

#[test]
fn the_files_of_a_folder_are_told_from_policies() {
    let wiki: ApplicationName = "wiki".parse().unwrap();
    assert_eq!(application_file(&wiki), "applications/wiki.toml");
    for (path, expected) in [
        ("applications/wiki.toml", true),
        (LABELS, true),
        (EXCEPTIONS, true),
        ("applications/wiki.cedar", false),
        ("applications/a/wiki.toml", false),
        ("applications", false),
        ("applications/", false),
        ("tests/wiki.toml", false),
        ("x/labels.toml", false),
        ("labels.toml.bak", false),
        ("wiki.toml", false),
        ("", false),
    ] {
        assert_eq!(is_settings_file(path), expected, "{path}");
    }
}

#[test]
fn settings_that_say_nothing_have_no_files_and_empty_ones_are_comments() {
    assert!(Settings::default().is_empty() && Settings::default().to_files().is_empty());
    let empty =
        Settings { labels: Some(BTreeMap::new()), exceptions: Some(Vec::new()), ..Settings::default() };
    assert!(!empty.is_empty(), "it removes every label and every exception");
    let files = empty.to_files();
    assert_eq!(files.keys().collect::<Vec<_>>(), [EXCEPTIONS, LABELS]);
    assert_eq!(files[EXCEPTIONS], "# There is no exception.\n");
    assert_eq!(Settings::labels_from_toml(LABELS, &files[LABELS]).unwrap(), BTreeMap::new());
    assert_eq!(Settings::exceptions_from_toml(EXCEPTIONS, &files[EXCEPTIONS]).unwrap(), []);
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z]{1,8}", ".{0,12}", Just("\"\"\"\n'''\\u0000 # = [[x]]".to_owned())]
}

fn texts() -> impl Strategy<Value = BTreeSet<String>> {
    proptest::collection::btree_set(text(), 0..3)
}

fn action() -> impl Strategy<Value = Action> {
    proptest::sample::select(Action::ALL)
}

fn sensitivity() -> impl Strategy<Value = Option<Sensitivity>> {
    proptest::option::of(proptest::sample::select(Sensitivity::ALL))
}

fn resource() -> impl Strategy<Value = Resource> {
    let route = (texts(), text(), proptest::option::of(action())).prop_map(|(methods, path, action)| Route {
        methods,
        path,
        action,
    });
    (text(), sensitivity(), proptest::collection::vec(route, 0..3))
        .prop_map(|(part, sensitivity, routes)| Resource { part, sensitivity, routes })
}

fn declaration() -> impl Strategy<Value = Declaration> {
    let first = (text(), text(), texts(), text(), any::<bool>(), sensitivity(), text());
    let second = (
        texts(),
        proptest::collection::btree_map(text(), action(), 0..3),
        proptest::option::of(texts()),
        proptest::collection::vec(resource(), 0..3),
    );
    (first, second).prop_map(
        |(
            (title, owner, hosts, upstream, observes, sensitivity, assertion_header),
            (download_types, operations, request_headers, resources),
        )| {
            let stage = if observes { ApplicationStage::Observe } else { ApplicationStage::Enforce };
            Declaration {
                kind: ApplicationKind::Http,
                title,
                owner,
                hosts,
                upstream,
                stage,
                sensitivity,
                assertion_header,
                download_types,
                operations,
                request_headers,
                resources,
            }
        },
    )
}

proptest! {
    /// Whatever it holds, a declaration is the same after it was written as a file or as JSON and read again.
    #[test]
    fn a_declaration_survives_its_file_and_its_json(declared in declaration(), name in "[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?") {
        let name: ApplicationName = name.parse().unwrap();
        let file = declared.to_toml(&name);
        let (read_name, read) = Declaration::from_toml("a.toml", &file).map_err(|error| TestCaseError::fail(format!("{error}: {file}")))?;
        prop_assert_eq!((&read_name, &read), (&name, &declared));
        let json = serde_json::to_string(&declared).unwrap();
        prop_assert_eq!(serde_json::from_str::<Declaration>(&json).unwrap(), declared);
    }

    /// No text ends the process; an error's place is a place in the text.
    #[test]
    fn any_text_is_a_file_or_an_error_with_a_place_in_it(noise in ".{0,30}", at in any::<prop::sample::Index>()) {
        let mut text = format!("{MINIMAL}[operations]\na = \"read\"\n[[resource]]\npart = \"p\"\n");
        text.insert_str(at.index(text.len()), &noise);
        if let Err(error) = Declaration::from_toml("a.toml", &text)
            && let Some(labels) = error.labels()
        {
            for label in labels {
                prop_assert!(text.get(label.offset()..label.offset() + label.len()).is_some(), "{:?}", error);
            }
        }
        let _no_panic = (Settings::labels_from_toml(LABELS, &text), Settings::exceptions_from_toml(EXCEPTIONS, &text));
    }
}
