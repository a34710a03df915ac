//! How many things carry a label that somebody confirmed.

use super::{is_declared_lower, state_of};
use crate::Control;
use crate::refusal::JsonResult;
use axum::extract::State;
use countersign_api as api;
use countersign_names::{LabelTarget, ResourceName};
use countersign_world::World;
use std::collections::{BTreeMap, BTreeSet};

pub async fn show(State(control): State<Control>) -> JsonResult<api::LabelCoverage> {
    Ok(axum::Json(coverage(&control.world())))
}

fn coverage(world: &World) -> api::LabelCoverage {
    let confirmed: BTreeSet<&LabelTarget> =
        world.labels().filter(|label| label.is_confirmed()).map(|label| &label.target).collect();
    let (mut databases, mut hosts) = (BTreeMap::<&str, bool>::new(), BTreeMap::<&str, bool>::new());
    for label in world.labels() {
        let (names, name) = match &label.target {
            LabelTarget::Host(name) => (&mut hosts, name.as_ref()),
            other => match other.database() {
                Some(name) => (&mut databases, name),
                None => continue,
            },
        };
        *names.entry(name).or_default() |= label.is_confirmed();
    }
    let parts: Vec<LabelTarget> = world
        .applications()
        .flat_map(|application| {
            let names = application.about.resources.iter();
            names.filter_map(|part| ResourceName::new(&application.name, &part.part).ok())
        })
        .map(LabelTarget::Resource)
        .collect();
    let applications: Vec<LabelTarget> =
        world.applications().map(|application| LabelTarget::Application(application.name.clone())).collect();
    let targets = |all: &[LabelTarget]| share(all.iter().map(|target| confirmed.contains(target)));
    let count =
        |state: api::LabelState| counted(world.labels().filter(|label| state_of(label) == state).count());
    api::LabelCoverage {
        applications: targets(&applications),
        resources: targets(&parts),
        databases: share(databases.into_values()),
        hosts: share(hosts.into_values()),
        open: count(api::LabelState::Open),
        dismissed: count(api::LabelState::Dismissed),
        declared_lower: counted(world.labels().filter(|label| is_declared_lower(world, label)).count()),
        unknown: vec![
            "A database or a host is known only if a label names it: one that nobody scanned, or in which a scan found nothing, \
             is not counted."
                .to_owned(),
        ],
    }
}

fn share(confirmed: impl Iterator<Item = bool>) -> api::CoveredShare {
    confirmed.fold(api::CoveredShare::default(), |share, confirmed| api::CoveredShare {
        known: share.known + 1,
        confirmed: share.confirmed + u64::from(confirmed),
    })
}

fn counted(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}
