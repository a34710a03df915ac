//! Every endpoint as data: what it is called, what it takes, what it answers. The OpenAPI document is made of this
//! table, and the server's tests walk it, so an endpoint that only one of them knows is found.

use crate::endpoint::{Endpoint, Method};
use crate::{
    Application, AssertionKey, Countersigning, Credential, Decisions, Declaration, Device, Exception,
    Explained, Grant, Group, Invitation, IssuedToken, Job, JournalHead, Label, NewDevice,
    NewEvidenceVerification, NewException, NewGrant, NewGroup, NewInvitation, NewPerson, NewPlan, NewProof,
    NewQuery, NewReplay, NewRollout, NewService, NewShadowReport, NewToken, NewUpkeep, Person, Policies,
    PolicyFiles, PolicyLint, PolicyVersion, PostureReport, Proposal, Publication, Published, QueryAnswer,
    QueryTable, ReachClass, Reason, RegisterFigures, Risk, Rollback, Rollout, Service, Session,
    SettingsInForce, StageChange, StarterPermit, Status, Trust, TrustDocument, TrustOwner, TrustStanding,
    TrustsChanged, Verification, VerifyRequest, WhatCan, WhoCan, words,
};

fn get(id: &'static str, path: &'static str, summary: &'static str) -> Endpoint {
    Endpoint::new(Method::Get, id, path, summary)
}

fn post(id: &'static str, path: &'static str, summary: &'static str) -> Endpoint {
    Endpoint::new(Method::Post, id, path, summary)
}

fn put(id: &'static str, path: &'static str, summary: &'static str) -> Endpoint {
    Endpoint::new(Method::Put, id, path, summary)
}

fn delete(id: &'static str, path: &'static str, summary: &'static str) -> Endpoint {
    Endpoint::new(Method::Delete, id, path, summary)
}

/// Every endpoint there is.
pub fn endpoints() -> Vec<Endpoint> {
    [
        people(),
        groups_and_services(),
        devices(),
        applications(),
        access(),
        policies(),
        reach(),
        keys(),
        evidence(),
        rehearsals(),
        register(),
        upkeep(),
        rollouts(),
    ]
    .concat()
}

fn people() -> Vec<Endpoint> {
    vec![
        get("people.list", "/people", "Everybody in the inventory.").lists::<Person>(),
        post("people.add", "/people", "Take somebody into the inventory.")
            .takes::<NewPerson>()
            .makes::<Person>(),
        get("people.show", "/people/{person}", "One person.").gives::<Person>(),
        put("people.change", "/people/{person}", "State what is known of a person from now on.")
            .takes::<NewPerson>()
            .gives::<Person>(),
        delete(
            "people.remove",
            "/people/{person}",
            "Remove a person; their sessions, passkeys and grants end with them.",
        ),
        post("people.suspend", "/people/{person}/suspend", "Let a person do nothing; their sessions end.")
            .takes::<Reason>()
            .gives::<Person>(),
        post("people.restore", "/people/{person}/restore", "Let a suspended person act again.")
            .gives::<Person>(),
        post(
            "people.invite",
            "/people/{person}/invitations",
            "Invite a person to enrol a passkey; the invitations that they had are withdrawn.",
        )
        .may_take::<NewInvitation>()
        .makes::<Invitation>(),
        get("people.credentials", "/people/{person}/credentials", "A person's passkeys.")
            .lists::<Credential>(),
        post(
            "people.confirm",
            "/people/{person}/confirm",
            "Vouch for a person: they stand on their own word from then on.",
        )
        .takes::<Reason>()
        .gives::<Person>(),
        put("people.risk", "/people/{person}/risk", "State how risky a person looks, and why.")
            .takes::<Risk>()
            .gives::<Person>(),
        delete(
            "people.end_sessions",
            "/people/{person}/sessions",
            "End every session of a person, everywhere.",
        ),
        delete(
            "credentials.remove",
            "/credentials/{id}",
            "Remove a passkey; the sessions that it began end.",
        ),
    ]
}

