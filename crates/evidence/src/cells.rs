//! Converts columns back to decisions. A file may come from any source, for example from an administrator who compacted
//! a partition with another engine. So every value is parsed again, and a value that does not parse is an error that
//! names the column.

use crate::record::{Authentication, Completed, CutText, Decided, DeviceEvidence, Folded, Place};
use countersign_lake::cells::{Cells, Read, need};

/// Reads a row of a completions file, or the last columns of a decisions file.
pub(crate) fn completed(cells: Cells<'_>) -> Read<Completed> {
    Ok(Completed {
        id: cells.word("id")?,
        at: need("completed_at", cells.moment("completed_at")?)?,
        status: need("status", cells.count("status")?)?,
        bytes_in: need("bytes_in", cells.count("bytes_in")?)?,
        bytes_out: need("bytes_out", cells.count("bytes_out")?)?,
        duration_micros: need("duration_micros", cells.count("duration_micros")?)?,
        ended: cells.word("ended")?,
    })
}

pub(crate) fn decided(cells: Cells<'_>) -> Read<Decided> {
    Ok(Decided {
        id: cells.word("id")?,
        at: need("at", cells.moment("at")?)?,
        gate: cells.word("gate")?,
        principal: cells.word("principal")?,
        session: cells.words("session")?,
        device: cells.words("device")?,
        application: cells.word("application")?,
        resource: cells.word("resource")?,
        action: cells.word("action")?,
        operation: cells.word("operation")?,
        item: cells.word("item")?,
        effect: cells.word("effect")?,
        enforced: need("enforced", cells.flag("enforced")?)?,
        cause: cells.word("cause")?,
        world: need("world", cells.count("world")?)?,
        policies: cells.digest("policies")?,
        reasons: cells.list("reasons")?,
        shadow: cells.list("shadow")?,
        errors: cells.list("errors")?,
        remedies: cells.list("remedies")?,
        exceptions: cells.list("exceptions")?,
        grant: cells.words("grant")?,
        sensitivity: cells.word("sensitivity")?,
        labelled: need("labelled", cells.flag("labelled")?)?,
        authentication: authentication(cells)?,
        session_age_seconds: cells.span("session_age_seconds")?,
        session_idle_seconds: cells.span("session_idle_seconds")?,
        device_evidence: device_evidence(cells)?,
        place: place(cells)?,
        risk: cells.word("risk")?,
        content_type: cells.words("content_type")?,
        latency_micros: need("latency_micros", cells.count("latency_micros")?)?,
        tags: cells.pairs("tags")?,
        folded: folded(cells)?,
        item_cut: item_cut(cells)?,
    })
}

fn authentication(cells: Cells<'_>) -> Read<Option<Authentication>> {
    let Some(method) = cells.words("authentication_method")? else { return Ok(None) };
    Ok(Some(Authentication {
        assurance: cells.word("authentication_assurance")?,
        method,
        phishing_resistant: need(
            "authentication_phishing_resistant",
            cells.flag("authentication_phishing_resistant")?,
        )?,
        age_seconds: need("authentication_age_seconds", cells.span("authentication_age_seconds")?)?,
        credential: cells.word("authentication_credential")?,
    }))
}

fn device_evidence(cells: Cells<'_>) -> Read<Option<DeviceEvidence>> {
    let Some(managed) = cells.flag("device_managed")? else { return Ok(None) };
    Ok(Some(DeviceEvidence {
        managed,
        compliant: need("device_compliant", cells.flag("device_compliant")?)?,
        proved: need("device_proved", cells.flag("device_proved")?)?,
        posture_age_seconds: cells.span("device_posture_age_seconds")?,
        failing: cells.list("device_failing")?,
    }))
}

/// Reads the aggregated refusals. Files that are older than these columns have none.
fn folded(cells: Cells<'_>) -> Read<Option<Folded>> {
    if !cells.is_known("folded_count") {
        return Ok(None);
    }
    let Some(count) = cells.count("folded_count")? else { return Ok(None) };
    let first = need("folded_first_at", cells.moment("folded_first_at")?)?;
    Ok(Some(Folded { count, first, over: cells.word("folded_over")? }))
}

fn item_cut(cells: Cells<'_>) -> Read<Option<CutText>> {
    if !cells.is_known("item_bytes") {
        return Ok(None);
    }
    let Some(bytes) = cells.count("item_bytes")? else { return Ok(None) };
    let sha256 = cells.digest("item_sha256")?;
    Ok(Some(CutText { bytes, sha256 }))
}

fn place(cells: Cells<'_>) -> Read<Option<Place>> {
    let Some(network) = cells.words("place_network")? else { return Ok(None) };
    Ok(Some(Place { address: cells.word("place_address")?, network }))
}
