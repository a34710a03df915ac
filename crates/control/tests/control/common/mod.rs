//! A house for one test: a real journal in its own folder, a real world, policies, evidence and control plane.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests stop at the first surprise"
)]

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use axum::middleware::Next;
use countersign_admission::{Admission, Freshness, Settings as Gate};
use countersign_archive::{ARCHIVE_FOLDER, Archives};
use countersign_control::{Anchoring, Connection, Control, Settings, SolverAt, SolverLimits, SqlProgram};
use countersign_database::Database;
use countersign_evidence::{Evidence, Options, Sink};
use countersign_facts::{
    Actor, Application, ApplicationFact, ApplicationProtocol, ApplicationStage, CredentialFact, Digest, Fact,
    GroupFact, HttpApplication, Member, NetworkFact, PartRoutes, Person, PersonFact, PersonKind,
    PoliciesFact, PolicyFile, Resource, Session, SessionFact,
};
use countersign_findings::FindingTables;
use countersign_identities::IdentityTables;
use countersign_inventory::Inventory;
use countersign_journal::Journal;
use countersign_ledger::Ledger;
use countersign_names::{Assurance, CredentialId, PersonId, Sensitivity, SessionId, Timestamp};
use countersign_policy::PolicySet;
use countersign_projections::{Projections, all_projections};
use countersign_reviews::ReviewTables;
use countersign_rolebook::RoleTables;
use countersign_testkit::contract::{self, AnswerExtent, ApiAnswer};
use countersign_world::World;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;
use uuid::Uuid;

pub struct House {
    pub ledger: Ledger,
    pub admission: Admission,
    pub control: Control,
    pub sink: Sink,
    now: Arc<AtomicI64>,
    _folder: tempfile::TempDir,
}

/// The answer to a request.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub json: Value,
}

/// How a request enters.
#[derive(Debug, Clone)]
pub enum Door {
    Operator,
    Nobody,
    Session(u128),
    Token(String),
}

pub fn per(n: u128) -> PersonId {
    PersonId::new(Uuid::from_u128(n))
}

pub fn ses(n: u128) -> SessionId {
    SessionId::new(Uuid::from_u128(n))
}

pub fn key(n: u128) -> CredentialId {
    CredentialId::new(Uuid::from_u128(n))
}

/// The operator's file of rules for identities, in the folder of a house. It is empty.
const RULES: &str = "rules.toml";
/// The operator's file of settings for findings. It is empty.
const FINDING_SETTINGS: &str = "finding-settings.toml";

/// Returns the SQL engine, which only the tests of the room that builds it have.
fn sql_program() -> SqlProgram {
    let path = option_env!("CARGO_BIN_EXE_countersign-query").unwrap_or("/nonexistent/countersign-query");
    SqlProgram::at(path.into())
}

/// The media types of answers that go on.
const STREAMS: [&str; 2] = ["application/x-ndjson", "text/event-stream"];

