//! The tree of commands.

use crate::context::Common;
use crate::verbs::{
    access, again, application, decisions, device, evidence, fact, finding, group, identity, inventory,
    inventory_access, job, journal, key, label, network, openid_client, person, plan, policy, projection,
    proposal, protect, prove, provider, query, reach, replay, review, role, rollback, rollout, schedule,
    service, shadow, source, trends, trust,
};
use clap::{Args, Parser, Subcommand};
use std::net::SocketAddr;
use std::path::PathBuf;

/// The whole command line.
#[derive(Debug, Parser)]
#[command(
    name = "countersign",
    bin_name = "countersign",
    version,
    about = "A zero-trust gate that decides every request by identity, device and risk, and says why",
    max_term_width = 100,
    arg_required_else_help = true,
    disable_help_subcommand = true,
    after_help = "Begin with `countersign up`, then `countersign protect http://127.0.0.1:3000 --name wiki`.\n\
                  If something is wrong, run `countersign doctor`. Exit codes: docs/cli.md."
)]
pub struct Cli {
    #[command(flatten)]
    pub(crate) common: Common,
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Start everything on this machine, with three sample applications, on loopback only
    #[command(
        after_help = "Examples:\n  countersign up\n  countersign up --data ./data --listen 127.0.0.1:9000 --no-samples\n\n\
                            The first time, it prints a one-time link, with which the first administrator enrols a passkey."
    )]
    Up(UpArgs),
    /// Start with a configuration file
    #[command(after_help = "Examples:\n  countersign serve --config /etc/countersign.toml\n  \
                            countersign serve --config /etc/countersign.toml --check")]
    Serve(ServeArgs),
    /// Put a web application behind the gate
    Protect(protect::Protect),
    /// People, their invitations and passkeys
    #[command(subcommand, arg_required_else_help = true)]
    Person(person::PersonVerb),
    /// The OpenID providers with which people sign in
    #[command(subcommand, arg_required_else_help = true)]
    Provider(provider::ProviderVerb),
    /// The programs that sign people in with this installation (OpenID clients)
    #[command(subcommand, arg_required_else_help = true, name = "openid-client")]
    OpenIdClient(openid_client::OpenIdClientVerb),
    /// Groups
    #[command(subcommand, arg_required_else_help = true)]
    Group(group::GroupVerb),
    /// Service accounts and their tokens
    #[command(subcommand, arg_required_else_help = true)]
    Service(service::ServiceVerb),
    /// Devices and their posture
    #[command(subcommand, arg_required_else_help = true)]
    Device(device::DeviceVerb),
    /// Applications behind the gate
    #[command(subcommand, arg_required_else_help = true)]
    Application(application::ApplicationVerb),
    /// Sessions: list them, and end them
    #[command(subcommand, arg_required_else_help = true)]
    Session(access::SessionVerb),
    /// Just-in-time grants: one person requests, another countersigns
    #[command(subcommand, arg_required_else_help = true)]
    Grant(access::GrantVerb),
    /// Commands that need two people: one proposes, another countersigns
    #[command(subcommand, arg_required_else_help = true)]
    Proposal(proposal::ProposalVerb),
    /// Exceptions to guardrails
    #[command(subcommand, arg_required_else_help = true)]
    Exception(access::ExceptionVerb),
    /// The risk of people
    #[command(subcommand, arg_required_else_help = true)]
    Risk(access::RiskVerb),
    /// Policies: list, check, test, publish
    #[command(subcommand, arg_required_else_help = true)]
    Policy(policy::PolicyVerb),
    /// List recorded decisions, the newest first
    Decisions(decisions::ListDecisionsArgs),
    /// Explain one decision: the policies, the evidence, the remedy
    Why(decisions::WhyArgs),
    /// Evaluate one decision again with changed evidence: what would have happened if?
    AskAgain(again::AskAgainArgs),
    /// Rehearse a working folder: list whom it would have stopped
    Plan(plan::PlanArgs),
    /// Rehearse a working folder, ask for confirmation, and put it in force
    Apply(plan::ApplyArgs),
    /// Put an earlier version in force again
    Rollback(rollback::RollbackArgs),
    /// What the policies in the shadow stage would have changed
    #[command(subcommand, arg_required_else_help = true)]
    Shadow(shadow::ShadowVerb),
    /// Enforce a policy in the shadow stage for a growing sample of people
    #[command(subcommand, arg_required_else_help = true)]
    Rollout(rollout::RolloutVerb),
    /// Evaluate every recorded decision again, and compare with the recorded result
    Replay(replay::ReplayArgs),
    /// Evaluate every access again without its evidence: what does it depend on?
    Prove(prove::ProveArgs),
    /// The implicit-trust register: access that no policy checks
    #[command(subcommand, arg_required_else_help = true)]
    Trust(trust::TrustVerb),
    /// Jobs: list them, show results, stop one
    #[command(subcommand, arg_required_else_help = true)]
    Job(job::JobVerb),
    /// Recurring work
    #[command(subcommand, arg_required_else_help = true)]
    Schedule(schedule::ScheduleVerb),
    /// Show who could act on a resource: now, with more evidence, or not at all
    WhoCan(reach::WhoCanArgs),
    /// Show what a person could do with every resource
    WhatCan(reach::WhatCanArgs),
    /// Run SQL queries over decisions, sessions and facts
    Query(query::QueryArgs),
    /// The evidence: export, verify, maintain
    #[command(subcommand, arg_required_else_help = true)]
    Evidence(evidence::EvidenceVerb),
    /// The keys that sign assertions to applications
    #[command(subcommand, arg_required_else_help = true)]
    Key(key::KeyVerb),
    /// The named networks
    #[command(subcommand, arg_required_else_help = true)]
    Network(network::NetworkVerb),
    /// The sources of identities: directories and systems that say who and what there is
    #[command(subcommand, arg_required_else_help = true)]
    Source(source::SourceVerb),
    /// The inventory: what the sources of identities say
    #[command(subcommand, arg_required_else_help = true)]
    Inventory(inventory::InventoryVerb),
    /// Who can reach what, by what the sources of identities say, and by which path
    #[command(subcommand, arg_required_else_help = true)]
    Access(inventory_access::AccessVerb),
    /// Labels: what is sensitive about applications, databases and hosts, and who confirmed it
    #[command(subcommand, arg_required_else_help = true)]
    Label(label::LabelVerb),
    /// Findings: what is wrong with accounts, groups and the like
    #[command(subcommand, arg_required_else_help = true)]
    Finding(finding::FindingVerb),
    /// Access reviews: which accesses stay, decided by those who answer for them
    #[command(subcommand, arg_required_else_help = true)]
    Review(review::ReviewVerb),
    /// Roles that would explain today's access with less structure, and what people decide about them
    #[command(subcommand, arg_required_else_help = true)]
    Role(role::RoleVerb),
    /// Identities: which accounts belong to one person or one service, and what people decide about it
    #[command(subcommand, arg_required_else_help = true)]
    Identity(identity::IdentityVerb),
    /// The facts of the journal, and the history of one thing
    #[command(subcommand, arg_required_else_help = true)]
    Fact(fact::FactVerb),
    /// The journal: its head, verification, archiving
    #[command(subcommand, arg_required_else_help = true)]
    Journal(journal::JournalVerb),
    /// The tables beside the journal: their progress, and comparing them with the journal
    #[command(subcommand, arg_required_else_help = true)]
    Projection(projection::ProjectionVerb),
    /// Show the state of the installation in numbers
    #[command(after_help = "Examples:\n  countersign status\n  countersign status --json")]
    Status,
    /// Show the figures of the last days
    Trends(trends::TrendsArgs),
    /// Show who calls, and what the policies would allow them now
    #[command(after_help = "Examples:\n  countersign whoami\n  countersign whoami --json")]
    Whoami,
    /// Find problems of this installation, with their remedies
    #[command(after_help = "Examples:\n  countersign doctor\n  countersign doctor --json\n\n\
                            Ends with 6 if there is a failure; warnings do not count.")]
    Doctor,
    /// Print the completion script of a shell
    #[command(
        after_help = "Examples:\n  countersign completions bash > ~/.local/share/bash-completion/completions/countersign"
    )]
    Completions {
        /// bash, elvish, fish, powershell or zsh
        shell: clap_complete::Shell,
    },
}

