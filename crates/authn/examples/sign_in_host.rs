//! The sign-in host by itself, with a temporary journal: to view its pages without the rest.
//!
//! `cargo run -p countersign-authn --example sign_in_host` prints an invitation for the first administrator. There is
//! no gate behind `wiki.localhost` here: a browser that is redirected there gets no page.
#![expect(clippy::print_stdout, reason = "it tells whoever started it where to go")]

use countersign_authn::{ApplicationLink, Authn, Bootstrap, Config, Home, router};
use countersign_facts::{
    Actor, Application, ApplicationFact, ApplicationProtocol, ApplicationStage, Fact, HttpApplication,
    PartRoutes, Upstream,
};
use countersign_journal::Journal;
use countersign_ledger::Ledger;
use countersign_names::{PersonId, SessionId, Timestamp};
use secrecy::ExposeSecret;
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::sync::Arc;
use tokio::net::TcpListener;

struct OneApplication(String);

impl Home for OneApplication {
    fn applications(&self, _person: PersonId, _session: SessionId) -> Vec<ApplicationLink> {
        vec![ApplicationLink {
            title: "The wiki".to_owned(),
            url: self.0.clone(),
            note: "internal".to_owned(),
        }]
    }
}

#[expect(clippy::disallowed_methods, reason = "a program's edge reads the clock")]
fn now() -> Timestamp {
    Timestamp::from_micros(jiff::Timestamp::now().as_microsecond())
}

fn wiki() -> Result<Fact, Box<dyn Error>> {
    let about = Application {
        title: "The wiki".to_owned(),
        owner: "examples".to_owned(),
        stage: ApplicationStage::Enforce,
        sensitivity: None,
        resources: Vec::new(),
        operations: BTreeMap::new(),
        protocol: ApplicationProtocol::Http(HttpApplication {
            hosts: BTreeSet::from(["wiki.localhost".to_owned()]),
            upstream: "http://127.0.0.1:1".parse::<Upstream>()?,
            routes: PartRoutes::default(),
            assertion_header: "x-countersign-assertion".to_owned(),
            download_types: BTreeSet::new(),
            request_headers: None,
        }),
    };
    Ok(Fact::Application(ApplicationFact::Declared { application: "wiki".parse()?, about }))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let journal = Journal::open_sqlite(folder.path().join("journal.db")).await?;
    let ledger = Ledger::open(journal, Arc::new(now), |_| {}).await?;
    let wiki = wiki()?;
    ledger
        .command(Actor::Operator, move |_, _| Ok::<_, std::convert::Infallible>((vec![wiki.clone()], ())))
        .await?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let port = listener.local_addr()?.port();
    let config = Config::new(format!("http://countersign.localhost:{port}").parse()?);
    let authn = Arc::new(Authn::new(ledger, config)?);
    if let Bootstrap::Invited(invite) = authn.bootstrap("ada@example.com", "Ada").await? {
        println!("{}", invite.link.expose_secret());
    }
    let home = OneApplication(authn.config().application_url("wiki.localhost", "/"));
    axum::serve(listener, router(authn, Arc::new(home))).await?;
    Ok(())
}
