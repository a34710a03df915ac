//! Decisions for third-party gates: nginx `auth_request`, Caddy `forward_auth`, Traefik `ForwardAuth`.
//!
//! Such a proxy asks before each request and forwards by itself. The gate must trust what it states about the request,
//! so the proxy presents a service account's token, which is valid for one application. It makes its statements in
//! headers, which a client can send too. So the endpoint's configuration determines which headers are read, never their
//! presence.
//!
//! Two functions of our own gate are impossible here, as `docs/forward-auth.md` says: a proxy's stream cannot be cut
//! off when the access is revoked, and an answer cannot be decided as a download.

use crate::body::Answer;
use crate::gate::{Gate, route};
use crate::headers::without_ours;
use crate::heard::RequestHead;
use crate::host::host_of;
use crate::method;
use crate::pages::{Notice, Reader};
use crate::target::Target;
use crate::upgrade::Upgrade;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use countersign_admission::{Completion, Ended, Refused, Snapshot, Why};
use countersign_facts::Digest;
use countersign_gate::{Peer, key_of};
use countersign_names::Timestamp;
use countersign_world::{Application, Token, World};
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::{Response, StatusCode};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

/// The header that tells a proxy, which cannot redirect by itself, where to send the browser.
const SIGN_IN: HeaderName = HeaderName::from_static("x-countersign-sign-in");

/// The headers in which a proxy states the original request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// `X-Original-Method`, `-URI`, `-Host` and `X-Forwarded-Proto`, set by the configuration in our docs. nginx passes
    /// on 200, 401 and 403 only, so the answer is never a redirect: `X-Countersign-Sign-In` contains the target.
    Nginx,
    /// `X-Forwarded-Method`, `-Uri`, `-Host`, `-Proto`, as Caddy and Traefik set them by default.
    Forwarded,
}

/// How far a proxy is trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ForeignProxy {
    /// Its dialect.
    pub dialect: Dialect,
    /// Whether `X-Countersign-Client-Cert` states the client certificate that was proved to the proxy. Only a proxy
    /// that always sets this header (to nothing if there is no certificate) can be trusted; with any other, a client
    /// could claim to be any device.
    pub client_certificates: bool,
}

impl ForeignProxy {
    /// Returns the proxy for this name, which is the last segment of an endpoint in `docs/forward-auth.md`.
    pub fn named(name: &str) -> Option<Self> {
        let (kind, client_certificates) =
            name.strip_suffix("-with-certificates").map_or((name, false), |kind| (kind, true));
        let dialect = match kind {
            "nginx" => Dialect::Nginx,
            "caddy" | "traefik" => Dialect::Forwarded,
            _ => return None,
        };
        Some(Self { dialect, client_certificates })
    }
}

/// The request that a proxy describes.
struct Claimed {
    heard: RequestHead,
    peer: Peer,
}

impl Gate {
    /// Decides for a proxy that asks with these headers. The proxy handles the answer's status, headers and body in its
    /// own way: 200 lets the request through, with the assertion and the decision as headers to copy.
    pub async fn decide_for_proxy(&self, proxy: ForeignProxy, headers: &HeaderMap) -> Response<Answer> {
        let begun = Instant::now();
        let claimed = match claimed(proxy, headers) {
            Ok(claimed) => claimed,
            Err(notice) => return self.refuse_proxy(proxy, notice, Reader::Program),
        };
        let Claimed { heard, peer } = &claimed;
        let snapshot = self.admission.snapshot();
        let table = self.table(snapshot.world());
        let token =
            table.application(&heard.host).and_then(|application| token_for(&snapshot, application, headers));
        let Some(token) = token else {
            let text =
                "The proxy must send the token of a service account that may ask about this application.";
            let notice = Notice::new(StatusCode::UNAUTHORIZED, "unknown-proxy", "Who asks?", text);
            return self.pages.answer(&notice, Reader::Program);
        };
        self.admission.observations().token_used(token.id, snapshot.at());
        let routed = match route(&table, heard) {
            Ok(routed) => routed,
            Err(notice) => return self.refuse_proxy(proxy, notice, heard.reader),
        };
        let question = self.question(&snapshot, &routed, heard, *peer, headers);
        if let Err(wait) = self.throttle(&snapshot, &question) {
            return self.refuse_proxy(proxy, Box::new(Notice::too_many(wait)), heard.reader);
        }
        match self.ask(&snapshot, heard, headers, question).await {
            Ok(admitted) => {
                routed.decided(true, begun.elapsed());
                let word = self.word(&admitted, routed.assertion());
                // The proxy forwards by itself and does not report the result.
                let (status, bytes_in, bytes_out) = (0, 0, 0);
                admitted.complete(Completion { status, bytes_in, bytes_out, ended: Ended::Finished });
                match word {
                    Some(word) => let_through(word, without_ours(headers)),
                    None => {
                        self.pages.answer(&Notice::unavailable("No assertion could be signed."), heard.reader)
                    }
                }
            }
            Err(refused) => {
                routed.decided(false, begun.elapsed());
                self.refuse_for_proxy(proxy, &refused, heard, headers)
            }
        }
    }

