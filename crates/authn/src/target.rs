//! The target after signing in: a path at the host of a known application, and nothing else.

use crate::Refusal;
use countersign_facts::Digest;
use countersign_names::ApplicationName;
use countersign_world::World;
use serde::Deserialize;

/// Maximum length of a return path.
const LONGEST: usize = 2000;

/// A path and query, relative to a host. No browser can interpret it as a URL of another host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturnPath(String);

impl ReturnPath {
    /// Returns the path of the front page.
    pub fn root() -> Self {
        Self("/".to_owned())
    }

    /// Returns the path and query, beginning with a slash.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for ReturnPath {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        let refused = |problem: &str| Err(Refusal::field("return", problem));
        if text.len() > LONGEST {
            return refused("the path is longer than 2000 characters: open the application's front page");
        }
        if !text.starts_with('/') {
            return refused("write a path that begins with /, without a host");
        }
        // Browsers read a backslash as a slash and skip tabs and line ends, so `/\evil` and `/<tab>/evil` are `//evil`.
        if text.starts_with("//") || text.contains('\\') || !text.bytes().all(|b| (0x21..=0x7e).contains(&b))
        {
            return refused("write a plain path of this application, percent-encoded");
        }
        if text.contains('#') {
            return refused("leave out the fragment");
        }
        if text == "/.countersign" || text.starts_with("/.countersign/") || text.starts_with("/.countersign?")
        {
            return refused("paths below /.countersign/ are not the application's");
        }
        Ok(Self(text.to_owned()))
    }
}

/// An application's host, a path there, and the digest of the state that the browser must present there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The application.
    pub application: ApplicationName,
    /// The host from which the browser came: cookies belong to one host, so it returns to the same host.
    pub host: String,
    /// The path.
    pub path: ReturnPath,
    /// SHA-256 of the state; `None` if no cookie is to be set (a link that only leads back).
    pub state: Option<Digest>,
}

/// The text form of a target in queries and bodies.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TargetText {
    host: Option<String>,
    #[serde(rename = "return")]
    path: Option<String>,
    state: Option<String>,
}

impl TargetText {
    /// Parses the target with the known applications; `None` if it names no host, which means the sign-in host's front
    /// page.
    pub fn parse(&self, world: &World) -> Result<Option<Target>, Refusal> {
        let Some(host) = self.host.as_deref().filter(|host| !host.is_empty()) else { return Ok(None) };
        let Some(application) = world.application_by_host(host) else {
            return Err(Refusal::field(
                "host",
                "no application is reached at that host: go back and open the application again",
            ));
        };
        let path = self.path.as_deref().map_or_else(|| Ok(ReturnPath::root()), str::parse)?;
        let state = match self.state.as_deref().filter(|state| !state.is_empty()) {
            None => None,
            Some(text) => {
                let bad = |_| {
                    Refusal::field("state", "64 hexadecimal digits are expected: open the application again")
                };
                Some(text.parse::<Digest>().map_err(bad)?)
            }
        };
        Ok(Some(Target { application: application.name.clone(), host: host.to_owned(), path, state }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// The URL crate parses as browsers do (WHATWG), including their quirks.
        #[test]
        fn whatever_is_taken_as_a_return_path_stays_at_its_host(
            text in prop_oneof![any::<String>(), r"[/\\\t\n .:@#?%25a-z]{0,12}", r"/[/\\.:@?%a-z0-9]{0,12}"]
        ) {
            if let Ok(path) = text.parse::<ReturnPath>() {
                let base = url::Url::parse("https://wiki.example:8443/x/y").unwrap();
                let joined = base.join(path.as_str()).unwrap();
                prop_assert_eq!(joined.origin(), base.origin());
            }
        }
    }

    #[test]
    fn a_return_path_never_leaves_its_host() {
        for good in ["/", "/a/b?c=d&e=%2F%2Fx", "/.well-known/x", "/.countersignature", "/a//b", "/%09/x"] {
            assert_eq!(good.parse::<ReturnPath>().unwrap().as_str(), good);
        }
        for bad in [
            "",
            "a",
            "//evil.example",
            "/\\evil.example",
            "/a\\b",
            "https://evil.example",
            "javascript:alert(1)",
            "/\t/evil.example",
            "/\n/evil.example",
            "\t//evil.example",
            " /",
            "/a b",
            "/é",
            "/a#b",
            "/.countersign/callback?code=x",
            "/.countersign",
            "/.countersign?x",
            "@evil.example/",
            &format!("/{}", "a".repeat(2000)),
        ] {
            let refusal = bad.parse::<ReturnPath>().unwrap_err();
            assert_eq!(refusal.about(), Some("return"), "{bad:?}");
        }
    }
}
