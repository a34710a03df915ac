//! What directory, cloud, code host and hosts say about a person: each kept by other people, at another time, in another way.

use crate::dice::SeededDice;
use crate::people::{Engagement, Human};
use crate::personnel::{DOMAIN, FORMER_DOMAIN};
use crate::writing::{Letters, compact, full_name, misnumber, mistype};
use crate::{CLOUD, CODE, DIRECTORY, HOSTS, NOW, Organisation, TrueOwner, days, guid, tidy_account};
use countersign_sources::{AccountRecord, AccountUse, NodeBody, SourceKey};

/// Adds the accounts of a person.
pub(crate) fn of(organisation: &mut Organisation, dice: &mut SeededDice, human: &Human) {
    if human.without_accounts {
        return;
    }
    directory(organisation, dice, human);
    let technical = matches!(
        human.department,
        "Engineering" | "Platform" | "Data" | "Security" | "Research" | "Operations"
    );
    if technical && dice.chance(30) {
        second_account(organisation, dice, human);
    }
    if technical && dice.chance(350) {
        cloud(organisation, dice, human);
    }
    if technical && dice.chance(450) {
        code(organisation, dice, human);
    }
    if technical && dice.chance(400) {
        hosts(organisation, dice, human);
    }
}

/// Returns an account of the person, disabled if the person has left.
fn account(dice: &mut SeededDice, human: &Human) -> AccountRecord {
    let start = human.absent.map_or(human.starts_at, |(_, back)| back);
    let created_at = start.plus(days(dice.below(60)));
    let mut account = tidy_account(dice, created_at);
    account.used_by = dice.chance(500).then_some(AccountUse::Person);
    if let Some(end) = human.ends_at {
        account.enabled = Some(false);
        account.last_used_at = Some(end.minus(days(dice.below(5))));
    }
    account
}

/// Returns the names as a source has them that learns of marriages late, or never, and may have the short form.
fn names(dice: &mut SeededDice, human: &Human, late: u64, short: u64) -> (String, String) {
    let family = match &human.former_family {
        Some(former) if dice.chance(late) => former,
        _ => &human.family,
    };
    let given = match &human.called {
        Some(called) if dice.chance(short) => called,
        _ => &human.given,
    };
    (given.clone(), family.clone())
}

fn directory(organisation: &mut Organisation, dice: &mut SeededDice, human: &Human) {
    let mut account = account(dice, human);
    let (given, mut family) = names(dice, human, 250, 300);
    let letters = if dice.chance(400) { Letters::Native } else { Letters::Passport };
    let letters = if dice.chance(100) { Letters::Keyboard } else { letters };
    let given = letters.write(&given);
    family = letters.write(&family);
    if dice.chance(7) {
        family = mistype(dice, &family);
    }
    let personal = &mut account.personal;
    personal.display_name = Some(full_name(dice, &given, &family));
    if dice.chance(850) {
        personal.given_name = Some(given);
        personal.family_name = Some(family);
    }
    let mailed = dice.chance(970);
    if mailed {
        let mail = format!("{}@{DOMAIN}", human.mail);
        personal.mails.push(if dice.chance(100) { mail.to_uppercase() } else { mail });
        if let Some(former) = &human.former_mail {
            personal.mails.push(format!("{former}@{DOMAIN}"));
        }
        if dice.chance(200) {
            personal.mails.push(format!("{}@{FORMER_DOMAIN}", human.mail));
        }
        // People who answer for a shared mailbox have its address among theirs.
        if dice.chance(6) {
            personal.mails.push(format!("{}@{DOMAIN}", dice.pick(&["info", "sales", "support", "jobs"])));
        }
    }
    if human.engagement != Engagement::External && dice.chance(920) {
        let number = human.employee_number.to_string();
        let number = if dice.chance(3) { misnumber(dice, &number) } else { number };
        personal.employee_number = Some(match dice.below(10) {
            0..=5 => number,
            6 | 7 => format!("{number:0>8}"),
            _ => format!("E{number:0>7}"),
        });
    }
    personal.employment = match human.engagement {
        Engagement::Employee => dice.chance(500).then(|| "Employee".to_owned()),
        Engagement::Contractor => dice.chance(800).then(|| "Contractor".to_owned()),
        Engagement::External => Some("External".to_owned()),
    };
    // A transfer takes a while to arrive here.
    personal.department = dice.chance(900).then(|| human.department.to_owned());
    personal.location = dice.chance(700).then(|| human.location.to_owned());
    personal.title = dice.chance(600).then(|| human.title.to_owned());
    account.aliases.push(format!("{}@{DOMAIN}", if mailed { &human.mail } else { &human.login }));
    account.multi_factor = dice.chance(900).then_some(true);
    let key = guid(dice);
    organisation.add(
        DIRECTORY,
        key,
        human.login.clone(),
        NodeBody::Account(account),
        TrueOwner::Human(human.number),
    );
}

