//! `countersign inventory import`: reads files or a running system here, sends the records, shows what would change, and
//! applies it.

use super::exports::ExportFiles;
use super::formats::{self, FORMATS, FileFormat};
use super::input::ImportInput;
use super::live::LiveOptions;
use super::pages::PageSink;
use crate::client::Client;
use crate::console::{Console, read};
use crate::context::Context;
use crate::exit::Failure;
use crate::verbs::leavers;
use crate::words;
use clap::Args;
use clap::builder::PossibleValuesParser;
use countersign_api::{
    ApplyImport, EdgeSamples, ImportCount, ImportEnd, ImportPage, ImportPreview, InventorySource,
    NodeSamples, OpenImport, SampledEdge, SampledNode, rows,
};
use countersign_names::SourceName;
use countersign_sources::{ReadingReport, SourceError};
use serde_json::{Value, json};
use std::path::PathBuf;
use tokio::sync::mpsc;

/// Number of pages that are read ahead of those that are sent.
const READ_AHEAD: usize = 2;

/// Number of unread items, and of samples of each kind, that are shown; the JSON has all of them.
const SHOWN: usize = 10;

/// The options that name a running system.
const LIVE: [&str; 2] = ["ldap", "postgres"];

/// An import of a source from files, or from a running system.
#[derive(Debug, Args)]
pub(crate) struct Import {
    /// The source, which `source declare` declared
    source: SourceName,
    /// A file of the export, or a folder with its files; may be repeated
    #[arg(long, value_name = "PATH", required_unless_present_any = LIVE)]
    file: Vec<PathBuf>,
    /// The format of the file [default: the one that the source declares]
    #[arg(long, value_parser = PossibleValuesParser::new(FORMATS.iter().map(|format| format.name)))]
    format: Option<String>,
    /// The file that says what the columns of a CSV list mean
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
    /// The name of the cluster, organisation, server or host that was exported [default: the source's]
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Apply without asking
    #[arg(long, conflicts_with = "dry_run")]
    yes: bool,
    /// Show what would change, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// The largest share of the accounts, groups and the like that may be gone, such as 30% [default: 20%]
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    max_gone: Option<u8>,
    #[command(flatten)]
    live: LiveOptions,
}

pub(crate) fn percent(text: &str) -> Result<u8, String> {
    let number = text.strip_suffix('%').unwrap_or(text).parse().ok();
    number.filter(|percent| *percent <= 100).ok_or_else(|| "give a share from 0% to 100%".to_owned())
}

/// What was read, as the reader saw it.
struct ReadFile {
    report: ReadingReport,
    /// Number of records that were sent.
    sent: u64,
}

/// An import that the server holds.
struct BegunImport<'a> {
    client: &'a Client,
    source: &'a str,
    number: String,
}

impl Import {
    pub(crate) async fn run(self, cx: &mut Context) -> Result<(), Failure> {
        let client = cx.client()?;
        let source: InventorySource =
            read(client.call(rows::sources::SHOW.to([self.source.as_str()])).await?)?;
        let input = self.input(&source)?;
        let begun: OpenImport =
            read(client.call(rows::sources::BEGIN_IMPORT.to([self.source.as_str()])).await?)?;
        let import =
            BegunImport { client: &client, source: self.source.as_str(), number: begun.import.to_string() };
        let done = self.send_and_apply(cx, &import, input).await;
        if !matches!(done, Ok(true)) {
            // Nothing of it was applied. If it cannot be dropped, the server drops it later.
            let _ = client.call(rows::sources::DROP_IMPORT.to([import.source, &import.number])).await;
        }
        done.map(|_| ())
    }

    /// Finds what is to be read, and checks that the options fit it.
    fn input(&self, source: &InventorySource) -> Result<ImportInput, Failure> {
        let format = self.format(source)?;
        let name = self.exported_name();
        if let Some(reading) = self.live.reading(format.name, &name)? {
            return Ok(ImportInput::Live(reading));
        }
        Ok(ImportInput::Files(format, self.export(format)?, self.shown()))
    }

