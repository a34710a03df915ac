//! The claims of tokens as they are written. Claims that are not read here are ignored.

use serde::de::{Error, Unexpected};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

/// Of an ID token.
#[derive(Deserialize)]
pub struct IdClaims {
    pub iss: String,
    pub sub: String,
    pub aud: TokenAudience,
    #[serde(default)]
    pub azp: Option<String>,
    pub exp: NumericDate,
    pub iat: NumericDate,
    #[serde(default)]
    pub nonce: Option<String>,
    #[serde(default)]
    pub auth_time: Option<NumericDate>,
    #[serde(default)]
    pub at_hash: Option<String>,
    #[serde(default)]
    pub acr: Option<String>,
    #[serde(default)]
    pub amr: Option<Vec<String>>,
    #[serde(default)]
    pub sid: Option<String>,
    #[serde(default)]
    pub email: Option<String>,
    #[serde(default)]
    pub email_verified: Option<StatedFlag>,
    #[serde(default)]
    pub name: Option<String>,
}

/// Of a logout token.
#[derive(Deserialize)]
pub struct LogoutClaims {
    pub iss: String,
    pub aud: TokenAudience,
    pub iat: NumericDate,
    #[serde(default)]
    pub exp: Option<NumericDate>,
    pub jti: String,
    pub events: Map<String, Value>,
    #[serde(default)]
    pub sub: Option<String>,
    #[serde(default)]
    pub sid: Option<String>,
    /// Must be absent, so that no ID token passes for a logout token.
    #[serde(default)]
    pub nonce: Option<Value>,
}

/// One audience or several.
#[derive(Deserialize)]
#[serde(untagged)]
pub enum TokenAudience {
    One(String),
    Several(Vec<String>),
}

impl TokenAudience {
    pub fn contains(&self, client: &str) -> bool {
        self.all().iter().any(|one| one == client)
    }

    pub fn all(&self) -> &[String] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Several(all) => all,
        }
    }
}

/// Seconds since 1970, as a whole number or with a fraction, which is cut off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NumericDate(pub i64);

/// The latest moment that is accepted: the end of the year 9999.
const LATEST: f64 = 253_402_300_799.0;

impl<'de> Deserialize<'de> for NumericDate {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let seconds = f64::deserialize(from)?;
        if (0.0..=LATEST).contains(&seconds) {
            #[expect(
                clippy::cast_possible_truncation,
                reason = "it is in the range, and the fraction is to be cut"
            )]
            return Ok(Self(seconds as i64));
        }
        Err(Error::invalid_value(Unexpected::Float(seconds), &"seconds since 1970"))
    }
}

/// A boolean; some providers write it as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatedFlag(pub bool);

impl<'de> Deserialize<'de> for StatedFlag {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        match Value::deserialize(from)? {
            Value::Bool(flag) => Ok(Self(flag)),
            Value::String(text) if text == "true" => Ok(Self(true)),
            // Whatever else it is, it does not say that the address was verified.
            _ => Ok(Self(false)),
        }
    }
}
