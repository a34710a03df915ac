//! The bodies that the pages' script sends: exactly these fields, and nothing else.

use crate::target::TargetText;
use crate::{Refusal, Secret};
use countersign_names::{CredentialId, InvitationId, SessionId};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use webauthn_rs::prelude::{PublicKeyCredential, RegisterPublicKeyCredential};

/// `{}`: what is asked for is in the path.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// A passkey signed.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signature {
    pub ceremony: String,
    pub credential: PublicKeyCredential,
    #[serde(default)]
    pub target: TargetText,
}

/// A passkey was made.
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

/// secrecy reads no secrets by itself, so that none is read by accident.
fn secret_text<'de, D: serde::Deserializer<'de>>(from: D) -> Result<SecretString, D::Error> {
    String::deserialize(from).map(SecretString::from)
}

impl Invited {
    /// Text that is no secret at all gets the answer that a used one gets.
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

/// What was announced up to this fact was seen.
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
