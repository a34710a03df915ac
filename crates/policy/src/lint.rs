//! The lint: policies that are in order and still not what their author meant.
//!
//! What is refused when a set is read is wrong; what is found here is only likely to be. Each rule looks at the text of
//! policies, and two of them ask the set a question. None knows the world: whoever does adds what only the world can
//! tell, under the codes that are here for it, so that there is one list of them.
//!
//! A rule rather misses something than finds what is not there. `docs/policies.md` says of each what it can not find.

mod clause;
mod intent;
mod overlap;
mod scope;

use crate::meta::{PolicyMeta, Stage};
use crate::set::PolicySet;
use cedar_policy_core::ast::Effect;
use clause::Clauses;
use countersign_names::{PolicyId, Timestamp};
use jiff::ToSpan as _;
use jiff::civil::Date;
use scope::Scope;

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Housekeeping.
    Note,
    /// Probably not what was meant.
    Warning,
    /// What a guardrail is there for can be had without it.
    Error,
}

impl Severity {
    /// Its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl std::fmt::Display for Severity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

macro_rules! codes {
    ($($(#[$doc:meta])* $code:ident = $text:literal, $severity:ident;)+) => {
        /// What a finding is.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $($(#[$doc])* $code,)+ }

        impl Code {
            /// Every code there is.
            pub const ALL: &'static [Self] = &[$(Self::$code,)+];

            /// Its name.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$code => $text,)+ }
            }

            /// How much it matters.
            pub const fn severity(self) -> Severity {
                match self { $(Self::$code => Severity::$severity,)+ }
            }
        }
    };
}

codes! {
    /// The day by which its owner was to look at it again has passed.
    ReviewOverdue = "review-overdue", Warning;
    /// That day is more than a year away.
    ReviewFar = "review-far", Note;
    /// Its scope and its conditions together can not be met.
    NeverApplies = "never-applies", Warning;
    /// Cedar finds something doubtful about it.
    Doubtful = "doubtful", Warning;
    /// Another policy does all that it does.
    Shadowed = "shadowed", Warning;
    /// A guardrail forbids all that it permits.
    AlwaysForbidden = "always-forbidden", Warning;
    /// A guardrail that whoever asks can lift by how they ask.
    SelfServed = "self-served", Error;
    /// A guardrail that is lifted by where a request comes from, and by nothing else.
    PlaceIsTrusted = "place-is-trusted", Warning;
    /// A guardrail that is lifted by exceptions to another.
    BorrowedException = "borrowed-exception", Warning;
    /// A permit that asks for an exception.
    ExceptionPermits = "exception-permits", Error;
    /// A permit to administer for which nothing asks for a grant.
    AdministerWithoutGrant = "administer-without-grant", Error;
    /// A permit that lets nobody in particular in wherever somebody should label something.
    AnonymousIfLabelled = "anonymous-if-labelled", Warning;
    /// Nobody in particular reaches what is confidential or restricted. It takes a world to find.
    AnonymousSensitive = "anonymous-sensitive", Error;
    /// It names what is not there. It takes a world to find.
    UnknownName = "unknown-name", Warning;
    /// Its owner is neither a person nor a group nor an application here. It takes a world to find.
    OwnerUnknown = "owner-unknown", Note;
    /// An exception lifts the guardrail for everybody. It takes a world to find.
    ExceptionForEverybody = "exception-for-everybody", Error;
    /// An exception to it changes nothing. It takes a world to find.
    ExceptionWithoutEffect = "exception-without-effect", Note;
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

/// Something that a policy's owner should look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What it is.
    pub code: Code,
    /// The policy that it is about.
    pub policy: PolicyId,
    /// The policy's file.
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
    /// What is so, in one sentence.
    pub message: String,
    /// What to do about it.
    pub remedy: String,
}

impl Finding {
    /// A finding about a whole policy.
    pub fn about(
        code: Code,
        policy: &PolicyMeta,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self {
            code,
            policy: policy.id.clone(),
            file: policy.file.to_string(),
            line: policy.line,
            message: message.into(),
            remedy: remedy.into(),
        }
    }

    /// The same about one line of it.
    #[must_use]
    pub const fn on_line(mut self, line: usize) -> Self {
        self.line = line;
        self
    }

    /// How much it matters.
    pub const fn severity(&self) -> Severity {
        self.code.severity()
    }
}

/// A policy as the rules look at it.
struct LintedPolicy<'a> {
    meta: &'a PolicyMeta,
    effect: Effect,
    scope: Scope,
    clauses: Clauses,
}

impl LintedPolicy<'_> {
    fn permits(&self) -> bool {
        self.effect == Effect::Permit
    }

