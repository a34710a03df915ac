//! Every configuration error points at its line.

mod settings;

use super::*;

fn shown(text: &str) -> String {
    let error = Config::parse("countersign.toml", text).unwrap_err();
    let mut out = String::new();
    let handler = miette::GraphicalReportHandler::new_themed(miette::GraphicalTheme::none());
    handler.render_report(&mut out, &error).unwrap();
    out
}

#[test]
fn the_least_there_is_to_write_is_a_data_folder() {
    let config = Config::parse("c", "data = \"/var/lib/countersign\"").unwrap();
    assert_eq!(config.listen.http.unwrap().to_string(), "127.0.0.1:8080");
    assert_eq!(config.freshness.restricted.0, Duration::from_secs(60));
}

#[test]
fn errors_point_at_the_line_and_say_what_to_write() {
    for (text, line, expected) in [
        ("data = 1", 1, "invalid type: integer"),
        ("data = \"d\"\ndatta = 2", 2, "unknown field `datta`"),
        ("data = \"d\"\n[freshness]\nrestricted = \"5 minutes\"", 3, "write a number and s, m, h or d"),
        ("data = \"d\"\norigin = \"nonsense\"", 2, "origin"),
        ("data = \"d\"\n[listen]\nhttp = \"0.0.0.0:80\"", 3, "plain HTTP beyond loopback"),
        ("data = \"d\"\n[listen]\nhttp = \"localhost\"", 3, "invalid socket address"),
        ("data = \"d\"\n[listen]\nhttps = \"0.0.0.0:443\"", 3, "give both or neither"),
        (
            "data = \"d\"\n[listen]\nproxy_protocol_from = [\"0.0.0.0/0\"]",
            3,
            "lets every client claim any address",
        ),
        ("data = \"d\"\n[journal]\nstore = \"oracle\"", 3, "unknown variant `oracle`"),
        (
            "data = \"d\"\n[journal]\nstore = \"sqlite\"\narchive_after = \"90\"",
            4,
            "write a number and s, m, h or d",
        ),
        (
            "data = \"d\"\n[journal]\nstore = \"postgres\"\nurl_file = \"u\"\nconnections = \"8\"",
            5,
            "invalid type: string",
        ),
        (
            "data = \"d\"\n[journal]\nstore = \"postgres\"",
            2,
            "missing field `url_file`: name the file that contains the URL of the database",
        ),
        (
            "data = \"d\"\n[journal]\nstore = \"sqlite\"\nurl_file = \"u\"",
            2,
            "`url_file` and `connections` are for",
        ),
        (
            "data = \"d\"\n[journal]\nstore = \"postgres\"\npath = \"p\"\nurl_file = \"u\"",
            2,
            "`path` is for store",
        ),
        (
            "data = \"d\"\n[journal]\nstore = \"sqlite\"\narchive_after = \"6h\"",
            4,
            "journal.archive_after: people often look up facts of the last day",
        ),
        (
            "data = \"d\"\n[journal]\nstore = \"postgres\"\nurl_file = \"u\"\narchive_after = \"90d\"",
            5,
            "journal.archive_after: processes that share a journal must share its archive files",
        ),
        ("data = \"d\"\n[networks]\noffice = []", 3, "office has no addresses"),
        ("data = \"d\"\n[limits]\nconnections = 0", 3, "limits.connections: nobody could connect"),
        ("data = \"d\"\n[limits.shared_addresses]\n\"192.0.2.1\" = 9", 3, "invalid IP address syntax"),
        (
            "data = \"d\"\n[limits.shared_addresses]\n\"192.0.2.1/32\" = 1",
            2,
            "limits.shared_addresses: nobody could connect",
        ),
        (
            "data = \"d\"\n[inventory]\nkeep_ended = \"6h\"",
            3,
            "inventory.keep_ended: what became of the last imports",
        ),
        ("data = \"d\"\n[evidence]\nkeep = 400", 3, "invalid type: integer"),
        ("data = \"d\"\n[evidence]\nkeep = \"a year\"", 3, "write a number and s, m, h or d"),
        ("data = \"d\"\n[evidence]\nkeep = \"6h\"", 3, "evidence.keep: records expire by whole days"),
        ("data = \"d\"\n[evidence.store]\nbucket = \"b\"", 3, "unknown field `bucket`"),
        ("data = \"d\"\n[evidence.store]\nregion = \"r\"", 2, "missing field `url`"),
        ("data = \"d\"\n[evidence.store]\nurl = \"b\"", 3, "evidence.store.url: this is no URL of a store"),
        (
            "data = \"d\"\n[evidence.store]\nurl = \"s3://bucket\"\nendpoint = \"http://s3.example\"",
            2,
            "evidence.store.plain_http: without TLS",
        ),
        (
            "data = \"d\"\n[evidence.store]\nurl = \"s3://bucket\"\nendpoint = \"https://a:b@s3.example\"",
            4,
            "evidence.store.endpoint: a name or password",
        ),
        ("data = \"d\"\n[evidence.store]\nurl = \"s3://bucket\"\nregion = \"\"", 4, "evidence.store.region"),
        (
            "data = \"d\"\nname = \"a/b\"\n[evidence.store]\nurl = \"s3://bucket\"",
            2,
            "name: [evidence.store] uses the name",
        ),
        ("data = \"d\"\n[telemetry]\nendpoint = \"http://x\"", 3, "unknown field `endpoint`"),
        ("data = \"d\"\n[telemetry]\notlp_endpoint = \"127.0.0.1:4318\"", 3, "telemetry.otlp_endpoint"),
        ("data = \"d\"\n[telemetry]\notlp_endpoint = \"https://otlp.example\"", 3, "speaks only http://"),
        ("data = \"d\"\n[telemetry]\notlp_endpoint = \"http://a:b@c\"", 3, "a name or password"),
        ("data = \"d\"\n[telemetry]\notlp_endpoint = \"http://c/v1/traces\"", 3, "leave out the path"),
        ("data = \"d\"\n[telemetry]\nservice_name = \" \"", 3, "telemetry.service_name"),
        ("data = \"d\"\n[telemetry]\nsample_ratio = 1.5", 3, "telemetry.sample_ratio: 1.5 is not a ratio"),
        ("data = \"d\"\n[telemetry]\nsample_ratio = nan", 3, "telemetry.sample_ratio: NaN is not a ratio"),
        (
            "data = \"d\"\n[listen]\ndecision_point_origins = [\"https://a.example\", \"b.example\"]",
            3,
            "listen.decision_point_origins: \"b.example\" is not an origin",
        ),
        ("data = \"d\"\n[tls]\nkey = \"k\"\n[listen]\nhttps = \"127.0.0.1:1\"", 3, "tls.key"),
        ("data = \"d\"\n[tls]\n[networks]\noffice = [\"10.0.0.0/8\"]", 2, "give both or neither"),
        ("data = ", 1, "string values must be quoted"),
    ] {
        let said = shown(text);
        assert!(said.contains(expected), "{text:?} gave:\n{said}");
        assert!(said.contains(&format!("[countersign.toml:{line}:")), "{text:?}, line {line}:\n{said}");
    }
}
