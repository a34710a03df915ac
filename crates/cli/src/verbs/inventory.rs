//! `countersign inventory`: what the sources of identities say, imported from files and looked at.

mod exports;
mod formats;
mod import;
mod input;
pub(super) mod live;
mod pages;

pub(crate) use import::percent;

use crate::client::ListOptions;
use crate::console::{Console, read};
use crate::context::Context;
use crate::exit::Failure;
use crate::{span, words};
use clap::Subcommand;
use countersign_api::rows::inventory::{NodeEdges, NodeFilter, NodePlace};
use countersign_api::{
    InventoryEdge, InventoryKind, InventoryNode, Items, KnownNode, NodeEnd, SearchText, rows,
};
use countersign_names::{SourceName, Timestamp};
use import::Import;
use serde_json::{Value, json};

/// Number of edges of each end that are shown by default.
const USUAL_EDGES: u32 = 50;

/// Commands about the inventory.
#[derive(Debug, Subcommand)]
pub(crate) enum InventoryVerb {
    /// Import what a source says, from files or by reading it: previews what changes, then applies it
    #[command(after_help = "Examples:\n  countersign inventory import people --file people.ldif\n  \
                            countersign inventory import cloud --file account.json --format aws-iam --dry-run\n  \
                            countersign inventory import people --file people.ldif --max-gone 30% --yes\n  \
                            countersign inventory import people --ldap ldaps://dc1.example.org --base DC=example,DC=org \\\n    \
                            --bind-dn reader@example.org --password-file reader.password --dry-run\n\n\
                            Everything is read on this machine. Passwords and other secrets in it are never sent.")]
    Import(Import),
    /// List people, accounts, groups, roles, resources and credentials
    #[command(after_help = "Examples:\n  countersign inventory list --kind group --limit 50\n  \
                      countersign inventory list --source people --search ada")]
    List {
        /// Only those of this source
        #[arg(long)]
        source: Option<SourceName>,
        /// Only those of this kind
        #[arg(long, value_parser = words::one_of::<InventoryKind>(&["person", "account", "group", "role", "resource", "credential"]))]
        kind: Option<InventoryKind>,
        /// Only those whose name or key contains this text
        #[arg(long, value_name = "TEXT")]
        search: Option<String>,
        #[command(flatten)]
        options: ListOptions,
    },
    /// Show one of them: what its source says, and its relations both ways
    #[command(
        after_help = "Examples:\n  countersign inventory show people uid=ada,ou=people,dc=example,dc=org"
    )]
    Show {
        /// Its source
        source: SourceName,
        /// Its key in the source
        key: String,
        /// Maximum number of relations of each direction
        #[arg(long, value_name = "NUMBER", default_value_t = USUAL_EDGES, value_parser = clap::value_parser!(u32).range(1..))]
        edges: u32,
    },
}

impl InventoryVerb {
    pub(crate) async fn run(self, cx: &mut Context) -> Result<(), Failure> {
        match self {
            Self::Import(import) => import.run(cx).await,
            Self::List { source, kind, search, options } => {
                let filter = NodeFilter { source, kind, q: search.map(SearchText) };
                let answer = cx.client()?.list(rows::inventory::LIST.ask([], &filter), &options).await?;
                cx.console.show(answer, |console, nodes: Items<InventoryNode>| {
                    let rows = nodes
                        .items
                        .into_iter()
                        .map(|node| [node.name, words::of(&node.kind), node.source.to_string(), node.key]);
                    let none =
                        "There is nothing of the kind. Import something with `countersign inventory import`.";
                    console.table(["NAME", "KIND", "SOURCE", "KEY"], rows, none)
                })
            }
            Self::Show { source, key, edges } => show(cx, source, key, edges).await,
        }
    }
}

async fn show(cx: &mut Context, source: SourceName, key: String, most: u32) -> Result<(), Failure> {
    let (client, now) = (cx.client()?, cx.now());
    let place = NodePlace { source: source.clone(), key: key.clone() };
    let node = client.call(rows::inventory::SHOW.ask([], &place)).await?;
    let options = ListOptions::at_most(most);
    let edges = async |end| {
        let asked = NodeEdges { source: source.clone(), key: key.clone(), end };
        client.list(rows::inventory::EDGES.ask([], &asked), &options).await
    };
    let (from, to) = (edges(NodeEnd::From).await?, edges(NodeEnd::To).await?);
    if cx.console.wants_json() {
        let (node, from, to): (&Value, &Value, &Value) = (&node, &from, &to);
        return cx.console.json(&json!({ "node": node, "from": from, "to": to }));
    }
    let (from, to): (Items<InventoryEdge>, Items<InventoryEdge>) = (read(from)?, read(to)?);
    show_node(&mut cx.console, &read(node)?, now)?;
    show_edges(&mut cx.console, "Relations that it has", from, NodeEnd::From)?;
    show_edges(&mut cx.console, "Relations that lead to it", to, NodeEnd::To)
}

fn show_node(console: &mut Console, known: &KnownNode, now: Timestamp) -> Result<(), Failure> {
    let node = &known.node;
    console.facts([
        ("name", node.name.clone()),
        ("kind", words::of(&node.kind)),
        ("key", node.key.clone()),
        ("source", format!("{} ({})", node.source, known.source_title)),
        ("imported", format!("{}, import {}", span::moment(known.imported_at, now), known.import)),
        (
            "says so since",
            match known.since {
                Some(since) => format!("{}, import {}", span::moment(since, now), known.since_import),
                None => format!("import {}", known.since_import),
            },
        ),
    ])?;
    let attributes = serde_json::to_value(&node.attributes).unwrap_or_default();
    for (name, value) in attributes.as_object().into_iter().flatten() {
        console.facts([(name.replace('_', " ").as_str(), shown(value))])?;
    }
    Ok(())
}

fn show_edges(
    console: &mut Console,
    heading: &str,
    edges: Items<InventoryEdge>,
    end: NodeEnd,
) -> Result<(), Failure> {
    console.line("")?;
    console.line(format!("{heading}:"))?;
    let rest = edges.next.is_some();
    let rows = edges.items.into_iter().map(|edge| {
        let other = if end == NodeEnd::From { edge.to } else { edge.from };
        let attributes = &edge.attributes;
        let mut details = vec![words::list(&attributes.rights)];
        details.extend(attributes.level.map(|level| format!("({})", words::of(&level))));
        details.extend(attributes.conditional.then(|| "under conditions".to_owned()));
        details.extend(attributes.granted_by.as_ref().map(|place| format!("by {place}")));
        [
            words::of(&edge.relation),
            edge.other_name.unwrap_or_else(|| other.clone()),
            edge.other_kind.map(|kind| words::of(&kind)).unwrap_or_default(),
            details.join(" ").trim().to_owned(),
            other,
        ]
    });
    console.table(["RELATION", "NAME", "KIND", "DETAILS", "KEY"], rows, "  none")?;
    if rest { console.line("There are more: --edges NUMBER shows them.") } else { Ok(()) }
}

/// Returns an attribute for people.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(shown).collect::<Vec<_>>().join(", "),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        other => other.to_string(),
    }
}
