//! What each setting is read as, what it is without being written, and where its paths lead.

use super::*;
use std::net::{IpAddr, Ipv6Addr};

const WHOLE: &str = r#"
name = "edge-1"
data = "state"
origin = "https://countersign.example.org"
control = false
solver = "bin/cvc5"

[listen]
http = "127.0.0.1:8081"
https = "[::]:8443"
proxy_protocol_from = ["192.0.2.0/24", "2001:db8::/32"]
decision_point = "127.0.0.1:8400"
decision_point_origins = ["http://Countersign:8400"]
metrics = "127.0.0.1:9100"

[tls]
certificate = "tls/chain.pem"
key = "/etc/tls/key.pem"
client_certificates = false

[journal]
store = "postgres"
url_file = "secrets/journal-url"
connections = 3
archive_after = "90d"

[freshness]
public = "1d"
restricted = "5s"

[sessions]
lifetime = "8h"
invitation = "30m"

[networks]
office = ["10.1.0.0/16"]

[limits]
connections = 50
connections_per_address = 5
shared_addresses = { "192.0.2.1/32" = 500 }
decision_point_connections = 7
body_bytes = 4096
response = "5s"
idle = "10s"
drain = "1s"
person_per_second = 3
person_burst = 9
upstream_check_networks = ["10.0.0.0/8"]

[evidence]
keep = "400d"
reserve_bytes = 1024

[inventory]
keep_ended = "30d"

[evidence.store]
url = "s3://our-evidence/countersign"
endpoint = "https://s3.example:9000"
region = "eu-central-1"
credentials_file = "secrets/s3"
ca_file = "tls/ca.pem"
cache_bytes = 2048

[log]
format = "json"
filter = "debug"

[telemetry]
otlp_endpoint = "http://127.0.0.1:4318/"
service_name = "gate"
sample_ratio = 0.25
"#;

fn read(text: &str) -> Config {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("countersign.toml");
    std::fs::write(&file, text).unwrap();
    let mut config = Config::read(&file).unwrap();
    // What is relative is relative to the folder of the file, wherever that is.
    let relative = |path: &mut PathBuf| {
        if let Ok(rest) = path.strip_prefix(folder.path()) {
            *path = Path::new("FOLDER").join(rest);
        }
    };
    relative(&mut config.data);
    config.solver.iter_mut().for_each(relative);
    if let Some(tls) = &mut config.tls {
        tls.certificate.iter_mut().chain(tls.key.iter_mut()).for_each(relative);
    }
    match &mut config.journal {
        Journal::Sqlite { path, .. } => path.iter_mut().for_each(relative),
        Journal::Postgres { url_file, .. } => relative(url_file),
    }
    config.evidence.store.iter_mut().flat_map(StoreConfig::paths).for_each(relative);
    config
}

fn span(seconds: u64) -> Span {
    Span(Duration::from_secs(seconds))
}

