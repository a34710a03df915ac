//! A whole sign-in host with a journal in a temporary folder, browsers that store cookies, and authenticators.

pub mod idp;
pub mod soft;

use self::soft::Soft;
use axum::Router;
use axum::body::Body;
use countersign_authn::{Authn, Bootstrap, ClientAddress, Config, Redirect, Secret, router};
use countersign_facts::{
    Actor, Application, ApplicationFact, ApplicationProtocol, ApplicationStage, Fact, HttpApplication,
    InvitationPurpose, PartRoutes, Person, PersonFact, PersonKind,
};
use countersign_federation::ProviderClient;
use countersign_journal::Journal;
use countersign_ledger::Ledger;
use countersign_names::{ApplicationName, InvitationId, PersonId, SessionId, Timestamp};
use countersign_world::NewInvitation;
use http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use tower::ServiceExt;
use uuid::Uuid;

pub const ORIGIN: &str = "http://countersign.localhost:8080";
pub const NOON: i64 = 1_795_348_800_000_000;

pub struct House {
    pub authn: Arc<Authn>,
    pub ledger: Ledger,
    pub router: Router,
    clock: Arc<AtomicI64>,
    _folder: tempfile::TempDir,
}

impl House {
    pub async fn open() -> Self {
        Self::with(|_| {}).await
    }

    pub async fn with(change: impl FnOnce(&mut Config)) -> Self {
        Self::waiting(Duration::from_secs(60), change).await
    }

    /// Opens one that waits this long for a provider.
    pub async fn waiting(limit: Duration, change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::open_sqlite(folder.path().join("journal.db")).await.unwrap();
        let clock = Arc::new(AtomicI64::new(NOON));
        let hand = clock.clone();
        let read = Arc::new(move || Timestamp::from_micros(hand.load(Ordering::SeqCst)));
        let ledger = Ledger::open(journal, read, |_| {}).await.unwrap();
        let mut config = Config::new(ORIGIN.parse().unwrap());
        change(&mut config);
        let secrets = [("corp".parse().unwrap(), "s3/cret".to_owned().into())];
        let authn = Authn::new(ledger.clone(), config).unwrap();
        let authn =
            Arc::new(authn.with_providers(ProviderClient::waiting_at_most(no_tls(), limit), secrets.into()));
        let router = router(authn.clone(), Arc::new(()));
        let house = Self { authn, ledger, router, clock, _folder: folder };
        house.state([declared("wiki"), declared("payroll")]).await;
        house
    }

    pub async fn state(&self, facts: impl IntoIterator<Item = Fact>) {
        let facts: Vec<Fact> = facts.into_iter().collect();
        self.ledger
            .command(Actor::Operator, move |_, _| Ok::<_, std::convert::Infallible>((facts.clone(), ())))
            .await
            .unwrap();
    }

    pub fn wait(&self, span: Duration) {
        self.clock.fetch_add(i64::try_from(span.as_micros()).unwrap(), Ordering::SeqCst);
    }

    pub fn browser(&self) -> Browser {
        Browser { router: self.router.clone(), cookies: BTreeMap::new() }
    }

    pub async fn person(&self, name: &str) -> PersonId {
        let person = PersonId::new(Uuid::new_v4());
        let about = Person {
            name: name.to_owned(),
            email: format!("{}@example.com", name.to_lowercase()),
            kind: PersonKind::Employee,
            aliases: BTreeSet::new(),
        };
        self.state([Fact::Person(PersonFact::Added { person, about })]).await;
        person
    }

    pub async fn invite(&self, person: PersonId, purpose: InvitationPurpose) -> String {
        let secret = Secret::draw().unwrap();
        let id = InvitationId::new(Uuid::new_v4());
        let life = self.authn.config().invitation;
        let new = NewInvitation { id, person, secret: secret.digest(), purpose, life };
        let facts = self.ledger.world().invite(&new, self.ledger.now()).unwrap();
        self.state(facts).await;
        secret.text().expose_secret().to_owned()
    }

