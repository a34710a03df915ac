//! What an engine must be able to do to take part, and how its turns are measured.

use super::company::{self, Change, Question};
use crate::run::clock::thread_cpu;
use crate::run::{Outcome, Sample};
use std::time::Instant;

/// Something that answers the company's questions.
pub trait Engine {
    /// The answer to a question, by its number.
    fn ask(&mut self, question: usize) -> Outcome<bool>;

    /// Something happens, or is undone.
    fn change(&mut self, change: &Change, undo: bool) -> Outcome;
}

/// The questions of a slice, what happens in between, and the right answers.
pub struct Exam {
    /// The questions.
    pub questions: Vec<Question>,
    per_block: usize,
    expected: Vec<bool>,
}

impl Exam {
    /// One change, of one person, before each hundred questions. The right answers are those of `reference`.
    pub fn new(blocks: usize, reference: &mut dyn Engine) -> Outcome<Self> {
        let per_block = 100;
        let questions = company::questions(blocks * per_block);
        let mut exam = Self { questions, per_block, expected: Vec::new() };
        let mut expected = Vec::new();
        for block in 0..exam.blocks() {
            exam.happen(block, reference)?;
            for question in exam.questions_of(block) {
                expected.push(reference.ask(question)?);
            }
        }
        exam.expected = expected;
        Ok(exam)
    }

    /// How many of the questions are answered with yes.
    pub fn allowed(&self) -> usize {
        self.expected.iter().filter(|allowed| **allowed).count()
    }

    const fn blocks(&self) -> usize {
        self.questions.len() / self.per_block
    }

    fn questions_of(&self, block: usize) -> std::ops::Range<usize> {
        block * self.per_block..(block + 1) * self.per_block
    }

    /// The change that goes before a block.
    fn happen(&self, block: usize, engine: &mut dyn Engine) -> Outcome {
        let Some(change) = company::change(block, &self.questions, self.per_block) else { return Ok(()) };
        engine.change(&change, !block.is_multiple_of(2))
    }

    fn check(&self, question: usize, answer: bool) -> Outcome {
        if self.expected.get(question) == Some(&answer) {
            return Ok(());
        }
        let asked = self.questions.get(question);
        Err(format!("a wrong answer, {answer}, to question {question}: {asked:?}").into())
    }

    /// Ask everything once, each question timed by itself; answers are checked. What it takes to tell the engine of a
    /// change is timed apart and not charged to the questions.
    pub fn sit(&self, engine: &mut dyn Engine) -> Outcome<Sample> {
        let mut sample = Sample::new(0.0, 0.0, self.questions.len() as u64);
        for block in 0..self.blocks() {
            let begun = Instant::now();
            self.happen(block, engine)?;
            sample.latency("change").record(nanoseconds(begun))?;
            let (cpu, wall) = (thread_cpu(), Instant::now());
            for question in self.questions_of(block) {
                let begun = Instant::now();
                let answer = engine.ask(question)?;
                let taken = nanoseconds(begun);
                sample.latency(if answer { "allow" } else { "deny" }).record(taken)?;
                self.check(question, answer)?;
            }
            sample.cpu_seconds += thread_cpu() - cpu;
            sample.wall_seconds += wall.elapsed().as_secs_f64();
        }
        Ok(sample)
    }

    /// Ask everything `times` over, ten questions to a reading of the clock: for answers that take less time than
    /// reading it does. What is recorded is the mean of ten.
    pub fn sit_fast(&self, engine: &mut dyn Engine, times: usize) -> Outcome<Sample> {
        let mut sample = Sample::new(0.0, 0.0, (self.questions.len() * times) as u64);
        for block in 0..self.blocks() {
            self.happen(block, engine)?;
            let (cpu, wall) = (thread_cpu(), Instant::now());
            for _ in 0..times {
                let all = self.questions_of(block);
                for first in all.clone().step_by(10) {
                    let ten = first..(first + 10).min(all.end);
                    let begun = Instant::now();
                    for question in ten.clone() {
                        let answer = engine.ask(question)?;
                        self.check(question, answer)?;
                    }
                    sample.latency("").record_n(nanoseconds(begun) / 10, 10)?;
                }
            }
            sample.cpu_seconds += thread_cpu() - cpu;
            sample.wall_seconds += wall.elapsed().as_secs_f64();
        }
        Ok(sample)
    }

    /// How many allocations a question costs when nothing happens and every question was asked before.
    pub fn allocations(&self, engine: &mut dyn Engine) -> Outcome<f64> {
        let mut failed = Ok(());
        let mut pass = || {
            for question in 0..self.questions.len() {
                if let Err(error) = engine.ask(question) {
                    failed = Err(error);
                }
            }
        };
        pass();
        let counted = allocation_counter::measure(&mut pass).count_total;
        failed?;
        Ok(as_float(counted) / as_float(self.questions.len() as u64))
    }
}

fn nanoseconds(begun: Instant) -> u64 {
    u64::try_from(begun.elapsed().as_nanos()).unwrap_or(u64::MAX)
}

#[expect(clippy::cast_precision_loss, reason = "counts stay below 2^53")]
const fn as_float(number: u64) -> f64 {
    number as f64
}
