//! Apache with mod_auth_openidc: a proxy that checks a session of its own for each request, as oauth2-proxy does. It keeps
//! sessions in shared memory, which is how it ships, and costs less than decrypting them from a cookie.
//!
//! Its session comes about as with any provider: it sends a browser away with a state and a nonce, and takes an ID token
//! for them, posted back. The provider here is a dozen lines, and signs with the secret that it shares with Apache.

use super::company::{WIKI, now};
use super::ground::Ground;
use super::peers::{Peer, words};
use crate::load::Target;
use crate::run::Outcome;
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::rc::Rc;

const MODULES: &str = "/usr/lib/apache2/modules";
const SECRET: &str = "0123456789abcdef0123456789abcdef";
const ISSUER: &str = "https://id.localhost";

/// Started, and signed in at.
///
/// # Errors
/// When Apache or its module is not installed, or does not sign us in.
pub fn openidc(ground: &Ground) -> Outcome<Peer> {
    let configuration = |folder: &Path, http: SocketAddr| configuration(folder, http, ground.upstream);
    let command = |path: &Path| words(&["apache2", "-DFOREGROUND", "-f", &path.display().to_string()]);
    let (process, address) = ground.start("openidc", "apache.conf", configuration, command)?;
    let cookie = sign_in(address)?;
    let target = Target { address, tls: None, host: WIKI.to_owned(), cookies: vec![cookie] };
    Ok(Peer::new("Apache mod_auth_openidc", target, vec![Rc::new(process)]))
}

fn configuration(folder: &Path, http: SocketAddr, upstream: SocketAddr) -> String {
    let folder = folder.display();
    let modules =
        ["mpm_event", "authn_core", "authz_core", "authz_user", "proxy", "proxy_http", "auth_openidc"]
            .map(|name| format!("LoadModule {name}_module {MODULES}/mod_{name}.so\n"))
            .concat();
    let user = if rustix::process::geteuid().is_root() { "User www-data\nGroup www-data\n" } else { "" };
    format!(
        "ServerRoot {folder}\nServerName {WIKI}\nPidFile {folder}/apache.pid\nDefaultRuntimeDir {folder}\n\
         Mutex sem default\nErrorLog /dev/stderr\nLogLevel error\nListen {http}\n{user}{modules}\
         StartServers 1\nServerLimit 1\nThreadLimit 1024\nThreadsPerChild 1024\nMaxRequestWorkers 1024\n\
         AsyncRequestWorkerFactor 32\nKeepAlive On\nMaxKeepAliveRequests 0\nKeepAliveTimeout 300\n\
         OIDCProviderIssuer {ISSUER}\nOIDCProviderAuthorizationEndpoint {ISSUER}/authorize\n\
         OIDCResponseType id_token\nOIDCResponseMode form_post\nOIDCIDTokenSignedResponseAlg HS256\n\
         OIDCClientID bench\nOIDCClientSecret {SECRET}\nOIDCRedirectURI /redirect\nOIDCCryptoPassphrase bench\n\
         OIDCSessionInactivityTimeout 36000\nOIDCSessionMaxDuration 36000\n\
         ProxyPass / http://{upstream}/\n\
         <Location />\n  AuthType openid-connect\n  Require valid-user\n</Location>\n"
    )
}

/// The `Cookie` header of a session that was just begun.
fn sign_in(address: SocketAddr) -> Outcome<String> {
    let sent_away = exchange(address, "GET /small", "", "")?;
    let location =
        header(&sent_away, "location").ok_or_else(|| format!("nobody was sent to sign in:\n{sent_away}"))?;
    let state = parameter(location, "state").ok_or("no state")?;
    let nonce = parameter(location, "nonce").ok_or("no nonce")?;
    let cookie = cookie(&sent_away, "mod_auth_openidc_state").ok_or("no cookie for the state")?;
    let form = format!("id_token={}&state={state}", id_token(nonce)?);
    let back = exchange(address, "POST /redirect", &format!("cookie: {cookie}\r\n"), &form)?;
    cookie_of_session(&back).ok_or_else(|| format!("nobody was signed in:\n{back}").into())
}

fn cookie_of_session(answer: &str) -> Option<String> {
    cookie(answer, "mod_auth_openidc_session").map(str::to_owned)
}

fn id_token(nonce: &str) -> Outcome<String> {
    let now = now().as_seconds();
    let claims = serde_json::json!({
        "iss": ISSUER, "aud": "bench", "sub": "person-110", "iat": now, "exp": now + 36_000, "nonce": nonce,
    });
    let mut token = URL_SAFE_NO_PAD.encode(r#"{"alg":"HS256","typ":"JWT"}"#);
    token.push('.');
    token.push_str(&URL_SAFE_NO_PAD.encode(serde_json::to_vec(&claims)?));
    let signature = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes()), token.as_bytes());
    token.push('.');
    token.push_str(&URL_SAFE_NO_PAD.encode(signature));
    Ok(token)
}

/// One request on a connection of its own; the answer as text.
fn exchange(address: SocketAddr, line: &str, more: &str, form: &str) -> Outcome<String> {
    let mut stream = TcpStream::connect(address)?;
    let (host, length) = (format!("{WIKI}:{}", address.port()), form.len());
    write!(
        stream,
        "{line} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\naccept: text/html\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {length}\r\n{more}\r\n{form}"
    )?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

fn headers<'a>(answer: &'a str, name: &str) -> impl Iterator<Item = &'a str> {
    answer
        .split("\r\n")
        .filter_map(|line| line.split_once(": "))
        .filter(move |(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, value)| value)
}

fn header<'a>(answer: &'a str, name: &str) -> Option<&'a str> {
    headers(answer, name).next()
}

fn cookie<'a>(answer: &'a str, prefix: &str) -> Option<&'a str> {
    headers(answer, "set-cookie")
        .filter_map(|line| line.split(';').next())
        .find(|pair| pair.starts_with(prefix))
}

fn parameter<'a>(location: &'a str, name: &str) -> Option<&'a str> {
    let (_, query) = location.split_once('?')?;
    query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_browser_would_keep_is_found() {
        let answer = "HTTP/1.1 302 Found\r\nSet-Cookie: mod_auth_openidc_state_a=1; Path=/\r\n\
                      Location: https://id/authorize?state=s&nonce=n\r\n\r\n";
        assert_eq!(cookie(answer, "mod_auth_openidc_state"), Some("mod_auth_openidc_state_a=1"));
        assert_eq!(header(answer, "location").and_then(|location| parameter(location, "nonce")), Some("n"));
        assert_eq!(cookie_of_session(answer), None);
    }
}
