//! `countersign decisions` and `why`: recorded decisions, and their reasons.

use crate::client::{Client, ServerAnswer};
use crate::console::{Console, read};
use crate::context::Context;
use crate::exit::Failure;
use crate::{span, words};
use clap::Args;
use countersign_api::rows::decisions::DecisionFilter;
use countersign_api::{
    Decision, DecisionEffect, Decisions, EndpointRequest, Explained, ItemLimit, NoBody, PersonRef, rows,
};
use countersign_names::{Action, ApplicationName, DecisionId, DeviceId, Timestamp};
use serde_json::Value;
use std::collections::HashSet;
use std::time::Duration;

/// Pause between two requests.
const PAUSE: Duration = Duration::from_secs(1);
/// The largest page of the server.
const PAGE: u32 = 10_000;

/// A selection of decisions.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  countersign decisions --since 1h --app wiki --effect deny\n  \
                        countersign decisions --person ada@example.org --limit 20 --json\n  \
                        countersign decisions --follow")]
pub(crate) struct ListDecisionsArgs {
    /// Only decisions since then: a duration before now (1h), or a moment (RFC 3339)
    #[arg(long, value_name = "SPAN", value_parser = span::parse_since)]
    since: Option<span::Since>,
    /// Only decisions before then: a duration before now, or a moment
    #[arg(long, value_name = "SPAN", value_parser = span::parse_since, conflicts_with = "follow")]
    until: Option<span::Since>,
    /// Only decisions about this application
    #[arg(long, value_name = "APP", alias = "application")]
    app: Option<ApplicationName>,
    /// Only decisions about this person: an id, mail address or alias
    #[arg(long)]
    person: Option<String>,
    /// Only decisions with this outcome: allow or deny
    #[arg(long, value_parser = words::one_of::<DecisionEffect>(&["allow", "deny"]))]
    effect: Option<DecisionEffect>,
    /// Only decisions about this action: read, write, download, connect or administer
    #[arg(long)]
    action: Option<Action>,
    /// Only decisions about this device
    #[arg(long)]
    device: Option<DeviceId>,
    /// Maximum number of decisions, the newest first; more than 10,000 are fetched page by page
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
    limit: u32,
    /// Continue with new decisions until interrupted (with --json, one per line)
    #[arg(long)]
    follow: bool,
}

/// The decision to explain.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  countersign why dec_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8")]
pub(crate) struct WhyArgs {
    /// The decision's id, from the page of a denial, a problem document, or `countersign decisions`
    decision: DecisionId,
}

impl WhyArgs {
    pub(crate) async fn run(self, cx: &mut Context) -> Result<(), Failure> {
        let answer = cx.client()?.call(rows::decisions::WHY.to([&self.decision.to_string()])).await?;
        cx.console.show(answer, |console, explained: Explained| {
            explained.explanation.text.lines().try_for_each(|line| console.line(line))
        })
    }
}

impl ListDecisionsArgs {
    pub(crate) async fn run(self, cx: &mut Context) -> Result<(), Failure> {
        let client = cx.client()?;
        if self.follow {
            return self.go_on(cx, &client).await;
        }
        let now = cx.now();
        let answer = self.pages(&client, now).await?;
        cx.console.show(answer, |console, decisions: Decisions| {
            let shown = decisions.items.len();
            let rows = decisions.items.into_iter().map(|decision| row(decision, now));
            console.table(
                ["WHEN", "EFFECT", "WHO", "ACTION", "RESOURCE", "ITEM", "BECAUSE", "ID"],
                rows,
                "No such decision was recorded.",
            )?;
            decisions.incomplete.iter().for_each(|gap| console.remark(format!("warning: incomplete: {gap}")));
            if decisions.more {
                console.remark(cut(shown));
            }
            Ok(())
        })
    }

    /// Fetches as many decisions as `--limit` says, and joins the pages to one.
    async fn pages(&self, client: &Client, now: Timestamp) -> Result<ServerAnswer<Decisions>, Failure> {
        let since = self.since.map(|since| since.moment(now));
        let mut whole = client.call(self.request(since, self.limit.min(PAGE), None, now)).await?;
        loop {
            let held = whole.get("items").and_then(Value::as_array).map_or(0, Vec::len);
            let left = self.limit.saturating_sub(u32::try_from(held).unwrap_or(u32::MAX));
            let Some(next) = whole.get("next").and_then(Value::as_str).filter(|_| left > 0) else {
                return Ok(whole);
            };
            let request = self.request(since, left.min(PAGE), Some(next.to_owned()), now);
            append(&mut whole, client.call(request).await?.into_json());
        }
    }

    fn request(
        &self,
        since: Option<Timestamp>,
        limit: u32,
        cursor: Option<String>,
        now: Timestamp,
    ) -> EndpointRequest<NoBody, Decisions> {
        let wanted = DecisionFilter {
            since,
            until: self.until.map(|until| until.moment(now)),
            application: self.app.clone(),
            person: self.person.clone().map(PersonRef),
            principal: None,
            effect: self.effect,
            action: self.action,
            device: self.device,
            limit: Some(ItemLimit(limit)),
            cursor,
        };
        rows::decisions::LIST.ask([], &wanted)
    }

