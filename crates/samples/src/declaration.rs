//! The samples as application files: the text that an operator would write for them.

use std::net::SocketAddr;

/// One application file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declaration {
    /// The application's name, which is also the file's name without its extension.
    pub name: &'static str,
    /// The TOML text.
    pub text: String,
}

pub(crate) fn wiki(upstream: SocketAddr) -> Declaration {
    let text = format!(
        r#"# A wiki for everyone who works here. Its administration is a part of its own, with a higher label.
name = "wiki"
title = "Wiki"
owner = "Knowledge team"
hosts = ["wiki.localhost"]
upstream = "http://{upstream}"
stage = "enforce"
sensitivity = "internal"
download_types = ["application/pdf"]

[[resource]]
part = "admin"
sensitivity = "restricted"
routes = [
    {{ methods = ["POST"], path = "/admin/**", action = "administer" }},
    {{ path = "/admin/**" }},
]

# The live page only ticks and gives back what is typed; nothing is kept. Watching it is reading, so that the devices
# that may read may watch; without this line, opening a stream would be the action `connect`.
[[resource]]
part = "live"
routes = [{{ path = "/live", action = "read" }}]
"#
    );
    Declaration { name: "wiki", text }
}

pub(crate) fn payroll(upstream: SocketAddr) -> Declaration {
    let text = format!(
        r#"# Salaries. Approving a run moves money, so it is privileged; the rest is confidential.
name = "payroll"
title = "Payroll"
owner = "People team"
hosts = ["payroll.localhost"]
upstream = "http://{upstream}"
stage = "enforce"
sensitivity = "confidential"
download_types = ["text/csv"]

[[resource]]
part = "approval"
sensitivity = "restricted"
routes = [{{ methods = ["POST"], path = "/runs/*/approve", action = "administer" }}]

[[resource]]
part = "people"
routes = [{{ path = "/people/**" }}]
"#
    );
    Declaration { name: "payroll", text }
}

pub(crate) fn vault(upstream: SocketAddr) -> Declaration {
    let text = format!(
        r#"# Credentials of machines: all of it is restricted.
name = "vault"
title = "Vault"
owner = "Platform team"
hosts = ["vault.localhost"]
upstream = "http://{upstream}"
stage = "enforce"
sensitivity = "restricted"

[[resource]]
part = "rotation"
routes = [{{ methods = ["POST"], path = "/api/secrets/*/rotate", action = "administer" }}]
"#
    );
    Declaration { name: "vault", text }
}