#[test]
fn every_setting_is_read_and_relative_paths_begin_at_the_file() {
    let config = read(WHOLE);
    assert_eq!((config.name.as_str(), config.control), ("edge-1", false));
    assert_eq!(config.data, Path::new("FOLDER/state"));
    assert_eq!(config.solver.as_deref(), Some(Path::new("FOLDER/bin/cvc5")));
    let listen = &config.listen;
    assert_eq!(listen.http.unwrap().to_string(), "127.0.0.1:8081");
    assert_eq!(listen.https.unwrap().ip(), IpAddr::V6(Ipv6Addr::UNSPECIFIED));
    assert_eq!(listen.proxy_protocol_from.len(), 2);
    assert_eq!(listen.metrics.unwrap().port(), 9100);
    assert_eq!(
        listen.decision_point_origins(),
        ["http://127.0.0.1:8400", "http://localhost:8400", "http://countersign:8400"]
    );
    let tls = config.tls.as_ref().unwrap();
    assert_eq!(tls.certificate.as_deref(), Some(Path::new("FOLDER/tls/chain.pem")));
    assert_eq!(tls.key.as_deref(), Some(Path::new("/etc/tls/key.pem")), "an absolute path stays as it is");
    assert!(!tls.client_certificates);
    let Journal::Postgres { url_file, connections, archive_after } = &config.journal else {
        panic!("{:?}", config.journal)
    };
    assert_eq!((url_file.as_path(), *connections), (Path::new("FOLDER/secrets/journal-url"), 3));
    assert_eq!(*archive_after, Some(span(90 * 86_400)));
    assert_eq!(config.journal.archive_after(), *archive_after);
    assert_eq!((config.freshness.public, config.freshness.restricted), (span(86_400), span(5)));
    assert_eq!((config.sessions.lifetime, config.sessions.invitation), (span(8 * 3600), span(1800)));
    assert_eq!(config.networks.as_ref().unwrap()["office"], ["10.1.0.0/16".parse::<IpNet>().unwrap()]);
    let limits = &config.limits;
    assert_eq!((limits.connections, limits.connections_per_address), (50, 5));
    assert_eq!(limits.shared_addresses.values().collect::<Vec<_>>(), [&500]);
    assert_eq!((limits.decision_point_connections, limits.body_bytes), (7, 4096));
    assert_eq!((limits.response, limits.idle, limits.drain), (span(5), span(10), span(1)));
    assert_eq!((limits.person_per_second.get(), limits.person_burst.get()), (3, 9));
    assert_eq!(limits.upstream_check_networks.as_ref().map(Vec::len), Some(1));
    assert_eq!((config.evidence.keep, config.evidence.reserve_bytes), (Some(span(400 * 86_400)), 1024));
    assert_eq!(config.inventory.keep_ended, span(30 * 86_400));
    let store = config.evidence.store.as_ref().unwrap();
    assert_eq!((store.region.as_str(), store.cache_bytes, store.role), ("eu-central-1", 2048, false));
    assert_eq!(store.credentials_file.as_deref(), Some(Path::new("FOLDER/secrets/s3")));
    assert_eq!(store.ca_file.as_deref(), Some(Path::new("FOLDER/tls/ca.pem")));
    assert_eq!((config.log.format, config.log.filter.as_str()), (LogFormat::Json, "debug"));
    assert_eq!(config.telemetry.spans_endpoint().as_deref(), Some("http://127.0.0.1:4318/v1/traces"));
    assert_eq!(config.telemetry.sample_ratio, 0.25);
}

#[test]
fn what_is_not_written_has_its_default() {
    let config = read("data = \"d\"");
    assert_eq!((config.name.as_str(), config.control), ("countersign", true));
    assert_eq!(config.origin, "http://countersign.localhost:8080");
    assert!(config.tls.is_none() && config.networks.is_none() && config.solver.is_none());
    assert_eq!(config.journal_file(None), Path::new("FOLDER/d/journal.sqlite"));
    assert_eq!(config.journal_file(Some(Path::new("/j"))), Path::new("/j"));
    assert_eq!(config.journal.archive_after(), None);
    assert_eq!((config.sessions.lifetime, config.sessions.invitation), (span(12 * 3600), span(86_400)));
    assert_eq!((config.evidence.keep, config.evidence.reserve_bytes), (None, 256 << 20));
    assert_eq!(config.inventory.keep_ended, span(400 * 86_400));
    assert!(config.evidence.store.is_none());
    assert_eq!((config.log.format, config.log.filter.as_str()), (LogFormat::Text, "info"));
    assert_eq!(config.telemetry.spans_endpoint(), None, "nothing leaves the process");
    assert_eq!(config.limits.upstream_check_networks, None);
    assert_eq!(config.listen.decision_point_origins(), [""; 0]);
    let tls = read("data = \"d\"\n[listen]\nhttps = \"127.0.0.1:1\"\n[tls]");
    assert!(tls.tls.unwrap().client_certificates, "devices are asked for their certificates");
    assert_eq!(tls.listen.http, Some("127.0.0.1:8080".parse().unwrap()));
    let postgres = read("data = \"d\"\n[journal]\nstore = \"postgres\"\nurl_file = \"u\"");
    assert!(matches!(postgres.journal, Journal::Postgres { connections: 8, archive_after: None, .. }));
    let sqlite = read("data = \"d\"\n[journal]\nstore = \"sqlite\"\npath = \"j/facts\"");
    let Journal::Sqlite { path, .. } = sqlite.journal else { panic!("it is a file") };
    assert_eq!(path.as_deref(), Some(Path::new("FOLDER/j/facts")));
}