    fn format(&self, source: &InventorySource) -> Result<&'static FileFormat, Failure> {
        let name = self.format.as_deref().unwrap_or(source.format.as_str());
        formats::named(name).ok_or_else(|| {
            Failure::input(
                format!(
                    "this program does not read the format {name}, which the source {} declares",
                    source.name
                ),
                format!("say with --format which of these the file has: {}", formats::all()),
            )
        })
    }

    /// Finds the files, and checks that the format has as many and needs what else is given.
    fn export(&self, format: &FileFormat) -> Result<ExportFiles, Failure> {
        match (format.is_mapped, &self.mapping) {
            (true, None) => {
                let message = format!("the format {} needs a mapping of its columns", format.name);
                return Err(Failure::input(message, "give one with --mapping: docs/sources.md describes it"));
            }
            (false, Some(_)) => {
                let message = format!("the format {} has no columns to map", format.name);
                return Err(Failure::input(message, "leave --mapping out"));
            }
            (true, Some(_)) | (false, None) => {}
        }
        let export = ExportFiles::find(&self.file, self.mapping.as_deref(), self.exported_name())?;
        if export.files.is_empty() {
            let message = format!("there is no file in {}", self.shown());
            return Err(Failure::input(message, format!("give {}", format.takes)));
        }
        if export.files.len() > format.most_files {
            let message =
                format!("{} files are more than the format {} has", export.files.len(), format.name);
            return Err(Failure::input(message, format!("give {}", format.takes)));
        }
        Ok(export)
    }

    /// Returns the name of what was exported: a cluster, an organisation, a server.
    fn exported_name(&self) -> String {
        self.name.clone().unwrap_or_else(|| self.source.to_string())
    }

    /// Returns what was given, for messages.
    fn shown(&self) -> String {
        let paths: Vec<String> = self.file.iter().map(|path| path.display().to_string()).collect();
        paths.join(", ")
    }

    /// Returns whether the import was applied.
    async fn send_and_apply(
        &self,
        cx: &mut Context,
        import: &BegunImport<'_>,
        input: ImportInput,
    ) -> Result<bool, Failure> {
        let path = [import.source, import.number.as_str()];
        let sent = import.send(&mut cx.console, input).await?;
        cx.console.progress("comparing with what the source said before");
        let end = ImportEnd { records: sent.sent };
        let preview = import.client.send_long_running(rows::sources::FINISH_IMPORT.to(path), &end).await;
        cx.console.progress("");
        let preview = preview?;
        let shown: ImportPreview = read(preview.clone())?;
        if !cx.console.wants_json() {
            show(&mut cx.console, &shown, &sent.report)?;
            if let Some(preview) = &shown.leavers {
                leavers::preview(&mut cx.console, import.source, preview)?;
            }
        }
        if self.dry_run {
            finish(&mut cx.console, (&preview, None), &sent, "Nothing was changed: this was a dry run.")?;
            return Ok(false);
        }
        let is_change = changes(shown.nodes) + changes(shown.edges) > 0;
        if is_change && !self.yes {
            let unasked = Failure::input(
                "this command cannot ask for confirmation here, so it changes nothing",
                "look with --dry-run, then add --yes",
            );
            cx.console.agree("This replaces what the inventory has of the source.", unasked)?;
        }
        let how = ApplyImport { max_gone_percent: self.max_gone };
        let applied = import.client.send(rows::sources::APPLY_IMPORT.to(path), &how).await?;
        let said = if is_change {
            format!("Import {} of {} is applied.", import.number, import.source)
        } else {
            format!(
                "Nothing changed: the inventory has what was read. Import {} of {} notes that it was read.",
                import.number, import.source
            )
        };
        finish(&mut cx.console, (&preview, Some(&*applied)), &sent, &said)?;
        if shown.leavers.is_some() && !cx.console.wants_json() {
            let outcome = leavers::await_outcome(import.client, import.source, shown.import).await?;
            cx.console.line(outcome.map_or_else(
                || {
                    format!(
                        "The accounts are still being correlated: `countersign source show {}` says what became of people \
                         who left.",
                        import.source
                    )
                },
                |source| format!("People who left, {}.", leavers::outcome(&source)),
            ))?;
        }
        Ok(true)
    }
}

impl BegunImport<'_> {
    /// Reads the input and sends its records. It is read on a thread of its own, no further ahead than a few pages.
    async fn send(&self, console: &mut Console, input: ImportInput) -> Result<ReadFile, Failure> {
        let (pages, mut ready) = mpsc::channel::<ImportPage>(READ_AHEAD);
        let reading = tokio::task::spawn_blocking(move || {
            let mut sink = PageSink::new(pages);
            let read = input
                .read(&mut sink)
                .and_then(|report| sink.finish().map(|()| report).map_err(SourceError::Sink));
            read.map_err(|error| input.failure(&error))
        });
        let mut sent = 0;
        let mut failed = None;
        while let Some(page) = ready.recv().await {
            let target = rows::sources::TAKE_PAGE.to([self.source, &self.number]);
            if let Err(failure) = self.client.send(target, &page).await {
                failed = Some(failure);
                break;
            }
            sent += u64::try_from(page.nodes.len() + page.edges.len()).unwrap_or(u64::MAX);
            console.progress(&format!("{sent} records are read and sent"));
        }
        drop(ready);
        console.progress("");
        let read = reading.await.map_err(|error| Failure::Failed(format!("the reading failed: {error}")))?;
        if let Some(failure) = failed {
            return Err(failure);
        }
        Ok(ReadFile { report: read?, sent })
    }
}

