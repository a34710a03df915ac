//! The lists as the reference of the REST API has them.

use super::ListProblem;
use crate::record::{EdgeBody, PrivilegeLevel};
use crate::text::{fit, shortened};
use countersign_names::Timestamp;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::io::Read;

/// Maximum size of a list in bytes.
const LONGEST_LIST: u64 = 256 << 20;

#[derive(Deserialize)]
pub(super) struct GitHubUser {
    #[serde(default)]
    pub(super) login: String,
    #[serde(default)]
    pub(super) id: Option<u64>,
    #[serde(default, rename = "type")]
    pub(super) class: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct GitHubTeam {
    pub(super) slug: String,
    #[serde(default)]
    pub(super) name: Option<String>,
    #[serde(default)]
    pub(super) description: Option<String>,
    #[serde(default)]
    pub(super) parent: Option<ParentTeam>,
}

#[derive(Deserialize)]
pub(super) struct ParentTeam {
    pub(super) slug: String,
}

#[derive(Deserialize)]
pub(super) struct Repository {
    pub(super) full_name: String,
}

/// A user with rights to a repository, or a repository with the rights of a team.
#[derive(Deserialize)]
pub(super) struct AccessGrant {
    #[serde(default)]
    login: String,
    #[serde(default)]
    id: Option<u64>,
    #[serde(default)]
    pub(super) full_name: Option<String>,
    #[serde(default)]
    role_name: Option<String>,
    #[serde(default)]
    permissions: RepositoryPermissions,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RepositoryPermissions {
    admin: bool,
    maintain: bool,
    push: bool,
    triage: bool,
    pull: bool,
}

impl AccessGrant {
    /// Returns the user of a list of collaborators.
    pub(super) fn user(&self) -> GitHubUser {
        GitHubUser { login: self.login.clone(), id: self.id, class: None }
    }

    /// Returns what is granted. A role that the organisation made itself has the level of what it is based on.
    pub(super) fn body(&self, place: &str) -> EdgeBody {
        let RepositoryPermissions { admin, maintain, push, triage, pull } = self.permissions;
        let named = match self.role_name.as_deref() {
            Some("admin") => Some(("admin", PrivilegeLevel::Administer)),
            Some("maintain") => Some(("maintain", PrivilegeLevel::Write)),
            Some("write" | "push") => Some(("write", PrivilegeLevel::Write)),
            Some("triage") => Some(("triage", PrivilegeLevel::Read)),
            Some("read" | "pull") => Some(("read", PrivilegeLevel::Read)),
            _ => None,
        };
        let by_permission = [
            (admin, "admin", PrivilegeLevel::Administer),
            (maintain, "maintain", PrivilegeLevel::Write),
            (push, "write", PrivilegeLevel::Write),
            (triage, "triage", PrivilegeLevel::Read),
            (pull, "read", PrivilegeLevel::Read),
        ];
        let highest = by_permission.iter().find(|(has, ..)| *has).map(|(_, name, level)| (*name, *level));
        let strongest = stronger(named, highest);
        let role = self.role_name.as_deref().and_then(fit);
        let role = role.or_else(|| strongest.map(|(name, _)| name.to_owned()));
        EdgeBody {
            rights: role.into_iter().collect(),
            level: strongest.map(|(_, level)| level),
            granted_by: Some(place.to_owned()),
            ..EdgeBody::default()
        }
    }
}

/// A role of a repository with its level.
type LevelledRole = (&'static str, PrivilegeLevel);

/// Returns the stronger of two roles, the first if they are equal.
fn stronger(one: Option<LevelledRole>, other: Option<LevelledRole>) -> Option<LevelledRole> {
    let level = |role: Option<LevelledRole>| role.map(|(_, level)| level);
    if level(other) > level(one) { other } else { one }
}

#[derive(Deserialize)]
pub(super) struct DeployKey {
    pub(super) id: u64,
    #[serde(default)]
    pub(super) title: Option<String>,
    #[serde(default)]
    pub(super) read_only: bool,
    #[serde(default)]
    pub(super) added_by: Option<String>,
    #[serde(default)]
    pub(super) enabled: Option<bool>,
    #[serde(default)]
    created_at: Option<String>,
    #[serde(default)]
    last_used: Option<String>,
}

impl DeployKey {
    pub(super) fn created_at(&self) -> Option<Timestamp> {
        moment(self.created_at.as_deref())
    }

    pub(super) fn last_used_at(&self) -> Option<Timestamp> {
        moment(self.last_used.as_deref())
    }
}

fn moment(text: Option<&str>) -> Option<Timestamp> {
    text?.parse().ok().filter(|moment| *moment != Timestamp::MAX)
}

/// A page of a list, a list of pages (`gh api --paginate --slurp`), or a refusal.
#[derive(Deserialize)]
#[serde(untagged)]
enum ListPage<T> {
    Pages(Vec<Vec<T>>),
    Page(Vec<T>),
    Refusal { message: String },
}

/// Reads a list, whose pages may follow each other.
pub(super) fn read<T: DeserializeOwned>(input: impl Read) -> Result<Vec<T>, ListProblem> {
    let mut bytes = Vec::new();
    input
        .take(LONGEST_LIST + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| (1, format!("cannot read the input: {error}")))?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > LONGEST_LIST {
        return Err((1, format!("it is larger than {} MiB", LONGEST_LIST >> 20)));
    }
    let mut list = Vec::new();
    for page in serde_json::Deserializer::from_slice(&bytes).into_iter::<ListPage<T>>() {
        match page {
            Ok(ListPage::Page(page)) => list.extend(page),
            Ok(ListPage::Pages(pages)) => list.extend(pages.into_iter().flatten()),
            Ok(ListPage::Refusal { message }) => {
                return Err((1, format!("GitHub refused the list: {}", shortened(&message))));
            }
            Err(error) => {
                return Err((
                    error.line().max(1),
                    format!("not the list of the REST API that its name says: {error}"),
                ));
            }
        }
    }
    Ok(list)
}
