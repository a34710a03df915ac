//! `countersign person`: people, their invitations and passkeys.

use crate::client::{ListOptions, ServerAnswer};
use crate::console::{Console, read};
use crate::context::{Context, Sure};
use crate::exit::Failure;
use crate::verbs::person_link;
use crate::{span, words};
use clap::{Args, Subcommand};
use countersign_api::rows::people::PersonFilter;
use countersign_api::rows::sessions::SessionFilter;
use countersign_api::{
    Credential, Invitation, InvitationPurpose, Items, NewInvitation, NewPerson, Person, PersonKind,
    PersonRef, Reason, SearchText, Session, Standing, rows,
};
use countersign_names::{CredentialId, GroupName};
use serde_json::Value;
use std::time::Duration;

/// Commands about people.
#[derive(Debug, Subcommand)]
pub(crate) enum PersonVerb {
    /// List people
    #[command(after_help = "Examples:\n  countersign person list\n  countersign person list --json\n  \
                            countersign person list --search lovelace\n  \
                            countersign person list --group editors --sort name --limit 20")]
    List(ListPeopleArgs),
    /// Show one person with their groups and passkeys
    #[command(after_help = "Examples:\n  countersign person show ada@example.org")]
    Show(PersonArg),
    /// Add a person, who gets access after enrolling a passkey with an invitation
    #[command(
        after_help = "Examples:\n  countersign person add --name 'Ada Lovelace' --email ada@example.org --invite\n  \
                            countersign person add --name 'Rick Sanchez' --email rick@example.org \\\n    --kind contractor --alias CiRmZDA2MTRk"
    )]
    Add(Add),
    /// Change the properties of a person; those that are not named stay as they are
    #[command(after_help = "Examples:\n  countersign person change ada@example.org --name 'Ada King'\n  \
                            countersign person change ada@example.org --no-aliases")]
    Change(ChangePersonArgs),
    /// Suspend a person: their sessions end now, and they can do nothing until they are restored
    #[command(
        after_help = "Examples:\n  countersign person suspend ada@example.org --reason 'laptop stolen'"
    )]
    Suspend(Because),
    /// Lift a suspension
    #[command(after_help = "Examples:\n  countersign person restore ada@example.org")]
    Restore(PersonArg),
    /// Remove a person, with their passkeys, sessions and grants
    #[command(after_help = "Examples:\n  countersign person remove ada@example.org --dry-run\n  \
                            countersign person remove ada@example.org --yes")]
    Remove(Remove),
    /// Confirm the identity of a person whom you know: from then on only they vouch for themselves
    #[command(
        after_help = "Examples:\n  countersign person confirm ada@example.org --reason 'met her, she showed her passkey'"
    )]
    Confirm(Because),
    /// Create a one-time link with which a person without a passkey enrols one, or recovers
    #[command(after_help = "Examples:\n  countersign person invite ada@example.org\n  \
                            countersign person invite ada@example.org --recover --expires 2h")]
    Invite(InviteArgs),
    /// Remove a passkey and end the sessions that it began
    #[command(
        after_help = "Examples:\n  countersign person remove-passkey key_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 --yes"
    )]
    RemovePasskey(RemovePasskey),
    /// Link an account at an OpenID provider to a person, who can sign in with it from then on
    #[command(
        after_help = "Examples:\n  countersign person link ada@example.org --provider okta --subject 00u1a2b3"
    )]
    Link(person_link::LinkArgs),
    /// Remove a link to an account at an OpenID provider, and end the sessions that it began
    #[command(
        after_help = "Examples:\n  countersign person unlink key_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 --yes"
    )]
    Unlink(person_link::UnlinkArgs),
}

/// A selection of people.
#[derive(Debug, Args)]
pub(crate) struct ListPeopleArgs {
    /// Only people whose name, address or alias contains this text, in upper or lower case
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    /// Only employees, contractors or vendors
    #[arg(long, value_parser = words::parse::<PersonKind>)]
    kind: Option<PersonKind>,
    /// Only active or suspended people
    #[arg(long, value_parser = words::parse::<Standing>)]
    standing: Option<Standing>,
    /// Only people in this group, through any depth
    #[arg(long)]
    group: Option<GroupName>,
    #[command(flatten)]
    options: ListOptions,
}

