//! The path of a request: names people typed, each kept within its own segment.

/// A path under `/api/v1`, built from segments and a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Path {
    text: String,
    asked: bool,
}

impl Path {
    /// The path of these segments.
    pub(crate) fn to(segments: &[&str]) -> Self {
        let mut text = String::from("/api/v1");
        for segment in segments {
            text.push('/');
            encode(segment, &mut text);
        }
        Self { text, asked: false }
    }

    /// The same with segments that are written with slashes between them, as the parts of applications are.
    pub(crate) fn under(mut self, parts: &str) -> Self {
        for part in parts.split('/') {
            self.text.push('/');
            encode(part, &mut self.text);
        }
        self
    }

    /// The same with one more question, when there is a value for it.
    pub(crate) fn query(mut self, name: &str, value: Option<impl ToString>) -> Self {
        if let Some(value) = value {
            self.text.push(if self.asked { '&' } else { '?' });
            self.asked = true;
            self.text.push_str(name);
            self.text.push('=');
            encode(&value.to_string(), &mut self.text);
        }
        self
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }
}

/// Everything but what RFC 3986 calls unreserved is percent-encoded, so that a name never becomes structure.
fn encode(text: &str, out: &mut String) {
    // `.` and `..` are unreserved letter by letter and structure as a whole.
    let dots = text == "." || text == "..";
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'~' => out.push(char::from(byte)),
            b'.' if !dots => out.push('.'),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stays_within_its_segment() {
        for (name, encoded) in [
            ("per_01", "per_01"),
            ("ada@example.org", "ada%40example.org"),
            ("group:eng", "group%3Aeng"),
            ("a/../b?c#d", "a%2F..%2Fb%3Fc%23d"),
            ("..", "%2E%2E"),
            ("é ", "%C3%A9%20"),
            ("", ""),
        ] {
            assert_eq!(Path::to(&["people", name]).as_str(), format!("/api/v1/people/{encoded}"));
        }
    }

    #[test]
    fn only_what_is_asked_is_in_the_query() {
        let path = Path::to(&["decisions"])
            .query("since", Some("a b"))
            .query("until", None::<&str>)
            .query("limit", Some(5));
        assert_eq!(path.as_str(), "/api/v1/decisions?since=a%20b&limit=5");
    }
}
