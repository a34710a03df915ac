//! A gate with real parts behind it: journal, ledger, policies, evidence, admission. Only sign-in is replaced: the
//! cookie of this test's user is valid from the start.

use crate::upstream;
use countersign_admission::{Admission, Freshness, Settings};
use countersign_evidence::{Evidence, Query, Row, Store};
use countersign_facts::{
    Actor, Application, ApplicationFact, ApplicationProtocol, ApplicationStage, CredentialFact, Device,
    DeviceFact, Digest, EndReason, Fact, HttpApplication, PartRoutes, Person, PersonFact, PersonKind,
    PoliciesFact, PolicyFile, Posture, Resource, Route, ServiceFact, Session, SessionFact,
};
use countersign_gate_http::{
    Answer, AssertionKey, ForeignProxy, Gate, GateConfig, Later, LocalHost, Peer, Redirect, SignIn,
    SignInFailed, Tls,
};
use countersign_journal::Journal;
use countersign_ledger::Ledger;
use countersign_names::{
    Action, ApplicationName, Assurance, CheckResult, CredentialId, DeviceId, PersonId, PostureCheck,
    Sensitivity, ServiceId, SessionId, Timestamp, TokenId,
};
use countersign_world::World;
use http::{HeaderMap, HeaderValue, StatusCode};
use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, OnceLock, Weak};
use std::time::{Duration, SystemTime};
use tokio::net::TcpListener;
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

pub const COOKIE: &str = "__Host-countersign-app=secret-of-ada";
pub const TOKEN: &str = "token-of-the-proxy";

pub struct Installation {
    pub gate: Arc<Gate>,
    pub address: SocketAddr,
    pub upstream: SocketAddr,
    pub ledger: Ledger,
    pub admission: Admission,
    pub stop: CancellationToken,
    pub served: tokio::task::JoinHandle<()>,
    store: Store,
    meanwhile: Meanwhile,
    // Removed when the test ends; the stores above are closed by then.
    _folder: tempfile::TempDir,
}

/// A fact that is stated while the gate looks up the session of a request: after routing, before the decision.
type Meanwhile = Arc<Mutex<Option<Fact>>>;

#[expect(clippy::disallowed_methods, reason = "a test is an edge: its sessions begin now")]
fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap())
}

pub fn session() -> SessionId {
    SessionId::new(Uuid::from_u128(3))
}

fn ada() -> PersonId {
    PersonId::new(Uuid::from_u128(1))
}

fn laptop() -> DeviceId {
    DeviceId::new(Uuid::from_u128(7))
}

pub fn sha256(bytes: &[u8]) -> Digest {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes);
    Digest::new(digest.as_ref().try_into().unwrap())
}

/// `board` is public, `wiki` internal and `vault` confidential, all served by one upstream; nothing listens behind
/// `gone`.
pub async fn start() -> Installation {
    start_with(GateConfig::new("https://id.example"), None).await
}

pub async fn start_with(config: GateConfig, tls: Option<Tls>) -> Installation {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::open_sqlite(folder.path().join("journal.db")).await.unwrap();
    let ledger = Ledger::open(journal, Arc::new(now), |_| {}).await.unwrap();
    let upstream = upstream::start().await;
    for fact in facts(upstream) {
        ledger.state(Actor::Operator, vec![fact]).await.unwrap();
    }
    let (sink, store) =
        Evidence::open(folder.path().join("evidence"), countersign_evidence::Options::default()).unwrap();
    let settings = Settings { gate: "test".to_owned(), freshness: Freshness::default() };
    let admission = Admission::start(settings, ledger.clone(), sink);
    let key = AssertionKey::generate().unwrap();
    let itself: Arc<OnceLock<Weak<Gate>>> = Arc::default();
    let meanwhile: Meanwhile = Arc::default();
    let sign_in = ToldSignIn { ledger: ledger.clone(), meanwhile: Arc::clone(&meanwhile) };
    let gate = Gate::new(config, admission.clone(), Arc::new(sign_in), key).unwrap();
    // Also under its address, for proxies that can use no other name.
    let decision_point = decision_point(Arc::clone(&itself));
    let gate = gate.with_local_host("id.localhost", Arc::clone(&decision_point));
    let gate = Arc::new(gate.with_local_host("127.0.0.1", decision_point));
    itself.set(Arc::downgrade(&gate)).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let stop = CancellationToken::new();
    let served = tokio::spawn(Arc::clone(&gate).serve(listener, tls, stop.clone()));
    Installation {
        gate,
        address,
        upstream,
        ledger,
        admission,
        stop,
        served,
        store,
        meanwhile,
        _folder: folder,
    }
}

