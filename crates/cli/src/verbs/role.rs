//! `countersign role`: roles that would explain today's access with less structure, and what people decide about them.

use super::job::{self, Finished, run_to_the_end};
use crate::client::ListOptions;
use crate::console::{Console, read};
use crate::context::Context;
use crate::exit::Failure;
use crate::{span, words};
use clap::{Args, Subcommand};
use countersign_api::rows::roles::{RoleExportOptions, RoleFilter};
use countersign_api::{
    Items, JobResult, NewRoleSearch, Reason, RoleExport, RoleProposal, RoleProposalDetail, RoleProposalKind,
    RoleProposalState, RoleSearchReport, RoleWeights, rows,
};
use countersign_names::{RoleProposalId, SourceName, Timestamp};
use serde_json::json;
use std::path::PathBuf;

/// Commands about proposed roles.
#[derive(Debug, Subcommand)]
pub(crate) enum RoleVerb {
    /// Search for roles; the result replaces the one before
    #[command(after_help = "Examples:\n  countersign role propose\n  \
                      countersign role propose --source people --min-members 5 --allow-new 2\n\n\
                      Without --allow-new no role grants anybody anything new.")]
    Propose(SearchOptions),
    /// Show the numbers of the last search
    #[command(after_help = "Examples:\n  countersign role summary")]
    Summary,
    /// List proposed roles, those first that replace most grants
    #[command(
        after_help = "Examples:\n  countersign role list --kind birthright\n  countersign role list --state dismissed"
    )]
    List {
        /// Only those in this state; without it those about which nobody decided
        #[arg(long, value_parser = words::one_of::<RoleProposalState>(&["proposed", "accepted", "dismissed"]))]
        state: Option<RoleProposalState>,
        /// Only those that were found in this way
        #[arg(long, value_parser = words::one_of::<RoleProposalKind>(&["birthright", "exact", "near", "same_holders", "within", "overlapping"]))]
        kind: Option<RoleProposalKind>,
        #[command(flatten)]
        options: ListOptions,
    },
    /// Show one proposed role, with its members and with what others lack
    #[command(after_help = "Examples:\n  countersign role show rpr_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8")]
    Show {
        /// Its id
        role: RoleProposalId,
    },
    /// Accept a proposed role; it is a decision on record, and changes no source
    #[command(
        after_help = "Examples:\n  countersign role accept rpr_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 --reason 'every clerk needs it'"
    )]
    Accept {
        /// Its id
        role: RoleProposalId,
        /// Why
        #[arg(long)]
        reason: String,
    },
    /// Dismiss a proposed role; it comes back if its members change by more than a quarter
    #[command(
        after_help = "Examples:\n  countersign role dismiss rpr_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 --reason 'a project that ends'"
    )]
    Dismiss {
        /// Its id
        role: RoleProposalId,
        /// Why
        #[arg(long)]
        reason: String,
    },
    /// Take back the decision about a proposed role
    #[command(
        after_help = "Examples:\n  countersign role reconsider rpr_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 --reason 'it goes on'"
    )]
    Reconsider {
        /// Its id
        role: RoleProposalId,
        /// Why
        #[arg(long)]
        reason: String,
    },
    /// Export proposed roles as CSV
    #[command(after_help = "Examples:\n  countersign role export --state accepted --output roles.csv")]
    Export {
        /// Only those in this state; without it those about which nobody decided
        #[arg(long, value_parser = words::one_of::<RoleProposalState>(&["proposed", "accepted", "dismissed"]))]
        state: Option<RoleProposalState>,
        /// Write to this new file (mode 0600) instead of showing it
        #[arg(long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
}

