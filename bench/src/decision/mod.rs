//! The decision core, in process: a first question beside other engines, and an answer that is still alive.
//!
//! 10,000 people, 1,000 groups nested three deep, 100 applications of five resources, and sets of 50, 300 and 1,000
//! policies: the shipped guardrails, and permits for the rest. One person changes before each hundred questions. Every
//! engine answers the same questions, and an answer other than the reference's ends its part.

#[cfg(feature = "engines")]
mod casbin;
mod cedar;
mod closure;
pub mod company;
mod engine;
mod ours;
#[cfg(feature = "engines")]
mod rego;

use crate::run::machine::locked;
use crate::run::{Bench, Comparison, Outcome, Unit};
use countersign_admission::Answers;
use countersign_policy::PolicySet;
use countersign_world::World;
use engine::{Engine, Exam};
use ours::{Ours, Way};
use std::cell::RefCell;
use std::sync::Arc;

const SIZES: [usize; 3] = [50, 300, 1_000];

/// Everything that a size of the policy set needs.
struct Stage {
    policies: usize,
    set: Arc<PolicySet>,
    exam: Exam,
    permits: Vec<company::Permit>,
    files: std::collections::BTreeMap<String, String>,
}

impl Stage {
    fn new(policies: usize, quick: bool) -> Outcome<Self> {
        let (files, permits) = company::policy_files(policies)?;
        let set = Arc::new(PolicySet::parse(&files).map_err(|rejected| rejected.to_string())?);
        let blocks = if quick { 4 } else { 20 };
        let mut reference = closure::Closure::new(&permits, company::questions(blocks * 100));
        let exam = Exam::new(blocks, &mut reference)?;
        Ok(Self { policies, set, exam, permits, files })
    }

    fn ours(&self, world: &Arc<World>, way: Way) -> Outcome<Ours> {
        Ours::new(world, &self.set, &self.exam.questions, way)
    }
}

/// Measure the decision core.
pub fn measure(bench: &mut Bench) -> Outcome {
    if !bench.wants("decision/first") && !bench.wants("decision/alive") {
        return Ok(());
    }
    bench.say("decision: building the company");
    for (name, licence) in [
        ("cedar-policy", "Apache-2.0"),
        ("regorus", "MIT AND Apache-2.0 AND BSD-3-Clause"),
        ("casbin", "Apache-2.0"),
    ] {
        bench.peer(name, locked(name), licence);
    }
    let world = ours::world()?;
    let stages = SIZES.iter().map(|size| Stage::new(*size, bench.quick())).collect::<Outcome<Vec<_>>>()?;
    if bench.wants("decision/first") {
        let comparison = first(bench, &world, &stages)?;
        bench.compare(vec![comparison]);
    }
    if bench.wants("decision/alive") {
        let comparison = alive(&world, &stages)?;
        bench.compare(vec![comparison]);
    }
    Ok(())
}

fn first<'a>(bench: &Bench, world: &Arc<World>, stages: &'a [Stage]) -> Outcome<Comparison<'a>> {
    let mut comparison = Comparison::new("decision/first", "A first question, nothing known of the answer")
        .baseline("countersign, 1000")
        .note(
            "\"change\" is what it takes to tell an engine that something happened to one person; it is not in the \
             other figures",
        )
        .note(
            "cedar-policy and regorus are given requests made beforehand, countersign gathers its evidence from the \
             world within the figure; casbin judges the permits only; the closure is these policies written by hand",
        )
        .note("only countersign and cedar-policy say why; only countersign says what would help, which is in \"deny\"");
    for stage in stages {
        let size = stage.policies;
        let (asked, allowed) = (stage.exam.questions.len(), stage.exam.allowed());
        bench
            .say(&format!("decision: {size} policies: {allowed} of {asked} questions are answered with yes"));
        comparison = comparison.note(format!("{size} policies: {allowed} of {asked} answers are yes"));
        let questions = &stage.exam.questions;
        add(&mut comparison, stage, "countersign", stage.ours(world, Way::First)?);
        add(&mut comparison, stage, "cedar-policy", cedar::Cedar::new(&stage.files, questions)?);
        #[cfg(feature = "engines")]
        add(&mut comparison, stage, "regorus", rego::Rego::new(&stage.permits, questions)?);
        #[cfg(feature = "engines")]
        add(&mut comparison, stage, "casbin", casbin::Casbin::new(&stage.permits, questions)?);
        add(&mut comparison, stage, "closure", closure::Closure::new(&stage.permits, questions.clone()));
    }
    Ok(comparison)
}

