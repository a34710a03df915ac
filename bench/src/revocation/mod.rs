//! From the commit of a revocation to the last byte accepted.

use crate::run::{Bench, Outcome};

/// Measure revocation.
pub fn measure(bench: &mut Bench) -> Outcome {
    bench.note("revocation: not measured by this build".to_owned());
    Ok(())
}
