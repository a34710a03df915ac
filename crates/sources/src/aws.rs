//! The identities of an AWS account, from `aws iam get-account-authorization-details`.
//!
//! What a statement allows becomes an entitlement: its actions on its resources, as it writes them. What the identity's own
//! policies deny as a whole is taken away. The rest is not: a denial of a part, or under conditions, and a permissions
//! boundary may leave less than the entitlements say, and the report names each. Policies of groups, of the organisation
//! and of resources are not weighed against those of the identity. The credential report, if it is there, says what its users
//! sign in with.

mod credentials;
mod denials;
mod document;
mod entitlements;
mod level;

use crate::reading::{ReadingReport, SourceError, SourceSink};
use crate::record::{
    AccountRecord, AccountUse, EdgeBody, GroupRecord, NodeBody, Relation, ResourceRecord, SourceKey,
    SourceNode, SourceRecord,
};
use countersign_names::Timestamp;
use denials::Denials;
use document::{AccountDetails, AttachedPolicy, IamIdentity, InlinePolicy, ManagedPolicy, PolicyDocument};
use entitlements::Entitlements;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

/// Maximum size of the export in bytes. The largest accounts have some tens of megabytes.
const LONGEST_EXPORT: u64 = 512 << 20;

/// Reads the identities of an AWS account.
///
/// # Errors
/// [`SourceError::Malformed`] with the line if the input is not such an export, or is one page of several.
pub fn read_aws_iam<S: SourceSink>(
    input: impl Read,
    sink: &mut S,
) -> Result<ReadingReport, SourceError<S::Error>> {
    read_account(input, None::<std::io::Empty>, sink)
}

/// Reads the identities of an AWS account with what its credential report (CSV) says of their passwords, keys and second
/// factors.
///
/// # Errors
/// As [`read_aws_iam`], or if the second input is no credential report or has a user twice.
pub fn read_aws_iam_with_credentials<S: SourceSink>(
    input: impl Read,
    credentials: impl Read,
    sink: &mut S,
) -> Result<ReadingReport, SourceError<S::Error>> {
    read_account(input, Some(credentials), sink)
}

fn read_account<S: SourceSink>(
    input: impl Read,
    credentials: Option<impl Read>,
    sink: &mut S,
) -> Result<ReadingReport, SourceError<S::Error>> {
    let text = whole(input, LONGEST_EXPORT, "the export")?;
    let details: AccountDetails = serde_json::from_slice(&text).map_err(|error| {
        malformed(error.line(), format!("not the output of `get-account-authorization-details`: {error}"))
    })?;
    if details.is_truncated {
        let problem = "the export is one page of several (`IsTruncated`); export without `--max-items`";
        return Err(malformed(1, problem.to_owned()));
    }
    let mut account = AwsAccount::of(&details);
    account.read(&details);
    if let Some(credentials) = credentials {
        let report = whole(credentials, credentials::LONGEST_REPORT, "the credential report")?;
        account
            .add_credentials(&report)
            .map_err(|(line, problem)| malformed(line, format!("the credential report: {problem}")))?;
    }
    account.hand_over(sink)
}

fn malformed<E>(line: usize, problem: String) -> SourceError<E> {
    SourceError::Malformed { line: u64::try_from(line).unwrap_or(u64::MAX), problem }
}

/// Reads an input whole, within a limit.
fn whole<E>(input: impl Read, limit: u64, what: &str) -> Result<Vec<u8>, SourceError<E>> {
    let mut bytes = Vec::new();
    input.take(limit + 1).read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > limit {
        return Err(malformed(1, format!("{what} is larger than {} MiB", limit >> 20)));
    }
    Ok(bytes)
}

/// An account that is being read.
struct AwsAccount<'a> {
    /// The managed policies by their names (ARN).
    policies: BTreeMap<&'a str, &'a ManagedPolicy>,
    /// The names (ARN) of the groups by their short names.
    groups: BTreeMap<&'a str, &'a str>,
    /// The names (ARN) of the identities that were read.
    identities: BTreeSet<&'a str>,
    nodes: BTreeMap<SourceKey, SourceNode>,
    edges: Entitlements,
    report: ReadingReport,
}

