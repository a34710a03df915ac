//! The initial facts of a new installation: a group, the control plane as an ordinary application, policies, a key.
//! Each is stated only if it is missing, so a start and a restart are the same.

use crate::publishing::publish;
use crate::running::StartError;
use countersign_facts::{
    Actor, Application, ApplicationFact, ApplicationProtocol, ApplicationStage, AssertionKeyFact, Fact,
    GroupFact, HttpApplication, Resource, Route, Upstream,
};
use countersign_gate_http::AssertionKey;
use countersign_ledger::{CommandError, Ledger, Never};
use countersign_names::{ApplicationName, Sensitivity};
use countersign_policy::PolicySet;
use countersign_world::{ADMINISTRATORS, World};
use std::collections::{BTreeMap, BTreeSet};

/// The control plane's own name among the applications.
pub const CONTROL: &str = "countersign";

/// The permissions at the control plane. They ship as an ordinary policy file that administrators can edit.
const CONTROL_PERMITS: &str = include_str!("shipped/control.cedar");

/// The guardrail of the control plane, which applies whatever else is in force.
const CONTROL_GUARDRAIL: &str = include_str!("shipped/guardrail.cedar");

/// The tests of both.
const CONTROL_TESTS: &str = include_str!("shipped/tests.toml");

fn actor() -> Actor {
    Actor::System("bootstrap".to_owned())
}

/// States what is missing.
///
/// # Errors
/// If the journal does not answer, or refuses the shipped policies.
pub async fn bootstrap(ledger: &Ledger, host: &str, key: &AssertionKey) -> Result<(), StartError> {
    let host = host.to_owned();
    let (kid, jwk) = (key.kid().to_owned(), key.public_jwk());
    ledger
        .command(actor(), move |world, _| Ok::<_, Never>((missing(world, &host, &kid, &jwk), ())))
        .await
        .map_err(|error: CommandError<Never>| StartError::Bootstrap(error.to_string()))?;
    if ledger.world().policies().is_none() {
        publish(ledger, &PolicySet::default(), actor(), &shipped())
            .await
            .map_err(|error| StartError::Bootstrap(error.to_string()))?;
    }
    Ok(())
}

/// Returns the policies of a new installation.
pub fn shipped() -> BTreeMap<String, String> {
    let mut files = countersign_policy::defaults();
    files.insert(format!("applications/{CONTROL}.cedar"), CONTROL_PERMITS.to_owned());
    files.insert("guardrails/control-plane.cedar".to_owned(), CONTROL_GUARDRAIL.to_owned());
    files.insert("tests/control-plane.toml".to_owned(), CONTROL_TESTS.to_owned());
    files
}

fn missing(world: &World, host: &str, kid: &str, jwk: &serde_json::Value) -> Vec<Fact> {
    let mut facts = Vec::new();
    if world.group(ADMINISTRATORS).is_none()
        && let Ok(group) = ADMINISTRATORS.parse()
    {
        facts.push(Fact::Group(GroupFact::Added {
            group,
            purpose: "Administers this installation".to_owned(),
        }));
    }
    if let Ok(application) = CONTROL.parse::<ApplicationName>()
        && let Some(about) = undeclared(world, host)
    {
        facts.push(Fact::Application(ApplicationFact::Declared { application, about }));
    }
    facts.extend(unpublished(world, kid, jwk));
    facts
}

/// Returns the declaration of the control plane, unless it is declared at this host with all its parts. A part that came
/// with a newer version is added to what is declared.
fn undeclared(world: &World, host: &str) -> Option<Application> {
    let ours = control(host);
    let known = world.application(CONTROL).map(|known| &known.about);
    let Some(known) = known.filter(|known| known.http().is_some_and(|http| http.hosts.contains(host))) else {
        return Some(ours);
    };
    let is_missing = |part: &&Resource| known.resources.iter().all(|known| known.part != part.part);
    let missing: Vec<_> = ours.resources.iter().filter(is_missing).cloned().collect();
    if missing.is_empty() {
        return None;
    }
    let routes = missing
        .iter()
        .filter_map(|part| Some((part.part.clone(), ours.http()?.routes.of(&part.part).to_vec())));
    let mut about = known.clone();
    let ApplicationProtocol::Http(http) = &mut about.protocol;
    http.routes.extend(routes);
    about.resources.extend(missing);
    Some(about)
}

