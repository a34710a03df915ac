//! Proposed roles as a table in CSV (RFC 4180).

use crate::Control;
use crate::input::QueryParameters;
use crate::refusal::JsonResult;
use crate::roles::{known, proposals};
use axum::extract::State;
use countersign_api::{self as api, rows};
use countersign_findings::csv_cell;

const HEADING: &str = "role,kind,state,relation,source,key,name,entitlement_source,entitlement_key\r\n";

pub async fn export(
    State(control): State<Control>,
    QueryParameters(asked): QueryParameters<rows::roles::RoleExportOptions>,
) -> JsonResult<api::RoleExport> {
    let mut text = HEADING.to_owned();
    let proposals = proposals(&control, asked.state).await?;
    for proposal in &proposals {
        let found = known(&control, proposal.id).await?;
        for entitlement in &found.proposal.entitlements {
            line(&mut text, proposal, "entitlement", entitlement, None);
        }
        for member in &found.members {
            line(&mut text, proposal, "member", member, None);
        }
        for near in &found.near {
            for missing in &near.missing {
                line(&mut text, proposal, "lacks", &near.identity, Some(missing));
            }
        }
    }
    let file_name = format!("roles-{}.csv", control.now().to_string().get(..10).unwrap_or_default());
    let roles = u64::try_from(proposals.len()).unwrap_or(u64::MAX);
    Ok(axum::Json(api::RoleExport { file_name, roles, text }))
}

fn line(
    text: &mut String,
    proposal: &api::RoleProposal,
    relation: &str,
    node: &api::RoleNode,
    missing: Option<&api::RoleNode>,
) {
    let word = |value: serde_json::Result<String>| value.unwrap_or_default().replace('"', "");
    let cells = [
        proposal.id.to_string(),
        word(serde_json::to_string(&proposal.kind)),
        word(serde_json::to_string(&proposal.state)),
        relation.to_owned(),
        node.source.to_string(),
        node.key.clone(),
        node.name.clone(),
        missing.map(|missing| missing.source.to_string()).unwrap_or_default(),
        missing.map(|missing| missing.key.clone()).unwrap_or_default(),
    ];
    text.push_str(&cells.map(|cell| csv_cell(&cell)).join(","));
    text.push_str("\r\n");
}
