//! `countersign journal`: the journal's head, its verification and archiving.

use crate::client::ServerAnswer;
mod archive;

pub(crate) use archive::say as say_archived;

use crate::context::Context;
use crate::exit::Failure;
use clap::{Args, Subcommand};
use countersign_api::{JournalHead, Verification, VerifyRequest, rows};
use countersign_archive::{ARCHIVE_FOLDER, Archives};
use countersign_journal::{Head, Journal, OpenError, VerifyError};
use serde_json::json;
use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;

/// Commands about the journal.
#[derive(Debug, Subcommand)]
pub(crate) enum JournalVerb {
    /// Print the journal's head, as an anchor to keep elsewhere
    #[command(
        after_help = "Examples:\n  countersign journal head\n  countersign journal head --offline journal.sqlite"
    )]
    Head(Offline),
    /// Verify the whole chain, and find altered, removed and reordered facts
    #[command(
        after_help = "Examples:\n  countersign journal verify\n  countersign journal verify \\\n    --anchor 12:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\n  \
                            countersign journal verify --offline copy-of-journal.sqlite\n\n\
                            A server also compares the journal with the head that it remembers outside it. Without that, and\n\
                            without an anchor that was kept elsewhere, the command cannot notice that the last entries were\n\
                            removed, or that the chain was rewritten from the beginning."
    )]
    Verify(VerifyJournalArgs),
    /// Move old facts to archive files, out of the journal's store; they are read and verified as before
    #[command(
        after_help = "Examples:\n  countersign journal archive --dry-run\n  countersign journal archive --before 400d\n\n\
                            Facts up to the newest checkpoint from before that moment are moved. The files are in the folder\n\
                            archive beside the journal's file (with PostgreSQL: in the data folder), and in the store for\n\
                            copies if there is one. Back them up like the journal."
    )]
    Archive(archive::ArchiveArgs),
    /// Accept a journal that lacks the remembered head, and record that
    #[command(
        after_help = "Examples:\n  countersign journal accept-head --why restored-from-the-copy-of-last-night\n  \
                            countersign journal accept-head --config countersign.toml --why ticket-4711\n\n\
                            Stop the server first. All facts after the last entry of the journal are gone, including\n\
                            revocations. So every session ends. Review people, passkeys, tokens, devices and grants yourself."
    )]
    AcceptHead(AcceptHeadArgs),
    /// Accept the clock of this machine, if time in the journal ran ahead, and record that
    #[command(after_help = "Examples:\n  countersign journal accept-clock --dry-run\n  \
                            countersign journal accept-clock --why the-clock-was-ten-years-ahead\n  \
                            countersign journal accept-clock --config countersign.toml --why ticket-4711\n\n\
                            Stop the server and set the clock right first. A fact that is dated in the future, or a\n\
                            moment that journal.head remembers, holds time there. This command sets time back to the\n\
                            clock of this machine. Nothing comes back with it: sessions, links, open requests and grants\n\
                            end, and so does what had ended by the time that was held. Each other process of the journal\n\
                            stops; say the same at its machine.")]
    AcceptClock(AcceptClockArgs),
}

/// The clock to accept, and the reason.
#[derive(Debug, Args)]
pub struct AcceptClockArgs {
    /// The server's configuration file; without it, the data folder of `countersign up`
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The reason; the journal keeps it
    #[arg(long, value_name = "TEXT", required_unless_present = "dry_run")]
    pub why: Option<String>,
    /// Only show what would end
    #[arg(long)]
    pub dry_run: bool,
    /// The data folder, for a server without a configuration file.
    #[arg(skip)]
    pub data: PathBuf,
}

/// The journal to accept, and the reason.
#[derive(Debug, Args)]
pub struct AcceptHeadArgs {
    /// The server's configuration file; without it, the data folder of `countersign up`
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The reason; the journal keeps it
    #[arg(long, value_name = "TEXT")]
    pub why: String,
    /// The data folder, for a server without a configuration file.
    #[arg(skip)]
    pub data: PathBuf,
}

/// The journal to read.
#[derive(Debug, Args)]
pub(crate) struct Offline {
    /// Read this journal file (SQLite) here, without a server; it is only read
    #[arg(long, value_name = "FILE")]
    offline: Option<PathBuf>,
}

