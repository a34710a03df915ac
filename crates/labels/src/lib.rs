//! What content is sensitive.
//!
//! A [`ColumnSample`] reads values of one column or one file and counts, for each [`Recogniser`], how many have its form and how
//! many pass its check too. [`ColumnSample::proposals`] compares the counts with what chance gives, and proposes labels with
//! the counts as evidence. A sample keeps no value: only counts, and hashes by which repeated values count once.
//!
//! [`scan_file`] reads the columns of CSV and JSON, and the text of any other file.
//!
//! This room must not know where values come from, who confirms a label, how one is kept or shown, clocks, files or sockets.

mod candidates;
mod checksums;
mod columns;
mod content;
mod kind;
mod proposal;
mod recogniser;
mod recognisers;
mod sample;
mod value;

pub use content::{ScannedColumn, UnreadContent, scan_file};
pub use proposal::{LabelProposal, RecognisedShare};
pub use recogniser::{CheckStrength, Recogniser};
pub use sample::{ColumnSample, reveals_a_value};
pub use value::SampledValue;
