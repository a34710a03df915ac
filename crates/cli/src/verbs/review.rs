//! `countersign review`: campaigns in which people decide which accesses stay.

use crate::client::ListOptions;
use crate::console::{Console, read};
use crate::context::Context;
use crate::exit::Failure;
use crate::{span, words};
use clap::{Args, Subcommand};
use countersign_api::rows::reviews::{
    AccessReviewFilter, AccessReviewItemFilter, ReviewChangesOptions, ReviewInboxFilter, ReviewReportOptions,
};
use countersign_api::{
    AccessReview, AccessReviewDetail, AccessReviewItem, AccessReviewItemState, AccessReviewPreview,
    AccessReviewScope, AccessReviewState, AccessVerdict, AccessVerdictResult, Items, NewAccessReview,
    NewAccessVerdict, NewReviewer, PersonRef, ReviewReportFormat, ReviewersKind, SealedReviewReport,
    SearchText, UndecidedOutcome, rows,
};
use countersign_names::{ReviewId, SourceName, Timestamp};
use serde_json::json;
use std::path::PathBuf;
use std::time::Duration;

/// Commands about access reviews.
#[derive(Debug, Subcommand)]
pub(crate) enum ReviewVerb {
    /// List access reviews, the newest first
    #[command(after_help = "Examples:\n  countersign review list --state open")]
    List {
        /// Only those in this state
        #[arg(long, value_parser = words::one_of::<AccessReviewState>(&["open", "closed"]))]
        state: Option<AccessReviewState>,
        #[command(flatten)]
        options: ListOptions,
    },
    /// Open an access review, or preview what it would ask
    #[command(
        after_help = "Examples:\n  countersign review open 'The cloud' --source cloud --privileged --reviewers owner \\\n    \
                            --fallback ada --due 30d --preview\n  \
                            countersign review open Approvers --here --group approvers --reviewer ada --fallback ben \\\n    \
                            --due 14d --escalate-before 3d --escalate-to cleo\n\n\
                            Nobody reviews their own access: it goes to the fallback."
    )]
    Open(Box<OpenReview>),
    /// Show an access review, and how its reviewers are doing
    #[command(after_help = "Examples:\n  countersign review show rev_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8")]
    Show {
        /// Its id
        review: ReviewId,
    },
    /// List the items of an access review
    #[command(
        after_help = "Examples:\n  countersign review items rev_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 --state undecided"
    )]
    Items {
        /// Its id
        review: ReviewId,
        /// Only items in this state
        #[arg(long, value_parser = words::one_of::<AccessReviewItemState>(STATES))]
        state: Option<AccessReviewItemState>,
        /// Only items that this person reviews
        #[arg(long, value_name = "PERSON")]
        reviewer: Option<String>,
        /// Only items with this text in a name
        #[arg(long, value_name = "TEXT")]
        search: Option<String>,
        #[command(flatten)]
        options: ListOptions,
    },
    /// List what you are asked to review
    #[command(after_help = "Examples:\n  countersign review inbox")]
    Inbox {
        /// Only items in this state; without it undecided ones
        #[arg(long, value_parser = words::one_of::<AccessReviewItemState>(STATES))]
        state: Option<AccessReviewItemState>,
        /// Only items with this text in a name
        #[arg(long, value_name = "TEXT")]
        search: Option<String>,
        #[command(flatten)]
        options: ListOptions,
    },
    /// Keep accesses that you review
    #[command(
        after_help = "Examples:\n  countersign review keep rev_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 3 5-9\n\n\
                            You can decide otherwise until the access review is closed."
    )]
    Keep {
        /// The access review
        review: ReviewId,
        /// The numbers of the items: 3 or 5-9
        #[arg(required = true, value_name = "ITEM", value_parser = numbers)]
        items: Vec<ItemNumbers>,
        /// Why they stay
        #[arg(long)]
        reason: Option<String>,
    },
    /// Revoke accesses that you review
    #[command(
        after_help = "Examples:\n  countersign review revoke rev_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 4 --reason 'she left the team'\n\n\
                            A membership in a group here ends at once. What is in a source is written down by\n\
                            `countersign review changes`."
    )]
    Revoke {
        /// The access review
        review: ReviewId,
        /// The numbers of the items: 3 or 5-9
        #[arg(required = true, value_name = "ITEM", value_parser = numbers)]
        items: Vec<ItemNumbers>,
        /// Why they go
        #[arg(long)]
        reason: String,
    },
    /// Give items to another reviewer
    #[command(
        after_help = "Examples:\n  countersign review reassign rev_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 3 --to ada --reason away"
    )]
    Reassign {
        /// The access review
        review: ReviewId,
        /// The numbers of the items: 3 or 5-9
        #[arg(required = true, value_name = "ITEM", value_parser = numbers)]
        items: Vec<ItemNumbers>,
        /// The reviewer
        #[arg(long, value_name = "PERSON")]
        to: String,
        /// Why
        #[arg(long)]
        reason: String,
    },
    /// Close an access review now, and seal its report
    #[command(after_help = "Examples:\n  countersign review close rev_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8\n\n\
                            What nobody decided stays undecided, and the report says so.")]
    Close {
        /// Its id
        review: ReviewId,
    },
    /// Export the sealed report, and check that it is still the one that was sealed
    #[command(
        after_help = "Examples:\n  countersign review report rev_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 --output report.json\n  \
                            countersign review report rev_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 --format csv --output items.csv\n\n\
                            The digest in the journal is that of the JSON: `sha256sum report.json` shows it too."
    )]
    Report {
        /// Its id
        review: ReviewId,
        /// The format
        #[arg(long, default_value = "json", value_parser = words::one_of::<ReviewReportFormat>(&["json", "csv"]))]
        format: ReviewReportFormat,
        /// Write to this new file (mode 0600) instead of showing it
        #[arg(long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Write down what takes revoked accesses away in a source
    #[command(
        after_help = "Examples:\n  countersign review changes rev_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 --source cloud\n\n\
                            Nothing is applied: read each change before you apply it, and import the source again."
    )]
    Changes {
        /// The access review
        review: ReviewId,
        /// The source
        #[arg(long)]
        source: SourceName,
        /// Write to this new file (mode 0600) instead of showing it
        #[arg(long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
}