    /// Returns a refusal for a proxy without a valid token if its address has sent too many such requests: it is
    /// then an unauthenticated caller like any other. Call it before [`Gate::decide_for_proxy`].
    pub fn throttle_unauthenticated_proxy(
        &self,
        from: Option<IpAddr>,
        headers: &HeaderMap,
    ) -> Option<Response<Answer>> {
        if token_of(&self.admission.world(), headers, self.admission.now()).is_some() {
            return None;
        }
        let wait = self.unauthenticated.admit(from).err()?;
        Some(self.pages.answer(&Notice::too_many(wait), Reader::Program))
    }

    fn refuse_for_proxy(
        &self,
        proxy: ForeignProxy,
        refused: &Refused,
        heard: &RequestHead,
        headers: &HeaderMap,
    ) -> Response<Answer> {
        if refused.why() != Why::Denied || !refused.needs_sign_in() {
            return self.pages.answer(&self.denial(refused, heard, headers), heard.reader);
        }
        match (proxy.dialect, heard.reader) {
            (Dialect::Forwarded, _) => self.refusal(refused, heard, headers),
            (Dialect::Nginx, reader) => {
                let notice = self.signed_out(refused, heard, headers);
                let location = notice.remedies.iter().find_map(|remedy| remedy.link.clone());
                let mut answer = self.pages.answer(&notice, reader);
                if let Some(location) = location.and_then(|location| HeaderValue::try_from(location).ok()) {
                    answer.headers_mut().insert(SIGN_IN, location);
                }
                answer
            }
        }
    }

    /// Refuses an invalid request. nginx treats anything except 401 and 403 as a fault of ours.
    fn refuse_proxy(&self, proxy: ForeignProxy, mut notice: Box<Notice>, reader: Reader) -> Response<Answer> {
        if proxy.dialect == Dialect::Nginx {
            notice.status = StatusCode::FORBIDDEN;
        }
        notice.close = false;
        self.pages.answer(&notice, reader)
    }
}

/// Returns the token in these headers, if it allows requests about `application`.
fn token_for<'a>(
    snapshot: &'a Snapshot,
    application: &Arc<Application>,
    headers: &HeaderMap,
) -> Option<&'a Arc<Token>> {
    token_of(snapshot.world(), headers, snapshot.at())
        .filter(|token| token.application.as_ref() == Some(&application.name))
}

/// Returns the token in these headers, if it is valid.
fn token_of<'a>(world: &'a World, headers: &HeaderMap, now: Timestamp) -> Option<&'a Arc<Token>> {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, token(headers)?);
    let bytes = <[u8; 32]>::try_from(digest.as_ref()).ok()?;
    world.token_by_secret(&Digest::new(bytes), now)
}

/// Returns the positive answer: the gate's assertion headers, and the cookies that the application may see, which the
/// proxy sends in place of the client's.
fn let_through(word: Vec<(HeaderName, HeaderValue)>, cookies: Option<HeaderValue>) -> Response<Answer> {
    let mut answer = Response::new(Answer::Empty);
    answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer.headers_mut().extend(word);
    if let Some(cookies) = cookies {
        answer.headers_mut().insert(header::COOKIE, cookies);
    }
    answer
}

/// Returns the proxy's token: from its own header, or a bearer token for proxies that can set nothing else.
fn token(headers: &HeaderMap) -> Option<&[u8]> {
    match one(headers, "x-countersign-proxy") {
        Ok(Some(token)) => Some(token.as_bytes()),
        Ok(None) => one(headers, "authorization").ok()??.as_bytes().strip_prefix(b"Bearer "),
        Err(_) => None,
    }
}

