//! Everybody who takes part, with the configuration that suits each best: no access log, one worker for the one
//! processor, connections to the upstream kept open.

use super::company::{self, Size, WIKI};
use super::ground::Ground;
use super::process::{Process, free_address, version_of};
use crate::load::Target;
use crate::run::{Bench, Outcome};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// A server that takes part.
#[derive(Clone)]
pub struct Peer {
    /// Its name in the tables.
    pub name: &'static str,
    /// Where it is, and as whom to ask it.
    pub target: Target,
    /// Everything whose processor time counts.
    processes: Vec<Rc<Process>>,
}

impl Peer {
    /// A server that was started.
    pub const fn new(name: &'static str, target: Target, processes: Vec<Rc<Process>>) -> Self {
        Self { name, target, processes }
    }

    /// The ids of everything whose processor time counts.
    pub fn tree(&self) -> Vec<u32> {
        self.processes.iter().flat_map(|process| process.tree()).collect()
    }
}

/// Where a binary of ours is: where `<NAME>_BIN` says, or where the builds of what ships leave it.
///
/// # Errors
/// When it was not built.
pub fn binary(name: &str) -> Outcome<PathBuf> {
    let named = std::env::var_os(format!("{}_BIN", name.to_uppercase().replace('-', "_"))).map(PathBuf::from);
    let profiles = std::env::current_exe()?.parent().and_then(Path::parent).map(Path::to_owned);
    let beside = profiles.map(|folder| folder.join("dist").join(name));
    let built = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/dist").join(name);
    let places: Vec<PathBuf> =
        named.map_or_else(|| beside.into_iter().chain([built]).collect(), |named| vec![named]);
    let found = places.iter().find(|place| place.is_file()).map(|place| place.canonicalize()).transpose()?;
    found.ok_or_else(|| format!("{name} is not built: `make bench` does it; looked for {places:?}").into())
}

/// A command line.
pub fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn target(ground: &Ground, address: SocketAddr, tls: bool) -> Target {
    Target {
        address,
        tls: tls.then(|| ground.trust.clone()),
        host: WIKI.to_owned(),
        // Everybody is sent the same bytes; only to us do they mean anything.
        cookies: (0..Size::COMPANY.sessions).map(|session| company::cookie(session, WIKI)).collect(),
    }
}

/// The product, with everything on, as the binary that ships: over plain HTTP and over TLS. Evidence, logs and all limits
/// are as they ship.
///
/// # Errors
/// When it does not start.
pub fn ours(ground: &Ground, size: Size, name: &str) -> Outcome<[Peer; 2]> {
    let folder = ground.folder(name)?;
    let data = folder.join("data");
    if !data.exists() {
        std::os::unix::fs::DirBuilderExt::mode(&mut std::fs::DirBuilder::new(), 0o700).create(&data)?;
        let journal = data.join("journal.sqlite");
        let upstream = ground.upstream;
        ground.core.run(async move { company::write(&journal, size, upstream, None).await })??;
    }
    let https = free_address()?;
    let (certificate, key) = (ground.certificate.display(), ground.key.display());
    let configuration = |_: &Path, http: SocketAddr| {
        format!(
            "name = \"bench\"\ndata = \"{}\"\norigin = \"http://countersign.localhost:{}\"\n\
             [listen]\nhttp = \"{http}\"\nhttps = \"{https}\"\n\
             [tls]\ncertificate = \"{certificate}\"\nkey = \"{key}\"\n",
            data.display(),
            http.port()
        )
    };
    let binary = binary("countersign")?.display().to_string();
    let command = |path: &Path| words(&[&binary, "serve", "--config", &path.display().to_string()]);
    let (process, http) = ground.start(name, "countersign.toml", configuration, command)?;
    let processes = vec![Rc::new(process)];
    Ok([
        Peer { name: "countersign", target: target(ground, http, false), processes: processes.clone() },
        Peer { name: "countersign, TLS", target: target(ground, https, true), processes },
    ])
}

