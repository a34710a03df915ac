//! The checks of ID tokens (OpenID Connect Core, section 3.1.3.7) and logout tokens (Back-Channel Logout, section 2.6).

use crate::claims::{IdClaims, LogoutClaims, NumericDate, TokenAudience};
use crate::error::TokenError;
use crate::keys::{ProviderKeys, name};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_names::Timestamp;
use jsonwebtoken::{Algorithm, Validation, decode, decode_header};
use serde::de::DeserializeOwned;
use subtle::ConstantTimeEq;

/// How far the provider's clock may differ from ours, in seconds.
pub const CLOCK_SKEW: i64 = 60;

/// The maximum age of a token when it arrives, in seconds.
const OLDEST: i64 = 600;

/// Maximum length of a token.
const LONGEST_TOKEN: usize = 32 * 1024;

/// Maximum length of a subject: what OpenID Connect allows.
const LONGEST_SUBJECT: usize = 255;

/// The event that makes a token a logout token.
const LOGOUT_EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// What a token must match.
#[derive(Debug, Clone, Copy)]
pub struct ExpectedToken<'a> {
    /// The issuer.
    pub issuer: &'a str,
    /// Our client id.
    pub client_id: &'a str,
    /// The algorithms that the provider announces; `None` if it does not say.
    pub algorithms: Option<&'a [String]>,
}

/// What a checked ID token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdToken {
    /// The account.
    pub subject: String,
    /// When the person authenticated; `None` if the provider did not say.
    pub authenticated_at: Option<Timestamp>,
    /// The authentication context class.
    pub acr: Option<String>,
    /// The authentication methods.
    pub amr: Vec<String>,
    /// The provider's id of its session.
    pub session: Option<String>,
    /// The mail address in lower case, if the provider states that it verified it.
    pub verified_email: Option<String>,
    /// The person's name.
    pub name: Option<String>,
}

/// What a checked logout token says: at least one of subject and session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogoutToken {
    /// The id of the token, to be accepted once.
    pub id: String,
    /// The account whose sessions end.
    pub subject: Option<String>,
    /// The provider's id of the session that ends.
    pub session: Option<String>,
}

/// Checks an ID token that came with `access_token` for the request with this nonce.
///
/// # Errors
/// If it is not valid; the error names the claim.
pub fn check_id_token(
    token: &str,
    access_token: Option<&str>,
    nonce: &str,
    keys: &ProviderKeys,
    expected: &ExpectedToken<'_>,
    now: Timestamp,
) -> Result<IdToken, TokenError> {
    let (algorithm, claims) = verified::<IdClaims>(token, keys, expected.algorithms)?;
    meant_for_us(&claims.iss, &claims.aud, expected)?;
    authorized_party(&claims, expected.client_id)?;
    let now = now.as_seconds();
    if claims.exp.0 <= now - CLOCK_SKEW {
        return Err(TokenError::claim("exp", "it has expired"));
    }
    issued_lately(claims.iat, now)?;
    let stated = claims.nonce.as_deref().ok_or(TokenError::claim("nonce", "it is missing"))?;
    if !same(stated, nonce) {
        return Err(TokenError::claim("nonce", "it is of another sign-in"));
    }
    if let (Some(stated), Some(access_token)) = (&claims.at_hash, access_token)
        && !same(stated, &half_digest(algorithm, access_token))
    {
        return Err(TokenError::claim("at_hash", "it is of another access token"));
    }
    if claims.auth_time.is_some_and(|then| then.0 > now + CLOCK_SKEW) {
        return Err(TokenError::claim("auth_time", "it is in the future"));
    }
    let verified = claims.email_verified.is_some_and(|flag| flag.0);
    Ok(IdToken {
        subject: subject(claims.sub)?,
        authenticated_at: claims.auth_time.map(|then| Timestamp::from_micros(then.0 * 1_000_000)),
        acr: claims.acr,
        amr: claims.amr.unwrap_or_default(),
        session: claims.sid,
        verified_email: claims.email.filter(|_| verified).map(|email| email.to_lowercase()),
        name: claims.name,
    })
}

