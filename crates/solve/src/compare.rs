//! The questions, one after the other, and their answers.

use crate::find::Solver;
use crate::kind::Kind;
use crate::plain::plainest;
use crate::premise::premise;
use crate::process::{Bounds, Cvc5, in_short};
use crate::side::{Names, Side};
use crate::witness::{Unreal, Witness, question};
use cedar_policy::{RequestEnv, Schema};
use cedar_policy_symcc::err::Error;
use cedar_policy_symcc::solver::SolverError;
use cedar_policy_symcc::{CedarSymCompiler, CompiledPolicySet, ResetMode};
use countersign_names::{ApplicationName, Principal};
use countersign_policy::{PolicySet, Question, SCHEMA};
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

/// How often the solver may be asked again because a request of its making cannot be.
const ROUNDS: usize = 16;

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
enum Way {
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
        let asked = Asked { solver, limits, running, planned, stopped: Arc::clone(&stopped) };
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
        let stranger = kind.principal == Principal::Anonymous.kind();
        (stranger, kind.principal, kind.action)
    };
    kinds.sort_by_key(|(kind, _)| place(kind));
    kinds
}

struct Asked<'a> {
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
    names: Names,
    changed: Names,
    schema: Schema,
}

impl Asked<'_> {
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
        if sides.before.is_same_as(&sides.after) {
            let never = |(kind, _)| Line { kind, newly_allowed: Answer::Never, newly_denied: Answer::Never };
            return Comparison { lines: kinds.into_iter().map(never).collect() };
        }
        let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
            Ok(runtime) => runtime,
            Err(error) => return unanswered(&format!("no runtime could be begun: {error}")),
        };
        let (begun, of) = (Instant::now(), kinds.len() * 2);
        let mut asked = 0;
        let mut answer = |kind: Kind, env: &RequestEnv, way: Way| {
            // Nobody listens any more once it was broken off.
            let _gone = told.send(Progress { asked, of });
            asked += 1;
            if begun.elapsed() >= self.limits.whole {
                let limit = self.limits.whole.as_secs();
                return Answer::Unanswered(format!(
                    "the {limit} s for all questions together were over before it was asked"
                ));
            }
            runtime.block_on(self.answer(&sides, kind, env, way)).unwrap_or_else(Answer::Unanswered)
        };
        let lines = kinds.iter().map(|(kind, env)| Line {
            kind: *kind,
            newly_allowed: answer(*kind, env, Way::Allowed),
            newly_denied: answer(*kind, env, Way::Denied),
        });
        Comparison { lines: lines.collect() }
    }

    fn sides(&self) -> Result<Sides, String> {
        let (before, after) = (Side::of(self.running)?, Side::of(self.planned)?);
        let changed = before.names_only_here(&after).and(after.names_only_here(&before));
        Ok(Sides { names: before.names().and(after.names()), changed, before, after, schema: schema()? })
    }

    /// One question, asked again for as long as the solver's example is of two applications.
    async fn answer(&self, sides: &Sides, kind: Kind, env: &RequestEnv, way: Way) -> Result<Answer, String> {
        let (more, less) = match way {
            Way::Allowed => (&sides.after, &sides.before),
            Way::Denied => (&sides.before, &sides.after),
        };
        let compiled = |set: &cedar_policy::PolicySet| {
            CompiledPolicySet::compile(set, env, &sides.schema).map_err(|error| untold(&error))
        };
        let less = compiled(&less.posed(None))?;
        let mut apart: Vec<(ApplicationName, ApplicationName)> = Vec::new();
        while apart.len() < ROUNDS {
            if self.stopped.load(Ordering::Relaxed) {
                return Err("it was broken off".to_owned());
            }
            let premise = premise(&sides.names, &sides.changed, &apart)?;
            let more = compiled(&more.posed(Some(&premise)))?;
            let bounds = Bounds { time: self.limits.question, memory: self.limits.memory };
            let cvc5 = Cvc5::new(self.solver.path(), bounds, Arc::clone(&self.stopped));
            let compiler = CedarSymCompiler::new(cvc5).map_err(|error| untold(&error))?;
            let mut compiler = compiler.with_reset_mode(ResetMode::Comment);
            let found = compiler.check_implies_with_counterexample_opt(&more, &less).await;
            let Some(model) = found.map_err(|error| untold(&error))? else { return Ok(Answer::Never) };
            match question(&model, kind, &sides.names) {
                Ok(question) => return self.confirmed(question, way, sides).map(Answer::Possible),
                Err(Unreal::TwoApplications(one, other)) => apart.push((one, other)),
                Err(Unreal::Other(why)) => return Err(why),
            }
        }
        Err(format!("{ROUNDS} examples of the solver were of resources in two applications, which cannot be"))
    }

    /// The example, decided. What does not fall out as the solver said is never shown as if it did.
    fn confirmed(&self, question: Question, way: Way, sides: &Sides) -> Result<Box<Witness>, String> {
        if !self.falls(&question, way) {
            return Err(format!(
                "the solver's example was decided, and falls the same way by both sets: what was found is not true of this \
                 engine, and is not shown (its answer about the rest is not to be relied on: {})",
                if self.running.judge(&question).allowed { "both allow it" } else { "both deny it" }
            ));
        }
        let question = plainest(question, &|edited| self.falls(edited, way));
        let (before, after) = (self.running.judge(&question), self.planned.judge(&question));
        let named = &sides.names;
        let application = question.resource.application();
        Ok(Box::new(Witness {
            principal: Some(question.principal).filter(|principal| named.principals.contains(principal)),
            application: named.applications.contains(application).then(|| application.clone()),
            resource: named.resources.contains(&question.resource).then(|| question.resource.clone()),
            before,
            after,
            question,
        }))
    }

    /// Whether it turns this way by our engine's verdicts, and Cedar's own authorizer is of the same opinion.
    fn falls(&self, question: &Question, way: Way) -> bool {
        let (more, less) = match way {
            Way::Allowed => (self.planned, self.running),
            Way::Denied => (self.running, self.planned),
        };
        let allowed = |set: &PolicySet| {
            let plainly = set.judge_plainly(question);
            let plainly = plainly.allowed && plainly.errors.is_empty();
            (set.judge(question).allowed, plainly)
        };
        allowed(more) == (true, true) && allowed(less) == (false, false)
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
