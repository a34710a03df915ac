//! Imports: begun, received in pages, compared, and applied or dropped.

use super::sources::{shown_applied, shown_count};
use super::staging::{ImportPages, LONGEST_IDLE, MOST_AT_A_TIME};
use super::{declared, number, records};
use crate::input::{Json, OptionalJson};
use crate::leavers::preview_leavers;
use crate::refusal::{CreatedResult, JsonResult};
use crate::{Caller, Control, Refusal};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use countersign_api as api;
use countersign_inventory::{CompletedImport, RowSamples, SampledRow, ShrinkLimit, StagedImport};
use countersign_names::{SourceName, Timestamp};
use countersign_sources::{NodeKind, Relation, SourceRecord};

/// Maximum number of samples of each kind of change.
const SAMPLES: u32 = 50;

pub async fn begin(
    State(control): State<Control>,
    Path(source): Path<String>,
) -> CreatedResult<api::OpenImport> {
    let source = declared(&control, &source)?;
    control.mend_inventory().await?;
    let import = control.inventory()?.begin(&source).await?;
    let begun = api::OpenImport {
        source: source.clone(),
        import: number(import.number()),
        base: number(import.base()),
        records_in_a_page: u64::try_from(api::LARGEST_IMPORT_PAGE).unwrap_or(u64::MAX),
        records_in_all: api::LARGEST_IMPORT,
        idle_seconds: LONGEST_IDLE.as_secs(),
    };
    let of = import.number();
    if let Err(others) = control.staging().add(&source, import, control.now()) {
        control.inventory()?.drop_import(source.as_str(), of).await?;
        let others: Vec<_> = others.iter().map(SourceName::as_str).collect();
        return Err(Refusal::conflict(format!("this process receives {MOST_AT_A_TIME} other imports"))
            .about_field("source")
            .remedy(format!("finish or drop one of them first: {}", others.join(", "))));
    }
    Ok((StatusCode::CREATED, axum::Json(begun)))
}

pub async fn take(
    State(control): State<Control>,
    Path((source, import)): Path<(String, String)>,
    Json(page): Json<api::ImportPage>,
) -> JsonResult<api::ImportProgress> {
    let (source, import) = (declared(&control, &source)?, in_path_number(&import)?);
    let number = page.page;
    let records = records::read(page)?;
    let Some(pages) = control.staging().find(&source, import, control.now()) else {
        return Err(not_received(&control, &source, import).await?);
    };
    let mut held = pages.lock_owned().await;
    // Once begun, a page is written whole, even if the caller goes away.
    let taking = tokio::spawn(async move {
        let Some(pages) = held.as_mut() else { return Ok(None) };
        let taken = pages.take(number, records).await;
        if matches!(&taken, Err(PageError::Unwritten(_))) {
            *held = None;
        }
        taken.map(Some).map_err(Refusal::from)
    });
    match joined(taking).await? {
        Some(progress) => Ok(axum::Json(progress)),
        None => Err(not_received(&control, &source, import).await?),
    }
}

/// Why a page was not taken.
enum PageError {
    /// It is wrong; nothing of it was taken.
    Refused(Refusal),
    /// It could not be written, so the import is over.
    Unwritten(Refusal),
}

impl From<PageError> for Refusal {
    fn from(error: PageError) -> Self {
        match error {
            PageError::Refused(refusal) => refusal,
            PageError::Unwritten(refusal) => refusal.remedy("begin the import again; nothing was changed"),
        }
    }
}

impl ImportPages {
    async fn take(
        &mut self,
        page: u64,
        records: Vec<(String, SourceRecord)>,
    ) -> Result<api::ImportProgress, PageError> {
        if page == self.page && page > 0 {
            // The caller did not hear that it was taken.
            return Ok(api::ImportProgress { page, records: self.records });
        }
        if page != self.page + 1 {
            let refusal = Refusal::conflict(format!("page {} is expected, not page {page}", self.page + 1));
            return Err(PageError::Refused(
                refusal.about_field("page").remedy("send the pages one after the other"),
            ));
        }
        let count = u64::try_from(records.len()).unwrap_or(u64::MAX);
        if self.records.saturating_add(count) > api::LARGEST_IMPORT {
            let refusal =
                Refusal::conflict(format!("the import has more than {} records", api::LARGEST_IMPORT));
            return Err(PageError::Refused(
                refusal.remedy("declare several sources, and import each for itself"),
            ));
        }
        for (place, record) in &records {
            if self.import.contains(record) {
                let key = match record {
                    SourceRecord::Node(node) => &node.key,
                    SourceRecord::Edge(edge) => &edge.from,
                };
                return Err(PageError::Refused(records::twice(place, key.as_str())));
            }
        }
        for (_, record) in &records {
            self.import.add(record).await.map_err(|error| PageError::Unwritten(error.into()))?;
        }
        self.page = page;
        self.records += count;
        Ok(api::ImportProgress { page, records: self.records })
    }
}

