//! OpenID providers with which people sign in, and the links to their accounts there.

use crate::contradiction::Contradiction;
use crate::maps::HashMap;
use crate::people::Standing;
use crate::{Session, World};
use countersign_facts::{IdentityProvider, ProviderFact, ProviderLink, Stated};
use countersign_names::{CredentialId, InvitationId, PersonId, ProviderName, Timestamp};
use imbl::{OrdMap, OrdSet};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A declared provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provider {
    /// The name.
    pub name: ProviderName,
    /// The declaration.
    pub about: IdentityProvider,
    /// When it was declared in this form.
    pub declared_at: Timestamp,
}

/// A person's account at a provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkedAccount {
    /// The id of the link.
    pub id: CredentialId,
    /// The provider.
    pub provider: ProviderName,
    /// The account there: the `sub` of its ID tokens.
    pub subject: String,
    /// The person.
    pub person: PersonId,
    /// When it was linked.
    pub linked_at: Timestamp,
}

/// All providers and links.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Providers {
    #[serde(with = "crate::maps::pairs")]
    by_name: OrdMap<ProviderName, Arc<Provider>>,
    /// Names that can never be used again.
    withdrawn: OrdSet<ProviderName>,
    #[serde(with = "crate::maps::pairs")]
    links: HashMap<CredentialId, Arc<LinkedAccount>>,
    #[serde(with = "crate::maps::pairs")]
    by_subject: HashMap<(ProviderName, String), CredentialId>,
    #[serde(with = "crate::maps::pairs")]
    links_of: HashMap<PersonId, OrdSet<CredentialId>>,
}

impl Providers {
    /// Returns whether no provider was ever declared.
    pub(crate) fn is_empty(&self) -> bool {
        self.by_name.is_empty() && self.withdrawn.is_empty()
    }

    pub(crate) fn get(&self, provider: &ProviderName) -> Result<&Arc<Provider>, Contradiction> {
        self.by_name.get(provider).ok_or_else(|| Contradiction::unknown("provider", "provider", provider))
    }

    pub(crate) fn link(&self, link: CredentialId) -> Result<&Arc<LinkedAccount>, Contradiction> {
        self.links.get(&link).ok_or_else(|| Contradiction::unknown("link", "link", link))
    }

    fn drop_link(&mut self, link: CredentialId) -> Result<(), Contradiction> {
        let gone = Arc::clone(self.link(link)?);
        self.links.remove(&link);
        self.by_subject.remove(&(gone.provider.clone(), gone.subject.clone()));
        if let Some(rest) = self.links_of.get_mut(&gone.person) {
            rest.remove(&link);
            if rest.is_empty() {
                self.links_of.remove(&gone.person);
            }
        }
        Ok(())
    }

    /// Drops the links of a person who is removed.
    pub(crate) fn forget(&mut self, person: PersonId) {
        for link in self.links_of.get(&person).cloned().unwrap_or_default() {
            // It was just listed, so it exists.
            let _gone = self.drop_link(link);
        }
    }

    fn declare(
        &mut self,
        name: &ProviderName,
        about: &IdentityProvider,
        at: Timestamp,
    ) -> Result<(), Contradiction> {
        check(about)?;
        if self.withdrawn.contains(name) {
            let why =
                format!("the provider {name} was withdrawn, and its name is never used again: use another");
            return Err(Contradiction::over("provider", why));
        }
        let other =
            self.by_name.values().find(|known| known.name != *name && known.about.issuer == about.issuer);
        if let Some(other) = other {
            let why = format!("{} is already the issuer of the provider {}", about.issuer, other.name);
            return Err(Contradiction::taken("issuer", why));
        }
        let moved = self.by_name.get(name).is_some_and(|known| known.about.issuer != about.issuer);
        if moved && self.links.values().any(|link| link.provider == *name) {
            return Err(Contradiction::impossible(
                "issuer",
                "people are linked to accounts of the present issuer: declare a provider with another name",
            ));
        }
        let declared = Provider { name: name.clone(), about: about.clone(), declared_at: at };
        self.by_name.insert(name.clone(), Arc::new(declared));
        Ok(())
    }
}

/// Checks a declaration on its own.
fn check(about: &IdentityProvider) -> Result<(), Contradiction> {
    let empty = |field, what| Err(Contradiction::impossible(field, format!("{what} is empty: state it")));
    if about.title.trim().is_empty() {
        return empty("title", "the title of the provider");
    }
    if about.issuer.trim().is_empty() {
        return empty("issuer", "the issuer");
    }
    if about.client_id.trim().is_empty() {
        return empty("client_id", "the client id");
    }
    if about.creates_people.is_some() && about.domains.is_empty() {
        return Err(Contradiction::impossible(
            "domains",
            "people are added by a verified address only: list the mail domains of the provider",
        ));
    }
    if about.assurance.iter().any(|rule| rule.acr.is_none() && rule.amr.is_empty()) {
        return Err(Contradiction::impossible(
            "assurance",
            "a rule names an acr, an amr or both: what a provider does not state is never assumed",
        ));
    }
    Ok(())
}

/// Folds in facts about providers and links.
pub fn apply(world: &mut World, stated: &Stated, fact: &ProviderFact) -> Result<(), Contradiction> {
    match fact {
        ProviderFact::Declared { provider, about } => world.providers.declare(provider, about, stated.at),
        ProviderFact::Withdrawn { provider } => withdraw(world, provider, stated.at),
        ProviderFact::Linked { link, about } => linked(world, stated.at, *link, about),
        ProviderFact::Unlinked { link } => {
            world.providers.drop_link(*link)?;
            match world.sessions_begun_by(*link, stated.at).next() {
                None => Ok(()),
                Some(session) => Err(goes_on("link", session)),
            }
        }
    }
}

