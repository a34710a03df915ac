//! `countersign ask-again`: a recorded decision, evaluated again with changed evidence.

use crate::context::Context;
use crate::exit::Failure;
use crate::words;
use clap::Args;
use countersign_api::{
    AnswerAgain, AskAgain, AskedAgain, AskedPolicies, ChangeableItem, EvidenceChange, rows,
};
use countersign_names::DecisionId;

/// The decision and the changes.
#[derive(Debug, Args)]
#[command(after_help = "Without --with it lists the evidence that can be changed. Nothing changes by it,\n\
                  and nothing is permitted by the answer.\n\n\
                  Examples:\n  countersign ask-again dec_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8\n  \
                  countersign ask-again dec_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 --with device=managed\n  \
                  countersign ask-again dec_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 --policies now")]
pub(crate) struct AskAgainArgs {
    /// The decision's id, from the page of a denial, a problem document, or `countersign decisions`
    decision: DecisionId,
    /// A change of the evidence; repeat it for several
    #[arg(long, value_name = "ITEM=VALUE", value_parser = change)]
    with: Vec<EvidenceChange>,
    /// The policies to evaluate: those of the decision (then), or those in force (now)
    #[arg(long, default_value = "then", value_parser = words::parse::<AskedPolicies>)]
    policies: AskedPolicies,
}

fn change(text: &str) -> Result<EvidenceChange, String> {
    let (item, value) = text.split_once('=').ok_or("write ITEM=VALUE, such as device=absent")?;
    Ok(EvidenceChange { item: item.to_owned(), value: value.to_owned() })
}

impl AskAgainArgs {
    pub(crate) async fn run(self, cx: &mut Context) -> Result<(), Failure> {
        let asked = AskAgain { policies: self.policies, changes: self.with };
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
