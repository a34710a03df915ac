//! A process without free file descriptors: the operator's socket still works, and the gate continues once there are
//! some again. In a separate process, because the test lowers its limit.

use countersign_server::{Config, Running};
use rustix::process::{Resource, Rlimit, setrlimit};
use std::fs::File;
use std::net::SocketAddr;
use std::os::unix::net::UnixStream;
use std::time::Duration;

/// The default of service managers.
const LIMIT: u64 = 1024;

const PATIENCE: Duration = Duration::from_secs(30);

fn ask(mut stream: impl std::io::Read + std::io::Write, path: &str) -> std::io::Result<String> {
    let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_operator_is_heard_when_no_descriptor_is_left() {
    setrlimit(Resource::Nofile, Rlimit { current: Some(LIMIT), maximum: Some(LIMIT) }).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let any: SocketAddr = "127.0.0.1:0".parse().unwrap();
    let running = Running::start(Config::embedded(data.clone(), any, None)).await.unwrap();
    let gate = running.http.unwrap();
    let asking = tokio::task::spawn_blocking(move || {
        let operator = || UnixStream::connect(data.join("countersign.sock"));
        // Once before, so that everything that the first request opens permanently is open.
        assert!(ask(operator().unwrap(), "/api/v1/status").unwrap().starts_with("HTTP/1.1 200"));
        let mut hog = Vec::new();
        while let Ok(file) = File::open("/dev/null") {
            hog.push(file);
        }
        // One for this test's own end of a connection, and none for the server's.
        hog.pop();
        let stream = operator().unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let answer = ask(stream, "/api/v1/status").unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        let (_, body) = answer.split_once("\r\n\r\n").unwrap();
        let status: serde_json::Value = serde_json::from_str(body).unwrap();
        let listeners = status["listeners"].as_array().unwrap();
        let door = listeners.iter().find(|listener| listener["name"] == "operator").unwrap();
        assert!(door["failures"].as_u64().unwrap() > 0, "it was not for want of trying: {door}");
        // The gate has none reserved. It waits, and continues.
        while let Ok(file) = File::open("/dev/null") {
            hog.push(file);
        }
        hog.pop();
        let waiting = std::net::TcpStream::connect(gate).unwrap();
        waiting.set_read_timeout(Some(PATIENCE)).unwrap();
        drop(hog);
        let answer = ask(waiting, "/").unwrap();
        assert!(answer.starts_with("HTTP/1.1 "), "{answer}");
    });
    tokio::time::timeout(PATIENCE * 2, asking).await.unwrap().unwrap();
    running.stop().await;
}