const fn changes(count: ImportCount) -> u64 {
    count.new + count.changed + count.gone
}

/// Prints the end of the command: one sentence, or everything as JSON.
fn finish(
    console: &mut Console,
    (preview, applied): (&Value, Option<&Value>),
    file: &ReadFile,
    sentence: &str,
) -> Result<(), Failure> {
    if !console.wants_json() {
        return console.line(sentence);
    }
    let report = &file.report;
    let unread: Vec<Value> = report
        .listed
        .iter()
        .map(|unread| json!({ "place": unread.place, "reason": unread.reason }))
        .collect();
    console.json(&json!({
        "read": { "nodes": report.nodes, "edges": report.edges, "unread": report.unread, "listed": unread },
        "preview": preview,
        "applied": applied,
    }))
}

fn show(console: &mut Console, preview: &ImportPreview, report: &ReadingReport) -> Result<(), Failure> {
    let row = |what: &str, count: ImportCount| {
        let numbers = [count.new, count.changed, count.gone, count.same].map(|number| number.to_string());
        let [new, changed, gone, same] = numbers;
        [what.to_owned(), new, changed, gone, same]
    };
    let rows = [row("accounts, groups and the like", preview.nodes), row("relations", preview.edges)];
    console.table(["", "NEW", "CHANGED", "GONE", "SAME"], rows, "")?;
    let NodeSamples { new, changed, gone } = &preview.node_samples;
    let node = |node: &SampledNode| {
        let key = if node.name == node.key { String::new() } else { format!(" ({})", node.key) };
        format!("{} {}{key}", words::of(&node.kind), node.name)
    };
    samples(console, ["new", "changed", "gone"], [new, changed, gone], preview.nodes, node)?;
    let EdgeSamples { new, changed, gone } = &preview.edge_samples;
    let edge = |edge: &SampledEdge| format!("{} {} {}", edge.from, words::of(&edge.relation), edge.to);
    let headings = ["new relation", "changed relation", "relation gone"];
    samples(console, headings, [new, changed, gone], preview.edges, edge)?;
    if report.unread > 0 {
        console.line(format!("not read: {}", report.unread))?;
        for unread in report.listed.iter().take(SHOWN) {
            console.line(format!("  - {unread}"))?;
        }
        rest(console, report.unread, report.listed.len())?;
    }
    Ok(())
}

/// Prints some of what would change.
fn samples<T>(
    console: &mut Console,
    headings: [&str; 3],
    samples: [&Vec<T>; 3],
    count: ImportCount,
    shown: impl Fn(&T) -> String,
) -> Result<(), Failure> {
    let counts = [count.new, count.changed, count.gone];
    for ((heading, samples), count) in headings.into_iter().zip(samples).zip(counts) {
        if samples.is_empty() {
            continue;
        }
        console.line(format!("{heading}:"))?;
        for sample in samples.iter().take(SHOWN) {
            console.line(format!("  - {}", shown(sample)))?;
        }
        rest(console, count, samples.len())?;
    }
    Ok(())
}

/// Says how many more there are than were shown.
fn rest(console: &mut Console, count: u64, listed: usize) -> Result<(), Failure> {
    let more = count.saturating_sub(u64::try_from(listed.min(SHOWN)).unwrap_or(u64::MAX));
    if more > 0 { console.line(format!("    and {more} more")) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_a_whole_number_of_percent() {
        for (text, expected) in [("30%", Some(30)), ("30", Some(30)), ("0%", Some(0)), ("100%", Some(100))] {
            assert_eq!(percent(text).ok(), expected, "{text}");
        }
        for text in ["", "%", "101%", "-1", "1.5%", "30%%", "a third"] {
            assert_eq!(percent(text), Err("give a share from 0% to 100%".to_owned()), "{text}");
        }
    }

    #[test]
    fn every_format_is_found_by_a_name_that_a_source_can_declare() {
        for format in FORMATS {
            assert!(format.name.parse::<countersign_names::SourceFormat>().is_ok(), "{}", format.name);
            assert!(formats::named(format.name).is_some_and(|found| found.takes == format.takes));
        }
        assert!(formats::named("other").is_none());
    }
}