/// One person.
#[derive(Debug, Args)]
pub(crate) struct PersonArg {
    /// The person's id, mail address or alias
    person: String,
}

/// A person, and a reason.
#[derive(Debug, Args)]
pub(crate) struct Because {
    /// The person's id, mail address or alias
    person: String,
    /// The reason; the journal keeps it
    #[arg(long)]
    reason: String,
}

/// A new person.
#[derive(Debug, Args)]
pub(crate) struct Add {
    /// The name
    #[arg(long)]
    name: String,
    /// The mail address, which must be unique
    #[arg(long)]
    email: String,
    /// The kind: employee, contractor or vendor
    #[arg(long, default_value = "employee", value_parser = words::parse::<PersonKind>)]
    kind: PersonKind,
    /// An id of the person in another system; may be repeated
    #[arg(long = "alias", value_name = "ID")]
    aliases: Vec<String>,
    /// Add the person to this group; may be repeated
    #[arg(long = "group", value_name = "GROUP")]
    groups: Vec<String>,
    /// Also print an invitation link
    #[arg(long)]
    invite: bool,
}

/// The changes of a person.
#[derive(Debug, Args)]
pub(crate) struct ChangePersonArgs {
    /// The person's id, mail address or alias
    person: String,
    /// The name
    #[arg(long)]
    name: Option<String>,
    /// The mail address
    #[arg(long)]
    email: Option<String>,
    /// The kind: employee, contractor or vendor
    #[arg(long, value_parser = words::parse::<PersonKind>)]
    kind: Option<PersonKind>,
    /// A further id of the person in another system; may be repeated
    #[arg(long = "alias", value_name = "ID")]
    aliases: Vec<String>,
    /// Remove the ids of the person in other systems
    #[arg(long)]
    no_aliases: bool,
}

/// A person to remove.
#[derive(Debug, Args)]
pub(crate) struct Remove {
    /// The person's id, mail address or alias
    person: String,
    #[command(flatten)]
    sure: Sure,
}

/// An invitation.
#[derive(Debug, Args)]
pub(crate) struct InviteArgs {
    /// The person's id, mail address or alias
    person: String,
    /// The person lost their passkeys: the use of the link ends their other passkeys, sessions and grants
    #[arg(long)]
    recover: bool,
    /// How long the link works, at most 30 days
    #[arg(long, value_name = "SPAN", default_value = "24h", value_parser = span::parse)]
    expires: Duration,
}

/// A passkey to remove.
#[derive(Debug, Args)]
pub(crate) struct RemovePasskey {
    /// The passkey's id; `countersign person show` lists them
    passkey: CredentialId,
    #[command(flatten)]
    sure: Sure,
}

impl PersonVerb {
    pub(crate) async fn run(self, cx: &mut Context) -> Result<(), Failure> {
        match self {
            Self::List(wanted) => wanted.run(cx).await,
            Self::Show(named) => show(cx, &named.person).await,
            Self::Add(add) => add.run(cx).await,
            Self::Change(change) => change.run(cx).await,
            Self::Suspend(Because { person, reason }) => {
                let path = rows::people::SUSPEND.to([&person]);
                let answer = cx.client()?.send(path, &Reason { reason }).await?;
                cx.console.say(&answer, format!("{person} is suspended, and signed out everywhere."))
            }
            Self::Confirm(Because { person, reason }) => {
                let path = rows::people::CONFIRM.to([&person]);
                let answer = cx.client()?.send(path, &Reason { reason }).await?;
                cx.console.say(&answer, format!("{person} is confirmed: only they vouch for themselves now."))
            }
            Self::Restore(PersonArg { person }) => {
                let answer = cx.client()?.call(rows::people::RESTORE.to([&person])).await?;
                cx.console.say(&answer, format!("{person} may act again."))
            }
            Self::Remove(remove) => remove.run(cx).await,
            Self::Invite(invite) => {
                let answer = invite_to(cx, &invite.person, invite.recover, Some(invite.expires)).await?;
                let now = cx.now();
                cx.console.show(answer, |console, invitation: Invitation| {
                    show_invitation(console, &invitation, &invite.person, now)
                })
            }
            Self::Link(link) => link.run(cx).await,
            Self::Unlink(unlink) => unlink.run(cx).await,
            Self::RemovePasskey(RemovePasskey { passkey, sure }) => {
                let goes = ["every session that it began".to_owned()];
                if !sure.agree(cx, &format!("the passkey {passkey}"), &goes)? {
                    return Ok(());
                }
                let path = rows::credentials::REMOVE.to([&passkey.to_string()]);
                let answer = cx.client()?.call(path).await?;
                cx.console.say(&answer, format!("The passkey {passkey} is removed."))
            }
        }
    }
}