/// The sign-in host, as far as proxies use it.
fn decision_point(gate: Arc<OnceLock<Weak<Gate>>>) -> Arc<dyn LocalHost> {
    let answer = move |_: Peer,
                       request: http::Request<hyper::body::Incoming>|
          -> Later<'static, http::Response<Answer>> {
        let gate = gate.get().and_then(Weak::upgrade).unwrap();
        Box::pin(async move {
            let name = request.uri().path().strip_prefix("/forward-auth/").unwrap();
            let proxy = ForeignProxy::named(name).unwrap();
            gate.decide_for_proxy(proxy, request.headers()).await
        })
    };
    Arc::new(answer)
}

impl Installation {
    pub async fn state(&self, fact: Fact) {
        self.ledger.state(Actor::Operator, vec![fact]).await.unwrap();
    }

    /// States this fact between the routing and the decision of the next request. The test needs a multi-threaded
    /// runtime.
    pub fn meanwhile(&self, fact: Fact) {
        *self.meanwhile.lock().unwrap() = Some(fact);
    }

    pub async fn revoke(&self) {
        self.state(Fact::Session(SessionFact::Ended { session: session(), reason: EndReason::Revoked }))
            .await;
    }

    /// Registers a device with this key and a healthy posture.
    pub async fn register_laptop(&self, key: Digest) {
        let about = Device {
            name: "laptop".to_owned(),
            owner: Some(ada()),
            platform: "Debian 12".to_owned(),
            managed: true,
            key: Some(key),
        };
        self.state(Fact::Device(DeviceFact::Registered { device: laptop(), about })).await;
        self.report(CheckResult::Pass).await;
    }

    pub async fn report(&self, result: CheckResult) {
        let checks = PostureCheck::ALL.iter().map(|check| (*check, result)).collect();
        let posture = Posture { collected_at: now(), checks };
        self.state(Fact::Device(DeviceFact::PostureReported { device: laptop(), posture })).await;
    }

