//! What the search for roles is told.

use crate::complexity::ComplexityWeights;

/// What the search for roles is told.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RoleSettings {
    /// What structures are compared by.
    pub weights: ComplexityWeights,
    /// Minimum number of members of a role.
    pub min_members: usize,
    /// Minimum number of people whom the rule of a birthright role means.
    pub min_people: usize,
    /// Minimum share of the people of a rule who hold an entitlement of its birthright role, from 0.5 to 1.
    pub confidence: f64,
    /// Minimum share of a role that an identity holds to be named beside it as nearly a member, from 0.5 to 1.
    pub near: f64,
    /// How many grants a role may add, as a share of what its members hold through it. Zero grants nothing new.
    pub allow_new: f64,
    /// Maximum number of steps of the search, each about one comparison of two numbers.
    pub work: u64,
}

impl Default for RoleSettings {
    fn default() -> Self {
        Self {
            weights: ComplexityWeights::default(),
            min_members: 3,
            min_people: 10,
            confidence: 0.9,
            near: 0.8,
            allow_new: 0.0,
            work: 2_000_000_000,
        }
    }
}

/// A setting that makes no sense.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{field}: {says}")]
pub struct RoleSettingsError {
    /// The setting.
    pub field: &'static str,
    /// What is wrong with it, and what it can be.
    pub says: String,
}

/// The largest weight.
const HEAVIEST: f64 = 1_000_000.0;

impl RoleSettings {
    /// Checks the settings.
    ///
    /// # Errors
    /// If a weight is negative, no number or above a million, or another setting is outside of its range.
    pub fn check(&self) -> Result<(), RoleSettingsError> {
        let ComplexityWeights { role, assignment, entitlement, direct } = self.weights;
        let weights = [
            ("weights.role", role),
            ("weights.assignment", assignment),
            ("weights.entitlement", entitlement),
            ("weights.direct", direct),
        ];
        for (field, weight) in weights {
            within(field, weight, 0.0, HEAVIEST)?;
        }
        within("confidence", self.confidence, 0.5, 1.0)?;
        within("near", self.near, 0.5, 1.0)?;
        within("allow_new", self.allow_new, 0.0, 1.0)?;
        for (field, count) in [("min_members", self.min_members), ("min_people", self.min_people)] {
            if count < 2 {
                let says = format!("{count} is too small; use 2 or more");
                return Err(RoleSettingsError { field, says });
            }
        }
        Ok(())
    }

    /// Returns how many entitlements of a role of this size somebody may lack who is nearly a member.
    pub(crate) fn slack(&self, size: usize) -> usize {
        if size < SMALLEST_NEAR {
            return 0;
        }
        // Counted up, so that no number has to be cut off: there are at most half as many steps as the role has entitlements.
        let most = (1.0 - self.near) * crate::matrix::real(size) + 0.5;
        (1..=size / 2).take_while(|lacking| crate::matrix::real(*lacking) <= most).count()
    }
}

/// The size of a role from which on somebody can nearly be a member. Of three entitlements, one is too much to lack.
const SMALLEST_NEAR: usize = 4;

/// Checks that a number is within a range. No comparison with a number that is none is true.
fn within(field: &'static str, value: f64, least: f64, most: f64) -> Result<(), RoleSettingsError> {
    if (least..=most).contains(&value) {
        return Ok(());
    }
    Err(RoleSettingsError { field, says: format!("{value} is not a number from {least} to {most}") })
}