/// A session names who ended it and when, so it ends by a fact of its own.
fn goes_on(field: &'static str, session: &Session) -> Contradiction {
    let why = format!("the same command must end the session {} first", session.id);
    Contradiction::impossible(field, why)
}

fn withdraw(world: &mut World, provider: &ProviderName, at: Timestamp) -> Result<(), Contradiction> {
    world.providers.get(provider)?;
    world.providers.by_name.remove(provider);
    world.providers.withdrawn.insert(provider.clone());
    let theirs = world.providers.links.values().filter(|link| link.provider == *provider);
    let theirs: Vec<_> = theirs.map(|link| link.id).collect();
    theirs.into_iter().try_for_each(|link| world.providers.drop_link(link))?;
    match world.sessions_of_provider(provider, at).next() {
        None => Ok(()),
        Some(session) => Err(goes_on("provider", session)),
    }
}

fn linked(
    world: &mut World,
    at: Timestamp,
    id: CredentialId,
    about: &ProviderLink,
) -> Result<(), Contradiction> {
    let ProviderLink { provider, subject, person, invitation } = about;
    world.providers.get(provider)?;
    if world.people.get(*person)?.standing != Standing::Active {
        return Err(Contradiction::over("person", format!("{person} is suspended")));
    }
    if subject.is_empty() {
        return Err(Contradiction::impossible(
            "subject",
            "the subject is empty: state the `sub` of the account",
        ));
    }
    if let Some(invitation) = invitation {
        use_up(world, at, *invitation, *person)?;
    }
    let account = (provider.clone(), subject.clone());
    let providers = &mut world.providers;
    if let Some(other) = providers.by_subject.get(&account).and_then(|link| providers.links.get(link)) {
        let why =
            format!("this account at {provider} is already linked to {}: unlink it first", other.person);
        return Err(Contradiction::taken("subject", why));
    }
    if providers.links.contains_key(&id) || world.people.credentials.contains_key(&id) {
        return Err(Contradiction::taken("link", format!("the link {id} already exists")));
    }
    let link = LinkedAccount {
        id,
        provider: provider.clone(),
        subject: subject.clone(),
        person: *person,
        linked_at: at,
    };
    providers.links.insert(id, Arc::new(link));
    providers.by_subject.insert(account, id);
    providers.links_of.entry(*person).or_default().insert(id);
    Ok(())
}

fn use_up(
    world: &mut World,
    at: Timestamp,
    invitation: InvitationId,
    person: PersonId,
) -> Result<(), Contradiction> {
    let used = world.people.drop_invitation(invitation)?;
    if used.person != person {
        return Err(Contradiction::impossible(
            "invitation",
            format!("the invitation {invitation} is for another person than {person}"),
        ));
    }
    if used.purpose != countersign_facts::InvitationPurpose::Enrol {
        return Err(Contradiction::impossible(
            "invitation",
            "a recovery registers a passkey: register one, or ask for an invitation that is no recovery",
        ));
    }
    if at >= used.expires_at {
        return Err(Contradiction::over(
            "invitation",
            format!("the invitation {invitation} expired at {}: ask for a new one", used.expires_at),
        ));
    }
    Ok(())
}

impl World {
    /// Returns a provider by name.
    pub fn provider(&self, provider: &str) -> Option<&Arc<Provider>> {
        self.providers.by_name.get(provider)
    }

    /// Returns all providers, by name.
    pub fn providers(&self) -> impl Iterator<Item = &Arc<Provider>> {
        self.providers.by_name.values()
    }

    /// Returns a link by id.
    pub fn linked_account(&self, link: CredentialId) -> Option<&Arc<LinkedAccount>> {
        self.providers.links.get(&link)
    }

    /// Returns the link of an account at a provider.
    pub fn link_of_subject(&self, provider: &ProviderName, subject: &str) -> Option<&Arc<LinkedAccount>> {
        let link = self.providers.by_subject.get(&(provider.clone(), subject.to_owned()))?;
        self.linked_account(*link)
    }

    /// Returns the links of a person.
    pub fn links_of(&self, person: PersonId) -> impl Iterator<Item = &Arc<LinkedAccount>> {
        let ids = self.providers.links_of.get(&person).into_iter().flat_map(|ids| ids.iter());
        ids.filter_map(|id| self.linked_account(*id))
    }

    /// Returns the sessions that go on at `now` and began with this link.
    pub fn sessions_begun_by(
        &self,
        link: CredentialId,
        now: Timestamp,
    ) -> impl Iterator<Item = &Arc<Session>> {
        let person = self.linked_account(link).map(|link| link.person);
        let of_person = person.into_iter().flat_map(|person| self.sessions_of(person));
        // A link that was just removed names nobody, so all sessions are read then.
        let others = person.is_none().then(|| self.sessions()).into_iter().flatten();
        of_person.chain(others).filter(move |known| known.begun_by == link && now < known.expires_at)
    }

    /// Returns the sessions that go on at `now` and that this provider started.
    pub fn sessions_of_provider<'a>(
        &'a self,
        provider: &'a ProviderName,
        now: Timestamp,
    ) -> impl Iterator<Item = &'a Arc<Session>> {
        self.sessions().filter(move |known| {
            let start = known.federated.as_ref();
            start.is_some_and(|start| start.provider == *provider) && now < known.expires_at
        })
    }

    /// Returns how many accounts at a provider are linked.
    pub fn links_at(&self, provider: &ProviderName) -> usize {
        self.providers.links.values().filter(|link| link.provider == *provider).count()
    }
}
