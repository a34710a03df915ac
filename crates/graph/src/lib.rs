//! Who can reach what, and who can come to control what: a compact graph in memory of what sources say.
//!
//! A [`GraphBuilder`] takes nodes and edges of any number of sources; a node is a source and a key in it. The graph that it
//! builds never changes. It holds each edge in both directions, in eight bytes each, and what is said about many edges
//! once. Groups and roles may be nested, and may contain each other. Each question has one answer, whatever the order in
//! which the records came, and the answer has a bounded size: a part of a list, and how many are left.
//!
//! # What a relation means
//!
//! *Reach* is what a node may do today. *Control* is what it can come to act as or change at will, if its holder
//! means harm. Both follow edges from left to right.
//!
//! | relation | reach | control |
//! | --- | --- | --- |
//! | `MemberOf` | followed: a member has what its group or role has | followed: who holds the member acts with what the group has |
//! | `Controls` | followed if it leads to a role: taking on a role is use | followed |
//! | `May` | the end: its level is the level of the way | followed if its level is `administer` |
//! | `Has` | not followed | followed to the credential, which leads no further: only an edge to an account leads to the account |
//!
//! A right without a level counts as less than `read`. A way is conditional if one of its edges is. Where several ways lead
//! to one node, the strongest counts: the higher level first, then the one without a condition.
//!
//! This room must not know where records are kept, formats of sources, facts, the world, who asks, or how an answer is
//! shown. It does no input and output.

mod builder;
mod control;
mod error;
mod graph;
mod identities;
mod list;
mod path;
mod reach;
mod spread;
mod texts;
mod tier_zero;
mod ways;

pub use builder::{GraphBuilder, NodeNumber, SourceNumber};
pub use control::{ControlledNode, Exposure};
pub use error::GraphError;
pub use graph::{AccessGraph, EdgeGrant, GraphNode, NodeIndex};
pub use identities::{BelongsTo, ReachingIdentity};
pub use list::{ListPart, PartialList};
pub use path::{PathStep, Traversal};
pub use reach::{ReachedResource, ReachingAccount};
pub use tier_zero::{TierZero, TierZeroRule, TierZeroRules};
pub use ways::{ControlledNodes, ReachedNode, ReachedNodes, ReachingAccounts};
