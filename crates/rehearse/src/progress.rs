//! How far a rehearsal is.

/// How far it is, in accesses. How far that is in all, whoever gives the accesses knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// Accesses looked at.
    pub accesses: u64,
    /// Questions that were decided for them: the rest had the answer of one of these.
    pub decided: u64,
}