const STATES: &[&str] = &["undecided", "kept", "revoked"];

/// A new access review.
#[derive(Debug, Args)]
pub(crate) struct OpenReview {
    /// Its title
    title: String,
    /// Only accesses in this source
    #[arg(long)]
    source: Option<SourceName>,
    /// Only memberships in groups of this installation
    #[arg(long)]
    here: bool,
    /// Only memberships in this group, here or in the source
    #[arg(long, value_name = "GROUP")]
    group: Option<String>,
    /// Only accesses with power over a system
    #[arg(long)]
    privileged: bool,
    /// Only accesses of contractors, vendors and the like
    #[arg(long)]
    contractors: bool,
    /// Who reviews: the owner of what is reached, or the manager of who has the access
    #[arg(long, value_name = "RULE", value_parser = ["owner", "manager"], required_unless_present = "reviewer")]
    reviewers: Option<String>,
    /// One reviewer for everything
    #[arg(long, value_name = "PERSON", conflicts_with = "reviewers")]
    reviewer: Option<String>,
    /// Who reviews what nobody else can
    #[arg(long, value_name = "PERSON")]
    fallback: String,
    /// When it is closed, counted from now: 30d
    #[arg(long, value_name = "SPAN", value_parser = span::parse)]
    due: Duration,
    /// How long before that undecided items are escalated: 7d
    #[arg(long, value_name = "SPAN", value_parser = span::parse, requires = "escalate_to")]
    escalate_before: Option<Duration>,
    /// To whom they are escalated
    #[arg(long, value_name = "PERSON", requires = "escalate_before")]
    escalate_to: Option<String>,
    /// Revoke at the due date what nobody decided; without it, the report says that nobody decided it
    #[arg(long)]
    revoke_undecided: bool,
    /// Show what it would ask, and open nothing
    #[arg(long)]
    preview: bool,
}

