//! The samples at their edges: what they do not have, what they are not sent, how much they keep, and what a page holds
//! of a text that a person entered.

mod common;

use common::{ask, check};
use countersign_samples::Samples;
use futures_util::{SinkExt as _, StreamExt as _};
use std::net::SocketAddr;
use tokio_tungstenite::tungstenite::Message;

/// The value of a header of an answer.
fn header<'a>(answer: &'a str, name: &str) -> Option<&'a str> {
    let head = answer.split("\r\n\r\n").next()?;
    head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
}

async fn get(to: SocketAddr, path: &str) -> String {
    ask(to, &format!("GET {path}"), "", "").await
}

#[tokio::test]
async fn what_is_not_there_is_a_page_that_leads_back() {
    let samples = Samples::start().await.unwrap();
    for address in [samples.wiki, samples.payroll, samples.vault] {
        for path in ["/nonsense", "/..%2f", "/style", "/pages", "/runs/", "/admin"] {
            let answer = get(address, path).await;
            assert!(answer.starts_with("HTTP/1.1 404"), "{path}: {answer}");
            assert!(
                answer.contains("<h1>Not here</h1>") && answer.contains("<a href=\"/\">Back</a>"),
                "{answer}"
            );
            assert_eq!(header(&answer, "cache-control"), Some("no-store"), "{path}");
        }
    }
}

#[tokio::test]
async fn a_method_that_a_page_does_not_have_is_refused() {
    let samples = Samples::start().await.unwrap();
    for (address, line, allowed) in [
        (samples.wiki, "DELETE /", "GET,HEAD"),
        (samples.wiki, "GET /admin/banner", "POST"),
        (samples.wiki, "PUT /pages/welcome", "GET,HEAD,POST"),
        (samples.payroll, "GET /runs/2026-10/approve", "POST"),
        (samples.payroll, "POST /people", "GET,HEAD"),
        (samples.vault, "GET /api/secrets/mail-relay/rotate", "POST"),
        (samples.vault, "DELETE /api/secrets/mail-relay", "GET,HEAD"),
    ] {
        let answer = ask(address, line, "", "").await;
        assert!(answer.starts_with("HTTP/1.1 405"), "{line}: {answer}");
        assert_eq!(header(&answer, "allow"), Some(allowed), "{line}");
    }
}

#[tokio::test]
async fn a_form_that_is_none_changes_nothing() {
    let samples = Samples::start().await.unwrap();
    let wiki = samples.wiki;
    let form = "content-type: application/x-www-form-urlencoded\r\n";
    for (headers, body, status) in [
        ("", "text=x", "415"),
        ("content-type: application/json\r\n", "{\"text\":\"x\"}", "415"),
        (form, "", "422"),
        (form, "words=x", "422"),
        (form, "text=a&text=b", "422"),
    ] {
        for line in ["POST /pages/welcome", "POST /admin/banner"] {
            let answer = ask(wiki, line, headers, body).await;
            assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{line} {body:?}: {answer}");
        }
    }
    check(wiki, "GET /pages/welcome", "", "200", "stands behind a gate").await;
    check(wiki, "GET /", "", "200", "Everyone may edit; be kind.").await;
}

#[tokio::test]
async fn a_page_has_a_name_that_needs_no_encoding() {
    let samples = Samples::start().await.unwrap();
    let wiki = samples.wiki;
    let longest = "a".repeat(60);
    for name in ["a", "0-9", longest.as_str()] {
        check(wiki, &format!("POST /pages/{name}"), "text=kept", "303", &format!("location: /pages/{name}"))
            .await;
        check(wiki, &format!("GET /pages/{name}"), "", "200", "<pre>kept</pre>").await;
    }
    let too_long = "a".repeat(61);
    for name in ["A", "a_b", "a%2Fb", "%C3%A9", "a.b", "%20", too_long.as_str()] {
        check(wiki, &format!("POST /pages/{name}"), "text=x", "404", "There is no room").await;
        check(wiki, &format!("GET /pages/{name}/edit"), "", "404", "Not here").await;
        check(wiki, &format!("GET /pages/{name}"), "", "404", "Not here").await;
    }
}

/// A visitor cannot fill the memory of the machine, and what is there can still be changed.
#[tokio::test]
async fn a_full_wiki_takes_no_new_page_and_lets_the_old_ones_be_changed() {
    let samples = Samples::start().await.unwrap();
    let wiki = samples.wiki;
    // Three are there from the beginning.
    for number in 3..200 {
        check(wiki, &format!("POST /pages/page-{number}"), "text=x", "303", "location").await;
    }
    check(wiki, "POST /pages/one-too-many", "text=x", "404", "There is no room").await;
    check(wiki, "GET /pages/one-too-many", "", "404", "Not here").await;
    check(wiki, "POST /pages/page-3", "text=changed", "303", "location").await;
    check(wiki, "GET /pages/page-3", "", "200", "<pre>changed</pre>").await;
    let list = get(wiki, "/").await;
    assert_eq!(list.matches("<li>").count(), 200);
}

