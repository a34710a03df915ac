//! Sets to compare, and the parts of an answer that tests check.

use countersign_names::{Action, PrincipalKind};
use countersign_policy::PolicySet;
use countersign_solve::{Answer, Comparison, Limits, Line, Solver, Whereabouts, Witness, compare};
use std::collections::BTreeMap;
use std::ops::ControlFlow;

/// Policy files that tests change.
#[derive(Debug, Clone, Default)]
pub struct Set {
    pub files: BTreeMap<String, String>,
}

impl Set {
    /// The shipped files.
    pub fn shipped() -> Self {
        Self { files: countersign_policy::defaults() }
    }

    /// Adds an application with its starter permits.
    pub fn starter(&mut self, application: &str, group: Option<&str>) -> &mut Self {
        let name = application.parse().unwrap();
        let group = group.map(|group| group.parse().unwrap());
        let text = countersign_policy::starter_permits(&name, group.as_ref());
        self.add(&format!("applications/{application}.cedar"), &text)
    }

    /// Appends to a file.
    pub fn add(&mut self, path: &str, text: &str) -> &mut Self {
        let file = self.files.entry(path.to_owned()).or_default();
        file.push('\n');
        file.push_str(text);
        self
    }

    /// Replaces a text that must be present.
    pub fn edit(&mut self, path: &str, from: &str, to: &str) -> &mut Self {
        let file = self.files.get_mut(path).unwrap();
        assert!(file.contains(from), "{path} has no {from}");
        *file = file.replace(from, to);
        self
    }

    pub fn parsed(&self) -> PolicySet {
        PolicySet::parse(&self.files).unwrap_or_else(|rejected| panic!("{rejected:?}"))
    }
}

/// Returns a policy with all required annotations.
pub fn policy(id: &str, rule: &str) -> String {
    format!(
        "@id(\"{id}\")\n@owner(\"security\")\n@reason(\"For the test.\")\n@review(\"2027-05-31\")\n{rule}\n"
    )
}

/// Returns the installed solver; `packages/test` lists it.
pub fn solver() -> Solver {
    Solver::find(&Whereabouts { configured: None, path: std::env::var_os("PATH") }).unwrap()
}

pub fn compared(running: &Set, planned: &Set) -> Comparison {
    let going = &mut |_| ControlFlow::Continue(());
    compare(&solver(), &Limits::default(), &running.parsed(), &planned.parsed(), going).unwrap()
}

pub fn line(compared: &Comparison, principal: PrincipalKind, action: Action) -> &Line {
    let wanted = |line: &&Line| (line.kind.principal, line.kind.action) == (principal, action);
    compared.lines.iter().find(wanted).unwrap()
}

pub fn never(answer: &Answer) -> bool {
    *answer == Answer::Never
}

pub fn possible(answer: &Answer) -> &Witness {
    match answer {
        Answer::Possible(witness) => witness,
        other => panic!("{other:?}"),
    }
}