/// What a search is told.
#[derive(Debug, Args)]
pub(crate) struct SearchOptions {
    /// Only groups and roles of this source; give it several times for several
    #[arg(long = "source", value_name = "SOURCE")]
    sources: Vec<SourceName>,
    /// Minimum number of members of a role; 3 by default
    #[arg(long, value_name = "NUMBER")]
    min_members: Option<u32>,
    /// Minimum number of people whom the rule of a birthright role means; 10 by default
    #[arg(long, value_name = "NUMBER")]
    min_people: Option<u32>,
    /// Minimum share of these people who hold it, in percent; 90 by default
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    confidence: Option<f64>,
    /// Minimum share of a role that makes somebody nearly a member, in percent; 80 by default
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    near: Option<f64>,
    /// How many grants a role may add, in percent of what its members hold through it; 0 by default
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    allow_new: Option<f64>,
    /// The weights of a role, an assignment, an entitlement of a role and a single grant; 1,1,1,1 by default
    #[arg(long, value_name = "R,U,P,D", value_parser = weights, allow_hyphen_values = true)]
    weights: Option<RoleWeights>,
}

/// Reads a share in percent. No text is a number that is none: JSON has none either.
fn percent(text: &str) -> Result<f64, String> {
    let number: f64 =
        text.trim_end_matches('%').parse().map_err(|_| "give a number from 0 to 100".to_owned())?;
    if (0.0..=100.0).contains(&number) {
        Ok(number / 100.0)
    } else {
        Err("give a number from 0 to 100".to_owned())
    }
}

fn weights(text: &str) -> Result<RoleWeights, String> {
    let wrong = || "give four numbers from 0 to a million, such as 1,1,1,1".to_owned();
    let numbers: Vec<f64> = text.split(',').map(str::parse).collect::<Result<_, _>>().map_err(|_| wrong())?;
    match *numbers {
        [role, assignment, entitlement, direct]
            if numbers.iter().all(|number| (0.0..=1e6).contains(number)) =>
        {
            Ok(RoleWeights { role, assignment, entitlement, direct })
        }
        _ => Err(wrong()),
    }
}

impl RoleVerb {
    pub(crate) async fn run(self, cx: &mut Context) -> Result<(), Failure> {
        let (client, now) = (cx.client()?, cx.now());
        match self {
            Self::Propose(options) => {
                let SearchOptions { sources, min_members, min_people, confidence, near, allow_new, weights } =
                    options;
                let new =
                    NewRoleSearch { sources, min_members, min_people, confidence, near, allow_new, weights };
                let Finished { answer, job } =
                    run_to_the_end(cx, &client, rows::roles::PROPOSE.to([]), &new).await?;
                let Some(JobResult::Roles(report)) = job.result else {
                    return Err(job::without_result(&job));
                };
                cx.console.show(answer, |console, _| say(console, &report, now))
            }
            Self::Summary => {
                let answer = client.call(rows::roles::SEARCH.to([])).await?;
                cx.console.show(answer, |console, report| say(console, &report, now))
            }
            Self::List { state, kind, options } => {
                let filter = RoleFilter { state, kind };
                let answer = client.list(rows::roles::LIST.ask([], &filter), &options).await?;
                cx.console.show(answer, list)
            }
            Self::Show { role } => {
                let answer = client.call(rows::roles::SHOW.to([&role.to_string()])).await?;
                cx.console.show(answer, |console, found| show(console, &found, now))
            }
            Self::Accept { role, reason } => {
                let request = rows::roles::ACCEPT.to([&role.to_string()]);
                let answer = client.send(request, &Reason { reason }).await?;
                cx.console.say(&answer, format!("{role} is accepted. No source is changed."))
            }
            Self::Dismiss { role, reason } => {
                let request = rows::roles::DISMISS.to([&role.to_string()]);
                let answer = client.send(request, &Reason { reason }).await?;
                cx.console.say(&answer, format!("{role} is dismissed."))
            }
            Self::Reconsider { role, reason } => {
                let request = rows::roles::RECONSIDER.to([&role.to_string()]);
                let answer = client.send(request, &Reason { reason }).await?;
                cx.console.say(&answer, format!("{role} is proposed again."))
            }
            Self::Export { state, output } => {
                let answer = client.call(rows::roles::EXPORT.ask([], &RoleExportOptions { state })).await?;
                let Some(output) = output else {
                    return cx.console.show(answer, |console, export: RoleExport| {
                        export.text.lines().try_for_each(|line| console.line(line))
                    });
                };
                let export: RoleExport = read(answer)?;
                super::finding::write(&output, &export.text)?;
                let told = json!({ "roles": export.roles, "file": output });
                cx.console.say(&told, format!("{} roles in {}.", export.roles, output.display()))
            }
        }
    }
}

