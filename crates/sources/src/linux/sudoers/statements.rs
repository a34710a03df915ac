//! The statements of sudoers.

use super::scanner::Scanner;
use super::{AliasClass, CommandGrant, HostGrant, ListItem, SudoersStatement};

/// The tags of a command. Each holds for the commands behind it too, until another one takes it back.
const TAGS: [&str; 20] = [
    "EXEC",
    "FOLLOW",
    "INTERCEPT",
    "LOG_INPUT",
    "LOG_OUTPUT",
    "LOG_SUBCMDS",
    "MAIL",
    "NOEXEC",
    "NOFOLLOW",
    "NOINTERCEPT",
    "NOLOG_INPUT",
    "NOLOG_OUTPUT",
    "NOLOG_SUBCMDS",
    "NOMAIL",
    "NOPASSWD",
    "NOSETENV",
    "PASSWD",
    "SETENV",
    "LOG",
    "NOLOG",
];

/// The options of a command.
const OPTIONS: [&str; 10] = [
    "APPARMOR_PROFILE",
    "CHROOT",
    "CWD",
    "LIMITPRIVS",
    "NOTAFTER",
    "NOTBEFORE",
    "PRIVS",
    "ROLE",
    "TIMEOUT",
    "TYPE",
];

/// Reads a statement. Returns `None` for a line that says nothing.
pub(super) fn parse(text: &str) -> Result<Option<SudoersStatement>, String> {
    let trimmed = text.trim_start();
    if let Some(include) = included(trimmed) {
        return Ok(Some(include));
    }
    let text = without_comment(trimmed).trim();
    if text.is_empty() {
        return Ok(None);
    }
    if let Some(rest) = text.strip_prefix("Defaults") {
        let for_all = rest.starts_with(char::is_whitespace);
        if for_all || rest.starts_with(['@', ':', '!', '>']) {
            return Ok(Some(defaults(for_all, rest)));
        }
    }
    let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let class = match word {
        "User_Alias" => Some(AliasClass::User),
        "Runas_Alias" => Some(AliasClass::RunAs),
        "Host_Alias" => Some(AliasClass::Host),
        "Cmnd_Alias" | "Cmd_Alias" => Some(AliasClass::Command),
        _ => None,
    };
    match class {
        Some(class) => aliases(class, rest).map(Some),
        None => rule(text).map(Some),
    }
}

/// Returns the file or the folder that a line includes. The old form of the line looks like a comment.
fn included(text: &str) -> Option<SudoersStatement> {
    let rest = text.strip_prefix(['@', '#'])?;
    let path = |rest: &str| rest.trim().trim_matches('"').replace("\\ ", " ");
    if let Some(folder) = rest.strip_prefix("includedir").filter(|rest| rest.starts_with(char::is_whitespace))
    {
        return Some(SudoersStatement::IncludeFolder(path(folder)));
    }
    let file = rest.strip_prefix("include").filter(|rest| rest.starts_with(char::is_whitespace))?;
    Some(SudoersStatement::Include(path(file)))
}

/// Cuts a comment off. A number sign before a digit is the number of a user or a group.
fn without_comment(text: &str) -> &str {
    let (mut quoted, mut escaped) = (false, false);
    for (at, character) in text.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => quoted = !quoted,
            '#' if !quoted => {
                let next = text.get(at + 1..).unwrap_or_default();
                if !next.starts_with(|character: char| character.is_ascii_digit()) {
                    return text.get(..at).unwrap_or_default();
                }
            }
            _ => {}
        }
    }
    text
}

fn defaults(for_all: bool, rest: &str) -> SudoersStatement {
    let settings = if for_all {
        rest
    } else {
        // `Defaults:ada !authenticate`: the names come first, without spaces.
        rest.split_once(char::is_whitespace).map_or("", |(_, settings)| settings)
    };
    SudoersStatement::Defaults { for_all, settings: settings.trim().to_owned() }
}

