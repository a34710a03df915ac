//! `countersign rollback`: puts an earlier version of the policies, and of the settings applied with them, in force
//! again.

use super::policy;
use crate::console::read;
use crate::context::Context;
use crate::exit::Failure;
use clap::Args;
use countersign_api::{Published, Rollback as Asked, rows};
use countersign_names::PolicyId;

/// The version to restore.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  countersign rollback --why too-strict\n  \
                        countersign rollback 4f2a91c0 --why ticket-4711 --dry-run\n\n\
                        `countersign policy history` lists the versions. The rollback also reverts what\n\
                        `countersign apply` changed in applications, labels and exceptions since then. Nothing is lost:\n\
                        the present version stays in the journal, and you can restore it.")]
pub(crate) struct RollbackArgs {
    /// The version, or its first digits; default: the previous version
    version: Option<String>,
    /// The reason, in one sentence; the history keeps it
    #[arg(long, value_name = "TEXT", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    why: String,
    /// Check only, and show what would change
    #[arg(long)]
    dry_run: bool,
    /// A guardrail to remove; may be repeated
    #[arg(long, value_name = "POLICY")]
    removes: Vec<PolicyId>,
}

impl RollbackArgs {
    pub(crate) async fn run(self, cx: &mut Context) -> Result<(), Failure> {
        let client = cx.client()?;
        let version = match self.version {
            Some(version) => version,
            None => {
                let versions = read(client.all(rows::policies::HISTORY.to([])).await?)?;
                // The newest is what is in force, whatever it is a version of.
                let earlier = versions.items.into_iter().nth(1);
                earlier
                    .map(|version| version.version)
                    .ok_or_else(|| Failure::NotFound("there is no earlier version to restore".to_owned()))?
            }
        };
        let removes = self.removes.into_iter().collect();
        let asked = Asked { version, why: self.why, dry_run: self.dry_run, removes };
        let answer = client.send(rows::policies::ROLLBACK.to([]), &asked).await?;
        cx.console.show(answer, |console, published: Published| {
            let version = published.version.get(..12).unwrap_or(&published.version);
            for changed in &published.changed {
                console.line(policy::changed(changed))?;
            }
            policy::no_more(console, &published.removed)?;
            published.rollouts.iter().chain(&published.notes).for_each(|text| console.remark(text));
            match (published.changed.is_empty(), self.dry_run) {
                (true, _) => console.line(format!("Nothing changes: version {version} is in force.")),
                (false, true) => console.line("This was a rehearsal: nothing was changed."),
                (false, false) => console.line(format!("Version {version} is in force again.")),
            }
        })
    }
}
