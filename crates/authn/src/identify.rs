//! Whose account at a provider it is, and what the provider's statements are worth.
//!
//! An account is found by its provider and subject. A mail address identifies a person only if the provider is declared
//! authoritative for its domain and states that it verified the address.

use crate::Refusal;
use crate::federated::linked;
use crate::signing_in::active;
use crate::token::fresh_id;
use countersign_facts::{Fact, IdentityProvider, Person, PersonFact, PersonKind, ProviderLink};
use countersign_federation::IdToken;
use countersign_names::{Assurance, CredentialId, InvitationId, PersonId, Timestamp};
use countersign_world::{Provider, StatedBy, World};
use std::collections::BTreeSet;

/// Maximum length of a name that a provider states, in characters.
const LONGEST_NAME: usize = 100;

/// What a proof at a provider is worth here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Worth {
    pub assurance: Assurance,
    pub phishing_resistant: bool,
}

impl Worth {
    /// Returns what the first matching rule says. Without one it is the lowest: nothing is assumed.
    pub fn of(about: &IdentityProvider, token: &IdToken) -> Self {
        let matching = about.assurance.iter().find(|rule| {
            rule.acr.as_ref().is_none_or(|acr| token.acr.as_ref() == Some(acr))
                && rule.amr.iter().all(|method| token.amr.contains(method))
        });
        matching.map_or(Self { assurance: Assurance::Aal1, phishing_resistant: false }, |rule| Self {
            assurance: rule.assurance,
            phishing_resistant: rule.phishing_resistant,
        })
    }
}

/// The person of an account, and what makes it theirs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Identified {
    /// The account is linked.
    Known { link: CredentialId, person: PersonId },
    /// It is to be linked to this person.
    Adopted { link: CredentialId, person: PersonId, invitation: Option<InvitationId> },
    /// It is to be linked to a person who is to be added.
    New { link: CredentialId, person: PersonId, email: String, kind: PersonKind },
}

/// The link of an account, and the facts that make it.
pub struct EstablishedLink {
    pub id: CredentialId,
    pub facts: Vec<Fact>,
}

impl Identified {
    /// Finds the person of an account.
    pub fn find(
        world: &World,
        provider: &Provider,
        token: &IdToken,
        invitation: Option<InvitationId>,
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        let fresh_link = || fresh_id(now).map(CredentialId::new);
        let not_linked =
            || Refusal::NotLinked { title: provider.about.title.clone(), subject: token.subject.clone() };
        if let Some(known) = world.link_of_subject(&provider.name, &token.subject) {
            let invited = invitation.and_then(|invitation| world.invitation(invitation));
            if invited.is_some_and(|invited| invited.person != known.person) {
                return Err(Refusal::LinkedToAnother { title: provider.about.title.clone() });
            }
            return Ok(Self::Known { link: known.id, person: known.person });
        }
        if let Some(id) = invitation {
            let open = world.invitation(id).filter(|open| now < open.expires_at);
            let person = open.ok_or(Refusal::InvitationOver)?.person;
            return Ok(Self::Adopted { link: fresh_link()?, person, invitation });
        }
        let email = authoritative(&provider.about, token).ok_or_else(not_linked)?;
        if let Some(known) = world.person_by_email(&email) {
            // A second account with the address of a person may be another person's, to whom the address was given.
            if world.links_of(known.id).any(|link| link.provider == provider.name) {
                return Err(not_linked());
            }
            return Ok(Self::Adopted { link: fresh_link()?, person: known.id, invitation: None });
        }
        let kind = provider.about.creates_people.ok_or_else(not_linked)?;
        let person = PersonId::new(fresh_id(now)?);
        Ok(Self::New { link: fresh_link()?, person, email, kind })
    }

    /// Returns the person.
    pub const fn person(&self) -> PersonId {
        match self {
            Self::Known { person, .. } | Self::Adopted { person, .. } | Self::New { person, .. } => *person,
        }
    }

    /// Returns the link and the facts that make it, if the account is still this person's in `world`.
    pub fn still(
        &self,
        world: &World,
        provider: &Provider,
        token: &IdToken,
        invitation: Option<InvitationId>,
        now: Timestamp,
    ) -> Result<EstablishedLink, Refusal> {
        let unchanged =
            world.provider(provider.name.as_str()).is_some_and(|known| known.about == provider.about);
        let found = Self::find(world, provider, token, invitation, now)?;
        if !unchanged || !found.is_of_the_same(self) {
            return Err(Refusal::CeremonyOver);
        }
        let about = |person, invitation| ProviderLink {
            provider: provider.name.clone(),
            subject: token.subject.clone(),
            person,
            invitation,
        };
        let not_linked =
            || Refusal::NotLinked { title: provider.about.title.clone(), subject: token.subject.clone() };
        match self {
            Self::Known { link, .. } => Ok(EstablishedLink { id: *link, facts: Vec::new() }),
            Self::Adopted { link, person, invitation } => {
                active(world, *person)?;
                let fact = linked(*link, about(*person, *invitation));
                // Who administers or approves is linked by two people, or by an invitation that two people made.
                if matches!(world.stated_by(&fact), StatedBy::Two(_)) {
                    return Err(not_linked());
                }
                let used = invitation.and_then(|invitation| world.invitation(invitation));
                let mut facts = used.map(|used| world.ended_by_use(used, now)).unwrap_or_default();
                facts.push(fact);
                Ok(EstablishedLink { id: *link, facts })
            }
            Self::New { link, person, email, kind } => {
                let added = Fact::Person(PersonFact::Added {
                    person: *person,
                    about: Person {
                        name: name_of(token, email),
                        email: email.clone(),
                        kind: *kind,
                        aliases: BTreeSet::new(),
                    },
                });
                if matches!(world.stated_by(&added), StatedBy::Two(_)) {
                    return Err(not_linked());
                }
                Ok(EstablishedLink { id: *link, facts: vec![added, linked(*link, about(*person, None))] })
            }
        }
    }

