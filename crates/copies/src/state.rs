//! The state of copying, for people and monitoring.

use crate::Copies;
use countersign_names::Timestamp;

/// The state of copying.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// The destination, such as `s3://bucket/prefix/process`.
    pub place: String,
    /// The time before which everything anchored is copied; `None` if it is unknown.
    pub copied_until: Option<Timestamp>,
    /// Number of files that wait to be copied; `None` if the content of the bucket is unknown.
    pub waiting: Option<u64>,
    /// Their size in bytes.
    pub waiting_bytes: u64,
    /// Number of files that this process has copied since it started.
    pub copied: u64,
    /// Their size in bytes.
    pub copied_bytes: u64,
    /// Number of failures since then.
    pub failures: u64,
    /// Why copying is stopped at the moment, if it is.
    pub problem: Option<CopyProblem>,
    /// Files that cannot be copied as they are.
    pub left: Vec<Left>,
}

/// Why copying is stopped.
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
    /// The path in the folder of the evidence.
    pub path: String,
    /// The reason, and what to do.
    pub why: String,
}

impl Copies {
    /// Returns the state of copying.
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
