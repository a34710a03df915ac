//! A node in the form in which it is compared.

use crate::identity::IdentityKind;
use crate::normal::employee_number;
use crate::normal::login::{Affixes, ComparedLogin};
use crate::normal::mail::ComparedMail;
use crate::normal::name::ComparedName;
use crate::normal::text::{fold, skeleton};
use crate::{CorrelationRules, SourcedKey};
use countersign_names::Timestamp;
use countersign_sources::{AccountRecord, AccountUse, NodeBody, PersonalAttributes, SourceNode};

/// A person's record or an account, normalised once.
#[derive(Debug, Clone, Default)]
pub(crate) struct Profile {
    pub(crate) number: Option<String>,
    pub(crate) mails: Vec<ComparedMail>,
    /// The login, of an account.
    pub(crate) login: Option<ComparedLogin>,
    pub(crate) name: Option<ComparedName>,
    pub(crate) department: Option<String>,
    pub(crate) location: Option<String>,
    pub(crate) title: Option<String>,
    pub(crate) employment: Option<IdentityKind>,
    pub(crate) namespace: Option<String>,
    pub(crate) created_at: Option<Timestamp>,
    /// The end of a person's record: never, if the source does not say.
    pub(crate) ends_at: Option<Timestamp>,
    pub(crate) person: bool,
    /// What an account is for, if it is for no person.
    pub(crate) non_human: Option<IdentityKind>,
    /// Whether one of its mail addresses, not counting other names of an account, is in an own domain.
    pub(crate) own_mail: bool,
    /// Its source, by number.
    pub(crate) source: usize,
    /// The keys under which it is found.
    pub(crate) keys: Vec<String>,
}

/// Signs in logins of what is no person, with the kind that they mean.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct LoginKinds(pub(crate) Vec<(IdentityKind, Affixes)>);

impl LoginKinds {
    pub(crate) fn of(&self, login: &str) -> Option<IdentityKind> {
        let login = login.to_lowercase();
        let fits = |affixes: &Affixes| {
            affixes.prefixes.iter().any(|prefix| login.starts_with(prefix.as_str()))
                || affixes.suffixes.iter().any(|suffix| login.ends_with(suffix.as_str()))
        };
        self.0.iter().find(|(_, affixes)| fits(affixes)).map(|(kind, _)| *kind)
    }
}

impl Profile {
    /// Returns the profile of a person's record or an account, and `None` of anything else.
    pub(crate) fn of(
        at: &SourcedKey,
        node: &SourceNode,
        source: usize,
        rules: &CorrelationRules,
    ) -> Option<Self> {
        let mut profile = Self::without_keys(at, node, rules)?;
        profile.source = source;
        profile.keys = profile.keys(rules);
        Some(profile)
    }

    fn without_keys(at: &SourcedKey, node: &SourceNode, rules: &CorrelationRules) -> Option<Self> {
        let namespace = rules.source(&at.source).and_then(|source| source.namespace.clone());
        match &node.body {
            NodeBody::Person(person) => Some(Self {
                person: true,
                ends_at: Some(person.ends_at.unwrap_or(Timestamp::MAX)),
                ..Self::personal(&person.personal, &person.personal.mails, rules)
            }),
            NodeBody::Account(account) => {
                // A login or another name for it may be an address; then it is one of the account's addresses.
                let names = account.aliases.iter().chain([&node.name]).filter(|name| name.contains('@'));
                let mails: Vec<String> = account.personal.mails.iter().chain(names).cloned().collect();
                Some(Self {
                    login: rules.second_accounts.compared(&node.name),
                    namespace,
                    created_at: account.created_at,
                    non_human: non_human(account, &node.name, rules),
                    ..Self::personal(&account.personal, &mails, rules)
                })
            }
            _ => None,
        }
    }

