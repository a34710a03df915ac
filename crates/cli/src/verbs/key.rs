//! `countersign key`: the keys that sign assertions to applications.

use crate::console::read;
use crate::context::{Context, Sure};
use crate::exit::Failure;
use crate::{span, words};
use clap::Subcommand;
use countersign_api::{AssertionKey, Items, KeyState, rows};
use serde_json::{Value, json};

/// Commands about keys.
#[derive(Debug, Subcommand)]
pub(crate) enum KeyVerb {
    /// List the keys: which sign, and which are still believed
    #[command(after_help = "Examples:\n  countersign key list")]
    List,
    /// Have a key replaced: its gate makes another at once, and what was signed is believed until it has expired
    #[command(
        after_help = "Examples:\n  countersign key rotate\n  countersign key rotate NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
    )]
    Rotate {
        /// The key's id; without it, every key that signs
        #[arg(value_name = "ID", allow_hyphen_values = true)]
        key: Option<String>,
    },
    /// Retire a key, for example one that leaked: its assertions are invalid. First rotate the only key that signs
    #[command(
        after_help = "Examples:\n  countersign key retire NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs --yes"
    )]
    Retire {
        /// The key's id
        #[arg(value_name = "ID", allow_hyphen_values = true)]
        key: String,
        #[command(flatten)]
        sure: Sure,
    },
}

impl KeyVerb {
    pub(crate) async fn run(self, cx: &mut Context) -> Result<(), Failure> {
        match self {
            Self::List => list(cx).await,
            Self::Rotate { key } => rotate(cx, key).await,
            Self::Retire { key, sure } => {
                let goes = ["every assertion that it signed, up to a minute old".to_owned()];
                if !sure.agree(cx, &format!("the key {key}"), &goes)? {
                    return Ok(());
                }
                let answer = cx.client()?.call(rows::keys::RETIRE.to([&key])).await?;
                cx.console.say(&answer, format!("The key {key} is retired, and never valid again."))
            }
        }
    }
}

async fn list(cx: &mut Context) -> Result<(), Failure> {
    let answer = cx.client()?.all(rows::keys::LIST.to([])).await?;
    let now = cx.now();
    cx.console.show(answer, |console, keys: Items<AssertionKey>| {
        let rows = keys.items.into_iter().map(|key| {
            let state = match (key.state, key.believed_until) {
                (KeyState::Leaving, Some(until)) => format!("valid until {}", span::moment(until, now)),
                (state, _) => words::of(&state),
            };
            [key.id, state, span::relative(key.published_at, now)]
        });
        console.table(
            ["ID", "STATE", "PUBLISHED"],
            rows,
            "There is no key yet: a gate makes its own when it starts.",
        )
    })
}

async fn rotate(cx: &mut Context, key: Option<String>) -> Result<(), Failure> {
    let client = cx.client()?;
    let keys = match key {
        Some(key) => vec![key],
        None => {
            let all: Items<AssertionKey> = read(client.all(rows::keys::LIST.to([])).await?)?;
            all.items.into_iter().filter(|key| key.state == KeyState::Signs).map(|key| key.id).collect()
        }
    };
    if keys.is_empty() {
        return Err(Failure::NotFound(
            "no key signs at present; `countersign key list` shows them".to_owned(),
        ));
    }
    let mut rotated: Vec<Value> = Vec::new();
    for key in &keys {
        rotated.push(client.call(rows::keys::ROTATE.to([key])).await?.into_json());
    }
    if cx.console.wants_json() {
        return cx.console.json(&json!({ "items": rotated }));
    }
    keys.iter().try_for_each(|key| cx.console.line(format!("The key {key} is rotated.")))?;
    cx.console.line("Its gate creates another at once, which `countersign key list` shows.")
}