impl ListPeopleArgs {
    async fn run(self, cx: &mut Context) -> Result<(), Failure> {
        let wanted = PersonFilter {
            q: self.search.map(SearchText),
            kind: self.kind,
            standing: self.standing,
            group: self.group,
        };
        let answer = cx.client()?.list(rows::people::LIST.ask([], &wanted), &self.options).await?;
        show_all(cx, answer)
    }
}

fn show_all(cx: &mut Context, answer: ServerAnswer<Items<Person>>) -> Result<(), Failure> {
    let now = cx.now();
    cx.console.show(answer, |console, people: Items<Person>| {
        let rows = people.items.into_iter().map(|person| {
            [
                person.email,
                person.name,
                words::of(&person.kind),
                words::of(&person.standing),
                person.risk.level.to_string(),
                person.passkeys.to_string(),
                span::last_use(person.last_use.as_ref(), now),
                words::list(&person.groups),
                person.id.to_string(),
            ]
        });
        console.table(
            ["ADDRESS", "NAME", "KIND", "STANDING", "RISK", "PASSKEYS", "ACTIVE", "GROUPS", "ID"],
            rows,
            "There are no people. Add one with `countersign person add`.",
        )
    })
}

async fn show(cx: &mut Context, person: &str) -> Result<(), Failure> {
    let client = cx.client()?;
    let mut answer = client.call(rows::people::SHOW.to([person])).await?;
    let credentials = client.all(rows::people::CREDENTIALS.to([person])).await?;
    let links = client.all(rows::people::LINKS.to([person])).await?;
    if cx.console.wants_json() {
        if let (Value::Object(person), Some(items)) = (&mut *answer, credentials.get("items")) {
            person.insert("credentials".to_owned(), items.clone());
            if let Some(items) = links.get("items") {
                person.insert("links".to_owned(), items.clone());
            }
        }
        return cx.console.json(&answer);
    }
    let person: Person = read(answer)?;
    let credentials: Items<Credential> = read(credentials)?;
    let risk = [vec![person.risk.level.to_string()], person.risk.reasons].concat().join(": ");
    let standing = match (person.standing, person.suspended_because) {
        (Standing::Suspended, Some(reason)) => format!("suspended: {reason}"),
        (standing, _) => words::of(&standing),
    };
    let now = cx.now();
    cx.console.facts([
        ("Name", person.name),
        ("Address", person.email),
        ("Id", person.id.to_string()),
        ("Kind", words::of(&person.kind)),
        ("Standing", standing),
        ("Risk", risk),
        ("Groups", words::list(&person.groups)),
        ("Aliases", words::list(&person.aliases)),
        ("Invitations", format!("{} open", person.open_invitations)),
        ("Last access", span::last_use_in_full(person.last_use.as_ref(), now)),
    ])?;
    person_link::show(&mut cx.console, read(links)?, now)?;
    let rows = credentials.items.into_iter().map(|passkey| {
        let registered = span::moment(passkey.registered_at, now);
        let used = span::last_use(passkey.last_use.as_ref(), now);
        [passkey.name, passkey.assurance.to_string(), registered, used, passkey.id.to_string()]
    });
    cx.console.line("")?;
    cx.console.table(
        ["PASSKEY", "ASSURANCE", "REGISTERED", "USED", "ID"],
        rows,
        "No passkey: the person cannot sign in until they use an invitation (`countersign person invite`).",
    )
}

