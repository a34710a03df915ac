//! The operator's file of settings: thresholds, accounts for emergencies, and duties that are kept apart.

use crate::refusal::JsonResult;
use crate::secret::sha256;
use crate::{Control, Refusal};
use axum::extract::State;
use countersign_api as api;
use countersign_findings::FindingTables;
use countersign_hygiene::HygieneSettings;
use std::path::{Path, PathBuf};

/// The version of what detectors do with the same input. A change of it has everything looked at again.
const METHOD: u32 = 2;

/// Where findings are kept, and by which settings they are found.
pub struct FindingKeeping {
    pub(crate) tables: FindingTables,
    /// The operator's file.
    pub(crate) settings: Option<PathBuf>,
}

/// Reads and checks a file of settings for findings.
///
/// # Errors
/// If it cannot be read, or something is wrong with it; the text names the file, the line and the remedy.
pub fn check_finding_settings(path: &Path) -> Result<(), String> {
    read(path).map(|_| ())
}

fn read(path: &Path) -> Result<HygieneSettings, String> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        format!("the file of settings {} cannot be read ({error}): mend `finding_settings`", path.display())
    })?;
    HygieneSettings::read(&text).map_err(|error| format!("the file of settings {}: {error}", path.display()))
}

impl FindingKeeping {
    fn in_force(&self) -> Result<HygieneSettings, String> {
        self.settings.as_deref().map_or_else(|| Ok(HygieneSettings::default()), read)
    }
}

impl Control {
    /// Returns the settings in force, and a text that is the same for the same settings.
    ///
    /// # Errors
    /// If the operator's file is wrong.
    pub(crate) fn hygiene_settings(&self) -> Result<(HygieneSettings, String), Refusal> {
        let settings = self.finding_keeping()?.in_force().map_err(|problem| {
            Refusal::conflict(problem).remedy("mend the file; what was found before is shown until then")
        })?;
        let mark = format!("{METHOD} {}", sha256(settings.written().as_bytes()));
        Ok((settings, mark))
    }
}

pub async fn settings(State(control): State<Control>) -> JsonResult<api::FindingSettingsText> {
    let keeping = control.finding_keeping()?;
    let (settings, problem) = match keeping.in_force() {
        Ok(settings) => (settings, None),
        Err(problem) => (HygieneSettings::default(), Some(problem)),
    };
    let declared = keeping.settings.is_some();
    Ok(axum::Json(api::FindingSettingsText { declared, text: settings.written(), problem }))
}
