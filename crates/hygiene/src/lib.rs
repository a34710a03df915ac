//! What is wrong with identities, accounts, credentials, groups and roles.
//!
//! [`find`] looks at a [`HygieneView`]: what sources say, what correlation made of it, when something was used last as far as
//! anybody knows, and the present moment. It gives [`HygieneFinding`]s, each with its subjects, its evidence and its fix.
//! [`DETECTORS`] lists what it looks for.
//!
//! **No evidence, no verdict**: what a source does not say is never held against anybody. Two detectors look for something
//! that is missing, and say so: a service that nobody answers for, and a group that nobody is in.
//!
//! This room must not know where anything is kept, who asks, how a finding is shown or what becomes of it, or what time it is.

mod detectors;
mod finding;
mod settings;
mod table;
mod view;

pub use detectors::find;
pub use finding::{FindingEvidence, HygieneFinding, HygieneSeverity};
pub use settings::{EmergencyAccounts, ExemptingGroups, HygieneSettings, SeparationRule, SettingsFileError};
pub use table::{DETECTORS, DetectorRow, HygieneDetector};
pub use view::HygieneView;