fn groups_and_services() -> Vec<Endpoint> {
    vec![
        get("groups.list", "/groups", "Every group.").lists::<Group>(),
        post("groups.add", "/groups", "Make a group.").takes::<NewGroup>().makes::<Group>(),
        get("groups.show", "/groups/{group}", "One group.").gives::<Group>(),
        delete("groups.remove", "/groups/{group}", "Remove a group; its name is never taken again."),
        put("groups.join", "/groups/{group}/members/{member}", "Put somebody, or a group, into a group.")
            .gives::<Group>(),
        delete(
            "groups.leave",
            "/groups/{group}/members/{member}",
            "Take somebody, or a group, out of a group.",
        )
        .gives::<Group>(),
        get("services.list", "/services", "Every service account.").lists::<Service>(),
        post("services.add", "/services", "Make a service account.").takes::<NewService>().makes::<Service>(),
        get("services.show", "/services/{id}", "One service account.").gives::<Service>(),
        delete("services.remove", "/services/{id}", "Remove a service account, and its tokens with it."),
        post("services.issue_token", "/services/{id}/tokens", "Issue a bearer token. It is shown once.")
            .takes::<NewToken>()
            .makes::<IssuedToken>(),
        delete("tokens.revoke", "/tokens/{id}", "Revoke a bearer token."),
    ]
}

fn devices() -> Vec<Endpoint> {
    vec![
        get("devices.list", "/devices", "Every device.").lists::<Device>(),
        post("devices.register", "/devices", "Take a device into the inventory.")
            .takes::<NewDevice>()
            .makes::<Device>(),
        get("devices.show", "/devices/{id}", "One device.").gives::<Device>(),
        put("devices.change", "/devices/{id}", "State what is known of a device from now on.")
            .takes::<NewDevice>()
            .gives::<Device>(),
        delete("devices.remove", "/devices/{id}", "Remove a device."),
        post("devices.report", "/devices/{id}/posture", "Report a device's posture.")
            .takes::<PostureReport>()
            .gives::<Device>(),
    ]
}

fn applications() -> Vec<Endpoint> {
    vec![
        get("applications.list", "/applications", "Every application.").lists::<Application>(),
        get("applications.show", "/applications/{application}", "One application.").gives::<Application>(),
        put(
            "applications.declare",
            "/applications/{application}",
            "Declare an application, or declare it again: the whole.",
        )
        .takes::<Declaration>()
        .gives::<Application>(),
        delete(
            "applications.remove",
            "/applications/{application}",
            "Protect an application no more: it is not reachable any more, and its name is never taken again.",
        ),
        post("applications.stage", "/applications/{application}/stage", "Move an application's stage.")
            .takes::<StageChange>()
            .gives::<Application>(),
        put(
            "labels.set",
            "/labels/{application}/{part}",
            "Say how sensitive a part of an application is, or take that back.",
        )
        .takes::<Label>()
        .gives::<Application>(),
    ]
}

fn access() -> Vec<Endpoint> {
    vec![
        get("sessions.list", "/sessions", "Every session that has not ended.")
            .lists::<Session>()
            .asks::<String>("person", "Of this person: an id, address or alias."),
        delete("sessions.revoke", "/sessions/{id}", "End a session, everywhere."),
        get("grants.list", "/grants", "Grants.")
            .lists::<Grant>()
            .asks::<crate::GrantState>("state", "In this state.")
            .asks::<String>("person", "Of this person: an id, address or alias."),
        post("grants.request", "/grants", "Ask for a just-in-time grant.")
            .takes::<NewGrant>()
            .makes::<Grant>(),
        get("grants.show", "/grants/{id}", "One grant.").gives::<Grant>(),
        post("grants.approve", "/grants/{id}/approve", "Countersign somebody else's grant.").gives::<Grant>(),
        post("grants.refuse", "/grants/{id}/refuse", "Refuse a grant.").takes::<Reason>().gives::<Grant>(),
        post("grants.revoke", "/grants/{id}/revoke", "End a grant before its time.")
            .takes::<Reason>()
            .gives::<Grant>(),
        get("proposals.list", "/proposals", "Commands that take two people, the newest first.")
            .lists::<Proposal>()
            .asks::<crate::ProposalState>("state", "In this state."),
        get("proposals.show", "/proposals/{id}", "One proposal, with every fact that it states.")
            .gives::<Proposal>(),
        post(
            "proposals.countersign",
            "/proposals/{id}/countersign",
            "Countersign somebody else's proposal, which is then carried out.",
        )
        .takes::<Countersigning>()
        .gives::<Proposal>(),
        post("proposals.refuse", "/proposals/{id}/refuse", "Refuse a proposal, or take one's own back.")
            .takes::<Reason>()
            .gives::<Proposal>(),
        get("exceptions.list", "/exceptions", "Exceptions that were not ended.").lists::<Exception>(),
        post("exceptions.open", "/exceptions", "Open an exception to a guardrail.")
            .takes::<NewException>()
            .makes::<Exception>(),
        delete("exceptions.end", "/exceptions/{id}", "End an exception before its time.").takes::<Reason>(),
    ]
}

