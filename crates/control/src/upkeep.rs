//! Maintains the evidence, as jobs: verifies it, adopts files that have no anchor, compacts the files of a day, and
//! removes expired ones.

use crate::anchoring::{anchored, stated};
use crate::input::OptionalJson;
use crate::jobs::{JobParameters, JobWork, NewJob, RunningJob, begin};
use crate::refusal::CreatedResult;
use crate::{Caller, Control, Refusal};
use axum::extract::State;
use countersign_api as api;
use countersign_copies::Compared;
use countersign_lake::{Fault, Finding, SealedFile, Skipped, UpkeepError, Upkept, Verified};
use countersign_ledger::{CommandError, Never};
use countersign_names::Timestamp;
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use tokio::runtime::Handle;

/// From the beginning: upkeep covers all evidence.
const ALL: Option<Timestamp> = Some(Timestamp::from_micros(0));

pub async fn verify(
    State(control): State<Control>,
    caller: Caller,
    OptionalJson(asked): OptionalJson<api::NewEvidenceVerification>,
) -> CreatedResult<api::Job> {
    let work = verify_work(&control, &asked)?;
    let (kind, span) = (api::JobKind::Verify, (asked.since.or(ALL), None));
    begin(
        &control,
        NewJob { kind, span, by: caller.actor(), again: Some(JobParameters::Verify(asked)) },
        work,
    )
    .await
}

pub(crate) fn verify_work(
    control: &Control,
    asked: &api::NewEvidenceVerification,
) -> Result<JobWork, Refusal> {
    if asked.store && control.copies().is_none() {
        let detail = "this process has no store for copies of its evidence";
        return Err(Refusal::invalid("store", detail)
            .remedy("leave it out, or configure a store: [evidence.store] in docs/configuration.md"));
    }
    let since = asked.since.unwrap_or(Timestamp::from_micros(i64::MIN));
    let copies = control.copies().filter(|_| asked.store).cloned();
    Ok(Box::new(move |begun, control| {
        let lake = control.lake();
        let half = if copies.is_some() { 0.5 } else { 1.0 };
        let found = lake.verify(since, &mut |found, share| went_on(begun, found, share * half));
        let Some(mut found) = found.map(report) else { return begun.end(None) };
        if let Some(copies) = copies {
            let rows = found.rows + found.records;
            let compared =
                copies.verify(lake, since, &mut |_, share| begun.went_on(rows, 0, half + share * half));
            let Some(compared) = compared else { return begun.end(None) };
            add(&mut found, compared);
        }
        begun.end(Some(api::JobResult::Verification(found).into()));
    }))
}

pub async fn anchor(
    State(control): State<Control>,
    caller: Caller,
    OptionalJson(asked): OptionalJson<api::NewUpkeep>,
) -> CreatedResult<api::Job> {
    let by = (!asked.dry_run).then_some(caller);
    let (kind, span) = (api::JobKind::Anchor, (ALL, None));
    let again = asked.dry_run.then_some(JobParameters::Anchor);
    begin(&control, NewJob { kind, span, by: caller.actor(), again }, anchor_work(by)).await
}

/// Adopts the files in the caller's name; without a caller, only reports them.
pub(crate) fn anchor_work(by: Option<Caller>) -> JobWork {
    Box::new(move |begun, control| {
        let runtime = Handle::current();
        let (mut files, mut skipped) = (Vec::new(), Vec::new());
        let kinds = control.lake().kinds();
        let all = kinds.len() as f64;
        for (place, kind) in kinds.enumerate() {
            let part = |share: f64| (place as f64 + share) / all;
            let found = kind.unanchored(&mut |found, share| went_on(begun, found, part(share)));
            let Some(unknown) = found else { return begun.end(None) };
            let account = kind.files().account(control.admission().gate());
            if let Some(caller) = &by
                && let Err(error) = runtime.block_on(take_in(control, caller, account, &unknown.files))
            {
                return begun.fail(error.to_string());
            }
            files.extend(unknown.files);
            skipped.extend(unknown.skipped);
        }
        begun.end(Some(api::JobResult::Upkeep(upkeep(by.is_none(), &files, &skipped)).into()));
    })
}

pub async fn compact(
    State(control): State<Control>,
    caller: Caller,
    OptionalJson(asked): OptionalJson<api::NewUpkeep>,
) -> CreatedResult<api::Job> {
    let work = compact_work(&control, &asked);
    let (kind, span) = (api::JobKind::Compact, (ALL, None));
    begin(
        &control,
        NewJob { kind, span, by: caller.actor(), again: Some(JobParameters::Compact(asked)) },
        work,
    )
    .await
}

pub(crate) fn compact_work(control: &Control, asked: &api::NewUpkeep) -> JobWork {
    let (now, dry_run) = (control.now(), asked.dry_run);
    Box::new(move |begun, control| {
        let done = control.lake().compact(now, dry_run, &mut |rows, share| begun.went_on(rows, 0, share));
        ended(begun, dry_run, done);
    })
}