    /// Creates a person with a passkey on `soft`; returns the signed-in browser of the enrolment, too.
    pub async fn enrolled(&self, name: &str, soft: &mut Soft) -> (PersonId, Browser) {
        let person = self.person(name).await;
        let secret = self.invite(person, InvitationPurpose::Enrol).await;
        let mut browser = self.browser();
        browser.enrol(&secret, soft).await.expect_status(StatusCode::OK);
        (person, browser)
    }

    pub async fn bootstrap(&self) -> Option<String> {
        match self.authn.bootstrap("Ada@Example.com", "Ada").await.unwrap() {
            Bootstrap::Invited(invite) => Some(secret_of(invite.link.expose_secret())),
            Bootstrap::Done => None,
        }
    }

    /// Returns the session of a browser at an application.
    pub fn session_at(&self, application: &str, browser: &Browser) -> Option<SessionId> {
        let world = self.ledger.world();
        self.authn.session_of(&world, &name(application), &browser.headers(application), self.ledger.now())
    }
}

/// Settings of TLS that trust nobody.
fn no_tls() -> Arc<rustls::ClientConfig> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    Arc::new(config.unwrap().with_root_certificates(rustls::RootCertStore::empty()).with_no_client_auth())
}

pub fn name(application: &str) -> ApplicationName {
    application.parse().unwrap()
}

fn secret_of(link: &str) -> String {
    let (page, secret) = link.split_once('#').unwrap();
    assert_eq!(page, "http://countersign.localhost:8080/enrol");
    secret.to_owned()
}

pub fn declared(application: &str) -> Fact {
    Fact::Application(ApplicationFact::Declared {
        application: name(application),
        about: Application {
            title: format!("The {application}"),
            owner: "tests".to_owned(),
            stage: ApplicationStage::Enforce,
            sensitivity: None,
            resources: Vec::new(),
            operations: BTreeMap::new(),
            protocol: ApplicationProtocol::Http(HttpApplication {
                hosts: BTreeSet::from([format!("{application}.localhost")]),
                upstream: "http://127.0.0.1:1".parse().unwrap(),
                routes: PartRoutes::default(),
                assertion_header: "x-countersign-assertion".to_owned(),
                download_types: BTreeSet::new(),
                request_headers: None,
            }),
        },
    })
}

/// A browser that stores cookies by host: `sign-in` and the applications' names.
#[derive(Clone)]
pub struct Browser {
    router: Router,
    pub cookies: BTreeMap<(String, String), String>,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or(Value::Null)
    }

    pub fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }

    pub fn location(&self) -> String {
        match self.headers.get(header::LOCATION) {
            Some(location) => location.to_str().unwrap().to_owned(),
            None => self.json()["location"].as_str().unwrap().to_owned(),
        }
    }

    #[track_caller]
    pub fn expect_status(self, status: StatusCode) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }

    #[track_caller]
    pub fn expect_code(self, status: StatusCode, code: &str) -> Self {
        assert_eq!((self.status, self.code().as_str()), (status, code), "{}", self.text);
        assert_eq!(self.headers[header::CONTENT_TYPE], "application/problem+json");
        self
    }
}

impl Browser {
    /// Returns the headers that this browser sends to a host.
    pub fn headers(&self, at: &str) -> HeaderMap {
        let pairs: Vec<String> = self
            .cookies
            .iter()
            .filter(|((host, _), _)| host == at)
            .map(|((_, name), value)| format!("{name}={value}"))
            .collect();
        let mut headers = HeaderMap::new();
        if !pairs.is_empty() {
            headers.insert(header::COOKIE, pairs.join("; ").parse().unwrap());
        }
        headers
    }

