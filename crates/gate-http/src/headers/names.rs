//! Which request headers an application receives.
//!
//! An application behind a gate trusts certain headers, because only the gate could have written them: who the
//! requester is, from where, over which protocol, for which other path or method. Every product reads its own names, so
//! a list of them is never complete. Names are therefore removed by rule: by their characters, by the words in them,
//! and by the families of known proxies and identity layers. An application that needs a name which the rules remove,
//! or wants fewer headers, declares exactly which request headers it accepts.

use countersign_facts::RequestHeader;
use http::HeaderName;
use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

/// Headers of HTTP itself, of the fetch standard and of tracing, in which no application looks for an identity. Every
/// application receives these, whatever else it declares. Most requests contain no others, so they are checked first.
fn is_standard(name: &str) -> bool {
    matches!(
        name,
        "accept"
            | "accept-charset"
            | "accept-encoding"
            | "accept-language"
            | "access-control-request-headers"
            | "access-control-request-method"
            | "access-control-request-private-network"
            | "authorization"
            | "cache-control"
            | "content-digest"
            | "content-disposition"
            | "content-encoding"
            | "content-language"
            | "content-length"
            | "content-location"
            | "content-range"
            | "content-type"
            | "cookie"
            | "date"
            | "dnt"
            | "early-data"
            | "host"
            | "if-match"
            | "if-modified-since"
            | "if-none-match"
            | "if-range"
            | "if-unmodified-since"
            | "last-event-id"
            | "max-forwards"
            | "origin"
            | "pragma"
            | "prefer"
            | "priority"
            | "range"
            | "referer"
            | "repr-digest"
            | "save-data"
            | "te"
            | "traceparent"
            | "tracestate"
            | "trailer"
            | "upgrade-insecure-requests"
            | "user-agent"
            | "want-content-digest"
            | "want-repr-digest"
    ) || name.starts_with("sec-")
}

/// Words that make a name identity-shaped anywhere in it, with or without hyphens around them.
const SHAPES: [&str; 15] = [
    "assertion",
    "claim",
    "email",
    "identity",
    "impersonat",
    "jwt",
    "login",
    "logon",
    "oidc",
    "principal",
    "remote",
    "saml",
    "shib",
    "subject",
    "user",
];

/// Words that do so only between hyphens. They are too short, or too common within others, for [`SHAPES`].
const WORDS: [&str; 41] = [
    "addr",
    "admin",
    "authenticated",
    "auth",
    "cert",
    "certificate",
    "clientcert",
    "clientip",
    "cn",
    "dn",
    "entitlement",
    "entitlements",
    "eppn",
    "group",
    "groups",
    "host",
    "https",
    "iap",
    "internal",
    "ip",
    "mail",
    "member",
    "memberof",
    "method",
    "override",
    "permissions",
    "privilege",
    "privileges",
    "proxy",
    "role",
    "roles",
    "scheme",
    "ssl",
    "sso",
    "sub",
    "sudo",
    "tls",
    "uid",
    "upn",
    "verify",
    "via",
];

/// Prefixes of known proxies, identity layers and delivery networks, and of frameworks in which a header can select
/// another path or skip a check.
const FAMILIES: [&str; 61] = [
    "akamai-",
    "cdn-",
    "cf-",
    "client-",
    "ct-",
    "do-connecting-",
    "fastly-",
    "fly-",
    "forwarded",
    "incap-",
    "iv-",
    "l5d-",
    "mellon-",
    "oam-",
    "osso-",
    "pf-",
    "rstudio-connect-",
    "sm-",
    "surrogate-",
    "tailscale-",
    "wl-proxy-",
    "x-accel-",
    "x-access-token",
    "x-akamai-",
    "x-amzn-",
    "x-anonymous-",
    "x-appengine-",
    "x-appgw-",
    "x-apigateway-",
    "x-arr-",
    "x-auth-",
    "x-authenticated-",
    "x-authentik-",
    "x-azure-",
    "x-cluster-client-",
    "x-consumer-",
    "x-countersign-",
    "x-credential-",
    "x-endpoint-api-",
    "x-envoy-",
    "x-fd-",
    "x-forwarded",
    "x-goog-authenticated-",
    "x-goog-iap-",
    "x-hass-",
    "x-http-",
    "x-id-token",
    "x-ingress-",
    "x-invoke-",
    "x-middleware-",
    "x-ms-client-principal",
    "x-ms-token-",
    "x-nf-",
    "x-original",
    "x-pomerium-",
    "x-rewrite-",
    "x-sendfile",
    "x-spiffe-",
    "x-token-",
    "x-vouch-",
    "x-webauth-",
];

