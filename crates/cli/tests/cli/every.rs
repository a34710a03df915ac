//! What holds for every verb: whatever the contract's server answers is shown, and whatever another one answers is an
//! error with its code. A verb that is new is missed here until it has its line.

use crate::fake::{Ran, run};
use crate::raw::{Raw, RequestLine, answer, sampled};
use clap::Command;
use countersign_cli::{Exit, command};
use countersign_testkit::contract::BodySample;
use serde_json::Value;
use std::cell::Cell;
use std::collections::BTreeSet;
use std::rc::Rc;

/// Each verb that asks a server: the kind of the result that its job has, and the command. `{wiki}` is an application
/// file, `{ldif}` an export of a directory, `{policies}` a working folder, and `{new}` a path at which there is nothing.
pub const VERBS: &[(&str, &str)] = &[
    ("", "protect http://127.0.0.1:9 --name wiki"),
    ("", "person list"),
    ("", "person show ada"),
    ("", "person add --name Ada --email ada@example.org --group staff --invite"),
    ("", "person change ada --name Bea"),
    ("", "person suspend ada --reason stolen"),
    ("", "person restore ada"),
    ("", "person remove ada --yes"),
    ("", "person confirm ada --reason met"),
    ("", "person invite ada"),
    ("", "person remove-passkey key_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 --yes"),
    ("", "person link ada --provider okta --subject 00u1"),
    ("", "person unlink key_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 --yes"),
    ("", "provider list"),
    ("", "provider show okta"),
    ("", "provider declare --file {provider}"),
    ("", "provider withdraw okta --yes"),
    ("", "openid-client list"),
    ("", "openid-client show wiki-web"),
    ("", "openid-client declare --file {openid-client}"),
    ("", "openid-client secret wiki-web"),
    ("", "openid-client withdraw wiki-web --yes"),
    ("", "group list"),
    ("", "group add staff --purpose all"),
    ("", "group remove staff --yes"),
    ("", "group join staff ada"),
    ("", "group leave staff ada --yes"),
    ("", "service list"),
    ("", "service add hr --owner ada --purpose groups"),
    ("", "service remove svc_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 --yes"),
    ("", "service token svc_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8"),
    ("", "service revoke-token tok_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 --yes"),
    ("", "device list"),
    ("", "device show dev_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8"),
    ("", "device register laptop --platform Debian"),
    ("", "device change dev_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 --name desk"),
    ("", "device posture dev_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 --all pass"),
    ("", "device remove dev_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 --yes"),
    ("", "application list"),
    ("", "application show wiki"),
    ("", "application add --file {wiki}"),
    ("", "application check-upstream http://127.0.0.1:9"),
    ("", "application meaning wiki GET /admin"),
    ("", "application protect http://127.0.0.1:9 --name wiki"),
    ("", "application stage wiki observe"),
    ("", "application label wiki internal"),
    ("", "application remove wiki --yes"),
    ("", "session list"),
    ("", "session revoke ses_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8"),
    ("", "session revoke-all --person ada"),
    ("", "grant list"),
    ("", "grant request --application wiki --for 1h --reason repair"),
    ("", "grant approve gra_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8"),
    ("", "grant refuse gra_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 --reason no"),
    ("", "grant revoke gra_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 --reason no"),
    ("", "proposal list"),
    ("", "proposal show prp_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8"),
    ("", "proposal countersign prp_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 --yes"),
    ("", "proposal refuse prp_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 --reason no"),
    ("", "exception list"),
    ("", "exception show exc_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8"),
    ("", "exception open --policy p --person ada --owner ben --authority CISO --reason repair --for 1d"),
    ("", "exception end exc_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 --reason over"),
    ("", "risk set ada high"),
    ("", "policy list"),
    ("", "policy show managed-device"),
    ("", "policy lint"),
    ("", "policy vocabulary"),
    ("", "policy publish {policies} --yes"),
    ("", "policy history"),
    ("", "policy pull {new}"),
    ("", "decisions"),
    ("", "why dec_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8"),
    ("", "ask-again dec_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8"),
    ("plan", "plan {policies}"),
    ("plan", "apply {policies} --why tested --yes"),
    ("", "rollback 9f86d081 --why tested"),
    ("shadow", "shadow report"),
    ("shadow", "rollout start --policy managed-device --percent 5,100 --watch 1h --why tested --yes"),
    ("", "rollout status rol_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8"),
    ("", "rollout list"),
    ("", "rollout history"),
    ("", "rollout advance rol_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8"),
    ("", "rollout halt rol_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 --why tested"),
    ("replay", "replay"),
    ("proof", "prove"),
    ("", "trust list"),
    ("", "trust figures"),
    ("", "trust own --application wiki --owner ada"),
    ("", "trust document --application wiki --owner ada --authority CISO --reason known --for 30d"),
    ("", "job list"),
    ("upkeep", "job show job_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8"),
    ("", "job stop job_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8"),
    ("", "schedule list"),
    ("", "who-can --resource wiki/pages --action read"),
    ("", "what-can --person ada"),
    ("", "query --tables"),
    ("", "query SELECT 1"),
    ("", "evidence export"),
    ("verification", "evidence verify"),
    ("upkeep", "evidence anchor"),
    ("upkeep", "evidence compact"),
    ("upkeep", "evidence retain --yes"),
    ("", "key list"),
    ("", "key rotate one"),
    ("", "key retire one --yes"),
    ("", "network list"),
    ("", "source list"),
    ("", "source show people"),
    ("", "source declare people --format ldif --title Directory --purpose staff --owner ada"),
    ("", "source leavers people"),
    ("", "source withdraw people --yes"),
    ("", "inventory list"),
    ("", "inventory show people ada"),
    ("", "access who-can people staff"),
    ("", "access what-can people ada"),
    ("", "access path people ada staff"),
    ("", "access tier-zero"),
    ("", "access compromise people ada"),
    ("", "inventory import people --file {ldif} --format ldif --yes"),
    ("", "finding list"),
    ("", "finding causes"),
    ("", "finding settings"),
    ("", "finding show fnd_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8"),
    ("", "finding accept fnd_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 --for 60d --reason vendor"),
    ("", "finding reopen fnd_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 --reason done"),
    ("findings", "finding look"),
    ("roles", "role propose --source people"),
    ("", "role summary"),
    ("", "role list"),
    ("", "role show rpr_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8"),
    ("", "role accept rpr_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 --reason clerks"),
    ("", "role dismiss rpr_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 --reason project"),
    ("", "role reconsider rpr_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 --reason done"),
    ("", "role export"),
    ("", "finding export --format csv"),
    ("", "finding export --format changes --source people --output {new}"),
    ("", "review list"),
    ("", "review open Cloud --source people --reviewers owner --fallback ada --due 30d"),
    ("", "review open Cloud --here --reviewer ada --fallback ben --due 30d --preview"),
    ("", "review show rev_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8"),
    ("", "review items rev_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8"),
    ("", "review inbox"),
    ("", "review keep rev_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 1 3-4"),
    ("", "review revoke rev_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 2 --reason left"),
    ("", "review reassign rev_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 2 --to ada --reason away"),
    ("", "review close rev_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8"),
    ("", "review report rev_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8"),
    ("", "review changes rev_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 --source people --output {new}"),
    ("", "identity list"),
    ("", "identity show people ada"),
    ("", "identity queue"),
    ("", "identity link cloud ada people 17 --reason test"),
    ("", "identity separate cloud ada people 17 --reason test"),
    ("", "identity merge people 17 people 18 --reason test"),
    ("", "identity undo lnk_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 --reason test"),
    ("", "identity decisions"),
    ("", "label scan --folder {exports} --target host:files1"),
    ("", "label list"),
    ("", "label show lab_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8"),
    ("", "label confirm lab_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 --reason test"),
    ("", "label dismiss lab_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 --reason test"),
    ("", "label withdraw lab_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 --reason test"),
    ("", "label set application:wiki personal restricted --reason test"),
    ("", "label coverage"),
    ("", "identity rules"),
    ("", "identity correlate --state"),
    ("", "fact list"),
    ("", "fact show 1"),
    ("", "journal head"),
    ("", "journal verify"),
    ("archive", "journal archive"),
    ("", "projection list"),
    ("", "projection rebuild register"),
    ("projection_verification", "projection verify"),
    ("", "status"),
    ("", "trends"),
    ("", "whoami"),
    ("", "doctor"),
];

