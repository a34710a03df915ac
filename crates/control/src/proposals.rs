//! Commands that need two people: listing, countersigning and refusing them.

use crate::input::{Json, QueryParameters, in_path, on_record};
use crate::names::current_name;
use crate::page::{PageParameters, SortKey};
use crate::refusal::JsonResult;
use crate::{Caller, Control, Refusal, secret};
use axum::extract::{Path, State};
use countersign_api::{self as api, rows};
use countersign_facts::{
    Actor, ApplicationFact, CommandFact, CredentialFact, Digest, ExceptionFact, Fact, GroupFact,
    InvitationFact, InvitationPurpose, Member, OpenIdClientFact, PersonFact, PoliciesFact, ProviderFact,
    ResourceFact, RiskFact, RolloutFact, ServiceFact, SettingsFact, SourceFact, Stated,
};
use countersign_names::{PersonId, Principal, ProposalId, ServiceId, Timestamp};
use countersign_world::{Proposal, ProposalState, Standing, World};
use std::sync::Arc;

pub async fn list(
    State(control): State<Control>,
    caller: Caller,
    page: PageParameters,
    QueryParameters(asked): QueryParameters<rows::proposals::ProposalFilter>,
) -> JsonResult<api::Items<api::Proposal>> {
    let page = page.usual(&rows::proposals::LIST)?;
    let (world, now) = (control.world(), control.now());
    let known = world.proposals().filter(|it| asked.state.is_none_or(|state| state_of(it, now) == state));
    let found = page.select(known, |proposal, _| {
        (SortKey::moment(proposal.proposed_at), SortKey::id(proposal.id.bits()))
    });
    Ok(axum::Json(found.shown(|proposal| shown(&world, &caller, proposal, now))))
}

pub async fn show(
    State(control): State<Control>,
    caller: Caller,
    Path(id): Path<String>,
) -> JsonResult<api::Proposal> {
    view(&control, &caller, in_path("id", &id)?)
}

pub async fn countersign(
    State(control): State<Control>,
    caller: Caller,
    Path(id): Path<String>,
    Json(signing): Json<api::Countersigning>,
) -> JsonResult<api::Proposal> {
    let id: ProposalId = in_path("id", &id)?;
    let digest: Digest = signing
        .digest
        .parse()
        .map_err(|_| Refusal::invalid("digest", "it is no SHA-256 in hexadecimal digits"))?;
    control
        .command(&caller, move |world, now| Ok((countersignature(known(world, id)?, digest, now), ())))
        .await?;
    view(&control, &caller, id)
}

/// Returns the facts of a countersignature: that, and then what was proposed.
fn countersignature(proposal: &Proposal, digest: Digest, now: Timestamp) -> Vec<Fact> {
    let mut facts = vec![Fact::Command(CommandFact::Countersigned { proposal: proposal.id, digest })];
    if proposal.is_open(now) {
        facts.extend(proposal.facts.iter().cloned());
    }
    facts
}

/// Returns whether the caller may say yes with these facts. The world answers, as it would to the command itself, so
/// that the two cannot differ.
pub fn independence(
    world: &World,
    caller: &Caller,
    facts: Vec<Fact>,
    now: Timestamp,
) -> api::AnswerIndependence {
    let by = caller.actor();
    let stated: Vec<_> = facts.into_iter().map(|fact| Stated { at: now, by: by.clone(), fact }).collect();
    let why_not = world.after(&stated).err().map(|contradiction| contradiction.message);
    api::AnswerIndependence { may: why_not.is_none(), why_not }
}

pub async fn refuse(
    State(control): State<Control>,
    caller: Caller,
    Path(id): Path<String>,
    Json(why): Json<api::Reason>,
) -> JsonResult<api::Proposal> {
    let id: ProposalId = in_path("id", &id)?;
    let reason = on_record("reason", &why.reason)?;
    control
        .command(&caller, move |world, _| {
            known(world, id)?;
            Ok((vec![Fact::Command(CommandFact::Refused { proposal: id, reason: reason.clone() })], ()))
        })
        .await?;
    view(&control, &caller, id)
}

fn known(world: &World, id: ProposalId) -> Result<&Arc<Proposal>, Refusal> {
    world.proposal(id).ok_or_else(|| Refusal::not_found("proposal", id).about_field("id"))
}

