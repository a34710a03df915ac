//! OpenID clients: programs that sign people in with this installation.

use crate::declaration::{DeclarationError, problem};
use crate::{ShownOnce, words};
use countersign_names::{ApplicationName, OpenIdClientName, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::ToSchema;

const HELP: &str = "docs/openid-provider.md shows every field of a client file";

/// The declaration of an OpenID client. It holds no secret: one is issued on its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenIdClientDeclaration {
    /// The application that it belongs to. A person who may not use the application gets no token for the client.
    #[schema(value_type = words::ApplicationName)]
    pub application: ApplicationName,
    /// Where the answer to an authorization request may go: https, or http on the own machine. Each is compared as a whole.
    #[schema(min_items = 1, max_items = 20)]
    pub redirect_uris: BTreeSet<String>,
    /// Where a browser may go after it signed out. Each is compared as a whole.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    #[schema(max_items = 20)]
    pub post_logout_redirect_uris: BTreeSet<String>,
    /// Where the client is told that a session ended (back-channel logout). Absent: it is not told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(format = "uri")]
    pub backchannel_logout_uri: Option<String>,
    /// Whether it has no secret, as a program on people's own machines.
    #[serde(default)]
    pub public: bool,
}

/// A declared OpenID client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DeclaredOpenIdClient {
    /// Its name.
    #[schema(value_type = words::OpenIdClientName)]
    pub name: OpenIdClientName,
    /// The client id, by which it names itself.
    #[schema(example = "client_wiki-web")]
    pub client_id: String,
    /// Its declaration.
    pub declaration: OpenIdClientDeclaration,
    /// When it was declared in this form.
    #[schema(value_type = words::Moment)]
    pub declared_at: Timestamp,
    /// When its present secret was issued. Absent: it has none yet, or is public.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub secret_issued_at: Option<Timestamp>,
    /// The issuer, from which the client reads the discovery document.
    #[schema(format = "uri")]
    pub issuer: String,
}

/// A secret that was issued to an OpenID client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OpenIdClientSecret {
    /// The name of the client.
    #[schema(value_type = words::OpenIdClientName)]
    pub name: OpenIdClientName,
    /// The client id.
    pub client_id: String,
    /// The secret. It replaces the earlier one, which no longer works.
    #[schema(value_type = String, example = "cso_...")]
    pub secret: ShownOnce,
}

/// The form of the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OpenIdClientFile {
    name: OpenIdClientName,
    application: ApplicationName,
    redirect_uris: BTreeSet<String>,
    #[serde(default)]
    post_logout_redirect_uris: BTreeSet<String>,
    backchannel_logout_uri: Option<String>,
    #[serde(default)]
    public: bool,
}

impl OpenIdClientDeclaration {
    /// Parses a client file into the name and the declaration. Errors name the file by `path`.
    ///
    /// # Errors
    /// If the text is not TOML, lacks a field or has an unknown one.
    pub fn from_toml(path: &str, text: &str) -> Result<(OpenIdClientName, Self), DeclarationError> {
        let file: OpenIdClientFile =
            toml::from_str(text).map_err(|error| problem(path, text, error.message(), error.span(), HELP))?;
        let declaration = Self {
            application: file.application,
            redirect_uris: file.redirect_uris,
            post_logout_redirect_uris: file.post_logout_redirect_uris,
            backchannel_logout_uri: file.backchannel_logout_uri,
            public: file.public,
        };
        Ok((file.name, declaration))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_file_is_a_declaration_and_holds_no_secret() {
        let text =
            "name = \"wiki-web\"\napplication = \"wiki\"\nredirect_uris = [\"https://wiki.example/cb\"]\n";
        let (name, declared) = OpenIdClientDeclaration::from_toml("web.toml", text).unwrap();
        assert_eq!((name.as_str(), declared.public, declared.redirect_uris.len()), ("wiki-web", false, 1));
        for (line, message) in [("secret = \"x\"", "unknown field `secret`"), ("public = 1", "invalid type")]
        {
            let error = OpenIdClientDeclaration::from_toml("web.toml", &format!("{text}{line}")).unwrap_err();
            assert!(error.message.contains(message), "{line}: {error}");
        }
    }
}
