//! What the personnel records say: typed by people who have the passport before them, and current.

use crate::dice::SeededDice;
use crate::people::{Engagement, Human};
use crate::writing::{Letters, mistype};
use crate::{DIRECTORY, NOW, Organisation, PERSONNEL, TrueOwner, days};
use countersign_names::Timestamp;
use countersign_sources::{NodeBody, PersonRecord, PersonalAttributes};

/// The domain of the organisation.
pub(crate) const DOMAIN: &str = "meridian.example";
/// The domain of a company that it bought, whose addresses go on.
pub(crate) const FORMER_DOMAIN: &str = "meridian-group.example";

/// Adds the records of a person: none for externals, two for some who left and came back.
pub(crate) fn record(organisation: &mut Organisation, dice: &mut SeededDice, human: &Human) {
    if human.engagement == Engagement::External {
        return;
    }
    let letters = if dice.chance(800) { Letters::Passport } else { Letters::Native };
    // Diacritics are kept; other scripts are mostly written as in the passport.
    let letters = if human.given.chars().all(|c| u32::from(c) < 0x250) { Letters::Native } else { letters };
    let mut personal = personal(dice, human, letters);
    if let Some((left, came_back)) = human.absent {
        let second = !dice.chance(300);
        let mut former = personal.clone();
        if !second {
            former.employee_number = Some(format!("{:08}", human.employee_number + 500_000));
        }
        add(organisation, dice, human, former, Some(human.starts_at), Some(left));
        personal.employee_number = Some(format!("{:08}", human.employee_number));
        return add(organisation, dice, human, personal, Some(came_back), None);
    }
    add(organisation, dice, human, personal, Some(human.starts_at), human.ends_at);
}

fn personal(dice: &mut SeededDice, human: &Human, letters: Letters) -> PersonalAttributes {
    let mut given = letters.write(&human.given);
    let mut family = letters.write(&human.family);
    if dice.chance(4) {
        family = mistype(dice, &family);
    } else if dice.chance(2) {
        std::mem::swap(&mut given, &mut family);
    }
    // A tenth of the contractors have no address of the organisation here, and some have one of their own company.
    let mails = match human.engagement {
        Engagement::Contractor if dice.chance(100) => Vec::new(),
        Engagement::Contractor if dice.chance(80) => vec![format!("{}@supplier.example", human.mail)],
        _ if dice.chance(15) => Vec::new(),
        _ => vec![format!("{}@{DOMAIN}", human.mail)],
    };
    PersonalAttributes {
        display_name: None,
        given_name: Some(given),
        family_name: Some(family),
        mails,
        employee_number: Some(format!("{:08}", human.employee_number)),
        employment: Some(
            if human.engagement == Engagement::Employee { "employee" } else { "contractor" }.to_owned(),
        ),
        title: Some(human.title.to_owned()),
        department: Some(human.department.to_owned()),
        location: Some(human.location.to_owned()),
        manager: None,
    }
}

fn add(
    organisation: &mut Organisation,
    dice: &mut SeededDice,
    human: &Human,
    personal: PersonalAttributes,
    starts_at: Option<Timestamp>,
    ends_at: Option<Timestamp>,
) {
    let name = format!(
        "{} {}",
        personal.given_name.as_deref().unwrap_or_default(),
        personal.family_name.as_deref().unwrap_or_default()
    );
    let key = format!("row-{:06x}", dice.roll() & 0xff_ffff_ffff);
    let active = ends_at.is_none_or(|end| end > NOW);
    let body = NodeBody::Person(PersonRecord { personal, starts_at, ends_at, active: Some(active) });
    organisation.add(PERSONNEL, key, name, body, TrueOwner::Human(human.number));
}

/// Adds, for a person whose records are deleted as those of people who left long ago are, the account that was left behind in
/// the directory.
pub(crate) fn left_behind(organisation: &mut Organisation, dice: &mut SeededDice, number: usize) {
    let (given, family) = crate::pools::draw(dice);
    let mut account = crate::tidy_account(dice, NOW.minus(days(1500)));
    account.enabled = Some(false);
    account.last_used_at = Some(NOW.minus(days(900)));
    account.personal.display_name = Some(Letters::Passport.write(&format!("{given} {family}")));
    // Its login is made as everybody's, with a digit that nobody else has.
    let initial: String = crate::writing::compact(&given).chars().take(1).collect();
    let login = format!("{initial}{}{}", crate::writing::compact(&family), 40 + dice.below(50));
    let key = crate::guid(dice);
    organisation.add(DIRECTORY, key, login, NodeBody::Account(account), TrueOwner::Gone(number));
}
