//! The one request of a check, and the head of its answer.

use crate::UpstreamFinding;
use bytes::Bytes;
use countersign_facts::Upstream;
use http::{HeaderMap, Request, header};
use http_body_util::Empty;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use std::pin::pin;
use tokio::io::{AsyncRead, AsyncWrite};

/// Maximum size of the head of an answer, in bytes; more is no answer of a web application.
const HEAD: usize = 16 << 10;

/// Maximum length of a redirect that is shown, in bytes.
const LONGEST_REDIRECT: usize = 300;

/// Asks for `/` and reads the head of the answer.
pub async fn ask<S>(stream: S, upstream: &Upstream, host: Option<&str>) -> UpstreamFinding
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let authority = host.map_or_else(|| authority(upstream), str::to_owned);
    let request = Request::get("/")
        .header(header::HOST, authority)
        .header(header::USER_AGENT, "countersign-upstream-check")
        .header(header::ACCEPT, "*/*")
        .header(header::CONNECTION, "close")
        .body(Empty::<Bytes>::new());
    let Ok(request) = request else { return not_http("its name cannot stand in a request") };
    let opened = http1::Builder::new().max_buf_size(HEAD).handshake(TokioIo::new(stream)).await;
    let Ok((mut sender, connection)) = opened else { return not_http("the connection broke off") };
    let mut connection = pin!(connection);
    let mut answer = pin!(sender.send_request(request));
    // The connection is driven here and not in a task of its own, so that nothing of it outlives the check.
    let answered = tokio::select! {
        biased;
        answered = &mut answer => answered,
        _ = &mut connection => answer.await,
    };
    match answered {
        Ok(response) => UpstreamFinding::Answers {
            status: response.status().as_u16(),
            redirect: response.status().is_redirection().then(|| redirect(response.headers())).flatten(),
        },
        Err(error) if error.is_parse_too_large() => not_http("the head of its answer is too large"),
        Err(error) if error.is_parse() => not_http("what it sends is not HTTP/1.1"),
        Err(_) => not_http("it closed the connection without an answer"),
    }
}

fn not_http(why: &str) -> UpstreamFinding {
    UpstreamFinding::NotHttp(why.to_owned())
}

/// Returns what the request names as its host without a host of the application.
fn authority(upstream: &Upstream) -> String {
    let origin = upstream.to_string();
    origin.split_once("://").map_or_else(String::new, |(_, authority)| authority.to_owned())
}

/// Returns the place of a redirect as it can be shown: query and fragment may hold a secret of a sign-in, and so may
/// what stands before an `@`.
fn redirect(headers: &HeaderMap) -> Option<String> {
    let place = headers.get(header::LOCATION)?.to_str().ok()?;
    let place = place.split(['?', '#']).next()?;
    // Also without a scheme: `//host/path`.
    let shown = match place.split_once("//") {
        Some((scheme, rest)) if scheme.is_empty() || scheme.ends_with(':') => {
            let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            let host = authority.rsplit('@').next().unwrap_or_default();
            format!("{scheme}//{host}{path}")
        }
        _ => place.to_owned(),
    };
    (shown.len() <= LONGEST_REDIRECT).then_some(shown)
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    #[test]
    fn a_redirect_is_shown_without_what_may_be_secret() {
        let check = |sent: &str, shown: Option<&str>| {
            let headers = HeaderMap::from_iter([(header::LOCATION, HeaderValue::from_str(sent).unwrap())]);
            assert_eq!(redirect(&headers).as_deref(), shown, "{sent}");
        };
        check("/login", Some("/login"));
        check("/login?token=abc#part", Some("/login"));
        check("https://me:secret@sso.example/start?state=abc", Some("https://sso.example/start"));
        check("https://sso.example", Some("https://sso.example"));
        check("//me:secret@sso.example/start", Some("//sso.example/start"));
        check("/a//b@c", Some("/a//b@c"));
        check(&format!("/{}", "a".repeat(LONGEST_REDIRECT)), None);
    }

    #[test]
    fn a_request_without_a_host_names_the_upstream() {
        for (upstream, named) in [("http://127.0.0.1:3000", "127.0.0.1:3000"), ("https://[::1]", "[::1]:443")]
        {
            assert_eq!(authority(&upstream.parse().unwrap()), named);
        }
    }
}
