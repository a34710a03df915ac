//! The query parameters that verbs write: which of the contract's they are, and which no verb writes.

use crate::every::{Files, VERBS};
use crate::raw::{Raw, answer, sampled};
use countersign_api::{Endpoint, PREFIX, ParameterPlace, endpoints};
use countersign_cli::Exit;
use countersign_testkit::contract::BodySample;
use std::collections::{BTreeMap, BTreeSet};

/// Commands with every option that becomes a parameter.
const FILTERED: &[&str] = &[
    "application list --limit 2 --sort name --order desc",
    "application add --file {wiki} --dry-run --new",
    "application add --file {wiki} --expected-version 9f86",
    "device list --limit 2 --sort id --order asc",
    "exception list --search ada --expires-since 2026-11-22T09:00:00Z --expires-until never --limit 2 --sort policy --order asc",
    "grant list --state active --person ada --limit 2 --sort requested_at --order asc",
    "group list --limit 2 --sort name --order desc",
    "network list --limit 2 --sort name --order desc",
    "person list --search ada --kind vendor --standing active --group staff --limit 2 --sort id --order asc",
    "service list --limit 2 --sort id --order asc",
    "session list --person ada --limit 2 --sort expires_at --order asc",
    "proposal list --state open",
    "fact list --about group:staff --kind person --by operator --since 1d --until 1h --words moved --limit 2",
    "decisions --since 1d --until 1h --app wiki --person ada --effect deny --action read --device dev_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 --limit 2",
    "evidence export --since 1d --until 1h",
    "trust list --application wiki --resource wiki/pages --action read --cohort vendor --item device --state lapsed --limit 2",
    "who-can --resource wiki/pages --action read --class now --address 192.0.2.7 --operation GET --item /a --limit 2",
    "what-can --person ada --app wiki --address 192.0.2.7 --operation GET --item /a --limit 2",
    "trends --days 7",
    "protect http://127.0.0.1:9 --name notes --group staff",
    "rollout list",
    "source list --search cloud --limit 2 --sort name --order desc",
    "inventory list --source people --kind role --search ada --limit 2 --sort name --order asc",
    "inventory show people ada",
    "access who-can people staff --means reach --level write --limit 2",
    "access what-can people ada --level read --kind resource --limit 2",
    "access path people ada staff --means control",
    "access tier-zero --source people --kind account --limit 2",
    "access compromise people ada --kind group --limit 2",
    "finding list --state open --detector unused_account --severity high --source people --cause a --search ada --limit 2 --sort severity --order asc",
    "label list --state confirmed --application wiki --search shop --limit 2",
    "role list --state dismissed --kind near --limit 2 --sort replaced --order asc",
    "role export --state accepted",
    "finding causes --state fixed --detector unused_account --severity low --source people --limit 2 --sort severity --order asc",
    "finding export --format ocsf --state returned --detector unused_account --severity low --source people",
    "review list --state open --limit 2 --sort due_at --order asc",
    "review items rev_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 --state kept --reviewer ada --search ada --limit 2 --sort number --order desc",
    "review inbox --state revoked --search ada --limit 2 --sort due_at --order desc",
    "review report rev_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 --format csv",
    "review changes rev_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 --source people",
    "identity list --kind service --state linked --lacks owner --search ada --limit 2 --sort name --order desc",
    "identity show people ada",
    "identity queue --state orphan --source people --search ada --limit 2 --sort name --order asc",
    "identity decisions --limit 2 --sort at --order asc",
];

/// The parameters that no verb writes, of each endpoint: what a person would not ask a terminal for, and what the console
/// alone shows.
const UNWRITTEN: &[(&str, &[&str])] = &[
    ("applications.list", &["q"]),
    ("decisions.follow", &["action", "application", "device", "effect", "person"]),
    ("decisions.list", &["principal"]),
    ("devices.list", &["owner", "q"]),
    ("groups.list", &["q"]),
    ("networks.list", &["q"]),
    ("services.list", &["q"]),
];

