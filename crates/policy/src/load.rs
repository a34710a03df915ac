//! Turns files into checked policies. Finds everything that can be wrong with a policy before the policy decides
//! anything.

use crate::meta::{Kind, PolicyMeta};
use crate::problem::{File, PolicyDiagnostic};
use crate::schema::{self, TYPES, VALIDATOR};
use cedar_policy_core::ast::{
    Effect, EntityReference, EntityUID, Expr, ExprKind, Literal, Policy, PolicyID,
    PrincipalOrResourceConstraint,
};
use cedar_policy_core::parser::{Loc, parse_policyset};
use cedar_policy_core::validator::ValidationMode;
use countersign_names::ApplicationName;
use miette::Diagnostic;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Maximum size of a policy file in bytes.
pub const LONGEST_FILE: usize = 1024 * 1024;
/// Maximum number of steps in one policy: operators, attributes, brackets and `if`s; `&&` and `||` count as two. Each
/// step can nest the policy one level deeper, and every reader recurses that deep, so a hostile file could exhaust the
/// stack.
pub const MOST_STEPS: usize = 400;
/// Maximum nesting of brackets, for the same reason: the parser uses far more stack per bracket than per step.
pub const DEEPEST: usize = 24;

/// Number of references that a policy may follow: only to an attribute of the principal or the resource. With more, an
/// answer would depend on entities that the question does not contain.
const DEREFERENCES: u32 = 1;

/// A policy that passed every check.
#[derive(Debug, Clone)]
pub(crate) struct CheckedPolicy {
    pub(crate) meta: PolicyMeta,
    /// Its Cedar id is its `@id`.
    pub(crate) policy: Policy,
}

/// The contents of one file. They depend only on the file's path and text, so they can be reused.
#[derive(Debug, Default)]
pub(crate) struct Contents {
    pub(crate) policies: Vec<CheckedPolicy>,
    pub(crate) warnings: Vec<PolicyDiagnostic>,
}

/// The contents of files, by path.
pub(crate) type Files = BTreeMap<String, Arc<Contents>>;

/// The result of reading the files.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) files: Files,
    pub(crate) problems: Vec<PolicyDiagnostic>,
}

/// Stack size for reading policies, in bytes. Cedar's parser and validator recurse; within the limits above a debug
/// build uses almost 2 MB, which is the whole stack of most threads.
const STACK: usize = 32 * 1024 * 1024;

/// Runs `work` on a thread with enough stack. Returns `None` if it panics or the thread cannot be made.
pub(crate) fn on_deep_stack<T: Send>(work: impl FnOnce() -> T + Send) -> Option<T> {
    std::thread::scope(|scope| {
        let reader = std::thread::Builder::new().name("policy-reader".to_owned()).stack_size(STACK);
        reader.spawn_scoped(scope, work).ok()?.join().ok()
    })
}

/// Reads every file that is not `known`, in the order of their paths, on a separate thread with enough stack. If that
/// thread panics, the set is refused and the caller continues.
pub(crate) fn load(
    files: &BTreeMap<String, String>,
    known: &(dyn Fn(&str, &str) -> Option<Arc<Contents>> + Sync),
) -> Outcome {
    on_deep_stack(|| read(files, known)).unwrap_or_else(|| {
        let problem =
            PolicyDiagnostic::new(&File::new("", ""), "the policy parser failed, so the set is refused");
        Outcome {
            problems: vec![problem.help("please report the files that made it fail")],
            ..Outcome::default()
        }
    })
}

fn read(files: &BTreeMap<String, String>, known: &dyn Fn(&str, &str) -> Option<Arc<Contents>>) -> Outcome {
    let mut outcome = Outcome::default();
    for (path, text) in files {
        if let Some(contents) = known(path, text) {
            outcome.files.insert(path.clone(), contents);
            continue;
        }
        let file = File::new(path, text);
        match place(&file) {
            Ok(Some(kind)) => {
                let contents = outcome.read(&file, &kind);
                outcome.files.insert(path.clone(), Arc::new(contents));
            }
            Ok(None) => {}
            Err(problem) => outcome.problems.push(problem),
        }
    }
    outcome.refuse_duplicates(files);
    outcome
}