/// The same gate with the decision left out.
///
/// # Errors
/// When it does not start.
pub fn floor(ground: &Ground) -> Outcome<[Peer; 2]> {
    let (folder, http, https) = (ground.folder("floor")?, free_address()?, free_address()?);
    let command = words(&[
        &binary("countersign-bench-floor")?.display().to_string(),
        &folder.display().to_string(),
        &ground.upstream.to_string(),
        &http.to_string(),
        &https.to_string(),
        &ground.certificate.display().to_string(),
        &ground.key.display().to_string(),
    ]);
    let processes = vec![Rc::new(Process::start(&folder, "floor", ground.processor, &command, https)?)];
    let plain = target(ground, http, false);
    let tls = target(ground, https, true);
    Ok([
        Peer { name: "countersign, no decision", target: plain, processes: processes.clone() },
        Peer { name: "countersign, no decision, TLS", target: tls, processes },
    ])
}

/// nginx that forwards without asking anybody: over plain HTTP and over TLS.
///
/// # Errors
/// When it does not start.
pub fn nginx(ground: &Ground, name: &str) -> Outcome<[Peer; 2]> {
    let https = free_address()?;
    let server = |http: SocketAddr| {
        let (certificate, key) = (ground.certificate.display(), ground.key.display());
        format!(
            "{}\nserver {{ listen {http}; {FORWARD} }}\n\
             server {{ listen {https} ssl; ssl_certificate {certificate}; ssl_certificate_key {key}; {FORWARD} }}",
            upstream_block("upstream_server", ground.upstream)
        )
    };
    let (process, http) = start_nginx(ground, name, server)?;
    let processes = vec![Rc::new(process)];
    Ok([
        Peer { name: "nginx", target: target(ground, http, false), processes: processes.clone() },
        Peer { name: "nginx, TLS", target: target(ground, https, true), processes },
    ])
}

/// Who is asked by those that ask somebody: an nginx of its own that says yes to everything, so that what is charged for
/// the answer is the least that anybody could charge.
///
/// # Errors
/// When it does not start.
pub fn endpoint(ground: &Ground) -> Outcome<(Rc<Process>, SocketAddr)> {
    let server = |http: SocketAddr| format!("server {{ listen {http}; location / {{ return 204; }} }}");
    let (process, address) = start_nginx(ground, "endpoint", server)?;
    Ok((Rc::new(process), address))
}

/// nginx that asks the endpoint about every request.
///
/// # Errors
/// When it does not start.
pub fn auth_request(ground: &Ground, endpoint: &(Rc<Process>, SocketAddr)) -> Outcome<Peer> {
    let server = |http: SocketAddr| {
        format!(
            "{}\n{}\nserver {{ listen {http}; auth_request /auth; {FORWARD}\n\
             location = /auth {{ internal; proxy_pass http://endpoint; proxy_http_version 1.1; \
             proxy_set_header Connection \"\"; proxy_pass_request_body off; proxy_set_header Content-Length \"\"; }} }}",
            upstream_block("upstream_server", ground.upstream),
            upstream_block("endpoint", endpoint.1)
        )
    };
    let (process, http) = start_nginx(ground, "auth_request", server)?;
    let processes = vec![Rc::new(process), endpoint.0.clone()];
    Ok(Peer { name: "nginx auth_request", target: target(ground, http, false), processes })
}

/// haproxy that forwards without asking anybody.
///
/// # Errors
/// When it does not start.
pub fn haproxy(ground: &Ground) -> Outcome<Peer> {
    let configuration = |_: &Path, http: SocketAddr| {
        format!(
            "global\n  maxconn 8000\n  nbthread 1\n\
             defaults\n  mode http\n  no log\n  option http-keep-alive\n  option forwardfor\n  http-reuse always\n  \
             timeout connect 5s\n  timeout client 300s\n  timeout server 300s\n  timeout tunnel 300s\n\
             frontend front\n  bind {http}\n  default_backend back\n\
             backend back\n  server one {}\n",
            ground.upstream
        )
    };
    let command = |path: &Path| words(&["haproxy", "-db", "-f", &path.display().to_string()]);
    let (process, http) = ground.start("haproxy", "haproxy.cfg", configuration, command)?;
    let target = target(ground, http, false);
    Ok(Peer { name: "haproxy", target, processes: vec![Rc::new(process)] })
}

