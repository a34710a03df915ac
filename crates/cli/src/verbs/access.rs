//! `countersign session`, `grant`, `exception` and `risk`: what allows or stops a person now.

use crate::client::ListOptions;
use crate::context::Context;
use crate::exit::Failure;
use crate::{span, words};
use clap::{Args, Subcommand};
use countersign_api::rows::exceptions::ExceptionFilter;
use countersign_api::rows::grants::GrantFilter;
use countersign_api::rows::sessions::SessionFilter;
use countersign_api::{
    Exception, Grant, GrantState, Items, NewException, NewGrant, PersonRef, Reason, Risk, SearchText,
    Session, rows,
};
use countersign_names::{
    ApplicationName, ExceptionId, GrantId, GroupName, PersonId, PolicyId, RiskLevel, SessionId, Timestamp,
};
use std::time::Duration;

/// Commands about sessions.
#[derive(Debug, Subcommand)]
pub(crate) enum SessionVerb {
    /// List the sessions that have not ended
    #[command(
        after_help = "Examples:\n  countersign session list\n  countersign session list --person ada@example.org"
    )]
    List {
        /// Only sessions of this person: an id, mail address or alias
        #[arg(long)]
        person: Option<String>,
        #[command(flatten)]
        options: ListOptions,
    },
    /// End one session at every application; its open connections are closed
    #[command(after_help = "Examples:\n  countersign session revoke ses_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8")]
    Revoke {
        /// The session's id
        session: SessionId,
    },
    /// End every session of a person
    #[command(after_help = "Examples:\n  countersign session revoke-all --person ada@example.org")]
    RevokeAll {
        /// The person's id, mail address or alias
        #[arg(long)]
        person: String,
    },
}

impl SessionVerb {
    pub(crate) async fn run(self, cx: &mut Context) -> Result<(), Failure> {
        let (client, now) = (cx.client()?, cx.now());
        match self {
            Self::List { person, options } => {
                let wanted = SessionFilter { person: person.map(PersonRef) };
                let answer = client.list(rows::sessions::LIST.ask([], &wanted), &options).await?;
                cx.console.show(answer, |console, sessions: Items<Session>| {
                    let rows = sessions.items.into_iter().map(|session| {
                        [
                            session.email,
                            span::relative(session.started_at, now),
                            span::relative(session.proved_at, now),
                            span::last_use(session.last_use.as_ref(), now),
                            session.assurance.to_string(),
                            words::or_dash(session.address),
                            words::list_or(&session.applications, "-"),
                            span::relative(session.expires_at, now),
                            session.id.to_string(),
                        ]
                    });
                    let heading = [
                        "PERSON",
                        "BEGAN",
                        "PROVED",
                        "USED",
                        "ASSURANCE",
                        "FROM",
                        "APPLICATIONS",
                        "ENDS",
                        "ID",
                    ];
                    console.table(heading, rows, "Nobody is signed in.")
                })
            }
            Self::Revoke { session } => {
                let answer = client.call(rows::sessions::REVOKE.to([&session.to_string()])).await?;
                cx.console.say(&answer, format!("The session {session} is revoked."))
            }
            Self::RevokeAll { person } => {
                let answer = client.call(rows::people::END_SESSIONS.to([&person])).await?;
                cx.console.say(&answer, format!("{person} is signed out everywhere."))
            }
        }
    }
}

/// Commands about just-in-time grants.
#[derive(Debug, Subcommand)]
pub(crate) enum GrantVerb {
    /// List grants
    #[command(after_help = "Examples:\n  countersign grant list --state requested")]
    List {
        /// Only grants in this state: requested, active, expired, refused or revoked
        #[arg(long, value_parser = words::parse::<GrantState>)]
        state: Option<GrantState>,
        /// Only grants of this person: an id, mail address or alias
        #[arg(long)]
        person: Option<String>,
        #[command(flatten)]
        options: ListOptions,
    },
    /// Request a grant, which another person must approve
    #[command(
        after_help = "Examples:\n  countersign grant request --application wiki --for 1h --person ada@example.org \\\n    --reason 'clean up after the import'"
    )]
    Request {
        /// The application
        #[arg(long, value_name = "APP")]
        application: ApplicationName,
        /// The reason, for the approver
        #[arg(long)]
        reason: String,
        /// The duration, counted from the approval: one minute to twelve hours
        #[arg(long = "for", value_name = "SPAN", value_parser = span::parse)]
        span: Duration,
        /// The person (only the machine's operator may name another person)
        #[arg(long)]
        person: Option<String>,
    },
    /// Approve a grant
    #[command(after_help = "Examples:\n  countersign grant approve gra_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8")]
    Approve {
        /// The grant's id
        grant: GrantId,
    },
    /// Refuse a grant
    #[command(
        after_help = "Examples:\n  countersign grant refuse gra_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 --reason 'not in business hours'"
    )]
    Refuse {
        /// The grant's id
        grant: GrantId,
        /// The reason, for the requester
        #[arg(long)]
        reason: String,
    },
    /// End a grant before it expires
    #[command(
        after_help = "Examples:\n  countersign grant revoke gra_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 --reason 'done early'"
    )]
    Revoke {
        /// The grant's id
        grant: GrantId,
        /// The reason; the journal keeps it
        #[arg(long)]
        reason: String,
    },
}