/// The endpoint of a request, and the names of its parameters.
fn asked(target: &str, method: &str) -> Option<(Endpoint, BTreeSet<String>)> {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let path = path.strip_prefix(PREFIX)?;
    let endpoint = endpoints().into_iter().find(|endpoint| endpoint.is_asked(method, path))?;
    let names = url::form_urlencoded::parse(query.as_bytes()).map(|(name, _)| name.into_owned()).collect();
    Some((endpoint, names))
}

fn in_query(endpoint: &Endpoint) -> BTreeSet<String> {
    let parameters = endpoint.parameters.iter().filter(|known| known.place == ParameterPlace::Query);
    parameters.map(|known| known.name.to_owned()).collect()
}

#[tokio::test]
async fn every_parameter_of_the_contract_is_written_by_a_verb_or_is_listed_as_one_that_is_not() {
    let mut written: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for line in FILTERED {
        let files = Files::new();
        let server = Raw::start(|asked| match asked.target.as_str() {
            // What is protected is new.
            "/api/v1/applications/notes" if asked.method == "GET" => {
                answer(404, "application/problem+json", "{\"title\": \"There is none\"}")
            }
            _ => sampled(asked, BodySample::least(0), ""),
        });
        let words = files.words(line);
        let ran = server.run(&words.iter().map(String::as_str).collect::<Vec<_>>()).await;
        let ended = [Exit::Done, Exit::Conflict].contains(&ran.exit);
        assert!(ended, "{line}: {:?} {}", ran.exit, ran.err);
        for request in server.heard() {
            let (endpoint, names) = asked(&request.target, &request.method).unwrap();
            let strange: Vec<_> = names.difference(&in_query(&endpoint)).cloned().collect();
            assert!(strange.is_empty(), "{line} writes {strange:?}, which {} does not have", endpoint.id);
            written.entry(endpoint.id).or_default().extend(names);
        }
    }
    // How a list is paged is the same for each: those whose verb pages are tried above, and with their cursors elsewhere.
    let paging = ["cursor", "limit", "order", "sort"];
    for endpoint in endpoints() {
        let wanted: BTreeSet<_> =
            in_query(&endpoint).into_iter().filter(|name| !paging.contains(&name.as_str())).collect();
        let written = written.get(endpoint.id).cloned().unwrap_or_default();
        let left: Vec<_> = wanted.difference(&written).map(String::as_str).collect();
        let listed = UNWRITTEN.iter().find(|(id, _)| *id == endpoint.id).map_or(&[][..], |(_, names)| names);
        assert_eq!(left, listed, "{}", endpoint.id);
    }
}

/// A list that comes in pages is followed to its end by each verb that lists, and a limit ends it.
#[tokio::test]
async fn every_list_is_followed_from_page_to_page() {
    for (_, line) in VERBS.iter().filter(|(_, line)| line.ends_with(" list") || *line == "policy history") {
        // Three pages of one item each, the cursors of which hold what a URL would take for its own.
        let server = Raw::start(|asked| {
            let whole = sampled(asked, BodySample::whole(0), "upkeep");
            let text = String::from_utf8(whole).unwrap();
            let (_, body) = text.split_once("\r\n\r\n").unwrap();
            let mut body: serde_json::Value = serde_json::from_str(body).unwrap();
            let next = match asked.target.split_once("cursor=") {
                None => Some("a&b=c"),
                Some((_, "a%26b%3Dc")) => Some("ü/#"),
                Some((_, "%C3%BC%2F%23")) => None,
                Some((_, other)) => panic!("the cursor is {other}"),
            };
            if let Some(next) = next {
                body["next"] = next.into();
            }
            answer(200, "application/json", &body.to_string())
        });
        let words: Vec<&str> = line.split(' ').chain(["--json"]).collect();
        let ran = server.run(&words).await;
        assert_eq!(ran.exit, Exit::Done, "{line}: {}", ran.err);
        if ["policy list"].contains(line) {
            continue;
        }
        let found: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
        assert_eq!(found["items"].as_array().map(Vec::len), Some(3), "{line}");
        assert!(found.get("next").is_none(), "{line}");
        assert_eq!(server.heard().len(), 3, "{line}");
    }
}