impl OpenReview {
    fn body(self, now: Timestamp) -> NewAccessReview {
        let due_at = now.plus(self.due);
        NewAccessReview {
            title: self.title,
            scope: AccessReviewScope {
                source: self.source,
                here: self.here,
                group: self.group,
                privileged: self.privileged,
                contractors: self.contractors,
            },
            reviewers: match self.reviewers.as_deref() {
                Some("manager") => ReviewersKind::Manager,
                Some(_) => ReviewersKind::Owner,
                None => ReviewersKind::Person,
            },
            reviewer: self.reviewer,
            fallback: self.fallback,
            due_at,
            escalate_at: self.escalate_before.map(|before| due_at.minus(before)),
            escalate_to: self.escalate_to,
            undecided: if self.revoke_undecided {
                UndecidedOutcome::Revoke
            } else {
                UndecidedOutcome::Nothing
            },
        }
    }
}

/// Numbers of items in a row.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ItemNumbers(u32, u32);

fn numbers(text: &str) -> Result<ItemNumbers, String> {
    let number = |text: &str| text.parse::<u32>().ok().filter(|number| *number > 0);
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    match (number(first), number(last)) {
        (Some(first), Some(last)) if first <= last && last - first < 1_000 => Ok(ItemNumbers(first, last)),
        _ => Err("give a number, or a range of at most 1,000 such as 5-9".to_owned()),
    }
}

fn all(items: Vec<ItemNumbers>) -> Vec<u32> {
    items.into_iter().flat_map(|ItemNumbers(first, last)| first..=last).collect()
}

impl ReviewVerb {
    pub(crate) async fn run(self, cx: &mut Context) -> Result<(), Failure> {
        let (client, now) = (cx.client()?, cx.now());
        match self {
            Self::List { state, options } => {
                let filter = AccessReviewFilter { state };
                let answer = client.list(rows::reviews::LIST.ask([], &filter), &options).await?;
                cx.console.show(answer, |console, found| list(console, found, now))
            }
            Self::Open(opening) if opening.preview => {
                let answer = client.send(rows::reviews::PREVIEW.to([]), &opening.body(now)).await?;
                cx.console.show(answer, |console, found| preview(console, &found))
            }
            Self::Open(opening) => {
                let answer = client.send(rows::reviews::OPEN.to([]), &opening.body(now)).await?;
                cx.console.show(answer, |console, opened| show(console, &opened, now))
            }
            Self::Show { review } => {
                let answer = client.call(rows::reviews::SHOW.to([&review.to_string()])).await?;
                cx.console.show(answer, |console, found| detail(console, &found, now))
            }
            Self::Items { review, state, reviewer, search, options } => {
                let (reviewer, q) = (reviewer.map(PersonRef), search.map(SearchText));
                let filter = AccessReviewItemFilter { state, reviewer, q };
                let asked = rows::reviews::ITEMS.ask([&review.to_string()], &filter);
                let answer = client.list(asked, &options).await?;
                cx.console.show(answer, |console, found| items(console, found, now))
            }
            Self::Inbox { state, search, options } => {
                let filter = ReviewInboxFilter { state, q: search.map(SearchText) };
                let answer = client.list(rows::reviews::INBOX.ask([], &filter), &options).await?;
                cx.console.show(answer, |console, found| items(console, found, now))
            }
            Self::Keep { review, items, reason } => {
                let new = NewAccessVerdict { items: all(items), verdict: AccessVerdict::Keep, reason };
                let answer = client.send(rows::reviews::DECIDE.to([&review.to_string()]), &new).await?;
                cx.console.show(answer, |console, done| decided(console, &done, "kept"))
            }
            Self::Revoke { review, items, reason } => {
                let (verdict, reason) = (AccessVerdict::Revoke, Some(reason));
                let new = NewAccessVerdict { items: all(items), verdict, reason };
                let answer = client.send(rows::reviews::DECIDE.to([&review.to_string()]), &new).await?;
                cx.console.show(answer, |console, done| decided(console, &done, "revoked"))
            }
            Self::Reassign { review, items, to, reason } => {
                let new = NewReviewer { items: all(items), reviewer: to, reason };
                let answer = client.send(rows::reviews::REASSIGN.to([&review.to_string()]), &new).await?;
                cx.console.show(answer, |console, found| detail(console, &found, now))
            }
            Self::Close { review } => {
                let answer = client.call(rows::reviews::CLOSE.to([&review.to_string()])).await?;
                cx.console.show(answer, |console, closed| show(console, &closed, now))
            }
            Self::Report { review, format, output } => {
                let asked = ReviewReportOptions { format };
                let answer = client.call(rows::reviews::REPORT.ask([&review.to_string()], &asked)).await?;
                match output {
                    None => cx.console.show(answer, |console, report: SealedReviewReport| {
                        lines(console, &report.text)?;
                        seal(console, &report);
                        Ok(())
                    }),
                    Some(output) => {
                        let report: SealedReviewReport = read(answer)?;
                        super::finding::write(&output, &report.text)?;
                        let told = json!({ "file": output, "sealed": report.sealed, "found": report.found,
                            "is_sealed": report.is_sealed, "is_as_asked": report.is_as_asked });
                        cx.console.say(&told, format!("The report is in {}.", output.display()))?;
                        seal(&mut cx.console, &report);
                        Ok(())
                    }
                }
            }
            Self::Changes { review, source, output } => {
                let asked = ReviewChangesOptions { source };
                let answer = client.call(rows::reviews::CHANGES.ask([&review.to_string()], &asked)).await?;
                match output {
                    None => {
                        cx.console.show(answer, |console, changes: countersign_api::AccessReviewChanges| {
                            lines(console, &changes.text)?;
                            unwritten(console, changes.unwritten);
                            Ok(())
                        })
                    }
                    Some(output) => {
                        let changes: countersign_api::AccessReviewChanges = read(answer)?;
                        super::finding::write(&output, &changes.text)?;
                        let told =
                            json!({ "file": output, "items": changes.items, "unwritten": changes.unwritten });
                        let said = format!("{} revoked, in {}.", changes.items, output.display());
                        cx.console.say(&told, said)?;
                        unwritten(&mut cx.console, changes.unwritten);
                        Ok(())
                    }
                }
            }
        }
    }
}