impl Add {
    async fn run(self, cx: &mut Context) -> Result<(), Failure> {
        let client = cx.client()?;
        // A group that is not there is found out before anything is changed.
        for group in &self.groups {
            client.call(rows::groups::SHOW.to([group])).await?;
        }
        let new = NewPerson { name: self.name, email: self.email, kind: self.kind, aliases: self.aliases };
        let mut answer = client.send(rows::people::ADD.to([]), &new).await?;
        let person: Person = read(answer.clone())?;
        let id = person.id.to_string();
        for group in &self.groups {
            // The person is there by now, so a group that went meanwhile is a remark with its remedy, and a failure.
            let joined = client.call(rows::groups::JOIN.to([group, &id])).await;
            joined.inspect_err(|_| {
                cx.console.remark(format!("{} was added, but not to the group {group}.", person.email));
            })?;
        }
        let invitation = if self.invite { Some(invite_to(cx, &id, false, None).await?) } else { None };
        if cx.console.wants_json() {
            if let (Value::Object(person), Some(invitation)) =
                (&mut *answer, invitation.map(ServerAnswer::into_json))
            {
                person.insert("invitation".to_owned(), invitation);
            }
            return cx.console.json(&answer);
        }
        cx.console.line(format!("{} is added, as {id}.", person.email))?;
        let now = cx.now();
        match invitation {
            Some(invitation) => show_invitation(&mut cx.console, &read(invitation)?, &person.email, now),
            None => cx.console.line(format!("Invite them with: countersign person invite {}", person.email)),
        }
    }
}

impl ChangePersonArgs {
    async fn run(self, cx: &mut Context) -> Result<(), Failure> {
        let client = cx.client()?;
        let known: Person = read(client.call(rows::people::SHOW.to([&self.person])).await?)?;
        let mut aliases = if self.no_aliases { Vec::new() } else { known.aliases };
        aliases.extend(self.aliases);
        let new = NewPerson {
            name: self.name.unwrap_or(known.name),
            email: self.email.unwrap_or(known.email),
            kind: self.kind.unwrap_or(known.kind),
            aliases,
        };
        let answer = client.send(rows::people::CHANGE.to([&self.person]), &new).await?;
        cx.console.say(&answer, format!("{} is changed.", new.email))
    }
}

impl Remove {
    async fn run(self, cx: &mut Context) -> Result<(), Failure> {
        let client = cx.client()?;
        let person: Person = read(client.call(rows::people::SHOW.to([&self.person])).await?)?;
        let id = person.id.to_string();
        let theirs = SessionFilter { person: Some(PersonRef(id.clone())) };
        let sessions: Items<Session> = read(client.all(rows::sessions::LIST.ask([], &theirs)).await?)?;
        let goes = [
            words::count(usize::try_from(person.passkeys).unwrap_or(usize::MAX), "passkey"),
            words::count(sessions.items.len(), "session"),
            format!("membership of: {}", words::list_or(&person.groups, "no group")),
        ];
        if !self.sure.agree(cx, &format!("{} <{}> ({id})", person.name, person.email), &goes)? {
            return Ok(());
        }
        let answer = client.call(rows::people::REMOVE.to([&id])).await?;
        cx.console.say(&answer, format!("{} is removed.", person.email))
    }
}

async fn invite_to(
    cx: &Context,
    person: &str,
    recover: bool,
    expires: Option<Duration>,
) -> Result<ServerAnswer<Invitation>, Failure> {
    let purpose = if recover { InvitationPurpose::Recover } else { InvitationPurpose::Enrol };
    let new = NewInvitation { purpose, expires_in_seconds: expires.map(|span| span.as_secs()) };
    cx.client()?.send(rows::people::INVITE.to([person]), &new).await
}

/// Shows an invitation's link; the only place that does, because anybody with the link becomes that person.
fn show_invitation(
    console: &mut Console,
    invitation: &Invitation,
    person: &str,
    now: countersign_names::Timestamp,
) -> Result<(), Failure> {
    console.line(format!(
        "Give this link to {person} and to nobody else. It works once, until {}:",
        span::moment(invitation.expires_at, now)
    ))?;
    console.line(invitation.link.reveal())?;
    match invitation.proposal {
        None => Ok(()),
        Some(proposal) => console.line(format!(
            "It works once somebody else has countersigned it: countersign proposal countersign {proposal}"
        )),
    }
}
