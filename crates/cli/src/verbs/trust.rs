//! `countersign trust`: the register of access that no policy checks.

use crate::client::ListOptions;
use crate::console::Console;
use crate::context::Context;
use crate::exit::Failure;
use crate::{span, words};
use clap::{Args, Subcommand};
use countersign_api::rows::trusts::TrustEntryFilter;
use countersign_api::{
    EndpointRow, Items, RegisterFigures, RequestBody, Trust, TrustDocument, TrustOwner, TrustSelection,
    TrustStanding, TrustsChanged, rows,
};
use countersign_names::{Action, ApplicationName, Cohort, EvidenceItem, ResourceName, Timestamp};
use std::time::Duration;

/// Commands about the implicit-trust register.
#[derive(Debug, Subcommand)]
pub(crate) enum TrustVerb {
    /// List what depends on implicit trust, the most sensitive first
    #[command(after_help = "Examples:\n  countersign trust list\n  \
                            countersign trust list --application payroll --item compliance --json\n  \
                            countersign trust list --state lapsed")]
    List(ListTrustsArgs),
    /// Show the figures of the register
    #[command(after_help = "Examples:\n  countersign trust figures --json")]
    Figures,
    /// Set the owner of entries
    #[command(
        after_help = "Examples:\n  countersign trust own --application payroll --owner grace@example.org --dry-run"
    )]
    Own(Own),
    /// Record who authorised entries, and until when
    #[command(
        after_help = "Examples:\n  countersign trust document --resource archive/scans --item compliance \\\n    \
                            --owner grace@example.org --authority 'risk board' \\\n    --reason 'the scanner has no agent' --for 90d"
    )]
    Document(Document),
}

/// A selection of entries. All given options must match.
#[derive(Debug, Args)]
struct TrustSelectionArgs {
    /// Only entries of this application
    #[arg(long, value_name = "APP")]
    application: Option<ApplicationName>,
    /// Only entries of this resource
    #[arg(long, value_name = "APP/PART")]
    resource: Option<ResourceName>,
    /// Only entries of this action: read, write, download, connect or administer
    #[arg(long)]
    action: Option<Action>,
    /// Only entries of this cohort: employee, contractor, vendor, service or anonymous
    #[arg(long)]
    cohort: Option<Cohort>,
    /// Only entries of trust in this item: device, compliance, phishing-resistance, freshness, risk or place
    #[arg(long)]
    item: Option<EvidenceItem>,
}

/// The entries to list.
#[derive(Debug, Args)]
pub(crate) struct ListTrustsArgs {
    #[command(flatten)]
    of: TrustSelectionArgs,
    /// Only entries in this state: discovered, owned, documented, lapsed or eliminated [default: all but eliminated]
    #[arg(long, value_parser = words::parse::<TrustStanding>)]
    state: Option<TrustStanding>,
    /// Maximum number of entries
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..))]
    limit: u32,
}

/// The entries, and their owner.
#[derive(Debug, Args)]
pub(crate) struct Own {
    #[command(flatten)]
    of: TrustSelectionArgs,
    /// The owner: a person's id, mail address or alias
    #[arg(long)]
    owner: String,
    /// Change nothing: show the selected entries
    #[arg(long)]
    dry_run: bool,
}

/// The entries, and their authorisation.
#[derive(Debug, Args)]
pub(crate) struct Document {
    #[command(flatten)]
    of: TrustSelectionArgs,
    /// The owner: a person's id, mail address or alias
    #[arg(long)]
    owner: String,
    /// Who authorised it, as text
    #[arg(long)]
    authority: String,
    /// The reason
    #[arg(long)]
    reason: String,
    /// The duration, at most a year
    #[arg(long = "for", value_name = "SPAN", value_parser = span::parse)]
    span: Duration,
    /// Change nothing: show the selected entries
    #[arg(long)]
    dry_run: bool,
}

impl From<TrustSelectionArgs> for TrustSelection {
    fn from(of: TrustSelectionArgs) -> Self {
        let TrustSelectionArgs { application, resource, action, cohort, item } = of;
        Self { application, resource, action, cohort, item }
    }
}

