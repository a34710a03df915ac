//! `countersign who-can` and `what-can`: who could do what, without a request.

use crate::console::Console;
use crate::context::Context;
use crate::exit::Failure;
use crate::words;
use clap::Args;
use countersign_api::rows::reach::{WhatCanQuestion, WhoCanQuestion};
use countersign_api::{
    ItemLimit, PersonRef, Reach, ReachClass, ReachCounts, ReachNeed, Reachable, ReachableAction, Reacher,
    WhatCan, WhoCan, rows,
};
use countersign_names::{Action, ApplicationName, ResourceName};
use std::net::IpAddr;

/// Maximum number of rows of one answer.
const PAGE: i64 = 100_000;

/// The question of `who-can`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  countersign who-can --resource wiki/pages --action write\n  \
                        countersign who-can --resource payroll/approval --action administer --class now --json\n\n\
                        The answer assumes that everybody signs in now, with their registered devices. docs/reach.md")]
pub(crate) struct WhoCanArgs {
    /// The resource: an application and one of its parts
    #[arg(long, value_name = "APP/PART")]
    resource: ResourceName,
    /// The action: read, write, download, connect or administer
    #[arg(long)]
    action: Action,
    /// Only principals that can now, could with more evidence, or never can
    #[arg(long, value_parser = words::one_of::<ReachClass>(&["now", "with", "never"]))]
    class: Option<ReachClass>,
    /// Maximum number of principals
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=PAGE))]
    limit: u32,
    #[command(flatten)]
    how: AssumedRequest,
}

/// The question of `what-can`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  countersign what-can --person ada@example.org\n  \
                        countersign what-can --person ada@example.org --app wiki --json\n\n\
                        The answer assumes that the person signs in now, with a registered device. docs/reach.md")]
pub(crate) struct WhatCanArgs {
    /// The person: an id, mail address or alias
    #[arg(long)]
    person: String,
    /// Only resources of this application
    #[arg(long, value_name = "APP", alias = "application")]
    app: Option<ApplicationName>,
    /// Maximum number of resources
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..=PAGE))]
    limit: u32,
    #[command(flatten)]
    how: AssumedRequest,
}

/// The attributes of the assumed request.
#[derive(Debug, Args)]
struct AssumedRequest {
    /// The IP address to assume [default: none]
    #[arg(long, value_name = "IP")]
    address: Option<IpAddr>,
    /// The operation to assume, such as an HTTP method or an AuthZEN action [default: GET or POST]
    #[arg(long, value_name = "WORD")]
    operation: Option<String>,
    /// The item to assume, such as a path [default: /]
    #[arg(long)]
    item: Option<String>,
}

impl WhoCanArgs {
    pub(crate) async fn run(self, cx: &mut Context) -> Result<(), Failure> {
        let AssumedRequest { address, operation, item } = self.how;
        let page = |limit: Option<u32>, cursor| {
            let question = WhoCanQuestion {
                resource: self.resource.clone(),
                action: self.action,
                class: self.class,
                limit: limit.map(ItemLimit),
                cursor,
                address,
                operation: operation.clone(),
                item: item.clone(),
            };
            rows::reach::WHO.ask([], &question)
        };
        let answer = cx.client()?.pages(page, Some(self.limit)).await?;
        cx.console.show(answer, |console, found: WhoCan| shown(console, &found))
    }
}

fn shown(console: &mut Console, found: &WhoCan) -> Result<(), Failure> {
    let label = label(&found.sensitivity.to_string(), found.labelled);
    console.line(format!("{} {} ({label})", found.action, found.resource))?;
    if found.anonymous {
        console.line("Anybody can, without signing in.")?;
    }
    for (class, heading) in
        [(ReachClass::Now, "Can now"), (ReachClass::With, "Could, with more"), (ReachClass::Never, "Cannot")]
    {
        console.line("")?;
        console.line(format!("{heading}: {}", counted(found, class)))?;
        let rows: Vec<_> = found.items.iter().filter(|item| item.reach.class == class).collect();
        if !rows.is_empty() {
            table(console, class, &rows)?;
        }
    }
    if found.observed {
        console.remark(format!(
            "warning: {} is in the stage observe: denials are not enforced",
            found.resource.application()
        ));
    }
    depends(console, &found.depends_on);
    if found.more {
        console
            .remark(format!("{} are shown, and there are more: use --class or --limit", found.items.len()));
    }
    Ok(())
}

fn counted(found: &WhoCan, class: ReachClass) -> String {
    let of = |counts: &ReachCounts| match class {
        ReachClass::Now => counts.now,
        ReachClass::With => counts.with,
        ReachClass::Never => counts.never,
    };
    let (people, services) = (of(&found.people), of(&found.services));
    let people = if people == 1 { "1 person".to_owned() } else { format!("{people} people") };
    match services {
        0 => people,
        1 => format!("{people}, 1 service account"),
        _ => format!("{people}, {services} service accounts"),
    }
}

