//! The people, as they are, before any source writes about them.

use crate::dice::SeededDice;
use crate::pools;
use crate::writing::compact;
use crate::{NOW, days};
use countersign_names::Timestamp;
use std::collections::BTreeSet;

/// How a person works for the organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Engagement {
    /// Employed.
    Employee,
    /// By contract, and in the personnel records.
    Contractor,
    /// By contract, and in no personnel record: only the directory knows of them.
    External,
}

/// A person.
#[derive(Debug, Clone)]
pub(crate) struct Human {
    /// Which of the people.
    pub(crate) number: usize,
    pub(crate) given: String,
    /// What the person is called by, if that is a short form.
    pub(crate) called: Option<String>,
    pub(crate) family: String,
    /// The family name before a marriage.
    pub(crate) former_family: Option<String>,
    pub(crate) engagement: Engagement,
    pub(crate) employee_number: u32,
    pub(crate) department: &'static str,
    pub(crate) location: &'static str,
    pub(crate) title: &'static str,
    pub(crate) starts_at: Timestamp,
    /// Set for people who left.
    pub(crate) ends_at: Option<Timestamp>,
    /// When the person left and came back, for those who did.
    pub(crate) absent: Option<(Timestamp, Timestamp)>,
    /// The local part of the mail address, and that from before a marriage.
    pub(crate) mail: String,
    pub(crate) former_mail: Option<String>,
    /// Whether the person has no account anywhere: those who start soon, or work where there are no screens.
    pub(crate) without_accounts: bool,
    /// The login of the directory.
    pub(crate) login: String,
}

const DEPARTMENTS: [&str; 12] = [
    "Engineering",
    "Platform",
    "Data",
    "Sales",
    "Marketing",
    "Finance",
    "Human Resources",
    "Legal",
    "Support",
    "Operations",
    "Security",
    "Research",
];
const LOCATIONS: [&str; 9] =
    ["London", "Berlin", "Madrid", "Warsaw", "Stockholm", "Athens", "Chicago", "Singapore", "Bangalore"];
const TITLES: [&str; 8] =
    ["Engineer", "Senior Engineer", "Analyst", "Specialist", "Associate", "Lead", "Director", "Consultant"];

/// Names that are taken: of mail addresses and logins, each of which is given to one person only, with a digit if needed.
#[derive(Debug, Default)]
pub(crate) struct TakenNames {
    mails: BTreeSet<String>,
    logins: BTreeSet<String>,
}

impl TakenNames {
    fn mail(&mut self, given: &str, family: &str) -> String {
        unique(&mut self.mails, &format!("{}.{}", compact(given), compact(family)))
    }

    fn login(&mut self, given: &str, family: &str) -> String {
        let initial: String = compact(given).chars().take(1).collect();
        let family: String = compact(family).chars().take(12).collect();
        unique(&mut self.logins, &format!("{initial}{family}"))
    }
}

/// Takes the name, or the name with the lowest free digit.
pub(crate) fn unique(taken: &mut BTreeSet<String>, name: &str) -> String {
    let mut free = name.to_owned();
    let mut digit = 2;
    while !taken.insert(free.clone()) {
        free = format!("{name}{digit}");
        digit += 1;
    }
    free
}

/// Creates the people.
pub(crate) fn people(dice: &mut SeededDice, count: usize) -> Vec<Human> {
    let mut taken = TakenNames::default();
    (0..count).map(|number| person(dice, &mut taken, number)).collect()
}

fn person(dice: &mut SeededDice, taken: &mut TakenNames, number: usize) -> Human {
    let (given, family) = pools::draw(dice);
    let called = pools::SHORT_FORMS
        .iter()
        .filter(|(long, _)| *long == given)
        .map(|(_, short)| (*short).to_owned())
        .nth(dice.below(2))
        .filter(|_| dice.chance(350));
    let engagement = match dice.below(100) {
        0..=86 => Engagement::Employee,
        87..=95 => Engagement::Contractor,
        _ => Engagement::External,
    };
    let started = 120 + dice.below(3600);
    let starts_at = NOW.minus(days(started));
    let left = dice.chance(80) && engagement != Engagement::External && started > 800;
    let ends_at = left.then(|| NOW.minus(days(20 + dice.below(600))));
    let back = !left && dice.chance(12) && started > 1200;
    let absent = back.then(|| {
        let from = started - 300 - dice.below(200);
        (NOW.minus(days(from)), NOW.minus(days(from - 150)))
    });
    let mail = taken.mail(&given, &family);
    let login = taken.login(&given, &family);
    let mut human = Human {
        number,
        given,
        called,
        family,
        former_family: None,
        engagement,
        employee_number: 10_000
            + u32::try_from(number).unwrap_or(0) * 3
            + u32::try_from(dice.below(3)).unwrap_or(0),
        department: dice.pick_skewed(&DEPARTMENTS),
        location: dice.pick_skewed(&LOCATIONS),
        title: dice.pick(&TITLES),
        starts_at,
        ends_at,
        absent,
        mail,
        former_mail: None,
        without_accounts: dice.chance(15),
        login,
    };
    if dice.chance(25) {
        marry(dice, taken, &mut human);
    }
    human
}

/// Gives the person another family name, or a second one. The login stays; the address changes, and the former one goes on.
fn marry(dice: &mut SeededDice, taken: &mut TakenNames, human: &mut Human) {
    let new = pools::draw_family(dice);
    let new = if dice.chance(250) { format!("{}-{new}", human.family) } else { new };
    let former = std::mem::replace(&mut human.family, new);
    human.former_family = Some(former);
    let mail = taken.mail(&human.given, &human.family);
    human.former_mail = Some(std::mem::replace(&mut human.mail, mail));
}
