//! Identities and accounts for people.

use crate::console::Console;
use crate::exit::Failure;
use crate::{span, words};
use countersign_api::{
    CorrelatedAccount, CorrelationState, IdentityAttribute, Items, KnownInventoryIdentity, LinkGround,
    RuleEvidence,
};
use countersign_names::Timestamp;

/// Shows everything about an identity.
pub(super) fn show(console: &mut Console, known: &KnownInventoryIdentity) -> Result<(), Failure> {
    let identity = &known.identity;
    let lacks = identity.lacks.iter().map(words::of).collect::<Vec<_>>();
    console.facts([
        ("name", identity.name.clone()),
        ("kind", words::of(&identity.kind)),
        ("known by", format!("{} {}", identity.source, identity.key)),
        ("record", if identity.recorded { "" } else { "none: only accounts describe it" }.to_owned()),
        ("owner", identity.owner.clone().unwrap_or_default()),
        ("purpose", identity.purpose.clone().unwrap_or_default()),
        ("lacks", lacks.join(", ")),
    ])?;
    heading(console, "Values")?;
    let value = |value: &IdentityAttribute| {
        [value.attribute.replace('_', " "), value.value.clone(), value.source.to_string(), value.key.clone()]
    };
    console.table(["ATTRIBUTE", "VALUE", "SOURCE", "KEY"], known.attributes.iter().map(value), "  none")?;
    if !known.contradicting.is_empty() {
        heading(console, "Contradictions")?;
        let values = known.contradicting.iter().flat_map(|contradiction| &contradiction.values);
        console.table(["ATTRIBUTE", "VALUE", "SOURCE", "KEY"], values.map(value), "")?;
    }
    if !known.records.is_empty() {
        heading(console, "Records")?;
        let rows = known.records.iter();
        let rows = rows.map(|record| [record.name.clone(), record.source.to_string(), record.key.clone()]);
        console.table(["NAME", "SOURCE", "KEY"], rows, "")?;
    }
    heading(console, "Accounts")?;
    let rows = known.linked.iter().map(|account| {
        [account.name.clone(), because(account), account.source.to_string(), account.key.clone()]
    });
    console.table(["NAME", "BECAUSE", "SOURCE", "KEY"], rows, "  none")?;
    if !known.in_question.is_empty() {
        heading(console, "Accounts in question")?;
        for account in &known.in_question {
            waiting(console, account)?;
        }
    }
    Ok(())
}

/// Shows accounts with their candidates.
pub(super) fn queue(console: &mut Console, accounts: &Items<CorrelatedAccount>) -> Result<(), Failure> {
    if accounts.items.is_empty() {
        return console.line("There is no such account.");
    }
    accounts.items.iter().try_for_each(|account| waiting(console, account))
}

fn waiting(console: &mut Console, account: &CorrelatedAccount) -> Result<(), Failure> {
    console.line(format!(
        "{} ({} {}): {}",
        account.name,
        account.source,
        account.key,
        match &account.identity {
            Some(identity) => format!("{}, of {} {}", because(account), identity.source, identity.key),
            None => words::of(&account.state),
        }
    ))?;
    evidence(console, &account.evidence)?;
    for candidate in &account.candidates {
        let points = points(candidate.total);
        console.line(format!("  {points}  {} ({} {})", candidate.name, candidate.source, candidate.key))?;
        evidence(console, &candidate.evidence)?;
    }
    Ok(())
}

fn evidence(console: &mut Console, evidence: &[RuleEvidence]) -> Result<(), Failure> {
    for rule in evidence {
        console.line(format!("      {:>6}  {}", points(rule.points), rule.rule))?;
        for pair in &rule.compared {
            let comparison = pair.comparison.replace('_', " ");
            console.line(format!(
                "              {comparison}: {} | {} ({} {})",
                pair.account, pair.identity, pair.source, pair.key
            ))?;
        }
    }
    Ok(())
}

/// Returns why an account belongs to its identity.
fn because(account: &CorrelatedAccount) -> String {
    match (account.ground, account.decision) {
        (Some(LinkGround::Itself), _) => "known by it".to_owned(),
        (Some(LinkGround::Decision), Some(decision)) => format!("decided: {decision}"),
        (Some(LinkGround::Decision), None) => "decided".to_owned(),
        (Some(LinkGround::Rules), _) => {
            let rules: Vec<&str> = account.evidence.iter().map(|rule| rule.rule.as_str()).collect();
            rules.join(", ")
        }
        (None, _) => words::of(&account.state),
    }
}

/// Returns thousandths as a number with two digits.
fn points(thousandths: i64) -> String {
    let hundredths = thousandths.abs() / 10;
    let sign = if thousandths < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", hundredths / 100, hundredths % 100)
}

/// Shows where correlation stands.
pub(super) fn state(console: &mut Console, state: &CorrelationState, now: Timestamp) -> Result<(), Failure> {
    let last = state.last.as_ref();
    let number = |count: Option<u64>| count.map(|count| count.to_string()).unwrap_or_default();
    let standing = match (state.current, state.running || state.requested) {
        (true, _) => "current",
        (false, true) => "running",
        (false, false) => "not current; it runs within a minute",
    };
    console.facts([
        ("state", standing.to_owned()),
        ("failed", state.failure.clone().unwrap_or_default()),
        ("correlated", last.map_or_else(|| "never".to_owned(), |last| span::moment(last.ended_at, now))),
        ("records", number(last.map(|last| last.nodes))),
        ("people", number(last.map(|last| last.people))),
        ("no people", number(last.map(|last| last.others))),
        ("linked", number(last.map(|last| last.linked))),
        ("proposed", number(last.map(|last| last.proposed))),
        ("disputed", number(last.map(|last| last.disputed))),
        ("orphans", number(last.map(|last| last.orphans))),
    ])
}

fn heading(console: &mut Console, text: &str) -> Result<(), Failure> {
    console.line("")?;
    console.line(format!("{text}:"))
}
