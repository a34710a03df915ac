//! Which roles would explain today's access with less structure.
//!
//! The input is a set of identities, each with its attributes and with what it holds directly. The output is a list of
//! proposals: birthright roles (everybody with an attribute), patterns (identities with the same set, or nearly the same), and
//! consolidations of entitlements that are nearly the same. **No proposal grants anybody anything new** unless the caller allows
//! it: a member of a proposed role holds all of it today. What somebody lacks is stated beside the role, and what somebody holds
//! beyond their roles stays a grant of its own, so that roles and single grants together are exactly today's access.
//!
//! Structures are compared by weighted structural complexity (Molloy, Chen, Li, Wang, Li, Bertino, Calo and Lobo, *Mining Roles
//! with Semantic Meanings*, SACMAT 2008), see [`StructuralComplexity`].
//!
//! # How roles are found
//!
//! 1. *Birthrights.* For all people, for each attribute and for each pair of attributes, the most general first: the
//!    entitlements that nearly all of these people hold, and that no more general birthright explains.
//! 2. *Candidates.* Of what remains, sets that two identities have in common, as `FastMiner` does (Vaidya, Atluri and Warner,
//!    *RoleMiner*, CCS 2006), with two differences. Each identity is compared with a bounded number of others that share an
//!    entitlement with it, rare entitlements first, and not with all. And each candidate is then replaced by what the majority of
//!    those hold who hold nearly all of it, until it no longer changes: a grant that somebody lacks, or has by chance, no longer
//!    shapes the role.
//! 3. *Cover.* The candidate that saves most is taken, then the one that saves most of the rest, and so on (the greedy
//!    algorithm for set cover, evaluated lazily, because what a candidate saves can only fall). A role that would not lower the
//!    complexity is never taken.
//! 4. *Consolidations.* Entitlements with the same holders, one within the other, or with nearly the same holders.
//!
//! The result depends on the input alone and not on its order. With *H* identities, *G* grants and at most *K* comparisons for
//! each, the candidates cost *O(H K d)* steps, where *d* is the length of a row; a candidate is evaluated on those only who hold
//! one of its rarest entitlements. All work is counted, and the search ends early and says so when it is used up
//! ([`RoleSettings::work`]). The number of candidates in memory is bounded.
//!
//! This room must not know where identities and proposals are kept, who asks, how an answer is shown, what sources say, or
//! clocks.

mod birthright;
mod budget;
mod candidates;
mod complexity;
mod consolidation;
mod cover;
mod matrix;
mod mine;
mod progress;
mod proposal;
mod settings;

pub use complexity::{ComplexityWeights, StructuralComplexity};
pub use matrix::{AccessMatrix, RoleHolder};
pub use mine::mine_roles;
pub use proposal::{BirthrightRule, Consolidation, MinedRoles, NearMember, RolePattern, RoleProposal};
pub use settings::{RoleSettings, RoleSettingsError};
