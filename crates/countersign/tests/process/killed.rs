//! Processes that are killed while they work: another one continues, and nothing is done twice.

use crate::stage::*;
use countersign_testkit::Postgres;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixStream;
use std::path::Path;

/// Makes a program that claims to be a solver, and then runs `then`.
fn solver(stage: &Stage, then: &str) {
    let path = stage.folder.path().join("cvc5");
    let introduction = "[ \"$1\" = --version ] && { echo 'This is cvc5 version 1.0.3'; exit 0; }";
    std::fs::write(&path, format!("#!/bin/sh\n{introduction}\n{then}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

/// Asks the API through the operator's socket; `None` if no process answers.
fn ask(stage: &Stage, method: &str, path: &str, body: &Value) -> Option<(u16, Value)> {
    let mut stream = UnixStream::connect(stage.data().join("countersign.sock")).ok()?;
    stream.set_read_timeout(Some(PATIENCE)).ok()?;
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let head = format!(
        "{method} /api/v1{path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\
         connection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).ok()?;
    stream.write_all(body.as_bytes()).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    Some((status, serde_json::from_str(body).unwrap_or(Value::Null)))
}

/// Asks as [`ask`] does, once the socket is there: a process may be ready at its other listeners before.
fn ask_when_open(stage: &Stage, method: &str, path: &str, body: &Value) -> (u16, Value) {
    let socket = stage.data().join("countersign.sock");
    until("the operator's socket is open", || UnixStream::connect(&socket).ok().map(drop));
    ask(stage, method, path, body).unwrap()
}

/// The policies that run and one more permit, so that the solver has something to compare.
fn planned(stage: &Stage) -> BTreeMap<String, String> {
    fn read(folder: &Path, under: &str, files: &mut BTreeMap<String, String>) {
        for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let name = format!("{under}{}", entry.file_name().to_str().unwrap());
            match entry.path() {
                path if path.is_dir() => read(&path, &format!("{name}/"), files),
                path if name.ends_with(".cedar") => {
                    files.insert(name, std::fs::read_to_string(path).unwrap());
                }
                _ => {}
            }
        }
    }
    let mut files = BTreeMap::new();
    read(&stage.data().join("policies"), "", &mut files);
    let more = "\n@id(\"more\")\n@owner(\"security\")\n@reason(\"More.\")\n@review(\"2099-01-01\")\n\
                permit (principal is Countersign::Person, action == Countersign::Action::\"download\", resource in \
                Countersign::Application::\"countersign\") when { context.item == \"/more\" };\n";
    files.entry("applications/countersign.cedar".to_owned()).or_default().push_str(more);
    files
}

/// Begins a plan whose solver does not answer, and kills its process in the middle. Returns the plan's path.
fn plan_and_kill(stage: &Stage) -> String {
    let asked_marker = stage.folder.path().join("asked");
    // It outlives its process, which is killed, and ends when its marker is removed.
    let marker = asked_marker.display();
    solver(stage, &format!("touch '{marker}'\nwhile [ -e '{marker}' ]; do sleep 0.2; done"));
    let process = stage.serve();
    stage.ready();
    let plan = json!({ "files": planned(stage), "exhaustive": true });
    let (status, begun) = ask_when_open(stage, "POST", "/plans", &plan);
    assert_eq!(status, 201, "{begun}");
    until("the solver is asked", || exists(&asked_marker).then_some(()));
    let path = format!("/jobs/{}", begun["id"].as_str().unwrap());
    assert_eq!(ask(stage, "GET", &path, &Value::Null).unwrap().1["state"], "running");
    process.signal("-KILL");
    assert!(!process.ended().0.success());
    std::fs::remove_file(&asked_marker).unwrap();
    // The next one answers at once.
    solver(stage, "echo unknown");
    path
}

/// Waits until the plan has ended, and returns it.
fn ended(stage: &Stage, path: &str) -> Value {
    until("the plan ends", || {
        let (status, job) = ask(stage, "GET", path, &Value::Null)?;
        assert_eq!(status, 200, "{job}");
        (job["state"] != "running").then_some(job)
    })
}

fn with_solver(name: &str, place: &Where) -> Stage {
    Stage::new(name, place, "solver = \"cvc5\"")
}

#[test]
fn a_job_whose_process_is_killed_is_taken_up_by_the_next_start() {
    let stage = with_solver("edge-1", &Where::Here);
    let plan = plan_and_kill(&stage);
    let process = stage.serve();
    let job = ended(&stage, &plan);
    assert_eq!((&job["state"], &job["result"]["kind"]), (&json!("finished"), &json!("plan")), "{job}");
    assert!(process.logged("a job that was interrupted is taken up again"));
    process.stop();
}

#[test]
fn a_job_whose_process_is_killed_is_seen_by_another_and_left_to_the_process_that_has_its_files() {
    let server = Postgres::start();
    let place = Where::At(server.fresh_database());
    let (first, second) = (with_solver("edge-1", &place), with_solver("edge-2", &place));
    let plan = plan_and_kill(&first);
    let other = second.serve();
    second.ready();
    let (status, seen) = ask_when_open(&second, "GET", &plan, &Value::Null);
    assert_eq!(
        (status, &seen["state"], &seen["process"]),
        (200, &json!("running"), &json!("edge-1")),
        "{seen}"
    );
    let again = first.serve();
    let job = ended(&first, &plan);
    assert_eq!((&job["state"], &job["result"]["kind"]), (&json!("finished"), &json!("plan")), "{job}");
    assert!(!other.logged("a job that was interrupted is taken up again"), "it has not its files");
    assert_eq!(ended(&second, &plan)["result"], job["result"]);
    again.stop();
    other.stop();
}
