//! Users: people here.

use crate::Provisioning;
use crate::call::{ProvisioningAnswer, ProvisioningCall};
use crate::people::{self, changes, described, merged};
use crate::resources::{GroupTitles, Unchanged, check_version, refused, shown, taken, unavailable};
use crate::tables::ProvisionedRow;
use countersign_facts::{Actor, Fact, Member, PersonFact};
use countersign_names::PersonId;
use countersign_scim::{SCIM_USER, ScimError, ScimResource};
use countersign_world::{Standing, World};
use serde_json::{Map, Value, json};

/// Returns the names of the groups that a person is in.
pub(crate) fn groups_of(world: &World, id: &str) -> Vec<String> {
    let person = id.parse().ok().and_then(|id: PersonId| world.person(id));
    person.map(|person| person.groups.iter().map(ToString::to_string).collect()).unwrap_or_default()
}

/// Adds what is known here to what a client said of a user.
pub(crate) fn complete(
    world: &World,
    base: &str,
    titles: &GroupTitles,
    row: &ProvisionedRow,
    whole: &mut Map<String, Value>,
) {
    let person = row.id.parse().ok().and_then(|id: PersonId| world.person(id));
    let is_active = person.is_some_and(|person| person.standing == Standing::Active);
    whole.insert("active".to_owned(), is_active.into());
    let Some(person) = person else { return };
    let groups: Vec<Value> = person
        .groups
        .iter()
        .filter_map(|group| Some((group.as_str(), titles.get(group.as_str())?)))
        .map(|(group, title)| {
            let members = world.group(group).map(|group| &group.members);
            let is_direct = members.is_some_and(|members| members.contains(&Member::Person(person.id)));
            json!({
                "value": group,
                "$ref": format!("{base}/Groups/{group}"),
                "display": title,
                "type": if is_direct { "direct" } else { "indirect" },
            })
        })
        .collect();
    if !groups.is_empty() {
        whole.insert("groups".to_owned(), Value::Array(groups));
    }
}

impl Provisioning {
    pub(crate) async fn create_user(
        &self,
        call: &ProvisioningCall,
        user: &ScimResource,
    ) -> Result<ProvisioningAnswer, ScimError> {
        let shown = shown(call, &SCIM_USER)?;
        self.check_name_is_free(call, user, None).await?;
        let about = described(user.attributes())?;
        let existing = self.ledger.world().person_by_email(&about.email).map(|person| person.id);
        if let Some(id) = existing {
            self.may_take_over(call, id, &about.email).await?;
        }
        let new = (self.new_id)(self.ledger.now());
        let new = new.ok_or_else(|| ScimError::plain(503, "the operating system gives no randomness"))?;
        let (wanted, is_active, reason) = (about, user.is_active(), self.reason(call));
        let state = move |world: &World, _| {
            let Some(known) = world.person_by_email(&wanted.email) else {
                let mut facts = vec![Fact::Person(PersonFact::Added { person: new, about: wanted.clone() })];
                if !is_active {
                    facts.push(Fact::Person(PersonFact::Suspended { person: new, reason: reason.clone() }));
                }
                return Ok((facts, new));
            };
            if existing != Some(known.id) {
                return Err(taken(format!("{} was added meanwhile: try again", wanted.email)));
            }
            if world.is_approver(known.id) {
                return Err(people::protected(&known.about.email));
            }
            let about = merged(&known.about, None, wanted.clone());
            Ok((changes(world, known, &about, (is_active, &reason))?, known.id))
        };
        let id = self.ledger.command(Actor::Service(call.client), state).await.map_err(refused)?;
        // If the row is not kept, the person is there without one: the same request again takes it over.
        let row = self.keep_new(call, id.to_string(), user).await?;
        Ok(Self::answer_with(&SCIM_USER, 201, &self.whole(call, &SCIM_USER, &row).await?, &shown))
    }

    /// Checks that a client may take over a person who is known here already.
    async fn may_take_over(
        &self,
        call: &ProvisioningCall,
        id: PersonId,
        email: &str,
    ) -> Result<(), ScimError> {
        let (of, id) = (Self::of(call, &SCIM_USER), id.to_string());
        if self.row(of, &id).await.map_err(unavailable)?.is_some() {
            return Err(taken(format!(
                "there is a user with the address {email} already, under another userName"
            )));
        }
        if self.is_of_another(of, &id).await.map_err(unavailable)? {
            return Err(taken(format!("another provisioning client pushes {email}")));
        }
        Ok(())
    }

    /// Changes a user, if the person is still as in `seen` and the row as it was read.
    pub(crate) async fn change_user(
        &self,
        call: &ProvisioningCall,
        row: &ProvisionedRow,
        user: &ScimResource,
        seen: &World,
    ) -> Result<(), Unchanged> {
        self.check_name_is_free(call, user, Some(&row.id)).await?;
        let (wanted, before) = (described(user.attributes())?, row.document.clone());
        let (is_active, reason) = (user.is_active(), self.reason(call));
        let person = person_id(row)?;
        let seen = seen.person(person).cloned();
        let state = move |world: &World, _| {
            let known = world.person(person).ok_or_else(gone)?;
            if seen.as_ref().is_none_or(|seen| seen.about != known.about || seen.standing != known.standing) {
                return Err(Unchanged::Overtaken);
            }
            let about = merged(&known.about, Some(&before), wanted.clone());
            Ok((changes(world, known, &about, (is_active, &reason))?, ()))
        };
        self.ledger.command(Actor::Service(call.client), state).await?;
        self.keep_changed(call, row, user).await
    }

    /// Suspends the person, and forgets what the client said of them.
    pub(crate) async fn delete_user(
        &self,
        call: &ProvisioningCall,
        id: &str,
    ) -> Result<ProvisioningAnswer, ScimError> {
        let row = self.known(call, &SCIM_USER, id).await?;
        check_version(call, &self.whole(call, &SCIM_USER, &row).await?)?;
        let (person, reason) = (person_id(&row)?, self.reason(call));
        let state = move |world: &World, _| {
            // An administrator removed the person: nothing is left to suspend.
            let Some(known) = world.person(person) else { return Ok((Vec::new(), ())) };
            Ok((changes(world, known, &known.about, (false, &reason))?, ()))
        };
        self.ledger.command(Actor::Service(call.client), state).await.map_err(refused)?;
        self.remove_row(Self::of(call, &SCIM_USER), id).await.map_err(unavailable)?;
        Ok(ProvisioningAnswer::of(204, None))
    }

    fn reason(&self, call: &ProvisioningCall) -> String {
        let world = self.ledger.world();
        let name = world.service(call.client).map(|service| service.name.clone());
        people::deactivated_by(&name.unwrap_or_else(|| call.client.to_string()))
    }
}

fn person_id(row: &ProvisionedRow) -> Result<PersonId, ScimError> {
    row.id.parse().map_err(|_| gone())
}

fn gone() -> ScimError {
    ScimError::plain(404, "an administrator has removed this person")
}