#[test]
fn a_duration_is_a_number_and_one_unit() {
    let parse = |text: &str| text.parse::<Span>();
    for (text, seconds) in [("90s", 90), ("15m", 900), ("12h", 43_200), ("30d", 2_592_000), ("0s", 0)] {
        assert_eq!(parse(text), Ok(span(seconds)), "{text}");
    }
    assert_eq!(parse("4294967295d"), Ok(span(4_294_967_295 * 86_400)), "the largest does not overflow");
    for text in ["", "s", "90", "1h30m", "-5m", "1.5h", "5 m", " 5m", "5w", "5M", "4294967296s", "5µ", "½d"]
    {
        let error = parse(text).unwrap_err();
        assert_eq!(error, format!("{text:?} is not a duration: write a number and s, m, h or d, as in 15m"));
    }
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let folder = tempfile::tempdir().unwrap();
    for path in [folder.path().join("missing.toml"), folder.path().to_owned()] {
        let error = Config::read(&path).unwrap_err();
        assert!(matches!(error, ConfigError::Unreadable { .. }), "{error:?}");
        assert!(error.to_string().contains(path.to_str().unwrap()), "{error}");
    }
    let binary = folder.path().join("binary.toml");
    std::fs::write(&binary, [0xff, 0xfe]).unwrap();
    assert!(matches!(Config::read(&binary).unwrap_err(), ConfigError::Unreadable { .. }));
    let secret = read_secret(&folder.path().join("url")).unwrap_err().to_string();
    assert!(secret.contains("journal.url_file") && secret.contains("cannot be read"), "{secret}");
    let url = folder.path().join("url");
    std::fs::write(&url, " postgres://ada:secret@db/journal\n").unwrap();
    let read = read_secret(&url).unwrap();
    assert_eq!(secrecy::ExposeSecret::expose_secret(&read), "postgres://ada:secret@db/journal");
    assert!(!format!("{read:?}").contains("secret@"), "{read:?}");
}

#[test]
fn an_error_that_is_found_later_points_into_the_file_too() {
    let text =
        "data = \"d\"\nname = \"edge\"\n[limits]\nconnections = 9\n[networks]\noffice = [\"10.0.0.0/8\"]\n";
    let config = Config::parse("c.toml", text).unwrap();
    let place = |field: &str| {
        let pointed = config.pointed_at(ConfigError::wrong(field, "no"));
        let ConfigError::Wrong { span, source_code, .. } = pointed else { panic!("{pointed:?}") };
        assert!(source_code.is_some());
        span.map(|span| text[span.offset()..span.offset() + span.len()].to_owned())
    };
    assert_eq!(place("name").as_deref(), Some("\"edge\""));
    assert_eq!(place("limits.connections").as_deref(), Some("9"));
    assert_eq!(place("networks.office").as_deref(), Some("[\"10.0.0.0/8\"]"));
    // What is absent is pointed at where it would be, or nowhere.
    assert_eq!(place("limits.idle").as_deref(), Some("limits"));
    assert_eq!(place("origin"), None);
    // A configuration that was not read from a file has no place.
    let embedded = Config::embedded(PathBuf::from("d"), "127.0.0.1:1".parse().unwrap(), None);
    let ConfigError::Wrong { source_code, span, .. } = embedded.pointed_at(ConfigError::wrong("name", "no"))
    else {
        panic!("it is another error")
    };
    assert!(source_code.is_none() && span.is_none());
}

#[test]
fn everything_embedded_is_on_loopback_and_valid() {
    let http = "127.0.0.1:18080".parse().unwrap();
    let plain = Config::embedded(PathBuf::from("/d"), http, None);
    plain.check().unwrap();
    assert_eq!(plain.origin, "http://countersign.localhost:18080");
    assert!(plain.tls.is_none() && plain.control);
    let loopback = &plain.networks.as_ref().unwrap()["loopback"];
    assert!(loopback.iter().all(|network| network.addr().is_loopback()) && loopback.len() == 2);
    let both = Config::embedded(PathBuf::from("/d"), http, Some("127.0.0.1:18443".parse().unwrap()));
    both.check().unwrap();
    assert!(both.tls.is_some_and(|tls| tls.certificate.is_none() && tls.client_certificates));
}

