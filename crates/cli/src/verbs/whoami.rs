//! `countersign whoami`: who asks, and what the policies would answer now.

use crate::context::Context;
use crate::exit::Failure;
use crate::words;
use countersign_api::{CallerReport, rows};

pub(crate) async fn run(cx: &mut Context) -> Result<(), Failure> {
    let answer = cx.client()?.call(rows::me::SHOW.to([])).await?;
    cx.console.show(answer, |console, caller: CallerReport| {
        console.facts([
            ("Caller", words::of(&caller.kind)),
            ("Name", caller.name),
            ("Id", caller.id.unwrap_or_default()),
            ("Address", caller.email.unwrap_or_default()),
        ])?;
        let rows = caller.permissions.into_iter().map(|permission| {
            let texts: Vec<String> = permission.remedies.into_iter().map(|remedy| remedy.text).collect();
            let answer = if permission.allowed { "allowed" } else { "refused" };
            [permission.resource, permission.action.to_string(), answer.to_owned(), texts.join(" ")]
        });
        console.table(
            ["RESOURCE", "ACTION", "ANSWER", "WHAT WOULD OPEN IT"],
            rows,
            "Nothing is decided about you here.",
        )
    })
}