/// Whatever is typed is shown as it was typed, and never as markup.
#[tokio::test]
async fn a_text_is_a_text_on_every_page_that_shows_it() {
    let samples = Samples::start().await.unwrap();
    let wiki = samples.wiki;
    let typed = "%3Cscript%3E%22%27%26%3C%2Ftextarea%3E";
    let shown = "&lt;script&gt;&quot;&#39;&amp;&lt;/textarea&gt;";
    check(wiki, "POST /pages/news", &format!("text={typed}"), "303", "location").await;
    check(wiki, "POST /admin/banner", &format!("text={typed}"), "303", "location").await;
    for path in ["/pages/news", "/pages/news/edit", "/", "/admin/"] {
        let page = get(wiki, path).await;
        assert!(page.contains(shown), "{path}: {page}");
        assert!(!page.contains("<script>\"") && !page.contains("</textarea>&"), "{path}: {page}");
    }
    let header = "x-countersign-assertion: e30.eyJuYW1lIjoiPHNjcmlwdD4iLCI8Yj4iOlsiPGk-Il19.AAAA\r\n";
    for address in [samples.wiki, samples.payroll, samples.vault] {
        // {"name":"<script>","<b>":["<i>"]}
        let page = ask(address, "GET /", header, "").await;
        assert!(page.contains("<dd>&lt;script&gt;</dd>") && page.contains("<dt>&lt;b&gt;</dt>"), "{page}");
        assert!(page.contains("<dd>[&quot;&lt;i&gt;&quot;]</dd>"), "{page}");
    }
}

#[tokio::test]
async fn a_request_around_the_gate_and_an_assertion_that_is_none_are_called_that() {
    let samples = Samples::start().await.unwrap();
    for address in [samples.wiki, samples.payroll, samples.vault] {
        for path in ["/", "/nonsense"] {
            let page = get(address, path).await;
            assert!(page.contains("reached the application <strong>around</strong>"), "{page}");
            let page = ask(address, &format!("GET {path}"), "x-countersign-assertion: a.b\r\n", "").await;
            assert!(page.contains("holds no readable assertion"), "{page}");
        }
    }
}

#[tokio::test]
async fn a_file_is_a_download_of_its_kind() {
    let samples = Samples::start().await.unwrap();
    let report = get(samples.wiki, "/report.pdf").await;
    assert_eq!(header(&report, "content-type"), Some("application/pdf"));
    assert_eq!(header(&report, "content-disposition"), Some("attachment; filename=\"report.pdf\""));
    let body = report.split_once("\r\n\r\n").unwrap().1;
    assert!(body.starts_with("%PDF-1.4\n") && body.ends_with("%%EOF\n"), "{body}");

    let run = get(samples.payroll, "/runs/2026-09.csv").await;
    assert_eq!(header(&run, "content-type"), Some("text/csv; charset=utf-8"));
    assert_eq!(header(&run, "content-disposition"), Some("attachment; filename=\"payroll-2026-09.csv\""));
    let rows: Vec<&str> = run.split_once("\r\n\r\n").unwrap().1.split("\r\n").collect();
    assert_eq!(rows[0], "name,post,euros");
    assert_eq!((rows.len(), rows[5]), (6, ""), "four people, each with a line");
    assert!(rows[1..5].iter().all(|row| row.split(',').count() == 3), "{rows:?}");
    for path in ["/runs/2026-07.csv", "/runs/.csv", "/runs/2026-10.csv.csv"] {
        assert!(get(samples.payroll, path).await.starts_with("HTTP/1.1 404"), "{path}");
    }
    for (address, path, kind) in [
        (samples.wiki, "/live.js", "text/javascript; charset=utf-8"),
        (samples.wiki, "/style.css", "text/css; charset=utf-8"),
        (samples.payroll, "/style.css", "text/css; charset=utf-8"),
        (samples.vault, "/style.css", "text/css; charset=utf-8"),
    ] {
        assert_eq!(header(&get(address, path).await, "content-type"), Some(kind), "{path}");
    }
}

