//! `countersign evidence`: exports the evidence for other systems, verifies and maintains it.

use super::upkeep::{Retain, Upkeep, VerifyEvidenceArgs};
use crate::context::Context;
use crate::exit::Failure;
use crate::{span, words};
use clap::{Args, Subcommand};
use countersign_api::rows::evidence::ExportOptions;
use countersign_api::{ExportFormat, rows};
use serde_json::json;
use std::fs::File;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path as FilePath, PathBuf};

/// Commands about the evidence.
#[derive(Debug, Subcommand)]
pub(crate) enum EvidenceVerb {
    /// Write decisions, sign-ins and grants as events for another system, one per line, the oldest first
    #[command(
        after_help = "Examples:\n  countersign evidence export --format ocsf --since 30d --output events.ndjson\n  \
                            countersign evidence export --since 2026-11-22T00:00:00Z --until 1h > today.ndjson\n\n\
                            Ends with 1 if something could not be read, and names it; everything else is written.\n\
                            The mapping to OCSF, and how to ship it: docs/ocsf.md."
    )]
    Export(Export),
    /// Compare every file with its anchor in the journal, and find altered, removed and added files
    #[command(
        after_help = "Examples:\n  countersign evidence verify\n  countersign evidence verify --since 30d --json\n  \
                            countersign evidence verify --store\n\n\
                            Ends with 6 if a file is not in order, and names it. The anchors are only as good as the journal:\n\
                            verify that with `countersign journal verify`."
    )]
    Verify(VerifyEvidenceArgs),
    /// Anchor files that have no anchor, such as those of an older release
    #[command(
        after_help = "Examples:\n  countersign evidence anchor --dry-run\n  countersign evidence anchor\n\n\
                            The command anchors the files as they are now, and they are called anchored late for ever. Earlier\n\
                            changes of them can no longer be found, so look at them first. The journal names you."
    )]
    Anchor(Upkeep),
    /// Merge the small files of each finished day, as the server also does by itself
    #[command(
        after_help = "Examples:\n  countersign evidence compact --dry-run\n  countersign evidence compact\n\n\
                            Every record stays, in the same order. A reader meanwhile gets each record once."
    )]
    Compact(Upkeep),
    /// Remove the days that are older than the retention, as the server also does by itself
    #[command(
        after_help = "Examples:\n  countersign evidence retain --dry-run\n  countersign evidence retain --yes\n\n\
                            The configuration sets the retention: keep in [evidence]. The journal first states each removed\n\
                            file. Removed records do not come back."
    )]
    Retain(Retain),
}

/// The selection and the destination of an export.
#[derive(Debug, Args)]
pub(crate) struct Export {
    /// The format: ocsf (JSON lines of OCSF 1.8.0)
    #[arg(long, value_name = "FORMAT", default_value = "ocsf", value_parser = words::one_of::<ExportFormat>(&["ocsf"]), hide_possible_values = true)]
    format: ExportFormat,
    /// Only records since then: a duration before now (30d), or a moment (RFC 3339)
    #[arg(long, value_name = "SPAN", value_parser = span::parse_since)]
    since: Option<span::Since>,
    /// Only records before then: a duration before now, or a moment
    #[arg(long, value_name = "SPAN", value_parser = span::parse_since)]
    until: Option<span::Since>,
    /// Write to this new file (mode 0600), which appears once it is complete, instead of showing it
    #[arg(long, value_name = "FILE", alias = "out")]
    output: Option<PathBuf>,
}

impl EvidenceVerb {
    pub(crate) async fn run(self, cx: &mut Context) -> Result<(), Failure> {
        match self {
            Self::Export(export) => export.run(cx).await,
            Self::Verify(verify) => verify.run(cx).await,
            Self::Anchor(upkeep) => {
                let words = ("would be anchored", "were anchored", "Every file is anchored.");
                upkeep.run(cx, &rows::evidence::ANCHOR, words).await
            }
            Self::Compact(upkeep) => {
                let words = ("would be merged", "were merged", "Every finished day is one file.");
                upkeep.run(cx, &rows::evidence::COMPACT, words).await
            }
            Self::Retain(retain) => retain.run(cx).await,
        }
    }
}

impl Export {
    async fn run(self, cx: &mut Context) -> Result<(), Failure> {
        let (client, now) = (cx.client()?, cx.now());
        let wanted = ExportOptions {
            format: self.format,
            since: self.since.map(|since| since.moment(now)),
            until: self.until.map(|until| until.moment(now)),
        };
        let path = rows::evidence::EXPORT.ask([], &wanted);
        let Some(output) = self.output else {
            let missing = client.lines(path, |lines| cx.console.bytes(lines)).await?;
            return whole(missing, "everything else was written");
        };
        let mut draft = Draft::beside(&output)?;
        let mut events = 0;
        let missing = client.lines(path, |lines| {
            events += lines.iter().filter(|byte| **byte == b'\n').count();
            draft.write(lines)
        });
        let missing = missing.await?;
        draft.keep()?;
        cx.console.say(
            &json!({ "events": events, "file": output, "missing": missing }),
            format!("{events} events are in {}.", output.display()),
        )?;
        whole(missing, "the file holds everything else")
    }
}

/// Machines read an export and ignore warnings, so an incomplete export is a failure.
fn whole(missing: Option<String>, rest: &str) -> Result<(), Failure> {
    match missing {
        None => Ok(()),
        Some(missing) => Err(Failure::Failed(format!("this could not be read: {missing}; {rest}"))),
    }
}

/// Writes a file under another name until it is complete, so that nobody uses half of it. It holds who did what, so
/// only its owner may read it.
struct Draft {
    file: File,
    draft: PathBuf,
    output: PathBuf,
    kept: bool,
}

impl Draft {
    fn beside(output: &FilePath) -> Result<Self, Failure> {
        let remedy =
            "name a file that does not exist yet; you may remove a .partial file that no process writes";
        let refused = |what: String| Failure::input(what, remedy);
        if output.symlink_metadata().is_ok() {
            return Err(refused(format!("{} exists", output.display())));
        }
        let mut name = output.as_os_str().to_owned();
        name.push(".partial");
        let draft = PathBuf::from(name);
        let file = File::options().write(true).create_new(true).mode(0o600).open(&draft);
        let file =
            file.map_err(|error| refused(format!("{} cannot be created: {error}", draft.display())))?;
        Ok(Self { file, draft, output: output.to_owned(), kept: false })
    }

    fn write(&mut self, lines: &[u8]) -> Result<(), Failure> {
        self.file.write_all(lines).map_err(|error| self.failed(&error))
    }

    fn keep(&mut self) -> Result<(), Failure> {
        let kept = self.file.sync_all().and_then(|()| std::fs::rename(&self.draft, &self.output));
        kept.map_err(|error| self.failed(&error))?;
        self.kept = true;
        Ok(())
    }

    fn failed(&self, error: &std::io::Error) -> Failure {
        Failure::Failed(format!("{} cannot be written: {error}", self.output.display()))
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.kept {
            // It is ours and not whole. That it cannot be removed either changes nothing for whoever reads the failure.
            let _ = std::fs::remove_file(&self.draft);
        }
    }
}