/// Shows a text by line: strangers chose the names in it, and only a file has them as they are.
fn lines(console: &mut Console, text: &str) -> Result<(), Failure> {
    text.lines().try_for_each(|line| console.line(line))
}

fn seal(console: &mut Console, report: &SealedReviewReport) {
    console.remark(if report.is_sealed {
        "It is the report that was sealed."
    } else {
        "It is NOT the report that was sealed: its digest is another."
    });
    if !report.is_as_asked {
        console.remark("The items that are kept are NOT those that were asked.");
    }
}

fn unwritten(console: &mut Console, count: u64) {
    if count > 0 {
        console.remark(format!("Of {count}, the text has only a comment that says why."));
    }
}

fn list(console: &mut Console, found: Items<AccessReview>, now: Timestamp) -> Result<(), Failure> {
    let rows = found.items.into_iter().map(|review| {
        [
            words::of(&review.state),
            review.title,
            format!("{} of {}", review.items.saturating_sub(review.undecided), review.items),
            review.revoked.to_string(),
            span::relative(review.due_at, now),
            review.id.to_string(),
        ]
    });
    let none = "There is no access review. `countersign review open` opens one.";
    console.table(["STATE", "TITLE", "DECIDED", "REVOKED", "DUE", "REVIEW"], rows, none)
}

fn preview(console: &mut Console, found: &AccessReviewPreview) -> Result<(), Failure> {
    console.facts([
        ("items", found.items.to_string()),
        ("privileged", found.privileged.to_string()),
        ("without evidence of use", found.without_use.to_string()),
        ("asked of somebody else", found.redirected.to_string()),
        ("without a reviewer", found.without_reviewer.to_string()),
    ])?;
    console.line("")?;
    let rows = found.reviewers.iter().map(|reviewer| {
        let id = reviewer.reviewer.id.to_string();
        [reviewer.reviewer.name.clone().unwrap_or_default(), reviewer.items.to_string(), id]
    });
    console.table(["REVIEWER", "ITEMS", "PERSON"], rows, "  none")
}

