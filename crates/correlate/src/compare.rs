//! An account beside an identity: what agrees, and what differs.

use crate::NodeComparison as Comparison;
use crate::identity::ComparedValues;
use crate::normal::login::is_made_of;
use crate::normal::name::NameAgreement;
use crate::normal::text::skeleton;
use crate::profile::Profile;
use crate::rules::CorrelationRules;
use countersign_names::Timestamp;
use countersign_sources::{NodeBody, SourceNode};
use std::time::Duration;

/// Accounts are created this long after the last day without anything being wrong: a time zone, a clerk on holiday.
const AFTER_THE_END: Duration = Duration::from_secs(30 * 86_400);

/// What was found, each with the node of the identity that it was found in.
pub(crate) type Agreements = Vec<(Comparison, usize)>;

/// Compares an account with the nodes of an identity.
pub(crate) fn compare(
    account: &Profile,
    members: &[(usize, &Profile)],
    rules: &CorrelationRules,
) -> Agreements {
    let mut found = Agreements::new();
    let mut add = |comparison, node: Option<usize>| found.extend(node.map(|node| (comparison, node)));
    let first = |holds: &dyn Fn(&Profile) -> bool| {
        members.iter().find(|(_, member)| holds(member)).map(|(node, _)| *node)
    };

    if let Some(number) = &account.number {
        let same = first(&|member| member.number.as_ref() == Some(number));
        add(Comparison::EmployeeNumber, same);
        if same.is_none() {
            let near =
                first(&|member| member.number.as_ref().is_some_and(|other| is_mistyped(number, other)));
            add(Comparison::EmployeeNumberMistyped, near);
            if near.is_none() {
                add(Comparison::EmployeeNumberDiffers, first(&|member| member.number.is_some()));
            }
        }
    }
    let has_mail = |member: &Profile| account.mails.iter().any(|mail| member.mails.contains(mail));
    add(Comparison::Mail, first(&has_mail));
    if account.own_mail && !members.iter().any(|(_, member)| has_mail(member)) {
        add(Comparison::OwnMailDiffers, first(&|member| member.own_mail));
    }
    // A digit at the end tells namesakes apart, and any of them may have it.
    let locals = account.mails.iter().filter_map(|mail| mail.own_local.as_deref());
    let made = |member: &Profile| locals.clone().any(|local| made_of_name(local, member));
    add(Comparison::OwnMailMadeOfName, first(&made));
    if let Some(login) = &account.login {
        // In one source no two accounts have one login, but for a second account, which has a sign beside it.
        let same = |member: &Profile| {
            member.login.as_ref().is_some_and(|other| {
                other.stem == login.stem && (member.source != account.source || other.second != login.second)
            })
        };
        add(Comparison::Login, first(&same));
        if account.namespace.is_some() {
            add(
                Comparison::NamespaceLogin,
                first(&|member| same(member) && member.namespace == account.namespace),
            );
            let has_local = |member: &Profile| {
                member.mails.iter().any(|mail| mail.own_local.as_ref() == Some(&login.stem))
            };
            add(Comparison::OwnMailName, first(&has_local));
        }
        add(Comparison::LoginMadeOfName, first(&|member| made_of_name(&login.stem, member)));
    }
    compare_names(account, members, rules, &mut add);
    for (comparison, text) in [
        (Comparison::Department, (|profile| profile.department.as_ref()) as fn(&Profile) -> Option<&String>),
        (Comparison::Location, |profile| profile.location.as_ref()),
        (Comparison::Title, |profile| profile.title.as_ref()),
    ] {
        add(comparison, text(account).and_then(|own| first(&|member| text(member) == Some(own))));
    }
    if let Some(employment) = account.employment
        && first(&|member| member.employment == Some(employment)).is_none()
    {
        add(Comparison::EmploymentDiffers, first(&|member| member.employment.is_some()));
    }
    let end = members.iter().filter_map(|(node, member)| member.ends_at.map(|end| (end, *node))).max();
    if let (Some((end, node)), Some(created)) = (end, account.created_at) {
        let late = end < Timestamp::MAX && created > end.plus(AFTER_THE_END);
        add(Comparison::CreatedAfterEnd, late.then_some(node));
    }
    found
}

