//! The server's problems (RFC 9457), as text for the user.

use countersign_api::Problem as Document;
use http::StatusCode;
use serde_json::Value;

/// A refusal by the server.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ServerProblem {
    /// The HTTP status of the answer.
    pub(crate) status: u16,
    document: Document,
    /// The document as received, for users who read JSON.
    pub(crate) raw: Value,
}

impl ServerProblem {
    /// Reads a problem leniently: a proxy between us and the server has answers of its own, and the user should see
    /// those instead of a parse error.
    pub(crate) fn read(status: StatusCode, body: &[u8]) -> Self {
        let code = status.as_u16();
        let raw: Option<Value> = serde_json::from_slice(body).ok().filter(Value::is_object);
        let known = raw.clone().and_then(|raw| serde_json::from_value(raw).ok());
        let document = known.unwrap_or_else(|| {
            let text = |name: &str| raw.as_ref()?.get(name)?.as_str().map(str::to_owned);
            let reason = status.canonical_reason().unwrap_or("not a success");
            Document {
                kind: "about:blank".to_owned(),
                title: text("title").unwrap_or_else(|| format!("the server answered {code}: {reason}")),
                status: code,
                detail: text("detail")
                    .or_else(|| raw.is_none().then(|| first_line(body))?)
                    .unwrap_or_default(),
                ..Document::default()
            }
        });
        let raw = raw.unwrap_or_else(
            || serde_json::json!({ "type": document.kind, "title": document.title, "status": code }),
        );
        Self { status: code, document, raw }
    }

    /// Returns whether it is of this type.
    pub(crate) fn is(&self, kind: &str) -> bool {
        self.document.kind == kind
    }

    /// Returns the field concerned, if any.
    pub(crate) fn field(&self) -> Option<&str> {
        self.document.field.as_deref()
    }

    /// Returns the problem, with the field concerned; then, one per line, the policies that denied it.
    pub(crate) fn sentence(&self) -> String {
        let Document { title, detail, field, reasons, problems, decision, .. } = &self.document;
        let mut sentence = title.trim_end_matches('.').to_owned();
        if let Some(field) = field {
            sentence.push_str(&format!(" (field {field})"));
        }
        if !detail.is_empty() && detail != title {
            sentence.push_str(": ");
            sentence.push_str(detail);
        }
        for reason in reasons {
            sentence.push_str(&format!("\n  {}: {}", reason.policy, reason.text));
        }
        for problem in problems {
            sentence.push('\n');
            sentence.push_str(problem.rendered.trim_end());
        }
        if let Some(decision) = decision {
            sentence.push_str(&format!("\n  more: countersign why {decision}"));
        }
        sentence
    }

    /// Returns the remedy.
    pub(crate) fn remedy(&self) -> Option<String> {
        let ways: Vec<&str> = self.document.remedies.iter().map(|remedy| remedy.text.as_str()).collect();
        self.document.remedy.clone().or_else(|| (!ways.is_empty()).then(|| ways.join(" ")))
    }
}

/// Returns the first line of an answer that is not JSON, unless it is an HTML page.
fn first_line(body: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(body).ok()?;
    let line = text.lines().map(str::trim).find(|line| !line.is_empty())?;
    (!line.starts_with('<')).then(|| line.chars().take(200).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_is_a_sentence_and_a_remedy() {
        for (status, body, sentence, remedy) in [
            (
                400,
                r#"{"type":"about:blank#invalid","title":"The request is not valid","status":400,
                    "detail":"\"x\" is not an address","field":"email","remedy":"write it as name@host"}"#,
                "The request is not valid (field email): \"x\" is not an address",
                Some("write it as name@host"),
            ),
            (
                403,
                r#"{"type":"about:blank#denied","title":"Refused","status":403,"detail":"by policy",
                    "decision":"dec_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8",
                    "reasons":[{"policy":"signed-in","text":"Sign in first."}],
                    "remedies":[{"remedy":"sign-in","text":"Sign in."},{"remedy":"ask-the-owner","text":"Ask."}]}"#,
                "Refused: by policy\n  signed-in: Sign in first.\n  \
                 more: countersign why dec_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8",
                Some("Sign in. Ask."),
            ),
            (404, r#"{"title":"No such person."}"#, "No such person", None),
            (502, "<html><body>Bad</body></html>", "the server answered 502: Bad Gateway", None),
            (503, "\n try later \nmore", "the server answered 503: Service Unavailable: try later", None),
            (500, "", "the server answered 500: Internal Server Error", None),
            (418, "[1]", "the server answered 418: I'm a teapot: [1]", None),
        ] {
            let problem = ServerProblem::read(StatusCode::from_u16(status).unwrap(), body.as_bytes());
            assert_eq!(problem.sentence(), sentence, "{body}");
            assert_eq!(problem.remedy().as_deref(), remedy);
            assert_eq!(problem.status, status);
        }
    }
}