/// The moment at which every house begins.
pub fn noon() -> Timestamp {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

/// 1 Ada administers, 2 Ben approves, 3 Cleo has no privileges, 4 Dan administers too.
const PEOPLE: [(u128, &str, &str); 4] = [
    (1, "Ada", "ada@example.test"),
    (2, "Ben", "ben@example.test"),
    (3, "Cleo", "cleo@example.test"),
    (4, "Dan", "dan@example.test"),
];

pub fn application(hosts: &[&str], parts: &[&str], sensitivity: Option<Sensitivity>) -> Application {
    Application {
        title: "Title".to_owned(),
        owner: "Team".to_owned(),
        stage: ApplicationStage::Enforce,
        sensitivity,
        resources: parts
            .iter()
            .map(|part| Resource { part: (*part).to_owned(), sensitivity: None })
            .collect(),
        operations: BTreeMap::new(),
        protocol: ApplicationProtocol::Http(HttpApplication {
            hosts: hosts.iter().map(|host| (*host).to_owned()).collect(),
            upstream: "http://127.0.0.1:1".parse().unwrap(),
            routes: PartRoutes::default(),
            assertion_header: "x-countersign-assertion".to_owned(),
            download_types: BTreeSet::new(),
            request_headers: None,
        }),
    }
}

pub fn policy_files() -> BTreeMap<String, String> {
    BTreeMap::from([
        ("applications/countersign.cedar".to_owned(), include_str!("../data/house.cedar").to_owned()),
        ("guardrails/house.cedar".to_owned(), include_str!("../data/guardrails.cedar").to_owned()),
    ])
}

pub fn published(files: &BTreeMap<String, String>) -> Fact {
    let set = PolicySet::parse(files).unwrap_or_else(|rejected| panic!("{rejected}"));
    Fact::Policies(PoliciesFact::Published {
        version: Digest::new(set.version()),
        files: files.iter().map(|(path, text)| (path.clone(), PolicyFile(text.clone()))).collect(),
    })
}

fn settled() -> Vec<Fact> {
    let mut facts = Vec::new();
    for (n, name, email) in PEOPLE {
        let about = Person {
            name: name.to_owned(),
            email: email.to_owned(),
            kind: PersonKind::Employee,
            aliases: BTreeSet::from([format!("hr-{n}")]),
        };
        facts.push(Fact::Person(PersonFact::Added { person: per(n), about }));
        facts.push(Fact::Credential(CredentialFact::Registered {
            credential: key(n),
            person: per(n),
            name: "laptop".to_owned(),
            invitation: None,
            assurance: Assurance::Aal2,
            passkey: Value::Null,
        }));
        let about = Session {
            person: per(n),
            credential: key(n),
            secret: Digest::new([u8::try_from(n).unwrap(); 32]),
            assurance: Assurance::Aal2,
            address: None,
            expires_at: noon().plus(Duration::from_secs(86_400)),
        };
        facts.push(Fact::Session(SessionFact::Started { session: ses(n), about }));
    }
    for group in ["administrators", "approvers", "automation", "staff"] {
        facts.push(Fact::Group(GroupFact::Added {
            group: group.parse().unwrap(),
            purpose: "test".to_owned(),
        }));
    }
    for (group, n) in [("administrators", 1), ("administrators", 4), ("approvers", 2), ("approvers", 4)] {
        facts.push(Fact::Group(GroupFact::MemberAdded {
            group: group.parse().unwrap(),
            member: Member::Person(per(n)),
        }));
    }
    let own = application(
        &["countersign.localhost"],
        &["control", "self", "approvals", "provisioning"],
        Some(Sensitivity::Internal),
    );
    facts.push(Fact::Application(ApplicationFact::Declared {
        application: "countersign".parse().unwrap(),
        about: own,
    }));
    let wiki = application(&["wiki.localhost"], &["pages", "admin"], Some(Sensitivity::Internal));
    facts.push(Fact::Application(ApplicationFact::Declared {
        application: "wiki".parse().unwrap(),
        about: wiki,
    }));
    facts.push(published(&policy_files()));
    let (network, ranges) = ("office".to_owned(), BTreeSet::from(["10.0.0.0/8".parse().unwrap()]));
    facts.push(Fact::Network(NetworkFact::Declared { network, ranges }));
    facts
}

/// Changes the world while a caller is being identified: adds a group, whose name holds the sequence of the state in
/// which the caller was identified.
fn move_on(ledger: &Ledger, seq: u64) {
    let (ledger, runtime) = (ledger.clone(), tokio::runtime::Handle::current());
    let group = format!("identified-at-{seq}").parse().unwrap();
    let added = vec![Fact::Group(GroupFact::Added { group, purpose: "test".to_owned() })];
    let state = move || runtime.block_on(ledger.state(Actor::System("test".to_owned()), added));
    std::thread::spawn(state).join().unwrap().unwrap();
}

/// Returns the projections of this journal, which follow it for as long as the test runs.
async fn projections(path: &std::path::Path, journal: &Journal) -> Projections {
    let database = Database::open_sqlite(path).await.unwrap();
    let projections =
        Projections::open(database, journal.clone(), all_projections(countersign_control::TRENDS))
            .await
            .unwrap();
    tokio::spawn(projections.clone().follow(CancellationToken::new()));
    projections
}

/// Compares an answer with `docs/openapi.json`. A stream goes on as it is: the document says only what it is.
async fn held_to_the_contract(request: axum::extract::Request, next: Next) -> axum::response::Response {
    let (method, path) = (request.method().to_string(), request.uri().path().to_owned());
    // SCIM has the standard for its contract.
    if path.starts_with("/scim/") {
        return next.run(request).await;
    }
    let (head, body) = next.run(request).await.into_parts();
    let content_type = head.headers.get("content-type").and_then(|value| value.to_str().ok());
    let is_stream = content_type.is_some_and(|media| STREAMS.contains(&media));
    let status = head.status.as_u16();
    if is_stream {
        let answer = ApiAnswer { method: &method, path: &path, status, content_type, body: b"(a stream)" };
        contract::hold(&answer, AnswerExtent::Whole);
        return axum::response::Response::from_parts(head, body);
    }
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let answer = ApiAnswer { method: &method, path: &path, status, content_type, body: &body };
    contract::hold(&answer, AnswerExtent::Whole);
    axum::response::Response::from_parts(head, Body::from(body))
}

impl House {
    pub async fn new() -> Self {
        Self::with(Vec::new()).await
    }

    pub async fn with(more: Vec<Fact>) -> Self {
        Self::keeping(more, Options::default()).await
    }

    /// A house that looks for a solver there, with these limits.
    pub async fn solving(solver: SolverAt, limits: SolverLimits) -> Self {
        Self::built(Vec::new(), Options::default(), sql_program(), (solver, limits)).await
    }

    /// A house with this SQL engine.
    pub async fn asking(program: SqlProgram) -> Self {
        Self::built(Vec::new(), Options::default(), program, Default::default()).await
    }

    /// A house with its own options for evidence.
    pub async fn keeping(more: Vec<Fact>, options: Options) -> Self {
        Self::built(more, options, sql_program(), Default::default()).await
    }

    async fn built(
        more: Vec<Fact>,
        options: Options,
        sql: SqlProgram,
        (solver, solver_limits): (SolverAt, SolverLimits),
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let now = Arc::new(AtomicI64::new(noon().as_micros()));
        let reading = now.clone();
        let clock = Arc::new(move || Timestamp::from_micros(reading.load(Ordering::SeqCst)));
        let journal = Journal::open_sqlite(folder.path().join("journal.db")).await.unwrap();
        let ledger = Ledger::open(journal, clock, |_| {}).await.unwrap();
        let facts = [settled(), more].concat();
        ledger.state(Actor::System("test".to_owned()), facts).await.unwrap();
        let anchors = Arc::new(Anchoring::new(ledger.clone(), "control".to_owned()));
        let options = Options { anchors, ..options };
        let (sink, store) = Evidence::open(folder.path().join("evidence"), options).unwrap();
        let gate = Gate { gate: "control".to_owned(), freshness: Freshness::default() };
        let admission = Admission::start(gate, ledger.clone(), sink.clone());
        let settings = Settings {
            application: "countersign".parse().unwrap(),
            origin: "https://countersign.example".to_owned(),
            decision_point_origins: vec![
                "http://127.0.0.1:8181".to_owned(),
                "http://pdp.internal:8181".to_owned(),
            ],
            sign_in_origin: "https://countersign.example".to_owned(),
            version: "0.1.0",
            invitation_life: Duration::from_secs(86_400),
            // As the server has it.
            time_limit: Duration::from_secs(120),
            unauthenticated: countersign_throttle::Rates::default(),
            sql,
            people: countersign_throttle::CallerRates::person(),
            programs: countersign_throttle::CallerRates::program(),
            solver,
            solver_limits,
        };
        let moving = ledger.clone();
        let session_of = Arc::new(move |world: &World, headers: &HeaderMap, _| {
            if headers.contains_key("x-test-moves") {
                move_on(&moving, world.seq());
            }
            headers.get("x-test-session").and_then(|value| value.to_str().ok()?.parse().ok())
        });
        let control = Control::new(settings, ledger.clone(), admission.clone(), store, session_of);
        control.reads_projections(projections(&folder.path().join("journal.db"), ledger.journal()).await);
        let tables = Database::open_sqlite(&folder.path().join("journal.db")).await.unwrap();
        control.keeps_inventory(Inventory::open(tables.clone()).await.unwrap());
        control.keeps_roles(RoleTables::open(tables.clone()).await.unwrap());
        control.keeps_reviews(ReviewTables::open(tables.clone()).await.unwrap());
        let settings = folder.path().join(FINDING_SETTINGS);
        std::fs::write(&settings, "").unwrap();
        control.keeps_findings(FindingTables::open(tables.clone()).await.unwrap(), Some(settings));
        control
            .keeps_identities(IdentityTables::open(tables).await.unwrap(), Some(folder.path().join(RULES)));
        std::fs::write(folder.path().join(RULES), "").unwrap();
        control.keeps_archives(Arc::new(Archives::new(folder.path().join(ARCHIVE_FOLDER), None)));
        Self { ledger, admission, control, sink, now, _folder: folder }
    }

    /// Advances the clock.
    pub fn wait(&self, seconds: i64) {
        self.now.fetch_add(seconds * 1_000_000, Ordering::SeqCst);
    }

    /// Writes the operator's file of rules for identities.
    pub fn rule(&self, text: &str) {
        std::fs::write(self._folder.path().join(RULES), text).unwrap();
    }

    /// Writes the operator's file of settings for findings.
    pub fn set_finding_settings(&self, text: &str) {
        std::fs::write(self._folder.path().join(FINDING_SETTINGS), text).unwrap();
    }

    pub fn seq(&self) -> u64 {
        self.ledger.world().seq()
    }

    pub async fn state(&self, facts: Vec<Fact>) {
        self.ledger.state(Actor::Operator, facts).await.unwrap();
    }

    /// Waits until the admission has put the newest policies in force.
    pub async fn policies_in_force(&self) {
        for _ in 0..500 {
            let published = self.ledger.world().policies().map(|policies| policies.version);
            if published == Some(Digest::new(self.admission.policies().version())) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("the published policies did not come into force");
    }

    /// Returns the routes behind a door. Every answer is compared with the contract, whoever asks.
    pub fn router(&self, door: &Door) -> Router {
        let router = match door {
            Door::Operator => self.control.operator_router(),
            _ => self.control.router(),
        };
        router.layer(axum::middleware::from_fn(held_to_the_contract))
    }

    /// Returns the file of the journal and of the tables beside it.
    pub fn journal_file(&self) -> std::path::PathBuf {
        self._folder.path().join("journal.db")
    }

    /// Runs SQL on the tables beside the journal, behind the server's back.
    pub async fn sql(&self, text: &'static str) {
        let database = Database::open_sqlite(&self.journal_file()).await.unwrap();
        let run = database
            .write("tampering", async |connection| sqlx::query(text).execute(connection).await.map(|_| ()));
        run.await.unwrap();
    }

    /// Returns the folder of the evidence, for tests that damage it.
    pub fn evidence(&self) -> std::path::PathBuf {
        self._folder.path().join("evidence")
    }

    pub async fn raw(&self, door: &Door, request: Request<Body>) -> Reply {
        let response = self.answer(door, request).await;
        let (status, headers) = (response.status(), response.headers().clone());
        // A stream of events may have no end.
        if headers.get("content-type").is_some_and(|kind| kind == "text/event-stream") {
            return Reply { status, headers, json: Value::Null };
        }
        let bytes = axum::body::to_bytes(response.into_body(), 8 << 20).await.unwrap();
        let json = if bytes.is_empty() { Value::Null } else { serde_json::from_slice(&bytes).unwrap() };
        Reply { status, headers, json }
    }

    /// Returns the answer with its body unread.
    pub async fn answer(&self, door: &Door, mut request: Request<Body>) -> axum::response::Response {
        let headers = request.headers_mut();
        match door {
            Door::Session(n) => {
                headers.insert("x-test-session", ses(*n).to_string().parse().unwrap());
            }
            Door::Token(token) => {
                headers.insert("authorization", format!("Bearer {token}").parse().unwrap());
            }
            Door::Operator | Door::Nobody => {}
        }
        request.extensions_mut().insert(Connection { address: Some("10.1.2.3".parse().unwrap()), key: None });
        self.router(door).oneshot(request).await.unwrap()
    }

    pub async fn send(&self, door: &Door, method: &str, path: &str, body: Option<Value>) -> Reply {
        let builder = Request::builder().method(method).uri(path);
        let request = match body {
            Some(body) => {
                builder.header("content-type", "application/json").body(Body::from(body.to_string()))
            }
            None => builder.body(Body::empty()),
        };
        self.raw(door, request.unwrap()).await
    }

    /// Sends a request as the operator, under the API's prefix.
    pub async fn api(&self, method: &str, path: &str, body: Option<Value>) -> Reply {
        self.send(&Door::Operator, method, &format!("/api/v1{path}"), body).await
    }

    /// As [`api`](Self::api), and checks that it succeeds.
    pub async fn ok(&self, method: &str, path: &str, body: Option<Value>) -> Value {
        let reply = self.api(method, path, body).await;
        assert!(reply.status.is_success(), "{method} {path}: {} {}", reply.status, reply.json);
        reply.json
    }

    /// Creates a service account with a token, for one application or for the API.
    pub async fn token(&self, name: &str, application: Option<&str>) -> (String, String) {
        let service = self
            .ok(
                "POST",
                "/services",
                Some(json!({"name": name, "owner": "ada@example.test", "purpose": "tests"})),
            )
            .await;
        let id = service["id"].as_str().unwrap().to_owned();
        let mut body = json!({"application": application, "expires_in_seconds": 3600});
        if application.is_none() {
            body["commands"] = json!(["groups.add"]);
        }
        let issued = self.ok("POST", &format!("/services/{id}/tokens"), Some(body)).await;
        (id, issued["token"].as_str().unwrap().to_owned())
    }
}

/// Checks that a refusal is a problem document with this status and this field.
pub fn assert_problem(reply: &Reply, status: u16, field: Option<&str>) {
    assert_eq!(reply.status.as_u16(), status, "{}", reply.json);
    assert_eq!(reply.headers["content-type"], "application/problem+json", "{}", reply.json);
    assert_eq!(reply.json["status"], status, "{}", reply.json);
    assert_eq!(reply.json["field"].as_str(), field, "{}", reply.json);
    for text in ["type", "title", "detail"] {
        assert!(reply.json[text].as_str().is_some_and(|text| !text.is_empty()), "{}", reply.json);
    }
}
