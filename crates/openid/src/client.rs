//! The client of a request, as it presents itself (RFC 6749, section 2.3).

use crate::error::ProtocolError;
use crate::parameters::Parameters;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::SecretString;

/// Maximum length of `Authorization`.
const LONGEST_HEADER: usize = 2048;

/// The client id and the secret that a client presents. Neither is checked.
pub struct PresentedClient {
    /// The client id.
    pub id: String,
    /// The secret; `None`: a public client.
    pub secret: Option<SecretString>,
    /// Whether they came in `Authorization`, so that a refusal names the scheme.
    pub basic: bool,
}

impl PresentedClient {
    /// Reads the client from the value of `Authorization` or the form.
    ///
    /// # Errors
    /// If there is none, or two.
    pub fn of(parameters: &Parameters, authorization: Option<&[u8]>) -> Result<Self, ProtocolError> {
        let (id, secret) = (parameters.get("client_id"), parameters.get("client_secret"));
        for name in ["client_assertion", "client_assertion_type"] {
            if parameters.get(name).is_some() {
                return Err(ProtocolError::client(format!("{name} is not supported: send the secret")));
            }
        }
        let Some(header) = authorization else {
            let id = id.ok_or_else(|| {
                ProtocolError::client("the client does not say who it is: client_id is missing")
            })?;
            return Ok(Self { id: id.to_owned(), secret: secret.map(SecretString::from), basic: false });
        };
        let presented = basic(header).ok_or_else(|| {
            ProtocolError::client("Authorization is not Basic with a client id and a secret")
        })?;
        if secret.is_some() {
            return Err(ProtocolError::request(
                "the secret is in Authorization and in client_secret: send one",
            ));
        }
        if id.is_some_and(|id| id != presented.id) {
            return Err(ProtocolError::request("client_id is not the client of Authorization"));
        }
        Ok(presented)
    }
}

fn basic(header: &[u8]) -> Option<PresentedClient> {
    let (scheme, encoded) = std::str::from_utf8(header).ok()?.split_once(' ')?;
    if header.len() > LONGEST_HEADER || !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let pair = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = pair.split_once(':')?;
    // Each is form-encoded before it is joined. Ours hold no character that the encoding changes.
    let both = Parameters::parse(&format!("id={id}&secret={secret}")).ok()?;
    let secret = both.get("secret")?;
    Some(PresentedClient { id: both.get("id")?.to_owned(), secret: Some(secret.into()), basic: true })
}
