//! Headers as a browser or another proxy sends them: cookies, return paths, and what a proxy says of a request. Nobody
//! is signed in by bytes that the world does not know, nobody is let through without a token, and nobody is ever sent
//! to another host than the application's.
//!
//! Everything real stands behind it, in a folder that stays in the system's temporary folder.

use crate::Fields;
use countersign_admission::{Admission, Freshness, Settings};
use countersign_authn::{Authn, ReturnPath};
use countersign_evidence::{Evidence, Options};
use countersign_facts::Stated;
use countersign_gate_http::{
    AssertionKey, Dialect, ForeignProxy, Gate, GateConfig, Later, Redirect, SignIn, SignInFailed,
};
use countersign_journal::Journal;
use countersign_ledger::Ledger;
use countersign_names::{ApplicationName, SessionId, Timestamp};
use countersign_world::World;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use std::sync::{Arc, LazyLock};
use tokio::runtime::Runtime;
use url::Url;

const ORIGIN: &str = "https://id.example";
const HOST: &str = "wiki.localhost";
/// An application as a fact, in the form that must parse for ever.
const WIKI: &[u8] = include_bytes!("wiki.json");

/// The headers that anything here reads, so that the fuzzer need not guess their names.
const NAMES: [&str; 16] = [
    "cookie",
    "x-forwarded-method",
    "x-forwarded-uri",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-forwarded-for",
    "x-original-method",
    "x-original-uri",
    "x-original-host",
    "x-original-upgrade",
    "x-countersign-client-cert",
    "x-countersign-proxy",
    "authorization",
    "accept",
    "sec-fetch-site",
    "host",
];

#[derive(Debug)]
struct BrowserHeaders {
    headers: Vec<(u8, Vec<u8>)>,
    /// Fills in what every honest proxy sends, so that the rest is reached.
    honest: bool,
    nginx: bool,
    certificates: bool,
    return_to: String,
}

impl BrowserHeaders {
    fn read(fields: &mut Fields<'_>) -> Self {
        let flags = fields.byte();
        let return_to = fields.text().to_owned();
        let mut headers = Vec::new();
        while !fields.is_empty() {
            headers.push((fields.byte(), fields.bytes().to_vec()));
        }
        Self {
            headers,
            honest: flags & 1 != 0,
            nginx: flags & 2 != 0,
            certificates: flags & 4 != 0,
            return_to,
        }
    }
}

struct FuzzedInstallation {
    runtime: Runtime,
    authn: Arc<Authn>,
    gate: Gate,
    ledger: Ledger,
    wiki: ApplicationName,
}

static PLACE: LazyLock<FuzzedInstallation> = LazyLock::new(FuzzedInstallation::new);

/// Asks sign-in and the gate with headers. Returns whether the path to return to was accepted.
pub fn headers_and_cookies(bytes: &[u8]) -> bool {
    let input = BrowserHeaders::read(&mut Fields::new(bytes));
    let place = &*PLACE;
    let headers = headers(&input);
    let world = place.ledger.world();

    let session = place.authn.session_of(&world, &place.wiki, &headers, place.ledger.now());
    assert_eq!(session, None, "nobody has a session");

    let returned = input.return_to.parse::<ReturnPath>();
    let is_accepted = returned.is_ok();
    if let Ok(path) = returned {
        let base = Url::parse(&format!("https://{HOST}/")).expect("a base");
        let joined = base.join(path.as_str()).expect("a return path is a path");
        assert_eq!((joined.scheme(), joined.host_str()), ("https", Some(HOST)), "{path:?} stays on its host");
        let sent = place.authn.begin(HOST, path.as_str(), &headers).expect("a sound path can be returned to");
        assert!(sent.location.starts_with(&format!("{ORIGIN}/sign-in?")), "{}", sent.location);
    } else {
        assert!(place.authn.begin(HOST, &input.return_to, &headers).is_err());
    }

    let dialect = if input.nginx { Dialect::Nginx } else { Dialect::Forwarded };
    let proxy = ForeignProxy { dialect, client_certificates: input.certificates };
    let answer = place.runtime.block_on(place.gate.decide_for_proxy(proxy, &headers));
    assert!(answer.status().is_client_error(), "no token, no answer: {}", answer.status());
    is_accepted
}

