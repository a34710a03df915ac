//! Recorded accesses by the hundred thousand, column by column: only what a replay needs.
//!
//! A text column has few distinct values, and Parquet stores a dictionary of them. Each value is parsed once, and a row
//! is then a few indexes into such dictionaries. As rows, ten million records would be half a billion texts.

use crate::record::{Cause, Decided, Effect};
use arrow_array::cast::AsArray;
use arrow_array::types::{Int32Type, Int64Type, TimestampMicrosecondType, UInt64Type};
use arrow_array::{Array, RecordBatch};
use countersign_lake::cells::{BadCell, Read, bad, missing, pairs};
use countersign_lake::columns::moment_type;
use countersign_names::{
    Action, ApplicationName, DecisionId, DeviceId, PolicyId, Principal, ResourceName, SessionId, Timestamp,
};
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::str::FromStr;

/// The columns to read; all except times, numbers and flags come as dictionary arrays.
pub(crate) const COLUMNS: &[&str] = &[
    "id",
    "at",
    "principal",
    "session",
    "device",
    "application",
    "resource",
    "action",
    "operation",
    "item",
    "effect",
    "enforced",
    "cause",
    "world",
    "policies",
    "reasons",
    "shadow",
    "session_idle_seconds",
    "device_posture_age_seconds",
    "place_address",
    "place_network",
    "content_type",
    "tags",
    "folded_count",
    "item_bytes",
];

/// Many accesses, in the order of recording.
#[derive(Debug, Default)]
pub struct Accesses {
    ids: Vec<DecisionId>,
    at: Vec<Timestamp>,
    principal: RepeatedValues<Principal>,
    session: RepeatedValues<SessionId>,
    device: RepeatedValues<DeviceId>,
    application: RepeatedValues<ApplicationName>,
    resource: RepeatedValues<ResourceName>,
    action: RepeatedValues<Action>,
    operation: RepeatedValues<String>,
    item: RepeatedValues<String>,
    effect: RepeatedValues<Effect>,
    enforced: Vec<bool>,
    cause: RepeatedValues<Cause>,
    world: Vec<u64>,
    policies: RepeatedValues<Version>,
    reasons: Lists<PolicyId>,
    shadow: Lists<PolicyId>,
    idle: Vec<Option<i64>>,
    posture_age: Vec<Option<i64>>,
    address: RepeatedValues<IpAddr>,
    network: RepeatedValues<String>,
    content_type: RepeatedValues<String>,
    /// Tags by row, for the few rows that have any.
    tags: BTreeMap<usize, BTreeMap<String, String>>,
    /// Number of accesses by row, for the few rows that stand for more than one.
    folded: BTreeMap<usize, u64>,
    /// Original length by row, for the few rows whose item was cut.
    cut: BTreeMap<usize, u64>,
    /// The rows that count.
    rows: Vec<usize>,
}

/// One recorded access.
#[derive(Debug, Clone, Copy)]
pub struct Access<'a> {
    /// The id of the decision.
    pub id: DecisionId,
    /// When the decision was made.
    pub at: Timestamp,
    /// The principal.
    pub principal: Principal,
    /// The principal's session.
    pub session: Option<SessionId>,
    /// The principal's device.
    pub device: Option<DeviceId>,
    /// The requested application.
    pub application: &'a ApplicationName,
    /// The requested resource.
    pub resource: &'a ResourceName,
    /// The requested action.
    pub action: Action,
    /// The operation in the protocol's terms.
    pub operation: &'a str,
    /// The item in the protocol's terms.
    pub item: &'a str,
    /// The outcome.
    pub effect: Effect,
    /// False if a denial was not enforced because the application is in the observe stage.
    pub enforced: bool,
    /// Why the decision was made.
    pub cause: Cause,
    /// The journal sequence number of the last fact that the decision knew.
    pub world: u64,
    /// The version of the policy set.
    pub policies: &'a [u8; 32],
    /// The policies that determined the outcome.
    pub reasons: Reasons<'a>,
    /// The shadow-stage policies that would have changed the outcome.
    pub shadow: Reasons<'a>,
    /// Seconds since the session was last used.
    pub idle: Option<i64>,
    /// Seconds since the device's posture was last known.
    pub posture_age: Option<i64>,
    /// The address of the peer.
    pub address: Option<IpAddr>,
    /// The network of the address.
    pub network: Option<&'a str>,
    /// The media type of the response, if the decision read it.
    pub content_type: Option<&'a str>,
    /// Attributes of the item that the decision client sent.
    pub tags: Option<&'a BTreeMap<String, String>>,
    /// Number of accesses that the record stands for: more than one if refusals of unauthenticated requests were
    /// aggregated.
    pub count: u64,
    /// Whether the item was cut, so that the access cannot be evaluated again.
    pub is_item_cut: bool,
}

