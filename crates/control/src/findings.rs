//! Findings: what is wrong with accounts, groups and the like, and what people decide about it.
//!
//! Findings are rows of tables, which a look writes anew. Acceptances are facts.

mod export;
mod look;
mod settings;
mod shown;

pub use export::export;
pub use look::{look, look_work};
pub use settings::{FindingKeeping, check_finding_settings, settings};

use crate::input::{Json, QueryParameters, in_path, on_record, span};
use crate::page::{PageParameters, PageRequest, SortKey, foreign_cursor};
use crate::refusal::JsonResult;
use crate::{Caller, Control, Refusal};
use axum::extract::{Path, State};
use countersign_api::{self as api, rows};
use countersign_facts::{Fact, FindingFact};
use countersign_findings::{
    FindingAcceptance, FindingError, FindingOrder, FindingQuery, FindingSelection, FindingStanding,
    StoredFinding,
};
use countersign_names::{FindingId, SourceName, Timestamp};
use countersign_world::LONGEST_ACCEPTANCE;
use shown::{fact_severity, hygiene_severity, of_fact, shown, shown_cause, standing_of};

/// Separates the detector and the cause in a cursor. No name of a detector has it.
const SEPARATOR: char = '/';

pub async fn list(
    State(control): State<Control>,
    page: PageParameters,
    QueryParameters(asked): QueryParameters<rows::findings::FindingFilter>,
) -> JsonResult<api::Items<api::InventoryFinding>> {
    let page = page.usual(&rows::findings::LIST)?;
    let rows::findings::FindingFilter { state, detector, severity, source, cause, q } = asked;
    let contains = q.map(|text| text.0);
    let selection = selection(&control, (state, detector, severity, source))?;
    let asked = FindingQuery {
        selection: FindingSelection { cause, contains, ..selection },
        order: if page.sort() == "first_seen" { FindingOrder::FirstSeen } else { FindingOrder::Severity },
        descending: page.is_descending(),
        after: match page.after() {
            None => None,
            Some((SortKey::Number(number), SortKey::Text(id))) => Some((*number, id.to_string())),
            Some(_) => return Err(foreign_cursor()),
        },
        limit: page.limit(),
    };
    let found = control.finding_tables()?.list(&asked, control.now()).await?;
    let rest = found.next.map(|(number, id)| (SortKey::Number(number), SortKey::Text(id.into())));
    let world = control.world();
    let items =
        found.findings.into_iter().map(|finding| shown(&world, finding)).collect::<Result<Vec<_>, _>>()?;
    Ok(axum::Json(page.until(items, rest).shown(|finding| finding)))
}

pub async fn causes(
    State(control): State<Control>,
    page: PageParameters,
    QueryParameters(asked): QueryParameters<rows::findings::CauseFilter>,
) -> JsonResult<api::Items<api::FindingCause>> {
    let page = page.usual(&rows::findings::CAUSES)?;
    let rows::findings::CauseFilter { state, detector, severity, source } = asked;
    let selection = selection(&control, (state, detector, severity, source))?;
    let after = after_cause(&page)?;
    let order = (after.as_ref(), page.is_descending());
    let found = control.finding_tables()?.causes(&selection, order, page.limit(), control.now()).await?;
    let rest = found.next.map(|(rank, detector, cause)| {
        (SortKey::Number(rank), SortKey::Text(format!("{detector}{SEPARATOR}{cause}").into()))
    });
    let items = found.causes.into_iter().map(shown_cause).collect();
    Ok(axum::Json(page.until(items, rest).shown(|cause| cause)))
}

/// Returns the place at which the previous page of causes ended.
fn after_cause(page: &PageRequest) -> Result<Option<(i64, String, String)>, Refusal> {
    match page.after() {
        None => Ok(None),
        Some((SortKey::Number(rank), SortKey::Text(place))) => {
            let (detector, cause) = place.split_once(SEPARATOR).ok_or_else(foreign_cursor)?;
            Ok(Some((*rank, detector.to_owned(), cause.to_owned())))
        }
        Some(_) => Err(foreign_cursor()),
    }
}

/// What lists and exports are filtered by.
type Filter = (Option<api::FindingState>, Option<String>, Option<api::HygieneLevel>, Option<SourceName>);

fn selection(
    control: &Control,
    (state, detector, severity, source): Filter,
) -> Result<FindingSelection, Refusal> {
    if let Some(detector) = &detector
        && !countersign_hygiene::DETECTORS.iter().any(|row| row.name == detector)
    {
        let names: Vec<_> = countersign_hygiene::DETECTORS.iter().map(|row| row.name).collect();
        return Err(Refusal::invalid("detector", format!("there is no detector {detector:?}"))
            .remedy(format!("use one of: {}", names.join(", "))));
    }
    if let Some(source) = &source {
        crate::inventory::declared_in_query(control, source)?;
    }
    Ok(FindingSelection {
        detector,
        severity: severity.map(hygiene_severity),
        standing: state.map(standing_of),
        source: source.map(|source| source.to_string()),
        cause: None,
        contains: None,
    })
}

pub async fn show(
    State(control): State<Control>,
    Path(id): Path<String>,
) -> JsonResult<api::InventoryFinding> {
    let id: FindingId = in_path("id", &id)?;
    view(&control, id).await
}

