//! Going through accesses, and how far that is.

use countersign_evidence::{Access, Accesses};
use std::ops::ControlFlow;

/// How many accesses are looked at before it is told how far it is.
const STRIDE: usize = 4096;

/// How far it is, in accesses. How far that is in all, whoever gives the accesses knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// Accesses looked at.
    pub accesses: u64,
    /// Questions that were decided for them: the rest had the answer of one of these.
    pub decided: u64,
}

/// Look at each of these accesses. `going` is told how far it is now and then, and may break it off.
///
/// They are taken by the world that they knew, so that worlds are folded forwards; by the moment within one.
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