/// The policies of a decision: those that determined it, or the shadow-stage policies that would have changed it.
#[derive(Debug, Clone, Copy)]
pub struct Reasons<'a> {
    values: &'a [PolicyId],
    places: &'a [u32],
}

impl<'a> Reasons<'a> {
    /// Iterates over the policies.
    pub fn iter(&self) -> impl Iterator<Item = &'a PolicyId> + use<'a> {
        let values = self.values;
        self.places.iter().filter_map(move |place| values.get(*place as usize))
    }
}

impl Accesses {
    /// Returns the one access of this record.
    pub fn of(decided: &Decided) -> Self {
        let mut accesses = Self::default();
        accesses.push(decided);
        accesses
    }

    /// Returns the number of accesses.
    pub const fn len(&self) -> usize {
        self.rows.len()
    }

    /// Returns whether there are no accesses.
    pub const fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Iterates over the accesses, in order.
    pub fn iter(&self) -> impl Iterator<Item = Access<'_>> {
        self.rows.iter().filter_map(|row| self.get(*row))
    }

    /// Keeps only the accesses for which `keep` returns true.
    pub(crate) fn retain(&mut self, mut keep: impl FnMut(DecisionId, Timestamp) -> bool) {
        let (ids, at) = (&self.ids, &self.at);
        self.rows.retain(|row| ids.get(*row).zip(at.get(*row)).is_some_and(|(id, at)| keep(*id, *at)));
    }

    fn get(&self, row: usize) -> Option<Access<'_>> {
        Some(Access {
            id: *self.ids.get(row)?,
            at: *self.at.get(row)?,
            principal: *self.principal.get(row)?,
            session: self.session.get(row).copied(),
            device: self.device.get(row).copied(),
            application: self.application.get(row)?,
            resource: self.resource.get(row)?,
            action: *self.action.get(row)?,
            operation: self.operation.get(row)?,
            item: self.item.get(row)?,
            effect: *self.effect.get(row)?,
            enforced: *self.enforced.get(row)?,
            cause: *self.cause.get(row)?,
            world: *self.world.get(row)?,
            policies: &self.policies.get(row)?.0,
            reasons: self.reasons.get(row)?,
            shadow: self.shadow.get(row)?,
            idle: self.idle.get(row).copied().flatten(),
            posture_age: self.posture_age.get(row).copied().flatten(),
            address: self.address.get(row).copied(),
            network: self.network.get(row).map(String::as_str),
            content_type: self.content_type.get(row).map(String::as_str),
            tags: self.tags.get(&row),
            count: self.folded.get(&row).copied().unwrap_or(1),
            is_item_cut: self.cut.contains_key(&row),
        })
    }

    /// Reads the accesses of a batch whose texts are dictionary arrays.
    pub(crate) fn read(batch: &RecordBatch) -> Read<Self> {
        let columns = Columns(batch);
        Ok(Self {
            ids: columns.ids()?,
            at: columns.moments("at")?,
            principal: columns.words("principal")?.always("principal")?,
            session: columns.words("session")?,
            device: columns.words("device")?,
            application: columns.words("application")?.always("application")?,
            resource: columns.words("resource")?.always("resource")?,
            action: columns.words("action")?.always("action")?,
            operation: columns.words("operation")?.always("operation")?,
            item: columns.words("item")?.always("item")?,
            effect: columns.words("effect")?.always("effect")?,
            enforced: columns.flags("enforced")?,
            cause: columns.words("cause")?.always("cause")?,
            world: columns.counts("world")?,
            policies: columns.words("policies")?.always("policies")?,
            reasons: columns.lists("reasons")?,
            shadow: columns.lists("shadow")?,
            idle: columns.spans("session_idle_seconds")?,
            posture_age: columns.spans("device_posture_age_seconds")?,
            address: columns.words("place_address")?,
            network: columns.words("place_network")?,
            content_type: columns.words("content_type")?,
            tags: columns.tags("tags")?,
            folded: columns.some_counts("folded_count")?,
            cut: columns.some_counts("item_bytes")?,
            rows: (0..batch.num_rows()).collect(),
        })
    }

    /// Adds one access that is not Parquet yet.
    pub(crate) fn push(&mut self, decided: &Decided) {
        let row = self.ids.len();
        self.ids.push(decided.id);
        self.at.push(decided.at);
        self.principal.push(Some(decided.principal));
        self.session.push(decided.session);
        self.device.push(decided.device);
        self.application.push(Some(decided.application.clone()));
        self.resource.push(Some(decided.resource.clone()));
        self.action.push(Some(decided.action));
        self.operation.push(Some(decided.operation.clone()));
        self.item.push(Some(decided.item.clone()));
        self.effect.push(Some(decided.effect));
        self.enforced.push(decided.enforced);
        self.cause.push(Some(decided.cause));
        self.world.push(decided.world);
        self.policies.push(Some(Version(decided.policies)));
        self.reasons.push(&decided.reasons);
        self.shadow.push(&decided.shadow);
        self.idle.push(decided.session_idle_seconds);
        self.posture_age.push(decided.device_evidence.as_ref().and_then(|device| device.posture_age_seconds));
        self.address.push(decided.place.as_ref().map(|place| place.address));
        self.network.push(decided.place.as_ref().map(|place| place.network.clone()));
        self.content_type.push(decided.content_type.clone());
        if !decided.tags.is_empty() {
            self.tags.insert(row, decided.tags.clone());
        }
        self.folded.extend(decided.folded.map(|folded| (row, folded.count)));
        self.cut.extend(decided.item_cut.map(|cut| (row, cut.bytes)));
        self.rows.push(row);
    }
}

