//! Asks the solver one question after another, and collects the answers.

use crate::find::Solver;
use crate::kind::Kind;
use crate::plain::plainest;
use crate::premise::premise;
use crate::process::{Bounds, Cvc5, in_short};
use crate::side::{CoveredPart, EnforcedPolicies, NamedEntities};
use crate::witness::{Witness, question};
use cedar_policy::{RequestEnv, Schema};
use cedar_policy_symcc::err::Error;
use cedar_policy_symcc::solver::SolverError;
use cedar_policy_symcc::{
    CedarSymCompiler, CompiledPolicy, CompiledPolicySet, Env, ResetMode, never_matches_asserts,
};
use countersign_names::{ApplicationName, PrincipalKind};
use countersign_policy::{PolicySet, Question, SCHEMA};
use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

/// Stack size in bytes of the thread that builds formulas. The translation recurses over a policy's text, which may be
/// some hundred levels deep. Unused stack takes no memory.
const STACK: usize = 1 << 30;

/// Maximum number of policies in a set. More would take minutes to translate per kind of request, and the translation
/// cannot be interrupted.
const MOST_POLICIES: usize = 3000;

/// Maximum number of applications per question: the cost of a question grows faster than their number.
const TOGETHER: usize = 8;

/// Interval between calls of the caller's `going`.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Limits on the cost of the answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Time for one question.
    pub question: Duration,
    /// Time for all questions together.
    pub whole: Duration,
    /// Address space of the solver in bytes.
    pub memory: u64,
}

/// 60 s per question, 15 minutes in all, 2 GiB.
impl Default for Limits {
    fn default() -> Self {
        Self { question: Duration::from_secs(60), whole: Duration::from_secs(900), memory: 2 << 30 }
    }
}

/// The progress of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Number of questions answered or given up.
    pub asked: usize,
    /// Total number of questions.
    pub of: usize,
}

/// The caller stopped the comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stopped;

/// The effect of the change on every request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// One line per kind of request, people first.
    pub lines: Vec<Line>,
}

/// The effect on the requests of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The kind.
    pub kind: Kind,
    /// Whether any request would be allowed that is denied now.
    pub newly_allowed: Answer,
    /// Whether any request would be denied that is allowed now.
    pub newly_denied: Answer,
}

/// The answer for one direction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Proved: there is no such request.
    Never,
    /// There is at least this request, which both sets have evaluated.
    Possible(Box<Witness>),
    /// Unknown, for this reason. Never treat this as harmless.
    Unanswered(String),
}

/// The direction of a change.
#[derive(Debug, Clone, Copy)]
enum ChangeDirection {
    Allowed,
    Denied,
}