pub async fn finish(
    State(control): State<Control>,
    Path((source, import)): Path<(String, String)>,
    Json(end): Json<api::ImportEnd>,
) -> JsonResult<api::ImportPreview> {
    let (source, import) = (declared(&control, &source)?, in_path_number(&import)?);
    let now = control.now();
    if let Some(pages) = control.staging().find(&source, import, now) {
        let mut held = pages.lock_owned().await;
        if let Some(pages) = held.as_ref()
            && pages.records != end.records
        {
            let detail = format!("{} records arrived, not {}", pages.records, end.records);
            return Err(Refusal::conflict(detail).about_field("records").remedy(
                "send the pages that are missing, or begin the import again: what is missing would count as gone",
            ));
        }
        let of = (control.clone(), source.clone());
        let finishing = tokio::spawn(async move {
            let Some(pages) = held.take() else { return Ok(()) };
            let finished = pages.import.finish(now).await;
            of.0.staging().remove(&of.1, Some(import));
            finished.map(|_| ()).map_err(Refusal::from)
        });
        joined(finishing).await?;
    }
    match waiting(&control, &source, import).await? {
        Some(staged) => preview(&control, source, staged).await,
        None => Err(not_received(&control, &source, import).await?),
    }
}

pub async fn apply(
    State(control): State<Control>,
    caller: Caller,
    Path((source, import)): Path<(String, String)>,
    OptionalJson(how): OptionalJson<api::ApplyImport>,
) -> JsonResult<api::AppliedImport> {
    let (source, import) = (declared(&control, &source)?, in_path_number(&import)?);
    let percent = how.max_gone_percent.unwrap_or(api::USUAL_MAX_GONE);
    if percent > 100 {
        return Err(Refusal::invalid("max_gone_percent", format!("{percent} is more than 100 percent"))
            .remedy("give a whole number from 0 to 100"));
    }
    // What was applied before is on record before anything else is applied.
    control.put_on_record(&source).await?;
    if let Some(staged) = waiting(&control, &source, import).await? {
        let author = serde_json::to_string(&caller.actor()).unwrap_or_default();
        let limit = ShrinkLimit { percent };
        let applied = control.inventory()?.apply_for(&staged, limit, &author, control.now()).await;
        if let Err(error) = applied {
            // The same request may have come twice at once.
            if applied_import(&control, &source, import).await?.is_none() {
                return Err(error.into());
            }
        }
        control.put_on_record(&source).await?;
        control.refresh_graph().await;
        control.identities_are_due().await;
    }
    match applied_import(&control, &source, import).await? {
        Some(applied) => Ok(axum::Json(shown_applied(&control.world(), &applied))),
        None => Err(not_waiting(&control, &source, import).await?),
    }
}

pub async fn drop(
    State(control): State<Control>,
    Path((source, import)): Path<(String, String)>,
) -> Result<StatusCode, Refusal> {
    let (source, import) = (declared(&control, &source)?, in_path_number(&import)?);
    control.staging().remove(&source, Some(import));
    if !control.inventory()?.drop_import(source.as_str(), import).await? {
        return Err(not_waiting(&control, &source, import).await?);
    }
    Ok(StatusCode::NO_CONTENT)
}

fn in_path_number(text: &str) -> Result<i64, Refusal> {
    text.parse().ok().filter(|number| *number > 0).ok_or_else(|| {
        Refusal::invalid("import", format!("{text:?} is not the number of an import"))
            .remedy("give the `import` of the answer with which it began")
    })
}

/// Returns this import of a source if it waits to be applied.
async fn waiting(
    control: &Control,
    source: &SourceName,
    import: i64,
) -> Result<Option<StagedImport>, Refusal> {
    let staged = control.inventory()?.staged(source.as_str()).await?;
    Ok(staged.filter(|staged| staged.import == import))
}

