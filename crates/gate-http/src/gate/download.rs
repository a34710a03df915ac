//! Determines whether an answer is a download, which is decided separately from whether it may be read.

use countersign_facts::HttpApplication;
use http::header::{self, HeaderMap};

/// Returns the media type of an answer that is a download, or `None` for any other answer. If an answer states several
/// types, browsers differ in which they use, so one matching type is enough.
pub fn download_type(application: &HttpApplication, headers: &HeaderMap) -> Option<String> {
    let essences = || {
        headers
            .get_all(header::CONTENT_TYPE)
            .iter()
            .flat_map(|value| value.as_bytes().split(|byte| *byte == b','))
            // Read as bytes: a parameter such as a file's name may not be ASCII, but the type still counts.
            .filter_map(|value| value.split(|byte| *byte == b';').next())
            .map(|essence| String::from_utf8_lossy(essence.trim_ascii()).to_ascii_lowercase())
            .filter(|essence| !essence.is_empty())
    };
    if let Some(listed) = essences().find(|essence| is_listed(application, essence)) {
        return Some(listed);
    }
    is_attachment(headers).then(|| essences().next().unwrap_or_else(|| "application/octet-stream".to_owned()))
}

fn is_listed(application: &HttpApplication, essence: &str) -> bool {
    application.download_types.iter().any(|listed| {
        let listed = listed.to_ascii_lowercase();
        listed.strip_suffix("/*").map_or(listed == essence, |kind| {
            essence.strip_prefix(kind).is_some_and(|rest| rest.starts_with('/'))
        })
    })
}

/// Returns whether a browser saves the answer: it does for anything that is not `inline` (RFC 6266, 4.2).
fn is_attachment(headers: &HeaderMap) -> bool {
    headers.get_all(header::CONTENT_DISPOSITION).iter().any(|value| {
        let kind = value.as_bytes().split(|byte| *byte == b';').next().unwrap_or_default();
        !kind.trim_ascii().eq_ignore_ascii_case(b"inline")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn check(headers: &[(&str, &str)], expected: Option<&str>) {
        let application: countersign_facts::Application = serde_json::from_str(
            r#"{"title":"t","owner":"o","hosts":["h"],"upstream":"http://u","stage":"enforce","sensitivity":null,
            "resources":[],"assertion_header":"x","download_types":["application/pdf","image/*"]}"#,
        )
        .unwrap();
        let latin1 =
            |text: &str| -> Vec<u8> { text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect() };
        let map: HeaderMap = headers
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_bytes(&latin1(value)).unwrap()))
            .collect();
        assert_eq!(download_type(application.http().unwrap(), &map).as_deref(), expected, "{headers:?}");
    }

    #[test]
    fn what_is_listed_or_marked_is_a_download() {
        check(&[], None);
        check(&[("content-type", "text/html")], None);
        check(&[("content-type", "application/pdf")], Some("application/pdf"));
        check(&[("content-type", "Application/PDF; x=y")], Some("application/pdf"));
        check(&[("content-type", "image/png")], Some("image/png"));
        check(&[("content-type", "application/pdf; name=\"r\u{e9}sum\u{e9}.pdf\"")], Some("application/pdf"));
        check(&[("content-type", "text/html"), ("content-type", "application/pdf")], Some("application/pdf"));
        check(&[("content-type", "text/html, application/pdf")], Some("application/pdf"));
        check(&[("content-type", "imagery/png")], None);
        check(
            &[("content-type", "text/csv"), ("content-disposition", "attachment; filename=a")],
            Some("text/csv"),
        );
        check(&[("content-disposition", "ATTACHMENT")], Some("application/octet-stream"));
        check(&[("content-disposition", "inline; filename=a")], None);
        check(&[("content-disposition", "filename=a.csv")], Some("application/octet-stream"));
    }
}
