//! Figures of the last days, from the projection of the facts.

use crate::input::QueryParameters;
use crate::policies::rollout_of;
use crate::refusal::JsonResult;
use crate::{Control, Refusal};
use axum::extract::State;
use countersign_api as api;
use countersign_facts::{ApplicationStage, PolicyFile, Stated};
use countersign_journal::Seq;
use countersign_names::{PolicyId, Timestamp};
use countersign_policy::{PolicySet, Stage, stages};
use countersign_projections::register::RegisterCounts;
use countersign_projections::trends::{StageOfText, TrendFigure, TrendsProjection, day_of};
use countersign_world::{ADMINISTRATORS, GrantState, World};
use std::collections::BTreeMap;

/// The projection of the figures, which is told here who administers and how policies say their stage.
pub const TRENDS: TrendsProjection = TrendsProjection { administrators: ADMINISTRATORS, stages_of };

pub async fn show(
    State(control): State<Control>,
    QueryParameters(asked): QueryParameters<api::rows::trends::TrendsPeriod>,
) -> JsonResult<api::Trends> {
    let count = i64::from(asked.days.unwrap_or(api::TrendDays::USUAL).0);
    let (world, now) = (control.world(), control.now());
    let first = day_of(now) - count;
    let projections = control.projections()?;
    let register = projections.register_counts(world.seq(), now).await?.value;
    let found = projections.trends(world.seq(), first, usize::try_from(count).unwrap_or(0)).await?;
    let begun = first_day(&control).await?;
    let has_begun = |day: i64| begun.is_some_and(|begun| begun <= day);
    let present = PresentFigures { world: &world, policies: &control.admission().policies(), register, now };
    let figures = found.into_iter().filter_map(|(figure, values)| {
        let over_the_day = figure.is_over_the_day();
        let known = |(value, day): (Option<u64>, i64)| value.filter(|_| over_the_day || has_begun(day));
        Some(api::Trend {
            figure: name(figure)?,
            measure: match over_the_day {
                true => api::TrendMeasure::OverTheDay,
                false => api::TrendMeasure::AtEndOfDay,
            },
            now: present.figure(figure),
            values: values.into_iter().zip(first..).map(known).collect(),
        })
    });
    let figures = figures.collect();
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

/// Returns the stage of every policy in the files of a set; `None` if they cannot be read.
fn stages_of(files: &BTreeMap<String, PolicyFile>) -> Option<BTreeMap<PolicyId, StageOfText>> {
    let files = files.iter().map(|(path, file)| (path.clone(), file.0.clone())).collect();
    let shown = |stage| match stage {
        Stage::Enforce => StageOfText::Enforce,
        Stage::Shadow => StageOfText::Shadow,
    };
    Some(stages(&files)?.into_iter().map(|(id, stage)| (id, shown(stage))).collect())
}

/// What there is at this moment.
struct PresentFigures<'a> {
    world: &'a World,
    policies: &'a PolicySet,
    register: RegisterCounts,
    now: Timestamp,
}

impl PresentFigures<'_> {
    /// Returns a figure; `None` if it is known for whole days only.
    fn figure(&self, figure: TrendFigure) -> Option<u64> {
        let (world, now) = (self.world, self.now);
        let counted = match figure {
            TrendFigure::People => world.people().count(),
            TrendFigure::PeopleWithPasskeys => {
                world.people().filter(|person| world.credentials_of(person.id).next().is_some()).count()
            }
            TrendFigure::Administrators => world.administrators().count(),
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
            TrendFigure::GrantsActive => {
                world.grants().filter(|grant| grant.active_until(now).is_some()).count()
            }
            TrendFigure::Exceptions => {
                world.exceptions().iter().filter(|exception| now < exception.expires_at).count()
            }
            TrendFigure::Trusts => return Some(self.register.live()),
            TrendFigure::TrustsDiscovered => return Some(self.register.discovered),
            TrendFigure::TrustsOwned => return Some(self.register.owned),
            TrendFigure::TrustsDocumented => return Some(self.register.documented),
            TrendFigure::TrustsLapsed => return Some(self.register.lapsed),
            TrendFigure::Policies => self.policies.policies().len(),
            TrendFigure::PoliciesEnforced => self.policies_in(Stage::Enforce, None),
            TrendFigure::PoliciesShadow => self.policies_in(Stage::Shadow, Some(false)),
            TrendFigure::PoliciesRollingOut => self.policies_in(Stage::Shadow, Some(true)),
            TrendFigure::PoliciesUnread
            | TrendFigure::Decisions
            | TrendFigure::DecisionsAllowed
            | TrendFigure::DecisionsDenied
            | TrendFigure::DecisionsWouldBeDenied => return None,
        };
        Some(u64::try_from(counted).unwrap_or(u64::MAX))
    }

    /// Returns the number of policies in a stage, with a rollout that enforces them, without one, or either.
    fn policies_in(&self, stage: Stage, rolled_out: Option<bool>) -> usize {
        let of_stage = self.policies.policies().iter().filter(|policy| policy.stage == stage);
        of_stage
            .filter(|policy| {
                rolled_out.is_none_or(|wanted| rollout_of(policy, self.world).is_some() == wanted)
            })
            .count()
    }
}

/// Returns the name of a figure in the API; `None` for one that only says what is not known.
const fn name(figure: TrendFigure) -> Option<api::TrendName> {
    Some(match figure {
        TrendFigure::People => api::TrendName::People,
        TrendFigure::PeopleWithPasskeys => api::TrendName::PeopleWithPasskeys,
        TrendFigure::Administrators => api::TrendName::Administrators,
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
        TrendFigure::Policies => api::TrendName::Policies,
        TrendFigure::PoliciesEnforced => api::TrendName::PoliciesEnforced,
        TrendFigure::PoliciesShadow => api::TrendName::PoliciesShadow,
        TrendFigure::PoliciesRollingOut => api::TrendName::PoliciesRollingOut,
        TrendFigure::PoliciesUnread => return None,
        TrendFigure::Decisions => api::TrendName::Decisions,
        TrendFigure::DecisionsAllowed => api::TrendName::DecisionsAllowed,
        TrendFigure::DecisionsDenied => api::TrendName::DecisionsDenied,
        TrendFigure::DecisionsWouldBeDenied => api::TrendName::DecisionsWouldBeDenied,
    })
}