impl<'a> AwsAccount<'a> {
    fn of(details: &'a AccountDetails) -> Self {
        Self {
            policies: details.policies.iter().map(|policy| (policy.arn.as_str(), policy)).collect(),
            groups: details
                .group_detail_list
                .iter()
                .map(|group| (group.name.as_str(), group.arn.as_str()))
                .collect(),
            identities: BTreeSet::new(),
            nodes: BTreeMap::new(),
            edges: Entitlements::default(),
            report: ReadingReport::default(),
        }
    }

    fn read(&mut self, details: &'a AccountDetails) {
        for user in &details.user_detail_list {
            let body = |_| {
                NodeBody::Account(AccountRecord {
                    aliases: vec![user.id.clone()],
                    created_at: moment(user.create_date.as_deref()),
                    ..AccountRecord::default()
                })
            };
            let Some(key) = self.identity(user, &user.user_policy_list, body) else { continue };
            for group in &user.group_list {
                match self.groups.get(group.as_str()).and_then(|arn| SourceKey::new(arn)) {
                    Some(group) => self.edges.add(&key, Relation::MemberOf, &group, EdgeBody::default()),
                    None => {
                        self.report.leave_out(user.arn.as_str(), format!("the export has no group `{group}`"))
                    }
                }
            }
        }
        for group in &details.group_detail_list {
            self.identity(group, &group.group_policy_list, |privileged| {
                NodeBody::Group(described(group, privileged))
            });
        }
        for role in &details.role_detail_list {
            let body = |privileged| NodeBody::Role(described(role, privileged));
            let Some(key) = self.identity(role, &role.role_policy_list, body) else { continue };
            if let Some(trust) = &role.assume_role_policy_document {
                self.trust(&role.arn, &key, trust);
            }
        }
    }

    /// Reads a user, group or role with its policies. `body` learns whether it can do anything with the account.
    fn identity(
        &mut self,
        identity: &'a IamIdentity,
        inline: &'a [InlinePolicy],
        body: impl FnOnce(bool) -> NodeBody,
    ) -> Option<SourceKey> {
        let Some(key) = SourceKey::new(&identity.arn).filter(|_| !identity.name.is_empty()) else {
            self.report.leave_out("an identity", "its `Arn` or its name is empty or too long");
            return None;
        };
        if !self.identities.insert(&identity.arn) {
            self.report
                .leave_out(key.as_str(), "the export names it twice: what the second says is not read");
            return None;
        }
        let mut policies: Vec<(String, &PolicyDocument)> = inline
            .iter()
            .map(|InlinePolicy { policy_name, policy_document }| {
                (format!("{policy_name} (inline)"), policy_document)
            })
            .collect();
        for AttachedPolicy { policy_arn } in &identity.attached_managed_policies {
            match self.policies.get(policy_arn.as_str()).and_then(|policy| policy.in_force()) {
                Some(document) => policies.push((policy_arn.clone(), document)),
                None => self
                    .report
                    .leave_out(key.as_str(), format!("the export has no version in force of `{policy_arn}`")),
            }
        }
        let denials = Denials::of(&policies);
        let mut privileged = false;
        for (name, document) in &policies {
            privileged |= self.policy(&key, (name, document), &denials);
        }
        if identity.permissions_boundary.is_some() {
            self.report.leave_out(
                key.as_str(),
                "it has a permissions boundary, which is not subtracted: it may do less",
            );
        }
        let node = SourceNode { key: key.clone(), name: identity.name.clone(), body: body(privileged) };
        self.nodes.insert(key.clone(), node);
        Some(key)
    }

