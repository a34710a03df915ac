//! The tree of commands.

use crate::context::Common;
use crate::verbs::{
    access, application, decisions, device, evidence, group, job, journal, key, network, person, plan,
    policy, projection, proposal, protect, prove, query, reach, replay, rollback, rollout, schedule, service,
    shadow, trust,
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
    about = "A gate that decides every request on who, with what, from where, and says why",
    max_term_width = 100,
    arg_required_else_help = true,
    disable_help_subcommand = true,
    after_help = "Begin with `countersign up`, then `countersign protect http://127.0.0.1:3000 --name wiki`.\n\
                  What is wrong and how to mend it: `countersign doctor`. Exit codes: docs/cli.md."
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
                            The first time, it prints the one-time link with which the first administrator enrols a passkey."
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
    Person(person::Verb),
    /// Groups
    #[command(subcommand, arg_required_else_help = true)]
    Group(group::Verb),
    /// Service accounts and their tokens
    #[command(subcommand, arg_required_else_help = true)]
    Service(service::Verb),
    /// Devices and their posture
    #[command(subcommand, arg_required_else_help = true)]
    Device(device::Verb),
    /// What stands behind the gate
    #[command(subcommand, arg_required_else_help = true)]
    Application(application::Verb),
    /// Sessions: who is signed in, and ending it
    #[command(subcommand, arg_required_else_help = true)]
    Session(access::SessionVerb),
    /// Just-in-time grants: asked for by one person, countersigned by another
    #[command(subcommand, arg_required_else_help = true)]
    Grant(access::GrantVerb),
    /// Commands that take two people: proposed by one, countersigned by another
    #[command(subcommand, arg_required_else_help = true)]
    Proposal(proposal::Verb),
    /// Exceptions to guardrails
    #[command(subcommand, arg_required_else_help = true)]
    Exception(access::ExceptionVerb),
    /// How risky people look
    #[command(subcommand, arg_required_else_help = true)]
    Risk(access::RiskVerb),
    /// Policies: what is in force, checking, testing, publishing
    #[command(subcommand, arg_required_else_help = true)]
    Policy(policy::Verb),
    /// List recorded decisions, newest first
    Decisions(decisions::List),
    /// Explain one decision in plain words: the policy, the evidence, the remedy
    Why(decisions::Why),
    /// Rehearse a working folder: whom would it have stopped?
    Plan(plan::Plan),
    /// Rehearse a working folder, ask, and put it in force, with why
    Apply(plan::Apply),
    /// Put an earlier version in force again
    Rollback(rollback::Rollback),
    /// What the policies in their shadow stage would have done
    #[command(subcommand, arg_required_else_help = true)]
    Shadow(shadow::Verb),
    /// Let a policy in its shadow stage count for a sample of people that grows, and take it back
    #[command(subcommand, arg_required_else_help = true)]
    Rollout(rollout::Verb),
    /// Ask every recorded decision again: each must come out as it was recorded
    Replay(replay::Replay),
    /// Ask every access again without what it came with: what does it really depend on?
    Prove(prove::Prove),
    /// The implicit-trust register: what works only because nobody checks it
    #[command(subcommand, arg_required_else_help = true)]
    Trust(trust::Verb),
    /// Long runs: how far they are, and breaking one off
    #[command(subcommand, arg_required_else_help = true)]
    Job(job::Verb),
    /// What is done every so often
    #[command(subcommand, arg_required_else_help = true)]
    Schedule(schedule::ScheduleVerb),
    /// Who could do something with a resource: now, with more evidence, or not at all
    WhoCan(reach::Who),
    /// What a person could do with every resource
    WhatCan(reach::What),
    /// Ask questions in SQL over decisions, sessions and facts
    Query(query::Query),
    /// The evidence: for other systems, verified, and looked after
    #[command(subcommand, arg_required_else_help = true)]
    Evidence(evidence::Verb),
    /// The keys that assertions to applications are signed with
    #[command(subcommand, arg_required_else_help = true)]
    Key(key::Verb),
    /// The networks that addresses are named by
    #[command(subcommand, arg_required_else_help = true)]
    Network(network::Verb),
    /// The journal: how far it goes, whether it is whole
    #[command(subcommand, arg_required_else_help = true)]
    Journal(journal::Verb),
    /// The tables beside the journal: how far they are, and whether they are what it comes to
    #[command(subcommand, arg_required_else_help = true)]
    Projection(projection::Verb),
    /// Show how the installation is, in numbers
    #[command(after_help = "Examples:\n  countersign status\n  countersign status --json")]
    Status,
    /// Find out what is wrong with this installation, and how to mend it
    #[command(after_help = "Examples:\n  countersign doctor\n  countersign doctor --json\n\n\
                            Ends with 6 when something is wrong; what is only doubtful does not count.")]
    Doctor,
    /// Print what makes a shell complete these commands
    #[command(
        after_help = "Examples:\n  countersign completions bash > ~/.local/share/bash-completion/completions/countersign"
    )]
    Completions {
        /// bash, elvish, fish, powershell or zsh
        shell: clap_complete::Shell,
    },
}

/// How `countersign up` starts.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct UpArgs {
    /// The data folder: what `--data` or its environment variable names, or the default. Filled in by [`crate::main`].
    #[arg(skip)]
    pub data: PathBuf,
    /// Where to listen for plain HTTP
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// Where to listen for HTTPS as well, for devices that show certificates
    #[arg(long, value_name = "ADDR")]
    pub tls_listen: Option<SocketAddr>,
    /// Where other proxies ask for decisions (forward-auth, AuthZEN)
    #[arg(long, value_name = "ADDR")]
    pub decision_point: Option<SocketAddr>,
    /// Where to serve /metrics, /healthz and /readyz
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

/// How `countersign serve` starts.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct ServeArgs {
    /// The configuration file (TOML)
    #[arg(long, value_name = "FILE", env = "COUNTERSIGN_CONFIG", hide_env_values = true)]
    pub config: PathBuf,
    /// Check the configuration file, say what is wrong with it, and end
    #[arg(long)]
    pub check: bool,
    /// Whether failures are told as problem documents. Filled in by [`crate::main`].
    #[arg(skip)]
    pub json: bool,
}