/// Returns whether one of two numbers may be the other one with a typing mistake. Short numbers are all near each other.
fn is_mistyped(one: &str, other: &str) -> bool {
    one.len().min(other.len()) >= 4 && strsim::osa_distance(one, other) <= 1
}

/// Compares the name of the account with the name of the identity that agrees best.
fn compare_names(
    account: &Profile,
    members: &[(usize, &Profile)],
    rules: &CorrelationRules,
    add: &mut impl FnMut(Comparison, Option<usize>),
) {
    let Some(name) = &account.name else { return };
    let compared = members.iter().filter_map(|(node, member)| {
        let (given, family) = name.compare(member.name.as_ref()?, &rules.short_forms);
        Some((given, family, *node))
    });
    let Some((given, family, node)) = compared
        .max_by_key(|(given, family, node)| (*given as u8 + *family as u8, *given, std::cmp::Reverse(*node)))
    else {
        return;
    };
    let mut when = |comparison, holds: bool| add(comparison, holds.then_some(node));
    when(Comparison::GivenName, given == NameAgreement::Same);
    when(Comparison::GivenNameLike, given >= NameAgreement::Alike);
    when(Comparison::FamilyName, family == NameAgreement::Same);
    when(Comparison::FamilyNameLike, family >= NameAgreement::Alike);
    let (no_given, no_family) = (given == NameAgreement::Different, family == NameAgreement::Different);
    when(Comparison::GivenNameDiffers, no_given && !no_family);
    when(Comparison::FamilyNameDiffers, no_family && !no_given);
    when(Comparison::NamesDiffer, no_given && no_family);
}

fn made_of_name(stem: &str, member: &Profile) -> bool {
    let Some(name) = &member.name else { return false };
    let Some(given) = name.given.first() else { return false };
    let family: String = name.family.iter().map(|word| word.folded.as_str()).collect();
    let spelt: String = name.family.iter().map(|word| word.skeleton.as_str()).collect();
    is_made_of(stem, &given.folded, &family)
        || name.family.last().is_some_and(|last| is_made_of(stem, &given.folded, &last.folded))
        // The name may be written in another script or by another system than the login was made by.
        || is_made_of(&skeleton(stem), &given.skeleton, &spelt)
}

impl ComparedValues {
    /// Returns the value of a node that a comparison looks at, as the source wrote it.
    pub(crate) fn value(comparison: Comparison, node: &SourceNode) -> String {
        let (personal, account) = match &node.body {
            NodeBody::Person(person) => (&person.personal, None),
            NodeBody::Account(account) => (&account.personal, Some(account)),
            _ => return node.name.clone(),
        };
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        match comparison {
            Comparison::EmployeeNumber
            | Comparison::EmployeeNumberDiffers
            | Comparison::EmployeeNumberMistyped => text(&personal.employee_number),
            Comparison::OwnMailMadeOfName if account.is_some() => personal.mails.join(", "),
            Comparison::Mail | Comparison::OwnMailDiffers => {
                let mut mails = personal.mails.clone();
                mails.extend(
                    account
                        .iter()
                        .flat_map(|account| &account.aliases)
                        .filter(|name| name.contains('@'))
                        .cloned(),
                );
                mails.extend(account.and(Some(&node.name)).filter(|name| name.contains('@')).cloned());
                mails.join(", ")
            }
            Comparison::OwnMailName if account.is_none() => personal.mails.join(", "),
            Comparison::OwnMailName
            | Comparison::Login
            | Comparison::NamespaceLogin
            | Comparison::LoginMadeOfName => node.name.clone(),
            Comparison::Department => text(&personal.department),
            Comparison::Location => text(&personal.location),
            Comparison::Title => text(&personal.title),
            Comparison::EmploymentDiffers => text(&personal.employment),
            Comparison::CreatedAfterEnd => match &node.body {
                NodeBody::Person(person) => person.ends_at.map(|end| end.to_string()).unwrap_or_default(),
                _ => account
                    .and_then(|account| account.created_at)
                    .map(|at| at.to_string())
                    .unwrap_or_default(),
            },
            _ => match (&personal.given_name, &personal.family_name) {
                (Some(given), Some(family)) => format!("{given} {family}"),
                _ => text(&personal.display_name),
            },
        }
    }
}