pub async fn retain(
    State(control): State<Control>,
    caller: Caller,
    OptionalJson(asked): OptionalJson<api::NewUpkeep>,
) -> CreatedResult<api::Job> {
    let work = retain_work(&control, &asked)?;
    let (kind, span) = (api::JobKind::Retain, (ALL, None));
    begin(
        &control,
        NewJob { kind, span, by: caller.actor(), again: Some(JobParameters::Retain(asked)) },
        work,
    )
    .await
}

pub(crate) fn retain_work(control: &Control, asked: &api::NewUpkeep) -> Result<JobWork, Refusal> {
    if !control.lake().is_expiring() {
        return Err(Refusal::conflict("records are kept for ever here, so none is too old")
            .remedy("say in the configuration of this process for how long: [evidence] keep = \"400d\""));
    }
    let (now, dry_run) = (control.now(), asked.dry_run);
    Ok(Box::new(move |begun, control| ended(begun, dry_run, control.lake().retain(now, dry_run))))
}

fn ended(begun: &RunningJob, dry_run: bool, done: Result<Upkept, UpkeepError>) {
    match done {
        Ok(upkept) => begun.end(Some(api::JobResult::Upkeep(upkept_report(dry_run, upkept)).into())),
        Err(UpkeepError::Stopped) => begun.end(None),
        Err(error) => begun.fail(error.to_string()),
    }
}

fn upkept_report(dry_run: bool, upkept: Upkept) -> api::UpkeepReport {
    let days = upkept.days.into_iter().map(|(day, done)| api::UpkeepDay {
        day,
        files: done.files,
        rows: done.rows,
        bytes: done.bytes,
        bytes_after: done.bytes_after,
    });
    api::UpkeepReport {
        dry_run,
        days: days.collect(),
        skipped: upkept.skipped.iter().map(ToString::to_string).collect(),
    }
}

/// Anchors found files, in the caller's name.
async fn take_in(
    control: &Control,
    caller: &Caller,
    account: String,
    files: &[SealedFile],
) -> Result<(), CommandError<Never>> {
    let files = stated(files);
    let facts = move |world: &_, _| Ok((anchored(world, &account, &files, true), ()));
    control.ledger().command(caller.actor(), facts).await
}

fn went_on(begun: &RunningJob, found: &Verified, share: f64) -> ControlFlow<()> {
    begun.went_on(found.rows + found.records, 0, share)
}

/// Adds the findings about the copies to the report.
fn add(report: &mut api::EvidenceReport, compared: Compared) {
    report.whole &= compared.findings.is_empty();
    report.store = Some(api::StoreReport {
        files: compared.files,
        bytes: compared.bytes,
        waiting: compared.waiting,
        leaving: compared.leaving,
    });
    report.findings.extend(compared.findings.into_iter().map(finding));
    report.more += compared.more;
}

fn finding(finding: Finding) -> api::EvidenceFinding {
    api::EvidenceFinding { path: finding.path, fault: fault(finding.fault), why: finding.why }
}

fn report(found: Verified) -> api::EvidenceReport {
    api::EvidenceReport {
        whole: found.is_whole(),
        files: found.files,
        rows: found.rows,
        segments: found.segments,
        records: found.records,
        anchored_late: found.late,
        waiting: found.waiting,
        leaving: found.leaving,
        gone_before: found.gone_before,
        store: None,
        findings: found.findings.into_iter().map(finding).collect(),
        more: found.more,
    }
}

const fn fault(fault: Fault) -> api::EvidenceFault {
    match fault {
        Fault::Altered => api::EvidenceFault::Altered,
        Fault::Missing => api::EvidenceFault::Missing,
        Fault::Added => api::EvidenceFault::Added,
        Fault::Contested => api::EvidenceFault::Contested,
        Fault::Damaged => api::EvidenceFault::Damaged,
        Fault::Unreadable => api::EvidenceFault::Unreadable,
    }
}

/// Summarizes files by day.
fn upkeep(dry_run: bool, files: &[SealedFile], skipped: &[Skipped]) -> api::UpkeepReport {
    let mut days: BTreeMap<String, api::UpkeepDay> = BTreeMap::new();
    for file in files {
        let partition = file.path.split('/').next().unwrap_or_default();
        let name = partition.strip_prefix("dt=").unwrap_or(partition).to_owned();
        let empty = || api::UpkeepDay { day: name.clone(), files: 0, rows: 0, bytes: 0, bytes_after: None };
        let day = days.entry(name.clone()).or_insert_with(empty);
        (day.files, day.rows, day.bytes) = (day.files + 1, day.rows + file.rows, day.bytes + file.bytes);
    }
    api::UpkeepReport {
        dry_run,
        days: days.into_values().collect(),
        skipped: skipped.iter().map(ToString::to_string).collect(),
    }
}