/// Returns why a file name must not be added to a policy folder, or `None` if every reader of the folder finds the
/// file.
///
/// A set that is already in force is read whatever its file names are: a set published by an older release stays in
/// force.
pub fn name_fault(path: &str) -> Option<&'static str> {
    /// Common file systems allow 255 bytes; the rest is for suffixes of temporary files written beside it.
    const LONGEST: usize = 200;
    let steers = |c: char| {
        c.is_control()
            || c == '\\'
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    path.split('/').find_map(|part| match part {
        "" => Some("a part of the name is empty"),
        hidden if hidden.starts_with('.') => {
            Some("a name that begins with a dot is hidden, and readers of the folder ignore it")
        }
        long if long.len() > LONGEST => Some("the name is longer than 200 bytes"),
        odd if odd.contains(steers) => Some("the name holds characters that cannot be seen, or a backslash"),
        spaced if spaced.trim() != spaced => Some("the name begins or ends with a space"),
        _ => None,
    })
}

/// Determines from a file's path which policies it may contain; `None` for tests, which are not policies.
pub(crate) fn place(file: &File) -> Result<Option<Kind>, PolicyDiagnostic> {
    let refused = |message: &str| {
        Err(PolicyDiagnostic::new(file, message).help(
            "guardrails go to guardrails/<name>.cedar, the policies of an application to \
             applications/<application>.cedar, tests to tests/<name>.toml",
        ))
    };
    match file.path.split_once('/') {
        Some(("tests", name)) if name.ends_with(".toml") && !name.contains('/') => Ok(None),
        Some((folder @ ("guardrails" | "applications"), name)) => match name.strip_suffix(".cedar") {
            None => refused("a policy file ends in .cedar"),
            Some("") => refused("a policy file has a name before .cedar"),
            Some(stem) if stem.contains('/') => refused("policy files cannot be in a deeper folder"),
            Some(_) if folder == "guardrails" => Ok(Some(Kind::Guardrail)),
            Some(stem) => match stem.parse::<ApplicationName>() {
                Ok(application) => Ok(Some(Kind::Application(application))),
                Err(error) => {
                    refused(&format!("the file must have the name of its application, and {error}"))
                }
            },
        },
        _ => refused("no file is read from this place in the policy folder"),
    }
}

impl Outcome {
    fn read(&mut self, file: &File, kind: &Kind) -> Contents {
        if let Err(problem) = check_size(file) {
            self.problems.push(problem);
            return Contents::default();
        }
        let parsed = match parse_policyset(&file.text) {
            Ok(parsed) => parsed,
            Err(errors) => {
                self.problems
                    .extend(errors.iter().map(|error| PolicyDiagnostic::from_diagnostic(file, error)));
                return Contents::default();
            }
        };
        for template in parsed.templates() {
            self.problems.push(
                PolicyDiagnostic::new(file, "a policy template is not a policy")
                    .at(span(template.loc(), file), "it has a slot")
                    .help("write the principal or resource out instead of ?principal or ?resource"),
            );
        }
        let result = VALIDATOR.validate_with_level(&parsed, ValidationMode::Strict, DEREFERENCES);
        self.problems.extend(once_each(file, result.validation_errors()));
        let warnings = once_each(file, result.validation_warnings());
        let mut policies: Vec<&Policy> = parsed.static_policies().collect();
        policies.sort_by_key(|policy| policy.loc().map(Loc::start));
        Contents {
            policies: policies.into_iter().filter_map(|policy| self.policy(file, kind, policy)).collect(),
            warnings: warnings.into_iter().map(PolicyDiagnostic::into_warning).collect(),
        }
    }