/// The version of a policy set, parsed from hexadecimal digits.
#[derive(Debug, Clone, Copy)]
struct Version([u8; 32]);

impl FromStr for Version {
    type Err = hex::FromHexError;

    fn from_str(text: &str) -> Result<Self, hex::FromHexError> {
        let mut version = [0; 32];
        hex::decode_to_slice(text, &mut version)?;
        Ok(Self(version))
    }
}

/// The index of rows without a value.
const NONE: u32 = u32::MAX;

/// A column whose values repeat.
#[derive(Debug)]
struct RepeatedValues<T> {
    values: Vec<T>,
    /// The index of each row's value.
    places: Vec<u32>,
}

impl<T> Default for RepeatedValues<T> {
    fn default() -> Self {
        Self { values: Vec::new(), places: Vec::new() }
    }
}

impl<T> RepeatedValues<T> {
    fn get(&self, row: usize) -> Option<&T> {
        self.places.get(row).and_then(|place| self.values.get(*place as usize))
    }

    fn push(&mut self, value: Option<T>) {
        let place = u32::try_from(self.values.len()).unwrap_or(NONE);
        self.places.push(if value.is_some() { place } else { NONE });
        self.values.extend(value);
    }

    fn always(self, name: &'static str) -> Read<Self> {
        if self.places.contains(&NONE) { Err(missing(name)) } else { Ok(self) }
    }
}

/// A column of lists whose values repeat.
#[derive(Debug)]
struct Lists<T> {
    values: Vec<T>,
    places: Vec<u32>,
    /// The end in `places` of each row's list.
    ends: Vec<usize>,
}

impl<T> Default for Lists<T> {
    fn default() -> Self {
        Self { values: Vec::new(), places: Vec::new(), ends: Vec::new() }
    }
}

impl Lists<PolicyId> {
    fn get(&self, row: usize) -> Option<Reasons<'_>> {
        let begin = row.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied())?;
        let places = self.places.get(begin..*self.ends.get(row)?)?;
        Some(Reasons { values: &self.values, places })
    }

    fn push(&mut self, list: &[PolicyId]) {
        for value in list {
            self.places.push(u32::try_from(self.values.len()).unwrap_or(NONE));
            self.values.push(value.clone());
        }
        self.ends.push(self.places.len());
    }
}

/// Reads a batch column by column.
struct Columns<'a>(&'a RecordBatch);

