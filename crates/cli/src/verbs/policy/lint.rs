//! `countersign policy lint`: findings about the policies in force or in a folder.

use super::{hex, parse};
use crate::console::Console;
use crate::context::Context;
use crate::exit::Failure;
use crate::{folder, words};
use clap::Args;
use countersign_api::{FindingSeverity, PolicyFinding, PolicyLint, rows};
use countersign_policy::{Finding, Severity};
use serde_json::json;
use std::path::PathBuf;

/// The policies to check.
#[derive(Debug, Args)]
pub(crate) struct Lint {
    /// A policy folder to check on this machine, without the server's knowledge [default: the policies in force]
    #[arg(value_name = "DIR")]
    dir: Option<PathBuf>,
}

impl Lint {
    pub(crate) async fn run(self, cx: &mut Context) -> Result<(), Failure> {
        let answer = match &self.dir {
            None => cx.client()?.call(rows::policies::LINT.to([])).await?,
            Some(dir) => {
                let set = parse(cx, &folder::read(dir)?)?;
                let findings = set.lint(cx.now()).into_iter().map(carried).collect();
                json!(PolicyLint { version: hex(&set.version()), with_world: false, findings }).into()
            }
        };
        let found: PolicyLint = crate::console::read(answer.clone())?;
        let wrong = found.findings.iter().any(|finding| finding.severity > FindingSeverity::Note);
        cx.console.show(answer, shown)?;
        if wrong { Err(Failure::CheckFailed) } else { Ok(()) }
    }
}

/// Formats a finding as the API does.
fn carried(finding: Finding) -> PolicyFinding {
    PolicyFinding {
        code: finding.code.to_string(),
        severity: match finding.severity() {
            Severity::Note => FindingSeverity::Note,
            Severity::Warning => FindingSeverity::Warning,
            Severity::Error => FindingSeverity::Error,
        },
        policy: finding.policy,
        file: finding.file,
        line: u64::try_from(finding.line).unwrap_or(u64::MAX),
        message: finding.message,
        remedy: finding.remedy,
    }
}

fn shown(console: &mut Console, found: PolicyLint) -> Result<(), Failure> {
    for finding in &found.findings {
        let severity = words::of(&finding.severity);
        console.line(format!(
            "{severity:<8} {}  {}  {}:{}",
            finding.code, finding.policy, finding.file, finding.line
        ))?;
        console.line(format!("         {}", finding.message))?;
        console.line(format!("         what to do: {}", finding.remedy))?;
    }
    let of = |severity: FindingSeverity| found.findings.iter().filter(|f| f.severity == severity).count();
    let counts = [
        words::count(of(FindingSeverity::Error), "error"),
        words::count(of(FindingSeverity::Warning), "warning"),
        words::count(of(FindingSeverity::Note), "note"),
    ];
    console.line(format!("{}.", counts.join(", ")))?;
    if !found.with_world {
        console.remark("what only a server knows (names, owners, labels, exceptions) was not checked");
    }
    Ok(())
}
