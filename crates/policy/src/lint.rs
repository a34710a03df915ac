//! The lint: finds policies that are valid but probably not what their author meant.
//!
//! Reading a set refuses errors; the lint reports what is only likely to be wrong. Each rule examines the text of
//! policies, and two of them also evaluate a question. No rule knows the world. A caller that knows it adds the
//! findings that need it, with the codes that are reserved for them here, so that there is a single list of codes.
//!
//! A rule prefers a missed problem to a false report. `docs/policies.md` documents for each rule what it cannot find.

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

/// The severity of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Housekeeping.
    Note,
    /// Probably not what the author meant.
    Warning,
    /// The protection that a guardrail provides can be bypassed.
    Error,
}

impl Severity {
    /// Returns its name.
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
        /// The kind of a finding.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $($(#[$doc])* $code,)+ }

        impl Code {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$code,)+];

            /// Returns its name.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$code => $text,)+ }
            }

            /// Returns its severity.
            pub const fn severity(self) -> Severity {
                match self { $(Self::$code => Severity::$severity,)+ }
            }
        }
    };
}

codes! {
    /// The day by which the owner should have reviewed the policy has passed.
    ReviewOverdue = "review-overdue", Warning;
    /// That day is more than a year away.
    ReviewFar = "review-far", Note;
    /// The scope and the conditions together can never be satisfied.
    NeverApplies = "never-applies", Warning;
    /// Cedar reports a warning about the policy.
    Doubtful = "doubtful", Warning;
    /// Another policy has the same effect on every access that this one matches.
    Shadowed = "shadowed", Warning;
    /// A guardrail forbids everything that the policy permits.
    AlwaysForbidden = "always-forbidden", Warning;
    /// A guardrail that the requester can lift by choosing the form of the request.
    SelfServed = "self-served", Error;
    /// A guardrail that the place of a request alone lifts.
    PlaceIsTrusted = "place-is-trusted", Warning;
    /// A guardrail that exceptions to another guardrail lift.
    BorrowedException = "borrowed-exception", Warning;
    /// A permit that requires an exception.
    ExceptionPermits = "exception-permits", Error;
    /// A permit to administer for which neither the permit nor a guardrail requires a grant.
    AdministerWithoutGrant = "administer-without-grant", Error;
    /// A permit that would give anonymous access to confidential or restricted resources as soon as one is labelled so.
    AnonymousIfLabelled = "anonymous-if-labelled", Warning;
    /// The anonymous principal reaches a confidential or restricted resource. This finding needs a world.
    AnonymousSensitive = "anonymous-sensitive", Error;
    /// The policy names an entity that does not exist. This finding needs a world.
    UnknownName = "unknown-name", Warning;
    /// The owner is not a known person, group or application. This finding needs a world.
    OwnerUnknown = "owner-unknown", Note;
    /// An exception lifts the guardrail for everybody. This finding needs a world.
    ExceptionForEverybody = "exception-for-everybody", Error;
    /// An exception to the guardrail has no effect. This finding needs a world.
    ExceptionWithoutEffect = "exception-without-effect", Note;
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

/// Something that the owner of a policy should look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The kind of the finding.
    pub code: Code,
    /// The policy concerned.
    pub policy: PolicyId,
    /// The policy's file.
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
    /// The finding, in one sentence.
    pub message: String,
    /// The advice.
    pub remedy: String,
}

impl Finding {
    /// Creates a finding about a whole policy.
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

    /// Moves the finding to one line of the policy.
    #[must_use]
    pub const fn on_line(mut self, line: usize) -> Self {
        self.line = line;
        self
    }

    /// Returns the severity.
    pub const fn severity(&self) -> Severity {
        self.code.severity()
    }
}

/// A policy as the rules see it.
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

    /// Returns the policy's id and location, for findings about other policies.
    fn place(&self) -> String {
        format!("{} ({}:{})", self.meta.id, self.meta.file, self.meta.line)
    }
}

impl PolicySet {
    /// Returns the findings for these policies, in the order of the files.
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
        let message = format!("{} should have reviewed it by {review}", meta.owner);
        let remedy = "review it, and write the next date into @review";
        return Some(Finding::about(Code::ReviewOverdue, meta, message, remedy));
    }
    let far = today.checked_add(1.year()).is_ok_and(|year| review > year);
    far.then(|| {
        let message = format!("its next review is on {review}, more than a year from now");
        Finding::about(Code::ReviewFar, meta, message, "write a nearer date into @review")
    })
}

/// Converts the warnings that Cedar's validator reported when the files were read.
fn doubts(set: &PolicySet) -> Vec<Finding> {
    let about = |problem: &crate::problem::PolicyDiagnostic| {
        let at = problem.spans().next()?.start;
        let policy = set.policies().iter().find(|p| *p.file == *problem.path() && p.span.contains(&at))?;
        if problem.message().contains("policy is impossible") {
            return Some(never(policy));
        }
        let finding = Finding::about(Code::Doubtful, policy, problem.message(), "use plain letters");
        Some(finding.on_line(problem.line().unwrap_or(policy.line)))
    };
    set.warnings().iter().filter_map(about).collect()
}

fn never(policy: &PolicyMeta) -> Finding {
    let message = "no access can match its scope and its conditions together";
    let remedy = "repair the condition that contradicts the rest, or remove the policy";
    Finding::about(Code::NeverApplies, policy, message, remedy)
}
