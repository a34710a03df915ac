//! Weighted structural complexity.

use crate::matrix::real;

/// What a unit of each part of a structure weighs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ComplexityWeights {
    /// A role.
    pub role: f64,
    /// An assignment of an identity to a role.
    pub assignment: f64,
    /// An entitlement of a role.
    pub entitlement: f64,
    /// A single grant, which no role explains.
    pub direct: f64,
}

impl Default for ComplexityWeights {
    fn default() -> Self {
        Self { role: 1.0, assignment: 1.0, entitlement: 1.0, direct: 1.0 }
    }
}

/// How much structure there is: the terms of weighted structural complexity.
///
/// *WSC = w<sub>r</sub>|R| + w<sub>u</sub>|UA| + w<sub>p</sub>|PA| + w<sub>h</sub>|t<sub>reduce</sub>(RH)| + w<sub>d</sub>|DUPA|*
/// (Molloy et al., *Mining Roles with Semantic Meanings*, SACMAT 2008). No hierarchy is mined, so its term is zero.
///
/// The paper knows no role that a rule assigns. Here a birthright role counts one assignment for its rule, and one for each
/// exception that somebody has to maintain: a person whom the rule means and who is left out, and a member whom it does not mean.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StructuralComplexity {
    /// How many roles there are.
    pub roles: usize,
    /// How many assignments of identities to roles.
    pub assignments: usize,
    /// How many entitlements roles have, added up.
    pub entitlements: usize,
    /// How many grants no role explains.
    pub direct: usize,
}

impl StructuralComplexity {
    /// Returns the sum of the terms.
    pub fn weighted(&self, weights: &ComplexityWeights) -> f64 {
        real(self.roles) * weights.role
            + real(self.assignments) * weights.assignment
            + real(self.entitlements) * weights.entitlement
            + real(self.direct) * weights.direct
    }
}
