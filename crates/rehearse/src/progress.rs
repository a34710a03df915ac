//! Iterates over accesses and reports progress.

use countersign_evidence::{Access, Accesses};
use std::ops::ControlFlow;

/// Number of accesses between two progress reports.
const STRIDE: usize = 4096;

/// The progress in accesses. The total is known only to the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// Accesses processed.
    pub accesses: u64,
    /// Questions decided for them; all other accesses reused one of these answers.
    pub decided: u64,
}

/// Calls `one` for each of these accesses. Calls `going` with the progress from time to time; `going` may stop it.
///
/// Sorts accesses by the world that their decisions knew, so that worlds are folded forwards, and then by time.
pub fn each<S>(
    state: &mut S,
    accesses: &Accesses,
    progress: fn(&S) -> Progress,
    mut going: impl FnMut(Progress) -> ControlFlow<()>,
    mut one: impl FnMut(&mut S, &Access<'_>),
) -> ControlFlow<()> {
    let mut sorted: Vec<Access<'_>> = accesses.iter().collect();
    sorted.sort_by_key(|access| (access.world, access.at));
    for some in sorted.chunks(STRIDE) {
        going(progress(state))?;
        some.iter().for_each(|access| one(state, access));
    }
    going(progress(state))
}