/// Determines for every kind of request whether `planned` would allow any request that `running` denies, or deny any
/// that `running` allows. Only enforced policies count. Blocks. Calls `going` with the progress some ten times a
/// second; `going` can stop the comparison.
///
/// # Errors
/// If `going` stopped it. The solver's process has then ended.
pub fn compare(
    solver: &Solver,
    limits: &Limits,
    running: &PolicySet,
    planned: &PolicySet,
    going: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> Result<Comparison, Stopped> {
    let stopped = Arc::new(AtomicBool::new(false));
    std::thread::scope(|scope| {
        let (told, tidings) = channel();
        let asked = SolverComparison { solver, limits, running, planned, stopped: Arc::clone(&stopped) };
        let begun = std::thread::Builder::new()
            .name("solve".to_owned())
            .stack_size(STACK)
            .spawn_scoped(scope, move || asked.all(&told));
        let worker = match begun {
            Ok(worker) => worker,
            Err(error) => return Ok(unanswered(&format!("no thread could be begun: {error}"))),
        };
        let mut progress = Progress { asked: 0, of: 0 };
        loop {
            match tidings.recv_timeout(LOOK_EVERY) {
                Ok(further) => progress = further,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            if going(progress).is_break() {
                stopped.store(true, Ordering::Relaxed);
            }
        }
        let compared =
            worker.join().unwrap_or_else(|_| unanswered("the translation ended early; the log says why"));
        if stopped.load(Ordering::Relaxed) { Err(Stopped) } else { Ok(compared) }
    })
}

/// Returns a comparison without answers, for every kind.
fn unanswered(why: &str) -> Comparison {
    let answer = || Answer::Unanswered(why.to_owned());
    let kinds = match schema() {
        Ok(schema) => kinds(&schema),
        Err(_) => Vec::new(),
    };
    let lines =
        kinds.into_iter().map(|(kind, _)| Line { kind, newly_allowed: answer(), newly_denied: answer() });
    Comparison { lines: lines.collect() }
}

fn schema() -> Result<Schema, String> {
    Schema::from_cedarschema_str(SCHEMA).map(|(schema, _)| schema).map_err(|error| error.to_string())
}

/// Returns the kinds of requests in a fixed order, because the schema's order differs from run to run.
fn kinds(schema: &Schema) -> Vec<(Kind, RequestEnv)> {
    let mut kinds: Vec<_> = schema.request_envs().filter_map(|env| Some((Kind::of(&env)?, env))).collect();
    let place = |kind: &Kind| {
        // Most changes concern people, and the fewest concern the anonymous principal.
        let stranger = kind.principal == PrincipalKind::Anonymous;
        (stranger, kind.principal, kind.action)
    };
    kinds.sort_by_key(|(kind, _)| place(kind));
    kinds
}

struct SolverComparison<'a> {
    solver: &'a Solver,
    limits: &'a Limits,
    running: &'a PolicySet,
    planned: &'a PolicySet,
    stopped: Arc<AtomicBool>,
}

/// Both sets, prepared for questions.
struct Sides {
    before: EnforcedPolicies,
    after: EnforcedPolicies,
    schema: Schema,
}

impl SolverComparison<'_> {
    fn all(&self, told: &Sender<Progress>) -> Comparison {
        for set in [self.running, self.planned] {
            let policies = set.policies().len();
            if policies > MOST_POLICIES {
                return unanswered(&format!(
                    "{policies} policies are more than the {MOST_POLICIES} that are translated"
                ));
            }
        }
        let sides = match self.sides() {
            Ok(sides) => sides,
            Err(why) => return unanswered(&why),
        };
        let kinds = kinds(&sides.schema);
        let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
            Ok(runtime) => runtime,
            Err(error) => return unanswered(&format!("no runtime could be begun: {error}")),
        };
        let (begun, of) = (Instant::now(), kinds.len() * 2);
        let mut asked = 0;
        let mut answer = |kind: Kind, env: &RequestEnv, way: ChangeDirection| {
            // The receiver lives longer than this thread. If it were gone, nobody would need the progress.
            let _gone = told.send(Progress { asked, of });
            asked += 1;
            let question = DirectedQuestion {
                all: self,
                sides: &sides,
                kind,
                env,
                way,
                until: begun + self.limits.whole,
            };
            runtime.block_on(question.answer()).unwrap_or_else(Answer::Unanswered)
        };
        let lines = kinds.iter().map(|(kind, env)| Line {
            kind: *kind,
            newly_allowed: answer(*kind, env, ChangeDirection::Allowed),
            newly_denied: answer(*kind, env, ChangeDirection::Denied),
        });
        Comparison { lines: lines.collect() }
    }

    fn sides(&self) -> Result<Sides, String> {
        Ok(Sides {
            before: EnforcedPolicies::of(self.running)?,
            after: EnforcedPolicies::of(self.planned)?,
            schema: schema()?,
        })
    }
}

/// One direction of one kind.
struct DirectedQuestion<'a> {
    all: &'a SolverComparison<'a>,
    sides: &'a Sides,
    kind: Kind,
    env: &'a RequestEnv,
    way: ChangeDirection,
    until: Instant,
}

