//! A GitHub organisation, from the lists of its REST API: members, outside collaborators, teams, repositories, who may do
//! what with which, and deploy keys.

mod lists;
mod path;

pub use path::GitHubList;

use crate::merging::once;
use crate::reading::{ReadingReport, SourceError, SourceSink};
use crate::record::{
    AccountRecord, AccountUse, CredentialClass, CredentialRecord, EdgeBody, GroupRecord, NodeBody,
    PrivilegeLevel, Relation, ResourceRecord, SourceKey, SourceNode, SourceRecord,
};
use crate::relations::{HeldRelations, InputPlace};
use crate::text::{fit, shortened};
use lists::{AccessGrant, DeployKey, GitHubTeam, GitHubUser, Repository};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

/// A list of an organisation.
#[derive(Debug)]
pub struct GitHubFile<'a, R> {
    /// What is listed.
    pub list: GitHubList,
    /// The name of the file, for messages.
    pub name: &'a str,
    /// Its bytes: one JSON list, or several as `gh api --paginate` writes them.
    pub input: R,
}

/// Reads the lists of the organisation with this name.
///
/// # Errors
/// [`SourceError::Malformed`] with the file if it is no such list or has something twice, or if there is no list of members.
/// Records that were handed over before must not be used then.
pub fn read_github<'a, R: Read, S: SourceSink>(
    organisation: &str,
    files: impl IntoIterator<Item = GitHubFile<'a, R>>,
    sink: &mut S,
) -> Result<ReadingReport, SourceError<S::Error>> {
    let malformed = |line: usize, problem: String| SourceError::Malformed {
        line: u64::try_from(line).unwrap_or(u64::MAX),
        problem,
    };
    let key = SourceKey::new(&format!("github:{organisation}")).filter(|_| !organisation.trim().is_empty());
    let Some(key) = key else {
        let problem = "the name of the organisation is empty, too long or has a control character";
        return Err(malformed(1, problem.to_owned()));
    };
    let mut reading = OrganisationReading::of(key);
    let mut files: Vec<GitHubFile<'a, R>> = files.into_iter().collect();
    if !files.iter().any(|file| file.list == GitHubList::Members) {
        return Err(malformed(1, "there is no list of members (`members.json`)".to_owned()));
    }
    files.sort_by(|one, other| (&one.list, one.name).cmp(&(&other.list, other.name)));
    for GitHubFile { list, name, input } in files {
        reading
            .list(&list, name, input)
            .map_err(|(line, problem)| malformed(line, format!("`{name}`: {problem}")))?;
    }
    reading.hand_over(organisation, sink)
}

/// An organisation that is being read.
struct OrganisationReading {
    key: SourceKey,
    report: ReadingReport,
    relations: HeldRelations,
    accounts: BTreeMap<SourceKey, (String, AccountRecord)>,
    /// The members whose second factor is missing, if that list is there.
    without_second_factor: Option<BTreeSet<SourceKey>>,
    groups: BTreeMap<SourceKey, (String, GroupRecord)>,
    repositories: BTreeMap<SourceKey, String>,
    keys: BTreeMap<SourceKey, (String, CredentialRecord)>,
}

/// The line of an error, and what is wrong there.
type ListProblem = (usize, String);

impl OrganisationReading {
    fn of(key: SourceKey) -> Self {
        Self {
            key,
            report: ReadingReport::default(),
            relations: HeldRelations::default(),
            accounts: BTreeMap::new(),
            without_second_factor: None,
            groups: BTreeMap::new(),
            repositories: BTreeMap::new(),
            keys: BTreeMap::new(),
        }
    }

