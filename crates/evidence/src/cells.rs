//! Columns back to records. A file may come from anywhere (somebody compacted a partition with another engine), so
//! every value is parsed again, and what does not parse is an error that names the column.

use crate::columns::moment_type;
use crate::record::{Authentication, Completed, CutText, Decided, DeviceEvidence, Folded, Place, Row};
use arrow_array::cast::AsArray;
use arrow_array::types::{Int64Type, TimestampMicrosecondType, UInt64Type};
use arrow_array::{
    Array, BooleanArray, Int64Array, ListArray, RecordBatch, StringArray, StructArray,
    TimestampMicrosecondArray, UInt64Array,
};
use countersign_names::Timestamp;
use std::collections::BTreeMap;
use std::str::FromStr;

/// A cell that does not hold what its column should.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("column {column}: {why}")]
pub(crate) struct BadCell {
    column: &'static str,
    why: String,
}

pub(crate) type Read<T> = Result<T, BadCell>;

/// One row of a batch.
#[derive(Clone, Copy)]
pub(crate) struct Cells<'a> {
    batch: &'a RecordBatch,
    row: usize,
}

pub(crate) fn bad(column: &'static str, why: impl ToString) -> BadCell {
    BadCell { column, why: why.to_string() }
}

impl<'a> Cells<'a> {
    pub(crate) const fn new(batch: &'a RecordBatch, row: usize) -> Self {
        Self { batch, row }
    }

