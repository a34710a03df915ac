//! What an import reads: the files of an export, or a running system.

use super::exports::ExportFiles;
use super::formats::FileFormat;
use super::live::LiveReading;
use super::pages::{PageSink, Unsendable};
use crate::exit::Failure;
use countersign_sources::{ReadingReport, SourceError};

/// What an import reads.
pub(super) enum ImportInput {
    /// Files, their format, and what was given, for messages.
    Files(&'static FileFormat, ExportFiles, String),
    /// A running system.
    Live(LiveReading),
}

impl ImportInput {
    /// Reads it and hands the records to the sink. This blocks.
    pub(super) fn read(&self, sink: &mut PageSink) -> Result<ReadingReport, SourceError<Unsendable>> {
        match self {
            Self::Files(format, export, _) => (format.read)(export, sink),
            Self::Live(reading) => reading.read(sink),
        }
    }

    /// Returns the failure to read it.
    pub(super) fn failure(&self, error: &SourceError<Unsendable>) -> Failure {
        let (shown, unit, remedy) = match self {
            Self::Files(format, _, shown) => (shown.clone(), "line", format!("give {}", format.takes)),
            Self::Live(reading) => {
                (reading.shown(), reading.unit(), "ask who runs it what is wrong with it".to_owned())
            }
        };
        let message = match error {
            SourceError::Malformed { line, problem } => format!("{shown}: {unit} {line}: {problem}"),
            SourceError::Input(error) => {
                return match self {
                    Self::Files(..) => Failure::input(
                        format!("{shown}: {error}"),
                        "check that the files are there and that you may read them; nothing was changed",
                    ),
                    Self::Live(reading) => reading.failure(error),
                };
            }
            SourceError::Sink(Unsendable::TooLarge(key)) => {
                let message = format!("{shown}: the record `{key}` is too large to be sent");
                return Failure::input(message, "export without what makes it so large; nothing was changed");
            }
            SourceError::Sink(Unsendable::Unknown(key, problem)) => {
                format!("{shown}: the record `{key}` has no form that can be sent: {problem}")
            }
            SourceError::Sink(Unsendable::ReceiverGone) => "the records could not be sent".to_owned(),
        };
        Failure::input(message, format!("{remedy}; nothing was changed"))
    }
}
