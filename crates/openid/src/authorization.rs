//! The authorization request (OpenID Connect Core, section 3.1.2.1), and its answer.

use crate::error::{OAuthErrorCode, ProtocolError};
use crate::parameters::Parameters;
use crate::pkce::CodeChallenge;
use crate::redirect::with_parameters;
use crate::scope::Scopes;
use countersign_names::Timestamp;
use std::time::Duration;
use url::form_urlencoded;

/// The parameter by which a request that comes back from signing in says since when a proof counts as fresh.
///
/// Whoever owns the browser can write it, as they can leave out `prompt`. A client that insists checks `auth_time`.
pub const FRESH_PROOF_PARAMETER: &str = "proved_since";

/// How long a request that comes back from signing in may say so.
const LONGEST_WAY_ROUND: Duration = Duration::from_secs(600);

/// Maximum length of `state` and `nonce`.
const LONGEST_OPAQUE: usize = 1024;

/// Whether a page may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AskedPrompt {
    /// If there is a need.
    AsNeeded,
    /// Never: the answer is a code or an error.
    Nothing,
    /// The person proves anew who they are.
    Login,
}

/// An authorization request whose client and redirect URI the caller has checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthorizationQuery {
    /// The claims that are asked for.
    pub scopes: Scopes,
    /// The client's own value, which the answer repeats.
    pub state: Option<String>,
    /// The client's own value, which the ID token repeats.
    pub nonce: Option<String>,
    /// The digest of the verifier.
    pub challenge: CodeChallenge,
    /// Whether a page may be shown.
    pub prompt: AskedPrompt,
    /// Maximum age of the last proof in seconds.
    pub max_age: Option<u64>,
    proved_since: Option<Timestamp>,
}

impl AuthorizationQuery {
    /// Reads a request.
    ///
    /// # Errors
    /// If it is not valid, or asks for something that there is not here.
    pub fn of(parameters: &Parameters) -> Result<Self, ProtocolError> {
        for (name, code) in [
            ("request", OAuthErrorCode::RequestNotSupported),
            ("request_uri", OAuthErrorCode::RequestUriNotSupported),
            ("registration", OAuthErrorCode::RegistrationNotSupported),
        ] {
            if parameters.get(name).is_some() {
                return Err(ProtocolError::new(
                    code,
                    format!("{name} is not supported: send plain parameters"),
                ));
            }
        }
        if parameters.required("response_type")? != "code" {
            let text = "response_type is not code, the only one here";
            return Err(ProtocolError::new(OAuthErrorCode::UnsupportedResponseType, text));
        }
        if parameters.get("response_mode").is_some_and(|mode| mode != "query") {
            return Err(ProtocolError::request("response_mode is not query, the only one here"));
        }
        let scopes = Scopes::parse(parameters.required("scope")?)?;
        let opaque = |name: &str| match parameters.get(name) {
            Some(text) if text.len() > LONGEST_OPAQUE => {
                Err(ProtocolError::request(format!("{name} is longer than {LONGEST_OPAQUE} bytes")))
            }
            given => Ok(given.map(str::to_owned)),
        };
        let seconds = |name: &str| match parameters.get(name) {
            None => Ok(None),
            Some(text) => match text.parse::<u32>() {
                Ok(seconds) if text.bytes().all(|b| b.is_ascii_digit()) => Ok(Some(u64::from(seconds))),
                _ => Err(ProtocolError::request(format!("{name} is not a number of seconds"))),
            },
        };
        let since = seconds(FRESH_PROOF_PARAMETER)?;
        Ok(Self {
            scopes,
            state: opaque("state")?,
            nonce: opaque("nonce")?,
            challenge: CodeChallenge::of(parameters)?,
            prompt: prompt(parameters)?,
            max_age: seconds("max_age")?,
            proved_since: since
                .and_then(|seconds| i64::try_from(seconds).ok())
                .map(|seconds| Timestamp::from_micros(seconds.saturating_mul(1_000_000))),
        })
    }

    /// Returns whether a person who proved who they are at `proved_at` must do so again before they go on.
    pub fn needs_proof(&self, proved_at: Timestamp, now: Timestamp) -> bool {
        let old = |age: u64| now.since(proved_at) > Duration::from_secs(age);
        let asked = self.prompt == AskedPrompt::Login || self.max_age.is_some_and(old);
        let lately =
            self.proved_since.filter(|since| *since <= now && now.since(*since) <= LONGEST_WAY_ROUND);
        asked && lately.is_none_or(|since| proved_at < since)
    }
}

/// Reads `prompt`. No consent is asked for here, since an administrator declares the client, and there is one account; so
/// those two ask for nothing.
fn prompt(parameters: &Parameters) -> Result<AskedPrompt, ProtocolError> {
    let Some(text) = parameters.get("prompt") else { return Ok(AskedPrompt::AsNeeded) };
    let words: Vec<_> = text.split(' ').collect();
    match words.as_slice() {
        ["none"] => Ok(AskedPrompt::Nothing),
        words if words.contains(&"none") => {
            Err(ProtocolError::request("prompt holds none and something else, which contradict each other"))
        }
        words if words.iter().all(|word| matches!(*word, "login" | "consent" | "select_account")) => {
            let login = words.contains(&"login");
            Ok(if login { AskedPrompt::Login } else { AskedPrompt::AsNeeded })
        }
        _ => {
            Err(ProtocolError::request("prompt holds a word other than none, login, consent, select_account"))
        }
    }
}

/// Returns the query with which a request comes back after signing in: the same, and saying since when a proof is fresh.
pub fn redirected(query: &str, now: Timestamp) -> String {
    let mut written = form_urlencoded::Serializer::new(String::new());
    let kept = form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name != FRESH_PROOF_PARAMETER);
    written.extend_pairs(kept);
    written.append_pair(FRESH_PROOF_PARAMETER, &now.as_seconds().to_string());
    written.finish()
}

impl ProtocolError {
    /// Returns where the browser takes this error: the client's redirect URI, with the issuer (RFC 9207), so that a client of
    /// several providers knows who answered.
    pub fn redirect(&self, redirect_uri: &str, state: Option<&str>, issuer: &str) -> String {
        let mut all = vec![("error", self.code.as_str()), ("error_description", self.description.as_str())];
        all.extend(state.map(|state| ("state", state)));
        all.push(("iss", issuer));
        with_parameters(redirect_uri, &all)
    }
}