    fn personal(personal: &PersonalAttributes, mails: &[String], rules: &CorrelationRules) -> Self {
        let fields = personal.given_name.as_deref().zip(personal.family_name.as_deref());
        let name = fields
            .and_then(|(given, family)| ComparedName::of_fields(given, family))
            .or_else(|| personal.display_name.as_deref().and_then(ComparedName::of_full));
        let text = |text: &Option<String>| {
            let folded = fold(text.as_deref()?).split_whitespace().collect::<Vec<_>>().join(" ");
            (!folded.is_empty()).then_some(folded)
        };
        let mut compared: Vec<ComparedMail> = Vec::new();
        for mail in mails.iter().filter_map(|mail| rules.mail.compared(mail)) {
            if !compared.contains(&mail) {
                compared.push(mail);
            }
        }
        let own = |mail: &String| rules.mail.compared(mail).is_some_and(|mail| mail.own_local.is_some());
        Self {
            own_mail: personal.mails.iter().any(own),
            number: personal.employee_number.as_deref().and_then(employee_number),
            mails: compared,
            name,
            department: text(&personal.department),
            location: text(&personal.location),
            title: text(&personal.title),
            employment: personal.employment.as_deref().and_then(|word| rules.employment(word)),
            ..Self::default()
        }
    }

    /// Returns the keys under which the node is found: whatever two nodes can share that says something about whose they are.
    fn keys(&self, rules: &CorrelationRules) -> Vec<String> {
        let mut keys = Vec::new();
        keys.extend(self.number.iter().map(|number| format!("n:{number}")));
        keys.extend(self.mails.iter().map(|mail| format!("m:{}", mail.address)));
        keys.extend(
            self.mails.iter().filter_map(|mail| mail.own_local.as_ref()).map(|local| format!("l:{local}")),
        );
        keys.extend(self.login.iter().map(|login| format!("l:{}", login.stem)));
        // A digit at the end tells namesakes apart, and spelling depends on who wrote it: without both it may be made of a name.
        let locals = self.mails.iter().filter_map(|mail| mail.own_local.as_ref());
        let made = locals.chain(self.login.iter().map(|login| &login.stem));
        keys.extend(made.map(|text| {
            format!("k:{}", skeleton(text.trim_end_matches(|letter: char| letter.is_ascii_digit())))
        }));
        // An address may be made of the name.
        if let Some((given, family)) =
            self.name.as_ref().and_then(|name| Some((name.given.first()?, name.family.as_slice())))
        {
            let family: String = family.iter().map(|word| word.folded.as_str()).collect();
            keys.push(format!("l:{}{family}", given.folded));
            let spelt: String =
                self.name.iter().flat_map(|name| &name.family).map(|word| word.skeleton.as_str()).collect();
            keys.push(format!("k:{}{spelt}", given.skeleton));
            let initial = given.skeleton.chars().next().filter(|_| self.person);
            keys.extend(initial.map(|initial| format!("k:{initial}{spelt}")));
            // So may a login, whose account may have the name mistyped.
            let initials = given.folded.chars().next().zip(family.chars().next());
            if let Some((g, f)) = initials.filter(|_| self.person) {
                keys.extend([
                    format!("l:{g}{family}"),
                    format!("l:{family}{g}"),
                    format!("l:{}{f}", given.folded),
                ]);
            }
        }
        // One whole word of the name and the first letters of another: if one of the two is mistyped, the other is whole.
        let words: Vec<_> = self.name.iter().flat_map(ComparedName::words).take(5).collect();
        for (one, whole) in words.iter().enumerate() {
            let others = words.iter().enumerate().filter(|(other, _)| *other != one);
            let beginnings = others.map(|(_, word)| word.skeleton.chars().take(2).collect::<String>());
            let short = words.iter().flat_map(|word| rules.short_forms.groups(&word.skeleton));
            keys.extend(short.map(|group| format!("s:{}:{group}", whole.skeleton)));
            keys.extend(beginnings.map(|beginning| format!("w:{}:{beginning}", whole.skeleton)));
        }
        keys.sort_unstable();
        keys.dedup();
        keys
    }
}

/// Returns what an account is for, if it is for no person: as the source says, else as its login shows.
fn non_human(account: &AccountRecord, login: &str, rules: &CorrelationRules) -> Option<IdentityKind> {
    match account.used_by {
        Some(AccountUse::Person) => None,
        Some(AccountUse::Machine) => Some(IdentityKind::Machine),
        Some(AccountUse::Service) => Some(rules.kinds.of(login).unwrap_or(IdentityKind::Service)),
        None => rules.kinds.of(login),
    }
}
