//! What a plan does to every possible request, according to the installed solver.

use crate::{RehearsalContext, RehearsalProgress};
use countersign_api as api;
use countersign_names::{PolicyId, PrincipalKind};
use countersign_policy::{PolicySet, Verdict};
use countersign_solve::{Answer, Comparison, Line, Progress, Solver, Witness, compare};
use std::ops::ControlFlow;

/// Asks the solver, on this thread. Without a solver, the answer says so; `Break` only if the job must stop.
pub fn ask(
    begun: &impl RehearsalProgress,
    context: &RehearsalContext,
    running: &PolicySet,
    planned: &PolicySet,
) -> ControlFlow<(), api::Exhaustive> {
    let solver = match Solver::find(&context.solver) {
        Ok(solver) => solver,
        Err(none) => {
            let nothing = shown(&Comparison { lines: Vec::new() }, None);
            let (not_asked, remedy) = (Some(none.to_string()), Some(none.remedy()));
            return ControlFlow::Continue(api::Exhaustive { not_asked, remedy, ..nothing });
        }
    };
    let going = &mut |progress: Progress| {
        let share = progress.asked as f64 / progress.of.max(1) as f64;
        begun.second_half(share)
    };
    match compare(&solver, &context.solver_limits, running, planned, going) {
        Ok(comparison) => ControlFlow::Continue(shown(&comparison, Some(solver.version()))),
        Err(_) => ControlFlow::Break(()),
    }
}

fn shown(comparison: &Comparison, solver: Option<&str>) -> api::Exhaustive {
    let newly_allowed = over_all(comparison, |line| &line.newly_allowed);
    let newly_denied = over_all(comparison, |line| &line.newly_denied);
    api::Exhaustive {
        solver: solver.map(str::to_owned),
        not_asked: None,
        remedy: None,
        change: change(newly_allowed, newly_denied),
        newly_allowed,
        newly_denied,
        kinds: comparison.lines.iter().map(kind).collect(),
    }
}

/// One example suffices for `Possible`, but `Never` needs an answer to every question.
fn over_all(comparison: &Comparison, direction: fn(&Line) -> &Answer) -> api::Certainty {
    let all: Vec<api::Certainty> = comparison.lines.iter().map(direction).map(certainty).collect();
    if all.contains(&api::Certainty::Possible) {
        return api::Certainty::Possible;
    }
    let answered = !all.is_empty() && all.iter().all(|known| *known == api::Certainty::Never);
    if answered { api::Certainty::Never } else { api::Certainty::Unknown }
}

const fn change(allowed: api::Certainty, denied: api::Certainty) -> api::ExhaustiveChange {
    use api::Certainty::{Never, Possible, Unknown};
    use api::ExhaustiveChange as Change;
    match (allowed, denied) {
        (Unknown, _) | (_, Unknown) => Change::Unknown,
        (Never, Never) => Change::Equivalent,
        (Never, Possible) => Change::Tightens,
        (Possible, Never) => Change::Loosens,
        (Possible, Possible) => Change::Both,
    }
}

const fn certainty(answer: &Answer) -> api::Certainty {
    match answer {
        Answer::Never => api::Certainty::Never,
        Answer::Possible(_) => api::Certainty::Possible,
        Answer::Unanswered(_) => api::Certainty::Unknown,
    }
}

fn kind(line: &Line) -> api::ExhaustiveKind {
    let principal = match line.kind.principal {
        PrincipalKind::Person => "person",
        PrincipalKind::Service => "service",
        PrincipalKind::Anonymous => "anonymous",
    };
    api::ExhaustiveKind {
        principal: principal.to_owned(),
        action: line.kind.action,
        newly_allowed: answer(&line.newly_allowed),
        newly_denied: answer(&line.newly_denied),
    }
}

fn answer(answer: &Answer) -> api::ExhaustiveAnswer {
    let (example, why_not) = match answer {
        Answer::Never => (None, None),
        Answer::Possible(witness) => (Some(example(witness)), None),
        Answer::Unanswered(why) => (None, Some(why.clone())),
    };
    api::ExhaustiveAnswer { certainty: certainty(answer), example, why_not }
}

fn example(witness: &Witness) -> api::ExhaustiveExample {
    let particular = |(name, value): (&str, String)| api::Particular { name: name.to_owned(), value };
    api::ExhaustiveExample {
        principal: witness.principal,
        application: witness.application.clone(),
        resource: witness.resource.clone(),
        particulars: witness.particulars().into_iter().map(particular).collect(),
        running: reasons(&witness.before),
        planned: reasons(&witness.after),
    }
}

/// Returns the determining policies and those that failed to evaluate, because these deny too.
fn reasons(verdict: &Verdict) -> Vec<PolicyId> {
    [verdict.determining.clone(), verdict.errors.clone()].concat()
}
