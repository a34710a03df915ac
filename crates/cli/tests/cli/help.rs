//! What the command line says of itself is a contract: every change of it is seen in a diff.

use clap::Command;
use countersign_cli::{Exit, command};
use std::path::{Path, PathBuf};

fn tree() -> Command {
    // The width is fixed, so that the texts are the same on every terminal.
    let mut tree = command().term_width(100);
    tree.build();
    tree
}

/// Every command, with its whole name.
fn commands(command: &Command, prefix: &str) -> Vec<(String, Command)> {
    let name = format!("{prefix}{}", command.get_name());
    let below = command.get_subcommands().flat_map(|below| commands(below, &format!("{name} ")));
    std::iter::once((name.clone(), command.clone())).chain(below).collect()
}

fn text(command: &Command) -> String {
    let help = command.clone().term_width(100).render_long_help().to_string();
    let lines: Vec<&str> = help.lines().map(str::trim_end).collect();
    format!("{}\n", lines.join("\n").trim_end())
}

/// Compares a text with the file that holds it, or writes the file when `UPDATE_HELP` is set.
fn check(path: &Path, text: &str) -> Option<String> {
    if std::env::var_os("UPDATE_HELP").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
        return None;
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    (kept != text).then(|| format!("{} is not what the command line says now", path.display()))
}

fn refuse(differences: &[String]) {
    assert!(
        differences.is_empty(),
        "{}\nIf this is meant: UPDATE_HELP=1 cargo nextest run -p countersign-cli, and look at the diff.",
        differences.join("\n")
    );
}

#[test]
fn the_tree_is_sound() {
    command().debug_assert();
}

#[test]
fn every_help_text_is_the_one_that_is_kept() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("help");
    let file = |name: &str| format!("{}.txt", name.replace(' ', "-"));
    let commands = commands(&tree(), "");
    let mut differences: Vec<_> = commands
        .iter()
        .filter_map(|(name, command)| check(&folder.join(file(name)), &text(command)))
        .collect();
    let known: Vec<_> = commands.iter().map(|(name, _)| file(name)).collect();
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if !known.iter().any(|name| path.ends_with(name)) {
            differences.push(format!("{} is the help of no command", path.display()));
        }
    }
    refuse(&differences);
}

#[test]
fn every_verb_shows_an_example_and_every_option_says_what_it_is() {
    let mut missing = Vec::new();
    for (name, command) in commands(&tree(), "") {
        if !command.has_subcommands() {
            let after = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            if examples(&after).is_empty() {
                missing.push(format!("{name}: no example"));
            }
            // One that is broken into lines by the width of a terminal cannot be copied from it.
            let long = after.lines().filter(|line| line.chars().count() > 98);
            missing.extend(long.map(|line| format!("{name}: this line is too long: {line}")));
            // An example that does not parse teaches a mistake.
            for example in examples(&after) {
                let parsed = <countersign_cli::Cli as clap::Parser>::try_parse_from(&example);
                if let Err(error) = parsed {
                    missing.push(format!("{name}: the example {example:?} does not parse: {error}"));
                }
            }
        }
        for arg in command.get_arguments().filter(|arg| arg.get_help().is_none()) {
            missing.push(format!("{name}: {} says nothing", arg.get_id()));
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

/// The commands in a text of examples, as a shell would split them.
fn examples(after: &str) -> Vec<Vec<String>> {
    let joined = after.replace("\\\n", " ");
    let lines = joined.lines().map(str::trim).filter(|line| line.starts_with("countersign "));
    lines
        .map(|line| {
            let line = line.split(" > ").next().unwrap_or(line);
            let mut words = vec![String::new()];
            let mut quoted = false;
            for letter in line.chars() {
                match letter {
                    '\'' => quoted = !quoted,
                    ' ' if !quoted => words.push(String::new()),
                    _ => words.last_mut().unwrap().push(letter),
                }
            }
            words.retain(|word| !word.is_empty());
            words
        })
        .collect()
}

#[test]
fn the_reference_is_the_one_that_is_kept() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/cli.md");
    refuse(&check(&path, &reference()).into_iter().collect::<Vec<_>>());
}

const INTRODUCTION: &str = "# The command line

<!-- Made from the commands themselves: UPDATE_HELP=1 cargo nextest run -p countersign-cli -->

`countersign` is a client of the API. On the machine of the server it asks over the socket in the data folder, which makes
whoever may open that folder the operator. Elsewhere, name a server and the file that holds a token:

```sh
countersign status                                   # the server of this machine
countersign status --data ./data                     # with another data folder
countersign status --server https://countersign.example.org --token-file ~/.countersign-token
```

A token is never on the command line, where other users of the machine could read it, and is never sent over a connection
that is not encrypted, the machine itself excepted.

With `--json` the answer is the API's own JSON on standard output, and a failure is a problem document on standard error.
Without it there are tables for people, whose form may change: scripts use `--json`. Remarks and warnings are on standard
error. Spans are written `90s`, `15m`, `1h30m`, `30d`, `2w`; moments as in `2026-11-22T09:00:00Z`.

Whatever removes something shows first what goes with it and asks. `--yes` does not ask, `--dry-run` only shows; where nobody
can be asked, it is one of the two or nothing.
";

/// The whole reference.
fn reference() -> String {
    let mut page = String::from(INTRODUCTION);
    page.push_str("\n## Exit codes\n\nThey are stable.\n\n| code | meaning |\n| --- | --- |\n");
    for exit in Exit::ALL {
        page.push_str(&format!("| {} | {} |\n", exit.code(), exit.meaning()));
    }
    let tree = tree();
    page.push_str(
        "\n## Options of every command\n\n| option | environment | meaning |\n| --- | --- | --- |\n",
    );
    for arg in tree.get_arguments().filter(|arg| arg.is_global_set()) {
        let value = arg.get_value_names().filter(|_| arg.get_action().takes_values());
        let value = value.map(|names| format!(" {}", names[0])).unwrap_or_default();
        let variable = arg.get_env().map(|name| format!("`{}`", name.to_string_lossy())).unwrap_or_default();
        let about = arg.get_help().unwrap();
        page.push_str(&format!("| `--{}{value}` | {variable} | {about} |\n", arg.get_long().unwrap()));
    }
    let plain = command().mut_args(|arg| if arg.is_global_set() { arg.hide(true) } else { arg });
    let mut plain = plain.term_width(100);
    plain.build();
    for (name, command) in commands(&plain, "").into_iter().skip(1) {
        let level = if name.matches(' ').count() == 1 { "##" } else { "###" };
        page.push_str(&format!("\n{level} {name}\n\n```text\n{}```\n", text(&command)));
    }
    page
}
