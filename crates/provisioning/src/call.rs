//! A request to the SCIM service, and its answer, as values.

use countersign_names::ServiceId;
use countersign_scim::ScimError;
use serde_json::Value;

/// A request, after its caller is known and may make it.
#[derive(Debug, Clone)]
pub struct ProvisioningCall {
    /// The service account that calls.
    pub client: ServiceId,
    /// What is done.
    pub method: ProvisioningMethod,
    /// The path below the address of the service, such as `/Users/per_…`, decoded.
    pub path: String,
    /// The parameters, decoded.
    pub parameters: Vec<(String, String)>,
    /// The body, if there is one. It repeats no name.
    pub body: Option<Value>,
    /// The version that the client changes (`If-Match`).
    pub if_match: Option<String>,
    /// The version that the client has (`If-None-Match`).
    pub if_none_match: Option<String>,
}

/// The methods of SCIM.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProvisioningMethod {
    /// Reads.
    Get,
    /// Creates, or searches.
    Post,
    /// Replaces.
    Put,
    /// Changes in part.
    Patch,
    /// Deletes.
    Delete,
}

impl ProvisioningMethod {
    /// All methods with their words.
    pub const ALL: [(&'static str, Self); 5] = [
        ("GET", Self::Get),
        ("POST", Self::Post),
        ("PUT", Self::Put),
        ("PATCH", Self::Patch),
        ("DELETE", Self::Delete),
    ];

    /// Returns the method with a word, in capitals.
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|(name, _)| *name == word).map(|(_, method)| *method)
    }
}

/// What is answered.
#[derive(Debug, Clone, PartialEq)]
pub struct ProvisioningAnswer {
    /// The status.
    pub status: u16,
    /// The address of the resource (`Location`).
    pub location: Option<String>,
    /// The version of the resource (`ETag`).
    pub version: Option<String>,
    /// The methods that the path has, if the one of the request is not among them (`Allow`).
    pub allow: Option<&'static str>,
    /// The body, of the type `application/scim+json`.
    pub body: Option<Value>,
}

impl ProvisioningAnswer {
    pub(crate) const fn of(status: u16, body: Option<Value>) -> Self {
        Self { status, location: None, version: None, allow: None, body }
    }
}

impl From<ScimError> for ProvisioningAnswer {
    fn from(error: ScimError) -> Self {
        Self::of(error.status, Some(error.body()))
    }
}