impl<'a> Columns<'a> {
    fn column(&self, name: &'static str) -> Read<&'a dyn Array> {
        self.0.column_by_name(name).map(AsRef::as_ref).ok_or_else(|| bad(name, "it is missing"))
    }

    fn whole(&self, name: &'static str) -> Read<&'a dyn Array> {
        let column = self.column(name)?;
        if column.null_count() == 0 { Ok(column) } else { Err(missing(name)) }
    }

    fn words<T>(&self, name: &'static str) -> Read<RepeatedValues<T>>
    where
        T: FromStr,
        T::Err: ToString,
    {
        let (values, places) = dictionary(name, self.column(name)?)?;
        Ok(RepeatedValues { values, places })
    }

    fn lists<T>(&self, name: &'static str) -> Read<Lists<T>>
    where
        T: FromStr,
        T::Err: ToString,
    {
        let lists = self.whole(name)?.as_list_opt::<i32>().ok_or_else(|| bad(name, "it is not a list"))?;
        let (values, places) = dictionary(name, lists.values().as_ref())?;
        if places.contains(&NONE) {
            return Err(missing(name));
        }
        let ends = lists.value_offsets().iter().skip(1).map(|end| usize::try_from(*end).unwrap_or(0));
        let begin = lists.value_offsets().first().map_or(0, |begin| usize::try_from(*begin).unwrap_or(0));
        // A list array may be a slice of a longer one: the values before its first list belong to other lists.
        let places = places.get(begin..).unwrap_or_default().to_vec();
        Ok(Lists { values, places, ends: ends.map(|end| end.saturating_sub(begin)).collect() })
    }

    fn ids(&self) -> Read<Vec<DecisionId>> {
        let texts = self.whole("id")?.as_string_opt::<i32>().ok_or_else(|| bad("id", "it is not text"))?;
        texts.iter().flatten().map(|text| text.parse().map_err(|error| bad("id", error))).collect()
    }

    fn moments(&self, name: &'static str) -> Read<Vec<Timestamp>> {
        let moments = self
            .whole(name)?
            .as_primitive_opt::<TimestampMicrosecondType>()
            .ok_or_else(|| bad(name, format!("it is not {}", moment_type())))?;
        Ok(moments.values().iter().map(|micros| Timestamp::from_micros(*micros)).collect())
    }

    fn counts(&self, name: &'static str) -> Read<Vec<u64>> {
        let counts = self
            .whole(name)?
            .as_primitive_opt::<UInt64Type>()
            .ok_or_else(|| bad(name, "it is not an unsigned number"))?;
        Ok(counts.values().to_vec())
    }

    /// Returns the counts of the rows that have one. Files that are older than the column have none.
    fn some_counts(&self, name: &'static str) -> Read<BTreeMap<usize, u64>> {
        let Ok(column) = self.column(name) else { return Ok(BTreeMap::new()) };
        let counts = column
            .as_primitive_opt::<UInt64Type>()
            .ok_or_else(|| bad(name, "it is not an unsigned number"))?;
        Ok(counts.iter().enumerate().filter_map(|(row, count)| Some((row, count?))).collect())
    }

    fn spans(&self, name: &'static str) -> Read<Vec<Option<i64>>> {
        let spans = self
            .column(name)?
            .as_primitive_opt::<Int64Type>()
            .ok_or_else(|| bad(name, "it is not a signed number"))?;
        Ok(spans.iter().collect())
    }

    fn flags(&self, name: &'static str) -> Read<Vec<bool>> {
        let flags = self.whole(name)?.as_boolean_opt().ok_or_else(|| bad(name, "it is not boolean"))?;
        Ok(flags.values().iter().collect())
    }

    fn tags(&self, name: &'static str) -> Read<BTreeMap<usize, BTreeMap<String, String>>> {
        // Files that are older than tags have no such column.
        let Ok(column) = self.column(name) else { return Ok(BTreeMap::new()) };
        let maps = column.as_map_opt().ok_or_else(|| bad(name, "it is not a map"))?;
        let some = (0..maps.len()).filter(|row| maps.is_valid(*row));
        some.map(|row| Ok((row, pairs(name, &maps.value(row))?))).collect()
    }
}

/// Parses the values of a dictionary, and returns them with the index of each row's value.
fn dictionary<T>(name: &'static str, column: &dyn Array) -> Result<(Vec<T>, Vec<u32>), BadCell>
where
    T: FromStr,
    T::Err: ToString,
{
    let dictionary = column.as_dictionary_opt::<Int32Type>().ok_or_else(|| bad(name, "it is not text"))?;
    let texts = dictionary.values().as_string_opt::<i32>().ok_or_else(|| bad(name, "it is not text"))?;
    let parsed = texts.iter().map(|text| match text {
        Some(text) => text.parse().map_err(|error: T::Err| bad(name, error)),
        None => Err(missing(name)),
    });
    let values = parsed.collect::<Read<Vec<T>>>()?;
    let places =
        dictionary.keys().iter().map(|key| key.and_then(|key| u32::try_from(key).ok()).unwrap_or(NONE));
    Ok((values, places.collect()))
}