/// Returns the only value of a header. Two values are refused, because the second may be the client's.
fn one<'a>(headers: &'a HeaderMap, name: &str) -> Result<Option<&'a HeaderValue>, Box<Notice>> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (value, None) => Ok(value),
        _ => Err(Notice::bad_request(format!("The proxy sent {name} more than once."))),
    }
}

fn required<'a>(headers: &'a HeaderMap, name: &str) -> Result<&'a str, Box<Notice>> {
    one(headers, name)?
        .and_then(|value| value.to_str().ok())
        .filter(|value| !value.is_empty())
        .ok_or_else(|| Notice::bad_request(format!("The proxy did not send {name}.")))
}

/// Parses the proxy's description of the request.
fn claimed(proxy: ForeignProxy, headers: &HeaderMap) -> Result<Claimed, Box<Notice>> {
    let (method, uri, host, proto) = match proxy.dialect {
        Dialect::Nginx => ("x-original-method", "x-original-uri", "x-original-host", "x-forwarded-proto"),
        Dialect::Forwarded => {
            ("x-forwarded-method", "x-forwarded-uri", "x-forwarded-host", "x-forwarded-proto")
        }
    };
    let wrong = |name: &str| Notice::bad_request(format!("What the proxy sent in {name} cannot be read."));
    let method = method::read(required(headers, method)?.as_bytes())?;
    let target = Target::parse(required(headers, uri)?.as_bytes())
        .map_err(|why| Notice::bad_request(format!("In this request {why}.")))?;
    let authority = required(headers, host)?;
    let host = host_of(authority).ok_or_else(|| wrong(host))?;
    let tls = match required(headers, proto)? {
        "https" | "wss" => true,
        "http" | "ws" => false,
        _ => return Err(wrong(proto)),
    };
    // The proxy writes `Connection` itself, so consistency is its responsibility.
    let upgrade = one(headers, "x-original-upgrade")?.filter(|value| !value.is_empty());
    let opens_stream = match Upgrade::of(&method, upgrade, true) {
        Upgrade::None => false,
        Upgrade::WebSocket => true,
        Upgrade::Refused | Upgrade::Ambiguous => {
            return Err(Notice::bad_request(
                "The only protocol to switch to is websocket, with GET: with any other, what the application carries out \
                 might not be what was decided.",
            ));
        }
    };
    let key = if proxy.client_certificates { certificate_key(headers)? } else { None };
    let heard = RequestHead {
        reader: Reader::of(&method, headers),
        method,
        authority: HeaderValue::try_from(authority).map_err(|_| wrong("the host"))?,
        host,
        target,
        opens_stream,
    };
    Ok(Claimed { heard, peer: Peer { address: address(headers)?, key, tls } })
}

/// Returns the client's address from the last entry of `X-Forwarded-For`, which the proxy added; the client may have
/// sent those before it.
fn address(headers: &HeaderMap) -> Result<IpAddr, Box<Notice>> {
    headers
        .get_all("x-forwarded-for")
        .iter()
        .next_back()
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.rsplit(',').next())
        .and_then(|last| last.trim().trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>().ok())
        .map(|address| address.to_canonical())
        .ok_or_else(|| Notice::bad_request("The proxy did not send the client's address in x-forwarded-for."))
}

/// Returns the key of the certificate that the client proved to the proxy. nginx escapes PEM as in a URL, Caddy sends
/// the DER in base64; both reduce to base64, between two dashed lines or without them.
fn certificate_key(headers: &HeaderMap) -> Result<Option<Digest>, Box<Notice>> {
    const NAME: &str = "x-countersign-client-cert";
    let Some(value) = one(headers, NAME)?.filter(|value| !value.is_empty()) else { return Ok(None) };
    let wrong = || Notice::bad_request(format!("What the proxy sent in {NAME} is no certificate."));
    let text = value.to_str().map_err(|_| wrong())?;
    let text = text
        .replace("-----BEGIN%20CERTIFICATE-----", "")
        .replace("-----END%20CERTIFICATE-----", "")
        .replace("%0A", "")
        .replace("%2B", "+")
        .replace("%2F", "/")
        .replace("%3D", "=");
    let der = STANDARD.decode(text.trim()).map_err(|_| wrong())?;
    key_of(&der).map(Some).ok_or_else(wrong)
}