/// The verbs that ask no server, or that are the server's own.
const OF_NO_SERVER: &[&str] = &[
    "up",
    "serve",
    "policy check",
    "policy test",
    "policy format",
    "journal accept-head",
    "journal accept-clock",
    "completions",
];

/// The files that commands name.
pub struct Files(tempfile::TempDir, Cell<usize>);

impl Files {
    pub fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        for (path, text) in countersign_policy::defaults() {
            let path = dir.path().join("policies").join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let wiki = "name = \"wiki\"\nowner = \"a\"\nhosts = [\"w\"]\nupstream = \"http://a\"\n";
        std::fs::write(dir.path().join("wiki.toml"), wiki).unwrap();
        let person = "dn: uid=ada,dc=example,dc=org\nobjectClass: inetOrgPerson\nuid: ada\ncn: Ada\nsn: L\n";
        std::fs::write(dir.path().join("people.ldif"), person).unwrap();
        let provider = "name = \"okta\"\ntitle = \"O\"\nissuer = \"https://o.example\"\nclient_id = \"a\"\n";
        std::fs::write(dir.path().join("provider.toml"), provider).unwrap();
        let client =
            "name = \"wiki-web\"\napplication = \"wiki\"\nredirect_uris = [\"https://w.example/cb\"]\n";
        std::fs::write(dir.path().join("openid-client.toml"), client).unwrap();
        let addresses: String = (0..40).map(|number| format!("clerk{number}@example.org\n")).collect();
        std::fs::create_dir(dir.path().join("exports")).unwrap();
        std::fs::write(dir.path().join("exports/staff.csv"), format!("mail\n{addresses}")).unwrap();
        Self(dir, Cell::new(0))
    }

