//! `countersign ask-again`: a recorded decision, evaluated again with changed evidence.

use crate::context::Context;
use crate::exit::Failure;
use crate::words;
use clap::Args;
use countersign_api::{
    AnswerAgain, AskAgain, AskedAgain, AskedPolicies, ChangeableItem, EvidenceChange, SingleChange, rows,
};
use countersign_names::DecisionId;

/// The decision and the changes.
#[derive(Debug, Args)]
#[command(after_help = "Without --with it lists the evidence that can be changed. Nothing changes by it,\n\
                  and nothing is permitted by the answer.\n\n\
                  Examples:\n  countersign ask-again dec_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8\n  \
                  countersign ask-again dec_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 --with device=managed\n  \
                  countersign ask-again dec_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 --policies now\n  \
                  countersign ask-again dec_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 --single-changes")]
pub(crate) struct AskAgainArgs {
    /// The decision's id, from the page of a denial, a problem document, or `countersign decisions`
    decision: DecisionId,
    /// A change of the evidence; repeat it for several
    #[arg(long, value_name = "ITEM=VALUE", value_parser = change)]
    with: Vec<EvidenceChange>,
    /// The policies to evaluate: those of the decision (then), or those in force (now)
    #[arg(long, default_value = "then", value_parser = words::parse::<AskedPolicies>)]
    policies: AskedPolicies,
    /// Also list each single further change that would turn the answer
    #[arg(long)]
    single_changes: bool,
}

fn change(text: &str) -> Result<EvidenceChange, String> {
    let (item, value) = text.split_once('=').ok_or("write ITEM=VALUE, such as device=absent")?;
    Ok(EvidenceChange { item: item.to_owned(), value: value.to_owned() })
}

impl AskAgainArgs {
    pub(crate) async fn run(self, cx: &mut Context) -> Result<(), Failure> {
        let asked =
            AskAgain { policies: self.policies, changes: self.with, single_changes: self.single_changes };
        let request = rows::decisions::AGAIN.to([&self.decision.to_string()]);
        let answer = cx.client()?.send(request, &asked).await?;
        cx.console.show(answer, |console, found: AskedAgain| {
            let is_changed = found.items.iter().any(|item| item.changed);
            let heading = match found.policies {
                AskedPolicies::Then => "As it was recorded",
                AskedPolicies::Now => "With the policies of now",
            };
            answer_lines(heading, &found.unchanged).into_iter().try_for_each(|line| console.line(line))?;
            if is_changed {
                let lines = answer_lines("With the changes", &found.changed);
                lines.into_iter().try_for_each(|line| console.line(line))?;
            }
            console.line("")?;
            let rows = found.items.into_iter().map(row);
            console.table(
                ["ITEM", "RECORDED", "NOW", "READ", "CAN BE"],
                rows,
                "No evidence can be changed.",
            )?;
            if let Some(single) = found.single_changes {
                console.line("")?;
                let (tried, more) = (single.tried, single.more);
                let rows = single.turning.into_iter().map(turning_row);
                let none = "No single change would turn the answer.";
                console.table(["ITEM", "CHANGED TO", "ANSWER", "DETERMINED BY"], rows, none)?;
                console.line(format!("{tried} single changes were tried."))?;
                if more {
                    console.remark("There are more changes than are tried at once.");
                }
            }
            found.notes.iter().for_each(|note| console.remark(note));
            Ok(())
        })
    }
}

fn answer_lines(heading: &str, answer: &AnswerAgain) -> Vec<String> {
    let observed = if answer.enforced { "" } else { " (observed)" };
    let mut lines = vec![format!("{heading}: {}{observed}", answer.effect)];
    lines.extend(answer.determined_by.iter().map(|policy| format!("  - {}: {}", policy.id, policy.reason)));
    lines.extend(answer.remedies.iter().map(|remedy| format!("  - would let it pass: {remedy}")));
    lines.extend(answer.errors.iter().map(|policy| format!("  - could not be evaluated: {policy}")));
    lines
}

fn row(item: ChangeableItem) -> [String; 5] {
    let mut can_be = item.choices;
    can_be.extend(item.most.map(|most| format!("0 to {most}")));
    let value = if item.changed || item.value != item.recorded { item.value } else { "-".to_owned() };
    let read = if item.read { "yes" } else { "-" }.to_owned();
    [item.item, item.recorded, value, read, words::list_or(&can_be, "-")]
}

fn turning_row(change: SingleChange) -> [String; 4] {
    let observed = if change.enforced { "" } else { " (observed)" };
    let policies: Vec<_> = change.determined_by.iter().map(|policy| policy.id.to_string()).collect();
    [
        change.item,
        words::list_or(&change.values, "-"),
        format!("{}{observed}", change.effect),
        words::list_or(&policies, "-"),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_an_item_and_a_value() {
        let change = |text: &str| change(text).map(|change| (change.item, change.value));
        assert_eq!(change("device=absent"), Ok(("device".to_owned(), "absent".to_owned())));
        assert_eq!(change("network=a=b"), Ok(("network".to_owned(), "a=b".to_owned())));
        assert!(change("device").unwrap_err().contains("ITEM=VALUE"));
    }
}
