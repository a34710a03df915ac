//! Scopes: which claims a client asks for.

use crate::error::{OAuthErrorCode, ProtocolError};
use std::fmt;

/// The scopes that are known here; others are ignored, as OpenID Connect asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Scopes {
    /// The person's name.
    pub profile: bool,
    /// The person's mail address.
    pub email: bool,
    /// The person's groups.
    pub groups: bool,
    /// A refresh token.
    pub offline_access: bool,
}

impl Scopes {
    /// The scopes, as the discovery document lists them.
    pub const ALL: [&'static str; 5] = ["openid", "profile", "email", "groups", "offline_access"];

    /// Parses a list of scopes that are separated by spaces.
    ///
    /// # Errors
    /// If `openid` is not among them: this is an OpenID provider, and gives no access without saying whose.
    pub fn parse(text: &str) -> Result<Self, ProtocolError> {
        let has = |scope: &str| text.split(' ').any(|one| one == scope);
        if !has("openid") {
            return Err(ProtocolError::new(OAuthErrorCode::InvalidScope, "scope does not hold openid"));
        }
        Ok(Self {
            profile: has("profile"),
            email: has("email"),
            groups: has("groups"),
            offline_access: has("offline_access"),
        })
    }

    /// Returns the scopes that a refresh asks for: at most those that were granted.
    ///
    /// # Errors
    /// If it asks for more.
    pub fn narrowed(self, asked: Option<&str>) -> Result<Self, ProtocolError> {
        let Some(asked) = asked else { return Ok(self) };
        let asked = Self::parse(asked)?;
        let more = (asked.profile && !self.profile)
            || (asked.email && !self.email)
            || (asked.groups && !self.groups)
            || (asked.offline_access && !self.offline_access);
        if more {
            let text = "scope asks for more than was granted: ask for it in an authorization request";
            return Err(ProtocolError::new(OAuthErrorCode::InvalidScope, text));
        }
        Ok(asked)
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("openid")?;
        for (has, scope) in [
            (self.profile, " profile"),
            (self.email, " email"),
            (self.groups, " groups"),
            (self.offline_access, " offline_access"),
        ] {
            if has {
                f.write_str(scope)?;
            }
        }
        Ok(())
    }
}