fn view(control: &Control, caller: &Caller, id: ProposalId) -> JsonResult<api::Proposal> {
    let world = control.world();
    let proposal = known(&world, id)?;
    let facts = proposal.facts.iter().map(serde_json::to_value).collect::<Result<_, _>>();
    let facts = facts.map_err(|error| Refusal::unavailable(format!("a fact has no JSON: {error}")))?;
    Ok(axum::Json(api::Proposal { facts, ..shown(&world, caller, proposal, control.now()) }))
}

fn state_of(proposal: &Proposal, now: Timestamp) -> api::ProposalState {
    match proposal.state {
        ProposalState::Open if proposal.is_open(now) => api::ProposalState::Open,
        ProposalState::Open => api::ProposalState::Expired,
        ProposalState::Countersigned { .. } => api::ProposalState::Countersigned,
        ProposalState::Refused { .. } => api::ProposalState::Refused,
    }
}

fn shown(world: &World, caller: &Caller, proposal: &Proposal, now: Timestamp) -> api::Proposal {
    let (by, at, answer) = match &proposal.state {
        ProposalState::Open => (None, None, None),
        ProposalState::Countersigned { by, at } => (Some(by.to_string()), Some(*at), None),
        ProposalState::Refused { by, at, reason } => (Some(by.to_string()), Some(*at), Some(reason.clone())),
    };
    let email = match proposal.by {
        Actor::Person(person) => world.person(person).map(|known| known.about.email.clone()),
        _ => None,
    };
    api::Proposal {
        id: proposal.id,
        by: proposal.by.to_string(),
        email,
        by_name: current_name(world, &proposal.by.to_string()),
        text: proposal.text.clone(),
        digest: proposal.digest.to_string(),
        proposed_at: proposal.proposed_at,
        expires_at: proposal.expires_at,
        state: state_of(proposal, now),
        answered_by_name: by.as_deref().and_then(|by| current_name(world, by)),
        answered_by: by,
        answered_at: at,
        answer,
        caller: proposal
            .is_open(now)
            .then(|| independence(world, caller, countersignature(proposal, proposal.digest, now), now)),
        facts: Vec::new(),
    }
}

/// Returns the SHA-256 of these facts as JSON.
pub fn digest_of(facts: &[Fact]) -> Result<Digest, Refusal> {
    let bytes = serde_json::to_vec(facts)
        .map_err(|error| Refusal::unavailable(format!("a fact has no JSON: {error}")))?;
    Ok(secret::sha256(&bytes))
}

/// Returns whether anybody except the operator could countersign what `by` proposes.
pub fn somebody_may_countersign(world: &World, by: &Actor, now: Timestamp) -> bool {
    let Actor::Person(proposer) = by else { return true };
    world.approvers().into_iter().any(|other| {
        let able = world.person(other).is_some_and(|known| known.standing == Standing::Active)
            && world.credentials_of(other).next().is_some();
        able && world.independent(other, *proposer, now)
    })
}

/// Describes what these facts do, one per line. This function words them, not the proposer.
pub fn described(world: &World, facts: &[Fact]) -> String {
    let lines: Vec<String> = facts.iter().map(|fact| line(world, fact)).collect();
    lines.join("\n")
}