#[test]
fn limits_are_checked_at_their_edges() {
    let wrong = |text: &str| {
        Config::parse("c", &format!("data = \"d\"\n{text}")).err().map(|error| error.to_string())
    };
    for (text, field) in [
        ("name = \"\"", Some("name")),
        ("name = \" \"", Some("name")),
        (&format!("name = \"{}\"", "a".repeat(63)), None),
        (&format!("name = \"{}\"", "a".repeat(64)), Some("name")),
        ("[limits]\nconnections = 2", None),
        ("[limits]\nconnections = 1", Some("limits.connections")),
        ("[limits]\nconnections_per_address = 1", Some("limits.connections_per_address")),
        ("[limits]\ndecision_point_connections = 1", Some("limits.decision_point_connections")),
        ("[limits]\nperson_burst = 0", Some("expected a nonzero u32")),
        ("[limits]\nbody_bytes = -1", Some("expected u64")),
        ("[evidence]\nkeep = \"24h\"", None),
        ("[evidence]\nkeep = \"23h\"", Some("evidence.keep")),
        ("[inventory]\nkeep_ended = \"24h\"", None),
        ("[inventory]\nkeep_ended = \"23h\"", Some("inventory.keep_ended")),
        ("[journal]\nstore = \"sqlite\"\narchive_after = \"1d\"", None),
        ("[telemetry]\nsample_ratio = 0.0", None),
        ("[telemetry]\nsample_ratio = 1.0", None),
        ("[telemetry]\nsample_ratio = -0.1", Some("telemetry.sample_ratio")),
        ("[networks]\n\" \" = [\"10.0.0.0/8\"]", Some("networks")),
        ("[listen]\nproxy_protocol_from = [\"::/0\"]", Some("listen.proxy_protocol_from")),
        ("[listen]\nproxy_protocol_from = [\"0.0.0.0/1\"]", None),
        ("[listen]\nhttp = \"[::1]:80\"", None),
        ("[listen]\nhttp = \"[::]:80\"", Some("listen.http")),
    ] {
        match (wrong(text), field) {
            (None, None) => {}
            (Some(said), Some(field)) => assert!(said.contains(field), "{text}: {said}"),
            (said, _) => panic!("{text}: {said:?}"),
        }
    }
}

#[test]
fn an_origin_of_the_decision_point_is_scheme_host_and_port() {
    let parse = |origin: &str| {
        Config::parse("c", &format!("data = \"d\"\n[listen]\ndecision_point_origins = [\"{origin}\"]"))
    };
    for origin in ["http://countersign:8400", "https://pdp.example", "HTTPS://Pdp.example:1"] {
        let config = parse(origin).unwrap();
        assert_eq!(config.listen.decision_point_origins(), [origin.to_lowercase()]);
    }
    for origin in [
        "",
        "countersign:8400",
        "ftp://a",
        "http://a/",
        "http://a/x",
        "http://ada@a",
        "http://a?x",
        "http://a#x",
        "http://",
    ] {
        let error = parse(origin).err().map(|error| error.to_string()).unwrap_or_default();
        assert!(error.contains("is not an origin: write scheme, host and port"), "{origin}: {error}");
    }
}

#[test]
fn a_store_of_copies_needs_keys_and_certificates_that_can_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    std::fs::write(path("ca.pem"), "no certificate").unwrap();
    std::fs::write(path("keys"), "[default]\naws_access_key_id = a\naws_secret_access_key = b\n").unwrap();
    let bucket = |rest: &str| {
        let text = format!("data = \"d\"\n[evidence.store]\nurl = \"s3://bucket/prefix\"\n{rest}");
        let config = Config::parse("c", &text).unwrap();
        config.evidence.store.unwrap().bucket().map(drop).map_err(|error| error.to_string())
    };
    assert_eq!(bucket(&format!("credentials_file = {:?}", path("keys"))), Ok(()));
    let missing = bucket(&format!("credentials_file = {:?}", path("none"))).unwrap_err();
    assert!(missing.contains("evidence.store.credentials_file"), "{missing}");
    for (name, says) in [("none.pem", "cannot be read"), ("ca.pem", "evidence.store.ca_file")] {
        let rest = format!("credentials_file = {:?}\nca_file = {:?}", path("keys"), path(name));
        let error = bucket(&rest).unwrap_err();
        assert!(error.contains(says) && error.contains("evidence.store.ca_file"), "{name}: {error}");
    }
}
