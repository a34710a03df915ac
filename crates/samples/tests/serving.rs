//! Tests the three samples over real connections.

mod common;

use common::{ask, check};
use countersign_samples::Samples;
use futures_util::{SinkExt as _, StreamExt as _};
use tokio_tungstenite::tungstenite::Message;

#[tokio::test]
async fn the_wiki_serves_edits_and_hands_out_its_report() {
    let samples = Samples::start().await.unwrap();
    let wiki = samples.wiki;
    check(wiki, "GET /", "", "200", "welcome").await;
    check(wiki, "GET /pages/news/edit", "", "200", "<textarea").await;
    check(wiki, "POST /pages/news", "text=%3Cb%3Efresh", "303", "location: /pages/news").await;
    check(wiki, "GET /pages/news", "", "200", "&lt;b&gt;fresh").await;
    check(wiki, "GET /pages/none", "", "404", "Not here").await;
    check(wiki, "POST /pages/No%20Name", "text=x", "404", "Not here").await;
    check(wiki, "GET /admin/", "", "200", "Banner").await;
    check(wiki, "POST /admin/banner", "text=Closed", "303", "location: /admin/").await;
    check(wiki, "GET /", "", "200", "Closed").await;
    check(wiki, "GET /report.pdf", "", "200", "content-type: application/pdf").await;
    check(wiki, "GET /live", "", "200", "/live.js").await;
}

#[tokio::test]
async fn the_payroll_shows_runs_and_approves_them() {
    let samples = Samples::start().await.unwrap();
    let payroll = samples.payroll;
    check(payroll, "GET /people", "", "200", "Grace Okafor").await;
    check(payroll, "GET /runs/2026-10.csv", "", "200", "content-disposition: attachment").await;
    check(payroll, "GET /runs/2026-10", "", "200", "Approve this run").await;
    check(payroll, "POST /runs/2026-10/approve", "", "303", "location: /runs/2026-10").await;
    check(payroll, "GET /runs/2026-10", "", "200", "is approved").await;
    check(payroll, "GET /runs/1999-01", "", "404", "Not here").await;
    check(payroll, "POST /runs/1999-01/approve", "", "404", "Not here").await;
}

#[tokio::test]
async fn the_vault_answers_programs_in_json() {
    let samples = Samples::start().await.unwrap();
    let vault = samples.vault;
    check(vault, "GET /", "", "200", "build-signing").await;
    check(vault, "GET /api/secrets", "", "200", r#""mail-relay""#).await;
    check(vault, "POST /api/secrets/mail-relay/rotate", "", "200", r#""rotated":1"#).await;
    check(vault, "GET /api/secrets/mail-relay", "", "200", "sample-mail-relay-1").await;
    check(vault, "GET /api/secrets/none", "", "404", "no secret of that name").await;
    check(vault, "POST /api/secrets/none/rotate", "", "404", "no secret of that name").await;
}

#[tokio::test]
async fn every_sample_shows_who_asks_and_says_that_it_did_not_check() {
    let samples = Samples::start().await.unwrap();
    // {"name":"Ada"} with an invalid signature.
    let header = "x-countersign-assertion: e30.eyJuYW1lIjoiQWRhIn0.AAAA\r\n";
    for address in [samples.wiki, samples.payroll, samples.vault] {
        let answer = ask(address, "GET /", header, "").await;
        assert!(answer.contains("<dd>Ada</dd>"), "{answer}");
        assert!(answer.contains("without checking the signature"), "{answer}");
        assert!(answer.contains("cache-control: no-store"), "{answer}");
    }
}

#[tokio::test]
async fn the_live_stream_ticks_echoes_and_ends_with_the_samples() {
    let samples = Samples::start().await.unwrap();
    let (mut socket, _) =
        tokio_tungstenite::connect_async(format!("ws://{}/live", samples.wiki)).await.unwrap();
    let text =
        |message: Option<Result<Message, _>>| message.unwrap().unwrap().into_text().unwrap().to_string();
    assert_eq!(text(socket.next().await), r#"{"tick":1}"#);
    assert_eq!(text(socket.next().await), r#"{"tick":2}"#);
    socket.send(Message::text("hello")).await.unwrap();
    while text(socket.next().await) != r#"{"echo":"hello"}"# {}
    let wiki = samples.wiki;
    drop(samples);
    while let Some(Ok(message)) = socket.next().await {
        if message.is_close() {
            break;
        }
    }
    // The listener is dropped in its own task, so it may take one more turn of the runtime.
    while tokio::net::TcpStream::connect(wiki).await.is_ok() {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn each_declaration_is_toml_and_points_at_its_sample() {
    let samples = Samples::start().await.unwrap();
    let addresses = [samples.wiki, samples.payroll, samples.vault];
    for (declaration, address) in samples.declarations().into_iter().zip(addresses) {
        let table: toml::Table = declaration.text.parse().unwrap();
        let text = |key: &str| table.get(key).and_then(toml::Value::as_str).map(str::to_owned);
        assert_eq!(text("name").as_deref(), Some(declaration.name));
        assert_eq!(text("upstream"), Some(format!("http://{address}")));
        assert!(text("sensitivity").is_some() && table.contains_key("hosts"));
    }
}
