//! Configuration errors, pointing at the line.

use miette::{Diagnostic, NamedSource, SourceSpan};
use std::sync::Arc;

/// Why a configuration is rejected.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{path} cannot be read: {source}")]
    #[diagnostic(help("name a file that exists and that this user may read"))]
    Unreadable {
        /// The file.
        path: String,
        /// The system's error.
        source: std::io::Error,
    },
    /// The file is not TOML, or something in it is unknown or of the wrong type.
    #[error("{message}")]
    #[diagnostic(help("docs/configuration.md lists every setting"))]
    Malformed {
        /// What is wrong.
        message: String,
        /// The file.
        #[source_code]
        source_code: NamedSource<String>,
        /// The place in the file.
        #[label("here")]
        span: Option<SourceSpan>,
    },
    /// A setting is invalid, or contradicts another.
    #[error("{field}: {message}")]
    #[diagnostic(help("docs/configuration.md lists every setting"))]
    Wrong {
        /// The setting.
        field: String,
        /// What is wrong, and what to write instead.
        message: String,
        /// The file; `None` for a configuration without a file.
        #[source_code]
        source_code: Option<Arc<NamedSource<String>>>,
        /// The place in the file.
        #[label("here")]
        span: Option<SourceSpan>,
    },
}

impl ConfigError {
    /// Creates an error about a setting; [`Config::pointed_at`](super::Config::pointed_at) adds its place.
    pub(crate) fn wrong(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Wrong { field: field.into(), message: message.into(), source_code: None, span: None }
    }
}