/// Adds the account with which an administrator administers.
fn second_account(organisation: &mut Organisation, dice: &mut SeededDice, human: &Human) {
    let mut account = account(dice, human);
    let (given, family) = names(dice, human, 250, 0);
    let name = Letters::Passport.write(&format!("{given} {family}"));
    account.personal.display_name = Some(match dice.below(4) {
        0 => format!("{name} (Admin)"),
        1 => format!("Admin {name}"),
        2 => format!("{name} - privileged"),
        _ => name,
    });
    if dice.chance(300) && human.engagement != Engagement::External {
        account.personal.employee_number = Some(human.employee_number.to_string());
    }
    account.multi_factor = Some(true);
    let login = match dice.below(5) {
        0 | 1 => format!("adm-{}", human.login),
        2 => format!("{}-admin", human.login),
        3 => format!("{}.adm", human.login),
        _ => format!("a_{}", human.login),
    };
    let key = guid(dice);
    organisation.add(DIRECTORY, key, login, NodeBody::Account(account), TrueOwner::Human(human.number));
}

fn cloud(organisation: &mut Organisation, dice: &mut SeededDice, human: &Human) {
    let mut account = account(dice, human);
    let domain = if dice.chance(120) { FORMER_DOMAIN } else { DOMAIN };
    let (name, telling) = match dice.below(100) {
        0..=54 => (format!("{}@{domain}", human.mail), true),
        55..=84 => (human.mail.clone(), true),
        85..=96 => (human.login.clone(), true),
        // A name that the person chose once.
        97 | 98 => (format!("{}-dev", compact(&human.given)), false),
        _ => (format!("{}{}", compact(&human.family), dice.below(90) + 10), false),
    };
    // Tags, where somebody wrote them.
    if dice.chance(if telling { 300 } else { 800 }) {
        account.personal.mails.push(format!("{}@{domain}", human.mail));
    } else if !telling {
        account.description = Some("created by hand".to_owned());
        account.personal.display_name = dice.chance(500).then(|| human.given.clone());
    }
    account.multi_factor = Some(true);
    let key = format!("arn:aws:iam::111122223333:user/{name}-{:04x}", dice.roll() & 0xffff);
    if !telling && account.personal.mails.is_empty() {
        remember_unidentifiable(organisation, CLOUD, &key);
    }
    organisation.add(CLOUD, key, name, NodeBody::Account(account), TrueOwner::Human(human.number));
}

fn code(organisation: &mut Organisation, dice: &mut SeededDice, human: &Human) {
    let mut account = account(dice, human);
    let (given, family) = names(dice, human, 300, 800);
    let letters = if dice.chance(600) { Letters::Native } else { Letters::Keyboard };
    let login = match dice.below(10) {
        0..=2 => format!("{}-meridian", human.login),
        3 | 4 => format!("{}{}", compact(&given), compact(&family)),
        5 => format!("{}-{}", compact(&given), compact(&family)),
        6 => format!("{}{}", compact(&family), dice.below(100)),
        _ => {
            let first = dice.pick(&[
                "code", "night", "rust", "null", "pixel", "byte", "tea", "moss", "segfault", "lambda",
            ]);
            format!(
                "{first}{}{}",
                dice.pick(&["fox", "smith", "owl", "cat", "wizard", "bird", "monkey", "y"]),
                dice.below(1000)
            )
        }
    };
    account.personal.display_name = match dice.below(20) {
        0..=14 => Some(letters.write(&format!("{given} {family}"))),
        15 => Some(letters.write(&given)),
        16 => Some(login.clone()),
        _ => None,
    };
    // Single sign-on gives the address of work; a few who are not bound to it show one of their own, or none.
    if dice.chance(985) {
        account.personal.mails.push(format!("{}@{DOMAIN}", human.mail));
    } else if dice.chance(500) {
        account.personal.mails.push(format!("{login}@private.example"));
    }
    account.multi_factor = dice.chance(800).then_some(true);
    let key = format!("{}", 1_000_000 + dice.roll() % 900_000_000);
    let work = account.personal.mails.iter().any(|mail| mail.ends_with(DOMAIN));
    if !work {
        remember_unidentifiable(organisation, CODE, &key);
    }
    organisation.add(CODE, key, login, NodeBody::Account(account), TrueOwner::Human(human.number));
}

fn hosts(organisation: &mut Organisation, dice: &mut SeededDice, human: &Human) {
    let mut account = account(dice, human);
    let (given, family) = names(dice, human, 350, 200);
    let (given, family) = (Letters::Keyboard.write(&given), Letters::Keyboard.write(&family));
    let family = if dice.chance(5) { mistype(dice, &family) } else { family };
    // Nearly all hosts take logins from the directory. A few are older, and number namesakes by themselves.
    let login = match dice.below(1000) {
        0..=969 => human.login.clone(),
        970..=984 => compact(&format!("{given}{}", family.chars().take(1).collect::<String>())),
        985..=994 => format!("{}{}", compact(&given).chars().take(1).collect::<String>(), compact(&family)),
        _ => compact(&given),
    };
    account.personal.display_name = match dice.below(100) {
        0..=89 => Some(format!("{given} {family}")),
        90..=95 => Some(format!("{given} {family},,,")),
        _ => None,
    };
    account.last_used_at = account.last_used_at.filter(|_| dice.chance(700)).map(|used| used.min(NOW));
    let key = format!("host-{:02}/{login}/{:04x}", dice.below(40), dice.roll() & 0xffff);
    organisation.add(HOSTS, key, login, NodeBody::Account(account), TrueOwner::Human(human.number));
}

fn remember_unidentifiable(organisation: &mut Organisation, source: &'static str, key: &str) {
    organisation.unidentifiable.extend(SourceKey::new(key).map(|key| (source, key)));
}