    /// The words of a command that names these files.
    pub fn words(&self, line: &str) -> Vec<String> {
        let path = |name: &str| self.0.path().join(name).to_str().unwrap().to_owned();
        line.split(' ')
            .map(|word| match word {
                "{wiki}" => path("wiki.toml"),
                "{provider}" => path("provider.toml"),
                "{openid-client}" => path("openid-client.toml"),
                "{policies}" => path("policies"),
                "{exports}" => path("exports"),
                "{ldif}" => path("people.ldif"),
                "{new}" => path(&format!("new-{}", self.1.replace(self.1.get() + 1))),
                word => word.to_owned(),
            })
            .collect()
    }
}

/// Gives a command, with more words, to a server that answers so.
async fn gives(
    files: &Files,
    line: &str,
    more: &[&str],
    answers: impl Fn(&RequestLine) -> Vec<u8> + Send + Sync + 'static,
) -> (Ran, Vec<RequestLine>) {
    let server = Raw::start(answers);
    let words = files.words(line);
    let words: Vec<&str> = words.iter().map(String::as_str).chain(more.iter().copied()).collect();
    let ran = server.run(&words).await;
    (ran, server.heard())
}

/// How many commands are given at a time: they share a thread, and none may wait so long for it that its time is up.
const AT_A_TIME: usize = 4;

/// Gives every command to servers of its own, some at a time, and checks what each came to.
async fn each<F: Future<Output = ()> + 'static>(check: impl Fn(&'static str, &'static str, Rc<Files>) -> F) {
    let (tasks, files) = (tokio::task::LocalSet::new(), Rc::new(Files::new()));
    let places = Rc::new(tokio::sync::Semaphore::new(AT_A_TIME));
    let given = |(result, line): &(&'static str, &'static str)| {
        let (checked, places) = (check(result, line, files.clone()), places.clone());
        tasks.spawn_local(async move {
            let _place = places.acquire().await.unwrap();
            checked.await;
        })
    };
    let running: Vec<_> = VERBS.iter().map(given).collect();
    let ended = tasks.run_until(async {
        let mut failed = 0;
        for task in running {
            failed += usize::from(task.await.is_err());
        }
        failed
    });
    assert_eq!(ended.await, 0, "commands failed; each is said above");
}