impl GrantVerb {
    pub(crate) async fn run(self, cx: &mut Context) -> Result<(), Failure> {
        let (client, now) = (cx.client()?, cx.now());
        match self {
            Self::List { state, person, options } => {
                let wanted = GrantFilter { state, person: person.map(PersonRef) };
                let answer = client.list(rows::grants::LIST.ask([], &wanted), &options).await?;
                cx.console.show(answer, |console, grants: Items<Grant>| {
                    let rows = grants.items.into_iter().map(|grant| grant_row(grant, now));
                    let heading = ["PERSON", "APPLICATION", "FOR", "STATE", "ENDS", "REASON", "ID"];
                    console.table(heading, rows, "There is no such grant.")
                })
            }
            Self::Request { application, reason, span, person } => {
                let duration_seconds = u32::try_from(span.as_secs()).map_err(|_| {
                    Failure::input("--for is too long", "a grant lasts from one minute to twelve hours")
                })?;
                let new = NewGrant { application, reason, duration_seconds, person };
                let answer = client.send(rows::grants::REQUEST.to([]), &new).await?;
                cx.console.show(answer, |console, grant: Grant| {
                    console.line(format!(
                        "Requested. Somebody else can approve it with: countersign grant approve {}",
                        grant.id
                    ))
                })
            }
            Self::Approve { grant } => {
                let answer = client.call(rows::grants::APPROVE.to([&grant.to_string()])).await?;
                cx.console.show(answer, |console, grant: Grant| {
                    let ends = grant
                        .expires_at
                        .map_or_else(String::new, |at| format!(", until {}", span::moment(at, now)));
                    console.line(format!("{} may administer {}{ends}.", grant.email, grant.application))
                })
            }
            Self::Refuse { grant, reason } => {
                let answer =
                    client.send(rows::grants::REFUSE.to([&grant.to_string()]), &Reason { reason }).await?;
                cx.console.say(&answer, format!("The grant {grant} is refused."))
            }
            Self::Revoke { grant, reason } => {
                let answer =
                    client.send(rows::grants::REVOKE.to([&grant.to_string()]), &Reason { reason }).await?;
                cx.console.say(&answer, format!("The grant {grant} is revoked."))
            }
        }
    }
}

fn grant_row(grant: Grant, now: Timestamp) -> [String; 7] {
    let state = match &grant.answer {
        Some(answer) => format!("{}: {answer}", words::of(&grant.state)),
        None => words::of(&grant.state),
    };
    [
        grant.email,
        grant.application.to_string(),
        span::show(Duration::from_secs(grant.duration_seconds.into())),
        state,
        grant.expires_at.map_or_else(|| "-".to_owned(), |at| span::relative(at, now)),
        grant.reason,
        grant.id.to_string(),
    ]
}

/// Commands about exceptions to guardrails.
#[derive(Debug, Subcommand)]
pub(crate) enum ExceptionVerb {
    /// List exceptions that were not ended
    #[command(
        after_help = "Examples:\n  countersign exception list\n  countersign exception list --search payroll --sort expires_at"
    )]
    List(ListExceptionsArgs),
    /// Show one exception that was not ended
    #[command(after_help = "Examples:\n  countersign exception show exc_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8")]
    Show {
        /// The exception's id
        exception: ExceptionId,
    },
    /// Open an exception: exempt a person or group from a guardrail for a limited time
    #[command(
        after_help = "Examples:\n  countersign exception open --policy managed-device --person ada@example.org \\\n    \
                            --application payroll --owner grace@example.org \\\n    --authority 'CISO, ticket 4711' --reason 'laptop in repair' --for 3d"
    )]
    Open(OpenExceptionArgs),
    /// End an exception before it expires
    #[command(
        after_help = "Examples:\n  countersign exception end exc_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 --reason 'laptop is back'"
    )]
    End {
        /// The exception's id
        exception: ExceptionId,
        /// The reason; the journal keeps it
        #[arg(long)]
        reason: String,
    },
}

/// The exceptions to list.
#[derive(Debug, Args)]
pub(crate) struct ListExceptionsArgs {
    /// Only exceptions whose policy, person, group, application, owner, authority or reason contains this text, in
    /// upper or lower case
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    /// Only exceptions that expire since this moment, inclusive (RFC 3339)
    #[arg(long, value_name = "MOMENT")]
    expires_since: Option<Timestamp>,
    /// Only exceptions that expire before this moment (RFC 3339)
    #[arg(long, value_name = "MOMENT")]
    expires_until: Option<Timestamp>,
    #[command(flatten)]
    options: ListOptions,
}