fn list(console: &mut Console, found: Items<RoleProposal>) -> Result<(), Failure> {
    let rows = found.items.into_iter().map(|role| {
        [
            words::of(&role.kind),
            role.members.to_string(),
            role.near.to_string(),
            role.entitlements.len().to_string(),
            role.replaced.to_string(),
            format!("{:.1} %", role.coverage * 100.0),
            about(&role),
            role.id.to_string(),
        ]
    });
    let none = "There is nothing of the kind. `countersign role propose` searches for roles.";
    let heading = ["KIND", "MEMBERS", "NEAR", "ENTITLEMENTS", "REPLACED", "COVERAGE", "ABOUT", "ROLE"];
    console.table(heading, rows, none)
}

/// Returns the rule of a birthright, or the first entitlement.
fn about(role: &RoleProposal) -> String {
    if matches!(role.kind, RoleProposalKind::Birthright) {
        return rule(role);
    }
    role.entitlements.first().map(|first| first.name.clone()).unwrap_or_default()
}

fn rule(role: &RoleProposal) -> String {
    let conditions: Vec<String> =
        role.rule.iter().map(|condition| format!("{}={}", condition.attribute, condition.value)).collect();
    if conditions.is_empty() { "all people".to_owned() } else { conditions.join(", ") }
}

fn show(console: &mut Console, found: &RoleProposalDetail, now: Timestamp) -> Result<(), Failure> {
    let role = &found.proposal;
    console.facts([
        ("role", role.id.to_string()),
        ("kind", words::of(&role.kind)),
        ("state", words::of(&role.state)),
        ("as of", span::moment(role.read_at, now)),
        ("members", role.members.to_string()),
        ("grants replaced", role.replaced.to_string()),
        ("coverage", format!("{:.1} %", role.coverage * 100.0)),
        ("grants added", role.added.to_string()),
        ("grants beyond it", role.beyond.to_string()),
    ])?;
    if let (Some(people), Some(holding)) = (role.people, role.holding) {
        console.facts([
            ("rule", rule(role)),
            ("people", format!("{people}, of whom {holding} hold all of it")),
        ])?;
    }
    if let Some(decision) = &role.decision {
        let by = decision.by_name.as_ref().unwrap_or(&decision.by);
        let decided = format!("{by}, {}", span::moment(decision.at, now));
        console.facts([("decided by", decided), ("because", decision.reason.clone())])?;
    }
    console.line("")?;
    let rows =
        role.entitlements.iter().map(|node| [node.name.clone(), node.source.to_string(), node.key.clone()]);
    console.table(["ENTITLEMENT", "SOURCE", "KEY"], rows, "  none")?;
    console.line("")?;
    let rows =
        found.members.iter().map(|node| [node.name.clone(), node.source.to_string(), node.key.clone()]);
    console.table(["MEMBER", "SOURCE", "KEY"], rows, "  none")?;
    console.line("")?;
    let rows = found.near.iter().map(|near| {
        let missing: Vec<&str> = near.missing.iter().map(|missing| missing.name.as_str()).collect();
        [near.identity.name.clone(), near.identity.source.to_string(), missing.join(", ")]
    });
    console.table(["NO MEMBER", "SOURCE", "LACKS"], rows, "  none")
}

/// Says what a search found.
pub(crate) fn say(console: &mut Console, report: &RoleSearchReport, now: Timestamp) -> Result<(), Failure> {
    console.facts([
        ("as of", span::moment(report.read_at, now)),
        ("identities", report.identities.to_string()),
        ("groups and roles", report.entitlements.to_string()),
        ("grants", report.grants.to_string()),
        ("proposed roles", report.roles.to_string()),
        ("groups that could be one", report.consolidations.to_string()),
        ("grants replaced", report.replaced.to_string()),
        ("grants added", report.added.to_string()),
        ("single grants left", report.single.to_string()),
        ("complexity before", report.complexity_before.to_string()),
        ("complexity after", report.complexity_after.to_string()),
    ])?;
    if report.ended_early {
        console.remark("The search ended early, because the work that it is allowed was used up.");
    }
    Ok(())
}
