//! `countersign service`: service accounts and their tokens.

use crate::client::ListOptions;
use crate::console::read;
use crate::context::{Context, Sure};
use crate::exit::Failure;
use crate::private_file::create_private;
use crate::{span, words};
use clap::{Args, Subcommand};
use countersign_api::{IssuedToken, Items, NewService, NewToken, Service, rows};
use countersign_names::{ApplicationName, DeviceId, TokenId};
use serde_json::{Value, json};
use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

/// Commands about service accounts.
#[derive(Debug, Subcommand)]
pub(crate) enum ServiceVerb {
    /// List the service accounts
    #[command(after_help = "Examples:\n  countersign service list")]
    List(ListOptions),
    /// Create a service account
    #[command(
        after_help = "Examples:\n  countersign service add proxy --owner ada@example.org --purpose 'nginx asks for decisions'"
    )]
    Add {
        /// The name for people, which must be unique
        name: String,
        /// The responsible person: an id, mail address or alias
        #[arg(long)]
        owner: String,
        /// The purpose
        #[arg(long)]
        purpose: String,
    },
    /// Remove a service account with all its tokens
    #[command(after_help = "Examples:\n  countersign service remove proxy --yes")]
    Remove {
        /// Its id or its name
        service: String,
        #[command(flatten)]
        sure: Sure,
    },
    /// Issue a token; it is written to a file that only you can read, or shown once
    #[command(
        after_help = "Examples:\n  countersign service token proxy --application wiki --out /etc/nginx/wiki.token\n  \
                            countersign service token backup --expires 30d\n  \
                            countersign service token hr --device dev_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 \\\n    \
                            --command people.add --command groups.join --out hr.token"
    )]
    Token(Issue),
    /// Revoke a token; connections that use it close now
    #[command(
        after_help = "Examples:\n  countersign service revoke-token tok_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8"
    )]
    RevokeToken {
        /// The token's id; `countersign service list --json` shows them
        token: TokenId,
        #[command(flatten)]
        sure: Sure,
    },
}

