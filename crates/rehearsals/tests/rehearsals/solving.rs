//! What a plan does to every request there can be, as a solver answers, and what is said where none does.

use crate::rehearsed::{Rehearsed, ReportedProgress, Run};
use countersign_api::{Certainty, Exhaustive, ExhaustiveChange};
use countersign_policy::PolicySet;
use countersign_rehearsals::{PlannedPolicies, RehearsalContext, plan};
use countersign_solve::{Limits, Whereabouts};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

fn policy(id: &str, text: &str) -> String {
    format!("@id(\"{id}\")\n@owner(\"wiki\")\n@reason(\"A.\")\n@review(\"2027-01-01\")\n{text}\n")
}

const READ: &str = "permit (principal, action == Countersign::Action::\"read\", resource in Countersign::Application::\"a\");";
const SECRET: &str = "forbid (principal, action, resource) when { context.item == \"/secret\" };";
const WRITE: &str = "permit (principal is Countersign::Person, action == Countersign::Action::\"write\", resource in Countersign::Application::\"a\");";

fn set(policies: &[(&str, &str)]) -> Arc<PolicySet> {
    let mut files = BTreeMap::<String, String>::new();
    for (id, text) in policies {
        let path = if text.starts_with("forbid") { "guardrails/a.cedar" } else { "applications/a.cedar" };
        files.entry(path.to_owned()).or_default().push_str(&policy(id, text));
    }
    PolicySet::parse(&files).map(Arc::new).unwrap_or_else(|rejected| panic!("{rejected}"))
}

/// Asks about a change with this solver, and returns the answers with what the run was told; `None` if it was stopped.
async fn asked(
    house: &Rehearsed,
    solver: Whereabouts,
    (running, planned): (Arc<PolicySet>, Arc<PolicySet>),
    stop: usize,
) -> (Option<Exhaustive>, Vec<ReportedProgress>) {
    let world = house.post.ledger.world();
    let context = RehearsalContext { solver, solver_limits: Limits::default(), ..house.context() };
    let work = move |context: &RehearsalContext, past| {
        let run = Run::stopped_at(stop);
        let planned = PlannedPolicies { policies: &planned, after: None, exhaustive: true };
        let report = plan(&run, context, past, (&running, &world), &planned);
        (report.map(|report| report.exhaustive.unwrap()), run.said())
    };
    house.run(context, work).await
}

/// Returns the installed solver; without one the test is skipped.
fn installed() -> Option<Whereabouts> {
    let path = std::env::var_os("PATH");
    let is_there = path.iter().flat_map(std::env::split_paths).any(|folder| folder.join("cvc5").is_file());
    if !is_there {
        countersign_testkit::skip("no solver is installed: `apt-get install cvc5`");
    }
    is_there.then_some(Whereabouts { configured: None, path })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_told_by_its_direction() {
    let Some(solver) = installed() else { return };
    let house = Rehearsed::new().await;
    let (read, with_secret) = (set(&[("read", READ)]), set(&[("read", READ), ("secret", SECRET)]));
    let both = set(&[("read", READ), ("secret", SECRET), ("write", WRITE)]);
    let mut last = Vec::new();
    use Certainty::{Never, Possible};
    for (planned, change, allowed, denied) in [
        (&read, ExhaustiveChange::Equivalent, Never, Never),
        (&with_secret, ExhaustiveChange::Tightens, Never, Possible),
        (&both, ExhaustiveChange::Both, Possible, Possible),
    ] {
        let sets = (Arc::clone(&read), Arc::clone(planned));
        let (answers, said) = asked(&house, solver.clone(), sets, usize::MAX).await;
        let answers = answers.unwrap();
        assert_eq!((answers.change, answers.newly_allowed, answers.newly_denied), (change, allowed, denied));
        assert!(answers.solver.as_ref().unwrap().starts_with("cvc5 "), "{answers:?}");
        assert_eq!((&answers.not_asked, &answers.remedy), (&None, &None));
        // Three kinds of principals, five actions.
        assert_eq!(answers.kinds.len(), 15);
        last = answers.kinds;
        assert_eq!(said[0], ReportedProgress::Half);
        let shares = said.iter().filter_map(|said| match said {
            ReportedProgress::Second(share) => Some(*share),
            _ => None,
        });
        let shares: Vec<f64> = shares.collect();
        assert!(shares.windows(2).all(|pair| pair[0] <= pair[1]), "{shares:?}");
        assert!(shares.iter().all(|share| (0.0..=1.0).contains(share)), "{shares:?}");
    }
    // An example is a request that one set allows and the other denies, and says which policies determine either.
    let kind = |principal: &str, action| {
        last.iter().find(|kind| kind.principal == principal && kind.action == action).unwrap()
    };
    let denied = &kind("service", countersign_names::Action::Read).newly_denied;
    assert_eq!((denied.certainty, &denied.why_not), (Possible, &None));
    let example = denied.example.as_ref().unwrap();
    assert_eq!((example.running[0].as_str(), example.planned[0].as_str()), ("read", "secret"));
    let item = example.particulars.iter().find(|known| known.name == "context.item").unwrap();
    assert_eq!(item.value, "\"/secret\"");
    let allowed = &kind("person", countersign_names::Action::Write).newly_allowed;
    let example = allowed.example.as_ref().unwrap();
    assert_eq!((example.running.len(), example.planned[0].as_str()), (0, "write"), "nothing permitted it");
    assert_eq!(kind("service", countersign_names::Action::Write).newly_allowed.certainty, Never);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_solver_that_works_nothing_is_known() {
    let house = Rehearsed::new().await;
    let sets = || (set(&[("read", READ)]), set(&[("write", WRITE)]));
    let named = |path: &str| Whereabouts { configured: Some(PathBuf::from(path)), path: None };
    for (solver, why, remedy) in [
        (
            Whereabouts::default(),
            "no solver is installed where this server runs: there is no cvc5 on its PATH",
            "apt-get install cvc5",
        ),
        (
            named("/nonexistent/cvc5"),
            "/nonexistent/cvc5 is not a solver that works here",
            "name a working cvc5",
        ),
        (named("/bin/true"), "it does not print its version of cvc5", "name a working cvc5"),
        (named("/bin/false"), "/bin/false is not a solver that works here", "name a working cvc5"),
    ] {
        let (answers, _) = asked(&house, solver, sets(), usize::MAX).await;
        let answers = answers.unwrap();
        assert!(answers.not_asked.as_ref().unwrap().contains(why), "{answers:?}");
        assert!(answers.remedy.as_ref().unwrap().contains(remedy), "{answers:?}");
        assert_eq!((answers.solver, answers.kinds.len()), (None, 0));
        let unknown = Certainty::Unknown;
        assert_eq!((answers.newly_allowed, answers.newly_denied), (unknown, unknown));
        assert_eq!(answers.change, ExhaustiveChange::Unknown, "no answer is no equivalence");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_is_stopped_in_its_second_half_too() {
    let Some(solver) = installed() else { return };
    let house = Rehearsed::new().await;
    let sets = (set(&[("read", READ)]), set(&[("read", READ), ("secret", SECRET), ("write", WRITE)]));
    // There are no records, so that it comes to its half is followed by the solver's first report.
    let (answers, said) = asked(&house, solver, sets, 2).await;
    assert_eq!(answers, None);
    assert_eq!(
        (said[0], matches!(said[1], ReportedProgress::Second(_))),
        (ReportedProgress::Half, true),
        "{said:?}"
    );
}