/// The input of a verification.
#[derive(Debug, Args)]
pub(crate) struct VerifyJournalArgs {
    #[command(flatten)]
    which: Offline,
    /// A head that was printed earlier and kept elsewhere; the journal must contain it
    #[arg(long, value_name = "SEQ:HASH")]
    anchor: Option<Head>,
}

impl JournalVerb {
    pub(crate) async fn run(self, cx: &mut Context) -> Result<(), Failure> {
        match self {
            Self::Head(Offline { offline }) => {
                let answer = match offline {
                    Some(file) => {
                        let journal = open(&file).await?;
                        ServerAnswer::from(json!(wire(
                            journal.head().await.map_err(|error| Failure::Failed(error.to_string()))?
                        )))
                    }
                    None => cx.client()?.call(rows::journal::HEAD.to([])).await?,
                };
                cx.console.show(answer, |console, head: JournalHead| console.line(head.anchor))
            }
            Self::Verify(verify) => verify.run(cx).await,
            Self::Archive(archive) => archive.run(cx).await,
            Self::AcceptHead(_) | Self::AcceptClock(_) => {
                Err(Failure::Failed("this program cannot open a journal to write".to_owned()))
            }
        }
    }
}

impl VerifyJournalArgs {
    async fn run(self, cx: &mut Context) -> Result<(), Failure> {
        let answer = match &self.which.offline {
            Some(file) => ServerAnswer::from(json!(walk(&open(file).await?, self.anchor).await?)),
            None => {
                let request = VerifyRequest { anchor: self.anchor.map(|anchor| anchor.to_string()) };
                cx.client()?.send_long_running(rows::journal::VERIFY.to([]), &request).await?
            }
        };
        let whole = answer.get("whole").and_then(serde_json::Value::as_bool) == Some(true);
        // A server holds it against what it remembers outside the journal, too.
        let online = self.which.offline.is_none();
        let anchored = self.anchor.is_some() || online;
        cx.console.show(answer, |console, found: Verification| match (&found.head, found.whole) {
            (Some(head), true) => {
                console.line(format!("The journal is whole: {} entries.", found.entries))?;
                console.line(format!("Keep this elsewhere, for the next time: {}", head.anchor))?;
                if !anchored {
                    console.remark(
                        "without --anchor, the command cannot notice that the last entries were removed",
                    );
                }
                if online {
                    console.remark("`countersign projection verify` compares the tables beside it with it");
                }
                Ok(())
            }
            _ => console.line(format!(
                "The journal is BROKEN at entry {}: {}. {} entries before it are valid.",
                found.broken_at.unwrap_or_default(),
                found.fault.unwrap_or_default(),
                found.entries
            )),
        })?;
        if whole { Ok(()) } else { Err(Failure::CheckFailed) }
    }
}

async fn open(file: &FilePath) -> Result<Journal, Failure> {
    let opened = Journal::open_sqlite_readonly(file).await.map_err(|error| match error {
        OpenError::Missing => Failure::input(
            format!("there is no journal in {}", file.display()),
            "name the journal's file, which is in the data folder",
        ),
        other => Failure::Failed(format!("{} cannot be opened: {other}", file.display())),
    });
    let journal = opened?;
    // Where a server keeps them: beside the journal's file.
    let folder = file.parent().unwrap_or(FilePath::new("")).join(ARCHIVE_FOLDER);
    journal.reads_archive(Arc::new(Archives::new(folder, None)));
    Ok(journal)
}

async fn walk(journal: &Journal, anchor: Option<Head>) -> Result<Verification, Failure> {
    let mut good = 0;
    let walked = journal.verify_against(anchor.unwrap_or(Head::GENESIS), |head| good = head.seq.0).await;
    match walked {
        Ok(verified) => Ok(Verification {
            whole: true,
            entries: verified.entries,
            head: Some(wire(verified.head)),
            broken_at: None,
            fault: None,
        }),
        Err(VerifyError::Broken(broken)) => Ok(Verification {
            whole: false,
            entries: broken.at.0.saturating_sub(1).max(good),
            head: None,
            broken_at: Some(broken.at.0),
            fault: Some(broken.fault.to_string()),
        }),
        Err(VerifyError::Store(error)) => {
            Err(Failure::Failed(format!("the journal cannot be read to its end: {error}")))
        }
    }
}

fn wire(head: Head) -> JournalHead {
    JournalHead { seq: head.seq.0, hash: head.hash.to_string(), anchor: head.to_string() }
}
