//! Figures of the last days: from the projection of the facts, and from the files of the evidence on record.

use crate::input::QueryParameters;
use crate::refusal::JsonResult;
use crate::{Control, Refusal};
use axum::extract::State;
use countersign_api as api;
use countersign_facts::{ApplicationStage, Stated};
use countersign_journal::Seq;
use countersign_names::Timestamp;
use countersign_projections::register::RegisterCounts;
use countersign_projections::trends::{TrendFigure, day_of};
use countersign_world::{GrantState, World};
use std::collections::BTreeMap;

/// Number of days by default, and the maximum.
const USUAL: i64 = 30;
const MOST: i64 = 366;

pub async fn show(State(control): State<Control>, mut asked: QueryParameters) -> JsonResult<api::Trends> {
    let count = match asked.text("days") {
        None => USUAL,
        Some(text) => text.parse().ok().filter(|days| (1..=MOST).contains(days)).ok_or_else(|| {
            Refusal::invalid("days", format!("{text:?} is not a number of days"))
                .remedy(format!("give a whole number from 1 to {MOST}"))
        })?,
    };
    asked.finish()?;
    let (world, now) = (control.world(), control.now());
    let first = day_of(now) - count;
    let projections = control.projections()?;
    let register = projections.register_counts(world.seq(), now).await?.value;
    let found = projections.trends(world.seq(), first, usize::try_from(count).unwrap_or(0)).await?;
    let begun = first_day(&control).await?;
    let known = |value: u64, day: i64| begun.is_some_and(|begun| begun <= day).then_some(value);
    let mut figures: Vec<api::Trend> = found
        .into_iter()
        .map(|(figure, values)| api::Trend {
            figure: name(figure),
            measure: api::TrendMeasure::AtEndOfDay,
            now: Some(present(figure, &world, &register, now)),
            values: values.into_iter().zip(first..).map(|(value, day)| known(value, day)).collect(),
        })
        .collect();
    let recorded = recorded(&world);
    figures.push(api::Trend {
        figure: api::TrendName::Decisions,
        measure: api::TrendMeasure::OverTheDay,
        now: None,
        values: (first..first + count).map(|day| recorded.get(&date(day)).copied()).collect(),
    });
    Ok(axum::Json(api::Trends { days: (first..first + count).map(date).collect(), figures }))
}

/// Returns the day of the first fact; `None` while there is none.
async fn first_day(control: &Control) -> Result<Option<i64>, Refusal> {
    let read = control.ledger().journal().read(Seq(0), 1).await;
    let unreadable = |why: String| {
        Refusal::unavailable(format!("the first fact cannot be read: {why}"))
            .remedy("run `countersign journal verify`")
    };
    let entries = read.map_err(|error| unreadable(error.to_string()))?;
    let Some(first) = entries.first() else { return Ok(None) };
    let stated = Stated::from_bytes(&first.payload).map_err(|error| unreadable(error.to_string()))?;
    // A wrong clock may have dated it, before time was set back.
    Ok(Some(day_of(control.world().stated_by_then(first.seq.0, stated.at))))
}

/// Returns a day, counted from 1970, as a date.
fn date(day: i64) -> String {
    let at = Timestamp::from_micros(day.saturating_mul(86_400_000_000)).to_string();
    at.get(..10).unwrap_or(&at).to_owned()
}

/// Returns the number of decisions in finished files, by date. Files of all processes count.
fn recorded(world: &World) -> BTreeMap<String, u64> {
    let mut days: BTreeMap<String, u64> = BTreeMap::new();
    for file in world.evidence_of_all().flat_map(|(_, evidence)| evidence.files()) {
        let Some((date, name)) = file.file.path.strip_prefix("dt=").and_then(|path| path.split_once('/'))
        else {
            continue;
        };
        if name.starts_with("decisions-") {
            *days.entry(date.to_owned()).or_default() += file.file.rows;
        }
    }
    days
}

/// Returns a figure at this moment, from the world.
fn present(figure: TrendFigure, world: &World, register: &RegisterCounts, now: Timestamp) -> u64 {
    let counted = match figure {
        TrendFigure::People => world.people().count(),
        TrendFigure::PeopleWithPasskeys => {
            world.people().filter(|person| world.credentials_of(person.id).next().is_some()).count()
        }
        TrendFigure::Devices => world.devices().count(),
        TrendFigure::DevicesManaged => world.devices().filter(|device| device.about.managed).count(),
        TrendFigure::Applications => world.applications().count(),
        TrendFigure::ApplicationsEnforcing => {
            let enforcing = |stage| stage == ApplicationStage::Enforce;
            world.applications().filter(|application| enforcing(application.about.stage)).count()
        }
        TrendFigure::Sessions => world.sessions().filter(|session| now < session.expires_at).count(),
        TrendFigure::GrantsRequested => {
            world.grants().filter(|grant| grant.state == GrantState::Requested).count()
        }
        TrendFigure::GrantsActive => world.grants().filter(|grant| grant.active_until(now).is_some()).count(),
        TrendFigure::Exceptions => {
            world.exceptions().iter().filter(|exception| now < exception.expires_at).count()
        }
        TrendFigure::Trusts => return register.live(),
        TrendFigure::TrustsDiscovered => return register.discovered,
        TrendFigure::TrustsOwned => return register.owned,
        TrendFigure::TrustsDocumented => return register.documented,
        TrendFigure::TrustsLapsed => return register.lapsed,
    };
    u64::try_from(counted).unwrap_or(u64::MAX)
}

const fn name(figure: TrendFigure) -> api::TrendName {
    match figure {
        TrendFigure::People => api::TrendName::People,
        TrendFigure::PeopleWithPasskeys => api::TrendName::PeopleWithPasskeys,
        TrendFigure::Devices => api::TrendName::Devices,
        TrendFigure::DevicesManaged => api::TrendName::DevicesManaged,
        TrendFigure::Applications => api::TrendName::Applications,
        TrendFigure::ApplicationsEnforcing => api::TrendName::ApplicationsEnforcing,
        TrendFigure::Sessions => api::TrendName::Sessions,
        TrendFigure::GrantsRequested => api::TrendName::GrantsRequested,
        TrendFigure::GrantsActive => api::TrendName::GrantsActive,
        TrendFigure::Exceptions => api::TrendName::Exceptions,
        TrendFigure::Trusts => api::TrendName::Trusts,
        TrendFigure::TrustsDiscovered => api::TrendName::TrustsDiscovered,
        TrendFigure::TrustsOwned => api::TrendName::TrustsOwned,
        TrendFigure::TrustsDocumented => api::TrendName::TrustsDocumented,
        TrendFigure::TrustsLapsed => api::TrendName::TrustsLapsed,
    }
}
