//! SCIM 2.0 (RFC 7643 and RFC 7644) over resources in memory: what an attribute is, which resources a filter selects, what
//! a patch changes, what an answer shows, and how an error is worded.
//!
//! A client's JSON is read once, by [`ResourceType::read`], into a [`ScimResource`]: names in their one spelling, values of
//! the type that the schema gives them. Everything else works on that form. Clients in use differ from the standard, and
//! what is accepted of that is written where it is read: booleans as texts, operations in capitals, members to remove in
//! the value, paths as the names of a value.
//!
//! This room must not know HTTP, where resources are kept, who asks, or what a user or a group is good for.

mod attribute;
mod compare;
mod error;
mod filter;
mod list;
mod merge;
mod parse;
mod patch;
mod path;
mod read;
mod resource_type;
mod schemas;
mod show;

pub use attribute::{ScimAttribute, ScimMutability, ScimReturned, ScimSchema, ScimUniqueness, ScimValueKind};
pub use error::{ScimError, ScimErrorType};
pub use filter::{FilterOperator, FilterValue, ScimFilter};
pub use list::{LONGEST_PAGE, ListRequest, list_response};
pub use patch::{PatchOperation, PatchOperationKind, PatchRequest};
pub use path::{PatchPath, ScimPath};
pub use read::ScimResource;
pub use resource_type::{ResourceType, SCIM_GROUP, SCIM_USER};
pub use schemas::{ENTERPRISE_USER_SCHEMA, GROUP_SCHEMA, USER_SCHEMA};
pub use show::ShownAttributes;