/// A token to issue.
#[derive(Debug, Args)]
pub(crate) struct Issue {
    /// The service account's id or name
    service: String,
    /// The one application about which it may ask for decisions; without it, the token may only call the API
    #[arg(long, value_name = "APP")]
    application: Option<ApplicationName>,
    /// The device to whose key it is bound: it works only over connections that prove the key
    #[arg(long, value_name = "DEVICE", conflicts_with = "application")]
    device: Option<DeviceId>,
    /// A command of the API that it may run, such as groups.join; may be repeated. Without one it only reads
    #[arg(long = "command", value_name = "COMMAND", conflicts_with = "application")]
    commands: Vec<String>,
    /// The lifetime, at most a year
    #[arg(long, value_name = "SPAN", default_value = "90d", value_parser = span::parse)]
    expires: Duration,
    /// Write the token to this new file (mode 0600) instead of showing it
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl ServiceVerb {
    pub(crate) async fn run(self, cx: &mut Context) -> Result<(), Failure> {
        match self {
            Self::List(options) => list(cx, &options).await,
            Self::Add { name, owner, purpose } => {
                let new = NewService { name: name.clone(), owner, purpose };
                let answer = cx.client()?.send(rows::services::ADD.to([]), &new).await?;
                let id = answer.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
                cx.console.say(&answer, format!("The service account {name} is created, as {id}."))
            }
            Self::Remove { service, sure } => {
                let found = find(cx, &service).await?;
                let mut goes: Vec<_> =
                    found.tokens.iter().map(|token| format!("the token {}", token.id)).collect();
                goes.push(format!("membership of: {}", words::list_or(&found.groups, "no group")));
                if !sure.agree(cx, &format!("the service account {} ({})", found.name, found.id), &goes)? {
                    return Ok(());
                }
                let path = rows::services::REMOVE.to([&found.id.to_string()]);
                let answer = cx.client()?.call(path).await?;
                cx.console.say(&answer, format!("The service account {} is removed.", found.name))
            }
            Self::Token(issue) => issue.run(cx).await,
            Self::RevokeToken { token, sure } => {
                let services: Items<Service> = read(cx.client()?.all(rows::services::LIST.to([])).await?)?;
                let holder =
                    services.items.iter().find(|known| known.tokens.iter().any(|held| held.id == token));
                let holder = holder.ok_or_else(|| {
                    Failure::NotFound(format!(
                        "there is no token {token}; `countersign service list --json` shows them"
                    ))
                })?;
                let goes = [format!("what the service account {} does with it", holder.name)];
                if !sure.agree(cx, &format!("the token {token}"), &goes)? {
                    return Ok(());
                }
                let answer = cx.client()?.call(rows::tokens::REVOKE.to([&token.to_string()])).await?;
                cx.console.say(&answer, format!("The token {token} is revoked."))
            }
        }
    }
}

async fn list(cx: &mut Context, options: &ListOptions) -> Result<(), Failure> {
    let answer = cx.client()?.list(rows::services::LIST.to([]), options).await?;
    let now = cx.now();
    cx.console.show(answer, |console, services: Items<Service>| {
        let rows = services.items.into_iter().map(|service| {
            let live = service.tokens.iter().filter(|token| !token.expired).count();
            let last =
                service.tokens.iter().filter_map(|token| token.last_use.as_ref()).max_by_key(|last| last.at);
            [
                service.name,
                service.purpose,
                service.owner.to_string(),
                format!("{live} of {}", service.tokens.len()),
                span::last_use(last, now),
                words::list_or(&service.groups, "-"),
                service.id.to_string(),
            ]
        });
        let none = "There is no service account. Create one with `countersign service add`.";
        console.table(["SERVICE", "PURPOSE", "OWNER", "LIVE TOKENS", "USED", "GROUPS", "ID"], rows, none)
    })
}

/// Returns the service account with this id or name. Names are unique, so there is one or none.
async fn find(cx: &Context, named: &str) -> Result<Service, Failure> {
    let services: Items<Service> = read(cx.client()?.all(rows::services::LIST.to([])).await?)?;
    let is_it = |service: &Service| service.name == named || service.id.to_string() == named;
    services.items.into_iter().find(is_it).ok_or_else(|| {
        Failure::NotFound(format!(
            "there is no service account {named:?}; `countersign service list` shows them"
        ))
    })
}

impl Issue {
    async fn run(self, cx: &mut Context) -> Result<(), Failure> {
        let service = find(cx, &self.service).await?;
        // The file is made first: a token that was issued and cannot be kept is a token that nobody revokes.
        let file =
            self.out.as_deref().map(|path| Ok::<_, Failure>((path, create_private(path)?))).transpose()?;
        let new = NewToken {
            application: self.application.clone(),
            device: self.device,
            commands: self.commands.clone(),
            expires_in_seconds: self.expires.as_secs(),
        };
        let path = rows::services::ISSUE_TOKEN.to([&service.id.to_string()]);
        let answer = cx.client()?.send(path, &new).await;
        let mut answer = answer.inspect_err(|_| {
            // It is empty and ours.
            let _ = file.as_ref().map(|(path, _)| std::fs::remove_file(path));
        })?;
        let issued: IssuedToken = read(answer.clone())?;
        if let Some((path, mut file)) = file {
            let kept = writeln!(file, "{}", issued.token.reveal()).and_then(|()| file.sync_all());
            kept.map_err(|error| {
                Failure::Failed(format!(
                    "{} cannot be written ({error}): revoke the token with `countersign service revoke-token {}`",
                    path.display(),
                    issued.id
                ))
            })?;
            if let Value::Object(answer) = &mut *answer {
                answer.remove("token");
                answer.insert("file".to_owned(), json!(path));
            }
            return cx.console.say(&answer, format!("The token {} is in {}.", issued.id, path.display()));
        }
        let expires = span::moment(issued.expires_at, cx.now());
        if !cx.console.wants_json() {
            cx.console.remark(format!(
                "This is the token {}. It works until {expires}, and is shown once:",
                issued.id
            ));
        }
        cx.console.say(&answer, issued.token.reveal())
    }
}
