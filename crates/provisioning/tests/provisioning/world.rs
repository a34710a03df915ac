//! An installation with one administrator and two identity providers.

use countersign_database::Database;
use countersign_facts::{Actor, Fact, GroupFact, Member, Person, PersonFact, PersonKind, ServiceFact};
use countersign_journal::Journal;
use countersign_ledger::Ledger;
use countersign_names::{PersonId, ServiceId, Timestamp};
use countersign_provisioning::{Provisioning, ProvisioningAnswer, ProvisioningCall, ProvisioningMethod};
use countersign_world::World;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use uuid::Uuid;

pub const BASE: &str = "https://countersign.example/scim/v2";
pub const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
pub const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
pub const PATCH: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

pub struct ScimInstallation {
    pub ledger: Ledger,
    pub provisioning: Provisioning,
    pub now: Arc<AtomicI64>,
    _folder: tempfile::TempDir,
}

/// Returns the first identity provider, or another.
pub fn client(n: u128) -> ServiceId {
    ServiceId::new(Uuid::from_u128(n))
}

pub fn administrator() -> PersonId {
    PersonId::new(Uuid::from_u128(900))
}

pub fn person(name: &str, email: &str) -> Person {
    Person {
        name: name.to_owned(),
        email: email.to_owned(),
        kind: PersonKind::Employee,
        aliases: BTreeSet::new(),
    }
}

fn settled() -> Vec<Fact> {
    let administrators = "administrators".parse().unwrap();
    let root = administrator();
    let provider = |n: u128, name: &str| {
        Fact::Service(ServiceFact::Added {
            service: client(n),
            name: name.to_owned(),
            owner: root,
            purpose: "pushes people".to_owned(),
        })
    };
    vec![
        Fact::Person(PersonFact::Added { person: root, about: person("Root", "root@example.com") }),
        Fact::Group(GroupFact::Added {
            group: "administrators".parse().unwrap(),
            purpose: "administer".to_owned(),
        }),
        Fact::Group(GroupFact::MemberAdded { group: administrators, member: Member::Person(root) }),
        provider(1, "entra"),
        provider(2, "okta"),
    ]
}

impl ScimInstallation {
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("journal.db");
        let noon: Timestamp = "2026-11-30T12:00:00Z".parse().unwrap();
        let now = Arc::new(AtomicI64::new(noon.as_micros()));
        let reading = now.clone();
        let clock = Arc::new(move || Timestamp::from_micros(reading.load(Ordering::SeqCst)));
        let journal = Journal::open_sqlite(file.clone()).await.unwrap();
        let ledger = Ledger::open(journal, clock, |_| {}).await.unwrap();
        ledger.state(Actor::System("test".to_owned()), settled()).await.unwrap();
        let database = Database::open_sqlite(&file).await.unwrap();
        let drawn = AtomicU64::new(10_000);
        let new_id = Arc::new(move |_| {
            Some(PersonId::new(Uuid::from_u128(drawn.fetch_add(1, Ordering::SeqCst).into())))
        });
        let provisioning = Provisioning::open(ledger.clone(), database, BASE, new_id).await.unwrap();
        Self { ledger, provisioning, now, _folder: folder }
    }

    pub fn world(&self) -> Arc<World> {
        self.ledger.world()
    }

    pub fn wait(&self, seconds: i64) {
        self.now.fetch_add(seconds * 1_000_000, Ordering::SeqCst);
    }

    pub async fn state(&self, facts: Vec<Fact>) {
        self.ledger.state(Actor::Operator, facts).await.unwrap();
    }

    pub async fn send(&self, call: ProvisioningCall) -> ProvisioningAnswer {
        self.provisioning.answer(&call).await
    }

    pub async fn call(&self, method: &str, path: &str, body: Option<Value>) -> ProvisioningAnswer {
        self.send(call(method, path, body)).await
    }

    /// As [`call`](Self::call), and checks the status. Returns the body.
    pub async fn ok(&self, status: u16, method: &str, path: &str, body: Option<Value>) -> Value {
        let answer = self.call(method, path, body).await;
        assert_eq!(answer.status, status, "{method} {path}: {answer:?}");
        answer.body.unwrap_or_default()
    }

    /// As [`call`](Self::call) for something that is refused. Returns the status and the reason.
    pub async fn refused(&self, method: &str, path: &str, body: Option<Value>) -> (u16, String) {
        let before = self.world().seq();
        let answer = self.call(method, path, body).await;
        let body = answer.body.unwrap_or_default();
        assert_eq!(
            body["schemas"],
            json!(["urn:ietf:params:scim:api:messages:2.0:Error"]),
            "{method} {path}: {body}"
        );
        assert_eq!(body["status"], json!(answer.status.to_string()));
        assert_eq!(self.world().seq(), before, "a refused request states nothing");
        (answer.status, body["detail"].as_str().unwrap_or_else(|| panic!("{body}")).to_owned())
    }

    pub async fn add_user(&self, name: &str) -> String {
        self.ok(201, "POST", "/Users", Some(user(name))).await["id"].as_str().unwrap().to_owned()
    }

    pub fn person_of(&self, id: &str) -> Arc<countersign_world::Person> {
        let id: PersonId = id.parse().unwrap();
        self.world().person(id).unwrap().clone()
    }
}

pub fn call(method: &str, path: &str, body: Option<Value>) -> ProvisioningCall {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    ProvisioningCall {
        client: client(1),
        method: ProvisioningMethod::read(method).unwrap(),
        path: path.to_owned(),
        parameters: pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        body,
        if_match: None,
        if_none_match: None,
    }
}

/// Returns what a provider sends for a user with this name.
pub fn user(name: &str) -> Value {
    json!({
        "schemas": [USER],
        "userName": name,
        "displayName": name,
        "emails": [{ "value": format!("{name}@example.com"), "type": "work", "primary": true }],
    })
}

pub fn group(title: &str, members: &[&str]) -> Value {
    let members: Vec<Value> = members.iter().map(|id| json!({ "value": id })).collect();
    json!({ "schemas": [GROUP], "displayName": title, "members": members })
}

pub fn patch(operations: Value) -> Option<Value> {
    Some(json!({ "schemas": [PATCH], "Operations": operations }))
}