    pub fn keep<'a>(&mut self, at: &str, set: impl IntoIterator<Item = &'a http::HeaderValue>) {
        for value in set {
            let text = value.to_str().unwrap();
            let (pair, attributes) = text.split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            assert!(
                name.starts_with("__Host-")
                    && attributes.contains("Secure")
                    && attributes.contains("HttpOnly")
            );
            let key = (at.to_owned(), name.to_owned());
            if attributes.contains("Max-Age=0") {
                self.cookies.remove(&key);
            } else {
                self.cookies.insert(key, value.to_owned());
            }
        }
    }

    pub fn follow(&mut self, at: &str, redirect: &Redirect) -> String {
        self.keep(at, &redirect.set_cookies);
        redirect.location.clone()
    }

    pub async fn send(&mut self, mut request: Request<Body>) -> Answer {
        for (name, value) in &self.headers("sign-in") {
            request.headers_mut().append(name, value.clone());
        }
        if !request.headers().contains_key(header::HOST) {
            request.headers_mut().insert(header::HOST, "countersign.localhost:8080".parse().unwrap());
        }
        if request.extensions().get::<ClientAddress>().is_none() {
            request.extensions_mut().insert(ClientAddress("192.0.2.7".parse().unwrap()));
        }
        let answer = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = answer.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let set: Vec<_> = parts.headers.get_all(header::SET_COOKIE).iter().cloned().collect();
        self.keep("sign-in", &set);
        Answer {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8(bytes.to_vec()).unwrap(),
        }
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        let path = path.strip_prefix(ORIGIN).unwrap_or(path);
        let request = Request::get(path).header(header::ACCEPT, "text/html");
        self.send(request.body(Body::empty()).unwrap()).await
    }

    pub async fn post(&mut self, path: &str, body: Value) -> Answer {
        self.send(post(path).body(body.to_string().into()).unwrap()).await
    }

    pub async fn enrol(&mut self, secret: &str, soft: &mut Soft) -> Answer {
        let begun = self.post("/enrol/start", json!({ "invitation": secret })).await;
        if begun.status != StatusCode::OK {
            return begun;
        }
        let begun = begun.json();
        let credential = soft.create(&begun["publicKey"]);
        let body = json!({ "ceremony": begun["ceremony"], "credential": credential, "name": "Laptop" });
        self.post("/enrol/finish", body).await
    }

    /// Runs the ceremony at `path` (`/sign-in` or `/step-up`) with `soft`.
    pub async fn sign(&mut self, path: &str, soft: &mut Soft, target: Value) -> Answer {
        let begun = self.post(&format!("{path}/start"), json!({})).await;
        if begun.status != StatusCode::OK {
            return begun;
        }
        let begun = begun.json();
        let credential = soft.get(&begun["publicKey"]);
        let body = json!({ "ceremony": begun["ceremony"], "credential": credential, "target": target });
        self.post(&format!("{path}/finish"), body).await
    }

    pub async fn sign_in(&mut self, soft: &mut Soft) -> Answer {
        self.sign("/sign-in", soft, json!({})).await
    }

    /// Opens an application as a signed-in browser; returns the final path.
    pub async fn open(&mut self, house: &House, application: &str, path: &str) -> String {
        let host = format!("{application}.localhost");
        let begin = house.authn.begin(&host, path, &self.headers(application)).unwrap();
        let location = self.follow(application, &begin);
        let back = self.get(&location).await.expect_status(StatusCode::SEE_OTHER).location();
        let query = callback(application, &back);
        let done = house.authn.finish(&name(application), &query, &self.headers(application)).await.unwrap();
        self.follow(application, &done)
    }
}

pub fn post(path: &str) -> http::request::Builder {
    Request::builder()
        .method(Method::POST)
        .uri(path)
        .header(header::CONTENT_TYPE, "application/json")
        .header("sec-fetch-site", "same-origin")
        .header(header::ORIGIN, ORIGIN)
}

/// Returns the query with which a browser is redirected back to an application.
#[track_caller]
pub fn callback(application: &str, location: &str) -> String {
    let start = format!("http://{application}.localhost:8080/.countersign/callback?");
    location.strip_prefix(&start).unwrap_or_else(|| panic!("{location} is not a callback")).to_owned()
}
