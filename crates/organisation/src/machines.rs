//! Service accounts, automations, machines and shared mailboxes, and what people left behind.

use crate::dice::SeededDice;
use crate::people::Human;
use crate::personnel::{DOMAIN, left_behind};
use crate::{CLOUD, CODE, DIRECTORY, HOSTS, NOW, Organisation, TrueOwner, days, guid, tidy_account};
use countersign_sources::{AccountUse, NodeBody};

const TASKS: [&str; 16] = [
    "backup",
    "deploy",
    "build",
    "report",
    "billing",
    "monitor",
    "scanner",
    "sync",
    "mailer",
    "etl",
    "payroll",
    "search",
    "invoice",
    "archive",
    "printer",
    "warehouse",
];

/// Adds `count` identities that are no people, each with an owner and a purpose; and some accounts whose people are gone.
pub(crate) fn plant(organisation: &mut Organisation, dice: &mut SeededDice, count: usize, people: &[Human]) {
    let owners: Vec<&Human> =
        people.iter().filter(|human| human.ends_at.is_none() && !human.without_accounts).collect();
    for number in 0..count {
        let owner = owners.get(dice.below(owners.len())).map(|human| human.login.clone()).unwrap_or_default();
        one(organisation, dice, number, &owner);
    }
    for gone in 0..people.len() / 300 {
        left_behind(organisation, dice, gone);
    }
}

fn one(organisation: &mut Organisation, dice: &mut SeededDice, number: usize, owner: &str) {
    let created = NOW.minus(days(60 + dice.below(1500)));
    let mut account = tidy_account(dice, created);
    let task = dice.pick(&TASKS);
    account.owner = Some(owner.to_owned());
    account.description =
        Some(format!("Runs the {task} of {}", dice.pick(&["finance", "sales", "platform", "support"])));
    let (source, name, key) = match dice.below(10) {
        0..=2 => {
            let login = match dice.below(4) {
                0 => format!("svc_{task}{number}"),
                1 => format!("svc-{task}-{number}"),
                2 => format!("{task}{number}.svc"),
                _ => format!("sa_{task}_{number}"),
            };
            account.used_by = dice.chance(600).then_some(AccountUse::Service);
            (DIRECTORY, login, guid(dice))
        }
        3 | 4 => {
            account.used_by = Some(AccountUse::Machine);
            (DIRECTORY, format!("{}{number:04}$", dice.pick(&["WS", "SRV", "LAP"])), guid(dice))
        }
        5 => {
            // A shared mailbox has the name of a task, and its people have its address among theirs.
            let name = format!("{}{number}", dice.pick(&["info", "sales", "support", "jobs"]));
            account.personal.mails.push(format!("{name}@{DOMAIN}"));
            account.personal.display_name =
                Some(format!("{} mailbox {number}", dice.pick(&["Sales", "Support", "Jobs"])));
            account.used_by = Some(AccountUse::Service);
            (DIRECTORY, name, guid(dice))
        }
        6 | 7 => {
            account.used_by = Some(AccountUse::Service);
            let name = format!("{task}-{}-{number}", dice.pick(&["prod", "staging", "ci"]));
            let key = format!("arn:aws:iam::111122223333:user/{name}");
            (CLOUD, name, key)
        }
        8 => {
            account.used_by = dice.chance(700).then_some(AccountUse::Service);
            (CODE, format!("meridian-{task}-{number}-bot"), (2_000_000_000 + number).to_string())
        }
        _ => {
            account.used_by = Some(AccountUse::Service);
            let login = format!("{task}{number}");
            (HOSTS, login.clone(), format!("host-{:02}/{login}", dice.below(40)))
        }
    };
    organisation.add(source, key, name, NodeBody::Account(account), TrueOwner::NonHuman(number));
}
