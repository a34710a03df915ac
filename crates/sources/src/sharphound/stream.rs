//! A file of a collection, read object by object.

use super::document::{EachElement, HoundMeta, HoundObject, ObjectClass, pass_over};
use crate::budget::RecordBudget;
use crate::reading::SourceError;
use crate::text::shortened;
use serde::de::{self, Deserializer as _, MapAccess, Visitor};
use std::fmt;
use std::io::{BufReader, Cursor, Read};
use std::marker::PhantomData;

/// Maximum length of an object in bytes: a group with a million members.
pub(super) const LONGEST_OBJECT: u64 = 128 << 20;

/// The oldest version of the format that is read.
const OLDEST: i64 = 4;

/// What is known at the end of a file.
#[derive(Default)]
pub(super) struct FileOutcome {
    /// The number of objects.
    pub(super) objects: u64,
    /// The number of those of a class that is not read.
    pub(super) unclassed: u64,
    pub(super) meta: Option<HoundMeta>,
    /// The class that objects were read as, because of their lists.
    class: Option<ObjectClass>,
    has_data: bool,
}

/// Receives an object with its class and its number in the file.
type ObjectSink<'f, E> = dyn FnMut(HoundObject, ObjectClass, u64) -> Result<(), SourceError<E>> + 'f;

/// Reads a file, whose objects may have this length.
pub(super) fn read<R: Read, E>(
    name: &str,
    mut input: R,
    longest: u64,
    sink: &mut ObjectSink<'_, E>,
) -> Result<FileOutcome, SourceError<E>> {
    let mut beginning = Vec::new();
    (&mut input).take(3).read_to_end(&mut beginning)?;
    // Some collectors write a byte order mark, which is no JSON.
    if beginning == [0xef, 0xbb, 0xbf] {
        beginning.clear();
    }
    let budget = RecordBudget::of(longest);
    let input = BufReader::new(budget.limit(Cursor::new(beginning).chain(input)));
    let mut stopped = None;
    let mut outcome = FileOutcome::default();
    let reading = FileReading {
        hinted: hinted_class(name),
        budget: budget.clone(),
        sink,
        stopped: &mut stopped,
        outcome: &mut outcome,
    };
    let mut json = serde_json::Deserializer::from_reader(input);
    let read = json.deserialize_map(reading).and_then(|()| json.end());
    if let Some(error) = stopped {
        return Err(error);
    }
    let malformed = |line: usize, problem: String| SourceError::Malformed {
        line: u64::try_from(line).unwrap_or(u64::MAX),
        problem: format!("`{name}`: {problem}"),
    };
    let objects = outcome.objects;
    read.map_err(|error| match error.classify() {
        serde_json::error::Category::Io if budget.is_spent() => {
            let limit = longest >> 20;
            malformed(error.line(), format!("record {} is longer than {limit} MiB", objects + 1))
        }
        serde_json::error::Category::Io => SourceError::Input(error.into()),
        _ => malformed(error.line(), format!("not the JSON of SharpHound, behind record {objects}: {error}")),
    })?;
    outcome.check().map_err(|problem| malformed(1, problem))?;
    Ok(outcome)
}

/// Returns the class that the name of a file tells: `20260131_users.json`.
fn hinted_class(name: &str) -> Option<ObjectClass> {
    let stem = name.rsplit(['/', '\\']).next()?.strip_suffix(".json")?;
    ObjectClass::of_name(stem.rsplit(['_', '-']).next()?)
}

impl FileOutcome {
    /// Returns what is wrong with a file that was read to its end.
    fn check(&self) -> Result<(), String> {
        if !self.has_data {
            return Err("not the JSON of SharpHound: it has no `data`".to_owned());
        }
        let Some(meta) = &self.meta else { return Ok(()) };
        if let Some(version) = meta.version.filter(|version| *version < OLDEST) {
            return Err(format!(
                "it is of the version {version} of the format, and the oldest that is read is {OLDEST}: collect with SharpHound 1.0 or newer"
            ));
        }
        let said = meta.class.as_deref().unwrap_or_default();
        match self.class {
            Some(class) if !said.is_empty() && ObjectClass::of_name(said) != Some(class) => Err(format!(
                "it says that its objects are {}, and they are {}",
                shortened(said),
                class.name()
            )),
            _ => Ok(()),
        }
    }
}

/// Reads the outermost object.
struct FileReading<'r, 'f, E> {
    hinted: Option<ObjectClass>,
    budget: RecordBudget,
    sink: &'r mut ObjectSink<'f, E>,
    /// The error that stopped the reading.
    stopped: &'r mut Option<SourceError<E>>,
    outcome: &'r mut FileOutcome,
}

impl<'de, E> Visitor<'de> for FileReading<'_, '_, E> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with `data` and `meta`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { hinted, budget, sink, stopped, outcome } = self;
        while let Some(name) = map.next_key::<String>()? {
            match name.as_str() {
                "data" if outcome.has_data => return Err(de::Error::duplicate_field("data")),
                "meta" if outcome.meta.is_some() => return Err(de::Error::duplicate_field("meta")),
                "meta" => outcome.meta = map.next_value()?,
                "data" => {
                    outcome.has_data = true;
                    let said = outcome.meta.as_ref().and_then(|meta| meta.class.as_deref());
                    let known = said.map_or(hinted, ObjectClass::of_name);
                    let is_known = said.is_some() || hinted.is_some();
                    let mut each = |object: HoundObject| {
                        budget.renew();
                        outcome.objects += 1;
                        let class = if is_known { known } else { object.class() };
                        let Some(class) = class else {
                            outcome.unclassed += 1;
                            return Ok(());
                        };
                        outcome.class = Some(class);
                        sink(object, class, outcome.objects).map_err(|error| *stopped = Some(error))
                    };
                    map.next_value_seed(EachElement(&mut each, PhantomData))?;
                }
                _ => pass_over(&mut map)?,
            }
            budget.renew();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::convert::Infallible;

    #[test]
    fn an_object_without_an_end_is_bounded() {
        let endless =
            (&br#"{"data": [{"Members": []}, {"ObjectIdentifier": ""#[..]).chain(std::io::repeat(b'a'));
        let mut objects = 0;
        let mut count = |_, _, _| {
            objects += 1;
            Ok::<(), SourceError<Infallible>>(())
        };
        let error = read("a.json", endless, 1 << 20, &mut count).err().unwrap().to_string();
        assert_eq!((error.as_str(), objects), ("line 1: `a.json`: record 2 is longer than 1 MiB", 1));
    }
}