impl TrustVerb {
    pub(crate) async fn run(self, cx: &mut Context) -> Result<(), Failure> {
        match self {
            Self::List(list) => list.run(cx).await,
            Self::Figures => figures(cx).await,
            Self::Own(own) => {
                let asked = TrustOwner { of: own.of.into(), owner: own.owner, dry_run: own.dry_run };
                change(cx, &rows::trusts::OWN, &asked).await
            }
            Self::Document(document) => {
                let asked = TrustDocument {
                    of: document.of.into(),
                    owner: document.owner,
                    authority: document.authority,
                    reason: document.reason,
                    expires_in_seconds: document.span.as_secs(),
                    dry_run: document.dry_run,
                };
                change(cx, &rows::trusts::DOCUMENT, &asked).await
            }
        }
    }
}

impl ListTrustsArgs {
    async fn run(self, cx: &mut Context) -> Result<(), Failure> {
        let TrustSelectionArgs { application, resource, action, cohort, item } = self.of;
        let wanted = TrustEntryFilter { application, resource, action, cohort, item, state: self.state };
        let request = rows::trusts::LIST.ask([], &wanted);
        let answer = cx.client()?.list(request, &ListOptions::at_most(self.limit)).await?;
        let now = cx.now();
        cx.console.show(answer, |console, trusts: Items<Trust>| {
            table(console, trusts.items.iter(), now)?;
            if trusts.items.len() >= self.limit as usize {
                console.remark(format!("{} are shown, and there may be more: --limit", self.limit));
            }
            Ok(())
        })
    }
}

async fn figures(cx: &mut Context) -> Result<(), Failure> {
    let answer = cx.client()?.call(rows::trusts::FIGURES.to([])).await?;
    cx.console.show(answer, |console, figures: RegisterFigures| {
        console.facts([
            ("On implicit trust", figures.live.to_string()),
            ("Without an owner", figures.discovered.to_string()),
            ("Owned", figures.owned.to_string()),
            ("Documented", figures.documented.to_string()),
            ("Authorisation ended", figures.lapsed.to_string()),
            ("Came back", figures.drifted.to_string()),
            ("Eliminated", figures.eliminated.to_string()),
        ])
    })
}

async fn change<B: RequestBody>(
    cx: &mut Context,
    row: &EndpointRow<0, B, TrustsChanged>,
    asked: &B::Json,
) -> Result<(), Failure> {
    let answer = cx.client()?.send(row.to([]), asked).await?;
    let now = cx.now();
    cx.console.show(answer, |console, changed: TrustsChanged| {
        table(console, changed.trusts.iter(), now)?;
        let number = changed.trusts.len();
        let entries = if number == 1 { "1 entry".to_owned() } else { format!("{number} entries") };
        if changed.written {
            console.line(format!("{entries} changed."))
        } else {
            console.line(format!("{entries} would change. This was a dry run: leave out --dry-run."))
        }
    })
}

/// Prints entries, one per row.
pub(super) fn table<'a>(
    console: &mut Console,
    trusts: impl Iterator<Item = &'a Trust>,
    now: Timestamp,
) -> Result<(), Failure> {
    let rows = trusts.map(|trust| {
        [
            trust.cohort.to_string(),
            trust.action.to_string(),
            trust.resource.to_string(),
            trust.sensitivity.to_string(),
            trust.item.to_string(),
            state(trust, now),
            trust.accesses.to_string(),
            trust.principals.to_string(),
            span::relative(trust.last, now),
            words::list_or(&trust.policies, "observed only"),
            trust.example.to_string(),
        ]
    });
    let heading = [
        "WHO",
        "ACTION",
        "RESOURCE",
        "SENSITIVITY",
        "TRUSTED IN",
        "STATE",
        "ACCESSES",
        "BY",
        "LAST",
        "ALLOWED BY",
        "EXAMPLE",
    ];
    console.table(heading, rows, "There is no such entry.")
}

fn state(trust: &Trust, now: Timestamp) -> String {
    let ends = trust.expires_at.map(|end| format!(", ends {}", span::relative(end, now))).unwrap_or_default();
    let drift = match (trust.returned_at, trust.brought_back_by) {
        (None, _) => String::new(),
        (Some(_), Some(fact)) => format!(", came back by fact {fact}"),
        (Some(_), None) => ", came back".to_owned(),
    };
    format!("{}{ends}{drift}", words::of(&trust.state))
}