    /// Requests new decisions repeatedly. Records of one moment may become visible in any order, so each request begins
    /// a little before the newest seen decision, and this remembers the shown ones.
    async fn go_on(&self, cx: &mut Context, client: &Client) -> Result<(), Failure> {
        let overlap = Duration::from_secs(10);
        let mut shown: HashSet<DecisionId> = HashSet::new();
        let mut since = self.since.map(|since| since.moment(cx.now()));
        let mut limit = self.limit;
        loop {
            let now = cx.now();
            let answer = client.call(self.request(since, limit.min(PAGE), None, now)).await?;
            let raw = answer.get("items").and_then(Value::as_array).cloned().unwrap_or_default();
            let decisions: Decisions = read(answer)?;
            if decisions.more && limit >= PAGE {
                cx.console
                    .remark(format!("warning: more than {PAGE} decisions came at once; some are not shown"));
            }
            let newest = decisions.items.iter().map(|decision| decision.at).max();
            for (decision, raw) in decisions.items.into_iter().zip(raw).rev() {
                if shown.insert(decision.id) {
                    print(&mut cx.console, decision, &raw)?;
                }
            }
            let begin = newest.or(since).unwrap_or(now);
            since = Some(span::Since::Ago(overlap).moment(begin)).max(since);
            limit = PAGE;
            tokio::time::sleep(PAUSE).await;
        }
    }
}

/// Appends the next page: its decisions and what it could not read; its cursor replaces the earlier one.
fn append(whole: &mut Value, page: Value) {
    let (Value::Object(whole), Value::Object(page)) = (whole, page) else { return };
    whole.remove("next");
    for (field, value) in page {
        match (whole.get_mut(&field).and_then(Value::as_array_mut), value) {
            (Some(held), Value::Array(more)) => {
                // Both pages may name the same file that could not be read.
                let new: Vec<Value> =
                    more.into_iter().filter(|item| field == "items" || !held.contains(item)).collect();
                held.extend(new);
            }
            (_, value) => drop(whole.insert(field, value)),
        }
    }
}

/// Returns the remark below a list that the limit cut.
fn cut(shown: usize) -> String {
    format!(
        "The newest {shown} are shown, and there are more: narrow the list with --since, --app, --person or --effect, or raise --limit."
    )
}

fn print(console: &mut Console, decision: Decision, raw: &Value) -> Result<(), Failure> {
    if console.wants_json() {
        return console.json_line(raw);
    }
    let time = decision.at.to_string();
    let [_, effect, who, action, resource, item, because, id] = row(decision, Timestamp::MAX);
    let time = time.get(11..19).unwrap_or_default();
    console.line(format!("{time}  {effect:<5}  {who}  {action}  {resource}  {item}  {because}  {id}"))
}

fn row(decision: Decision, now: Timestamp) -> [String; 8] {
    let effect = if decision.enforced { decision.effect } else { format!("{} (observed)", decision.effect) };
    [
        span::relative(decision.at, now),
        effect,
        decision.principal_name.unwrap_or_else(|| decision.principal.to_string()),
        decision.action.to_string(),
        decision.resource.to_string(),
        format!("{} {}", decision.operation, decision.item),
        words::list_or(&decision.reasons, "no policy permits it"),
        decision.id.to_string(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn pages_become_one_list() {
        let mut whole = json!({ "items": [1, 2], "more": true, "next": "c1", "incomplete": ["a: lost"] });
        append(
            &mut whole,
            json!({ "items": [2, 3], "more": true, "next": "c2", "incomplete": ["a: lost", "b: lost"] }),
        );
        append(&mut whole, json!({ "items": [4], "more": false }));
        let expected =
            json!({ "items": [1, 2, 2, 3, 4], "more": false, "incomplete": ["a: lost", "b: lost"] });
        assert_eq!(whole, expected);
    }

    #[test]
    fn what_is_observed_is_not_shown_as_refused() {
        let decision: Decision = serde_json::from_value(json!({
            "id": "dec_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8", "at": "2026-11-22T09:00:00Z", "gate": "http",
            "principal": "anonymous", "application": "wiki", "resource": "wiki/pages", "action": "read",
            "operation": "GET", "item": "/", "effect": "deny", "enforced": false, "cause": "first", "world": 7,
            "policies": "00", "reasons": [], "shadow": [], "errors": [], "remedies": [], "exceptions": [],
            "sensitivity": "internal", "labelled": true, "risk": "low", "latency_micros": 12,
        }))
        .unwrap();
        let now = "2026-11-22T09:01:00Z".parse().unwrap();
        let [when, effect, who, .., because, _] = row(decision, now);
        assert_eq!(
            [when.as_str(), &effect, &who, &because],
            ["1m ago", "deny (observed)", "anonymous", "no policy permits it"]
        );
    }
}
