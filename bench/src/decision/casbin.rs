//! casbin: the permits as its policies, the groups as its roles.
//!
//! Its matcher language has no place for the shipped guardrails, so the hand-written ones are asked first and their
//! answer is a part of the request: what is timed is the permits alone, which favours it.

use super::closure::Closure;
use super::company::{self, Change, ChangeKind, Permit, Question};
use super::engine::Engine;
use crate::run::Outcome;
use ::casbin::{CoreApi as _, DefaultModel, Enforcer, MgmtApi as _};
use tokio::runtime::Runtime;

const MODEL: &str = "
[request_definition]
r = sub, app, act, sens, clear

[policy_definition]
p = grp, app, act, cond

[role_definition]
g = _, _

[policy_effect]
e = some(where (p.eft == allow))

[matchers]
m = r.clear && r.app == p.app && (r.act == \"read\" || r.act == p.act) && (p.cond != \"not_restricted\" || r.sens <= 2) && g(r.sub, p.grp)
";

/// casbin's enforcer.
pub struct Casbin {
    runtime: Runtime,
    enforcer: Enforcer,
    questions: Vec<Question>,
    guardrails: Closure,
}

impl Casbin {
    /// For these permits and these questions.
    pub fn new(permits: &[Permit], questions: &[Question]) -> Outcome<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().build()?;
        let enforcer = runtime.block_on(enforcer(permits))?;
        let guardrails = Closure::new(permits, questions.to_vec());
        Ok(Self { runtime, enforcer, questions: questions.to_vec(), guardrails })
    }
}

fn person(number: usize) -> String {
    format!("person-{number}")
}

async fn enforcer(permits: &[Permit]) -> Outcome<Enforcer> {
    let mut enforcer = Enforcer::new(DefaultModel::from_str(MODEL).await?, ()).await?;
    enforcer.enable_auto_build_role_links(false);
    let policy = |permit: &Permit| {
        let (application, group) =
            (company::application_name(permit.application), company::group_name(permit.group));
        vec![group, application, permit.action.as_str().to_owned(), permit.condition.name().to_owned()]
    };
    enforcer.add_policies(permits.iter().map(policy).collect()).await?;
    let nested = (0..company::GROUPS).filter_map(|group| {
        company::parent(group).map(|parent| vec![company::group_name(group), company::group_name(parent)])
    });
    let people = (0..company::PEOPLE).map(|n| vec![person(n), company::group_name(company::leaf(n))]);
    enforcer.add_grouping_policies(nested.chain(people).collect()).await?;
    enforcer.build_role_links()?;
    enforcer.enable_auto_build_role_links(true);
    Ok(enforcer)
}

impl Engine for Casbin {
    fn ask(&mut self, question: usize) -> Outcome<bool> {
        let asked = self.questions.get(question).ok_or("there is no such question")?;
        let sensitivity = company::SENSITIVITY.get(asked.part).map_or(3, |sensitivity| *sensitivity as i64);
        let clear = self.guardrails.unguarded(asked);
        let request = (
            person(asked.person),
            company::application_name(asked.application),
            asked.action.as_str(),
            sensitivity,
            clear,
        );
        Ok(self.enforcer.enforce(request)?)
    }

    fn change(&mut self, change: &Change, undo: bool) -> Outcome {
        self.guardrails.change(change, undo)?;
        let ChangeKind::Group(group) = change.kind else { return Ok(()) };
        let link = vec![person(change.person), company::group_name(group)];
        if undo {
            self.runtime.block_on(self.enforcer.remove_grouping_policy(link))?;
        } else {
            self.runtime.block_on(self.enforcer.add_grouping_policy(link))?;
        }
        Ok(())
    }
}