/// Complete names: an identity, a tenant or a second address of the request that no rule above finds. `Destination` is
/// the second path of WebDAV's `MOVE` and `COPY`, for which there is no decision.
const NAMES: [&str; 29] = [
    "affiliation",
    "destination",
    "displayname",
    "from",
    "givenname",
    "new-uri",
    "on-behalf-of",
    "path-info",
    "persistent-id",
    "query-string",
    "request-uri",
    "script-name",
    "securitytenant",
    "sgtenant",
    "smuser",
    "x-actor",
    "x-act-as",
    "x-matched-path",
    "x-now-route-matches",
    "x-on-behalf-of",
    "x-path",
    "x-path-info",
    "x-request-path",
    "x-request-uri",
    "x-scope-orgid",
    "x-script-name",
    "x-uri",
    "x-url",
    "x-userinfo",
];

/// Returns whether an application might trust this header, so that a client may not send it.
///
/// A name with any character except letters, digits and hyphens is always refused: CGI and WSGI turn `-`, `_` and in
/// places `.` into `_`, so that to the application `x_remote_user` and `x-remote-user` are the same.
pub fn is_believed(name: &HeaderName) -> bool {
    let name = name.as_str();
    if is_standard(name) {
        return false;
    }
    if !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
        return true;
    }
    // The name of a program, as AWS's and gRPC's clients send it; the former sign it.
    if name.ends_with("user-agent") {
        return false;
    }
    FAMILIES.iter().any(|family| name.starts_with(family))
        || SHAPES.iter().any(|shape| name.contains(shape))
        || name.split('-').any(|word| WORDS.contains(&word))
        || NAMES.contains(&name)
}

/// Which request headers one application receives. A clone per request costs one increment of a counter.
#[derive(Debug, Clone)]
pub struct AcceptedHeaders(Arc<AcceptedHeaderRules>);

#[derive(Debug)]
struct AcceptedHeaderRules {
    /// The header with the gate's assertion, which is never accepted from a client.
    assertion: HeaderName,
    /// The headers that it accepts in addition to the standard ones; `None` if the rules decide.
    declared: Option<HashSet<HeaderName>>,
}

impl AcceptedHeaders {
    /// Creates the rules of an application that expects the gate's assertion in `assertion` and declares that it
    /// accepts `declared`.
    pub fn new(assertion: HeaderName, declared: Option<&BTreeSet<RequestHeader>>) -> Self {
        // An invalid name could not be sent; the facts contain no such names.
        let declared =
            declared.map(|declared| declared.iter().filter_map(|name| name.as_str().parse().ok()).collect());
        Self(Arc::new(AcceptedHeaderRules { assertion, declared }))
    }

    /// Returns the header in which the application expects the gate's assertion.
    pub fn assertion(&self) -> &HeaderName {
        &self.0.assertion
    }

