//! `countersign network`: the networks that addresses are named by.

use crate::client::ListOptions;
use crate::context::Context;
use crate::exit::Failure;
use clap::Subcommand;
use countersign_api::{Items, NamedNetwork, rows};

/// What can be done about networks.
#[derive(Debug, Subcommand)]
pub(crate) enum NetworkVerb {
    /// List the networks by name, with their ranges; the server's configuration file declares them
    #[command(
        after_help = "Examples:\n  countersign network list\n  countersign network list --sort name --order desc"
    )]
    List(ListOptions),
}

impl NetworkVerb {
    pub(crate) async fn run(self, cx: &mut Context) -> Result<(), Failure> {
        let Self::List(options) = self;
        let answer = cx.client()?.list(rows::networks::LIST.to([]), &options).await?;
        cx.console.show(answer, |console, networks: Items<NamedNetwork>| {
            let rows = networks.items.into_iter().map(|network| [network.name, network.ranges.join(", ")]);
            console.table(
                ["NETWORK", "RANGES"],
                rows,
                "No network is declared: write [networks] in the server's configuration file, and start it again.",
            )
        })
    }
}
