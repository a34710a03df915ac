//! What is wrong with a configuration, pointing at the line.

use miette::{Diagnostic, NamedSource, SourceSpan};
use std::sync::Arc;

/// A configuration that can not be used.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub enum ConfigError {
    /// The file can not be read.
    #[error("{path} can not be read: {source}")]
    #[diagnostic(help("name a file that exists and that this user may read"))]
    Unreadable {
        /// Which.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// It is not TOML, or something in it is unknown or of the wrong kind.
    #[error("{message}")]
    #[diagnostic(help("docs/configuration.md lists every setting"))]
    Malformed {
        /// What is wrong.
        message: String,
        /// The file.
        #[source_code]
        source_code: NamedSource<String>,
        /// Where.
        #[label("here")]
        span: Option<SourceSpan>,
    },
    /// A setting does not go with another, or can not be.
    #[error("{field}: {message}")]
    #[diagnostic(help("docs/configuration.md lists every setting"))]
    Wrong {
        /// The setting.
        field: String,
        /// What is wrong with it, and what to write instead.
        message: String,
        /// The file; none for a configuration that no file holds.
        #[source_code]
        source_code: Option<Arc<NamedSource<String>>>,
        /// Where.
        #[label("here")]
        span: Option<SourceSpan>,
    },
}

impl ConfigError {
    /// A setting that is wrong; [`Config::pointed_at`](super::Config::pointed_at) adds its place.
    pub(crate) fn wrong(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Wrong { field: field.into(), message: message.into(), source_code: None, span: None }
    }
}