    /// Returns whether a client's header of this name is forwarded to the application.
    pub fn accept(&self, name: &HeaderName) -> bool {
        if *name == self.0.assertion {
            return false;
        }
        match &self.0.declared {
            Some(declared) => is_standard(name.as_str()) || declared.contains(name),
            None => !is_believed(name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(names: &str, believed: bool) {
        for name in names.split_whitespace() {
            let name: HeaderName = name.parse().unwrap();
            assert_eq!(is_believed(&name), believed, "{name}");
        }
    }

    #[test]
    fn what_some_application_believes_is_taken_from_clients() {
        // Addresses and protocols.
        check(
            "Forwarded Forwarded-For Via X-Forwarded X-Forwarded-For X-Forwarded-Host X-Forwarded-Proto X-Forwarded-Port
             X-Forwarded-Prefix X-Forwarded-Server X-Forwarded-Ssl X-Forwarded-Scheme X-Forwarded-By X-Real-IP
             X-Client-IP Client-IP True-Client-IP X-Cluster-Client-IP CF-Connecting-IP CF-Connecting-IPv6 CF-IPCountry
             Fastly-Client-IP Fastly-SSL Akamai-Origin-Hop Incap-Client-IP Fly-Client-IP DO-Connecting-IP
             X-Nf-Client-Connection-Ip X-Azure-ClientIP X-Azure-SocketIP X-Envoy-External-Address X-Envoy-Internal
             X-Envoy-Original-Path X-Originating-IP X-Remote-IP X-Remote-Addr Remote-Addr X-ProxyUser-Ip
             X-Custom-IP-Authorization X-Appengine-User-IP WL-Proxy-Client-IP WL-Proxy-SSL Front-End-Https X-Scheme
             X-Url-Scheme X-Host X-Backend-Host X-HTTP-Host-Override X-Arr-SSL X-Arr-ClientCert CDN-Loop",
            true,
        );
        // Users, as proxies and identity layers name them.
        check(
            "Remote-User Remote-Groups Remote-Name Remote-Email X-Remote-User X-Remote-Group X-Remote-Extra-Scopes
             X-Forwarded-User X-Forwarded-Email X-Forwarded-Groups X-Forwarded-Preferred-Username X-Forwarded-Login
             X-Forwarded-Access-Token X-Auth-Request-User X-Auth-Request-Email X-Auth-User X-Auth-Username X-Auth-Name
             X-Auth-Email X-Auth-Roles X-Auth-CouchDB-UserName X-Auth-Subject Auth-User X-WebAuth-User X-WebAuth-Email
             X-WebAuth-Groups X-User X-User-Id X-User-Email X-User-Name X-Username X-UserId X-User-Roles X-Email
             X-Email-Address X-Role X-Roles X-Groups X-Is-Admin X-Admin X-Goog-Authenticated-User-Email
             X-Goog-Authenticated-User-ID X-Goog-IAP-JWT-Assertion X-MS-Client-Principal X-MS-Client-Principal-Name
             X-MS-Client-Principal-ID X-MS-Client-Principal-IdP X-MS-Token-AAD-Id-Token X-Amzn-Oidc-Data
             X-Amzn-Oidc-Identity X-Amzn-Oidc-Accesstoken X-Amzn-Mtls-Clientcert X-Amzn-Request-Context
             CF-Access-JWT-Assertion CF-Access-Authenticated-User-Email CF-Access-Client-Id X-Authentik-Username
             X-Authentik-Uid X-Authentik-Jwt X-Authentik-Meta-App X-Token-Subject X-Token-User-Email X-Vouch-User
             X-Vouch-IdP-Claims-Email X-Pomerium-JWT-Assertion X-Pomerium-Claim-Email Tailscale-User-Login
             Tailscale-User-Name Tailscale-App-Capabilities X-Consumer-ID X-Consumer-Username X-Credential-Identifier
             X-Anonymous-Consumer X-Authenticated-Userid X-Authenticated-Groups X-Userinfo X-ID-Token X-Access-Token
             X-JWT-Assertion X-JWT-Payload X-Endpoint-API-UserInfo X-Apigateway-Api-Userinfo X-Hasura-Role
             X-Hass-User-Id X-SSO-User X-Saml-User X-Shib-Attribute Shib-Session-ID Shib-Identity-Provider eppn
             Persistent-Id Affiliation Mellon-Name-ID Oidc-Claim-Sub OIDC-Access-Token SM-User SMUser SM-Universalid
             iv-user iv-groups iv-creds CT-Remote-User OAM-Remote-User Osso-User-Dn PF-User X-Proxy-User X-Proxy-Roles
             Proxy-User X-RStudio-Username RStudio-Connect-Credentials Impersonate-User Impersonate-Group Sudo
             X-Trino-User X-ClickHouse-User X-Scope-OrgID securitytenant On-Behalf-Of X-On-Behalf-Of X-Act-As From
             X-Identity X-Principal X-Subject X-Login X-Logon-User Logon-User X-Uid X-Upn X-Sub",
            true,
        );
        // Certificates and workloads.
        check(
            "Client-Cert Client-Cert-Chain X-Client-Cert X-Client-Certificate X-Client-Cert-Dn X-Client-Dn X-Client-Verify
             SSL-Client-Cert SSL-Client-S-DN SSL-Client-Verify X-SSL-Client-Cert X-SSL-Client-S-DN X-SSL-Client-Verify
             X-SSL-Cert X-Tls-Client-Auth X-Forwarded-Client-Cert X-Forwarded-Tls-Client-Cert X-Spiffe-Id l5d-client-id
             l5d-dst-override X-Envoy-Peer-Metadata X-Countersign-Assertion X-Countersign-Client-Cert X-Countersign-Proxy",
            true,
        );
        // Another method, path or check than the one that was decided.
        check(
            "X-HTTP-Method X-HTTP-Method-Override X-Method-Override X-Original-URL X-Original-URI X-Original-Method
             X-Original-Host X-OriginalURL X-Rewrite-URL X-Rewrite-Uri X-Request-URI Request-URI X-URL X-URI X-Path
             X-Path-Info Path-Info X-Script-Name Script-Name Query-String Destination New-Uri X-Ingress-Path
             X-Accel-Mapping X-Accel-Redirect X-Sendfile-Type X-Middleware-Subrequest X-Middleware-Rewrite X-Invoke-Path
             X-Invoke-Status X-Matched-Path X-Now-Route-Matches Surrogate-Capability Proxy Proxy-Connection X-Internal
             X-Internal-Request X-Http-Destinationurl",
            true,
        );
        // What some servers treat as one of the above.
        check(
            "X_Remote_User Remote_User Any_Thing Content_Length x.remote.user x!a x~a $WSRU x'a x*a x^a x|a x+a",
            true,
        );
    }

    #[test]
    fn what_nobody_believes_reaches_the_application() {
        check(
            "Accept Accept-Encoding Accept-Language Authorization Cache-Control Content-Length Content-Type Content-Encoding
             Content-Range Cookie Date Host If-Match If-None-Match If-Modified-Since Last-Event-ID Origin Pragma Prefer
             Priority Range Referer TE Traceparent Tracestate Upgrade-Insecure-Requests User-Agent Sec-Fetch-Mode
             Sec-Fetch-User Sec-CH-UA-Platform Sec-WebSocket-Key Sec-WebSocket-Protocol Access-Control-Request-Method
             Access-Control-Request-Headers",
            false,
        );
        check(
            "X-Requested-With X-CSRF-Token X-XSRF-Token X-CSRFToken X-Api-Key Api-Key X-Request-Id X-Correlation-Id Baggage
             Idempotency-Key X-Grafana-Org-Id X-Grafana-Device-Id HX-Request HX-Target HX-Trigger HX-Current-URL HX-Boosted
             Turbo-Frame X-Inertia X-Inertia-Version X-PJAX X-Livewire RSC Next-Action Next-Router-State-Tree
             X-Amz-Date X-Amz-Target X-Amz-Security-Token X-Amz-Content-Sha256 X-Amz-User-Agent X-User-Agent X-Grpc-Web
             Grpc-Timeout X-Goog-Api-Client X-Ms-Version X-Ms-Date X-Ms-Client-Request-Id X-Hub-Signature-256
             X-GitHub-Event X-GitHub-Delivery X-Gitlab-Token X-Gitlab-Event X-Atlassian-Token X-Consul-Token
             X-Vault-Token PRIVATE-TOKEN Job-Token Depth Overwrite Lock-Token Tus-Resumable Upload-Offset
             Upload-Metadata X-Upload-Content-Length X-Emby-Token X-Plex-Token X-Client-Version X-Client-Info X-Timezone
             B3 X-B3-TraceId X-Datadog-Trace-Id Sentry-Trace Stripe-Signature Accept-Profile X-Total X-Page",
            false,
        );
    }

    #[test]
    fn an_application_that_declares_its_headers_is_told_these_and_the_standard_ones() {
        let declared: BTreeSet<RequestHeader> =
            ["x-auth-token", "x-page"].map(|name| name.to_owned().try_into().unwrap()).into();
        let accepted = AcceptedHeaders::new(HeaderName::from_static("x-claims"), Some(&declared));
        let accept = |name: &'static str| accepted.accept(&HeaderName::from_static(name));
        for name in ["accept", "cookie", "content-type", "sec-fetch-mode", "x-auth-token", "x-page"] {
            assert!(accept(name), "{name}");
        }
        for name in ["x-claims", "x-csrf-token", "x-auth-user", "remote-user", "x_page", "idempotency-key"] {
            assert!(!accept(name), "{name}");
        }
        let nothing = AcceptedHeaders::new(HeaderName::from_static("x-claims"), Some(&BTreeSet::new()));
        assert!(!nothing.accept(&HeaderName::from_static("x-page")));
        assert!(nothing.accept(&HeaderName::from_static("accept")));
    }
}