    /// Reads the entitlements of one policy. Returns whether it allows to administer every identity of the account.
    fn policy(
        &mut self,
        key: &SourceKey,
        (name, document): (&str, &PolicyDocument),
        denials: &Denials,
    ) -> bool {
        let mut privileged = false;
        let allowing = document.statements().enumerate().filter(|(_, statement)| statement.allows());
        for (number, statement) in allowing {
            let conditional = statement.is_conditional();
            let resources = statement.resources();
            if resources.is_empty() || statement.rights().is_empty() {
                let place = format!("{key}, statement {} of `{name}`", number + 1);
                self.report.leave_out(place, "it names no action or no resource");
            }
            for resource in resources {
                let Some(to) = SourceKey::new(&resource) else {
                    let place = format!("{key}, statement {} of `{name}`", number + 1);
                    self.report.leave_out(place, "a resource has an empty or too long name");
                    continue;
                };
                let mut rights = statement.rights();
                rights.retain(|right| !denials.cover(right, &resource));
                if rights.is_empty() {
                    continue;
                }
                let touched: BTreeSet<&str> =
                    rights.iter().flat_map(|right| denials.touch(right, &resource)).collect();
                for denial in touched {
                    let reason = format!(
                        "{denial} denies a part of what `{name}` allows on `{resource}`, which is not subtracted"
                    );
                    self.report.leave_out(key.as_str(), reason);
                }
                let everything = resource == "*" && !conditional;
                privileged |= everything && rights.iter().any(|right| level::is_over_identities(right));
                let level = rights.iter().map(|right| level::of(right)).max();
                self.resource(&to, &resource);
                let granted_by = Some(name.to_owned());
                self.edges.add(
                    key,
                    Relation::May,
                    &to,
                    EdgeBody { rights, level, conditional, granted_by, ..EdgeBody::default() },
                );
            }
        }
        privileged
    }

    fn resource(&mut self, key: &SourceKey, name: &str) {
        let class = name.split(':').nth(2).filter(|class| !class.is_empty()).map(str::to_owned);
        let body = || NodeBody::Resource(ResourceRecord { class, owner: None });
        self.nodes.entry(key.clone()).or_insert_with(|| SourceNode {
            key: key.clone(),
            name: name.to_owned(),
            body: body(),
        });
    }

    /// Reads who can take on a role.
    fn trust(&mut self, role: &str, key: &SourceKey, document: &PolicyDocument) {
        for statement in document.statements() {
            if !statement.allows() || statement.excludes_principals() {
                self.report.leave_out(
                    role,
                    "its trust policy denies or excludes principals, which is not subtracted",
                );
                continue;
            }
            for (class, principal) in statement.principals() {
                let Some(from) = SourceKey::new(&principal) else {
                    self.report
                        .leave_out(role, "a principal of its trust policy has an empty or too long name");
                    continue;
                };
                let used_by = (class == "Service").then_some(AccountUse::Service);
                let node = || SourceNode {
                    key: from.clone(),
                    name: principal.clone(),
                    body: NodeBody::Account(AccountRecord {
                        used_by,
                        description: Some(format!(
                            "a principal ({class}) outside the account's own identities"
                        )),
                        ..AccountRecord::default()
                    }),
                };
                self.nodes.entry(from.clone()).or_insert_with(node);
                let rights = statement.rights();
                let conditional = statement.is_conditional();
                let granted_by = Some("the trust policy of the role".to_owned());
                let body = EdgeBody { rights, conditional, granted_by, ..EdgeBody::default() };
                self.edges.add(&from, Relation::Controls, key, body);
            }
        }
    }

    fn hand_over<S: SourceSink>(mut self, sink: &mut S) -> Result<ReadingReport, SourceError<S::Error>> {
        for node in self.nodes.into_values() {
            self.report.nodes += 1;
            sink.take(SourceRecord::Node(Box::new(node))).map_err(SourceError::Sink)?;
        }
        for edge in self.edges.into_edges() {
            self.report.edges += 1;
            sink.take(SourceRecord::Edge(edge)).map_err(SourceError::Sink)?;
        }
        Ok(self.report)
    }
}

fn described(identity: &IamIdentity, privileged: bool) -> GroupRecord {
    GroupRecord {
        description: identity.description.clone().filter(|text| !text.is_empty()),
        owner: None,
        created_at: moment(identity.create_date.as_deref()),
        last_used_at: identity
            .role_last_used
            .as_ref()
            .and_then(|used| moment(used.last_used_date.as_deref())),
        privileged: Some(privileged),
    }
}

/// Reads a moment, with `T` or a space between date and time.
fn moment(text: Option<&str>) -> Option<Timestamp> {
    text?.replacen(' ', "T", 1).parse().ok()
}
