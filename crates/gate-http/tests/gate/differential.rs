//! Compares what the gate decided with what third-party servers parse from the forwarded request: method, path, query,
//! host, route and headers must be the same, and must contain nothing that a client forged.
//!
//! Requests are drawn from a seed, which is printed; `COUNTERSIGN_SEED` draws them again. `COUNTERSIGN_LONG=1` runs for
//! an hour, each time with another seed.

use crate::client::{Reply, parse, raw};
use crate::installation::{COOKIE, Installation, application_at, opened, start};
use countersign_facts::{ApplicationFact, ApplicationProtocol, Fact, Method, Resource, Route};
use countersign_names::Sensitivity;
use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tokio::net::{TcpListener, TcpStream};

/// The value that a client sends in every header that an application might trust.
const FORGED: &str = "forged-word";

/// Number of requests to each server per seed.
const CASES: usize = 80;

/// The servers, by the installation's application in front of each.
const SERVERS: [(&str, &str); 5] =
    [("board", "flask"), ("wiki", "hypercorn"), ("vault", "node"), ("gone", "nginx"), ("sealed", "caddy")];

/// A server that ends with its test.
struct Server {
    child: Child,
    _folder: tempfile::TempDir,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn started(
    program: &Path,
    port: u16,
    arguments: &[String],
    folder: tempfile::TempDir,
) -> Option<Server> {
    let child = Command::new(program)
        .args(arguments)
        .env("HOME", folder.path())
        .env("XDG_DATA_HOME", folder.path())
        .env("XDG_CONFIG_HOME", folder.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let server = Server { child, _folder: folder };
    for _ in 0..1500 {
        if TcpStream::connect(SocketAddr::from(([127, 0, 0, 1], port))).await.is_ok() {
            return Some(server);
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("{} does not listen", program.display());
}

const NGINX: &str = r#"daemon off; master_process off; pid nginx.pid; error_log stderr; events {}
http {
  access_log off; client_body_temp_path a; proxy_temp_path b; fastcgi_temp_path c; uwsgi_temp_path d; scgi_temp_path e;
  # The most lenient that it can be.
  underscores_in_headers on; ignore_invalid_headers off; merge_slashes on;
  map $request_method $approve { POST approve; default other; }
  server {
    listen 127.0.0.1:PORT; default_type application/octet-stream;
    set $believed "$http_remote_user $http_x_remote_user $http_x_forwarded_user $http_x_forwarded_email $http_x_user $http_x_role
      $http_x_http_method_override $http_x_original_url $http_x_countersign_assertion2 $http_client_cert $http_forwarded $http_x_real_ip";
    add_header x-reached nginx always;
    location / { return 200 "$request_method\n$uri\n$args\n$http_host\nother\n$believed\n0"; }
    location = /admin { return 200 "$request_method\n$uri\n$args\n$http_host\nadmin\n$believed\n0"; }
    location /admin/ { return 200 "$request_method\n$uri\n$args\n$http_host\nadmin\n$believed\n0"; }
    location ~ ^/runs/[^/]+/approve/?$ { return 200 "$request_method\n$uri\n$args\n$http_host\n$approve\n$believed\n0"; }
  }
}
"#;

const CADDY: &str = r#"{
	admin off
	auto_https off
}
http://:PORT {
	bind 127.0.0.1
	@admin path /admin /admin/*
	@approve {
		method POST
		path_regexp ^/runs/[^/]+/approve/?$
	}
	header x-reached caddy
	vars route other
	vars @approve route approve
	vars @admin route admin
	respond "{http.request.method}
{http.request.uri.path}
{http.request.uri.query}
{http.request.hostport}
{http.vars.route}
{http.request.header.Remote-User} {http.request.header.X_Remote_User} {http.request.header.X-Remote-User} {http.request.header.X-User} {http.request.header.X-Http-Method-Override} {http.request.header.X-Original-Url} {http.request.header.Forwarded}
0"
}
"#;

/// Starts one of the servers on a free port; `None`, with a line on standard output, if it is not installed.
async fn server(name: &str) -> Option<(Server, SocketAddr)> {
    let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let folder = tempfile::tempdir().unwrap();
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let validators = std::env::var_os("COUNTERSIGN_VALIDATORS")
        .map_or_else(|| root.join("../../target/validators"), PathBuf::from);
    let file = folder.path().join("configuration");
    let text = |path: &Path| path.display().to_string();
    let (program, arguments) = match name {
        "nginx" => {
            std::fs::write(&file, NGINX.replace("PORT", &port.to_string())).unwrap();
            let arguments =
                ["-e", "stderr", "-p", &text(folder.path()), "-c", &text(&file)].map(str::to_owned);
            (PathBuf::from("/usr/sbin/nginx"), arguments.to_vec())
        }
        "caddy" => {
            std::fs::write(&file, CADDY.replace("PORT", &port.to_string())).unwrap();
            let arguments = ["run", "--adapter", "caddyfile", "--config", &text(&file)].map(str::to_owned);
            (PathBuf::from("/usr/bin/caddy"), arguments.to_vec())
        }
        "node" => {
            let arguments = vec![text(&root.join("tests/upstreams/reader.mjs")), port.to_string()];
            (PathBuf::from("node"), arguments)
        }
        python => {
            let script = text(&root.join("tests/upstreams/reader.py"));
            let arguments = vec!["-I".to_owned(), script, python.to_owned(), port.to_string()];
            (validators.join("bin/python"), arguments)
        }
    };
    let server = started(&program, port, &arguments, folder).await;
    if server.is_none() {
        countersign_testkit::skip(&format!(
            "{} is not there: run packages/install.sh test",
            program.display()
        ));
    }
    Some((server?, SocketAddr::from(([127, 0, 0, 1], port))))
}

/// An application with two parts, one of which is for one method only.
fn declared(name: &str, upstream: SocketAddr) -> Fact {
    let mut fact = application_at(name, Sensitivity::Public, &format!("http://{upstream}"));
    let Fact::Application(ApplicationFact::Declared { about, .. }) = &mut fact else { return fact };
    let ApplicationProtocol::Http(http) = &mut about.protocol;
    let part = |part: &str, path: &str, methods: &[&str]| {
        let route = Route {
            methods: methods.iter().map(|method| Method::try_from((*method).to_owned()).unwrap()).collect(),
            path: path.to_owned(),
            action: None,
        };
        (Resource { part: part.to_owned(), sensitivity: None }, (part.to_owned(), vec![route]))
    };
    (about.resources, http.routes) =
        [part("approve", "/runs/*/approve", &["POST"]), part("admin", "/admin/**", &[])].into_iter().unzip();
    http.download_types = BTreeSet::new();
    fact
}

/// Numbers from a seed (splitmix64).
struct Draw(u64);

impl Draw {
    fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.number() % bound as u64).unwrap()
    }

    fn one<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len())]
    }

    fn rarely(&mut self, odds: usize) -> bool {
        self.below(odds) == 0
    }
}

const METHODS: [&str; 10] =
    ["GET", "GET", "GET", "POST", "POST", "PUT", "DELETE", "PATCH", "PROPFIND", "REPORT"];
const ODD_METHODS: [&str; 9] =
    ["post", "Post", "get", "POST\t", "POST,GET", "GE T", "TRACE", "PRI", "P\u{d6}ST"];

const STARTS: [&str; 8] = [
    "/",
    "/admin",
    "/admin/",
    "/runs/5/approve",
    "/runs/5/approve/",
    "/runs/a%20b/approve",
    "/pages/",
    "/adm",
];
/// Parts of honest paths, and of paths that servers parse differently.
const PLAIN: [&str; 24] = [
    "a",
    "b.c",
    "%20",
    "+",
    "%2B",
    "~",
    "%7e",
    "%41",
    "%c3%a9",
    ".",
    "..",
    "%2e",
    "%E2%84%AA",
    "%C5%BF",
    "%C4%B1",
    ":",
    "@",
    "!",
    "%21",
    "in",
    "in/",
    "/x",
    "min",
    "I",
];
const PIECES: [&str; 44] = [
    "a", "b.c", "x y", "%20", "+", "%2B", "~", "%7e", "%41", "%c3%a9", "%C3%A9", "\u{e9}", "%ff", "%00",
    "%0a", "%0d%0a", "%09", "%25", "%2525", "%252f", "%2f", "%2F", "%5c", "\\", "/", "//", "/.", "/..",
    "/./", "/../", "%2e%2e", "/%2e%2e/", "..;", ";", "%3b", ":", "@", "!", "%21", "%3f", "%23", "#", "in",
    "in/",
];
const QUERIES: [&str; 14] = [
    "",
    "?",
    "?a=b",
    "?a=b&c",
    "?%2e%2e/",
    "??",
    "?a=%zz",
    "?a=b;c=d",
    "?_method=DELETE",
    "?/admin/",
    "?a=%c3%a9",
    "?a=\u{e9}",
    "?a#b",
    "?a b",
];
/// Names under which some server passes a trusted value to an application.
const NAMES: [&str; 30] = [
    "Remote-User",
    "remote_user",
    "Remote.User",
    "REMOTE_USER",
    "X-Remote-User",
    "X_Remote_User",
    "x-remote_user",
    "X.Remote.User",
    "X-Forwarded-User",
    "X_Forwarded_User",
    "X-Forwarded-Email",
    "X-User",
    "X_User",
    "X-Role",
    "X-Http-Method-Override",
    "X_HTTP_METHOD_OVERRIDE",
    "X-Original-Url",
    "X_Original_Url",
    "X-Real-Ip",
    "X_Real_IP",
    "Client-Cert",
    "Client_Cert",
    "Forwarded",
    "X-Countersign-Assertion",
    "X_Countersign_Assertion",
    "x-countersign_assertion",
    "X-Middleware-Subrequest",
    "Proxy",
    "X!Remote-User",
    "X-Sendfile-Type",
];
const ODD_LINES: [&str; 16] = [
    "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA",
    "Upgrade: x",
    "Upgrade: websocket",
    "Connection: upgrade",
    "Connection: X-Countersign-Assertion, X-Forwarded-For",
    "Cookie: a=\u{e9}",
    "Cookie: =; ;;",
    "Host: other.localhost",
    "X-Folded: a\r\n forged-word",
    "Remote-User : forged-word",
    " Remote-User: forged-word",
    "Remote-User\t: forged-word",
    "X-Null: a\0b",
    "X-Bare: a\nRemote-User: forged-word",
    "X-Return: a\rRemote-User: forged-word",
    "Remote\u{e9}User: forged-word",
];

/// A request, one character per byte (Latin-1).
struct Case {
    method: String,
    path: String,
    query: String,
    text: Vec<u8>,
}

fn case(draw: &mut Draw, host: &str) -> Case {
    let method = if draw.rarely(8) { draw.one(&ODD_METHODS) } else { draw.one(&METHODS) }.to_owned();
    let mut path = draw.one(&STARTS).to_owned();
    for _ in 0..draw.below(4) {
        path.push_str(if draw.rarely(4) { draw.one(&PIECES) } else { draw.one(&PLAIN) });
    }
    if draw.rarely(12) {
        path = path.to_uppercase();
    }
    let query = if draw.rarely(2) { draw.one(&QUERIES) } else { "" }.to_owned();
    let host = match draw.below(24) {
        0 => format!("{host}."),
        1 => format!("[{host}]"),
        2 => format!("{host}:99999"),
        3 => format!("u@{host}"),
        4..8 => format!("{host}:8443"),
        8..10 => host.to_uppercase(),
        _ => host.to_owned(),
    };
    let mut lines =
        vec![format!("Host: {host}"), format!("Cookie: {COOKIE}"), "Connection: close".to_owned()];
    for _ in 0..draw.below(4) {
        lines.push(format!("{}: {FORGED}", draw.one(&NAMES)));
    }
    if draw.rarely(6) {
        lines.push(draw.one(&ODD_LINES).to_owned());
    }
    if draw.rarely(4) {
        let last = lines.len() - 1;
        lines.swap(0, last);
    }
    let mut body = "";
    if method == "POST" && draw.rarely(2) {
        body = "hello";
        lines.push("Content-Length: 5".to_owned());
    }
    let text = format!("{method} {path}{query} HTTP/1.1\r\n{}\r\n\r\n{body}", lines.join("\r\n"));
    let text = text.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap()).collect();
    Case { method, path, query, text }
}

/// How an upstream read a request.
struct Reading<'a> {
    method: &'a str,
    path: &'a str,
    query: &'a str,
    host: &'a str,
    route: &'a str,
    values: String,
    seen: u64,
}

fn reading(reply: &Reply) -> Reading<'_> {
    let mut lines = reply.body.split('\n');
    let mut line = || lines.next().unwrap_or_else(|| panic!("too few lines: {reply:?}"));
    let (method, path, query, host, route) = (line(), line(), line(), line(), line());
    let rest: Vec<&str> = lines.collect();
    let (seen, values) = rest.split_last().unwrap_or_else(|| panic!("too few lines: {reply:?}"));
    let seen = seen.trim().parse().unwrap_or_else(|_| panic!("no number: {reply:?}"));
    Reading { method, path, query, host, route, values: values.join(" "), seen }
}

fn decoded(path: &str) -> Vec<u8> {
    let mut bytes = path.bytes();
    let mut out = Vec::new();
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let digits = [bytes.next().unwrap(), bytes.next().unwrap()];
            out.push(u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap());
        } else {
            out.push(byte);
        }
    }
    out
}

/// Sends one request, and compares the decision with what its upstream parsed. Returns whether the request reached the
/// upstream.
async fn check(
    it: &Installation,
    server: &str,
    name: &str,
    case: &Case,
    seen: &mut BTreeMap<String, u64>,
) -> bool {
    let shown = format!("{server}: {:?}", String::from_utf8_lossy(&case.text));
    let reply = parse(&raw(it.address, &case.text).await);
    if reply.header("x-reached").is_none() {
        assert!(matches!(reply.status, 400..=499), "{shown}: {reply:?}");
        return false;
    }
    let id =
        reply.header("x-countersign-decision").unwrap_or_else(|| panic!("{shown}: undecided")).to_owned();
    let rows = it.recorded(|rows| rows.iter().any(|row| row.decided.id.to_string() == id)).await;
    let decided = &rows.iter().find(|row| row.decided.id.to_string() == id).unwrap().decided;
    let read = reading(&reply);
    assert_eq!(read.method, decided.operation, "the method, {shown}");
    assert_eq!(read.method, case.method, "the method as sent, {shown}");
    assert_eq!(read.path.as_bytes(), decoded(&decided.item), "the path, {shown}");
    assert_eq!(read.query, case.query.strip_prefix('?').unwrap_or_default(), "the query, {shown}");
    let host = read.host.split(':').next().unwrap_or_default().to_ascii_lowercase();
    assert_eq!(host, format!("{name}.localhost"), "the host, {shown}");
    assert_eq!(read.route, decided.resource.part(), "the route, {shown} ({})", case.path);
    assert!(!read.values.contains(FORGED), "a forged word, {shown}: {}", read.values);
    assert!(!read.values.contains("__Host-countersign"), "our cookie, {shown}");
    // Checks, where the server counts, that one request is one request.
    let before = seen.insert(name.to_owned(), read.seen).unwrap_or_default();
    assert!(read.seen == 0 || read.seen == before + 1, "more requests than were sent, {shown}");
    true
}

#[tokio::test]
async fn what_is_decided_is_what_servers_of_others_read() {
    let it = start().await;
    let mut servers = Vec::new();
    for (name, which) in SERVERS {
        let Some((server, address)) = server(which).await else { continue };
        it.state(declared(name, address)).await;
        if name == "sealed" {
            for fact in opened(name) {
                it.state(fact).await;
            }
        }
        servers.push((server, name, which));
    }
    let long = std::env::var("COUNTERSIGN_LONG").is_ok_and(|value| value == "1");
    let until = Instant::now() + Duration::from_secs(if long { 3600 } else { 0 });
    let mut seed: u64 = std::env::var("COUNTERSIGN_SEED").map_or(20_261_129, |seed| seed.parse().unwrap());
    let mut seen = BTreeMap::new();
    loop {
        println!("COUNTERSIGN_SEED={seed}");
        for (_, name, which) in &servers {
            let mut draw = Draw(seed);
            let mut reached = 0;
            for _ in 0..CASES {
                let case = case(&mut draw, &format!("{name}.localhost"));
                reached += usize::from(check(&it, which, name, &case, &mut seen).await);
            }
            println!("{which}: {reached} of {CASES} requests got there, each as it was decided");
            // The test is meaningful only if some requests pass and some do not.
            assert!((CASES / 8..CASES).contains(&reached), "{which}: {reached}");
        }
        if Instant::now() >= until {
            break;
        }
        seed = seed.wrapping_add(1);
    }
}
