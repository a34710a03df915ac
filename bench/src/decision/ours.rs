//! The product: a first question, and an answer that is still alive.

use super::company::{self, Change, Question};
use super::engine::Engine;
use crate::run::Outcome;
use countersign_admission::Answers;
use countersign_decide::{Answer, Effect, Request, Who, decide};
use countersign_names::{ResourceName, SessionId};
use countersign_policy::PolicySet;
use countersign_world::World;
use std::collections::BTreeMap;
use std::sync::Arc;

/// How a question is answered.
pub enum Way {
    /// Every time from nothing.
    First,
    /// By asking the answer that was given whether it is alive; one that is not is replaced.
    Alive(Vec<Option<Answer>>),
    /// As a gate does: the answer is looked up by the request, and asked whether it is alive.
    Cached(Answers),
}

/// The product's decision core.
pub struct Ours {
    world: Arc<World>,
    policies: Arc<PolicySet>,
    requests: Vec<Request>,
    way: Way,
}

/// The company's world.
pub fn world() -> Outcome<Arc<World>> {
    let mut world = World::empty();
    for stated in company::facts()? {
        world.replay(&stated).map_err(|contradiction| contradiction.to_string())?;
    }
    Ok(Arc::new(world))
}

impl Ours {
    /// Answers these questions, one way or another.
    pub fn new(
        world: &Arc<World>,
        policies: &Arc<PolicySet>,
        questions: &[Question],
        way: Way,
    ) -> Outcome<Self> {
        Ok(Self {
            world: world.clone(),
            policies: policies.clone(),
            requests: questions.iter().map(request).collect::<Outcome<_>>()?,
            way,
        })
    }
}

fn request(asked: &Question) -> Outcome<Request> {
    let application = company::application_name(asked.application).parse()?;
    Ok(Request {
        who: Who::Session(SessionId::new(company::bits(asked.person))),
        key: Some(company::digest(asked.person)),
        resource: ResourceName::new(&application, &format!("part-{}", asked.part))?,
        application,
        action: asked.action,
        operation: "GET".to_owned(),
        item: format!("/part-{}/pages/1", asked.part),
        tags: BTreeMap::new(),
        content_type: None,
        address: Some([192, 0, 2, 7].into()),
        idle: 0,
        posture_confirmed_at: None,
    })
}

impl Engine for Ours {
    fn ask(&mut self, question: usize) -> Outcome<bool> {
        let request = self.requests.get(question).ok_or("there is no such question")?;
        let (world, policies, now) = (&self.world, &self.policies, company::now());
        let first = || decide(world, policies, request, now);
        let allowed = |answer: &Answer| answer.decision().effect == Effect::Allow;
        Ok(match &mut self.way {
            Way::First => allowed(&first()),
            Way::Alive(answers) => {
                let kept = answers.get_mut(question).ok_or("there is no such question")?;
                match kept {
                    Some(answer) if answer.is_alive(world, policies, now) => allowed(answer),
                    _ => allowed(kept.insert(first())),
                }
            }
            Way::Cached(answers) => {
                match answers.get(request, policies).filter(|answer| answer.is_alive(world, policies, now)) {
                    Some(answer) => allowed(&answer),
                    None => {
                        let answer = Arc::new(first());
                        answers.put(request, &answer);
                        allowed(&answer)
                    }
                }
            }
        })
    }

    fn change(&mut self, change: &Change, undo: bool) -> Outcome {
        let stated = company::changed(change, undo)?;
        // As the ledger does: into a copy, which is published as a whole.
        let mut next = World::clone(&self.world);
        next.apply(&stated).map_err(|contradiction| contradiction.to_string())?;
        self.world = Arc::new(next);
        Ok(())
    }
}
