//! `countersign openid-client`: programs that sign people in with this installation.

use crate::client::ListOptions;
use crate::console::read;
use crate::context::{Context, Sure};
use crate::exit::Failure;
use crate::private_file::create_private;
use crate::{render, span, words};
use clap::Subcommand;
use countersign_api::{DeclaredOpenIdClient, Items, OpenIdClientDeclaration, OpenIdClientSecret, rows};
use countersign_names::OpenIdClientName;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// What can be done about OpenID clients.
#[derive(Debug, Subcommand)]
pub(crate) enum OpenIdClientVerb {
    /// List the clients
    #[command(after_help = "Examples:\n  countersign openid-client list")]
    List(ListOptions),
    /// Show one client
    #[command(after_help = "Examples:\n  countersign openid-client show wiki-web")]
    Show {
        /// Its name
        client: OpenIdClientName,
    },
    /// Declare a client from its file, or replace its declaration
    #[command(
        after_help = "Examples:\n  countersign openid-client declare --file wiki-web.toml\n\ndocs/openid-provider.md shows the file."
    )]
    Declare {
        /// The client file (TOML)
        #[arg(long, value_name = "FILE")]
        file: PathBuf,
    },
    /// Issue a secret to a client; it is written to a file that only you can read, or shown once
    #[command(
        after_help = "Examples:\n  countersign openid-client secret wiki-web --out wiki-web.secret\n\nThe earlier secret no longer works."
    )]
    Secret {
        /// Its name
        client: OpenIdClientName,
        /// Write the secret to this new file (mode 0600) instead of showing it
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Withdraw a client: nobody is signed in for it any more, and its tokens are not refreshed
    #[command(after_help = "Examples:\n  countersign openid-client withdraw wiki-web --yes")]
    Withdraw {
        /// Its name
        client: OpenIdClientName,
        #[command(flatten)]
        sure: Sure,
    },
}

impl OpenIdClientVerb {
    pub(crate) async fn run(self, cx: &mut Context) -> Result<(), Failure> {
        match self {
            Self::List(options) => list(cx, &options).await,
            Self::Show { client } => show(cx, &client).await,
            Self::Declare { file } => declare(cx, &file).await,
            Self::Secret { client, out } => secret(cx, &client, out.as_deref()).await,
            Self::Withdraw { client, sure } => {
                cx.client()?.call(rows::openid_clients::SHOW.to([client.as_str()])).await?;
                let goes = ["the refreshing of its tokens".to_owned()];
                if !sure.agree(cx, &format!("the OpenID client {client}"), &goes)? {
                    return Ok(());
                }
                let answer = cx.client()?.call(rows::openid_clients::WITHDRAW.to([client.as_str()])).await?;
                cx.console.say(&answer, format!("The OpenID client {client} is withdrawn."))
            }
        }
    }
}

async fn declare(cx: &mut Context, file: &Path) -> Result<(), Failure> {
    let text = std::fs::read_to_string(file).map_err(|error| Failure::unreadable(file, &error))?;
    let (name, declaration) = OpenIdClientDeclaration::from_toml(&file.display().to_string(), &text)
        .map_err(|error| Failure::Underlined(render::diagnostic(&error)))?;
    let answer = cx.client()?.send(rows::openid_clients::DECLARE.to([name.as_str()]), &declaration).await?;
    let declared: DeclaredOpenIdClient = read(answer.clone())?;
    let next = if declared.declaration.public || declared.secret_issued_at.is_some() {
        String::new()
    } else {
        format!(" Issue its secret with `countersign openid-client secret {name}`.")
    };
    let told = format!(
        "The OpenID client {name} is declared. Its client id is {}, and its issuer is {}.{next}",
        declared.client_id, declared.issuer
    );
    cx.console.say(&answer, told)
}

async fn secret(cx: &mut Context, client: &OpenIdClientName, out: Option<&Path>) -> Result<(), Failure> {
    // The file is made first: a secret that was issued and cannot be kept has replaced the one before.
    let file = out.map(|path| Ok::<_, Failure>((path, create_private(path)?))).transpose()?;
    let answer = cx.client()?.call(rows::openid_clients::ISSUE_SECRET.to([client.as_str()])).await;
    let mut answer = answer.inspect_err(|_| {
        // It is empty and ours.
        let _ = file.as_ref().map(|(path, _)| std::fs::remove_file(path));
    })?;
    let issued: OpenIdClientSecret = read(answer.clone())?;
    let Some((path, mut file)) = file else {
        if !cx.console.wants_json() {
            cx.console.remark(format!("This is the secret of {}. It is shown once:", issued.client_id));
        }
        return cx.console.say(&answer, issued.secret.reveal());
    };
    let kept = writeln!(file, "{}", issued.secret.reveal()).and_then(|()| file.sync_all());
    kept.map_err(|error| {
        let shown = path.display();
        Failure::Failed(format!("{shown} cannot be written ({error}): issue another secret"))
    })?;
    if let Value::Object(answer) = &mut *answer {
        answer.remove("secret");
        answer.insert("file".to_owned(), json!(path));
    }
    cx.console.say(&answer, format!("The secret of {} is in {}.", issued.client_id, path.display()))
}

async fn list(cx: &mut Context, options: &ListOptions) -> Result<(), Failure> {
    let answer = cx.client()?.list(rows::openid_clients::LIST.to([]), options).await?;
    cx.console.show(answer, |console, clients: Items<DeclaredOpenIdClient>| {
        let rows = clients.items.into_iter().map(|client| {
            let kind = kind(&client);
            let uris: Vec<_> = client.declaration.redirect_uris.into_iter().collect();
            let application = client.declaration.application.to_string();
            [client.name.to_string(), application, kind.to_owned(), words::list_or(&uris, "none")]
        });
        let none = "There is no OpenID client. Declare one with `countersign openid-client declare`.";
        console.table(["CLIENT", "APPLICATION", "SECRET", "REDIRECT URIS"], rows, none)
    })
}

fn kind(client: &DeclaredOpenIdClient) -> &'static str {
    match (client.declaration.public, client.secret_issued_at) {
        (true, _) => "public",
        (false, Some(_)) => "issued",
        (false, None) => "not issued yet",
    }
}

async fn show(cx: &mut Context, client: &OpenIdClientName) -> Result<(), Failure> {
    let answer = cx.client()?.call(rows::openid_clients::SHOW.to([client.as_str()])).await?;
    let now = cx.now();
    cx.console.show(answer, |console, client: DeclaredOpenIdClient| {
        let all = |set: &BTreeSet<String>| words::list_or(&set.iter().cloned().collect::<Vec<_>>(), "none");
        let about = &client.declaration;
        let secret = match client.secret_issued_at {
            Some(at) => format!("issued {}", span::moment(at, now)),
            None => kind(&client).to_owned(),
        };
        console.facts([
            ("Client", client.name.to_string()),
            ("Client id", client.client_id.clone()),
            ("Issuer", client.issuer.clone()),
            ("Application", about.application.to_string()),
            ("Secret", secret),
            ("Redirect URIs", all(&about.redirect_uris)),
            ("After sign-out", all(&about.post_logout_redirect_uris)),
            ("Logout URI", about.backchannel_logout_uri.clone().unwrap_or_else(|| "none".to_owned())),
            ("Declared", span::moment(client.declared_at, now)),
        ])
    })
}
