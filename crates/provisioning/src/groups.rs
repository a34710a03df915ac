//! Groups: a client's own.

use crate::Provisioning;
use crate::call::{ProvisioningAnswer, ProvisioningCall};
use crate::resources::{GroupTitles, Unchanged, check_version, refused, shown, taken, unavailable};
use crate::tables::ProvisionedRow;
use countersign_facts::{Actor, Fact, GroupFact, Member};
use countersign_ledger::CommandError;
use countersign_names::{GroupName, PersonId};
use countersign_scim::{SCIM_GROUP, SCIM_USER, ScimError, ScimErrorType, ScimResource};
use countersign_world::{Kind, World};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// How many names are tried for a new group.
const NAMES: usize = 50;
/// Maximum length of a group's name without the number that tells it from others.
const LONGEST_NAME: usize = 56;

/// Returns the names of the groups in a group.
pub(crate) fn groups_in(world: &World, id: &str) -> Vec<String> {
    let Some(group) = world.group(id) else { return Vec::new() };
    let name = |member: &Member| match member {
        Member::Group(group) => Some(group.to_string()),
        Member::Person(_) | Member::Service(_) => None,
    };
    group.members.iter().filter_map(name).collect()
}

/// Adds what is known here to what a client said of a group. A service account in it is an administrator's doing, and
/// nothing that a provider knows.
pub(crate) fn complete(
    world: &World,
    base: &str,
    titles: &GroupTitles,
    row: &ProvisionedRow,
    whole: &mut Map<String, Value>,
) {
    let Some(group) = world.group(&row.id) else { return };
    let shown = |member: &Member| match member {
        Member::Person(id) => {
            world.person(*id)?;
            let address = format!("{base}/Users/{id}");
            Some(json!({ "value": id.to_string(), "$ref": address, "type": "User" }))
        }
        Member::Group(group) => {
            titles.get(group.as_str())?;
            let address = format!("{base}/Groups/{group}");
            Some(json!({ "value": group.as_str(), "$ref": address, "type": "Group" }))
        }
        Member::Service(_) => None,
    };
    let members: Vec<Value> = group.members.iter().filter_map(shown).collect();
    if !members.is_empty() {
        whole.insert("members".to_owned(), Value::Array(members));
    }
}

impl Provisioning {
    pub(crate) async fn create_group(
        &self,
        call: &ProvisioningCall,
        group: &ScimResource,
    ) -> Result<ProvisioningAnswer, ScimError> {
        let shown = shown(call, &SCIM_GROUP)?;
        self.check_name_is_free(call, group, None).await?;
        let members = self.members(call, group, &BTreeSet::new()).await?;
        let name = self.add_group(call, title(group), members).await?;
        let row = self.keep_new(call, name.to_string(), group).await?;
        Ok(Self::answer_with(&SCIM_GROUP, 201, &self.whole(call, &SCIM_GROUP, &row).await?, &shown))
    }

    /// Adds the group under a name that no group has or had. Groups that exist here are never taken over: policies name
    /// them, and a provider must not decide who is in one of them.
    async fn add_group(
        &self,
        call: &ProvisioningCall,
        title: &str,
        members: BTreeSet<Member>,
    ) -> Result<GroupName, ScimError> {
        let stem = name_of(title);
        for number in 1..=NAMES {
            let text = if number == 1 { stem.clone() } else { format!("{stem}-{number}") };
            let Ok(name) = text.parse::<GroupName>() else { break };
            let purpose: String = format!("Pushed over SCIM as {title:?}.").chars().take(200).collect();
            let added = Fact::Group(GroupFact::Added { group: name.clone(), purpose });
            let facts: Vec<Fact> = std::iter::once(added)
                .chain(members.iter().map(|member| {
                    Fact::Group(GroupFact::MemberAdded { group: name.clone(), member: member.clone() })
                }))
                .collect();
            let state = move |_: &World, _| Ok::<_, ScimError>((facts.clone(), ()));
            match self.ledger.command(Actor::Service(call.client), state).await {
                Ok(()) => return Ok(name),
                Err(CommandError::Contradiction(contradiction))
                    if contradiction.kind == Kind::Taken && contradiction.field == "group" => {}
                Err(error) => return Err(refused(error)),
            }
        }
        Err(taken(format!("every name that {title:?} could have here is taken: give it another displayName")))
    }