    fn counts(&self) -> bool {
        self.meta.stage == Stage::Enforce
    }

    /// Where it stands, for the finding of another.
    fn place(&self) -> String {
        format!("{} ({}:{})", self.meta.id, self.meta.file, self.meta.line)
    }
}

impl PolicySet {
    /// What the owners of these policies should look at, in the order of the files.
    pub fn lint(&self, now: Timestamp) -> Vec<Finding> {
        let seen: Vec<LintedPolicy<'_>> = self
            .policies()
            .iter()
            .zip(self.loaded())
            .map(|(meta, loaded)| LintedPolicy {
                meta,
                effect: loaded.policy.effect(),
                scope: Scope::of(&loaded.policy),
                clauses: Clauses::of(loaded.policy.non_scope_constraints()),
            })
            .collect();
        let mut found = Vec::new();
        if let Some(today) = day(now) {
            seen.iter().for_each(|policy| found.extend(review(policy, today)));
        }
        found.extend(doubts(self));
        let impossible = |id: &PolicyId, found: &[Finding]| {
            found.iter().any(|finding| finding.code == Code::NeverApplies && finding.policy == *id)
        };
        for policy in &seen {
            if policy.clauses.can_not_be_met() && !impossible(&policy.meta.id, &found) {
                found.push(never(policy.meta));
            }
        }
        let possible: Vec<&LintedPolicy<'_>> =
            seen.iter().filter(|p| !impossible(&p.meta.id, &found)).collect();
        found.extend(overlap::find(&possible));
        found.extend(intent::find(self, &possible));
        found.sort_by(|a, b| (&a.file, a.line, a.code).cmp(&(&b.file, b.line, b.code)));
        found
    }
}

fn day(now: Timestamp) -> Option<Date> {
    let moment = jiff::Timestamp::from_microsecond(now.as_micros()).ok()?;
    Some(moment.to_zoned(jiff::tz::TimeZone::UTC).date())
}

fn review(policy: &LintedPolicy<'_>, today: Date) -> Option<Finding> {
    let (meta, review) = (policy.meta, policy.meta.review);
    if review < today {
        let message = format!("{} was to look at it again by {review}", meta.owner);
        let remedy = "read it again, and write the next day into @review";
        return Some(Finding::about(Code::ReviewOverdue, meta, message, remedy));
    }
    let far = today.checked_add(1.year()).is_ok_and(|year| review > year);
    far.then(|| {
        let message = format!("nobody is to look at it again before {review}, more than a year from now");
        Finding::about(Code::ReviewFar, meta, message, "write a nearer day into @review")
    })
}

/// What Cedar's validator was doubtful about when it read the files.
fn doubts(set: &PolicySet) -> Vec<Finding> {
    let about = |problem: &crate::problem::PolicyDiagnostic| {
        let at = problem.spans().next()?.start;
        let policy = set.policies().iter().find(|p| *p.file == *problem.path() && p.span.contains(&at))?;
        if problem.message().contains("policy is impossible") {
            return Some(never(policy));
        }
        let finding = Finding::about(Code::Doubtful, policy, problem.message(), "say it in plain letters");
        Some(finding.on_line(problem.line().unwrap_or(policy.line)))
    };
    set.warnings().iter().filter_map(about).collect()
}

fn never(policy: &PolicyMeta) -> Finding {
    let message = "no access can meet its scope and its conditions together";
    let remedy = "mend the condition that contradicts the rest, or remove the policy";
    Finding::about(Code::NeverApplies, policy, message, remedy)
}