fn leaves(tree: &Command, path: &str, found: &mut BTreeSet<String>) {
    for verb in tree.get_subcommands().filter(|verb| verb.get_name() != "help") {
        let name = format!("{path} {}", verb.get_name()).trim().to_owned();
        if verb.has_subcommands() {
            leaves(verb, &name, found);
        } else {
            found.insert(name);
        }
    }
}

#[test]
fn no_verb_is_left_out() {
    let mut known = BTreeSet::new();
    leaves(&command(), "", &mut known);
    let is_of = |name: &str, line: &str| line == name || line.starts_with(&format!("{name} "));
    for name in &known {
        let asks = VERBS.iter().any(|(_, line)| is_of(name, line));
        assert!(asks != OF_NO_SERVER.contains(&name.as_str()), "{name} is to be in one of the two lists");
    }
    for (_, line) in VERBS {
        assert!(known.iter().any(|name| is_of(name, line)), "{line} is no verb");
    }
}

/// How each verb ends if the server answers with all that there can be. Most end well.
fn ends_with(line: &str) -> Exit {
    match line.split(" --").next().unwrap_or_default() {
        // The sample has other hosts than the command.
        "protect http://127.0.0.1:9" | "application protect http://127.0.0.1:9" => Exit::Conflict,
        // The samples have gaps, findings and faults, of which these verbs make a verdict.
        "plan {policies}" | "apply {policies}" | "shadow report" | "prove" => Exit::Unknown,
        "replay" | "projection verify" | "doctor" => Exit::CheckFailed,
        "query SELECT 1" => Exit::Failed,
        _ => Exit::Done,
    }
}

#[tokio::test]
async fn every_verb_shows_all_that_the_contract_has() {
    each(|result, line, files| async move {
        let (ran, heard) =
            gives(&files, line, &[], move |asked| sampled(asked, BodySample::whole(0), result)).await;
        assert_eq!(ran.exit, ends_with(line), "{line}: {}{}", ran.out, ran.err);
        assert!(!heard.is_empty(), "{line} asked nothing");
        assert!(!ran.out.is_empty() || ran.exit == Exit::Conflict, "{line} says nothing: {}", ran.err);
        for shown in ran.out.lines() {
            assert_eq!(shown.trim_end(), shown, "{line} shows a line that ends with spaces");
        }
    })
    .await;
}

#[tokio::test]
async fn every_verb_shows_an_answer_with_the_least_that_there_must_be() {
    each(|result, line, files| async move {
        let (ran, _) =
            gives(&files, line, &[], move |asked| sampled(asked, BodySample::least(0), result)).await;
        // Lists are empty, so what is looked for in them is not found, and a verdict of nothing is none.
        let usual = [Exit::Done, Exit::NotFound, Exit::Conflict, Exit::Unknown, Exit::CheckFailed];
        assert!(usual.contains(&ran.exit), "{line}: {:?} {}{}", ran.exit, ran.out, ran.err);
        assert!(!ran.out.is_empty() || !ran.err.is_empty(), "{line} says nothing");
    })
    .await;
}

#[tokio::test]
async fn with_json_every_verb_prints_one_document_or_nothing() {
    each(|result, line, files| async move {
        let (ran, heard) =
            gives(&files, line, &["--json"], move |asked| sampled(asked, BodySample::whole(0), result)).await;
        assert_eq!(ran.exit, ends_with(line), "{line}: {}", ran.err);
        let last = heard.last().unwrap();
        match serde_json::from_str::<Value>(&ran.out) {
            Ok(_) if line == "evidence export" => {}
            // What the API answers is printed as it is; what a verb puts together from several answers has their names.
            Ok(found) => assert!(found.is_object(), "{line}: {found}"),
            Err(_) => assert!(ran.out.is_empty(), "{line}: {}", ran.out),
        }
        let empty = ["DELETE", "PUT"].contains(&last.method.as_str()) || ran.exit == Exit::Conflict;
        assert!(!ran.out.is_empty() || empty, "{line} prints nothing");
    })
    .await;
}

