//! OpenID providers with which people sign in, and links to accounts there.

use crate::declaration::{DeclarationError, problem};
use crate::{PersonKind, words};
use countersign_names::{Assurance, CredentialId, PersonId, ProviderName, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::ToSchema;

const HELP: &str = "docs/federation.md shows every field of a provider file";

/// The declaration of an OpenID provider. It holds no secret: the configuration of the server names the file of the client
/// secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProviderDeclaration {
    /// The title on the sign-in page.
    #[schema(min_length = 1, max_length = 100, example = "Example Corp")]
    pub title: String,
    /// The issuer identifier, exactly as the provider writes it.
    #[schema(format = "uri", example = "https://login.example.com")]
    pub issuer: String,
    /// The client id that the provider gave this installation.
    #[schema(min_length = 1, max_length = 200)]
    pub client_id: String,
    /// The scopes to request beside `openid`.
    #[serde(default = "usual_scopes")]
    pub scopes: BTreeSet<String>,
    /// The mail domains for which the provider is authoritative: a verified address in one of them identifies a person.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub domains: BTreeSet<String>,
    /// The kind of the people with a verified address in one of the domains who are added at their first sign-in. Absent:
    /// nobody is added.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub creates_people: Option<PersonKind>,
    /// What the provider's statements about an authentication are worth. The first rule that matches counts; without one the
    /// assurance level is `aal1`, and the authentication does not resist phishing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assurance: Vec<ProviderAssurance>,
    /// The maximum age of an authentication at the provider in seconds. Absent: any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 2_592_000)]
    pub max_age_seconds: Option<u64>,
    /// The maximum length in seconds of a session that the provider started. Absent: that of any session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 60, maximum = 2_592_000)]
    pub session_seconds: Option<u64>,
}

/// What a provider's statement about an authentication is worth. It names an `acr`, methods of `amr`, or both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProviderAssurance {
    /// The `acr` that the ID token must state. Absent: any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acr: Option<String>,
    /// The methods that the `amr` of the ID token must all state.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub amr: BTreeSet<String>,
    /// The assurance level that it is worth.
    #[schema(value_type = words::Assurance)]
    pub assurance: Assurance,
    /// Whether it resists phishing.
    #[serde(default)]
    pub phishing_resistant: bool,
}

/// A declared provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DeclaredProvider {
    /// Its name.
    #[schema(value_type = words::ProviderName)]
    pub name: ProviderName,
    /// Its declaration.
    pub declaration: ProviderDeclaration,
    /// When it was declared in this form.
    #[schema(value_type = words::Moment)]
    pub declared_at: Timestamp,
    /// How many accounts at it are linked to people.
    pub links: u64,
    /// The redirect URI to register at the provider.
    #[schema(format = "uri")]
    pub redirect_uri: String,
    /// The back-channel logout URI to register at the provider.
    #[schema(format = "uri")]
    pub logout_uri: String,
}

/// An account at a provider to link to a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPersonLink {
    /// The provider.
    #[schema(value_type = words::ProviderName)]
    pub provider: ProviderName,
    /// The account there: the `sub` of its ID tokens.
    #[schema(min_length = 1, max_length = 255)]
    pub subject: String,
}

/// A person's account at a provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PersonLink {
    /// Its id.
    #[schema(value_type = words::CredentialId)]
    pub id: CredentialId,
    /// The person.
    #[schema(value_type = words::PersonId)]
    pub person: PersonId,
    /// The provider.
    #[schema(value_type = words::ProviderName)]
    pub provider: ProviderName,
    /// The account there: the `sub` of its ID tokens.
    pub subject: String,
    /// When it was linked.
    #[schema(value_type = words::Moment)]
    pub linked_at: Timestamp,
}

fn usual_scopes() -> BTreeSet<String> {
    ["email", "profile"].map(str::to_owned).into()
}

/// The form of the file: one table `[[assurance]]` for each rule.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProviderFile {
    name: ProviderName,
    title: String,
    issuer: String,
    client_id: String,
    #[serde(default = "usual_scopes")]
    scopes: BTreeSet<String>,
    #[serde(default)]
    domains: BTreeSet<String>,
    creates_people: Option<PersonKind>,
    #[serde(default)]
    assurance: Vec<ProviderAssurance>,
    max_age_seconds: Option<u64>,
    session_seconds: Option<u64>,
}

impl ProviderDeclaration {
    /// Parses a provider file into the name and the declaration. Errors name the file by `path`.
    ///
    /// # Errors
    /// If the text is not TOML, lacks a field or has an unknown one.
    pub fn from_toml(path: &str, text: &str) -> Result<(ProviderName, Self), DeclarationError> {
        let file: ProviderFile =
            toml::from_str(text).map_err(|error| problem(path, text, error.message(), error.span(), HELP))?;
        let declaration = Self {
            title: file.title,
            issuer: file.issuer,
            client_id: file.client_id,
            scopes: file.scopes,
            domains: file.domains,
            creates_people: file.creates_people,
            assurance: file.assurance,
            max_age_seconds: file.max_age_seconds,
            session_seconds: file.session_seconds,
        };
        Ok((file.name, declaration))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r#"
name = "okta"
title = "Example Corp"
issuer = "https://corp.okta.example"
client_id = "0oa1"
domains = ["example.com"]
creates_people = "employee"
max_age_seconds = 3600

[[assurance]]
amr = ["phr"]
assurance = "aal2"
phishing_resistant = true
"#;

    #[test]
    fn a_provider_file_is_a_declaration() {
        let (name, declared) = ProviderDeclaration::from_toml("okta.toml", FILE).unwrap();
        assert_eq!((name.as_str(), declared.scopes.len()), ("okta", 2));
        assert!(declared.assurance.iter().all(|rule| rule.phishing_resistant && rule.acr.is_none()));
        for (line, message) in [
            ("client_secret = \"x\"", "unknown field `client_secret`"),
            ("session_seconds = -1", "invalid value"),
        ] {
            let text = FILE.replace("max_age_seconds = 3600", line);
            let error = ProviderDeclaration::from_toml("okta.toml", &text).unwrap_err();
            assert!(error.message.contains(message), "{line}: {error}");
        }
    }
}
