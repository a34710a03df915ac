//! Access reviews: which accesses a campaign asks about, who reviews each, what was decided, and the report that is sealed.
//!
//! [`ask`] makes the items of a campaign from what sources say and from the groups of this installation, each with the
//! evidence of its use, and gives each one reviewer, who is never the one whose access it is. [`ReviewTables`] keeps the
//! items as they were asked. [`fold_items`] adds up what the facts say about them, [`paces`] measures how reviewers decided, and
//! [`ReviewReport`] is what is sealed: canonical JSON, whose digest a fact states.
//!
//! No decision about an access reads anything here. The clock is an argument. This room must not know the world, where
//! sources are kept, who calls, how a revocation takes effect, or how an answer is shown.

mod asking;
mod assign;
mod canonical;
mod csv;
mod error;
mod fold;
mod item;
mod pace;
mod people;
mod power;
mod report;
mod tables;

pub use asking::{AskedSource, AskingInput, LocalMembership, ReviewTerms, ask};
pub use assign::assign;
pub use canonical::{canonical_json, digest_of};
pub use csv::report_as_csv;
pub use error::ReviewError;
pub use fold::{ItemDecision, ItemState, fold_items};
pub use item::{AssignedAs, ItemAccess, ItemAssignment, ItemSubject, ItemUse, LedTo, ReviewItem};
pub use pace::{ReviewerPace, WHAT_IS_COUNTED, paces};
pub use people::ReviewedIdentity;
pub use report::{ReportedItem, ReviewReport};
pub use tables::ReviewTables;