fn line(world: &World, fact: &Fact) -> String {
    let person = |id: &PersonId| named(world, *id);
    let service =
        |id: &ServiceId| world.service(*id).map_or_else(|| id.to_string(), |known| known.name.clone());
    match fact {
        Fact::Person(PersonFact::Added { about, .. }) => format!("add {} <{}>", about.name, about.email),
        Fact::Person(PersonFact::Changed { person: whom, about }) => {
            let aliases: Vec<&str> = about.aliases.iter().map(String::as_str).collect();
            let (name, email, kind) = (&about.name, &about.email, about.kind.as_str());
            format!("change {} to {name} <{email}>, {kind}, aliases [{}]", person(whom), aliases.join(", "))
        }
        Fact::Person(PersonFact::Suspended { person: whom, reason }) => {
            format!("suspend {}: {reason}", person(whom))
        }
        Fact::Person(PersonFact::Restored { person: whom }) => format!("restore {}", person(whom)),
        Fact::Person(PersonFact::Removed { person: whom }) => format!("remove {}", person(whom)),
        Fact::Group(GroupFact::Added { group, .. }) => format!("add the group {group}"),
        Fact::Group(GroupFact::Removed { group }) => format!("remove the group {group}"),
        Fact::Group(GroupFact::MemberAdded { group, member }) => {
            format!("put {} into the group {group}", of_member(world, member))
        }
        Fact::Group(GroupFact::MemberRemoved { group, member }) => {
            format!("take {} out of the group {group}", of_member(world, member))
        }
        Fact::Service(ServiceFact::Added { name, owner, .. }) => {
            format!("add the service account {name} of {}", person(owner))
        }
        Fact::Service(ServiceFact::Removed { service: which }) => {
            format!("remove the service account {}", service(which))
        }
        Fact::Service(ServiceFact::TokenIssued { service: which, expires_at, .. }) => {
            format!("issue a token of the service account {} until {expires_at}", service(which))
        }
        Fact::Service(ServiceFact::TokenRevoked { token }) => {
            format!("revoke the {}", of_owner(world, "token", token))
        }
        Fact::Invitation(InvitationFact::Issued { person: whom, purpose, expires_at, .. }) => match purpose {
            InvitationPurpose::Enrol => format!("invite {} by a link until {expires_at}", person(whom)),
            InvitationPurpose::Recover => {
                format!(
                    "recover {} by a link until {expires_at}: their passkeys and sessions end",
                    person(whom)
                )
            }
        },
        Fact::Invitation(InvitationFact::Withdrawn { invitation }) => {
            format!("withdraw the {}", of_owner(world, "invitation", invitation))
        }
        Fact::Credential(CredentialFact::Removed { credential }) => {
            format!("remove the {}", of_owner(world, "passkey", credential))
        }
        Fact::Provider(fact) => of_provider(world, fact),
        Fact::Risk(RiskFact::Changed { principal, level, .. }) => match principal {
            Principal::Person(whom) => format!("state that the risk of {} is {level}", person(whom)),
            other => format!("state that the risk of {other} is {level}"),
        },
        other => of_configuration(world, other),
    }
}

fn of_provider(world: &World, fact: &ProviderFact) -> String {
    match fact {
        ProviderFact::Declared { provider, about } => {
            let mut told =
                format!("let people sign in with the provider {provider}, which is {}", about.issuer);
            if !about.domains.is_empty() {
                let domains: Vec<_> = about.domains.iter().map(String::as_str).collect();
                told.push_str(&format!("; its verified addresses at {} identify people", domains.join(", ")));
            }
            if let Some(kind) = about.creates_people {
                told.push_str(&format!(", and it adds people as {}", kind.as_str()));
            }
            for rule in &about.assurance {
                let amr: Vec<_> = rule.amr.iter().map(String::as_str).collect();
                let resists = if rule.phishing_resistant { " and resists phishing" } else { "" };
                told.push_str(&format!(
                    "; acr [{}] with amr [{}] is worth {}{resists}",
                    rule.acr.as_deref().unwrap_or_default(),
                    amr.join(", "),
                    rule.assurance,
                ));
            }
            told
        }
        ProviderFact::Withdrawn { provider } => format!("withdraw the provider {provider}"),
        ProviderFact::Linked { about, .. } => format!(
            "let the account {:?} at {} sign in as {}",
            about.subject,
            about.provider,
            named(world, about.person)
        ),
        ProviderFact::Unlinked { link } => format!("remove the {}", of_owner(world, "link", link)),
    }
}