/// Strangers choose paths, people choose names: no text of an answer controls the terminal.
#[tokio::test]
async fn no_verb_lets_a_text_control_the_terminal() {
    const TEXT: &str = "\u{1b}[2J\u{202e}evil\r\u{9b}31m\u{7}";
    each(|result, line, files| async move {
        let sample = BodySample { text: TEXT, ..BodySample::whole(0) };
        let (ran, _) = gives(&files, line, &[], move |asked| sampled(asked, sample, result)).await;
        let steers = |letter: char| letter != '\n' && letter.is_control() || letter == '\u{202e}';
        for (stream, shown) in [("out", &ran.out), ("err", &ran.err)] {
            assert!(!shown.contains(steers), "{line} shows it on {stream}: {shown:?}");
        }
    })
    .await;
}

/// A table is not bent by a text that is wide.
#[tokio::test]
async fn a_very_long_text_makes_no_line_endless() {
    let lists = VERBS.iter().filter(|(_, line)| line.ends_with(" list"));
    let (files, mut seen) = (Files::new(), 0);
    for (result, line) in lists {
        let text: &'static str = "wide text ".repeat(400).leak();
        let sample = BodySample { text, ..BodySample::whole(0) };
        let (ran, _) = gives(&files, line, &[], move |asked| sampled(asked, sample, result)).await;
        assert_eq!(ran.exit, Exit::Done, "{line}: {}", ran.err);
        let longest = ran.out.lines().map(|line| line.chars().count()).max().unwrap_or(0);
        assert!(longest < 11 * 165, "{line}: a line of {longest} characters");
        seen += usize::from(ran.out.contains("wide text") && ran.out.contains('…'));
    }
    assert!(seen > 8, "only {seen} lists had such a text");
}

#[tokio::test]
async fn every_verb_says_that_nothing_is_running() {
    let (files, empty) = (Files::new(), tempfile::tempdir().unwrap());
    for (_, line) in VERBS.iter().filter(|(_, line)| *line != "doctor") {
        let words = files.words(line);
        let data = empty.path().to_str().unwrap();
        let words: Vec<&str> = words.iter().map(String::as_str).chain(["--data", data]).collect();
        let ran = run(&words, None).await;
        assert_eq!(ran.exit, Exit::Unreachable, "{line}: {}{}", ran.out, ran.err);
        assert!(
            ran.err.contains("nothing is running in") && ran.err.contains("what to do: start it"),
            "{line}: {}",
            ran.err
        );
        assert_eq!(ran.out, "", "{line}");
    }
    let left = std::fs::read_dir(files.0.path()).unwrap().count();
    assert_eq!(
        left, 6,
        "nothing was written beside the policies, the export, and the files of applications, providers, clients and of a scan"
    );
}

/// A refusal by the server: how every verb ends, and what it says.
#[tokio::test]
async fn every_verb_ends_with_the_code_of_a_refusal() {
    each(|_, line, files| async move {
        // The doctor reports what it finds, whatever that is.
        if line == "doctor" {
            return;
        }
        let few = [(404, Exit::NotFound), (409, Exit::Conflict), (422, Exit::Usage), (503, Exit::Failed)];
        let others = [
            (400, Exit::Usage),
            (401, Exit::Failed),
            (403, Exit::Failed),
            (412, Exit::Conflict),
            (413, Exit::Usage),
            (415, Exit::Usage),
            (429, Exit::Failed),
            (500, Exit::Failed),
        ];
        // How a status becomes a code is the same for each verb.
        let others = others.into_iter().filter(|_| line == "person list");
        for (status, exit) in few.into_iter().chain(others) {
            let problem = serde_json::json!({
                "type": "about:blank#some", "title": "It is refused", "status": status, "detail": "for a reason",
                "field": "some", "remedy": "do another thing",
            });
            let body = problem.to_string();
            let refusing = move |_: &RequestLine| answer(status, "application/problem+json", &body);
            let (ran, _) = gives(&files, line, &[], refusing.clone()).await;
            assert_eq!(ran.exit, exit, "{line}, {status}: {}", ran.err);
            let said = "error: It is refused (field some): for a reason\nwhat to do: do another thing\n";
            assert!(ran.err.ends_with(said), "{line}, {status}: {}", ran.err);
            assert_eq!(ran.out, "", "{line}, {status}");
            if status == 409 {
                let (ran, _) = gives(&files, line, &["--json"], refusing).await;
                assert_eq!(ran.exit, exit, "{line}");
                let at = ran.err.find('{').unwrap_or_default();
                assert_eq!(serde_json::from_str::<Value>(&ran.err[at..]).ok(), Some(problem), "{line}: {}", ran.err);
                assert_eq!(ran.out, "", "{line}");
            }
        }
    })
    .await;
}

