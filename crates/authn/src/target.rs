//! The target after signing in: a path at the host of a known application, or an authorization request of an OpenID client
//! here, and nothing else.

use crate::Refusal;
use countersign_facts::Digest;
use countersign_names::{ApplicationName, OpenIdClientName};
use countersign_world::World;
use serde::Deserialize;
use url::form_urlencoded;

/// Maximum length of a return path.
const LONGEST: usize = 2000;

/// The path of authorization requests, with the start of their query.
const AUTHORIZATION: &str = "/oauth2/authorize?";
/// Maximum length of an authorization request: what the OpenID provider reads, with room for its path.
const LONGEST_AUTHORIZATION: usize = 8300;

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
        if !is_plain(text) {
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

/// Returns whether no browser reads the path as a URL of another host. Browsers read a backslash as a slash and skip tabs and
/// line ends, so `/\evil` and `/<tab>/evil` are `//evil`.
fn is_plain(path: &str) -> bool {
    !path.starts_with("//") && !path.contains('\\') && path.bytes().all(|b| (0x21..=0x7e).contains(&b))
}

/// Where a browser goes on to after signing in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// To an application.
    Application(ApplicationTarget),
    /// To an authorization request of an OpenID client: a path and query at the sign-in host.
    Authorization(String),
}

impl Target {
    /// Returns the title of the application that the person is on the way to.
    pub(crate) fn title(&self, world: &World) -> Option<String> {
        let application = match self {
            Self::Application(target) => target.application.clone(),
            Self::Authorization(request) => {
                let query = request.strip_prefix(AUTHORIZATION)?;
                let (_, id) =
                    form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "client_id")?;
                let client = world.openid_client(&OpenIdClientName::of_client_id(&id)?)?;
                client.about.application.clone()
            }
        };
        world.application(application.as_str()).map(|known| known.about.title.clone())
    }
}

/// An application's host, a path there, and the digest of the state that the browser must present there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApplicationTarget {
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
    /// Parses the target with the known applications; `None` if it names neither a host nor an authorization request, which
    /// means the sign-in host's front page.
    pub fn parse(&self, world: &World) -> Result<Option<Target>, Refusal> {
        let Some(host) = self.host.as_deref().filter(|host| !host.is_empty()) else {
            return self.authorization();
        };
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
        let (application, host) = (application.name.clone(), host.to_owned());
        Ok(Some(Target::Application(ApplicationTarget { application, host, path, state })))
    }

    fn authorization(&self) -> Result<Option<Target>, Refusal> {
        let Some(path) = self.path.as_deref().filter(|path| path.starts_with(AUTHORIZATION)) else {
            return Ok(None);
        };
        if path.len() > LONGEST_AUTHORIZATION || !is_plain(path) || path.contains('#') {
            let problem =
                "the authorization request is too long or not percent-encoded: open the application again";
            return Err(Refusal::field("return", problem));
        }
        Ok(Some(Target::Authorization(path.to_owned())))
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
    fn an_authorization_request_is_the_only_target_here_beside_the_front_page() {
        let parsed = |path: &str| {
            let text = TargetText { path: Some(path.to_owned()), ..TargetText::default() };
            text.parse(&World::default())
        };
        let request = "/oauth2/authorize?client_id=client_web&scope=openid";
        assert_eq!(parsed(request).unwrap(), Some(Target::Authorization(request.to_owned())));
        for front_page in [
            "",
            "/",
            "/oauth2/authorize",
            "/oauth2/logout?x",
            "/passkeys",
            "//evil.example/oauth2/authorize?",
        ] {
            assert_eq!(parsed(front_page).unwrap(), None, "{front_page:?}");
        }
        let long = format!("{request}&x={}", "a".repeat(9000));
        for bad in [
            "/oauth2/authorize?\\evil",
            "/oauth2/authorize?a\nb",
            "/oauth2/authorize?a#b",
            "/oauth2/authorize?a b",
            &long,
        ] {
            assert_eq!(parsed(bad).unwrap_err().about(), Some("return"), "{bad:?}");
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
