//! Runs Cedar's public corpus through our index, and compares every decision, its determining policies and its errors.
//!
//! The test is inside the crate because the layer that works for any policy set is not public.

use crate::engine::Engine;
use crate::index::{NumberedQuestion, Side};
use cedar_policy::{Context, Entities, EntityId, EntityTypeName, EntityUid, PolicySet, Request, Schema};
use cedar_policy_core::ast::{self, EntityUID};
use cedar_policy_core::entities::Dereference;
use cedar_policy_core::evaluator::Evaluator;
use cedar_policy_core::extensions::Extensions;
use serde_json::Value as Json;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::PathBuf;

/// Returns the files of the archive by name: the sample in the repository, or the archive that
/// `COUNTERSIGN_CEDAR_CORPUS` names.
fn archive() -> BTreeMap<String, String> {
    let named = std::env::var_os("COUNTERSIGN_CEDAR_CORPUS").map(PathBuf::from);
    let file = named.unwrap_or_else(|| countersign_testkit::outside::file("cedar/corpus-sample.tar.gz"));
    let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(std::fs::File::open(file).unwrap()));
    let mut files = BTreeMap::new();
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        let name = entry.path().unwrap().file_name().map(|name| name.to_string_lossy().into_owned());
        let mut text = String::new();
        if entry.header().entry_type().is_file() && entry.read_to_string(&mut text).is_ok() {
            files.insert(name.unwrap(), text);
        }
    }
    files
}

fn uid(json: &Json) -> EntityUid {
    let kind: EntityTypeName = json["type"].as_str().unwrap().parse().unwrap();
    EntityUid::from_type_name_and_id(kind, EntityId::new(json["id"].as_str().unwrap()))
}

fn ids(json: &Json) -> BTreeSet<String> {
    json.as_array().unwrap().iter().map(|id| id.as_str().unwrap().to_owned()).collect()
}

struct Case {
    policies: Vec<ast::Policy>,
    engine: Engine,
    schema: Schema,
    entities: Entities,
}

impl Case {
    fn read(files: &BTreeMap<String, String>, name: &str) -> Self {
        let policies: PolicySet = files[&format!("{name}.cedar")].parse().unwrap();
        let policies: Vec<ast::Policy> =
            policies.policies().map(|policy| AsRef::<ast::Policy>::as_ref(policy).clone()).collect();
        let (schema, _) = Schema::from_cedarschema_str(&files[&format!("{name}.cedarschema")]).unwrap();
        let entities =
            Entities::from_json_str(&files[&format!("{name}.entities.json")], Some(&schema)).unwrap();
        Self { engine: Engine::new(&policies), policies, schema, entities }
    }

    fn side(&self, uid: &EntityUID) -> Side {
        let index = &self.engine.index;
        let number = |uid: &EntityUID| index.names(uid.entity_type()).get(uid.eid().as_ref());
        let entities: &cedar_policy_core::entities::Entities = self.entities.as_ref();
        let above: Vec<_> = match entities.entity(uid) {
            Dereference::Data(entity) => entity.ancestors().map(number).collect(),
            _ => Vec::new(),
        };
        index.names(uid.entity_type()).side(|| Cow::Borrowed(uid.eid().as_ref()), above)
    }

    /// Returns the decision, the determining policies, the errors and the number of policies evaluated.
    fn ask(&self, asked: &Json) -> (String, BTreeSet<String>, BTreeSet<String>, usize) {
        let [principal, action, resource] = ["principal", "action", "resource"].map(|part| uid(&asked[part]));
        let context =
            Context::from_json_value(asked["context"].clone(), Some((&self.schema, &action))).unwrap();
        let request = Request::new(principal, action, resource, context, None).unwrap();
        let request: &ast::Request = request.as_ref();
        let [principal, action, resource] = [request.principal(), request.action(), request.resource()]
            .map(|entry| self.side(entry.uid().unwrap()));
        let rules = self.engine.matching(&NumberedQuestion { principal, action, resource });
        let evaluator = Evaluator::new(request.clone(), self.entities.as_ref(), Extensions::all_available());
        let tally = self.engine.tally(&rules, &|atom| self.engine.evaluate(atom, &evaluator));
        let ids =
            |rules: &[u32]| rules.iter().map(|rule| self.policies[*rule as usize].id().to_string()).collect();
        let decision = if tally.allowed() { "allow" } else { "deny" };
        (decision.to_owned(), ids(tally.determining()), ids(&tally.errors), rules.len())
    }
}

#[test]
fn the_outside_corpus_is_answered_as_cedar_answers_it() {
    let files = archive();
    let names: Vec<&str> = files
        .keys()
        .filter_map(|name| name.strip_suffix(".json"))
        .filter(|name| !name.ends_with(".entities"))
        .collect();
    // Reading the schemas takes most of the time, so the work is divided among all cores.
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let (asked, offered, whole) = std::thread::scope(|scope| {
        let files = &files;
        let share = move |names: &[&str]| names.iter().map(|name| check(files, name)).fold((0, 0, 0), sum);
        let shares = names.chunks(names.len().div_ceil(cores)).map(|names| scope.spawn(move || share(names)));
        let shares: Vec<_> = shares.collect();
        shares.into_iter().map(|share| share.join().unwrap()).fold((0, 0, 0), sum)
    });
    println!("{asked} questions of the corpus, {offered} of {whole} policies looked at");
    assert!(asked >= 3_900, "only {asked} questions were asked");
}

type Count = (usize, usize, usize);

fn sum(one: Count, other: Count) -> Count {
    (one.0 + other.0, one.1 + other.1, one.2 + other.2)
}

/// Runs every question of one test of the corpus. Returns the number of questions, the number of policies evaluated,
/// and the number that a full scan would evaluate.
fn check(files: &BTreeMap<String, String>, name: &str) -> Count {
    let test: Json = serde_json::from_str(&files[&format!("{name}.json")]).unwrap();
    let case = Case::read(files, name);
    let mut count = (0, 0, 0);
    for request in test["requests"].as_array().unwrap() {
        let (decision, determining, errors, looked_at) = case.ask(request);
        let what = format!("{name} {}", request["description"]);
        assert_eq!(decision, request["decision"].as_str().unwrap(), "{what}: decision");
        assert_eq!(determining, ids(&request["reason"]), "{what}: determining policies");
        assert_eq!(errors, ids(&request["errors"]), "{what}: errors");
        count = sum(count, (1, looked_at, case.policies.len()));
    }
    count
}
