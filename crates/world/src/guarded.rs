//! Which commands change who administers or approves, or what guards that: each takes a second person, one by one.
//!
//! The question is asked of the text of the control plane's own policies, not of what they decide: whoever and whatever it
//! names counts as administering or approving. That may be too many, and is never too few.

use crate::{ADMINISTRATORS, CONTROL_PLANE, RolloutState, World};
use countersign_facts::{Fact, Member, PolicyFile};
use countersign_names::{GroupName, PersonId, PolicyId, Principal, RiskLevel, ServiceId};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Everything that the policies of the control plane name.
#[derive(Debug)]
pub struct Guarded {
    names: BTreeSet<String>,
    /// That a text of theirs is not plain, so that anything may be meant.
    anything: bool,
}

impl Default for Guarded {
    fn default() -> Self {
        Self::of(&BTreeMap::new())
    }
}

impl Guarded {
    /// Everything that these policies name at the control plane.
    pub(crate) fn of(files: &BTreeMap<String, PolicyFile>) -> Self {
        let (mut names, anything) = files.get(&own_file()).map(|file| texts(&file.0)).unwrap_or_default();
        names.insert(ADMINISTRATORS.to_owned());
        Self { names, anything }
    }

    fn names(&self, text: &str) -> bool {
        self.anything || self.names.contains(text)
    }

    fn group(&self, group: &GroupName) -> bool {
        self.names(group.as_str())
    }

    fn person(&self, world: &World, person: PersonId) -> bool {
        self.names(&person.to_string())
            || world.person(person).is_some_and(|known| {
                self.names(&known.about.email) || known.groups.iter().any(|group| self.group(group))
            })
    }

    fn service(&self, world: &World, service: ServiceId) -> bool {
        self.names(&service.to_string())
            || world.service(service).is_some_and(|known| {
                self.names(&known.name) || known.groups.iter().any(|group| self.group(group))
            })
    }

    /// Whether whoever is in `group` is in a group that administers or approves.
    pub(crate) fn leads_up(&self, world: &World, group: &GroupName) -> bool {
        let above = world.groups.ancestors(&Member::Group(group.clone()));
        self.group(group) || above.iter().any(|group| self.group(group))
    }
}

fn own_file() -> String {
    format!("applications/{CONTROL_PLANE}.cedar")
}

/// Every text between quotation marks of a policy file, outside of comments; and whether one of them is not plain.
fn texts(file: &str) -> (BTreeSet<String>, bool) {
    let (mut found, mut anything) = (BTreeSet::new(), false);
    let mut rest = file;
    while let Some(at) = rest.find(['"', '/']) {
        let (here, after) = rest.split_at(at);
        let _code = here;
        if let Some(comment) = after.strip_prefix("//") {
            rest = comment.find(['\n', '\r']).and_then(|end| comment.get(end..)).unwrap_or_default();
            continue;
        }
        let Some(text) = after.strip_prefix('"') else {
            rest = after.get(1..).unwrap_or_default();
            continue;
        };
        let Some(end) = text.find(['"', '\\']) else { break };
        let (plain, after) = text.split_at(end);
        if after.starts_with('\\') {
            anything = true;
            break;
        }
        found.insert(plain.to_owned());
        rest = after.get(1..).unwrap_or_default();
    }
    (found, anything)
}

impl World {
    pub(crate) fn guarded(&self) -> Arc<Guarded> {
        Arc::clone(&self.guarded)
    }

    /// Everybody who administers or approves here, as far as policies say, suspended or not.
    pub fn approvers(&self) -> BTreeSet<PersonId> {
        let guarded = self.guarded();
        self.people().filter(|known| guarded.person(self, known.id)).map(|known| known.id).collect()
    }

    /// Whether this person administers or approves here, as far as policies say.
    pub fn is_approver(&self, person: PersonId) -> bool {
        self.guarded().person(self, person)
    }