/// Returns this import of a source if it was applied.
async fn applied_import(
    control: &Control,
    source: &SourceName,
    import: i64,
) -> Result<Option<CompletedImport>, Refusal> {
    let applied = control.inventory()?.applied_after(source.as_str(), import - 1).await?;
    Ok(applied.into_iter().find(|applied| applied.import == import))
}

/// Returns the refusal of a page or the end of an import that this process does not receive.
async fn not_received(control: &Control, source: &SourceName, import: i64) -> Result<Refusal, Refusal> {
    if waiting(control, source, import).await?.is_some() {
        let detail = format!("import {import} of {source} has ended, and waits");
        return Ok(Refusal::conflict(detail).about_field("import").remedy("apply it or drop it"));
    }
    let state = control.inventory()?.sources().await?;
    if state.iter().any(|state| state.source == source.as_str() && state.staging == import) {
        let detail = format!("this process does not receive import {import} of {source}");
        return Ok(Refusal::conflict(detail).about_field("import").remedy(
            "send its pages to the process that began it. If that ended, or was silent for ten minutes, begin the import \
             again: nothing was changed",
        ));
    }
    not_waiting(control, source, import).await
}

/// Returns the refusal of what needs an import that waits.
async fn not_waiting(control: &Control, source: &SourceName, import: i64) -> Result<Refusal, Refusal> {
    let states = control.inventory()?.sources().await?;
    let state = states.iter().find(|state| state.source == source.as_str());
    let Some(state) = state.filter(|state| import < state.next) else {
        let refusal = Refusal::not_found(&format!("import of {source} with the number"), import);
        return Ok(refusal.about_field("import").remedy("begin one; the answer has its number"));
    };
    let (detail, remedy) = if state.staging == import {
        (format!("import {import} of {source} is still being received"), "finish it first")
    } else if applied_import(control, source, import).await?.is_some() {
        (format!("import {import} of {source} was applied"), "begin another")
    } else {
        (
            format!(
                "import {import} of {source} is over: a later one took its place, it was dropped, or it waited too long \
                 for its next page"
            ),
            "begin another",
        )
    };
    Ok(Refusal::conflict(detail).about_field("import").remedy(remedy))
}

async fn joined<T>(task: tokio::task::JoinHandle<Result<T, Refusal>>) -> Result<T, Refusal> {
    task.await.unwrap_or_else(|error| {
        tracing::error!(%error, "receiving an import failed");
        Err(Refusal::unavailable("the import could not be received"))
    })
}

async fn preview(
    control: &Control,
    source: SourceName,
    staged: StagedImport,
) -> JsonResult<api::ImportPreview> {
    let samples = control.inventory()?.samples(&staged, SAMPLES).await?;
    let staged_at: Timestamp = staged.staged_at;
    let leavers = preview_leavers(control, &source, &staged).await?;
    Ok(axum::Json(api::ImportPreview {
        source,
        import: number(staged.import),
        base: number(staged.base),
        staged_at,
        nodes: shown_count(staged.counts.nodes),
        edges: shown_count(staged.counts.edges),
        node_samples: node_samples(samples.nodes),
        edge_samples: edge_samples(samples.edges),
        leavers,
    }))
}

fn node_samples(samples: RowSamples) -> api::NodeSamples {
    let shown = |rows: Vec<SampledRow>| rows.into_iter().filter_map(sampled_node).collect();
    api::NodeSamples { new: shown(samples.new), changed: shown(samples.changed), gone: shown(samples.gone) }
}

fn edge_samples(samples: RowSamples) -> api::EdgeSamples {
    let shown = |rows: Vec<SampledRow>| rows.into_iter().filter_map(sampled_edge).collect();
    api::EdgeSamples { new: shown(samples.new), changed: shown(samples.changed), gone: shown(samples.gone) }
}

/// Converts a sample for the API; `None` if a newer build wrote its row.
fn sampled_node([word, name, key]: SampledRow) -> Option<api::SampledNode> {
    let kind = NodeKind::ALL.into_iter().find(|kind| kind.as_str() == word)?;
    Some(api::SampledNode { key, kind: records::kind(kind), name })
}

/// Converts a sample for the API; `None` if a newer build wrote its row.
fn sampled_edge([from, word, to]: SampledRow) -> Option<api::SampledEdge> {
    let relation = Relation::ALL.into_iter().find(|relation| relation.as_str() == word)?;
    Some(api::SampledEdge { from, relation: records::relation(relation), to })
}