/// What no server of ours answers: an error, never a success and never half an answer on standard output.
#[tokio::test]
async fn every_verb_refuses_what_no_server_of_ours_answers() {
    each(|_, line, files| async move {
        if line == "doctor" {
            return;
        }
        for (bytes, exit, says) in [
            (b"".to_vec(), Exit::Unreachable, "does not answer"),
            (b"SSH-2.0-OpenSSH_9.2\r\n".to_vec(), Exit::Unreachable, "does not answer"),
            (b"HTTP/1.1 200 OK\r\ncontent-le".to_vec(), Exit::Unreachable, "does not answer"),
            (
                b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{\"items\":"
                    .to_vec(),
                Exit::Failed,
                "the answer broke off",
            ),
            (
                answer(200, "text/html", "<!doctype html><title>Router</title>"),
                Exit::Failed,
                "did not answer with JSON",
            ),
            (answer(200, "application/json", "{\"items\": [1,"), Exit::Failed, "did not answer with JSON"),
            (answer(302, "text/html", "<a href=/login>"), Exit::Failed, "the server answered 302: Found"),
            (answer(502, "text/html", "<h1>Bad</h1>"), Exit::Failed, "the server answered 502: Bad Gateway"),
            (answer(418, "text/plain", "\n  a teapot \nmore"), Exit::Failed, "I'm a teapot: a teapot"),
            (
                answer(500, "application/json", "[1]"),
                Exit::Failed,
                "the server answered 500: Internal Server Error",
            ),
        ] {
            // Below HTTP it is the same for each verb.
            let each = says.contains("broke off") || says.contains("with JSON") || says.contains("302");
            if !each && !["person list", "replay", "evidence export"].contains(&line) {
                continue;
            }
            let (ran, _) = gives(&files, line, &[], move |_| bytes.clone()).await;
            // Lines are passed on, so their media type is looked at first.
            let says = match line {
                "evidence export" if exit == Exit::Failed && says.contains("JSON") => "is not in lines",
                "evidence export" if says.contains("broke off") => "is not in lines",
                _ => says,
            };
            assert_eq!(ran.exit, exit, "{line} ({says}): {}{}", ran.out, ran.err);
            assert!(ran.err.contains("error: ") && ran.err.contains(says), "{line} ({says}): {}", ran.err);
            assert_eq!(ran.out, "", "{line}");
        }
    })
    .await;
}

/// A server of another version: its answers lack what this version shows.
#[tokio::test]
async fn every_verb_that_reads_an_answer_says_that_it_cannot() {
    let counted = Rc::new(Cell::new(0));
    let counts = counted.clone();
    each(move |_, line, files| {
        let counts = counts.clone();
        async move {
            if line == "doctor" {
                return;
            }
            for body in ["{\"name\": 1}", "[]"] {
                let (ran, _) = gives(&files, line, &[], move |_| answer(200, "application/json", body)).await;
                match ran.exit {
                    // It says what was done, and shows nothing of the answer.
                    Exit::Done => assert!(!ran.out.is_empty(), "{line}"),
                    Exit::Failed => {
                        let says = ["does not have the form that this version expects", "is not in lines"];
                        assert!(says.iter().any(|says| ran.err.contains(says)), "{line}: {}", ran.err);
                        assert_eq!(ran.out, "", "{line}");
                        counts.set(counts.get() + 1);
                    }
                    other => panic!("{line} {body}: {other:?} {}{}", ran.out, ran.err),
                }
            }
        }
    })
    .await;
    assert!(counted.get() > 120, "only {} answers were refused", counted.get());
}
