//! What is read from a command line, and what is refused before anything is asked.

use countersign_cli::{Cli, Exit, Invocation};
use std::ffi::OsString;
use std::path::Path;

fn words(line: &str) -> Vec<OsString> {
    std::iter::once("countersign").chain(line.split_whitespace()).map(OsString::from).collect()
}

#[test]
fn what_is_wrong_is_refused_and_named() {
    for (line, names) in [
        ("", "Usage"),
        ("perso list", "unrecognized subcommand"),
        ("person add --name Ada", "--email"),
        ("person add --name Ada --email a@b --kind boss", "contractor"),
        ("person invite ada --expires 1y", "'y' is not a unit of time"),
        ("person remove ada --yes --dry-run", "cannot be used with"),
        ("person remove-passkey per_1", "a passkey id"),
        ("group add Finance --purpose x", "lower-case letters"),
        ("device posture dev_0 --check firewall=pass", "a device id"),
        ("device posture dev_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8", "--check"),
        ("device posture dev_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 --check walls=pass", "secure_boot"),
        ("device posture dev_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 --check firewall", "NAME=pass"),
        ("device posture dev_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 --check firewall=maybe", "unknown"),
        ("device register x --platform y --certificate a --key-sha256 b", "cannot be used with"),
        ("application stage wiki off", "observe"),
        ("application label wiki secret", "or none"),
        ("application label wiki/Admin none", "a resource name"),
        ("protect http://127.0.0.1:3000", "--name"),
        ("protect http://127.0.0.1:3000 --name Wi_ki", "an application name"),
        ("exception open --policy p --owner o --authority a --reason r --for 1d", "--person"),
        ("exception open --policy p --person q --owner o --authority a --reason r", "--for"),
        (
            "exception open --policy p --person q --owner o --authority a --reason r --for 1d --until never",
            "cannot be",
        ),
        (
            "exception open --policy p --person q --group g --owner o --authority a --reason r --for 1d",
            "cannot be",
        ),
        ("grant approve gra_1", "a grant id"),
        ("grant list --state old", "requested"),
        ("risk set ada severe", "low, medium or high"),
        ("decisions --since yesterday", "not a unit of time"),
        ("decisions --since 2026-11-22Tnoon", "RFC 3339"),
        ("decisions --effect maybe", "allow, deny"),
        ("decisions --limit 0", "1.."),
        ("plan policies/ --max-newly-denied few", "invalid value"),
        ("apply policies/ --yes", "--why"),
        ("apply policies/ --why= --yes", "a value is required"),
        ("rollback --why=", "a value is required"),
        ("plan policies/ --markdown --json", "cannot be used with"),
        ("shadow report --markdown --json", "cannot be used with"),
        ("shadow report --since yesterday", "not a unit of time"),
        ("rollout start --policy p --percent 5,100", "--watch"),
        ("rollout start --policy p --watch 1h", "--percent"),
        ("rollout start --policy p --percent 5,300 --watch 1h", "300 is not in"),
        ("rollout start --policy p --percent 5,many --watch 1h", "invalid digit"),
        ("rollout start --policy p --percent 5,100 --watch 60", "the number has no unit"),
        ("rollout status 17", "a rollout id"),
        ("rollout halt rol_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8", "--why"),
        ("decisions --follow --until 1h", "cannot be used with"),
        ("query", "SQL"),
        ("query --tables SELECT 1", "cannot be used with"),
        ("query SELECT 1 --csv --json", "cannot be used with"),
        ("query SELECT 1 --max-rows 0", "100000"),
        ("query SELECT 1 --timeout 5m", "100s at most"),
        ("why 17", "a decision id"),
        ("who-can --resource wiki --action read", "a resource name"),
        ("who-can --resource wiki/pages --action peek", "an action"),
        ("who-can --resource wiki/pages", "--action"),
        ("who-can --resource wiki/pages --action read --class maybe", "now, with, never"),
        ("who-can --resource wiki/pages --action read --limit 0", "100000"),
        ("what-can", "--person"),
        ("what-can --person ada --address here", "invalid IP address"),
        ("journal verify --anchor 12", "not the head of a journal"),
        ("completions cmd", "bash"),
        ("up --listen 8080", "invalid socket address"),
        ("serve", "--config"),
    ] {
        let error = <Cli as clap::Parser>::try_parse_from(words(line)).expect_err(line);
        let said = error.to_string();
        assert!(said.contains(names), "{line:?} is to name {names:?}:\n{said}");
        assert_eq!(error.exit_code(), i32::from(Exit::Usage.code()), "{line:?}");
    }
}

#[test]
fn up_is_handed_back_with_its_data_folder() {
    let Invocation::Up(up) =
        countersign_cli::main(words("up --data /tmp/x --listen 127.0.0.1:9 --email a@b --no-samples"))
    else {
        panic!("up is the server's");
    };
    assert_eq!(up.data, Path::new("/tmp/x"));
    assert_eq!(up.listen, "127.0.0.1:9".parse().unwrap());
    assert_eq!((up.email.as_str(), up.no_samples, up.tls_listen), ("a@b", true, None));
    let Invocation::Up(up) = countersign_cli::main(words("up --data /tmp/x")) else {
        panic!("up is the server's")
    };
    assert!(up.listen.ip().is_loopback(), "nothing listens beyond loopback until it is told to");
}

#[test]
fn serve_is_handed_back() {
    let Invocation::Serve(serve) = countersign_cli::main(words("serve --config c.toml --check")) else {
        panic!("serve is the server's");
    };
    assert_eq!((serve.config.as_path(), serve.check), (Path::new("c.toml"), true));
}

#[test]
fn a_token_cannot_be_given_on_the_command_line() {
    assert!(<Cli as clap::Parser>::try_parse_from(words("status --token cst_1")).is_err());
}