    fn policy(&mut self, file: &File, kind: &Kind, policy: &Policy) -> Option<CheckedPolicy> {
        let before = self.problems.len();
        let meta = PolicyMeta::read(file, kind, policy, &mut self.problems);
        self.problems.extend(check_authority(file, kind, policy).err());
        check_names(file, policy, &mut self.problems);
        let meta = meta.filter(|_| self.problems.len() == before)?;
        let policy = policy.new_id(PolicyID::from_string(meta.id.as_str()));
        Some(CheckedPolicy { meta, policy })
    }

    fn refuse_duplicates(&mut self, files: &BTreeMap<String, String>) {
        let mut seen: HashMap<&str, &PolicyMeta> = HashMap::new();
        for CheckedPolicy { meta, .. } in self.files.values().flat_map(|contents| &contents.policies) {
            if let Some(first) = seen.insert(meta.id.as_str(), meta) {
                let text = files.get(&*meta.file).map_or("", String::as_str);
                self.problems.push(
                    PolicyDiagnostic::new(
                        &File::new(&meta.file, text),
                        format!("there are two policies {}", meta.id),
                    )
                    .at(meta.span.clone(), "the second of the name")
                    .help(format!(
                        "the first is at {}:{}; give one of them another @id",
                        first.file, first.line
                    )),
                );
            }
        }
    }
}

/// Returns the findings of the validator, one per place. The validator checks a policy once per action and kind of
/// principal, and repeats the same finding.
fn once_each<'a, D: Diagnostic + 'a>(
    file: &File,
    found: impl Iterator<Item = &'a D>,
) -> Vec<PolicyDiagnostic> {
    let mut problems: Vec<_> = found.map(|found| PolicyDiagnostic::from_diagnostic(file, found)).collect();
    let place = |problem: &PolicyDiagnostic| problem.spans().next().map(|span| (span.start, span.end));
    problems.sort_by_key(|problem| (place(problem), problem.message().to_owned()));
    problems.dedup_by_key(|problem| place(problem));
    problems
}

/// Checks a file against the limits above, before any recursive reader sees it.
pub(crate) fn check_size(file: &File) -> Result<(), PolicyDiagnostic> {
    if file.text.len() > LONGEST_FILE {
        let message = format!("the file is longer than {LONGEST_FILE} bytes");
        return Err(PolicyDiagnostic::new(file, message).help("split it into several files"));
    }
    let (mut depth, mut steps) = (0_usize, 0_usize);
    let mut previous = b' ';
    for (offset, byte) in significant(file.text.as_bytes()) {
        match byte {
            b'(' | b'[' | b'{' => (depth, steps) = (depth + 1, steps + 1),
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b'.' | b'+' | b'-' | b'*' | b'!' | b'&' | b'|' => steps += 1,
            b'f' if previous == b'i' => steps += 1,
            b';' => steps = 0,
            _ => {}
        }
        previous = byte;
        let excess = match () {
            () if depth > DEEPEST => format!("brackets are nested deeper than {DEEPEST}"),
            () if steps > MOST_STEPS => format!("a policy takes more than {MOST_STEPS} steps"),
            () => continue,
        };
        return Err(PolicyDiagnostic::new(file, excess)
            .at(offset..offset + 1, "here")
            .help("split it into several policies"));
    }
    Ok(())
}

/// Yields the bytes of a Cedar text outside comments and strings, with their offsets. The byte that opens one is outside.
fn significant(text: &[u8]) -> impl Iterator<Item = (usize, u8)> + '_ {
    let (mut in_string, mut in_comment, mut escaped) = (false, false, false);
    text.iter().copied().enumerate().filter(move |(offset, byte)| {
        if in_comment {
            in_comment = *byte != b'\n' && *byte != b'\r';
        } else if in_string {
            in_string = escaped || *byte != b'"';
            escaped = !escaped && *byte == b'\\';
        } else {
            in_string = *byte == b'"';
            in_comment = *byte == b'/' && text.get(offset + 1) == Some(&b'/');
            return true;
        }
        false
    })
}

fn span(loc: Option<&Loc>, file: &File) -> std::ops::Range<usize> {
    loc.map_or(0..file.text.len(), |loc| loc.start()..loc.end())
}