    fn list(&mut self, list: &GitHubList, file: &str, input: impl Read) -> Result<(), ListProblem> {
        match list {
            GitHubList::Members | GitHubList::OutsideCollaborators => {
                let is_outside = *list == GitHubList::OutsideCollaborators;
                for user in lists::read::<GitHubUser>(input)? {
                    self.account(&user, is_outside, file)?;
                }
            }
            GitHubList::Owners => {
                for user in lists::read::<GitHubUser>(input)? {
                    let body = right("owner", PrivilegeLevel::Administer, "the owners of the organisation");
                    self.user_relation(&user, Relation::May, Some(self.key.clone()), body);
                }
            }
            GitHubList::WithoutSecondFactor => {
                let users = lists::read::<GitHubUser>(input)?;
                let keys = users.iter().filter_map(|user| self.user_key(user));
                self.without_second_factor = Some(keys.collect());
            }
            GitHubList::Teams => {
                for team in lists::read::<GitHubTeam>(input)? {
                    self.team(team)?;
                }
            }
            GitHubList::TeamMembers { team } => {
                let key = self.known_team(team)?;
                for user in lists::read::<GitHubUser>(input)? {
                    self.user_relation(&user, Relation::MemberOf, Some(key.clone()), EdgeBody::default());
                }
            }
            GitHubList::TeamRepositories { team } => {
                let key = self.known_team(team)?;
                for grant in lists::read::<AccessGrant>(input)? {
                    let place = format!("the team `{}`", shortened(team));
                    let Some(repository) =
                        grant.full_name.as_deref().and_then(|name| self.repository_key(name))
                    else {
                        self.report.leave_out(place, "a repository has no `full_name`");
                        continue;
                    };
                    self.relations.add(&key, Relation::May, &repository, grant.body(&place));
                }
            }
            GitHubList::Repositories => {
                for Repository { full_name } in lists::read::<Repository>(input)? {
                    let Some(key) = self.repository_key(&full_name) else { continue };
                    if self.repositories.insert(key, full_name.clone()).is_some() {
                        return Err(twice(&full_name));
                    }
                }
            }
            GitHubList::Collaborators { repository } => {
                let key = self.repository_key(repository);
                for grant in lists::read::<AccessGrant>(input)? {
                    let place = format!("the collaborators of `{}`", shortened(repository));
                    let body = grant.body(&place);
                    self.user_relation(&grant.user(), Relation::May, key.clone(), body);
                }
            }
            GitHubList::DeployKeys { repository } => {
                for key in lists::read::<DeployKey>(input)? {
                    self.deploy_key(repository, &key)?;
                }
            }
        }
        Ok(())
    }

    fn account(&mut self, user: &GitHubUser, is_outside: bool, file: &str) -> Result<(), ListProblem> {
        let Some(key) = self.user_key(user) else {
            self.report.leave_out(format!("`{file}`"), "a user has no `id` or no `login`");
            return Ok(());
        };
        if self.accounts.contains_key(&key) {
            return Err(twice(&user.login));
        }
        let record = AccountRecord {
            used_by: (user.class.as_deref() == Some("Bot")).then_some(AccountUse::Service),
            description: is_outside.then(|| "an outside collaborator".to_owned()),
            enabled: Some(true),
            ..AccountRecord::default()
        };
        if !is_outside {
            let body = right("member", PrivilegeLevel::Read, "the members of the organisation");
            self.relations.add(&key, Relation::May, &self.key.clone(), body);
        }
        self.accounts.insert(key, (user.login.clone(), record));
        Ok(())
    }

    /// Adds a relation of a user. One who is neither a member nor an outside collaborator is reported at the end.
    fn user_relation(
        &mut self,
        user: &GitHubUser,
        relation: Relation,
        to: Option<SourceKey>,
        body: EdgeBody,
    ) {
        match (self.user_key(user), to) {
            (Some(key), Some(to)) => self.relations.add(&key, relation, &to, body),
            _ => self.report.leave_out(
                format!("`{}`", shortened(&user.login)),
                "a list names it without `id`, or names what it has a right to without a name",
            ),
        }
    }

    fn team(&mut self, team: GitHubTeam) -> Result<(), ListProblem> {
        let Some(key) = self.key_of("team", &team.slug) else {
            self.report.leave_out("a team", "its `slug` is empty, too long or has a control character");
            return Ok(());
        };
        if self.groups.contains_key(&key) {
            return Err(twice(&team.slug));
        }
        if let Some(parent) = team.parent.and_then(|parent| self.key_of("team", &parent.slug)) {
            let granted_by = Some("a team has what its parent has".to_owned());
            self.relations.add(
                &key,
                Relation::MemberOf,
                &parent,
                EdgeBody { granted_by, ..EdgeBody::default() },
            );
        }
        let description = team.description.as_deref().and_then(fit);
        let name = team.name.as_deref().and_then(fit).unwrap_or(team.slug);
        self.groups.insert(key, (name, GroupRecord { description, ..GroupRecord::default() }));
        Ok(())
    }

    fn known_team(&self, slug: &str) -> Result<SourceKey, ListProblem> {
        let key = self.key_of("team", slug).filter(|key| self.groups.contains_key(key));
        key.ok_or_else(|| (1, format!("the list of teams has no team `{}`", shortened(slug))))
    }

