//! `countersign group`: groups, which policies name.

use crate::client::ListOptions;
use crate::console::read;
use crate::context::{Context, Sure};
use crate::exit::Failure;
use crate::words;
use clap::{Args, Subcommand};
use countersign_api::{Group, Items, Member, MemberKind, NewGroup, rows};
use countersign_names::GroupName;

/// Commands about groups.
#[derive(Debug, Subcommand)]
pub(crate) enum GroupVerb {
    /// List the groups and their direct members
    #[command(after_help = "Examples:\n  countersign group list")]
    List(ListOptions),
    /// Create a group
    #[command(
        after_help = "Examples:\n  countersign group add finance --purpose 'Those who run the payroll'"
    )]
    Add {
        /// Its name; the name of a removed group is never used again
        group: GroupName,
        /// The purpose
        #[arg(long)]
        purpose: String,
    },
    /// Remove a group; its members lose what policies give it
    #[command(after_help = "Examples:\n  countersign group remove finance --dry-run")]
    Remove {
        /// Its name
        group: GroupName,
        #[command(flatten)]
        sure: Sure,
    },
    /// Add a member to a group
    #[command(after_help = "Examples:\n  countersign group join finance ada@example.org\n  \
                            countersign group join everyone group:finance")]
    Join(Membership),
    /// Remove a member from a group
    #[command(after_help = "Examples:\n  countersign group leave finance ada@example.org\n  \
                            countersign group leave finance ada@example.org --yes")]
    Leave {
        #[command(flatten)]
        membership: Membership,
        #[command(flatten)]
        sure: Sure,
    },
}

/// A group and a member.
#[derive(Debug, Args)]
pub(crate) struct Membership {
    /// The group's name
    group: GroupName,
    /// A person's id, mail address or alias, a service account's id, or another group as group:NAME
    member: String,
}

impl Membership {
    fn in_path(&self) -> [&str; 2] {
        [self.group.as_str(), &self.member]
    }
}

impl GroupVerb {
    pub(crate) async fn run(self, cx: &mut Context) -> Result<(), Failure> {
        let client = cx.client()?;
        match self {
            Self::List(options) => {
                let answer = client.list(rows::groups::LIST.to([]), &options).await?;
                cx.console.show(answer, |console, groups: Items<Group>| {
                    let rows = groups.items.into_iter().map(|group| {
                        let members: Vec<_> = group.members.iter().map(name).collect();
                        [group.name.to_string(), group.purpose, words::list_or(&members, "-")]
                    });
                    let none = "There is no group. Create one with `countersign group add`.";
                    console.table(["GROUP", "PURPOSE", "MEMBERS"], rows, none)
                })
            }
            Self::Add { group, purpose } => {
                let new = NewGroup { name: group.clone(), purpose };
                let answer = client.send(rows::groups::ADD.to([]), &new).await?;
                cx.console.say(&answer, format!("The group {group} is created."))
            }
            Self::Remove { group, sure } => {
                let found: Group = read(client.call(rows::groups::SHOW.to([group.as_str()])).await?)?;
                let mut goes: Vec<_> = found
                    .members
                    .iter()
                    .map(|member| format!("the membership of {}", name(member)))
                    .collect();
                goes.push("the access that policies give to the group".to_owned());
                if !sure.agree(cx, &format!("the group {group}"), &goes)? {
                    return Ok(());
                }
                let answer = client.call(rows::groups::REMOVE.to([group.as_str()])).await?;
                cx.console.say(&answer, format!("The group {group} is removed."))
            }
            Self::Join(membership) => {
                let answer = client.call(rows::groups::JOIN.to(membership.in_path())).await?;
                cx.console.say(&answer, format!("{} is in {} now.", membership.member, membership.group))
            }
            Self::Leave { membership, sure } => {
                let goes = ["the access that policies give to the group, unless another group gives it too"
                    .to_owned()];
                let what = format!("{} from the group {}", membership.member, membership.group);
                if !sure.agree_to(cx, &what, &goes, "Access that depends on it ends at once.")? {
                    return Ok(());
                }
                let answer = client.call(rows::groups::LEAVE.to(membership.in_path())).await?;
                cx.console
                    .say(&answer, format!("{} is no longer in {}.", membership.member, membership.group))
            }
        }
    }
}

fn name(member: &Member) -> String {
    match member.kind {
        MemberKind::Group => format!("group:{}", member.id),
        MemberKind::Person | MemberKind::Service => member.name.clone(),
    }
}