fn headers(input: &BrowserHeaders) -> HeaderMap {
    let mut headers = HeaderMap::new();
    if input.honest {
        let kind = if input.nginx { "original" } else { "forwarded" };
        for (name, value) in [
            (format!("x-{kind}-method"), "GET"),
            (format!("x-{kind}-uri"), "/a?b=c"),
            (format!("x-{kind}-host"), HOST),
            ("x-forwarded-proto".to_owned(), "https"),
            ("x-forwarded-for".to_owned(), "192.0.2.1"),
        ] {
            headers.insert(name.parse::<HeaderName>().expect("a name"), HeaderValue::from_static(value));
        }
    }
    for (name, value) in input.headers.iter().take(32) {
        let name = NAMES[usize::from(*name) % NAMES.len()];
        if let Ok(value) = HeaderValue::from_bytes(value) {
            // With `honest`, the first of a name replaces what was filled in; further ones stand beside it.
            headers.append(HeaderName::from_static(name), value);
        }
    }
    headers
}

impl FuzzedInstallation {
    fn new() -> Self {
        let folder = tempfile::Builder::new().prefix("countersign-fuzz-").tempdir().expect("a folder").keep();
        let runtime = Runtime::new().expect("a runtime");
        let (ledger, admission) = runtime.block_on(async {
            let journal = Journal::open_sqlite(folder.join("journal.sqlite")).await.expect("a journal");
            let clock = Arc::new(|| Timestamp::from_micros(1_800_000_000_000_000));
            let ledger = Ledger::open(journal, clock, |_| {}).await.expect("a ledger");
            let wiki = Stated::from_bytes(WIKI).expect("the sample is a fact");
            ledger.state(wiki.by, vec![wiki.fact]).await.expect("the sample can be stated");
            let (sink, _store) =
                Evidence::open(folder.join("evidence"), Options::default()).expect("evidence");
            let settings = Settings { gate: "fuzz".to_owned(), freshness: Freshness::default() };
            let admission = Admission::start(settings, ledger.clone(), sink);
            (ledger, admission)
        });
        let config = countersign_authn::Config::new(ORIGIN.parse().expect("an origin"));
        let authn = Arc::new(Authn::new(ledger.clone(), config).expect("sign-in"));
        let key = AssertionKey::generate().expect("a key");
        let gate = Gate::new(GateConfig::new(ORIGIN), admission, Arc::new(AsAuthn(authn.clone())), key)
            .expect("a gate");
        Self { runtime, authn, gate, ledger, wiki: "wiki".parse().expect("a name") }
    }
}

/// Signing in as the gate sees it, without the two ends that state facts.
struct AsAuthn(Arc<Authn>);

fn redirect(from: countersign_authn::Redirect) -> Redirect {
    Redirect { location: from.location, set_cookies: from.set_cookies }
}

fn failed(refusal: countersign_authn::Refusal) -> SignInFailed {
    SignInFailed { status: refusal.status(), text: refusal.to_string() }
}

fn not_here<'a>() -> Later<'a, Result<Redirect, SignInFailed>> {
    Box::pin(async { Err(SignInFailed { status: StatusCode::NOT_FOUND, text: "not here".to_owned() }) })
}

impl SignIn for AsAuthn {
    fn session(
        &self,
        world: &World,
        application: &ApplicationName,
        headers: &HeaderMap,
        now: Timestamp,
    ) -> Option<SessionId> {
        self.0.session_of(world, application, headers, now)
    }

    fn begin(&self, host: &str, return_to: &str, headers: &HeaderMap) -> Result<Redirect, SignInFailed> {
        self.0.begin(host, return_to, headers).map(redirect).map_err(failed)
    }

    fn step_up(&self, host: &str, return_to: &str, headers: &HeaderMap) -> Result<Redirect, SignInFailed> {
        self.0.step_up_link(host, return_to, headers).map(redirect).map_err(failed)
    }

    fn finish<'a>(
        &'a self,
        _application: &'a ApplicationName,
        _query: &'a str,
        _headers: &'a HeaderMap,
    ) -> Later<'a, Result<Redirect, SignInFailed>> {
        not_here()
    }

    fn sign_out<'a>(
        &'a self,
        _application: &'a ApplicationName,
        _headers: &'a HeaderMap,
    ) -> Later<'a, Result<Redirect, SignInFailed>> {
        not_here()
    }
}
