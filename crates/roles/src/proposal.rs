//! What is proposed.

use crate::complexity::StructuralComplexity;
use crate::matrix::{AccessMatrix, real};

/// Roles that would explain the access of a matrix. Identities and entitlements are numbers of the matrix.
#[derive(Debug, Clone)]
pub struct MinedRoles {
    /// The matrix.
    pub matrix: AccessMatrix,
    /// The proposed roles, in the order in which they were chosen. Their figures hold if all of them are accepted.
    pub proposals: Vec<RoleProposal>,
    /// Entitlements that could be one. They are no part of the structure that is compared.
    pub consolidations: Vec<Consolidation>,
    /// Today's structure: every grant on its own.
    pub before: StructuralComplexity,
    /// The structure with all proposed roles.
    pub after: StructuralComplexity,
    /// Whether the search ended early, because the work that it was allowed was used up.
    pub ended_early: bool,
}

/// How a role was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RolePattern {
    /// All people with these attributes hold it, or nearly all.
    Birthright(BirthrightRule),
    /// Identities hold exactly this set, apart from what birthrights explain.
    Exact,
    /// Identities have this set in common: some hold more, or some others hold nearly all of it.
    Near,
}

/// Which people a birthright role is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BirthrightRule {
    /// The attributes with their values, all of which a person must have. Without any, all people are meant.
    pub conditions: Vec<(String, String)>,
    /// How many people have these attributes: the support of the rule.
    pub people: usize,
    /// How many of them hold all of the role.
    pub holding: usize,
}

/// A proposed role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleProposal {
    /// How it was found.
    pub pattern: RolePattern,
    /// What the role grants, in rising order.
    pub entitlements: Vec<u32>,
    /// Who would get it, in rising order. Each holds all of it today, unless new grants were allowed.
    pub members: Vec<u32>,
    /// Who holds nearly all of it, or is meant by the rule, and does not get it.
    pub near: Vec<NearMember>,
    /// How many grants it replaces that no proposal before it replaces.
    pub replaced: usize,
    /// How many grants it adds.
    pub added: usize,
    /// How many grants its members keep beside it that no proposal explains.
    pub beyond: usize,
}

impl RoleProposal {
    /// Returns the share of all grants that it replaces.
    pub fn coverage(&self, matrix: &AccessMatrix) -> f64 {
        real(self.replaced) / real(matrix.grants().max(1))
    }

    /// Returns the share of the people of its rule who hold all of it; none if it has no rule.
    pub fn confidence(&self) -> Option<f64> {
        let RolePattern::Birthright(rule) = &self.pattern else { return None };
        Some(real(rule.holding) / real(rule.people.max(1)))
    }
}

/// Somebody who is nearly a member of a role, or one of those who hold one of several entitlements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NearMember {
    /// The identity.
    pub holder: u32,
    /// What it lacks.
    pub missing: Vec<u32>,
}

/// Entitlements that could be one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Consolidation {
    /// All have the same holders.
    SameHolders {
        /// The entitlements.
        entitlements: Vec<u32>,
        /// Who holds them.
        holders: Vec<u32>,
    },
    /// Everybody who holds the first holds the second too.
    Within {
        /// The one with fewer holders, and the one with more.
        entitlements: [u32; 2],
        /// Who holds both.
        holders: Vec<u32>,
        /// Who holds the second only.
        others: Vec<u32>,
    },
    /// Nearly everybody who holds one holds the other.
    Overlapping {
        /// The two.
        entitlements: [u32; 2],
        /// Who holds both.
        holders: Vec<u32>,
        /// Who holds one of them, and lacks the other.
        near: Vec<NearMember>,
    },
}

impl Consolidation {
    /// Returns the entitlements.
    pub fn entitlements(&self) -> &[u32] {
        match self {
            Self::SameHolders { entitlements, .. } => entitlements,
            Self::Within { entitlements, .. } | Self::Overlapping { entitlements, .. } => entitlements,
        }
    }

    /// Returns who holds all of them.
    pub fn holders(&self) -> &[u32] {
        match self {
            Self::SameHolders { holders, .. }
            | Self::Within { holders, .. }
            | Self::Overlapping { holders, .. } => holders,
        }
    }

    /// Returns how many grants are one too many if the entitlements are joined, or if one is nested in the other.
    pub fn replaced(&self) -> usize {
        self.holders().len() * self.entitlements().len().saturating_sub(1)
    }

    /// Returns the holders of all in relation to the holders of any (Jaccard's index).
    pub fn similarity(&self) -> f64 {
        let all = self.holders().len();
        let any = match self {
            Self::SameHolders { .. } => all,
            Self::Within { others, .. } => all + others.len(),
            Self::Overlapping { near, .. } => all + near.len(),
        };
        real(all) / real(any.max(1))
    }
}