fn unpublished(world: &World, kid: &str, jwk: &serde_json::Value) -> Option<Fact> {
    let known = world.assertion_key(kid).is_some();
    (!known)
        .then(|| Fact::AssertionKey(AssertionKeyFact::Published { kid: kid.to_owned(), jwk: jwk.clone() }))
}

/// States the public part of a key, if it is missing.
///
/// # Errors
/// If the key was retired, or the journal does not answer.
pub async fn publish_key(ledger: &Ledger, key: &AssertionKey) -> Result<(), CommandError<Never>> {
    let (kid, jwk) = (key.kid().to_owned(), key.public_jwk());
    ledger
        .command(actor(), move |world, _| Ok((unpublished(world, &kid, &jwk).into_iter().collect(), ())))
        .await
}

/// Returns the declaration of the control plane. No gate forwards to it (this process answers its host), so the
/// upstream is a port that nothing listens on.
fn control(host: &str) -> Application {
    let part = |(name, sensitivity, path): (&str, _, &str)| {
        let route = Route { methods: BTreeSet::new(), path: path.to_owned(), action: None };
        let resource = Resource { part: name.to_owned(), sensitivity: Some(sensitivity) };
        (resource, (name.to_owned(), vec![route]))
    };
    let (resources, routes) = [
        ("self", Sensitivity::Internal, "/api/v1/self/**"),
        ("approvals", Sensitivity::Confidential, "/api/v1/grants/**"),
        // Names, addresses and groups, as any colleague knows them; a provider sees only what it pushed itself.
        ("provisioning", Sensitivity::Internal, "/scim/v2/**"),
        ("control", Sensitivity::Restricted, "/api/v1/**"),
    ]
    .map(part)
    .into_iter()
    .unzip();
    Application {
        title: "Countersign".to_owned(),
        owner: "The administrators of this installation".to_owned(),
        stage: ApplicationStage::Enforce,
        sensitivity: Some(Sensitivity::Restricted),
        resources,
        operations: BTreeMap::new(),
        protocol: ApplicationProtocol::Http(HttpApplication {
            hosts: BTreeSet::from([host.to_owned()]),
            upstream: Upstream { tls: false, host: "127.0.0.1".to_owned(), port: 9 },
            routes,
            assertion_header: "x-countersign-assertion".to_owned(),
            download_types: BTreeSet::new(),
            request_headers: None,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_names::ResourceName;
    use countersign_policy::Suite;
    use countersign_world::PROVISIONING_RESOURCE;

    #[test]
    fn what_ships_is_a_policy_set_without_warnings() {
        let set = PolicySet::parse(&shipped()).unwrap_or_else(|rejected| panic!("{rejected}"));
        assert!(set.warnings().is_empty(), "{:?}", set.warnings());
    }

    #[test]
    fn what_ships_passes_its_tests_and_every_guardrail_of_the_control_plane_is_missed_by_one() {
        let failed = |files: &BTreeMap<String, String>| -> Vec<String> {
            let set = PolicySet::parse(files).unwrap_or_else(|rejected| panic!("{rejected}"));
            let suites = files.iter().filter(|(path, _)| path.starts_with("tests/"));
            let outcomes =
                suites.flat_map(|(path, text)| Suite::parse(path, text).unwrap().run(&set).unwrap());
            outcomes.filter(|outcome| !outcome.passed).map(|outcome| outcome.name.clone()).collect()
        };
        assert_eq!(failed(&shipped()), Vec::<String>::new());
        for id in ["control-plane-fresh", "control-plane-device", "provisioning-token"] {
            let mut files = shipped();
            let set = PolicySet::parse(&files).unwrap();
            let text = set.get(&id.parse().unwrap()).unwrap().text.to_string();
            let file = files.get_mut("guardrails/control-plane.cedar").unwrap();
            *file = file.replace(&text, "");
            assert!(!failed(&files).is_empty(), "nothing misses {id}");
        }
    }

    #[test]
    fn the_guardrail_of_the_guide_keeps_a_provider_to_its_networks() {
        let guide = include_str!("../../../docs/scim.md");
        let guardrail = guide.split("```cedar\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
        let mut files = shipped();
        files.insert("guardrails/provisioning.cedar".to_owned(), guardrail.to_owned());
        let set = PolicySet::parse(&files).unwrap_or_else(|rejected| panic!("{rejected}"));
        let given = |network: &str, expect: &str| {
            format!(
                "[[test]]\nname = \"{network}\"\nexpect = \"{expect}\"\ngiven = {{ service = {{}}, action = \"write\", \
                 resource = \"countersign/provisioning\", sensitivity = \"internal\", \
                 authentication = {{ method = \"provisioning-token\", assurance = \"aal1\", phishing_resistant = false, age = \"0s\" }}, \
                 place = {{ address = \"192.0.2.1\", network = \"{network}\" }} }}\n"
            )
        };
        let tests = given("entra", "allow") + &given("elsewhere", "deny");
        let outcomes = Suite::parse("tests/networks.toml", &tests).unwrap().run(&set).unwrap();
        assert_eq!(outcomes.len(), 2);
        assert!(outcomes.iter().all(|outcome| outcome.passed), "{outcomes:?}");
    }

    #[test]
    fn what_is_there_already_is_not_stated_again() {
        let jwk = serde_json::json!({});
        let mut world = World::empty();
        let facts = missing(&world, "countersign.localhost", "k", &jwk);
        assert_eq!(facts.len(), 3);
        for fact in facts {
            let stated = countersign_facts::Stated {
                at: countersign_names::Timestamp::from_micros(0),
                by: actor(),
                fact,
            };
            world.apply(&stated).unwrap();
        }
        assert!(missing(&world, "countersign.localhost", "k", &jwk).is_empty());
        assert_eq!(missing(&world, "id.example.test", "k", &jwk).len(), 1, "a new host is declared");
    }

    #[test]
    fn a_part_that_is_new_is_added_to_what_is_declared() {
        let host = "countersign.localhost";
        let mut about = control(host);
        about.title = "Ours".to_owned();
        about.resources.retain(|part| part.part != "provisioning");
        let ApplicationProtocol::Http(http) = &mut about.protocol;
        let parts = ["self", "approvals", "control"];
        http.routes = parts.iter().map(|part| (*part, http.routes.of(part).to_vec())).collect();
        let application = CONTROL.parse().unwrap();
        let before = Fact::Application(ApplicationFact::Declared { application, about });
        let mut world = World::empty();
        let mut fold = |fact| {
            let at = countersign_names::Timestamp::from_micros(0);
            world.apply(&countersign_facts::Stated { at, by: actor(), fact }).unwrap();
            undeclared(&world, host)
        };
        let added = fold(before).unwrap();
        assert_eq!((added.title.as_str(), added.resources.len()), ("Ours", control(host).resources.len()));
        let application = CONTROL.parse().unwrap();
        assert_eq!(fold(Fact::Application(ApplicationFact::Declared { application, about: added })), None);
        let provisioning: ResourceName = PROVISIONING_RESOURCE.parse().unwrap();
        let declared = world.application(CONTROL).unwrap();
        assert_eq!(declared.label(&provisioning), Some(Sensitivity::Internal));
        assert_eq!(declared.about.http().unwrap().routes.of("provisioning").len(), 1);
    }
}