#[tokio::test]
async fn one_run_is_approved_and_the_others_stay_open() {
    let samples = Samples::start().await.unwrap();
    let payroll = samples.payroll;
    let state = |page: &str, month: &str| {
        let row = page.split("<tr>").find(|row| row.contains(&format!(">{month}</a>"))).unwrap().to_owned();
        (row.contains("approved"), row.contains("open"))
    };
    for approvals in 1..=2 {
        check(payroll, "POST /runs/2026-09/approve", "", "303", "location: /runs/2026-09").await;
        let page = get(payroll, "/").await;
        assert_eq!(state(&page, "2026-09"), (true, false), "after {approvals}");
        assert_eq!(state(&page, "2026-08"), (false, true));
        assert_eq!(state(&page, "2026-10"), (false, true));
    }
    let approved = get(payroll, "/runs/2026-09").await;
    assert!(!approved.contains("<form"), "it cannot be approved again: {approved}");
}

#[tokio::test]
async fn a_rotation_is_of_one_secret_and_is_counted() {
    let samples = Samples::start().await.unwrap();
    let vault = samples.vault;
    let value = |answer: String| -> serde_json::Value {
        assert_eq!(header(&answer, "cache-control"), Some("no-store"), "{answer}");
        serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap()
    };
    let names = value(get(vault, "/api/secrets").await);
    assert_eq!(names, serde_json::json!({ "secrets": ["backup-disk", "build-signing", "mail-relay"] }));
    for turn in 1..=3 {
        let rotated = value(ask(vault, "POST /api/secrets/backup-disk/rotate", "", "").await);
        let expected = serde_json::json!({
            "name": "backup-disk", "rotated": turn, "value": format!("sample-backup-disk-{turn}"),
        });
        assert_eq!(rotated, expected);
        assert_eq!(value(get(vault, "/api/secrets/backup-disk").await), expected);
    }
    assert_eq!(value(get(vault, "/api/secrets/mail-relay").await)["rotated"], 0);
    let unknown = value(get(vault, "/api/secrets/none").await);
    assert_eq!(unknown, serde_json::json!({ "title": "no secret of that name", "status": 404 }));
}

/// Two installations on one machine: each has its own ports and its own texts.
#[tokio::test]
async fn samples_share_nothing_with_other_samples() {
    let (first, second) = (Samples::start().await.unwrap(), Samples::start().await.unwrap());
    check(first.wiki, "POST /pages/mine", "text=x", "303", "location").await;
    check(second.wiki, "GET /pages/mine", "", "404", "Not here").await;
    let ports = [&first, &second].map(|samples| [samples.wiki, samples.payroll, samples.vault]);
    let ports: std::collections::BTreeSet<_> = ports.concat().into_iter().collect();
    assert_eq!(ports.len(), 6);
    assert!(ports.iter().all(|address| address.ip().is_loopback()), "{ports:?}");
    drop(first);
    check(second.wiki, "GET /", "", "200", "welcome").await;
}

#[tokio::test]
async fn the_live_page_is_a_page_for_who_does_not_upgrade() {
    let samples = Samples::start().await.unwrap();
    for headers in [
        "",
        "upgrade: h2c\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
        "upgrade: websocket\r\n",
        "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
    ] {
        let answer = ask(samples.wiki, "GET /live", headers, "").await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{headers:?}: {answer}");
        assert!(answer.contains("<script src=\"/live.js\">"), "{headers:?}");
    }
}

#[tokio::test]
async fn the_live_stream_answers_text_and_ends_at_what_is_too_long() {
    let samples = Samples::start().await.unwrap();
    let (mut socket, answer) =
        tokio_tungstenite::connect_async(format!("ws://{}/live", samples.wiki)).await.unwrap();
    assert_eq!(answer.status().as_u16(), 101);
    // What is no text is not answered; what is text comes back with what would end a JSON string.
    socket.send(Message::binary(vec![0, 1, 2])).await.unwrap();
    socket.send(Message::text("\"}<&\u{1b}")).await.unwrap();
    let echo = loop {
        let text = socket.next().await.unwrap().unwrap().into_text().unwrap().to_string();
        let said: serde_json::Value = serde_json::from_str(&text).unwrap();
        if said.get("tick").is_none() {
            break said;
        }
    };
    assert_eq!(echo, serde_json::json!({ "echo": "\"}<&\u{1b}" }));
    let _broken = socket.send(Message::text("x".repeat(64 * 1024 + 1))).await;
    // Ticks may be on their way; then it ends, and no echo of it comes.
    while let Some(Ok(message)) = socket.next().await {
        let text = message.into_text().unwrap_or_default();
        assert!(!text.contains("echo"), "{}", text.len());
    }
    check(samples.wiki, "GET /live", "", "200", "/live.js").await;
}
