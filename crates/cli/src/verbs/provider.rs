//! `countersign provider`: the OpenID providers with which people sign in.

use crate::client::ListOptions;
use crate::console::read;
use crate::context::{Context, Sure};
use crate::exit::Failure;
use crate::{render, span, words};
use clap::Subcommand;
use countersign_api::{DeclaredProvider, Items, ProviderAssurance, ProviderDeclaration, rows};
use countersign_names::ProviderName;
use std::path::PathBuf;
use std::time::Duration;

/// What can be done about providers.
#[derive(Debug, Subcommand)]
pub(crate) enum ProviderVerb {
    /// List the providers
    #[command(after_help = "Examples:\n  countersign provider list")]
    List(ListOptions),
    /// Show one provider, with the URIs to register there
    #[command(after_help = "Examples:\n  countersign provider show okta")]
    Show {
        /// Its name
        provider: ProviderName,
    },
    /// Declare a provider from its file, or replace its declaration; two people must agree
    #[command(
        after_help = "Examples:\n  countersign provider declare --file okta.toml\n\ndocs/federation.md shows the file."
    )]
    Declare {
        /// The provider file (TOML)
        #[arg(long, value_name = "FILE")]
        file: PathBuf,
    },
    /// Withdraw a provider: its links and the sessions that it started end
    #[command(after_help = "Examples:\n  countersign provider withdraw okta --dry-run\n  \
                            countersign provider withdraw okta --yes")]
    Withdraw {
        /// Its name
        provider: ProviderName,
        #[command(flatten)]
        sure: Sure,
    },
}

impl ProviderVerb {
    pub(crate) async fn run(self, cx: &mut Context) -> Result<(), Failure> {
        match self {
            Self::List(options) => list(cx, &options).await,
            Self::Show { provider } => show(cx, &provider).await,
            Self::Declare { file } => {
                let text =
                    std::fs::read_to_string(&file).map_err(|error| Failure::unreadable(&file, &error))?;
                let (name, declaration) = ProviderDeclaration::from_toml(&file.display().to_string(), &text)
                    .map_err(|error| Failure::Underlined(render::diagnostic(&error)))?;
                let path = rows::providers::DECLARE.to([name.as_str()]);
                let answer = cx.client()?.send(path, &declaration).await?;
                let declared: DeclaredProvider = read(answer.clone())?;
                let told = format!(
                    "The provider {name} is declared. Register there: {} (redirect), {} (back-channel logout).",
                    declared.redirect_uri, declared.logout_uri
                );
                cx.console.say(&answer, told)
            }
            Self::Withdraw { provider, sure } => {
                let known: DeclaredProvider =
                    read(cx.client()?.call(rows::providers::SHOW.to([provider.as_str()])).await?)?;
                let links = usize::try_from(known.links).unwrap_or(usize::MAX);
                let goes = [words::count(links, "link"), "every session that it started".to_owned()];
                if !sure.agree(cx, &format!("the provider {provider}"), &goes)? {
                    return Ok(());
                }
                let answer = cx.client()?.call(rows::providers::WITHDRAW.to([provider.as_str()])).await?;
                cx.console.say(&answer, format!("The provider {provider} is withdrawn."))
            }
        }
    }
}

async fn list(cx: &mut Context, options: &ListOptions) -> Result<(), Failure> {
    let answer = cx.client()?.list(rows::providers::LIST.to([]), options).await?;
    cx.console.show(answer, |console, providers: Items<DeclaredProvider>| {
        let rows = providers.items.into_iter().map(|provider| {
            let domains: Vec<_> = provider.declaration.domains.into_iter().collect();
            [
                provider.name.to_string(),
                provider.declaration.title,
                provider.declaration.issuer,
                words::list_or(&domains, "-"),
                provider.links.to_string(),
            ]
        });
        let none = "There is no provider. Declare one with `countersign provider declare`.";
        console.table(["PROVIDER", "TITLE", "ISSUER", "DOMAINS", "LINKS"], rows, none)
    })
}

async fn show(cx: &mut Context, provider: &ProviderName) -> Result<(), Failure> {
    let answer = cx.client()?.call(rows::providers::SHOW.to([provider.as_str()])).await?;
    let now = cx.now();
    cx.console.show(answer, |console, provider: DeclaredProvider| {
        let about = provider.declaration;
        let all = |set: std::collections::BTreeSet<String>| {
            words::list_or(&set.into_iter().collect::<Vec<_>>(), "none")
        };
        let adds = about.creates_people.map_or_else(|| "nobody".to_owned(), |kind| words::of(&kind));
        let seconds = |given: Option<u64>, none: &str| {
            given.map_or_else(|| none.to_owned(), |seconds| span::show(Duration::from_secs(seconds)))
        };
        console.facts([
            ("Provider", provider.name.to_string()),
            ("Title", about.title),
            ("Issuer", about.issuer),
            ("Client id", about.client_id),
            ("Scopes", all(about.scopes)),
            ("Domains", all(about.domains)),
            ("Adds", adds),
            ("Maximum age", seconds(about.max_age_seconds, "any")),
            ("Session", seconds(about.session_seconds, "as any session")),
            ("Links", provider.links.to_string()),
            ("Declared", span::moment(provider.declared_at, now)),
            ("Redirect URI", provider.redirect_uri),
            ("Logout URI", provider.logout_uri),
        ])?;
        console.line("")?;
        let rows = about.assurance.into_iter().map(|rule: ProviderAssurance| {
            let amr: Vec<_> = rule.amr.into_iter().collect();
            let resists = if rule.phishing_resistant { "yes" } else { "no" };
            [
                rule.acr.unwrap_or_else(|| "any".to_owned()),
                words::list_or(&amr, "any"),
                rule.assurance.to_string(),
                resists.to_owned(),
            ]
        });
        let none = "No rule: signing in there is aal1, and does not resist phishing.";
        console.table(["ACR", "AMR", "ASSURANCE", "RESISTS PHISHING"], rows, none)
    })
}
