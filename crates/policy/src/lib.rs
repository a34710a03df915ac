//! Parses policy files into a checked, indexed and staged set with source spans, and evaluates questions against it.
//!
//! This is the only crate that decides with Cedar (`solve` only translates it). It must not know who is asking, clocks,
//! files on disk or what follows from a refusal: its input is texts and questions.

mod defaults;
mod discern;
mod engine;
mod format;
mod index;
mod lint;
mod load;
mod mention;
mod meta;
mod numbers;
mod plain_atom;
mod present;
mod problem;
mod question;
mod reading;
mod schema;
mod set;
mod stages;
mod suite;
mod vocabulary;

pub use defaults::{defaults, starter_permits};
pub use discern::Discernment;
pub use format::formatted;
pub use lint::{Code, Finding, Severity};
pub use load::{DEEPEST, LONGEST_FILE, MOST_STEPS, name_fault};
pub use mention::{Mention, PolicyReference};
pub use meta::{ANNOTATIONS, Kind, PolicyMeta, Stage};
pub use problem::{PolicyDiagnostic, Rejected};
pub use question::{Authentication, DeviceEvidence, Place, Question, SessionAge, Subject, TimeOfWeek};
pub use reading::Items;
pub use schema::SCHEMA;
pub use set::{Answer, Holds, PolicySet, Verdict};
pub use stages::stages;
pub use suite::{Expected, Outcome, Suite};
pub use vocabulary::{ReadableAttribute, entity_types, readable_attributes};

#[cfg(test)]
mod corpus;