/// An exception to open.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("whom").required(true).args(["person", "group"]))]
#[command(group = clap::ArgGroup::new("end").required(true).args(["span", "until"]))]
pub(crate) struct OpenExceptionArgs {
    /// The guardrail; `countersign policy list` shows which ones allow exceptions
    #[arg(long)]
    policy: PolicyId,
    /// The exempt person: an id, mail address or alias
    #[arg(long)]
    person: Option<String>,
    /// The exempt group
    #[arg(long)]
    group: Option<GroupName>,
    /// The application; without it, all applications
    #[arg(long, value_name = "APP")]
    application: Option<ApplicationName>,
    /// The responsible person: an id, mail address or alias
    #[arg(long)]
    owner: String,
    /// Who allowed it, as text
    #[arg(long)]
    authority: String,
    /// The reason
    #[arg(long)]
    reason: String,
    /// The duration, at most a year
    #[arg(long = "for", value_name = "SPAN", value_parser = span::parse)]
    span: Option<Duration>,
    /// The end (RFC 3339)
    #[arg(long, value_name = "MOMENT")]
    until: Option<Timestamp>,
}

impl ExceptionVerb {
    pub(crate) async fn run(self, cx: &mut Context) -> Result<(), Failure> {
        let (client, now) = (cx.client()?, cx.now());
        match self {
            Self::List(asked) => {
                let wanted = ExceptionFilter {
                    q: asked.search.map(SearchText),
                    expires_since: asked.expires_since,
                    expires_until: asked.expires_until,
                };
                let answer = client.list(rows::exceptions::LIST.ask([], &wanted), &asked.options).await?;
                cx.console.show(answer, |console, exceptions: Items<Exception>| {
                    let rows = exceptions.items.into_iter().map(|exception| exception_row(exception, now));
                    let heading =
                        ["POLICY", "FOR", "APPLICATION", "ENDS", "OWNER", "AUTHORITY", "REASON", "ID"];
                    console.table(heading, rows, "There is no exception.")
                })
            }
            Self::Show { exception } => {
                let answer = client.call(rows::exceptions::SHOW.to([&exception.to_string()])).await?;
                cx.console.show(answer, |console, exception: Exception| {
                    let expires = span::moment(exception.expires_at, now);
                    console.facts([
                        ("Policy", exception.policy.to_string()),
                        ("Id", exception.id.to_string()),
                        ("For", whom(exception.person, exception.group)),
                        ("Application", application_or_all(exception.application)),
                        ("Owner", exception.owner.to_string()),
                        ("Authority", exception.authority),
                        ("Reason", exception.reason),
                        ("Opened", span::moment(exception.opened_at, now)),
                        (if exception.expired { "Ended" } else { "Ends" }, expires),
                    ])
                })
            }
            Self::Open(open) => {
                let new = NewException {
                    policy: open.policy,
                    person: open.person,
                    group: open.group,
                    application: open.application,
                    owner: open.owner,
                    authority: open.authority,
                    reason: open.reason,
                    expires_at: open.until,
                    expires_in_seconds: open.span.map(|span| span.as_secs()),
                };
                let answer = client.send(rows::exceptions::OPEN.to([]), &new).await?;
                cx.console.show(answer, |console, opened: Exception| {
                    let ends = span::moment(opened.expires_at, now);
                    console.line(format!(
                        "The exception {} to {} is open, until {ends}.",
                        opened.id, opened.policy
                    ))
                })
            }
            Self::End { exception, reason } => {
                let path = rows::exceptions::END.to([&exception.to_string()]);
                let answer = client.send(path, &Reason { reason }).await?;
                cx.console.say(&answer, format!("The exception {exception} is ended."))
            }
        }
    }
}

fn exception_row(exception: Exception, now: Timestamp) -> [String; 8] {
    [
        exception.policy.to_string(),
        whom(exception.person, exception.group),
        application_or_all(exception.application),
        span::relative(exception.expires_at, now),
        exception.owner.to_string(),
        exception.authority,
        exception.reason,
        exception.id.to_string(),
    ]
}

fn whom(person: Option<PersonId>, group: Option<GroupName>) -> String {
    match (person, group) {
        (Some(person), _) => person.to_string(),
        (None, Some(group)) => format!("group:{group}"),
        (None, None) => "-".to_owned(),
    }
}

fn application_or_all(application: Option<ApplicationName>) -> String {
    application.map_or_else(|| "all".to_owned(), |application| application.to_string())
}

/// Commands about risk.
#[derive(Debug, Subcommand)]
pub(crate) enum RiskVerb {
    /// State the risk of a person; policies read it at once
    #[command(
        after_help = "Examples:\n  countersign risk set ada@example.org high --reason 'signed in from two countries'\n  \
                            countersign risk set ada@example.org low"
    )]
    Set {
        /// The person's id, mail address or alias
        person: String,
        /// low, medium or high
        level: RiskLevel,
        /// A reason; may be repeated
        #[arg(long = "reason", value_name = "TEXT")]
        reasons: Vec<String>,
    },
}

impl RiskVerb {
    pub(crate) async fn run(self, cx: &mut Context) -> Result<(), Failure> {
        let Self::Set { person, level, reasons } = self;
        let path = rows::people::RISK.to([&person]);
        let answer = cx.client()?.send(path, &Risk { level, reasons }).await?;
        cx.console.say(&answer, format!("{person} counts as a {level} risk now."))
    }
}