fn policies() -> Vec<Endpoint> {
    vec![
        get("policies.show", "/policies", "The policies in force.").gives::<Policies>(),
        put("policies.publish", "/policies", "Publish a policy set: the whole.")
            .takes::<Publication>()
            .gives::<Published>(),
        get("settings.show", "/settings", "Applications, labels and exceptions as they are, as a whole.")
            .gives::<SettingsInForce>(),
        get("policies.files", "/policies/files", "The files that were published last.")
            .gives::<PolicyFiles>(),
        get(
            "policies.starter",
            "/policies/starter",
            "The policy file that a newly protected application begins with.",
        )
        .gives::<StarterPermit>()
        .needs::<words::ApplicationName>("application", "The application.")
        .asks::<words::GroupName>("group", "The group whose members may use it; none: every person."),
        get(
            "policies.history",
            "/policies/history",
            "The versions of the policy set that were in force, the newest first.",
        )
        .lists::<PolicyVersion>(),
        post(
            "policies.rollback",
            "/policies/rollback",
            "Put an earlier version of the policy set in force again.",
        )
        .takes::<Rollback>()
        .gives::<Published>(),
        get("policies.lint", "/policies/lint", "What the owners of the policies in force should look at.")
            .gives::<PolicyLint>(),
    ]
}

fn reach() -> Vec<Endpoint> {
    vec![
        circumstances(
            get(
                "reach.who",
                "/reach/who",
                "Who could do something with a resource: now, with more evidence, or not at all.",
            )
            .gives::<WhoCan>()
            .needs::<words::ResourceName>("resource", "The resource: an application and one of its parts.")
            .needs::<words::Action>("action", "The action.")
            .asks::<ReachClass>("class", "Only those of this class.")
            .asks::<words::Limit>("limit", "At most so many; none: every one."),
        ),
        circumstances(
            get(
                "reach.what",
                "/reach/what",
                "What a person could do with every resource: now, with more evidence, or not at all.",
            )
            .gives::<WhatCan>()
            .needs::<String>("person", "The person: an id, address or alias.")
            .asks::<words::ApplicationName>("application", "Only of this application.")
            .asks::<words::Limit>("limit", "At most so many resources; none: every one."),
        ),
    ]
}

/// What a policy may read of a request, for an endpoint that is asked about requests which nobody made.
fn circumstances(endpoint: Endpoint) -> Endpoint {
    endpoint
        .asks::<String>("address", "As if asked from this IP address; none: from nowhere in particular.")
        .asks::<String>(
            "operation",
            "As if asked with this word; none: GET to read, download and connect, else POST.",
        )
        .asks::<String>("item", "As if this item were asked for; none: `/`.")
}

fn keys() -> Vec<Endpoint> {
    vec![
        get("keys.list", "/keys", "The keys that assertions to applications are signed with.")
            .lists::<AssertionKey>(),
        post(
            "keys.rotate",
            "/keys/{kid}/rotate",
            "Have a key replaced: its gate makes another; what was signed is believed until it has expired.",
        )
        .gives::<AssertionKey>(),
        delete(
            "keys.retire",
            "/keys/{kid}",
            "Trust a key no more, nor anything that it signed. The last that signs is to be rotated first.",
        ),
    ]
}

fn evidence() -> Vec<Endpoint> {
    vec![
        get("decisions.list", "/decisions", "Recorded decisions, newest first.")
            .gives::<Decisions>()
            .asks::<words::Moment>("since", "Not before this moment.")
            .asks::<words::Moment>("until", "Before this moment.")
            .asks::<words::ApplicationName>("application", "Of this application.")
            .asks::<String>("person", "By this person: an id, address or alias.")
            .asks::<words::Principal>("principal", "By this principal.")
            .asks::<String>("effect", "That fell this way: `allow` or `deny`.")
            .asks::<words::Action>("action", "About this action.")
            .asks::<words::DeviceId>("device", "From this device.")
            .asks::<words::Limit>("limit", "At most so many; none: 100, and never more than 10,000."),
        get("decisions.why", "/decisions/{id}", "One decision, and why it fell as it did.")
            .gives::<Explained>(),
        get(
            "evidence.export",
            "/evidence/export",
            "Decisions, sign-ins and grants for other systems, oldest first.",
        )
        .lines()
        .needs::<String>("format", "In whose words: `ocsf`, the only ones there are.")
        .asks::<words::Moment>("since", "Not before this moment.")
        .asks::<words::Moment>("until", "Before this moment."),
        post(
            "query.ask",
            "/query",
            "Ask a question in SQL over decisions, sessions and facts; it only reads, and is bounded.",
        )
        .takes::<NewQuery>()
        .gives::<QueryAnswer>(),
        get("query.tables", "/query/tables", "The tables that can be asked, with their columns.")
            .lists::<QueryTable>(),
        get("status.show", "/status", "How the installation is.").gives::<Status>(),
        get("journal.head", "/journal/head", "How far the journal goes.").gives::<JournalHead>(),
        post("journal.verify", "/journal/verify", "Walk the journal's whole chain and check every hash.")
            .may_take::<VerifyRequest>()
            .gives::<Verification>(),
    ]
}

