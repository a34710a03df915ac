//! Application files: parses TOML into a [`Declaration`] and writes it.

use crate::applications::{ApplicationKind, ApplicationStage, Declaration, Resource};
use countersign_names::{Action, ApplicationName, Sensitivity};
use miette::{Diagnostic, NamedSource, SourceSpan};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The default header in which an application receives the assertion.
pub const DEFAULT_ASSERTION_HEADER: &str = "x-countersign-assertion";

pub(crate) fn default_assertion_header() -> String {
    DEFAULT_ASSERTION_HEADER.to_owned()
}

/// An error in an application file. A terminal shows the text underlined.
#[derive(Debug, Clone, thiserror::Error, Diagnostic)]
#[error("{message}")]
pub struct DeclarationError {
    /// The problem.
    pub message: String,
    #[source_code]
    text: Arc<NamedSource<String>>,
    #[label("here")]
    span: Option<SourceSpan>,
    #[help]
    help: &'static str,
}

const HELP: &str = "docs/applications.md shows every field of an application file";

/// Creates an error about this text, at this place in it.
pub(crate) fn problem(
    path: &str,
    text: &str,
    message: &str,
    span: Option<std::ops::Range<usize>>,
    help: &'static str,
) -> DeclarationError {
    let text = Arc::new(NamedSource::new(path, text.to_owned()));
    DeclarationError { message: message.to_owned(), text, span: span.map(SourceSpan::from), help }
}

/// The form of the file: one table `[[resource]]` for each part, which is easier to read than an array.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct ApplicationFile {
    name: ApplicationName,
    #[serde(default, skip_serializing_if = "ApplicationKind::is_http")]
    kind: ApplicationKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    owner: String,
    hosts: BTreeSet<String>,
    upstream: String,
    #[serde(default)]
    stage: ApplicationStage,
    #[serde(skip_serializing_if = "Option::is_none")]
    sensitivity: Option<Sensitivity>,
    #[serde(default = "default_assertion_header")]
    assertion_header: String,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    download_types: BTreeSet<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_headers: Option<BTreeSet<String>>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    operations: BTreeMap<String, Action>,
    // Written as an empty list, it would forbid the first `[[resource]]` that somebody adds below it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    resource: Vec<Resource>,
}

impl Declaration {
    /// Parses an application file into the name and the declaration. Errors name the file by `path`.
    ///
    /// # Errors
    /// If the text is not TOML, lacks a field or has an unknown one.
    pub fn from_toml(path: &str, text: &str) -> Result<(ApplicationName, Self), DeclarationError> {
        let file: ApplicationFile =
            toml::from_str(text).map_err(|error| problem(path, text, error.message(), error.span(), HELP))?;
        let declaration = Self {
            kind: file.kind,
            title: file.title.unwrap_or_else(|| file.name.to_string()),
            owner: file.owner,
            hosts: file.hosts,
            upstream: file.upstream,
            stage: file.stage,
            sensitivity: file.sensitivity,
            assertion_header: file.assertion_header,
            download_types: file.download_types,
            operations: file.operations,
            request_headers: file.request_headers,
            resources: file.resource,
        };
        Ok((file.name, declaration))
    }

    /// Returns the application file of this declaration.
    pub fn to_toml(&self, name: &ApplicationName) -> String {
        let file = ApplicationFile {
            name: name.clone(),
            kind: self.kind,
            title: Some(self.title.clone()),
            owner: self.owner.clone(),
            hosts: self.hosts.clone(),
            upstream: self.upstream.clone(),
            stage: self.stage,
            sensitivity: self.sensitivity,
            assertion_header: self.assertion_header.clone(),
            download_types: self.download_types.clone(),
            operations: self.operations.clone(),
            request_headers: self.request_headers.clone(),
            resource: self.resources.clone(),
        };
        // It is texts, lists and tables, of which every one has a form in TOML.
        toml::to_string(&file).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WIKI: &str = r#"
name = "wiki"
title = "Wiki"
owner = "Knowledge team"
hosts = ["wiki.localhost"]
upstream = "http://127.0.0.1:3000"
stage = "observe"
sensitivity = "internal"
download_types = ["application/pdf", "text/csv"]
request_headers = ["x-csrf-token"]

[operations]
can_read = "read"

[[resource]]
part = "admin"
sensitivity = "restricted"
routes = [ { methods = ["POST"], path = "/admin/**", action = "administer" }, { path = "/admin/**" } ]
"#;

    #[test]
    fn an_application_file_is_its_declaration() {
        let (name, wiki) = Declaration::from_toml("wiki.toml", WIKI).unwrap();
        assert_eq!(name.as_str(), "wiki");
        assert_eq!(wiki.stage, ApplicationStage::Observe);
        assert_eq!(wiki.assertion_header, DEFAULT_ASSERTION_HEADER);
        assert_eq!(wiki.operations.get("can_read"), Some(&Action::Read));
        assert_eq!(wiki.request_headers, Some(BTreeSet::from(["x-csrf-token".to_owned()])));
        let admin = wiki.resources.first().unwrap();
        assert_eq!(admin.sensitivity, Some(Sensitivity::Restricted));
        assert_eq!(admin.routes.len(), 2);
        assert_eq!(admin.routes[0].action, Some(Action::Administer));
    }

    #[test]
    fn the_file_in_the_guide_is_one() {
        let guide = include_str!("../../../docs/applications.md");
        let text = guide.split("```toml").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
        let (_, wiki) = Declaration::from_toml("wiki.toml", text).unwrap();
        assert_eq!((wiki.operations.len(), wiki.resources.len()), (1, 1));
        assert_eq!(wiki.request_headers.map(|headers| headers.len()), Some(2));
    }

    #[test]
    fn a_declaration_is_the_same_in_json() {
        let (_, wiki) = Declaration::from_toml("wiki.toml", WIKI).unwrap();
        let json = serde_json::to_string(&wiki).unwrap();
        assert_eq!(serde_json::from_str::<Declaration>(&json).unwrap(), wiki);
    }

    #[test]
    fn a_declaration_without_a_kind_is_one_of_http_and_need_not_say_so() {
        let (_, wiki) = Declaration::from_toml("wiki.toml", WIKI).unwrap();
        let (name, said) = Declaration::from_toml("wiki.toml", &format!("kind = \"http\"{WIKI}")).unwrap();
        assert_eq!((wiki.kind, &said), (ApplicationKind::Http, &wiki));
        assert!(!said.to_toml(&name).contains("kind"), "a file from before kinds stays as it was");
        let mut json = serde_json::to_value(&wiki).unwrap();
        assert_eq!(json.get("kind"), None, "so does the digest of the settings");
        json["kind"] = "http".into();
        assert_eq!(serde_json::from_value::<Declaration>(json).unwrap(), wiki);
    }
}
