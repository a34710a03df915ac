//! The floor: the product's gate, from the very same source, with the decision left out.
//!
//! Listener, framing guard, routes, header rules, connections to the upstream and TLS are the product's. There is no
//! session, no decision, no record and no assertion: see `countersign-bench-admission`. What a gate costs above this is
//! what deciding costs.
//!
//! It must not know anything about load or measuring: it is told where to listen, and serves until it is ended.

use countersign_admission::{Admission, Request, Settings, Who};
use countersign_evidence::{Evidence, Options};
use countersign_facts::{
    Actor, Application, ApplicationFact, ApplicationProtocol, ApplicationStage, Digest, Fact,
    HttpApplication, PartRoutes, PoliciesFact, PolicyFile, Resource, Route,
};
use countersign_gate_floor::{
    AssertionKey, ClientCertificates, Gate, GateConfig, Later, Redirect, SignIn, SignInFailed, Tls,
};
use countersign_journal::Journal;
use countersign_ledger::Ledger;
use countersign_names::{Action, ApplicationName, Sensitivity, SessionId, Timestamp};
use countersign_world::World;
use http::{HeaderMap, StatusCode};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

type Outcome<T = ()> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

const HOST: &str = "wiki.localhost";

/// As in the product's configuration, `[limits] idle`.
const IDLE: std::time::Duration = std::time::Duration::from_secs(300);

fn main() -> ExitCode {
    // As the product does: one worker for each processor that it may use.
    let served = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(Into::into)
        .and_then(|runtime| runtime.block_on(serve(std::env::args().skip(1).collect())));
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = std::io::Write::write_all(&mut std::io::stderr(), format!("floor: {error}\n").as_bytes());
            ExitCode::FAILURE
        }
    }
}

async fn serve(arguments: Vec<String>) -> Outcome {
    let [folder, upstream, http, https, certificate, key] = <[String; 6]>::try_from(arguments)
        .map_err(|_| "arguments: FOLDER UPSTREAM HTTP HTTPS CERTIFICATE KEY")?;
    let admission = admission(PathBuf::from(folder), &upstream).await?;
    let mut config = GateConfig::new("http://countersign.localhost");
    config.times.answer_body = IDLE;
    config.times.tunnel = IDLE;
    let gate = Arc::new(Gate::new(config, admission, Arc::new(Nobody), AssertionKey::generate()?)?);
    let tls = Tls::from_pem(&std::fs::read(certificate)?, &std::fs::read(key)?, ClientCertificates::Asked)?;
    let stop = CancellationToken::new();
    let plain = gate.clone().serve(TcpListener::bind(&http).await?, None, stop.clone());
    let encrypted = gate.serve(TcpListener::bind(&https).await?, Some(tls), stop.clone());
    let mut told = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    let ending = async {
        told.recv().await;
        stop.cancel();
    };
    tokio::join!(plain, encrypted, ending);
    Ok(())
}

/// The real thing, in a world of one public application, asked once.
async fn admission(folder: PathBuf, upstream: &str) -> Outcome<Admission> {
    let journal = Journal::open_sqlite(folder.join("journal.sqlite")).await?;
    let ledger = Ledger::open(journal, Arc::new(now), |_| {}).await?;
    ledger.state(Actor::System("bench".to_owned()), facts(upstream)?).await?;
    let (sink, _store) = Evidence::open(folder.join("evidence"), Options::default())?;
    let settings = Settings { gate: "floor".to_owned(), freshness: Default::default() };
    let real = real_admission::Admission::start(settings, ledger, sink);
    let question = Request {
        who: Who::Anonymous,
        key: None,
        application: "wiki".parse()?,
        resource: "wiki/pages".parse()?,
        action: Action::Read,
        operation: "GET".to_owned(),
        item: "/small".to_owned(),
        tags: BTreeMap::new(),
        content_type: None,
        address: None,
        idle: 0,
        posture_confirmed_at: None,
    };
    Admission::of_one_answer(real, question)
        .await
        .map_err(|refused| format!("the one question: {refused:?}").into())
}

fn facts(upstream: &str) -> Outcome<Vec<Fact>> {
    let route = Route { methods: BTreeSet::new(), path: "/**".to_owned(), action: Some(Action::Read) };
    let about = Application {
        title: "Wiki".to_owned(),
        owner: "Platform team".to_owned(),
        stage: ApplicationStage::Enforce,
        sensitivity: Some(Sensitivity::Public),
        resources: vec![Resource { part: "pages".to_owned(), sensitivity: None }],
        operations: BTreeMap::new(),
        protocol: ApplicationProtocol::Http(HttpApplication {
            hosts: BTreeSet::from([HOST.to_owned()]),
            upstream: format!("http://{upstream}").parse()?,
            routes: PartRoutes::from_iter([("pages", vec![route])]),
            assertion_header: "x-countersign-assertion".to_owned(),
            download_types: BTreeSet::new(),
            request_headers: None,
        }),
    };
    let permit = "@id(\"open\")\n@owner(\"bench\")\n@reason(\"Public.\")\n@review(\"2027-01-01\")\n\
                  permit (principal, action, resource in Countersign::Application::\"wiki\");\n";
    let files = BTreeMap::from([("applications/wiki.cedar".to_owned(), PolicyFile(permit.to_owned()))]);
    Ok(vec![
        Fact::Application(ApplicationFact::Declared { application: "wiki".parse()?, about }),
        Fact::Policies(PoliciesFact::Published { version: Digest::new([0; 32]), files }),
    ])
}

#[expect(clippy::disallowed_methods, reason = "a program is an edge")]
fn now() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap_or(0))
}

/// Signs nobody in. It says that everybody has one and the same session without looking, so that nobody counts as a
/// stranger, whose requests are counted.
struct Nobody;

impl SignIn for Nobody {
    fn session(&self, _: &World, _: &ApplicationName, _: &HeaderMap, _: Timestamp) -> Option<SessionId> {
        Some(SessionId::new(Uuid::nil()))
    }

    fn begin(&self, _: &str, _: &str, _: &HeaderMap) -> Result<Redirect, SignInFailed> {
        Err(no())
    }

    fn step_up(&self, _: &str, _: &str, _: &HeaderMap) -> Result<Redirect, SignInFailed> {
        Err(no())
    }

    fn finish<'a>(
        &'a self,
        _: &'a ApplicationName,
        _: &'a str,
        _: &'a HeaderMap,
    ) -> Later<'a, Result<Redirect, SignInFailed>> {
        Box::pin(std::future::ready(Err(no())))
    }

    fn sign_out<'a>(
        &'a self,
        _: &'a ApplicationName,
        _: &'a HeaderMap,
    ) -> Later<'a, Result<Redirect, SignInFailed>> {
        Box::pin(std::future::ready(Err(no())))
    }
}

fn no() -> SignInFailed {
    SignInFailed { status: StatusCode::NOT_FOUND, text: "Nobody signs in here.".to_owned() }
}
