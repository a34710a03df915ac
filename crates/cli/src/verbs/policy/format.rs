//! `countersign policy format`: the files of a policy folder in one layout.

use crate::context::Context;
use crate::exit::Failure;
use crate::{folder, render, words};
use clap::Args;
use countersign_policy::formatted;
use serde_json::json;
use std::path::PathBuf;

/// A policy folder to format.
#[derive(Debug, Args)]
pub(crate) struct Format {
    /// The policy folder
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// Write nothing: only say which files would change
    #[arg(long)]
    check: bool,
}

impl Format {
    pub(crate) fn run(self, cx: &mut Context) -> Result<(), Failure> {
        let files = folder::read(&self.dir)?;
        let mut changes = Vec::new();
        for (path, text) in files.iter().filter(|(path, _)| path.ends_with(".cedar")) {
            // Nothing is written before every file is known to be valid.
            let pretty = formatted(path, text).map_err(|rejected| {
                Failure::Underlined(
                    rejected.problems().iter().map(|problem| render::diagnostic(problem)).collect(),
                )
            })?;
            if pretty != *text {
                changes.push((self.dir.join(path), path.clone(), pretty));
            }
        }
        if !self.check {
            changes.iter().try_for_each(|(at, _, text)| folder::write(at, text))?;
        }
        let changed: Vec<_> = changes.iter().map(|(_, path, _)| path).collect();
        let differs = self.check && !changed.is_empty();
        if cx.console.wants_json() {
            cx.console.json(&json!({ "changed": changed, "written": !self.check }))?;
        } else {
            changed.iter().try_for_each(|path| cx.console.line(path))?;
            let said = if self.check { "would change" } else { "formatted" };
            cx.console.line(format!("{} {said}.", words::count(changed.len(), "file")))?;
        }
        if differs { Err(Failure::CheckFailed) } else { Ok(()) }
    }
}
