//! Which accounts of which sources belong to one person or one service.
//!
//! [`correlate`] takes the nodes of all sources, the decisions that people took about them, and [`CorrelationRules`]. It gives
//! [`CorrelatedIdentities`]: people with their accounts, services and machines, and for each account whether it is linked,
//! proposed, disputed or an orphan, with the evidence. It is a pure function; the order of its input does not matter.
//!
//! This room must not know where nodes and decisions are kept, who asks, how anything is shown, or what time it is. It
//! forgets nothing and decides nothing that a person decided already.

mod attributes;
mod blocks;
mod compare;
mod decisions;
mod employment;
mod identity;
mod joining;
mod kinds;
mod leavers;
mod normal;
mod profile;
mod rounds;
mod rules;
mod score;

pub use attributes::{AttributeClash, AttributeName, ShownAttribute};
pub use decisions::{DecisionConflict, LinkDecision, LinkDecisionBody, decision_conflict};
pub use employment::{Employment, employment_end, employments, shown_mails};
pub use identity::{
    AccountCandidate, AccountState, ComparedValues, CorrelatedIdentities, CorrelatedIdentity, IdentityKind,
    IdentityOwner, LinkBasis, MatchEvidence, PossibleDuplicate, SourcedKey,
};
pub use joining::{SourcedNodes, correlate};
pub use leavers::{LeaverAccount, leavers};
pub use rules::{CorrelationRules, NodeComparison, RuleFileError};
