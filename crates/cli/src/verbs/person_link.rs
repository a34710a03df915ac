//! `countersign person link` and `unlink`: people's accounts at OpenID providers.

use crate::console::Console;
use crate::context::{Context, Sure};
use crate::exit::Failure;
use crate::span;
use clap::Args;
use countersign_api::{Items, NewPersonLink, PersonLink, rows};
use countersign_names::{CredentialId, ProviderName, Timestamp};

/// An account to link.
#[derive(Debug, Args)]
pub(crate) struct LinkArgs {
    /// The person's id, mail address or alias
    person: String,
    /// The provider; `countersign provider list` shows them
    #[arg(long)]
    provider: ProviderName,
    /// The account there: the `sub` of its ID tokens, which the page of a refused sign-in shows
    #[arg(long)]
    subject: String,
}

/// A link to remove.
#[derive(Debug, Args)]
pub(crate) struct UnlinkArgs {
    /// The link's id; `countersign person show` lists them
    link: CredentialId,
    #[command(flatten)]
    sure: Sure,
}

impl LinkArgs {
    pub(crate) async fn run(self, cx: &mut Context) -> Result<(), Failure> {
        let Self { person, provider, subject } = self;
        let new = NewPersonLink { provider: provider.clone(), subject };
        let answer = cx.client()?.send(rows::people::LINK.to([&person]), &new).await?;
        cx.console.say(&answer, format!("{person} can sign in with this account at {provider}."))
    }
}

impl UnlinkArgs {
    pub(crate) async fn run(self, cx: &mut Context) -> Result<(), Failure> {
        let Self { link, sure } = self;
        let goes = ["every session that it began".to_owned()];
        if !sure.agree(cx, &format!("the link {link}"), &goes)? {
            return Ok(());
        }
        let answer = cx.client()?.call(rows::links::REMOVE.to([&link.to_string()])).await?;
        cx.console.say(&answer, format!("The link {link} is removed."))
    }
}

/// Shows a person's accounts at providers, if there are any.
pub(crate) fn show(console: &mut Console, links: Items<PersonLink>, now: Timestamp) -> Result<(), Failure> {
    if links.items.is_empty() {
        return Ok(());
    }
    console.line("")?;
    let rows = links.items.into_iter().map(|link| {
        [link.provider.to_string(), link.subject, span::moment(link.linked_at, now), link.id.to_string()]
    });
    console.table(["PROVIDER", "ACCOUNT", "LINKED", "ID"], rows, "")
}