    /// Reads a deploy key: an account of a machine that has one key and may use one repository.
    fn deploy_key(&mut self, repository: &str, deploy: &DeployKey) -> Result<(), ListProblem> {
        let to = self.repository_key(repository);
        let account = self.key_of("deploy-key", &format!("{repository}/{}", deploy.id));
        let credential = account.as_ref().and_then(|key| SourceKey::new(&format!("{key}/key")));
        let (Some(to), Some(account), Some(credential)) = (to, account, credential) else {
            self.report
                .leave_out(format!("the deploy keys of `{}`", shortened(repository)), "the name is too long");
            return Ok(());
        };
        if self.accounts.contains_key(&account) {
            return Err(twice(&deploy.id.to_string()));
        }
        let title = deploy.title.as_deref().and_then(fit);
        let name = title.clone().unwrap_or_else(|| format!("deploy key {}", deploy.id));
        let (role, level) =
            if deploy.read_only { ("read", PrivilegeLevel::Read) } else { ("write", PrivilegeLevel::Write) };
        self.relations.add(
            &account,
            Relation::May,
            &to,
            right(role, level, "the deploy keys of the repository"),
        );
        self.relations.add(&account, Relation::Has, &credential, EdgeBody::default());
        let record = AccountRecord {
            used_by: Some(AccountUse::Service),
            description: Some("a deploy key".to_owned()),
            owner: deploy.added_by.as_deref().and_then(fit),
            enabled: deploy.enabled,
            created_at: deploy.created_at(),
            last_used_at: deploy.last_used_at(),
            ..AccountRecord::default()
        };
        let key = CredentialRecord {
            class: CredentialClass::SshKey,
            enabled: deploy.enabled,
            created_at: deploy.created_at(),
            last_used_at: deploy.last_used_at(),
            expires_at: None,
        };
        self.accounts.insert(account, (name.clone(), record));
        self.keys.insert(credential, (name, key));
        Ok(())
    }

    fn hand_over<S: SourceSink>(
        mut self,
        organisation: &str,
        sink: &mut S,
    ) -> Result<ReadingReport, SourceError<S::Error>> {
        let resource =
            |class: &str| NodeBody::Resource(ResourceRecord { class: Some(class.to_owned()), owner: None });
        let mut nodes = vec![(self.key.clone(), organisation.to_owned(), resource("organisation"))];
        let without = self.without_second_factor.take();
        for (key, (name, mut record)) in std::mem::take(&mut self.accounts) {
            // A deploy key and an outside collaborator are in no list of second factors.
            if record.description.is_none() {
                record.multi_factor = without.as_ref().map(|without| !without.contains(&key));
            }
            nodes.push((key, name, NodeBody::Account(record)));
        }
        for (key, (name, record)) in std::mem::take(&mut self.groups) {
            nodes.push((key, name, NodeBody::Group(record)));
        }
        for (key, name) in std::mem::take(&mut self.repositories) {
            nodes.push((key, name, resource("repository")));
        }
        for (key, (name, record)) in std::mem::take(&mut self.keys) {
            nodes.push((key, name, NodeBody::Credential(record)));
        }
        for (key, name, body) in nodes {
            if self.relations.describe(&key, body.kind(), InputPlace { file: 0, at: 0 }).is_err() {
                self.report.leave_out(format!("`{}`", shortened(key.as_str())), "two things have this key");
                continue;
            }
            self.report.nodes += 1;
            let name = fit(&name).unwrap_or_else(|| key.to_string());
            sink.take(SourceRecord::Node(Box::new(SourceNode { key, name, body })))
                .map_err(SourceError::Sink)?;
        }
        self.relations.hand_over(&mut self.report, sink)?;
        Ok(self.report)
    }

    fn key_of(&self, kind: &str, name: &str) -> Option<SourceKey> {
        if name.is_empty() { None } else { SourceKey::new(&format!("{}/{kind}/{name}", self.key)) }
    }

    /// A login can be given up and taken by somebody else; the number cannot.
    fn user_key(&self, user: &GitHubUser) -> Option<SourceKey> {
        if user.login.is_empty() { None } else { self.key_of("user", &user.id?.to_string()) }
    }

    /// Repositories are named by their owner and their name, which GitHub compares without regard to case.
    fn repository_key(&self, full_name: &str) -> Option<SourceKey> {
        let name = full_name.rsplit('/').next().unwrap_or_default();
        self.key_of("repository", &name.to_lowercase())
    }
}

fn right(role: &str, level: PrivilegeLevel, place: &str) -> EdgeBody {
    EdgeBody {
        rights: once([role.to_owned()]),
        level: Some(level),
        granted_by: Some(place.to_owned()),
        ..EdgeBody::default()
    }
}

fn twice(name: &str) -> ListProblem {
    (
        1,
        format!(
            "`{}` is there twice: the list changed while its pages were read; export it again",
            shortened(name)
        ),
    )
}
