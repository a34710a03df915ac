//! The payroll (confidential): people, monthly runs, the run as a CSV file, and its approval.

use crate::asking::StatedIdentity;
use crate::page::{Frame, attachment, see_other, style};
use axum::Router;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::{get, post};
use parking_lot::RwLock;
use std::collections::BTreeSet;
use std::sync::Arc;

const FRAME: Frame =
    Frame { title: "Payroll", label: "confidential", menu: &[("/", "Runs"), ("/people", "People")] };

/// Invented people, their posts, and their monthly salaries in whole euros.
const PEOPLE: &[(&str, &str, u32)] = &[
    ("Ines Moreau", "Engineer", 5_400),
    ("Tomasz Zielinski", "Operations", 4_700),
    ("Grace Okafor", "Finance", 5_100),
    ("Jonas Lindqvist", "Support", 3_900),
];
/// The months with a payroll run.
const RUNS: &[&str] = &["2026-08", "2026-09", "2026-10"];

/// The approved runs.
type Approved = Arc<RwLock<BTreeSet<&'static str>>>;

pub(crate) fn router() -> Router {
    Router::new()
        .route("/", get(runs))
        .route("/people", get(people))
        .route("/runs/{month}", get(run))
        .route("/runs/{month}/approve", post(approve))
        .route("/style.css", get(style))
        .fallback(nothing)
        .with_state(Approved::default())
}

async fn runs(State(approved): State<Approved>, headers: HeaderMap) -> Response {
    let approved = approved.read();
    let rows: String = RUNS
        .iter()
        .map(|month| {
            let state = if approved.contains(month) { "approved" } else { "open" };
            format!(
                r#"<tr><td><a href="/runs/{month}">{month}</a></td><td>{state}</td>
<td><a href="/runs/{month}.csv">CSV</a></td></tr>"#
            )
        })
        .collect();
    let body = format!("<table><tr><th>Month</th><th>State</th><th>File</th></tr>{rows}</table>");
    FRAME.page(&StatedIdentity::of(&headers), "Runs", &body)
}

async fn people(headers: HeaderMap) -> Response {
    let rows: String =
        PEOPLE.iter().map(|(name, post, _)| format!("<tr><td>{name}</td><td>{post}</td></tr>")).collect();
    let body = format!("<table><tr><th>Name</th><th>Post</th></tr>{rows}</table>");
    FRAME.page(&StatedIdentity::of(&headers), "People", &body)
}

async fn run(State(approved): State<Approved>, Path(name): Path<String>, headers: HeaderMap) -> Response {
    let asking = StatedIdentity::of(&headers);
    if let Some(month) = name.strip_suffix(".csv").and_then(known) {
        return attachment("text/csv; charset=utf-8", &format!("payroll-{month}.csv"), csv().into_bytes());
    }
    let Some(month) = known(&name) else { return FRAME.missing(&asking, "run of that month") };
    let rows: String = PEOPLE
        .iter()
        .map(|(name, _, pay)| format!(r#"<tr><td>{name}</td><td class="number">{pay}</td></tr>"#))
        .collect();
    let end = if approved.read().contains(month) {
        "<p>This run is approved.</p>".to_owned()
    } else {
        format!(
            r#"<form method="post" action="/runs/{month}/approve"><button>Approve this run</button></form>"#
        )
    };
    let body = format!(r#"<table><tr><th>Name</th><th class="number">Euros</th></tr>{rows}</table>{end}"#);
    FRAME.page(&asking, month, &body)
}

async fn approve(State(approved): State<Approved>, Path(name): Path<String>, headers: HeaderMap) -> Response {
    let Some(month) = known(&name) else {
        return FRAME.missing(&StatedIdentity::of(&headers), "run of that month");
    };
    approved.write().insert(month);
    see_other(&format!("/runs/{month}"))
}

async fn nothing(headers: HeaderMap) -> Response {
    FRAME.missing(&StatedIdentity::of(&headers), "page at this address")
}

fn known(month: &str) -> Option<&'static str> {
    RUNS.iter().copied().find(|known| *known == month)
}

fn csv() -> String {
    let rows: String = PEOPLE.iter().map(|(name, post, pay)| format!("{name},{post},{pay}\r\n")).collect();
    format!("name,post,euros\r\n{rows}")
}
