//! A canonical path with its query.

use countersign_routes::{Ambiguous, CanonicalPath};
use http::Uri;
use http::uri::PathAndQuery;

/// A canonical path with its query, which is forwarded unchanged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    path: CanonicalPath,
    query: Option<String>,
}

impl Target {
    /// Parses a raw path and query, as in a request line.
    ///
    /// # Errors
    /// If the path has no canonical form, or the query contains what is not allowed in a request line.
    pub fn parse(raw: &[u8]) -> Result<Self, Ambiguous> {
        let mut halves = raw.splitn(2, |byte| *byte == b'?');
        let path = CanonicalPath::parse(halves.next().unwrap_or_default())?;
        let query = halves.next().map(query).transpose()?;
        Ok(Self { path, query })
    }

    /// Returns the path.
    pub const fn path(&self) -> &CanonicalPath {
        &self.path
    }

    /// Returns the URI to forward. `received` is what this was parsed from, and is reused if it is canonical already,
    /// as nearly all are. Returns `None` if the path does not fit into a URI, which cannot happen if it was received in
    /// one.
    pub fn to_uri(&self, received: &Uri) -> Option<Uri> {
        let canonical = |received: &PathAndQuery| {
            received.path() == self.path.as_str() && received.query() == self.query()
        };
        match received.path_and_query().filter(|received| canonical(received)) {
            Some(received) => Some(received.clone().into()),
            None => self.to_string().parse().ok(),
        }
    }

    /// Returns the query, as received.
    pub fn query(&self) -> Option<&str> {
        self.query.as_deref()
    }
}

impl std::fmt::Display for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.path.as_str())?;
        match &self.query {
            Some(query) => write!(f, "?{query}"),
            None => Ok(()),
        }
    }
}

fn query(raw: &[u8]) -> Result<String, Ambiguous> {
    if raw.iter().all(|byte| byte.is_ascii_graphic() && *byte != b'#') {
        String::from_utf8(raw.to_vec()).map_err(|_| Ambiguous::Query)
    } else {
        Err(Ambiguous::Query)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_query_is_carried_untouched_or_refused() {
        for raw in ["/a?", "/a?b=%2f..//;c", "/a?b?c", "/?%zz"] {
            assert_eq!(Target::parse(raw.as_bytes()).unwrap().to_string(), raw);
        }
        for raw in ["/a?b c", "/a?b\r\n", "/a?\0", "/a?b#c", "/a?\u{e9}"] {
            assert_eq!(Target::parse(raw.as_bytes()), Err(Ambiguous::Query), "{raw:?}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(raw in proptest::collection::vec(any::<u8>(), 0..64)) {
            let _ = Target::parse(&raw);
        }
    }
}
