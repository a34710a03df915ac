//! The wiki (internal): pages that anyone edits, an administration, a file to download, and a live page.

mod live;
mod report;

use crate::asking::StatedIdentity;
use crate::page::{Frame, attachment, escape, see_other, style};
use axum::extract::{Form, Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;
use axum::{Router, extract::Request};
use parking_lot::RwLock;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

const FRAME: Frame = Frame {
    title: "Wiki",
    label: "internal",
    menu: &[("/", "Pages"), ("/live", "Live"), ("/report.pdf", "Report"), ("/admin/", "Administration")],
};

/// Maximum number of stored pages; a demonstration must not allow a visitor to fill the machine's memory.
const MOST_PAGES: usize = 200;

#[derive(Clone)]
struct Wiki {
    book: Arc<RwLock<Book>>,
    stop: CancellationToken,
}

struct Book {
    pages: BTreeMap<String, String>,
    banner: String,
}

#[derive(Deserialize)]
struct Edit {
    text: String,
}

pub(crate) fn router(stop: CancellationToken) -> Router {
    let wiki = Wiki { book: Arc::new(RwLock::new(Book::first())), stop };
    Router::new()
        .route("/", get(index))
        .route("/pages/{name}", get(page).post(save))
        .route("/pages/{name}/edit", get(edit))
        .route("/admin/", get(administration))
        .route("/admin/banner", axum::routing::post(set_banner))
        .route("/report.pdf", get(download))
        .route("/live", get(live_page))
        .route("/live.js", get(live::script))
        .route("/style.css", get(style))
        .fallback(nothing)
        .with_state(wiki)
}

impl Book {
    fn first() -> Self {
        let pages = [
            ("welcome", "This wiki stands behind a gate. Every request to it is decided, this one included."),
            ("on-call", "Who to wake, and when not to."),
            ("house-rules", "Write down why. The how can be read from the code."),
        ];
        Self {
            pages: pages.map(|(name, text)| (name.to_owned(), text.to_owned())).into(),
            banner: "Everyone may edit; be kind.".to_owned(),
        }
    }
}

async fn index(State(wiki): State<Wiki>, headers: HeaderMap) -> Response {
    let book = wiki.book.read();
    let items: String = book.pages.keys().map(|name| item(name)).collect();
    let body = format!("<p>{}</p><ul>{items}</ul>", escape(&book.banner));
    FRAME.page(&StatedIdentity::of(&headers), "Pages", &body)
}

fn item(name: &str) -> String {
    let name = escape(name);
    format!(r#"<li><a href="/pages/{name}">{name}</a></li>"#)
}

async fn page(State(wiki): State<Wiki>, Path(name): Path<String>, headers: HeaderMap) -> Response {
    let asking = StatedIdentity::of(&headers);
    let text = wiki.book.read().pages.get(&name).cloned();
    let Some(text) = text else { return FRAME.missing(&asking, "page of that name") };
    let edit = escape(&name);
    let body = format!(r#"<pre>{}</pre><p><a href="/pages/{edit}/edit">Edit</a></p>"#, escape(&text));
    FRAME.page(&asking, &name, &body)
}

async fn edit(State(wiki): State<Wiki>, Path(name): Path<String>, headers: HeaderMap) -> Response {
    let asking = StatedIdentity::of(&headers);
    if !is_page_name(&name) {
        return FRAME.missing(&asking, "page of that name");
    }
    let text = wiki.book.read().pages.get(&name).cloned().unwrap_or_default();
    let body = format!(
        r#"<form method="post" action="/pages/{name}">
<label for="text">Text</label><textarea id="text" name="text" rows="10">{}</textarea><button>Save</button></form>"#,
        escape(&text)
    );
    FRAME.page(&asking, &format!("Edit {name}"), &body)
}

async fn save(
    State(wiki): State<Wiki>,
    Path(name): Path<String>,
    headers: HeaderMap,
    Form(edit): Form<Edit>,
) -> Response {
    let mut book = wiki.book.write();
    let full = book.pages.len() >= MOST_PAGES && !book.pages.contains_key(&name);
    if full || !is_page_name(&name) {
        return FRAME.missing(&StatedIdentity::of(&headers), "room for a page of that name");
    }
    let back = format!("/pages/{name}");
    book.pages.insert(name, edit.text);
    see_other(&back)
}

/// Returns whether the name has 1 to 60 lower-case letters, digits and hyphens, which need no encoding in a path.
fn is_page_name(name: &str) -> bool {
    (1..=60).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

async fn administration(State(wiki): State<Wiki>, headers: HeaderMap) -> Response {
    let banner = escape(&wiki.book.read().banner);
    let body = format!(
        r#"<form method="post" action="/admin/banner"><label for="text">Banner on the first page</label>
<input id="text" name="text" value="{banner}"><button>Change</button></form>"#
    );
    FRAME.page(&StatedIdentity::of(&headers), "Administration", &body)
}

async fn set_banner(State(wiki): State<Wiki>, Form(edit): Form<Edit>) -> Response {
    wiki.book.write().banner = edit.text;
    see_other("/admin/")
}

async fn download() -> Response {
    attachment("application/pdf", "report.pdf", report::pdf("Quarterly report: everything was asked."))
}

async fn live_page(State(wiki): State<Wiki>, mut request: Request) -> Response {
    if let Some(answer) = live::upgrade(&mut request, wiki.stop) {
        return answer;
    }
    let body = r#"<p>The stream is <strong id="state">opening</strong>; tick <strong id="tick">0</strong>.</p>
<form id="say"><label for="text">Say something, and it comes back</label><input id="text" name="text"><button>Send</button></form>
<p>It came back: <span id="echo"></span></p>
<p class="quiet">Nothing that you say here is kept, so watching this page counts as reading: devices that may only read may
watch it too. The stream ends the moment your access does.</p><script src="/live.js"></script>"#;
    FRAME.page(&StatedIdentity::of(request.headers()), "Live", body)
}

async fn nothing(headers: HeaderMap) -> Response {
    FRAME.missing(&StatedIdentity::of(&headers), "page at this address")
}