impl DirectedQuestion<'_> {
    /// Returns the side that would have to allow, and the one that would have to deny.
    const fn sides(&self) -> (&EnforcedPolicies, &EnforcedPolicies) {
        match self.way {
            ChangeDirection::Allowed => (&self.sides.after, &self.sides.before),
            ChangeDirection::Denied => (&self.sides.before, &self.sides.after),
        }
    }

    /// A request changes for one of three reasons: a permit that only the allowing side has, a permit that only the
    /// denying side has and that fails, or a forbid that only the denying side has. In the first two cases the request
    /// concerns that permit's application. One question covers all cases of the third kind, as if everything were
    /// permitted: most often there are none, and the applications whose permits are unchanged need no further question.
    async fn answer(&self) -> Result<Answer, String> {
        let (more, less) = self.sides();
        let applies = |policy| self.applies(&policy);
        let (beyond, short) = (more.beyond(less, &applies), less.beyond(more, &applies));
        let first: BTreeSet<ApplicationName> = beyond.permits_at.union(&short.may_fail_at).cloned().collect();
        let mut at: Vec<ApplicationName> = first.iter().cloned().collect();
        if short.forbids && self.model(CoveredPart::Forbids).await?.is_some() {
            at.extend(more.permits_at().into_iter().filter(|name| !first.contains(name)));
        }
        for together in at.chunks(TOGETHER) {
            let part = CoveredPart::Applications(together);
            if let Some(model) = self.model(part).await? {
                let names = self.names(part);
                let question = question(&model, self.kind, &names)?;
                return self.confirmed(question).map(Answer::Possible);
            }
        }
        Ok(Answer::Never)
    }

    /// Returns whether a policy can match a request of this kind, as far as the translation alone can determine. In
    /// doubt it returns true, and the solver decides.
    fn applies(&self, policy: &cedar_policy::Policy) -> bool {
        let Ok(compiled) = CompiledPolicy::compile(policy, self.env, &self.sides.schema) else { return true };
        !never_matches_asserts(&compiled).asserts().iter().any(|assert| *assert == false.into())
    }

    fn names(&self, part: CoveredPart) -> NamedEntities {
        let (more, less) = self.sides();
        more.names(part).and(less.names(part))
    }

    /// Returns the solver's model of a request that only one side allows; `None` if there is no such request.
    async fn model(&self, part: CoveredPart<'_>) -> Result<Option<Env>, String> {
        let limits = self.all.limits;
        if self.all.stopped.load(Ordering::Relaxed) {
            return Err("it was stopped before it finished".to_owned());
        }
        if Instant::now() >= self.until {
            return Err(format!(
                "the {} s for all questions together have passed",
                limits.whole.as_secs_f64()
            ));
        }
        let applications = match part {
            CoveredPart::Applications(applications) => applications,
            CoveredPart::Forbids => &[],
        };
        let premise = premise(&self.names(part), applications)?;
        let (more, less) = self.sides();
        let compiled = |set: &cedar_policy::PolicySet| {
            CompiledPolicySet::compile(set, self.env, &self.sides.schema).map_err(|error| untold(&error))
        };
        let (more, less) = (compiled(&more.posed(part, Some(&premise)))?, compiled(&less.posed(part, None))?);
        let bounds = Bounds { time: limits.question, memory: limits.memory };
        let cvc5 = Cvc5::new(self.all.solver.path(), bounds, Arc::clone(&self.all.stopped));
        let compiler = CedarSymCompiler::new(cvc5).map_err(|error| untold(&error))?;
        let mut compiler = compiler.with_reset_mode(ResetMode::Comment);
        compiler.check_implies_with_counterexample_opt(&more, &less).await.map_err(|error| untold(&error))
    }

    /// Evaluates the example with both sets. Never presents an example for which they do not confirm the solver's
    /// answer.
    fn confirmed(&self, question: Question) -> Result<Box<Witness>, String> {
        let (running, planned) = (self.all.running, self.all.planned);
        if !self.falls(&question) {
            let both = if running.judge(&question).allowed { "allow" } else { "deny" };
            return Err(format!(
                "an error of the analysis: the solver's example was decided, and both sets {both} it, so it is not shown"
            ));
        }
        let question = plainest(question, &|edited| self.falls(edited));
        let everything: Vec<ApplicationName> = vec![question.resource.application().clone()];
        let named = self.names(CoveredPart::Applications(&everything));
        let application = question.resource.application();
        Ok(Box::new(Witness {
            principal: Some(question.principal).filter(|principal| named.principals.contains(principal)),
            application: named.applications.contains(application).then(|| application.clone()),
            resource: named.resources.contains(&question.resource).then(|| question.resource.clone()),
            before: running.judge(&question),
            after: planned.judge(&question),
            question,
        }))
    }

    /// Returns whether the question changes in this direction according to both our engine and Cedar's own authorizer.
    fn falls(&self, question: &Question) -> bool {
        let (more, less) = match self.way {
            ChangeDirection::Allowed => (self.all.planned, self.all.running),
            ChangeDirection::Denied => (self.all.running, self.all.planned),
        };
        let plainly = |set: &PolicySet| {
            let answer = set.judge_plainly(question);
            answer.allowed && answer.errors.is_empty()
        };
        more.judge(question).allowed && plainly(more) && !less.judge(question).allowed && !plainly(less)
    }
}

/// Explains why there is no answer, in a readable length.
fn untold(error: &Error) -> String {
    match error {
        Error::SolverError(SolverError::Solver(why)) => why.clone(),
        Error::SolverError(SolverError::UnrecognizedSolverOutput(said)) => {
            format!("the solver's output is not an answer: {}", in_short(said))
        }
        Error::SolverUnknown => "the solver does not know".to_owned(),
        Error::CompileError(_) | Error::PolicyNotWellTyped { .. } => {
            format!("a policy cannot be translated: {}", in_short(&error.to_string()))
        }
        _ => format!("its answer could not be used: {}", in_short(&error.to_string())),
    }
}