fn add<'a>(comparison: &mut Comparison<'a>, stage: &'a Stage, name: &str, engine: impl Engine + 'a) {
    let mut engine = engine;
    comparison.contender(format!("{name}, {}", stage.policies), move |_| stage.exam.sit(&mut engine));
}

fn alive<'a>(world: &Arc<World>, stages: &'a [Stage]) -> Outcome<Comparison<'a>> {
    let mut comparison = Comparison::new("decision/alive", "A following request: the answer is still alive")
        .baseline("bare is_alive, 1000")
        .note("ten questions to a reading of the clock; the latencies are means of ten")
        .note("one person changes before each hundred questions, so some of the first askings afterwards are decided anew");
    for stage in stages {
        let answers = stage.exam.questions.iter().map(|_| None).collect();
        add_alive(&mut comparison, stage, "bare is_alive", stage.ours(world, Way::Alive(answers))?);
        add_alive(
            &mut comparison,
            stage,
            "answer cache",
            stage.ours(world, Way::Cached(Answers::default()))?,
        );
    }
    Ok(comparison)
}

fn add_alive<'a>(comparison: &mut Comparison<'a>, stage: &'a Stage, name: &str, engine: Ours) {
    let engine = RefCell::new(engine);
    comparison.contender(format!("{name}, {}", stage.policies), move |turn| {
        let mut engine = engine.borrow_mut();
        let mut sample = stage.exam.sit_fast(&mut *engine, if turn.quick { 5 } else { 50 })?;
        sample.also("allocations/op", Unit::Number, stage.exam.allocations(&mut *engine)?);
        Ok(sample)
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_engines_answer_alike_while_people_change() {
        let stage = Stage::new(50, true).unwrap();
        let world = ours::world().unwrap();
        let questions = &stage.exam.questions;
        let yes = stage.exam.allowed() * 100 / questions.len();
        assert!((20..=80).contains(&yes), "{yes} % of the answers are yes, which is no fair mix");
        let check = |name: &str, engine: &mut dyn Engine| {
            for _ in 0..2 {
                stage.exam.sit(engine).unwrap_or_else(|error| panic!("{name}: {error}"));
            }
        };
        check("countersign", &mut stage.ours(&world, Way::First).unwrap());
        check("cache", &mut stage.ours(&world, Way::Cached(Answers::default())).unwrap());
        check("cedar", &mut cedar::Cedar::new(&stage.files, questions).unwrap());
        #[cfg(feature = "engines")]
        check("regorus", &mut rego::Rego::new(&stage.permits, questions).unwrap());
        #[cfg(feature = "engines")]
        check("casbin", &mut casbin::Casbin::new(&stage.permits, questions).unwrap());
    }

    #[test]
    fn a_wrong_answer_ends_a_part() {
        struct Yes;
        impl Engine for Yes {
            fn ask(&mut self, _: usize) -> Outcome<bool> {
                Ok(true)
            }
            fn change(&mut self, _: &company::Change, _: bool) -> Outcome {
                Ok(())
            }
        }
        let error = Stage::new(50, true).unwrap().exam.sit(&mut Yes).unwrap_err();
        assert!(error.to_string().contains("a wrong answer"), "{error}");
    }
}
