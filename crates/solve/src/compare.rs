//! The questions, one after the other, and their answers.

use crate::find::Solver;
use crate::kind::Kind;
use crate::plain::plainest;
use crate::premise::premise;
use crate::process::{Bounds, Cvc5, in_short};
use crate::side::{Names, Part, Side};
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

/// How large the stack is on which formulas are made. The translation follows a policy's text down by calling itself, and a
/// policy may be some hundred steps deep; of what is not used nothing is taken.
const STACK: usize = 1 << 30;

/// Most policies of a set. More take minutes to translate for each kind of request, during which nothing can be broken off.
const MOST_POLICIES: usize = 3000;

/// How many applications are asked about at a time: what a question costs grows faster than they are many.
const TOGETHER: usize = 8;

/// How often is looked whether it is still wanted.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// What the answers may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// For one question.
    pub question: Duration,
    /// For all of them.
    pub whole: Duration,
    /// Bytes of address space that the solver may take.
    pub memory: u64,
}

/// 60 s a question, 15 minutes in all, 2 GiB.
impl Default for Limits {
    fn default() -> Self {
        Self { question: Duration::from_secs(60), whole: Duration::from_secs(900), memory: 2 << 30 }
    }
}

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Questions that were answered, or given up.
    pub asked: usize,
    /// Of so many.
    pub of: usize,
}

/// It was broken off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stopped;

/// What the change does to every request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// For each kind of requests, people first.
    pub lines: Vec<Line>,
}

/// What it does to those of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Which.
    pub kind: Kind,
    /// Whether any would be allowed that is denied now.
    pub newly_allowed: Answer,
    /// Whether any would be denied that is allowed now.
    pub newly_denied: Answer,
}

/// What is known of one direction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// None, of all that there can be: proved.
    Never,
    /// At least this one, which both sets have decided.
    Possible(Box<Witness>),
    /// It is not known, for this reason. Nothing of it is to be taken for fine.
    Unanswered(String),
}

/// Which way is asked.
#[derive(Debug, Clone, Copy)]
enum ChangeDirection {
    Allowed,
    Denied,
}

/// Asks of every kind of requests whether any of them would be newly allowed or newly denied by `planned`, compared with
/// `running`; of both only what is enforced counts. Blocks; `going` is told how far it is some ten times a second, and
/// can break it off.
///
/// # Errors
/// When `going` broke it off. The solver's process is then gone.
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

/// Nothing is known, of no kind.
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

/// The kinds of requests, in an order of our own: the schema's differs from run to run.
fn kinds(schema: &Schema) -> Vec<(Kind, RequestEnv)> {
    let mut kinds: Vec<_> = schema.request_envs().filter_map(|env| Some((Kind::of(&env)?, env))).collect();
    let place = |kind: &Kind| {
        // People are whom most changes are about, and nobody in particular the fewest.
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

/// Both sides as they are posed.
struct Sides {
    before: Side,
    after: Side,
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
            // Nobody listens any more once it was broken off.
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
        Ok(Sides { before: Side::of(self.running)?, after: Side::of(self.planned)?, schema: schema()? })
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
    /// The side that would have to allow, and the one that would have to deny.
    const fn sides(&self) -> (&Side, &Side) {
        match self.way {
            ChangeDirection::Allowed => (&self.sides.after, &self.sides.before),
            ChangeDirection::Denied => (&self.sides.before, &self.sides.after),
        }
    }

    /// A request turns because of a permit that only the allowing side has, or one that only the denying side has and that
    /// fails, and is then at its application; or because only the denying side forbids it. Whether there is anything of the
    /// last kind is asked once as if all were permitted: most often there is not, and the applications whose permits are the
    /// same need no look.
    async fn answer(&self) -> Result<Answer, String> {
        let (more, less) = self.sides();
        let applies = |policy| self.applies(&policy);
        let (beyond, short) = (more.beyond(less, &applies), less.beyond(more, &applies));
        let first: BTreeSet<ApplicationName> = beyond.permits_at.union(&short.may_fail_at).cloned().collect();
        let mut at: Vec<ApplicationName> = first.iter().cloned().collect();
        if short.forbids && self.model(Part::Forbids).await?.is_some() {
            at.extend(more.permits_at().into_iter().filter(|name| !first.contains(name)));
        }
        for together in at.chunks(TOGETHER) {
            let part = Part::Applications(together);
            if let Some(model) = self.model(part).await? {
                let names = self.names(part);
                let question = question(&model, self.kind, &names)?;
                return self.confirmed(question).map(Answer::Possible);
            }
        }
        Ok(Answer::Never)
    }

    /// Whether a policy can match a request of this kind, as far as the translation alone can see. What it cannot see it
    /// leaves to the solver.
    fn applies(&self, policy: &cedar_policy::Policy) -> bool {
        let Ok(compiled) = CompiledPolicy::compile(policy, self.env, &self.sides.schema) else { return true };
        !never_matches_asserts(&compiled).asserts().iter().any(|assert| *assert == false.into())
    }

    fn names(&self, part: Part) -> Names {
        let (more, less) = self.sides();
        more.names(part).and(less.names(part))
    }

    /// A request that only the one side allows, as the solver sees it; none when there is none.
    async fn model(&self, part: Part<'_>) -> Result<Option<Env>, String> {
        let limits = self.all.limits;
        if self.all.stopped.load(Ordering::Relaxed) {
            return Err("it was broken off".to_owned());
        }
        if Instant::now() >= self.until {
            return Err(format!("the {} s for all questions together are over", limits.whole.as_secs_f64()));
        }
        let applications = match part {
            Part::Applications(applications) => applications,
            Part::Forbids => &[],
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

    /// The example, decided. What does not fall out as the solver said is never shown as if it did.
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
        let named = self.names(Part::Applications(&everything));
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

    /// Whether it turns this way by our engine's verdicts, and Cedar's own authorizer is of the same opinion.
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

/// Why there is no answer, in words of a length that can be read.
fn untold(error: &Error) -> String {
    match error {
        Error::SolverError(SolverError::Solver(why)) => why.clone(),
        Error::SolverError(SolverError::UnrecognizedSolverOutput(said)) => {
            format!("the solver said what is no answer: {}", in_short(said))
        }
        Error::SolverUnknown => "the solver does not know".to_owned(),
        Error::CompileError(_) | Error::PolicyNotWellTyped { .. } => {
            format!("a policy says what cannot be translated: {}", in_short(&error.to_string()))
        }
        _ => format!("its answer could not be used: {}", in_short(&error.to_string())),
    }
}
