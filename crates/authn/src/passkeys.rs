//! The verifier: wraps webauthn-rs.
//!
//! Everything here is a function of its arguments and fresh randomness. Each ceremony must be finished with the state
//! that its start returned, which `ceremony` stores.

use crate::token::sha256;
use crate::{Config, ConfigError, Refusal};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_names::{Assurance, CredentialId, PersonId};
use countersign_world::Credential;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;
use webauthn_rs::prelude::{
    DiscoverableAuthentication, Passkey, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential, Webauthn, WebauthnBuilder, WebauthnError,
};

/// The version of the JSON in which passkeys are stored. The verifier's own format changed with each of its releases.
pub const STORED_VERSION: u32 = 1;

/// The assurance level of a passkey with user verification: two factors (SP 800-63B). Level 3 also requires a key that
/// cannot leave its hardware. Only an attestation chain to a known manufacturer could prove that. We do not request
/// one, because it would identify the person's device model, so level 3 is never reached.
pub const ASSURANCE: Assurance = Assurance::Aal2;

pub struct Passkeys {
    verifier: Webauthn,
}

/// A passkey as the world stores it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    version: u32,
    passkey: Passkey,
}

/// A challenge for the browser, and the state to verify its response.
pub struct Challenge<S> {
    /// The options, as `PublicKeyCredential.parse...OptionsFromJSON` expects them.
    pub options: Value,
    /// The state.
    pub state: S,
}

/// A passkey that was created.
#[derive(Debug, Clone)]
pub struct CreatedPasskey {
    pub id: CredentialId,
    pub stored: Value,
}

/// The result of a valid signature.
#[derive(Debug, Clone)]
pub struct Signed {
    /// The updated passkey to store; `None` if nothing changed.
    pub moved: Option<Value>,
}

/// Returns our id of the passkey that an authenticator knows as `raw`.
///
/// It is derived rather than random: so the world itself refuses a passkey that is already registered, even by another
/// person, and the passkey of a sign-in is found without a search.
pub fn id_of(raw: &[u8]) -> CredentialId {
    let digest = sha256(raw);
    let mut bits = [0; 16];
    for (to, from) in bits.iter_mut().zip(digest.as_bytes()) {
        *to = *from;
    }
    CredentialId::new(Uuid::from_bytes(bits))
}

impl Passkeys {
    pub fn new(config: &Config) -> Result<Self, ConfigError> {
        let refused = |error: WebauthnError| ConfigError::new("origin", error.to_string());
        let verifier = WebauthnBuilder::new(config.origin.host(), config.origin.as_url())
            .map_err(refused)?
            .rp_name(&config.title)
            .timeout(config.ceremony)
            .build()
            .map_err(refused)?;
        Ok(Self { verifier })
    }

    /// Creates the challenge for a new passkey of `person`, on an authenticator that has none of `existing`.
    pub fn ask_new(
        &self,
        person: PersonId,
        about: &countersign_facts::Person,
        existing: &[Passkey],
    ) -> Result<Challenge<PasskeyRegistration>, Refusal> {
        let exclude = existing.iter().map(|passkey| passkey.cred_id().clone()).collect();
        let (options, state) = self
            .verifier
            .start_passkey_registration(person.bits(), &about.email, &about.name, Some(exclude))
            .map_err(broken)?;
        let mut options = public_key(&options)?;
        // The verifier requests credentials that are not discoverable, but sign-in without a user name finds only
        // discoverable ones. Its authors will not change that; the response is verified the same way.
        let selection = options.get_mut("authenticatorSelection").and_then(Value::as_object_mut);
        let Some(selection) = selection else {
            return Err(Refusal::Unavailable("the verifier sent no authenticatorSelection".to_owned()));
        };
        selection.insert("residentKey".to_owned(), json!("required"));
        selection.insert("requireResidentKey".to_owned(), json!(true));
        Ok(Challenge { options, state })
    }

