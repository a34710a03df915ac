//! An error as RFC 7644, section 3.12 words it.

use serde_json::{Value, json};

/// Why a request is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct ScimError {
    /// The status of the answer.
    pub status: u16,
    /// The word for the cause, where the standard has one.
    pub error_type: Option<ScimErrorType>,
    /// What is wrong, and with which attribute.
    pub detail: String,
}

/// The causes that the standard has words for (RFC 7644, table 9).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScimErrorType {
    /// The filter cannot be read, or compares what cannot be compared.
    InvalidFilter,
    /// The request asks for more than this server does at once.
    TooMany,
    /// Another resource has this value.
    Uniqueness,
    /// The attribute cannot be changed by clients.
    Mutability,
    /// The body is not what the standard describes.
    InvalidSyntax,
    /// The path of a patch cannot be read.
    InvalidPath,
    /// The path of a patch selects nothing.
    NoTarget,
    /// A value is missing, or not of its attribute's type.
    InvalidValue,
}

impl ScimErrorType {
    /// Returns the word of the standard.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidFilter => "invalidFilter",
            Self::TooMany => "tooMany",
            Self::Uniqueness => "uniqueness",
            Self::Mutability => "mutability",
            Self::InvalidSyntax => "invalidSyntax",
            Self::InvalidPath => "invalidPath",
            Self::NoTarget => "noTarget",
            Self::InvalidValue => "invalidValue",
        }
    }

    const fn status(self) -> u16 {
        match self {
            Self::Uniqueness => 409,
            Self::TooMany => 413,
            _ => 400,
        }
    }
}

impl ScimError {
    /// Makes an error with a cause; the status follows from it.
    pub fn new(error_type: ScimErrorType, detail: impl Into<String>) -> Self {
        Self { status: error_type.status(), error_type: Some(error_type), detail: detail.into() }
    }

    /// Makes an error that the standard has no word for.
    pub fn plain(status: u16, detail: impl Into<String>) -> Self {
        Self { status, error_type: None, detail: detail.into() }
    }

    /// Returns the body of the answer. The status is a text there (RFC 7644, section 3.12).
    pub fn body(&self) -> Value {
        let mut body = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"],
            "status": self.status.to_string(),
            "detail": self.detail,
        });
        if let (Some(error_type), Some(object)) = (self.error_type, body.as_object_mut()) {
            object.insert("scimType".to_owned(), error_type.as_str().into());
        }
        body
    }
}

pub(crate) fn invalid_filter(detail: impl Into<String>) -> ScimError {
    ScimError::new(ScimErrorType::InvalidFilter, detail)
}

pub(crate) fn invalid_path(detail: impl Into<String>) -> ScimError {
    ScimError::new(ScimErrorType::InvalidPath, detail)
}

pub(crate) fn invalid_value(detail: impl Into<String>) -> ScimError {
    ScimError::new(ScimErrorType::InvalidValue, detail)
}

pub(crate) fn invalid_syntax(detail: impl Into<String>) -> ScimError {
    ScimError::new(ScimErrorType::InvalidSyntax, detail)
}
