//! The files of a working folder beside the policies: reads TOML into [`Settings`] and writes it.

use crate::declaration::{DeclarationError, problem};
use crate::settings::{ExceptionSetting, Settings};
use countersign_names::{ApplicationName, GroupName, PolicyId, ResourceName, Sensitivity, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use toml::Spanned;

/// The file that holds every label.
pub const LABELS: &str = "labels.toml";
/// The file that holds every exception.
pub const EXCEPTIONS: &str = "exceptions.toml";

const HELP: &str = "docs/rehearsal.md shows the files of a working folder";

/// Returns the path of an application's file.
pub fn application_file(application: &ApplicationName) -> String {
    format!("applications/{application}.toml")
}

/// Returns whether a path in a working folder is one of these files, and not a policy.
pub fn is_settings_file(path: &str) -> bool {
    let application = path.strip_prefix("applications/").and_then(|rest| rest.strip_suffix(".toml"));
    path == LABELS || path == EXCEPTIONS || application.is_some_and(|name| !name.contains('/'))
}

/// The form of the file: one table `[[exception]]` for each exception.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExceptionsFile {
    #[serde(default)]
    exception: Vec<ExceptionEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExceptionEntry {
    policy: PolicyId,
    person: Option<String>,
    group: Option<GroupName>,
    application: Option<ApplicationName>,
    owner: String,
    authority: String,
    reason: String,
    /// TOML has its own type for a moment; the file may also contain the moment as text.
    expires_at: Spanned<toml::Value>,
}

#[derive(Serialize)]
struct ExceptionsText<'a> {
    exception: &'a [ExceptionSetting],
}

impl Settings {
    /// Parses the labels in this text. Errors name the file by `path`.
    ///
    /// # Errors
    /// If the text is not a table of resources with one label each.
    pub fn labels_from_toml(
        path: &str,
        text: &str,
    ) -> Result<BTreeMap<ResourceName, Sensitivity>, DeclarationError> {
        toml::from_str(text).map_err(|error| problem(path, text, error.message(), error.span(), HELP))
    }

    /// Parses the exceptions in this text. Errors name the file by `path`.
    ///
    /// # Errors
    /// If the text is not a list of exceptions, or one of them never expires.
    pub fn exceptions_from_toml(path: &str, text: &str) -> Result<Vec<ExceptionSetting>, DeclarationError> {
        let file: ExceptionsFile =
            toml::from_str(text).map_err(|error| problem(path, text, error.message(), error.span(), HELP))?;
        file.exception.into_iter().map(|written| written.read(path, text)).collect()
    }

    /// Returns the files of a working folder for these settings, by their paths.
    pub fn to_files(&self) -> BTreeMap<String, String> {
        let applications = self.applications.iter();
        let mut files: BTreeMap<String, String> =
            applications.map(|(name, about)| (application_file(name), about.to_toml(name))).collect();
        if let Some(labels) = &self.labels {
            let lines = labels.iter().map(|(resource, label)| format!("\"{resource}\" = \"{label}\"\n"));
            files.insert(LABELS.to_owned(), lines.collect());
        }
        if let Some(exceptions) = &self.exceptions {
            let text = toml::to_string(&ExceptionsText { exception: exceptions }).unwrap_or_default();
            let none = if exceptions.is_empty() { "# There is no exception.\n" } else { "" };
            files.insert(EXCEPTIONS.to_owned(), if exceptions.is_empty() { none.to_owned() } else { text });
        }
        files
    }
}

impl ExceptionEntry {
    fn read(self, path: &str, text: &str) -> Result<ExceptionSetting, DeclarationError> {
        let span = self.expires_at.span();
        let moment = match self.expires_at.into_inner() {
            toml::Value::Datetime(moment) => moment.to_string(),
            toml::Value::String(text) => text,
            other => other.to_string(),
        };
        let expires_at: Timestamp = moment.parse().map_err(|_| {
            let message = format!("{moment} is not a moment: write one as in 2026-12-24T18:00:00Z");
            problem(path, text, &message, Some(span), HELP)
        })?;
        let Self { policy, person, group, application, owner, authority, reason, .. } = self;
        Ok(ExceptionSetting { policy, person, group, application, owner, authority, reason, expires_at })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Declaration;

    const EXCEPTION: &str = r#"
[[exception]]
policy = "managed-device"
group = "finance"
application = "payroll"
owner = "ada@example.test"
authority = "CISO, by mail of 20 November"
reason = "laptops \"in\" repair"
expires_at = 2026-12-24T18:00:00Z
"#;

    #[test]
    fn what_is_written_is_read_again() {
        let wiki = "name = \"wiki\"\nowner = \"a\"\nhosts = [\"w\"]\nupstream = \"http://a\"\n\
                    download_types = [\"text/csv\"]\n[operations]\ncan_read = \"read\"\n\
                    [[resource]]\npart = \"admin\"\nsensitivity = \"restricted\"\n\
                    routes = [ { methods = [\"POST\"], path = \"/admin/**\", action = \"administer\" } ]\n\
                    [[resource]]\npart = \"none\"\n";
        let (name, about) = Declaration::from_toml("wiki.toml", wiki).unwrap();
        let settings = Settings {
            applications: [(name.clone(), about)].into(),
            labels: Some(Settings::labels_from_toml("l", "\"wiki/admin\" = \"restricted\"").unwrap()),
            exceptions: Some(Settings::exceptions_from_toml("e", EXCEPTION).unwrap()),
        };
        let files = settings.to_files();
        let read = |path: &str| files.get(path).unwrap();
        let (again, about) = Declaration::from_toml("wiki.toml", read("applications/wiki.toml")).unwrap();
        let again = Settings {
            applications: [(again, about)].into(),
            labels: Some(Settings::labels_from_toml(LABELS, read(LABELS)).unwrap()),
            exceptions: Some(Settings::exceptions_from_toml(EXCEPTIONS, read(EXCEPTIONS)).unwrap()),
        };
        assert_eq!(again, settings);
        let empty = Settings { labels: Some(BTreeMap::new()), exceptions: Some(Vec::new()), ..again };
        let files = empty.to_files();
        assert_eq!(Settings::labels_from_toml(LABELS, &files[LABELS]).unwrap(), BTreeMap::new());
        assert_eq!(Settings::exceptions_from_toml(EXCEPTIONS, &files[EXCEPTIONS]).unwrap(), []);
    }
}
