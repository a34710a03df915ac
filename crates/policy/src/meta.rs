//! The metadata of a policy: its annotations and its file.

use crate::problem::{File, PolicyDiagnostic};
use cedar_policy_core::ast::{Annotation, Policy};
use countersign_names::{ApplicationName, PolicyId};
use std::ops::Range;
use std::sync::Arc;

/// The metadata of a policy, for its author and for the people whom it concerns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyMeta {
    /// Its name, unique within the set (`@id`).
    pub id: PolicyId,
    /// Its kind, determined by its folder.
    pub kind: Kind,
    /// The team or person responsible for it (`@owner`).
    pub owner: String,
    /// The explanation for the person whom it stops or lets in (`@reason`).
    pub reason: String,
    /// The day by which its owner reviews it (`@review`).
    pub review: jiff::civil::Date,
    /// Whether it is enforced (`@stage`).
    pub stage: Stage,
    /// The path of its file within the policy folder.
    pub file: Arc<str>,
    /// Its position in the file, in bytes, annotations included.
    pub span: Range<usize>,
    /// The line on which it begins, counted from 1.
    pub line: usize,
    /// Its source text.
    pub text: String,
}

/// The two kinds of policies, which have two kinds of owners.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// `forbid`, by the security team, for everybody: `guardrails/*.cedar`.
    Guardrail,
    /// `permit`, by the owner of an application, for that application only: `applications/<name>.cedar`.
    Application(ApplicationName),
}

/// Whether a policy is enforced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// The policy is evaluated and its effect reported, but the decision ignores it.
    Shadow,
    /// The policy takes part in the decision.
    Enforce,
}

/// The annotations that a policy can have; docs/policies.md says what each means.
pub const ANNOTATIONS: [&str; 5] = ["id", "owner", "reason", "review", "stage"];

impl PolicyMeta {
    /// Reads the annotations of `policy`, and adds everything wrong with them to `problems`. The caller refuses the
    /// policy if there are any, even if all required annotations were found.
    pub(crate) fn read(
        file: &File,
        kind: &Kind,
        policy: &Policy,
        problems: &mut Vec<PolicyDiagnostic>,
    ) -> Option<Self> {
        let span = policy.loc().map_or(0..file.text.len(), |loc| loc.start()..loc.end());
        let mut reader = Reader { file, policy, head: head(file, policy, &span), problems };
        reader.refuse_unknown();
        let id = reader.id();
        let owner = reader.text("owner", "the team or person who answers for the policy");
        let reason = reader.text("reason", "one sentence for the person whom the policy stops or lets in");
        let review = reader.review();
        let stage = reader.stage();
        Some(Self {
            id: id?,
            kind: kind.clone(),
            owner: owner?,
            reason: reason?,
            review: review?,
            stage: stage?,
            file: file.path.clone(),
            line: crate::problem::line_of(&file.text, span.start),
            text: file.text.get(span.clone()).unwrap_or_default().to_owned(),
            span,
        })
    }
}

/// Returns the span of the word `permit` or `forbid`, which is underlined if an annotation is missing.
fn head(file: &File, policy: &Policy, span: &Range<usize>) -> Range<usize> {
    let annotated =
        policy.annotations().filter_map(|(_, value)| value.loc.as_ref()).map(|loc| loc.end()).max();
    let from = annotated.unwrap_or(span.start);
    let rest = file.text.get(from..span.end).unwrap_or_default();
    let word = policy.effect().to_string();
    rest.find(&word).map_or(span.clone(), |offset| from + offset..from + offset + word.len())
}

struct Reader<'a> {
    file: &'a File,
    policy: &'a Policy,
    head: Range<usize>,
    problems: &'a mut Vec<PolicyDiagnostic>,
}

impl<'a> Reader<'a> {
    fn find(&self, key: &str) -> Option<&'a Annotation> {
        self.policy.annotations().find(|(known, _)| known.as_ref() == key).map(|(_, value)| value)
    }

    fn span(&self, annotation: &Annotation) -> Range<usize> {
        annotation.loc.as_ref().map_or(self.head.clone(), |loc| loc.start()..loc.end())
    }

    /// Refuses unknown annotations. A mistyped one would otherwise be ignored: `@stgae("shadow")` would enforce.
    fn refuse_unknown(&mut self) {
        for (key, annotation) in self.policy.annotations() {
            if !ANNOTATIONS.contains(&key.as_ref()) {
                let problem = PolicyDiagnostic::new(self.file, format!("there is no annotation @{key}"))
                    .at(self.span(annotation), "not known")
                    .help(
                        "a policy has @id, @owner, @reason, @review and, if it is only to be tried, @stage",
                    );
                self.problems.push(problem);
            }
        }
    }

    fn text(&mut self, key: &str, meaning: &str) -> Option<String> {
        let found = self.find(key);
        let text = found.map(|annotation| annotation.val.trim()).filter(|text| !text.is_empty());
        if let Some(text) = text {
            return Some(text.to_owned());
        }
        let problem = match found {
            Some(annotation) => {
                PolicyDiagnostic::new(self.file, format!("@{key} is empty")).at(self.span(annotation), "")
            }
            None => PolicyDiagnostic::new(self.file, format!("the policy has no @{key}"))
                .at(self.head.clone(), "this policy"),
        };
        self.problems.push(problem.help(format!("write @{key}(\"...\") before it: {meaning}")));
        None
    }

    fn id(&mut self) -> Option<PolicyId> {
        let text = self.text("id", "a name that no other policy has, such as wiki-readers")?;
        text.parse().map_err(|error| self.wrong("id", &error, "no other policy has the same name")).ok()
    }

    fn review(&mut self) -> Option<jiff::civil::Date> {
        let text = self.text("review", "the day by which its owner looks at it again, such as 2027-06-30")?;
        let day = text.parse::<jiff::civil::Date>().ok().filter(|day| day.to_string() == text);
        if day.is_none() {
            self.wrong(
                "review",
                &format!("{text:?} is not a day"),
                "write it as year-month-day, such as 2027-06-30",
            );
        }
        day
    }

    fn stage(&mut self) -> Option<Stage> {
        match self.find("stage").map(|annotation| annotation.val.as_str()) {
            None | Some("enforce") => Some(Stage::Enforce),
            Some("shadow") => Some(Stage::Shadow),
            Some(other) => {
                let what = format!("{other:?} is not a stage");
                self.wrong("stage", &what, "write @stage(\"shadow\") to try it, or @stage(\"enforce\"), which is also what no @stage means");
                None
            }
        }
    }

    fn wrong(&mut self, key: &str, what: &dyn std::fmt::Display, help: &str) {
        let span = self.find(key).map_or(self.head.clone(), |annotation| self.span(annotation));
        self.problems
            .push(PolicyDiagnostic::new(self.file, format!("@{key}: {what}")).at(span, "").help(help));
    }
}