/// Caddy that asks the endpoint about every request.
///
/// # Errors
/// When it does not start.
pub fn caddy(ground: &Ground, endpoint: &(Rc<Process>, SocketAddr)) -> Outcome<Peer> {
    let configuration = |_: &Path, http: SocketAddr| {
        let keep = "transport http {\n      keepalive_idle_conns_per_host 1024\n    }";
        format!(
            "{{\n  admin off\n  auto_https off\n  log default {{\n    level ERROR\n  }}\n}}\n\
             http://:{} {{\n  bind 127.0.0.1\n  forward_auth {} {{\n    uri /auth\n    {keep}\n  }}\n  \
             reverse_proxy {} {{\n    {keep}\n  }}\n}}\n",
            http.port(),
            endpoint.1,
            ground.upstream
        )
    };
    let command = |path: &Path| {
        words(&["caddy", "run", "--adapter", "caddyfile", "--config", &path.display().to_string()])
    };
    let (process, http) = ground.start("caddy", "Caddyfile", configuration, command)?;
    let processes = vec![Rc::new(process), endpoint.0.clone()];
    Ok(Peer { name: "Caddy forward_auth", target: target(ground, http, false), processes })
}

/// Say in the report who takes part.
pub fn introduce(bench: &mut Bench) {
    for (name, program, argument, licence) in [
        ("nginx", "nginx", "-v", "BSD-2-Clause"),
        ("haproxy", "haproxy", "-v", "GPL-2.0-or-later"),
        ("Caddy", "caddy", "version", "Apache-2.0"),
        ("Apache with mod_auth_openidc", "apache2", "-v", "Apache-2.0"),
    ] {
        if let Some(version) = version_of(program, argument) {
            bench.peer(name, &version, licence);
        }
    }
}

const FORWARD: &str = "location / { proxy_pass http://upstream_server; proxy_http_version 1.1; \
    proxy_set_header Host $http_host; proxy_set_header X-Forwarded-For $remote_addr; \
    proxy_set_header X-Forwarded-Proto $scheme; proxy_set_header Upgrade $http_upgrade; \
    proxy_set_header Connection $connection_to_upstream; proxy_max_temp_file_size 0; }";

fn upstream_block(name: &str, address: SocketAddr) -> String {
    format!("upstream {name} {{ server {address}; keepalive 1024; keepalive_requests 1000000000; }}")
}

fn start_nginx(
    ground: &Ground,
    name: &str,
    server: impl Fn(SocketAddr) -> String,
) -> Outcome<(Process, SocketAddr)> {
    let user = if rustix::process::geteuid().is_root() { "user root;" } else { "" };
    let configuration = |folder: &Path, http: SocketAddr| {
        let folder = folder.display();
        format!(
            "daemon off; {user} worker_processes 1; worker_rlimit_nofile 20000; pid {folder}/nginx.pid; \
             error_log stderr error;\nevents {{ worker_connections 16000; }}\nhttp {{\naccess_log off; \
             keepalive_timeout 300s; keepalive_requests 1000000000;\n\
             client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; \
             fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;\n\
             map $http_upgrade $connection_to_upstream {{ default upgrade; '' ''; }}\n{}\n}}\n",
            server(http)
        )
    };
    let command = |path: &Path| {
        let folder = path.parent().unwrap_or(path).display().to_string();
        words(&["nginx", "-p", &folder, "-e", "stderr", "-c", &path.display().to_string()])
    };
    ground.start(name, "nginx.conf", configuration, command)
}