    /// Verifies the response to [`Passkeys::ask_new`].
    pub fn made(
        &self,
        answer: &RegisterPublicKeyCredential,
        state: &PasskeyRegistration,
    ) -> Result<CreatedPasskey, Refusal> {
        let unfit = |remedy, cause: String| Refusal::PasskeyUnfit { remedy, cause };
        if answer.extensions.cred_props.as_ref().and_then(|props| props.rk) == Some(false) {
            return Err(unfit(
                "the authenticator keeps no record of it, so signing in would not find it. Use another authenticator.",
                "credProps.rk is false".to_owned(),
            ));
        }
        let passkey = self.verifier.finish_passkey_registration(answer, state).map_err(|error| {
            let remedy = match error {
                WebauthnError::UserNotVerified => {
                    "it was used without a PIN, fingerprint or face. Set one up on it, or use another authenticator."
                }
                // The verifier returns the second error for an excluded passkey, despite the error's name.
                WebauthnError::CredentialExcludedFromRequest
                | WebauthnError::CredentialAlteredAlgFromRequest => {
                    "you have a passkey on that authenticator already. Sign in with it, or use another authenticator."
                }
                _ => "its answer was not understood. Try again, or use another authenticator.",
            };
            unfit(remedy, error.to_string())
        })?;
        let id = id_of(passkey.cred_id().as_ref());
        Ok(CreatedPasskey { id, stored: store(passkey)? })
    }

    /// Creates the challenge for any registered passkey; with `only`, for one of those.
    pub fn ask_signature(
        &self,
        only: Option<&[Passkey]>,
    ) -> Result<Challenge<DiscoverableAuthentication>, Refusal> {
        let (options, state) = self.verifier.start_discoverable_authentication().map_err(broken)?;
        let mut options = public_key(&options)?;
        if let Some(only) = only {
            let allowed: Vec<Value> =
                only.iter().map(|passkey| json!({ "type": "public-key", "id": URL_SAFE_NO_PAD.encode(passkey.cred_id()) })).collect();
            if let Some(options) = options.as_object_mut() {
                options.insert("allowCredentials".to_owned(), Value::Array(allowed));
            }
        }
        Ok(Challenge { options, state })
    }

    /// Verifies the response to [`Passkeys::ask_signature`] for `credential`.
    pub fn signed(
        &self,
        answer: &PublicKeyCredential,
        state: &DiscoverableAuthentication,
        credential: &Credential,
    ) -> Result<Signed, Refusal> {
        // The owner in the response must be the owner that we know. An authenticator may leave it out if the person was
        // known before; otherwise the caller requires it.
        if let Some(owner) = answer.get_user_unique_id()
            && owner != credential.person.bits().as_bytes()
        {
            return Err(Refusal::PasskeyRefused { cause: "the user handle is another person's".to_owned() });
        }
        let mut passkey = read(credential)?;
        let result = self
            .verifier
            .finish_discoverable_authentication_v2(answer, state.clone(), &passkey)
            .map_err(|error| match error {
                WebauthnError::CredentialPossibleCompromise => Refusal::CounterWentBack,
                other => Refusal::PasskeyRefused { cause: other.to_string() },
            })?;
        if !result.user_verified() {
            return Err(Refusal::PasskeyRefused { cause: "the user was not verified".to_owned() });
        }
        let moved = match passkey.update_credential(&result) {
            Some(true) => Some(store(passkey)?),
            _ => None,
        };
        Ok(Signed { moved })
    }
}

/// Parses the passkey from the world's JSON.
pub fn read(credential: &Credential) -> Result<Passkey, Refusal> {
    let unreadable =
        |why: String| Refusal::Unavailable(format!("the passkey {} is stored {why}", credential.id));
    match credential.passkey.get("version").and_then(Value::as_u64) {
        Some(version) if version == u64::from(STORED_VERSION) => {}
        other => {
            return Err(unreadable(format!("as version {other:?}, and this build reads {STORED_VERSION}")));
        }
    }
    Stored::deserialize(&credential.passkey)
        .map(|stored| stored.passkey)
        .map_err(|error| unreadable(format!("in a form that does not parse: {error}")))
}

fn store(passkey: Passkey) -> Result<Value, Refusal> {
    serde_json::to_value(Stored { version: STORED_VERSION, passkey })
        .map_err(|error| Refusal::Unavailable(format!("a passkey has no JSON: {error}")))
}

fn public_key(options: &impl Serialize) -> Result<Value, Refusal> {
    let mut whole = serde_json::to_value(options)
        .map_err(|error| Refusal::Unavailable(format!("the options have no JSON: {error}")))?;
    whole
        .get_mut("publicKey")
        .map(Value::take)
        .ok_or_else(|| Refusal::Unavailable("the verifier sent no publicKey".to_owned()))
}

fn broken(error: WebauthnError) -> Refusal {
    Refusal::Unavailable(format!("the verifier: {error}"))
}