/// Checks that a policy stays within the authority of its folder's owner.
fn check_authority(file: &File, kind: &Kind, policy: &Policy) -> Result<(), PolicyDiagnostic> {
    let at = span(policy.loc(), file);
    match (kind, policy.effect()) {
        (Kind::Guardrail, Effect::Forbid) => Ok(()),
        (Kind::Guardrail, Effect::Permit) => Err(PolicyDiagnostic::new(file, "a guardrail does not permit")
            .at(at, "a permit among guardrails")
            .help("permits belong in applications/<application>.cedar; write forbid here")),
        (Kind::Application(_), Effect::Forbid) => {
            Err(PolicyDiagnostic::new(file, "an application's policies only permit")
                .at(at, "a forbid among permits")
                .help("policies that forbid for everybody belong in guardrails/; here, permit less instead"))
        }
        (Kind::Application(application), Effect::Permit) => check_resource(file, application, policy, at),
    }
}

fn check_resource(
    file: &File,
    application: &ApplicationName,
    policy: &Policy,
    at: std::ops::Range<usize>,
) -> Result<(), PolicyDiagnostic> {
    let constraint = policy.resource_constraint();
    let (pinned, found) = match constraint.as_inner() {
        PrincipalOrResourceConstraint::Eq(EntityReference::EUID(uid)) => {
            let named = uid.eid().as_ref().parse::<countersign_names::ResourceName>();
            let inside = *uid.entity_type() == TYPES.resource
                && named.is_ok_and(|resource| resource.application() == application);
            (inside, Some(uid))
        }
        PrincipalOrResourceConstraint::In(EntityReference::EUID(uid))
        | PrincipalOrResourceConstraint::IsIn(_, EntityReference::EUID(uid)) => {
            (**uid == schema::application(application), Some(uid))
        }
        _ => (false, None),
    };
    if pinned {
        return Ok(());
    }
    let problem = PolicyDiagnostic::new(file, format!("this permit is not for {application} alone")).help(format!(
        "write `resource in Countersign::Application::\"{application}\"` or `resource == \
         Countersign::Resource::\"{application}/...\"` in its first line; another application has its own file"
    ));
    Err(match found.and_then(|uid| uid.loc()) {
        Some(loc) => problem.at(loc.start()..loc.end(), "outside of it"),
        None => problem.at(at, "its resource can be any"),
    })
}

/// Refuses entity names that can never exist.
fn check_names(file: &File, policy: &Policy, problems: &mut Vec<PolicyDiagnostic>) {
    let mut check = |uid: &EntityUID| {
        if let Err(error) = schema::check_name(uid) {
            let at = span(uid.loc().or(policy.loc()), file);
            problems.push(
                PolicyDiagnostic::new(file, "nothing can have this name").at(at, "never matches").help(error),
            );
        }
    };
    let principal = policy.principal_constraint();
    let resource = policy.resource_constraint();
    let scope = [principal.as_inner().get_euid(), resource.as_inner().get_euid()];
    scope.into_iter().flatten().for_each(|uid: &Arc<EntityUID>| check(uid));
    for part in policy.non_scope_constraints().into_iter().flat_map(Expr::subexpressions) {
        if let ExprKind::Lit(Literal::EntityUID(uid)) = part.expr_kind() {
            check(uid);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A set that is not read is refused: an empty set in its place would have lost every guardrail.
    #[test]
    fn a_panic_while_reading_refuses_the_set() {
        let files = BTreeMap::from([("guardrails/all.cedar".to_owned(), String::new())]);
        let outcome = load(&files, &|_, _| panic!("as a defect of the parser would"));
        let told: Vec<&str> = outcome.problems.iter().map(PolicyDiagnostic::message).collect();
        assert_eq!(told, ["the policy parser failed, so the set is refused"]);
        assert!(outcome.files.is_empty());
        assert_eq!(on_deep_stack(|| 7), Some(7));
    }
}