fn table(console: &mut Console, class: ReachClass, rows: &[&Reacher]) -> Result<(), Failure> {
    let who = |row: &Reacher| row.email.clone().unwrap_or_else(|| format!("{} (service)", row.name));
    match class {
        ReachClass::Now => {
            let rows = rows.iter().map(|row| {
                [who(row), through(row), words::list(&row.reach.permitted_by), with_what(&row.reach)]
            });
            console.table(["WHO", "THROUGH", "PERMITTED BY", "WITH"], rows, "")
        }
        ReachClass::With => {
            let rows = rows.iter().map(|row| {
                let (needs, stopped) = (needed(&row.reach.needs), words::list(&row.reach.stopped_by));
                [who(row), needs, stopped, through(row), words::list(&row.reach.permitted_by)]
            });
            console.table(["WHO", "NEEDS TO", "STOPPED BY", "THROUGH", "PERMITTED BY"], rows, "")
        }
        ReachClass::Never => {
            let rows = rows.iter().map(|row| [who(row), words::list(&row.reach.stopped_by)]);
            console.table(["WHO", "STOPPED BY"], rows, "")
        }
    }
}

fn needed(needs: &[ReachNeed]) -> String {
    needs.iter().map(|need| need.text.as_str()).collect::<Vec<_>>().join("; ")
}

fn through(row: &Reacher) -> String {
    let path = |path: &Vec<countersign_names::GroupName>| {
        path.iter().map(ToString::to_string).collect::<Vec<_>>().join(" > ")
    };
    let paths: Vec<_> = row.through.iter().map(path).collect();
    words::list_or(&paths, "-")
}

fn with_what(reach: &Reach) -> String {
    let device = reach.device.iter().map(|id| format!("device {id}"));
    let grant = reach.grant.iter().map(|id| format!("grant {id}"));
    let exceptions = reach.exceptions.iter().map(|id| format!("exception {id}"));
    words::list_or(&device.chain(grant).chain(exceptions).collect::<Vec<_>>(), "-")
}

fn label(sensitivity: &str, labelled: bool) -> String {
    if labelled { sensitivity.to_owned() } else { format!("unlabelled, so {sensitivity}") }
}

/// Prints which assumed attributes policies read, because with others the answer may differ.
fn depends(console: &mut Console, on: &[String]) {
    if !on.is_empty() {
        let on: Vec<_> = on.iter().map(|word| word.replace('_', " ")).collect();
        console.remark(format!("policies also read these attributes of the request: {}", on.join(", ")));
    }
}

impl WhatCanArgs {
    pub(crate) async fn run(self, cx: &mut Context) -> Result<(), Failure> {
        let AssumedRequest { address, operation, item } = self.how;
        let page = |limit: Option<u32>, cursor| {
            let question = WhatCanQuestion {
                person: PersonRef(self.person.clone()),
                application: self.app.clone(),
                limit: limit.map(ItemLimit),
                cursor,
                address,
                operation: operation.clone(),
                item: item.clone(),
            };
            rows::reach::WHAT.ask([], &question)
        };
        let answer = cx.client()?.pages(page, Some(self.limit)).await?;
        cx.console.show(answer, |console, found: WhatCan| {
            console.line(format!("{} <{}>", found.name, found.email))?;
            if found.suspended {
                console.line("They are suspended, and can do nothing.")?;
            }
            console.line("")?;
            let rows = found.items.iter().map(row);
            console.table(
                ["RESOURCE", "LABEL", "CAN NOW", "COULD, WITH MORE", "CANNOT"],
                rows,
                "There is no application.",
            )?;
            let observed = found.items.iter().filter(|item| item.observed).map(|item| &item.application);
            let observed: std::collections::BTreeSet<_> = observed.collect();
            for application in observed {
                console.remark(format!(
                    "warning: {application} is in the stage observe: denials are not enforced"
                ));
            }
            let on = found.items.iter().flat_map(|item| &item.actions).flat_map(|action| &action.depends_on);
            let on: std::collections::BTreeSet<_> = on.cloned().collect();
            depends(console, &on.into_iter().collect::<Vec<_>>());
            if found.more {
                console.remark("there are more resources: use --app or --limit");
            }
            Ok(())
        })
    }
}

fn row(item: &Reachable) -> [String; 5] {
    let of = |class: ReachClass| -> Vec<&ReachableAction> {
        item.actions.iter().filter(|action| action.reach.class == class).collect()
    };
    let plain = |class: ReachClass| {
        let actions: Vec<_> = of(class).into_iter().map(|action| action.action).collect();
        words::list_or(&actions, "-")
    };
    // Most actions need the same, which is then said once.
    let mut with: Vec<(String, Vec<Action>)> = Vec::new();
    for action in of(ReachClass::With) {
        let needs = needed(&action.reach.needs);
        match with.iter_mut().find(|(known, _)| *known == needs) {
            Some((_, actions)) => actions.push(action.action),
            None => with.push((needs, vec![action.action])),
        }
    }
    let with: Vec<_> =
        with.iter().map(|(needs, actions)| format!("{} ({needs})", words::list(actions))).collect();
    [
        item.resource.to_string(),
        label(&item.sensitivity.to_string(), item.labelled),
        plain(ReachClass::Now),
        words::list_or(&with, "-"),
        plain(ReachClass::Never),
    ]
}
