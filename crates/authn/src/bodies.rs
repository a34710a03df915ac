//! The bodies that the pages' script sends: exactly these fields, and no others.

use crate::target::TargetText;
use crate::{Refusal, Secret};
use countersign_names::{CredentialId, InvitationId, SessionId};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use webauthn_rs::prelude::{PublicKeyCredential, RegisterPublicKeyCredential};

/// `{}`: the path contains the whole request.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// The response of an authenticator that signed with a passkey.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signature {
    pub ceremony: String,
    pub credential: PublicKeyCredential,
    #[serde(default)]
    pub target: TargetText,
}

/// The response of an authenticator that created a passkey.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewPasskey {
    pub ceremony: String,
    pub credential: RegisterPublicKeyCredential,
    pub name: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Invited {
    #[serde(deserialize_with = "secret_text")]
    invitation: SecretString,
}

/// The holder of an invitation wants to sign in with a provider.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InvitedWithProvider {
    #[serde(deserialize_with = "secret_text")]
    invitation: SecretString,
    pub provider: String,
}

impl InvitedWithProvider {
    /// Parses the secret.
    pub fn secret(&self) -> Result<Secret, Refusal> {
        Secret::parse(self.invitation.expose_secret()).ok_or(Refusal::InvitationOver)
    }
}

/// Deserializes a secret. The crate secrecy has no such implementation by default, so that no secret is read by
/// accident.
fn secret_text<'de, D: serde::Deserializer<'de>>(from: D) -> Result<SecretString, D::Error> {
    String::deserialize(from).map(SecretString::from)
}

impl Invited {
    /// Parses the secret. A malformed secret gets the same response as a used one.
    pub fn secret(&self) -> Result<Secret, Refusal> {
        Secret::parse(self.invitation.expose_secret()).ok_or(Refusal::InvitationOver)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OnePasskey {
    pub passkey: CredentialId,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OneSession {
    pub session: SessionId,
}

/// The person has seen the notices up to this fact.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeenNotices {
    pub up_to: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OneInvitation {
    pub invitation: InvitationId,
}