/// Checks a logout token. The caller must accept each [`LogoutToken::id`] once.
///
/// # Errors
/// If it is not valid; the error names the claim.
pub fn check_logout_token(
    token: &str,
    keys: &ProviderKeys,
    expected: &ExpectedToken<'_>,
    now: Timestamp,
) -> Result<LogoutToken, TokenError> {
    let (_, claims) = verified::<LogoutClaims>(token, keys, expected.algorithms)?;
    meant_for_us(&claims.iss, &claims.aud, expected)?;
    let now = now.as_seconds();
    if claims.exp.is_some_and(|end| end.0 <= now - CLOCK_SKEW) {
        return Err(TokenError::claim("exp", "it has expired"));
    }
    issued_lately(claims.iat, now)?;
    if claims.nonce.is_some() {
        return Err(TokenError::claim("nonce", "a logout token has none: it is another kind of token"));
    }
    if !claims.events.get(LOGOUT_EVENT).is_some_and(serde_json::Value::is_object) {
        return Err(TokenError::claim("events", "it does not state a logout"));
    }
    if claims.jti.is_empty() {
        return Err(TokenError::claim("jti", "it is empty"));
    }
    if claims.sub.is_none() && claims.sid.is_none() {
        return Err(TokenError::claim("sub", "it names neither an account nor a session"));
    }
    Ok(LogoutToken { id: claims.jti, subject: claims.sub.map(subject).transpose()?, session: claims.sid })
}

/// Verifies the signature, and parses the claims.
fn verified<T: DeserializeOwned>(
    token: &str,
    keys: &ProviderKeys,
    announced: Option<&[String]>,
) -> Result<(Algorithm, T), TokenError> {
    if token.len() > LONGEST_TOKEN {
        return Err(TokenError::Malformed);
    }
    let header = decode_header(token).map_err(|_| TokenError::Malformed)?;
    let algorithm = header.alg;
    let named = name(algorithm);
    if named.is_empty() || announced.is_some_and(|all| !all.iter().any(|one| one == named)) {
        return Err(TokenError::Algorithm);
    }
    if header.crit.is_some() {
        return Err(TokenError::Critical);
    }
    let key = keys.find(header.kid.as_deref(), algorithm)?;
    let mut validation = Validation::new(algorithm);
    // The claims are checked here, against a time that is an argument.
    (validation.validate_exp, validation.validate_aud) = (false, false);
    validation.required_spec_claims.clear();
    let read = decode::<T>(token, &key, &validation).map_err(|error| match error.kind() {
        jsonwebtoken::errors::ErrorKind::Json(why) => TokenError::Content(why.to_string()),
        _ => TokenError::Signature,
    })?;
    Ok((algorithm, read.claims))
}

fn meant_for_us(
    issuer: &str,
    audience: &TokenAudience,
    expected: &ExpectedToken<'_>,
) -> Result<(), TokenError> {
    if issuer != expected.issuer {
        return Err(TokenError::claim("iss", "it is of another issuer"));
    }
    if !audience.contains(expected.client_id) {
        return Err(TokenError::claim("aud", "it is for another client"));
    }
    Ok(())
}

fn authorized_party(claims: &IdClaims, client_id: &str) -> Result<(), TokenError> {
    match &claims.azp {
        Some(azp) if azp != client_id => Err(TokenError::claim("azp", "it was issued to another client")),
        None if claims.aud.all().len() > 1 => {
            Err(TokenError::claim("azp", "it is missing, and the token is for several clients"))
        }
        _ => Ok(()),
    }
}

const fn issued_lately(iat: NumericDate, now: i64) -> Result<(), TokenError> {
    if iat.0 > now + CLOCK_SKEW {
        Err(TokenError::claim("iat", "it is in the future"))
    } else if iat.0 < now - OLDEST {
        Err(TokenError::claim("iat", "it is more than ten minutes old"))
    } else {
        Ok(())
    }
}

fn subject(text: String) -> Result<String, TokenError> {
    if text.is_empty() || text.len() > LONGEST_SUBJECT || text.chars().any(char::is_control) {
        return Err(TokenError::claim("sub", "it is not 1 to 255 printable characters"));
    }
    Ok(text)
}

fn same(one: &str, other: &str) -> bool {
    one.as_bytes().ct_eq(other.as_bytes()).into()
}

/// Returns the left half of the text's digest, with the hash function of the token's algorithm.
fn half_digest(algorithm: Algorithm, text: &str) -> String {
    use aws_lc_rs::digest::{SHA256, SHA384, SHA512, digest};
    let function = match algorithm {
        Algorithm::RS384 | Algorithm::PS384 | Algorithm::ES384 => &SHA384,
        Algorithm::RS512 | Algorithm::PS512 | Algorithm::EdDSA => &SHA512,
        _ => &SHA256,
    };
    let whole = digest(function, text.as_bytes());
    let whole = whole.as_ref();
    URL_SAFE_NO_PAD.encode(whole.get(..whole.len() / 2).unwrap_or_default())
}