    /// Changes a group, if its members are still as in `seen` and the row as it was read.
    pub(crate) async fn change_group(
        &self,
        call: &ProvisioningCall,
        row: &ProvisionedRow,
        group: &ScimResource,
        seen: &World,
    ) -> Result<(), Unchanged> {
        self.check_name_is_free(call, group, Some(&row.id)).await?;
        let name = group_name(row)?;
        let before: BTreeSet<Member> =
            seen.group(&row.id).ok_or_else(gone)?.members.iter().cloned().collect();
        let wanted = self.members(call, group, &before).await?;
        let unseen = self.unseen(call, &before).await?;
        let state = move |world: &World, _| {
            let known = world.group(name.as_str()).ok_or_else(gone)?;
            if !known.members.iter().eq(&before) {
                return Err(Unchanged::Overtaken);
            }
            let removed = known
                .members
                .iter()
                .filter(|member| !wanted.contains(*member) && !unseen.contains(*member))
                .map(|member| GroupFact::MemberRemoved { group: name.clone(), member: member.clone() });
            let added = wanted
                .iter()
                .filter(|member| !known.members.contains(*member))
                .map(|member| GroupFact::MemberAdded { group: name.clone(), member: member.clone() });
            Ok((removed.chain(added).map(Fact::Group).collect(), ()))
        };
        self.ledger.command(Actor::Service(call.client), state).await?;
        self.keep_changed(call, row, group).await
    }

    /// Returns the members that the client does not see, because an administrator put them there: service accounts, and
    /// groups that are not its own. What a client cannot name it does not remove.
    async fn unseen(
        &self,
        call: &ProvisioningCall,
        members: &BTreeSet<Member>,
    ) -> Result<BTreeSet<Member>, ScimError> {
        let mut unseen = BTreeSet::new();
        for member in members {
            let is_seen = match member {
                Member::Person(_) => true,
                Member::Service(_) => false,
                Member::Group(group) => {
                    let row = self.row(Self::of(call, &SCIM_GROUP), group.as_str()).await;
                    row.map_err(unavailable)?.is_some()
                }
            };
            if !is_seen {
                unseen.insert(member.clone());
            }
        }
        Ok(unseen)
    }

    pub(crate) async fn delete_group(
        &self,
        call: &ProvisioningCall,
        id: &str,
    ) -> Result<ProvisioningAnswer, ScimError> {
        let row = self.known(call, &SCIM_GROUP, id).await?;
        check_version(call, &self.whole(call, &SCIM_GROUP, &row).await?)?;
        let name = group_name(&row)?;
        let state = move |world: &World, _| {
            let facts = match world.group(name.as_str()) {
                Some(_) => vec![Fact::Group(GroupFact::Removed { group: name.clone() })],
                None => Vec::new(),
            };
            Ok::<_, ScimError>((facts, ()))
        };
        self.ledger.command(Actor::Service(call.client), state).await.map_err(refused)?;
        self.remove_row(Self::of(call, &SCIM_GROUP), id).await.map_err(unavailable)?;
        Ok(ProvisioningAnswer::of(204, None))
    }

    /// Reads the members that a client names. Those who are in the group already are known; each other has to be one that
    /// the client pushed.
    async fn members(
        &self,
        call: &ProvisioningCall,
        group: &ScimResource,
        before: &BTreeSet<Member>,
    ) -> Result<BTreeSet<Member>, ScimError> {
        let named =
            group.attributes().get("members").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let mut members = BTreeSet::new();
        for (place, member) in named.iter().enumerate() {
            let id = member.get("value").and_then(Value::as_str).unwrap_or_default();
            let unknown = || {
                let detail = format!(
                    "members[{place}].value: this client has pushed neither a user nor a group {id:?}"
                );
                ScimError::new(ScimErrorType::InvalidValue, detail)
            };
            let (member, kind) = match (id.parse::<PersonId>(), id.parse::<GroupName>()) {
                (Ok(person), _) => (Member::Person(person), &SCIM_USER),
                (_, Ok(group)) => (Member::Group(group), &SCIM_GROUP),
                _ => return Err(unknown()),
            };
            if !before.contains(&member) {
                let row = self.row(Self::of(call, kind), id).await.map_err(unavailable)?;
                row.ok_or_else(unknown)?;
            }
            members.insert(member);
        }
        Ok(members)
    }
}

fn title(group: &ScimResource) -> &str {
    group.text("displayName").unwrap_or_default()
}

fn group_name(row: &ProvisionedRow) -> Result<GroupName, ScimError> {
    row.id.parse().map_err(|_| gone())
}

fn gone() -> ScimError {
    ScimError::plain(404, "an administrator has removed this group")
}

/// Returns the name that a policy can use for a group of this title: `Tour Guides (EU)` becomes `tour-guides-eu`.
fn name_of(title: &str) -> String {
    let mut name = String::new();
    for character in title.to_lowercase().chars() {
        if character.is_ascii_alphanumeric() {
            name.push(character);
        } else if !name.is_empty() && !name.ends_with('-') {
            name.push('-');
        }
    }
    name.truncate(LONGEST_NAME);
    let name = name.trim_end_matches('-');
    if name.is_empty() { "group".to_owned() } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_becomes_a_name_that_policies_can_use() {
        let check = |title: &str, expected: &str| {
            let name = name_of(title);
            assert_eq!(name, expected);
            assert!(name.parse::<GroupName>().is_ok(), "{name}");
        };
        check("Tour Guides (EU)", "tour-guides-eu");
        check("  --Ops--  ", "ops");
        check("Größe", "gr-e");
        check("日本", "group");
        check(&format!("{} x", "a".repeat(55)), &"a".repeat(55));
    }
}