/// The options of `countersign up`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct UpArgs {
    /// The data folder: from `--data`, its environment variable, or the default. [`crate::main`] fills it in.
    #[arg(skip)]
    pub data: PathBuf,
    /// The address for plain HTTP
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// The address for HTTPS, for devices with certificates
    #[arg(long, value_name = "ADDR")]
    pub tls_listen: Option<SocketAddr>,
    /// The address at which proxies ask for decisions (forward-auth, AuthZEN)
    #[arg(long, value_name = "ADDR")]
    pub decision_point: Option<SocketAddr>,
    /// The address of /metrics, /healthz and /readyz
    #[arg(long, value_name = "ADDR")]
    pub metrics: Option<SocketAddr>,
    /// The first administrator's mail address
    #[arg(long, value_name = "ADDRESS", default_value = "admin@countersign.localhost")]
    pub email: String,
    /// The first administrator's name
    #[arg(long, default_value = "Administrator")]
    pub name: String,
    /// Do not start the sample applications
    #[arg(long)]
    pub no_samples: bool,
}

/// The options of `countersign serve`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct ServeArgs {
    /// The configuration file (TOML)
    #[arg(long, value_name = "FILE", env = "COUNTERSIGN_CONFIG", hide_env_values = true)]
    pub config: PathBuf,
    /// Check the configuration file, report errors, and end
    #[arg(long)]
    pub check: bool,
    /// Whether to report failures as problem documents. [`crate::main`] fills it in.
    #[arg(skip)]
    pub json: bool,
}