fn upkeep() -> Vec<Endpoint> {
    vec![
        post("evidence.verify", "/evidence/verify", "Compare every file of the evidence with its anchor.")
            .may_take::<NewEvidenceVerification>()
            .makes::<Job>(),
        post("evidence.anchor", "/evidence/anchor", "Take in files of the evidence that nobody anchored.")
            .may_take::<NewUpkeep>()
            .makes::<Job>(),
        post("evidence.compact", "/evidence/compact", "Make the files of each finished day one.")
            .may_take::<NewUpkeep>()
            .makes::<Job>(),
        post("evidence.retain", "/evidence/retain", "Remove what is older than records are kept.")
            .may_take::<NewUpkeep>()
            .makes::<Job>(),
    ]
}

fn rehearsals() -> Vec<Endpoint> {
    vec![
        post("replays.start", "/replays", "Ask every decision of a span again, as it was.")
            .may_take::<NewReplay>()
            .makes::<Job>(),
        post(
            "plans.start",
            "/plans",
            "Ask every decision of a span of the policies that run, and of others.",
        )
        .takes::<NewPlan>()
        .makes::<Job>(),
        post(
            "proofs.start",
            "/proofs",
            "Ask every access of a span that went ahead again, without each item of its evidence.",
        )
        .may_take::<NewProof>()
        .makes::<Job>(),
        get("jobs.list", "/jobs", "The long runs of this process, the newest first.").lists::<Job>(),
        get("jobs.show", "/jobs/{id}", "One long run, with what it found once it has finished.")
            .gives::<Job>(),
        get(
            "jobs.follow",
            "/jobs/{id}/events",
            "How far a long run is, as it goes on: its state as server-sent events.",
        )
        .tells::<Job>(),
        delete("jobs.stop", "/jobs/{id}", "Break off a long run, or forget one that has ended."),
    ]
}

fn register() -> Vec<Endpoint> {
    vec![
        get("trusts.list", "/trusts", "The implicit-trust register, what most accesses rest on first.")
            .lists::<Trust>()
            .asks::<words::ApplicationName>("application", "Of this application only.")
            .asks::<words::ResourceName>("resource", "Of this resource only.")
            .asks::<words::Action>("action", "Of this action only.")
            .asks::<words::Cohort>("cohort", "Of this cohort only.")
            .asks::<words::ItemOfEvidence>("item", "Of trust in this item only.")
            .asks::<TrustStanding>("state", "In this state only; none: all but what was eliminated."),
        get("trusts.figures", "/trusts/figures", "How the implicit-trust register stands.")
            .gives::<RegisterFigures>(),
        post("trusts.own", "/trusts/own", "Have somebody answer for entries of the register.")
            .takes::<TrustOwner>()
            .gives::<TrustsChanged>(),
        post("trusts.document", "/trusts/document", "Put on record who authorised entries of the register.")
            .takes::<TrustDocument>()
            .gives::<TrustsChanged>(),
    ]
}

fn rollouts() -> Vec<Endpoint> {
    vec![
        post(
            "shadow.start",
            "/shadow-reports",
            "Gather what the policies in their shadow stage would have done to the decisions of a span.",
        )
        .may_take::<NewShadowReport>()
        .makes::<Job>(),
        get("rollouts.list", "/rollouts", "The staged rollouts, the newest first.")
            .lists::<Rollout>()
            .asks::<bool>("active", "Only those by which a policy counts for somebody."),
        post(
            "rollouts.start",
            "/rollouts",
            "Let a policy in its shadow stage count for a sample of people that grows.",
        )
        .takes::<NewRollout>()
        .makes::<Rollout>(),
        get("rollouts.show", "/rollouts/{id}", "One staged rollout.").gives::<Rollout>(),
        post("rollouts.advance", "/rollouts/{id}/advance", "Take the next step now, before its time.")
            .gives::<Rollout>(),
        post("rollouts.halt", "/rollouts/{id}/halt", "Take a rollout back: its policy counts for nobody.")
            .takes::<Reason>()
            .gives::<Rollout>(),
    ]
}
