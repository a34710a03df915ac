//! The search as a whole.

use crate::birthright::birthrights;
use crate::budget::WorkBudget;
use crate::candidates::candidates;
use crate::complexity::StructuralComplexity;
use crate::consolidation::consolidations;
use crate::cover::cover;
use crate::matrix::{AccessMatrix, RoleHolder};
use crate::progress::CoverProgress;
use crate::proposal::MinedRoles;
use crate::settings::{RoleSettings, RoleSettingsError};

/// Finds roles that explain who holds what with less structure.
///
/// The order of the input does not matter. It takes a while, and keeps its thread busy.
///
/// # Errors
/// If a setting makes no sense.
pub fn mine_roles(
    holders: Vec<RoleHolder>,
    settings: &RoleSettings,
) -> Result<MinedRoles, RoleSettingsError> {
    settings.check()?;
    let matrix = AccessMatrix::new(holders);
    let mut budget = WorkBudget::new(settings.work);
    let mut progress = CoverProgress::new(&matrix);
    let mut proposals = birthrights(&mut progress, settings, &mut budget);
    let sets = candidates(&progress, settings, &mut budget);
    proposals.extend(cover(&mut progress, sets, settings, &mut budget));
    for proposal in &mut proposals {
        proposal.beyond = proposal.members.iter().map(|member| progress.single(*member)).sum();
    }
    let after = progress.structure;
    let consolidations = consolidations(&matrix, settings, &mut budget);
    let before = StructuralComplexity { direct: matrix.grants(), ..StructuralComplexity::default() };
    let ended_early = budget.is_used_up();
    Ok(MinedRoles { matrix, proposals, consolidations, before, after, ended_early })
}