    /// The column when it has a value in this row.
    fn column(&self, name: &'static str) -> Read<Option<&'a dyn Array>> {
        let column = self.batch.column_by_name(name).ok_or_else(|| bad(name, "it is missing"))?;
        if self.row >= column.len() {
            return Err(bad(name, "it is shorter than the others"));
        }
        Ok((!column.is_null(self.row)).then_some(column.as_ref()))
    }

    pub(crate) fn text(&self, name: &'static str) -> Read<Option<&'a str>> {
        let Some(column) = self.column(name)? else { return Ok(None) };
        let texts: &StringArray = column.as_string_opt().ok_or_else(|| bad(name, "it is not text"))?;
        Ok(Some(texts.value(self.row)))
    }

    fn words<T>(&self, name: &'static str) -> Read<Option<T>>
    where
        T: FromStr,
        T::Err: ToString,
    {
        self.text(name)?.map(|text| text.parse().map_err(|error: T::Err| bad(name, error))).transpose()
    }

    pub(crate) fn word<T>(&self, name: &'static str) -> Read<T>
    where
        T: FromStr,
        T::Err: ToString,
    {
        self.words(name)?.ok_or_else(|| missing(name))
    }

    fn flag(&self, name: &'static str) -> Read<Option<bool>> {
        let Some(column) = self.column(name)? else { return Ok(None) };
        let flags: &BooleanArray = column.as_boolean_opt().ok_or_else(|| bad(name, "it is not boolean"))?;
        Ok(Some(flags.value(self.row)))
    }

    fn count<T: TryFrom<u64>>(&self, name: &'static str) -> Read<Option<T>> {
        let Some(column) = self.column(name)? else { return Ok(None) };
        let counts: &UInt64Array = column
            .as_primitive_opt::<UInt64Type>()
            .ok_or_else(|| bad(name, "it is not an unsigned number"))?;
        T::try_from(counts.value(self.row)).map(Some).map_err(|_| bad(name, "the number is too large"))
    }

    fn span(&self, name: &'static str) -> Read<Option<i64>> {
        let Some(column) = self.column(name)? else { return Ok(None) };
        let spans: &Int64Array =
            column.as_primitive_opt::<Int64Type>().ok_or_else(|| bad(name, "it is not a signed number"))?;
        Ok(Some(spans.value(self.row)))
    }

    fn moment(&self, name: &'static str) -> Read<Option<Timestamp>> {
        let Some(column) = self.column(name)? else { return Ok(None) };
        let moments: &TimestampMicrosecondArray = column
            .as_primitive_opt::<TimestampMicrosecondType>()
            .ok_or_else(|| bad(name, format!("it is not {}", moment_type())))?;
        Ok(Some(Timestamp::from_micros(moments.value(self.row))))
    }

    /// When the decision fell.
    pub(crate) fn at(&self) -> Read<Timestamp> {
        self.moment("at")?.ok_or_else(|| missing("at"))
    }

    fn words_list<T>(&self, name: &'static str) -> Read<Option<Vec<T>>>
    where
        T: FromStr,
        T::Err: ToString,
    {
        let Some(column) = self.column(name)? else { return Ok(None) };
        let lists: &ListArray = column.as_list_opt().ok_or_else(|| bad(name, "it is not a list"))?;
        let list = lists.value(self.row);
        let texts: &StringArray =
            list.as_string_opt().ok_or_else(|| bad(name, "it is not a list of text"))?;
        let parsed = texts.iter().map(|text| match text {
            Some(text) => text.parse().map_err(|error: T::Err| bad(name, error)),
            None => Err(missing(name)),
        });
        parsed.collect::<Read<Vec<T>>>().map(Some)
    }

    fn list<T>(&self, name: &'static str) -> Read<Vec<T>>
    where
        T: FromStr,
        T::Err: ToString,
    {
        self.words_list(name)?.ok_or_else(|| missing(name))
    }

    /// The whole row of a decisions file.
    pub(crate) fn row(&self) -> Read<Row> {
        let decided = self.decided()?;
        let completed = if self.column("ended")?.is_some() { Some(self.completed()?) } else { None };
        Ok(Row { decided, completed })
    }

    /// The row of a completions file, or the last columns of a decisions file.
    pub(crate) fn completed(&self) -> Read<Completed> {
        Ok(Completed {
            id: self.word("id")?,
            at: need("completed_at", self.moment("completed_at")?)?,
            status: need("status", self.count("status")?)?,
            bytes_in: need("bytes_in", self.count("bytes_in")?)?,
            bytes_out: need("bytes_out", self.count("bytes_out")?)?,
            duration_micros: need("duration_micros", self.count("duration_micros")?)?,
            ended: self.word("ended")?,
        })
    }

    fn decided(&self) -> Read<Decided> {
        Ok(Decided {
            id: self.word("id")?,
            at: self.at()?,
            gate: self.word("gate")?,
            principal: self.word("principal")?,
            session: self.words("session")?,
            device: self.words("device")?,
            application: self.word("application")?,
            resource: self.word("resource")?,
            action: self.word("action")?,
            operation: self.word("operation")?,
            item: self.word("item")?,
            effect: self.word("effect")?,
            enforced: need("enforced", self.flag("enforced")?)?,
            cause: self.word("cause")?,
            world: need("world", self.count("world")?)?,
            policies: self.digest("policies")?,
            reasons: self.list("reasons")?,
            shadow: self.list("shadow")?,
            errors: self.list("errors")?,
            remedies: self.list("remedies")?,
            exceptions: self.list("exceptions")?,
            grant: self.words("grant")?,
            sensitivity: self.word("sensitivity")?,
            labelled: need("labelled", self.flag("labelled")?)?,
            authentication: self.authentication()?,
            session_age_seconds: self.span("session_age_seconds")?,
            session_idle_seconds: self.span("session_idle_seconds")?,
            device_evidence: self.device_evidence()?,
            place: self.place()?,
            risk: self.word("risk")?,
            content_type: self.words("content_type")?,
            latency_micros: need("latency_micros", self.count("latency_micros")?)?,
            tags: self.tags()?,
            folded: self.folded()?,
            item_cut: self.item_cut()?,
        })
    }

    fn digest(&self, name: &'static str) -> Read<[u8; 32]> {
        let text = need(name, self.text(name)?)?;
        let mut digest = [0; 32];
        hex::decode_to_slice(text, &mut digest).map_err(|error| bad(name, error))?;
        Ok(digest)
    }

    fn authentication(&self) -> Read<Option<Authentication>> {
        let Some(method) = self.words("authentication_method")? else { return Ok(None) };
        Ok(Some(Authentication {
            assurance: self.word("authentication_assurance")?,
            method,
            phishing_resistant: need(
                "authentication_phishing_resistant",
                self.flag("authentication_phishing_resistant")?,
            )?,
            age_seconds: need("authentication_age_seconds", self.span("authentication_age_seconds")?)?,
            credential: self.word("authentication_credential")?,
        }))
    }

    fn device_evidence(&self) -> Read<Option<DeviceEvidence>> {
        let Some(managed) = self.flag("device_managed")? else { return Ok(None) };
        Ok(Some(DeviceEvidence {
            managed,
            compliant: need("device_compliant", self.flag("device_compliant")?)?,
            proved: need("device_proved", self.flag("device_proved")?)?,
            posture_age_seconds: self.span("device_posture_age_seconds")?,
            failing: self.list("device_failing")?,
        }))
    }

    /// A file of before there were tags has no such column, and no tags.
    fn tags(&self) -> Read<BTreeMap<String, String>> {
        const NAME: &str = "tags";
        if self.batch.column_by_name(NAME).is_none() {
            return Ok(BTreeMap::new());
        }
        let Some(column) = self.column(NAME)? else { return Ok(BTreeMap::new()) };
        let maps = column.as_map_opt().ok_or_else(|| bad(NAME, "it is not a map"))?;
        pairs(NAME, &maps.value(self.row))
    }

    /// A file of before anything was folded has no such columns.
    fn folded(&self) -> Read<Option<Folded>> {
        if self.batch.column_by_name("folded_count").is_none() {
            return Ok(None);
        }
        let Some(count) = self.count("folded_count")? else { return Ok(None) };
        let first = need("folded_first_at", self.moment("folded_first_at")?)?;
        Ok(Some(Folded { count, first, over: self.word("folded_over")? }))
    }

    fn item_cut(&self) -> Read<Option<CutText>> {
        if self.batch.column_by_name("item_bytes").is_none() {
            return Ok(None);
        }
        let Some(bytes) = self.count("item_bytes")? else { return Ok(None) };
        let sha256 = self.digest("item_sha256")?;
        Ok(Some(CutText { bytes, sha256 }))
    }

    fn place(&self) -> Read<Option<Place>> {
        let Some(network) = self.words("place_network")? else { return Ok(None) };
        Ok(Some(Place { address: self.word("place_address")?, network }))
    }
}

/// What a map of text to text holds in one row.
pub(crate) fn pairs(column: &'static str, pairs: &StructArray) -> Read<BTreeMap<String, String>> {
    let texts = |place: usize| -> Read<&StringArray> {
        let side = pairs.columns().get(place).ok_or_else(|| missing(column))?;
        side.as_string_opt().ok_or_else(|| bad(column, "it is not a map of text to text"))
    };
    let (keys, values) = (texts(0)?, texts(1)?);
    let pair = |(key, value): (Option<&str>, Option<&str>)| {
        key.zip(value).map(|(key, value)| (key.to_owned(), value.to_owned())).ok_or_else(|| missing(column))
    };
    keys.iter().zip(values).map(pair).collect()
}

pub(crate) fn missing(column: &'static str) -> BadCell {
    bad(column, "it is empty where it must not be")
}

fn need<T>(column: &'static str, value: Option<T>) -> Read<T> {
    value.ok_or_else(|| missing(column))
}