fn aliases(class: AliasClass, text: &str) -> Result<SudoersStatement, String> {
    let mut scanner = Scanner::of(text);
    let mut definitions = Vec::new();
    loop {
        let name = scanner.capitals().ok_or("the name of an alias is missing: it is in capitals")?.to_owned();
        if !scanner.eat('=') {
            return Err(format!("`=` is missing behind the alias `{name}`"));
        }
        let items = match class {
            AliasClass::Command => commands_of_alias(&mut scanner)?,
            _ => scanner.list()?,
        };
        definitions.push((name, items));
        if !scanner.eat(':') {
            break;
        }
    }
    ends(&mut scanner)?;
    Ok(SudoersStatement::Aliases(class, definitions))
}

fn commands_of_alias(scanner: &mut Scanner<'_>) -> Result<Vec<ListItem>, String> {
    let mut items = Vec::new();
    loop {
        let excluded = scanner.exclusion();
        items.push(ListItem { excluded, name: scanner.command()? });
        if !scanner.eat(',') {
            return Ok(items);
        }
    }
}

fn rule(text: &str) -> Result<SudoersStatement, String> {
    let mut scanner = Scanner::of(text);
    let users = scanner.list()?;
    let mut grants = Vec::new();
    loop {
        let hosts = scanner.list()?;
        if !scanner.eat('=') {
            return Err("`=` is missing behind the hosts".to_owned());
        }
        grants.push(HostGrant { hosts, commands: commands(&mut scanner)? });
        if !scanner.eat(':') {
            break;
        }
    }
    ends(&mut scanner)?;
    Ok(SudoersStatement::Rule(users, grants))
}

/// Reads the commands of a rule. What stands before a command holds for those behind it too.
fn commands(scanner: &mut Scanner<'_>) -> Result<Vec<CommandGrant>, String> {
    let nothing = ListItem { excluded: false, name: String::new() };
    let mut grant = CommandGrant {
        command: nothing,
        run_as: None,
        run_with: Vec::new(),
        without_password: false,
        conditional: false,
    };
    let mut commands = Vec::new();
    loop {
        if scanner.eat('(') {
            run_as(scanner, &mut grant)?;
        }
        loop {
            if let Some(tag) = scanner.word_before(|word| TAGS.contains(&word), ':') {
                match tag {
                    "NOPASSWD" => grant.without_password = true,
                    "PASSWD" => grant.without_password = false,
                    _ => {}
                }
            } else if let Some(option) = scanner.word_before(|word| OPTIONS.contains(&word), '=') {
                grant.conditional |= option.starts_with("NOT");
                scanner.value();
            } else {
                break;
            }
        }
        let excluded = scanner.exclusion();
        grant.command = ListItem { excluded, name: scanner.command()? };
        commands.push(grant.clone());
        if !scanner.eat(',') {
            return Ok(commands);
        }
    }
}

/// Reads whom a command may run as, behind the opening bracket: accounts, and groups behind a colon.
fn run_as(scanner: &mut Scanner<'_>, grant: &mut CommandGrant) -> Result<(), String> {
    (grant.run_as, grant.run_with) = (Some(Vec::new()), Vec::new());
    scanner.skip_space();
    if !scanner.rest().starts_with([':', ')']) {
        grant.run_as = Some(scanner.list()?);
    }
    if scanner.eat(':') {
        scanner.skip_space();
        if !scanner.rest().starts_with(')') {
            grant.run_with = scanner.list()?;
        }
    }
    if scanner.eat(')') { Ok(()) } else { Err("`)` is missing behind whom the command runs as".to_owned()) }
}

fn ends(scanner: &mut Scanner<'_>) -> Result<(), String> {
    scanner.skip_space();
    if scanner.is_at_end() {
        return Ok(());
    }
    Err(format!("`{}` follows", crate::text::shortened(scanner.rest())))
}