    /// Returns the records, newest first, once `enough` of them exist.
    pub async fn recorded(&self, enough: impl Fn(&[Row]) -> bool) -> Vec<Row> {
        for _ in 0..500 {
            let rows = self.store.list(&Query::default()).rows;
            if enough(&rows) {
                return rows;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("what was waited for was never recorded: {:#?}", self.store.list(&Query::default()).rows);
    }
}

fn facts(upstream: SocketAddr) -> Vec<Fact> {
    let credential = CredentialId::new(Uuid::from_u128(2));
    let about = Person {
        name: "Ada".to_owned(),
        email: "ada@example.com".to_owned(),
        kind: PersonKind::Employee,
        aliases: BTreeSet::new(),
    };
    let mut facts = vec![
        Fact::Person(PersonFact::Added { person: ada(), about }),
        Fact::Credential(CredentialFact::Registered {
            credential,
            person: ada(),
            name: "key".to_owned(),
            invitation: None,
            assurance: Assurance::Aal2,
            passkey: serde_json::Value::Null,
        }),
        application("board", Sensitivity::Public, upstream),
        application("wiki", Sensitivity::Internal, upstream),
        application("vault", Sensitivity::Confidential, upstream),
        application("gone", Sensitivity::Public, "127.0.0.1:1".parse().unwrap()),
        policies(),
        Fact::Session(SessionFact::Started {
            session: session(),
            about: Session {
                person: ada(),
                credential,
                secret: sha256(b"at the sign-in host"),
                assurance: Assurance::Aal2,
                address: None,
                // Longer than the longest of these tests.
                expires_at: now().plus(Duration::from_secs(12 * 3600)),
            },
        }),
    ];
    for name in ["board", "wiki", "vault", "gone"] {
        facts.extend(opened(name));
    }
    facts.extend(proxy_account());
    facts
}

fn application(name: &str, label: Sensitivity, upstream: SocketAddr) -> Fact {
    application_at(name, label, &format!("http://{upstream}"))
}

pub fn application_at(name: &str, label: Sensitivity, upstream: &str) -> Fact {
    let route = |path: &str, action| Route { methods: BTreeSet::new(), path: path.to_owned(), action };
    let about = Application {
        title: name.to_owned(),
        owner: "Team".to_owned(),
        stage: ApplicationStage::Enforce,
        sensitivity: Some(label),
        resources: vec![Resource { part: "admin".to_owned(), sensitivity: None }],
        operations: BTreeMap::new(),
        protocol: ApplicationProtocol::Http(HttpApplication {
            hosts: BTreeSet::from([format!("{name}.localhost")]),
            upstream: upstream.parse().unwrap(),
            routes: PartRoutes::from_iter([("admin", vec![route("/admin/**", Some(Action::Administer))])]),
            assertion_header: "x-countersign-assertion".to_owned(),
            download_types: BTreeSet::from(["application/pdf".to_owned()]),
            request_headers: None,
        }),
    };
    Fact::Application(ApplicationFact::Declared { application: name.parse().unwrap(), about })
}

/// Every session has a cookie with the same text at every application, which only a test may do: the digests differ by
/// the application's name in front.
pub fn opened(name: &str) -> [Fact; 2] {
    let application: ApplicationName = name.parse().unwrap();
    let code = sha256(format!("code for {name}").as_bytes());
    [
        Fact::Session(SessionFact::HandedOver {
            session: session(),
            application: application.clone(),
            code,
            state: sha256(b"state"),
            expires_at: now().plus(Duration::from_secs(60)),
        }),
        Fact::Session(SessionFact::Opened {
            session: session(),
            application,
            code,
            secret: secret_at(name, "secret-of-ada"),
        }),
    ]
}

fn secret_at(application: &str, secret: &str) -> Digest {
    sha256(format!("{application}:{secret}").as_bytes())
}

fn proxy_account() -> [Fact; 2] {
    let service = ServiceId::new(Uuid::from_u128(5));
    [
        Fact::Service(ServiceFact::Added {
            service,
            name: "nginx".to_owned(),
            owner: ada(),
            purpose: "asks for decisions".to_owned(),
        }),
        Fact::Service(ServiceFact::TokenIssued {
            token: TokenId::new(Uuid::from_u128(6)),
            service,
            secret: sha256(TOKEN.as_bytes()),
            application: Some("wiki".parse().unwrap()),
            expires_at: now().plus(Duration::from_secs(3600)),
        }),
    ]
}

fn policies() -> Fact {
    let mut files = countersign_policy::defaults();
    for name in ["board", "wiki", "vault", "gone", "sealed"] {
        let text = countersign_policy::starter_permits(&name.parse().unwrap(), None);
        files.insert(format!("applications/{name}.cedar"), text);
    }
    let set = countersign_policy::PolicySet::parse(&files).unwrap();
    let files = files.into_iter().map(|(path, text)| (path, PolicyFile(text))).collect();
    Fact::Policies(PoliciesFact::Published { version: Digest::new(set.version()), files })
}

/// Sessions are real and looked up in the world; the pages around them exist only as addresses.
struct ToldSignIn {
    ledger: Ledger,
    meanwhile: Meanwhile,
}

fn redirect(to: &str) -> Redirect {
    let cookie = HeaderValue::from_static("__Host-countersign-state=s; Path=/; Secure");
    Redirect { location: format!("https://id.example{to}"), set_cookies: vec![cookie] }
}

impl SignIn for ToldSignIn {
    fn session(
        &self,
        world: &World,
        application: &ApplicationName,
        headers: &HeaderMap,
        now: Timestamp,
    ) -> Option<SessionId> {
        if let Some(fact) = self.meanwhile.lock().unwrap().take() {
            let stated = self.ledger.state(Actor::Operator, vec![fact]);
            tokio::task::block_in_place(|| Handle::current().block_on(stated)).unwrap();
        }
        // HTTP/2 sends one line per cookie.
        let lines: Vec<&[u8]> = headers.get_all("cookie").iter().map(HeaderValue::as_bytes).collect();
        let cookies = String::from_utf8_lossy(&lines.join(&b"; "[..])).into_owned();
        let secret = cookies.split("; ").find_map(|pair| pair.strip_prefix("__Host-countersign-app="))?;
        let signed_in = world.signed_in(&secret_at(application.as_str(), secret), now)?;
        (signed_in.application == Some(application)).then_some(signed_in.session.id)
    }

    fn begin(&self, host: &str, return_to: &str, _: &HeaderMap) -> Result<Redirect, SignInFailed> {
        Ok(redirect(&format!("/sign-in?host={host}&return={return_to}")))
    }

    fn step_up(&self, host: &str, return_to: &str, _: &HeaderMap) -> Result<Redirect, SignInFailed> {
        Ok(redirect(&format!("/step-up?host={host}&return={return_to}")))
    }

    fn finish<'a>(
        &'a self,
        _: &'a ApplicationName,
        query: &'a str,
        _: &'a HeaderMap,
    ) -> Later<'a, Result<Redirect, SignInFailed>> {
        Box::pin(async move {
            if query == "code=good" {
                return Ok(redirect("/finished"));
            }
            Err(SignInFailed { status: StatusCode::BAD_REQUEST, text: "The code is used up.".to_owned() })
        })
    }

    fn sign_out<'a>(
        &'a self,
        _: &'a ApplicationName,
        _: &'a HeaderMap,
    ) -> Later<'a, Result<Redirect, SignInFailed>> {
        Box::pin(async { Ok(redirect("/signed-out")) })
    }
}