fn show(console: &mut Console, review: &AccessReview, now: Timestamp) -> Result<(), Failure> {
    let name =
        |person: &countersign_api::ReviewPerson| person.name.clone().unwrap_or_else(|| person.id.to_string());
    let reviewers = match &review.reviewer {
        Some(person) => name(person),
        None => words::of(&review.reviewers),
    };
    let escalation = review.escalate_at.zip(review.escalate_to.as_ref());
    let escalation = escalation.map(|(at, to)| format!("{}, to {}", span::moment(at, now), name(to)));
    console.facts([
        ("review", review.id.to_string()),
        ("title", review.title.clone()),
        ("state", words::of(&review.state)),
        ("scope", scope(&review.scope)),
        ("reviewers", reviewers),
        ("fallback", name(&review.fallback)),
        ("escalation", escalation.unwrap_or_default()),
        ("due", span::moment(review.due_at, now)),
        ("undecided then", words::of(&review.undecided_outcome)),
        ("opened", span::moment(review.opened_at, now)),
        ("by", review.opened_by_name.clone().unwrap_or_else(|| review.opened_by.clone())),
        ("items", review.items.to_string()),
        ("kept", review.kept.to_string()),
        ("revoked", review.revoked.to_string()),
        ("undecided", review.undecided.to_string()),
        ("closed", review.closed_at.map(|at| span::moment(at, now)).unwrap_or_default()),
        ("report", review.report.clone().unwrap_or_default()),
    ])
}

fn scope(scope: &AccessReviewScope) -> String {
    let source = scope.source.as_ref().map(|source| format!("source {source}"));
    let group = scope.group.as_ref().map(|group| format!("group {group}"));
    let flags =
        [(scope.here, "groups here"), (scope.privileged, "privileged"), (scope.contractors, "contractors")];
    let flags = flags.into_iter().filter(|(is_set, _)| *is_set).map(|(_, word)| word.to_owned());
    words::list(&source.into_iter().chain(group).chain(flags).collect::<Vec<_>>())
}

fn detail(console: &mut Console, found: &AccessReviewDetail, now: Timestamp) -> Result<(), Failure> {
    show(console, &found.review, now)?;
    console.line("")?;
    let rows = found.reviewers.iter().map(|progress| {
        let share = |part: u32| match progress.decided {
            0 => "-".to_owned(),
            decided => format!("{}%", u64::from(part) * 100 / u64::from(decided)),
        };
        [
            progress.reviewer.name.clone().unwrap_or_else(|| progress.reviewer.id.to_string()),
            progress.items.to_string(),
            progress.undecided.to_string(),
            progress.decided.to_string(),
            share(progress.kept),
            share(progress.together),
            words::or_dash(progress.median_seconds),
        ]
    });
    let heading = ["REVIEWER", "ITEMS", "UNDECIDED", "DECIDED", "KEPT", "TOGETHER", "MEDIAN SECONDS"];
    console.table(heading, rows, "  none")?;
    if found.without_reviewer > 0 {
        console.remark(format!("{} items have no reviewer: give them one.", found.without_reviewer));
    }
    Ok(())
}

fn items(console: &mut Console, found: Items<AccessReviewItem>, now: Timestamp) -> Result<(), Failure> {
    let rows = found.items.into_iter().map(|item| {
        let state = match &item.decision {
            None => "undecided".to_owned(),
            Some(decision) => words::of(&decision.verdict),
        };
        let what = format!("{} {}", words::of(&item.relation), item.target_name);
        let used =
            item.uses.first().map_or_else(|| "unknown".to_owned(), |used| span::relative(used.at, now));
        [
            item.number.to_string(),
            item.name,
            item.source.map_or_else(|| "here".to_owned(), |source| source.to_string()),
            what,
            item.level.map(|level| words::of(&level)).unwrap_or_default(),
            used,
            item.reviewer.and_then(|reviewer| reviewer.name).unwrap_or_else(|| "nobody".to_owned()),
            if item.is_gone { format!("{state}, gone") } else { state },
            item.review.to_string(),
        ]
    });
    let heading = ["ITEM", "NAME", "SOURCE", "ACCESS", "LEVEL", "USED", "REVIEWER", "STATE", "REVIEW"];
    console.table(heading, rows, "There is no such item.")
}

fn decided(console: &mut Console, done: &AccessVerdictResult, word: &str) -> Result<(), Failure> {
    console.line(format!(
        "{} {word}.",
        words::count(usize::try_from(done.decided).unwrap_or(usize::MAX), "item")
    ))?;
    if done.ended_here > 0 {
        console.remark(format!("{} memberships here ended at once.", done.ended_here));
    }
    if done.left_to_source > 0 {
        console.remark(format!(
            "{} are in a source: `countersign review changes` writes down what takes them away.",
            done.left_to_source
        ));
    }
    Ok(())
}
