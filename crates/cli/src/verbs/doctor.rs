//! `countersign doctor`: problems of this installation, with their remedies.
//!
//! Each check examines one thing and gives its remedy. A problem that stops people is a failure. A doubtful state, or a
//! problem that will stop them later, is a warning. Only a failure changes the exit code, so that monitoring can rely
//! on it.

mod here;
mod server;
mod sources;

use crate::context::Context;
use crate::exit::Failure;
use serde::Serialize;
use serde_json::json;

/// The result of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum CheckState {
    /// In order.
    Ok,
    /// A warning.
    Warn,
    /// A failure.
    Fail,
    /// The check was not possible.
    Skip,
}

/// The result of checking one thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Finding {
    check: &'static str,
    state: CheckState,
    detail: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    remedy: Option<String>,
}

impl Finding {
    fn ok(check: &'static str, detail: impl Into<String>) -> Self {
        Self { check, state: CheckState::Ok, detail: detail.into(), remedy: None }
    }

    fn warn(check: &'static str, detail: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { check, state: CheckState::Warn, detail: detail.into(), remedy: Some(remedy.into()) }
    }

    fn fail(check: &'static str, detail: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { check, state: CheckState::Fail, detail: detail.into(), remedy: Some(remedy.into()) }
    }

    fn skip(check: &'static str, detail: impl Into<String>) -> Self {
        Self { check, state: CheckState::Skip, detail: detail.into(), remedy: None }
    }

    /// Returns the finding for a question that the server did not answer.
    fn unanswered(check: &'static str, failure: &Failure) -> Self {
        let (message, remedy) = failure.words().unwrap_or_default();
        let remedy = remedy.unwrap_or_else(|| "read the log of the server".to_owned());
        Self::fail(check, message, remedy)
    }
}

pub(crate) async fn run(cx: &mut Context) -> Result<(), Failure> {
    let mut findings = Vec::new();
    if cx.common.server.is_none() {
        findings.extend(here::look(&cx.common.data()?));
    }
    findings.extend(server::look(cx).await?);
    let failed = findings.iter().any(|finding| finding.state == CheckState::Fail);
    if cx.console.wants_json() {
        cx.console.json(&json!({ "healthy": !failed, "checks": findings }))?;
    } else {
        for finding in &findings {
            let word = match finding.state {
                CheckState::Ok => "ok",
                CheckState::Warn => "warn",
                CheckState::Fail => "FAIL",
                CheckState::Skip => "skip",
            };
            cx.console.line(format!("{word:<5} {:<16} {}", finding.check, finding.detail))?;
            if let Some(remedy) = &finding.remedy {
                cx.console.line(format!("{:<22} what to do: {remedy}", ""))?;
            }
        }
        let count = |state| findings.iter().filter(|finding| finding.state == state).count();
        cx.console.line(format!(
            "{} ok, {} warnings, {} failures, {} not checked",
            count(CheckState::Ok),
            count(CheckState::Warn),
            count(CheckState::Fail),
            count(CheckState::Skip)
        ))?;
    }
    if failed { Err(Failure::CheckFailed) } else { Ok(()) }
}
