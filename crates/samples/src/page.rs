//! The frame of the samples' pages: escaping, layout, style sheet, and responses.

use crate::asking::StatedIdentity;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};

/// Escapes text for HTML, including quoted attributes.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// The page frame of one application.
pub(crate) struct Frame {
    /// The application's title.
    pub(crate) title: &'static str,
    /// Its sensitivity label, as users see it.
    pub(crate) label: &'static str,
    /// Its menu: paths and link texts.
    pub(crate) menu: &'static [(&'static str, &'static str)],
}

impl Frame {
    /// Returns a page: `heading` is text, `body` is HTML.
    pub(crate) fn page(&self, asking: &StatedIdentity, heading: &str, body: &str) -> Response {
        let Self { title, label, .. } = self;
        let menu: String =
            self.menu.iter().map(|(path, words)| format!(r#"<a href="{path}">{words}</a>"#)).collect();
        let heading = escape(heading);
        let asking = asking.shown();
        unstored(Html(format!(
            r#"<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{heading} - {title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/style.css">
<header><strong>{title}</strong><span class="label">{label}</span><nav>{menu}</nav></header>
<main><h1>{heading}</h1>
{body}
</main>
<footer><h2>Who the gate says is asking</h2>
{asking}
<p class="quiet">Shown as it arrived, without checking the signature. An application that decides by it must
verify it first.</p></footer>
</html>
"#
        )))
    }

    /// Returns the page for a missing resource.
    pub(crate) fn missing(&self, asking: &StatedIdentity, what: &str) -> Response {
        let body = format!(r#"<p>There is no {}.</p><p><a href="/">Back</a></p>"#, escape(what));
        (StatusCode::NOT_FOUND, self.page(asking, "Not here", &body)).into_response()
    }
}

/// Returns a response that no cache stores, so that a page cannot be seen again after access has ended.
pub(crate) fn unstored(answer: impl IntoResponse) -> Response {
    ([(header::CACHE_CONTROL, "no-store")], answer).into_response()
}

/// Returns a file as a download.
pub(crate) fn attachment(kind: &'static str, name: &str, bytes: Vec<u8>) -> Response {
    let disposition = format!("attachment; filename=\"{name}\"");
    let headers = [(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, disposition)];
    unstored((headers, bytes))
}

/// Redirects to a page after a form.
pub(crate) fn see_other(path: &str) -> Response {
    Redirect::to(path).into_response()
}

pub(crate) async fn style() -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], include_str!("assets/style.css")).into_response()
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn no_character_of_a_page_survives_as_markup() {
        assert_eq!(
            escape(r#"<a href="x" title='y'>&</a>"#),
            "&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;&lt;/a&gt;"
        );
        assert_eq!(escape("Ärger 1 + 1"), "Ärger 1 + 1");
    }
}
