//! The table of rooms in ARCHITECTURE.md: a Markdown table with the columns `room`, `knows`, `must not know` and `may
//! use`, in any order, among others.

use std::collections::{BTreeMap, BTreeSet};

/// The rooms that each room may use.
pub(super) type Rooms = BTreeMap<String, BTreeSet<String>>;

/// Parses the first table that has the columns; the error says what is missing.
pub(super) fn parse(markdown: &str) -> Result<Rooms, String> {
    let mut lines = markdown.lines().skip_while(|line| columns(line).is_none());
    let Some((room, may_use)) = lines.next().and_then(columns) else {
        return Err("has no table with the columns `room`, `knows`, `must not know` and `may use`".to_owned());
    };
    let mut rooms = Rooms::new();
    for line in lines.skip(1).take_while(|line| line.trim_start().starts_with('|')) {
        let cells = cells(line);
        let (Some(name), Some(used)) = (cells.get(room), cells.get(may_use)) else {
            return Err(format!("has a row with too few columns: {line}"));
        };
        let used = used.split(',').map(bare).filter(|name| !name.is_empty() && name != "-");
        if rooms.insert(bare(name), used.collect()).is_some() {
            return Err(format!("names the room {name} twice"));
        }
    }
    Ok(rooms)
}

/// Returns the positions of the columns `room` and `may use`, if this line is the table's head.
fn columns(line: &str) -> Option<(usize, usize)> {
    let cells: Vec<_> = cells(line).iter().map(|cell| bare(cell).to_lowercase()).collect();
    let find = |name: &str| cells.iter().position(|cell| cell == name);
    find("must not know")?;
    Some((find("room")?, find("may use")?))
}

fn cells(line: &str) -> Vec<&str> {
    let line = line.trim();
    let inner = line.strip_prefix('|').and_then(|line| line.strip_suffix('|'));
    inner.map_or_else(Vec::new, |inner| inner.split('|').map(str::trim).collect())
}

fn bare(cell: &str) -> String {
    cell.trim().trim_matches(['`', '*']).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_of_rooms_is_read_wherever_it_stands() {
        let text = "# Rooms\n\n| a | b |\n|---|---|\n| x | y |\n\n\
            | room | knows | must not know | may use |\n| --- | --- | --- | --- |\n\
            | `names` | words | policies | - |\n| `world` | the fold | files | `names`, `facts` |\n\n| z | z | z | z |\n";
        let rooms = parse(text).unwrap();
        let shown: Vec<_> = rooms.iter().map(|(room, used)| (room.as_str(), used.len())).collect();
        assert_eq!(shown, [("names", 0), ("world", 2)]);
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        let head = "| room | knows | must not know | may use |\n|-|-|-|-|\n";
        for (text, says) in [
            ("nothing here", "has no table"),
            (&*format!("{head}| a | b |\n"), "too few columns"),
            (&*format!("{head}| a | b | c | - |\n| a | b | c | - |\n"), "twice"),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.contains(says), "{error}");
        }
    }
}