    /// Why a command that states this takes a second person, if it does. Nobody but the operator states it alone.
    ///
    /// What only takes something away for a while (ending sessions, withdrawing a link, raising somebody's risk) takes
    /// nobody else, so that whoever sees a break-in can act.
    pub(crate) fn takes_two(&self, fact: &Fact) -> Option<&'static str> {
        let guarded = self.guarded();
        let (person, service) =
            (|it: &PersonId| guarded.person(self, *it), |it: &ServiceId| guarded.service(self, *it));
        let ours = |application: &str| application == CONTROL_PLANE;
        let two = |takes: bool, why: &'static str| takes.then_some(why);
        match fact {
            Fact::PersonAdded { about, .. } => two(guarded.names(&about.email), WHO),
            Fact::PersonChanged { person: whom, about } => {
                two(person(whom) || guarded.names(&about.email), WHO)
            }
            Fact::PersonSuspended { person: whom, .. }
            | Fact::PersonRestored { person: whom }
            | Fact::PersonRemoved { person: whom }
            | Fact::InvitationIssued { person: whom, .. } => two(person(whom), WHO),
            Fact::CredentialRemoved { credential } => {
                let owner = self.credential(*credential).map(|known| known.person);
                two(owner.is_some_and(|owner| person(&owner)), WHO)
            }
            Fact::GroupRemoved { group }
            | Fact::MemberAdded { group, .. }
            | Fact::MemberRemoved { group, .. } => two(guarded.leads_up(self, group), WHO),
            Fact::ServiceAdded { name, .. } => two(guarded.names(name), WHO),
            Fact::ServiceRemoved { service: which } | Fact::TokenIssued { service: which, .. } => {
                two(service(which), WHO)
            }
            Fact::RiskChanged { principal, level, .. } => {
                two(self.lowers_guarded_risk(&guarded, principal, *level), WHO)
            }
            Fact::ApplicationDeclared { application, .. }
            | Fact::ApplicationStaged { application, .. }
            | Fact::ApplicationRemoved { application } => two(ours(application.as_str()), CONTROL),
            Fact::ResourceLabelled { resource, .. } => two(ours(resource.application().as_str()), CONTROL),
            Fact::ExceptionOpened { scope, .. } => {
                let reaches = scope.application.as_ref().is_none_or(|only| ours(only.as_str()));
                two(reaches, "it lets somebody off a guardrail of the control plane")
            }
            Fact::PoliciesPublished { files, .. } | Fact::PoliciesApplied { files, .. } => {
                two(self.changes_guarded(files), "it changes guardrails, or the control plane's own policies")
            }
            Fact::RolloutStarted { policy, .. } => two(self.is_guarded_policy(policy), ROLLOUT),
            Fact::RolloutAdvanced { rollout, .. } => {
                let policy = self.rollout(*rollout).map(|known| &known.policy);
                two(policy.is_none_or(|policy| self.is_guarded_policy(policy)), ROLLOUT)
            }
            // One that is under way is stopped by whoever sees the harm; one that reached everybody is what guards them.
            Fact::RolloutHalted { rollout, .. } => {
                let known = self.rollout(*rollout).filter(|known| known.state == RolloutState::Finished);
                two(known.is_some_and(|known| self.is_guarded_policy(&known.policy)), ROLLOUT)
            }
            // The software states these of itself; whoever else does is not to be believed alone.
            Fact::AssertionKeyPublished { .. }
            | Fact::RolloutCounted { .. }
            | Fact::RolloutFinished { .. }
            | Fact::TrustFound { .. }
            | Fact::TrustEliminated { .. } => None,
            Fact::NoticesSeen { .. }
            | Fact::PersonConfirmed { .. }
            | Fact::CommandProposed { .. }
            | Fact::CommandCountersigned { .. }
            | Fact::CommandRefused { .. }
            | Fact::GroupAdded { .. }
            // Stated right after what is judged above: the issue of the token, the publication.
            | Fact::TokenBound(_)
            | Fact::PoliciesRemoved(_)
            | Fact::TokenRevoked { .. }
            | Fact::InvitationWithdrawn { .. }
            | Fact::CredentialRegistered { .. }
            | Fact::CredentialUsed { .. }
            | Fact::DeviceRegistered { .. }
            | Fact::DeviceChanged { .. }
            | Fact::PostureReported { .. }
            | Fact::DeviceRemoved { .. }
            | Fact::SessionStarted { .. }
            | Fact::SessionSteppedUp { .. }
            | Fact::SessionHandedOver { .. }
            | Fact::SessionOpened { .. }
            | Fact::HandoverSpent { .. }
            | Fact::SessionEnded { .. }
            | Fact::GrantRequested { .. }
            | Fact::GrantApproved { .. }
            | Fact::GrantRefused { .. }
            | Fact::GrantRevoked { .. }
            | Fact::ExceptionEnded { .. }
            | Fact::TrustOwned { .. }
            | Fact::TrustDocumented { .. }
            | Fact::SettingsApplied { .. }
            | Fact::RolloutEnded { .. }
            | Fact::AssertionKeyRotated { .. }
            | Fact::AssertionKeyRetired { .. }
            | Fact::HeadAccepted { .. }
            | Fact::EvidenceAnchored { .. }
            | Fact::EvidenceCompacted { .. }
            | Fact::EvidenceExpired { .. } => None,
        }
    }

    /// Whether this takes the risk of somebody who administers or approves down. Raising it takes nobody else.
    fn lowers_guarded_risk(&self, guarded: &Guarded, principal: &Principal, level: RiskLevel) -> bool {
        let (before, theirs) = match principal {
            Principal::Person(whom) => {
                (self.person(*whom).map(|it| it.risk.level), guarded.person(self, *whom))
            }
            Principal::Service(which) => {
                (self.service(*which).map(|it| it.risk.level), guarded.service(self, *which))
            }
            Principal::Anonymous => (None, false),
        };
        theirs && before.is_some_and(|before| level < before)
    }

    /// Whether these files differ from those in force in anything but the policies of other applications, and tests.
    fn changes_guarded(&self, files: &BTreeMap<String, PolicyFile>) -> bool {
        let empty = BTreeMap::new();
        let before = self.policies().map_or(&empty, |policies| &policies.files);
        let paths: BTreeSet<&String> = before.keys().chain(files.keys()).collect();
        paths.into_iter().any(|path| is_guarded_file(path) && before.get(path) != files.get(path))
    }

    /// Whether a policy is anything but one of another application's own.
    fn is_guarded_policy(&self, policy: &PolicyId) -> bool {
        let Some(policies) = self.policies() else { return true };
        let named = format!("\"{policy}\"");
        let mut files = policies.files.iter().filter(|(_, file)| file.0.contains(&named)).peekable();
        files.peek().is_none() || files.any(|(path, _)| is_guarded_file(path) && !path.starts_with("tests/"))
    }
}

const WHO: &str = "it changes who administers or approves, or how they sign in";
const CONTROL: &str = "it changes the control plane itself";
const ROLLOUT: &str = "it changes for whom a guardrail, or a policy of the control plane, counts";

fn is_guarded_file(path: &str) -> bool {
    let other_application = path.starts_with("applications/") && path != own_file();
    !other_application && !path.starts_with("tests/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_policy_file_names_is_found_and_what_is_not_plain_means_anything() {
        let check = |file: &str, names: &[&str], anything: bool| {
            let expected: BTreeSet<String> = names.iter().map(|name| (*name).to_owned()).collect();
            assert_eq!(texts(file), (expected, anything), "{file}");
        };
        check(r#"permit (principal in Countersign :: Group::"a", action, resource);"#, &["a"], false);
        check("// don't look at \"x\" here\n\"y\"", &["y"], false);
        check(r#"@id("own") x / y "http://z" // "w""#, &["own", "http://z"], false);
        check(r#""a" Group::"administr\u{61}tors" "b""#, &["a"], true);
        check("", &[], false);
        check("\"never ends", &[], false);
    }
}