fn of_configuration(world: &World, fact: &Fact) -> String {
    match fact {
        Fact::Application(ApplicationFact::Declared { application, .. }) => {
            format!("declare the application {application}")
        }
        Fact::Application(ApplicationFact::Staged { application, stage }) => {
            format!(
                "let the application {application} {}",
                if *stage == countersign_facts::ApplicationStage::Observe {
                    "only observe: denials are not enforced"
                } else {
                    "enforce"
                }
            )
        }
        Fact::Application(ApplicationFact::Removed { application }) => {
            format!("remove the application {application}")
        }
        Fact::Source(SourceFact::Declared { source, about }) => match about.leavers {
            Some(limit) => format!(
                "let the source {source} suspend people who left: at most {} of them with one import, and at most {} % of \
                 those whom it has",
                limit.people, limit.percent
            ),
            None => format!("declare the source {source}"),
        },
        Fact::Resource(ResourceFact::Labelled { resource, sensitivity }) => match sensitivity {
            Some(sensitivity) => format!("label {resource} {sensitivity}"),
            None => format!("take away the label of {resource}"),
        },
        Fact::Exception(ExceptionFact::Opened { policy, scope, reason, expires_at, .. }) => {
            let whom = scope
                .person
                .map(|it| named(world, it))
                .or(scope.group.as_ref().map(|it| format!("the group {it}")));
            let place =
                scope.application.as_ref().map_or_else(|| "everywhere".to_owned(), |it| format!("at {it}"));
            format!("exempt {} from {policy} {place} until {expires_at}: {reason}", whom.unwrap_or_default())
        }
        Fact::Exception(ExceptionFact::Ended { exception, .. }) => {
            format!("end the {}", of_owner(world, "exception", exception))
        }
        Fact::Policies(PoliciesFact::Published { files, .. } | PoliciesFact::Applied { files, .. }) => {
            let files = files.iter().map(|(path, file)| (path.clone(), file.0.clone())).collect();
            let changes = crate::publish::changes(world.policies().map(|known| &**known), &files);
            let told: Vec<_> = changes
                .iter()
                .map(|it| format!("{} {}", it.path, crate::proposals::word(it.change)))
                .collect();
            format!("put policies in force: {}", told.join(", "))
        }
        Fact::OpenIdClient(OpenIdClientFact::Declared { client, about }) => {
            let uris: Vec<_> = about.redirect_uris.iter().map(String::as_str).collect();
            format!(
                "let {} sign people in as the client {client}, which receives them at {}",
                about.application,
                uris.join(", ")
            )
        }
        Fact::OpenIdClient(OpenIdClientFact::SecretIssued { client, .. }) => {
            format!("issue a secret to the OpenID client {client}")
        }
        Fact::OpenIdClient(OpenIdClientFact::Withdrawn { client }) => {
            format!("withdraw the OpenID client {client}")
        }
        Fact::Rollout(RolloutFact::Started { policy, .. }) => format!("start a rollout of {policy}"),
        Fact::Rollout(RolloutFact::Advanced { rollout, percent }) => {
            format!("advance the {} to {percent} %", of_owner(world, "rollout", rollout))
        }
        Fact::Policies(PoliciesFact::Removed(removal)) => {
            let gone: Vec<_> = removal.policies.iter().map(ToString::to_string).collect();
            format!("stop enforcing these policies: {}", gone.join(", "))
        }
        Fact::Service(ServiceFact::TokenBound(binding)) => {
            let commands: Vec<_> = binding.commands.iter().map(String::as_str).collect();
            let bound = if binding.key.is_some() { "bound to a device's key, " } else { "" };
            format!("let the token be {bound}good for: {}", commands.join(", "))
        }
        Fact::Settings(SettingsFact::Applied { settings }) => format!("because: {}", settings.why),
        other => {
            let tag =
                serde_json::to_value(other).ok().and_then(|it| Some(it.get("fact")?.as_str()?.to_owned()));
            format!("state {}", tag.unwrap_or_default())
        }
    }
}

const fn word(change: api::Change) -> &'static str {
    match change {
        api::Change::Added => "added",
        api::Change::Changed => "changed",
        api::Change::Removed => "removed",
    }
}

/// Names what has no name of its own by what it belongs to, or by its kind and id if it is not there.
fn of_owner(world: &World, kind: &str, id: &impl ToString) -> String {
    let id = id.to_string();
    current_name(world, &id).unwrap_or_else(|| format!("{kind} {id}"))
}

fn named(world: &World, person: PersonId) -> String {
    world.person(person).map_or_else(|| person.to_string(), |known| known.about.email.clone())
}

fn of_member(world: &World, member: &Member) -> String {
    match member {
        Member::Person(person) => named(world, *person),
        Member::Service(service) => {
            let name =
                world.service(*service).map_or_else(|| service.to_string(), |known| known.name.clone());
            format!("the service account {name}")
        }
        Member::Group(group) => format!("everybody in the group {group}"),
    }
}
