//! How copying goes, for people and for machines that watch.

use crate::Copies;
use countersign_names::Timestamp;

/// How copying goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// Where to, as `s3://bucket/prefix/process`.
    pub place: String,
    /// Everything that was anchored before this moment is there; none while that is not known.
    pub copied_until: Option<Timestamp>,
    /// How many files wait to be copied; none while it is not known what is there.
    pub waiting: Option<u64>,
    /// Bytes of them.
    pub waiting_bytes: u64,
    /// How many files this process has copied since it began.
    pub copied: u64,
    /// Bytes of them.
    pub copied_bytes: u64,
    /// How often it failed since then.
    pub failures: u64,
    /// Why nothing is copied at the moment, when that is so.
    pub problem: Option<CopyProblem>,
    /// Files that cannot be copied as they are.
    pub left: Vec<Left>,
}

/// Why nothing is copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyProblem {
    /// What is wrong.
    pub what: String,
    /// What to do about it.
    pub remedy: String,
}

/// A file that cannot be copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// Which, by its path in the folder of the evidence.
    pub path: String,
    /// Why, and what to do.
    pub why: String,
}

impl Copies {
    /// How copying goes.
    pub fn state(&self) -> State {
        let expected = self.expected();
        let tour = self.0.tour.lock();
        let mut state = State {
            place: format!("{}/{}", self.0.bucket.address(), self.0.gate),
            copied_until: None,
            waiting: None,
            waiting_bytes: 0,
            copied: tour.copied,
            copied_bytes: tour.copied_bytes,
            failures: tour.failures,
            problem: tour.problem.clone(),
            left: tour.left.iter().map(|(path, why)| Left { path: path.clone(), why: why.clone() }).collect(),
        };
        let Some(there) = &tour.there else { return state };
        let (mut waiting, mut first, mut last) = (0, None::<Timestamp>, None::<Timestamp>);
        for file in expected.values() {
            if there.get(&file.path) == Some(&file.bytes) {
                last = last.max(Some(file.last));
            } else {
                (waiting, state.waiting_bytes) = (waiting + 1, state.waiting_bytes + file.bytes);
                first = Some(first.map_or(file.first, |first| first.min(file.first)));
            }
        }
        state.waiting = Some(waiting);
        state.copied_until = first.or(last);
        state
    }
}