    /// Returns whether both found the same: a person who is to be added has no id that could be compared.
    fn is_of_the_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::New { email, .. }, Self::New { email: before, .. }) => email == before,
            (Self::Known { link, person }, Self::Known { link: before, person: then }) => {
                (link, person) == (before, then)
            }
            (Self::Adopted { person, .. }, Self::Adopted { person: then, .. }) => person == then,
            _ => false,
        }
    }
}

/// Returns the address if it identifies a person: verified, and in a domain for which the provider is authoritative.
fn authoritative(about: &IdentityProvider, token: &IdToken) -> Option<String> {
    let email = token.verified_email.as_deref()?;
    let (local, domain) = email.split_once('@')?;
    let plain = email.len() <= 254
        && !local.is_empty()
        && !domain.contains('@')
        && !email.chars().any(|c| c.is_whitespace() || c.is_control());
    (plain && about.domains.contains(domain)).then(|| email.to_owned())
}

/// Returns the name that the provider states; without one the address.
fn name_of(token: &IdToken, email: &str) -> String {
    let stated = token.name.as_deref().map(str::trim).unwrap_or_default();
    let plain = !stated.is_empty() && !stated.chars().any(char::is_control);
    if plain { stated.chars().take(LONGEST_NAME).collect() } else { email.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_facts::AssuranceRule;

    fn provider() -> IdentityProvider {
        IdentityProvider {
            title: "Corp".to_owned(),
            issuer: "https://idp.example.com".to_owned(),
            client_id: "us".to_owned(),
            scopes: BTreeSet::new(),
            domains: BTreeSet::from(["example.com".to_owned()]),
            creates_people: None,
            assurance: Vec::new(),
            max_age: None,
            session: None,
        }
    }

    fn token(acr: Option<&str>, amr: &[&str]) -> IdToken {
        IdToken {
            subject: "s".to_owned(),
            authenticated_at: None,
            acr: acr.map(str::to_owned),
            amr: amr.iter().map(|one| (*one).to_owned()).collect(),
            session: None,
            verified_email: None,
            name: None,
        }
    }

    fn rule(
        acr: Option<&str>,
        amr: &[&str],
        assurance: Assurance,
        phishing_resistant: bool,
    ) -> AssuranceRule {
        let amr = amr.iter().map(|one| (*one).to_owned()).collect();
        AssuranceRule { acr: acr.map(str::to_owned), amr, assurance, phishing_resistant }
    }

    #[test]
    fn nothing_that_the_table_does_not_list_is_worth_anything() {
        let mut about = provider();
        about.assurance = vec![
            rule(Some("phr"), &["hwk", "user"], Assurance::Aal3, true),
            rule(Some("phr"), &[], Assurance::Aal2, true),
            rule(None, &["mfa"], Assurance::Aal2, false),
        ];
        let lowest = (Assurance::Aal1, false);
        for (acr, amr, worth) in [
            (None, &[][..], lowest),
            (Some("other"), &["pwd"], lowest),
            (None, &["hwk", "user"], lowest),
            (Some("phr"), &["user", "hwk", "pin"], (Assurance::Aal3, true)),
            (Some("phr"), &["hwk"], (Assurance::Aal2, true)),
            (Some("PHR"), &["mfa"], (Assurance::Aal2, false)),
            (None, &["pwd", "mfa"], (Assurance::Aal2, false)),
        ] {
            let found = Worth::of(&about, &token(acr, amr));
            assert_eq!((found.assurance, found.phishing_resistant), worth, "{acr:?} {amr:?}");
        }
        assert_eq!(Worth::of(&provider(), &token(Some("phr"), &["hwk"])).assurance, Assurance::Aal1);
    }

    #[test]
    fn an_address_identifies_only_in_a_domain_of_the_provider() {
        for (email, identifies) in [
            (None, false),
            (Some("ada@example.com"), true),
            (Some("ada@sub.example.com"), false),
            (Some("ada@example.com.evil.test"), false),
            (Some("ada@evil.test@example.com"), false),
            (Some("@example.com"), false),
            (Some("a b@example.com"), false),
            (Some("example.com"), false),
        ] {
            let mut stated = token(None, &[]);
            stated.verified_email = email.map(str::to_owned);
            assert_eq!(authoritative(&provider(), &stated).is_some(), identifies, "{email:?}");
        }
    }
}
