//! Findings for others: as events, as a table, or as changes that a person can apply.

use super::selection;
use crate::input::QueryParameters;
use crate::refusal::JsonResult;
use crate::{Control, Refusal};
use axum::extract::State;
use countersign_api::{self as api, rows};
use countersign_findings::change_set::{ChangeLanguage, ChangeableFinding, change_set};
use countersign_findings::{FindingOrder, FindingQuery, StoredFinding, finding_as_ocsf, findings_as_csv};
use countersign_inventory::{EdgeEnd, Inventory, StoredEdge};
use countersign_names::SourceName;
use countersign_sources::{Relation, SourceKey, SourceNode};

/// Maximum number of findings of one export.
const MOST: usize = 5_000;

/// Maximum number of findings of a change set: a person reads each of them.
const MOST_CHANGES: usize = 500;

/// Maximum number of memberships of an account that are looked through, and of owners of a credential.
const MOST_EDGES: u32 = 5_000;

pub async fn export(
    State(control): State<Control>,
    QueryParameters(asked): QueryParameters<rows::findings::FindingExportOptions>,
) -> JsonResult<api::FindingsExport> {
    let rows::findings::FindingExportOptions { format, state, detector, severity, source } = asked;
    let selection = selection(&control, (state, detector, severity, source.clone()))?;
    let limit = if format == api::FindingFormat::Changes { MOST_CHANGES } else { MOST };
    let target = match format {
        api::FindingFormat::Changes => Some(target(&control, source)?),
        api::FindingFormat::Ocsf | api::FindingFormat::Csv => None,
    };
    let query =
        FindingQuery { selection, order: FindingOrder::Severity, descending: true, after: None, limit };
    let page = control.finding_tables()?.list(&query, control.now()).await?;
    let (mut findings, is_cut) = (page.findings, page.next.is_some());
    let mut unwritten = None;
    let (ending, text) = match (format, target) {
        (api::FindingFormat::Changes, Some((source, language))) => {
            // What is to be changed first may be in another source.
            let is_first = |finding: &StoredFinding| {
                finding.found.subjects.first().is_some_and(|subject| subject.source == source.as_str())
            };
            findings.retain(is_first);
            let set = changes(&control, (&source, language), &findings).await?;
            unwritten = Some(count(set.unwritten));
            (language.ending(), set.text)
        }
        (api::FindingFormat::Csv, _) => ("csv", findings_as_csv(&findings)),
        (api::FindingFormat::Ocsf | api::FindingFormat::Changes, _) => {
            let version = control.settings().version;
            let lines = findings.iter().map(|finding| format!("{}\n", finding_as_ocsf(finding, version)));
            ("ndjson", lines.collect())
        }
    };
    let file_name = format!("findings.{ending}");
    Ok(axum::Json(api::FindingsExport {
        format,
        file_name,
        findings: count(findings.len()),
        unwritten,
        is_cut,
        text,
    }))
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

/// Returns the source of a change set, and its language.
fn target(control: &Control, source: Option<SourceName>) -> Result<(SourceName, ChangeLanguage), Refusal> {
    let source = source.ok_or_else(|| {
        Refusal::invalid("source", "a change set is for one source").remedy("name the source")
    })?;
    let world = control.world();
    let format = world.source(&source).map(|known| known.about.format.to_string()).unwrap_or_default();
    let language = ChangeLanguage::of_format(&format).ok_or_else(|| {
        Refusal::invalid("source", format!("there is no change set for sources of the format {format}"))
            .remedy("use format=csv; change sets are there for ldif, aws-iam, postgres and kubernetes")
    })?;
    Ok((source, language))
}

/// What the inventory has of the subjects of a finding.
struct KnownSubjects {
    subject: Option<SourceNode>,
    group: Option<SourceNode>,
    owner: Option<SourceNode>,
}

async fn changes(
    control: &Control,
    (source, language): (&SourceName, ChangeLanguage),
    findings: &[StoredFinding],
) -> Result<countersign_findings::change_set::ChangeSet, Refusal> {
    let inventory = control.inventory()?;
    let mut known = Vec::with_capacity(findings.len());
    for finding in findings {
        known.push(known_subjects(inventory, source.as_str(), finding).await?);
    }
    let changeable: Vec<ChangeableFinding<'_>> = findings
        .iter()
        .zip(&known)
        .map(|(finding, known)| ChangeableFinding {
            finding,
            subject: known.subject.as_ref(),
            group: known.group.as_ref(),
            owner: known.owner.as_ref(),
        })
        .collect();
    Ok(change_set(language, (source.as_str(), control.now()), &changeable))
}

async fn known_subjects(
    inventory: &Inventory,
    source: &str,
    finding: &StoredFinding,
) -> Result<KnownSubjects, Refusal> {
    let mut subjects = finding.found.subjects.iter();
    let (first, second) = (subjects.next(), subjects.next());
    let Some(first) = first else { return Ok(KnownSubjects { subject: None, group: None, owner: None }) };
    let subject = node(inventory, source, &first.key).await?;
    let mut group = None;
    if let Some(second) = second.filter(|second| second.source == source) {
        let memberships = inventory.edges(source, (EdgeEnd::From, &first.key), MOST_EDGES).await?;
        let is_member = |edge: &StoredEdge| edge.relation == Relation::MemberOf && edge.to == second.key;
        if memberships.iter().any(is_member) {
            group = node(inventory, source, &second.key).await?;
        }
    }
    let mut owner = None;
    if first.kind == Some(countersign_sources::NodeKind::Credential) {
        let owners = inventory.edges(source, (EdgeEnd::To, &first.key), MOST_EDGES).await?;
        if let Some(edge) = owners.iter().find(|edge| edge.relation == Relation::Has) {
            owner = node(inventory, source, &edge.from).await?;
        }
    }
    Ok(KnownSubjects { subject, group, owner })
}

async fn node(inventory: &Inventory, source: &str, key: &str) -> Result<Option<SourceNode>, Refusal> {
    let Some(found) = inventory.node(source, key).await? else { return Ok(None) };
    Ok(SourceKey::new(&found.key).map(|key| SourceNode { key, name: found.name, body: found.body }))
}