pub async fn accept(
    State(control): State<Control>,
    caller: Caller,
    Path(id): Path<String>,
    Json(new): Json<api::NewAcceptance>,
) -> JsonResult<api::InventoryFinding> {
    let id: FindingId = in_path("id", &id)?;
    let reason = on_record("reason", &new.reason)?;
    let end = AcceptanceEnd::read(&new)?;
    let known = known(&control, id).await?;
    if known.standing == FindingStanding::Fixed {
        return Err(Refusal::conflict(format!("{id} is fixed: there is nothing to accept"))
            .about_field("id")
            .remedy("`countersign finding list` shows what needs work"));
    }
    let severity = fact_severity(known.found.severity);
    let about = about(&known);
    control
        .command(&caller, move |_, now| {
            let accepted = FindingFact::Accepted {
                finding: id,
                about: about.clone(),
                severity,
                reason: reason.clone(),
                expires_at: end.from(now)?,
            };
            Ok((vec![Fact::Finding(accepted)], ()))
        })
        .await?;
    control.repeat_acceptances().await?;
    view(&control, id).await
}

pub async fn reopen(
    State(control): State<Control>,
    caller: Caller,
    Path(id): Path<String>,
    Json(why): Json<api::Reason>,
) -> JsonResult<api::InventoryFinding> {
    let id: FindingId = in_path("id", &id)?;
    let reason = on_record("reason", &why.reason)?;
    known(&control, id).await?;
    control
        .command(&caller, move |world, _| {
            if world.accepted_finding(id).is_none() {
                return Err(Refusal::conflict(format!("nobody accepted {id}"))
                    .about_field("id")
                    .remedy("`countersign finding list --state accepted` shows those that are"));
            }
            Ok((vec![Fact::Finding(FindingFact::Reopened { finding: id, reason: reason.clone() })], ()))
        })
        .await?;
    control.repeat_acceptances().await?;
    view(&control, id).await
}

/// Returns what a finding is about. The fact states it, because the row may be gone later.
fn about(finding: &StoredFinding) -> String {
    let found = &finding.found;
    let subject = found.subjects.first().map(|subject| format!("{} in {}", subject.name, subject.source));
    format!("{}: {}", found.detector, subject.unwrap_or_else(|| found.cause.clone()))
}

async fn known(control: &Control, id: FindingId) -> Result<StoredFinding, Refusal> {
    let found = control.finding_tables()?.show(id, control.now()).await?;
    found.ok_or_else(|| {
        Refusal::not_found("finding", id)
            .about_field("id")
            .remedy("`countersign finding list` shows those that need work")
    })
}

async fn view(control: &Control, id: FindingId) -> JsonResult<api::InventoryFinding> {
    let found = known(control, id).await?;
    Ok(axum::Json(shown(&control.world(), found)?))
}

#[derive(Clone, Copy)]
enum AcceptanceEnd {
    At(Timestamp),
    After(std::time::Duration),
}

impl AcceptanceEnd {
    fn read(new: &api::NewAcceptance) -> Result<Self, Refusal> {
        match (new.expires_at, new.expires_in_seconds) {
            (Some(end), None) => Ok(Self::At(end)),
            (None, Some(seconds)) => {
                span("expires_in_seconds", seconds, 60, LONGEST_ACCEPTANCE.as_secs()).map(Self::After)
            }
            (None, None) => Err(Refusal::invalid("expires_at", "an acceptance has an end")
                .remedy("give expires_at or expires_in_seconds")),
            (Some(_), Some(_)) => Err(Refusal::invalid("expires_in_seconds", "expires_at is given too")
                .remedy("give one of the two")),
        }
    }

    fn from(self, now: Timestamp) -> Result<Timestamp, Refusal> {
        match self {
            Self::After(life) => Ok(now.plus(life)),
            Self::At(end) if end <= now => Err(Refusal::invalid("expires_at", format!("{end} is over"))
                .remedy("give a moment within the next year")),
            Self::At(end) if end > now.plus(LONGEST_ACCEPTANCE) => {
                Err(Refusal::invalid("expires_at", "it is more than a year away")
                    .remedy("give a moment within the next year; it can be accepted again then"))
            }
            Self::At(end) => Ok(end),
        }
    }
}

impl Control {
    /// Repeats the acceptances that the world has beside the findings.
    pub(crate) async fn repeat_acceptances(&self) -> Result<(), Refusal> {
        let world = self.world();
        let acceptances: Vec<_> = world
            .accepted_findings()
            .map(|accepted| FindingAcceptance {
                finding: accepted.finding,
                severity: of_fact(accepted.severity),
                accepted_at: accepted.at,
                expires_at: accepted.expires_at,
            })
            .collect();
        self.finding_tables()?.repeat_acceptances(world.seq(), &acceptances).await?;
        Ok(())
    }
}

impl From<FindingError> for Refusal {
    fn from(error: FindingError) -> Self {
        match error {
            FindingError::Superseded => Self::conflict(error.to_string()),
            FindingError::Row { .. } => Self::unavailable(error.to_string()),
            FindingError::Database(error) => {
                tracing::warn!(%error, "the findings cannot be used");
                Self::unavailable(format!("the findings do not answer: {error}"))
            }
        }
    }
}
