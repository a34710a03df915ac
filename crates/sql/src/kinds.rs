//! The names of column types.

use arrow_schema::{DataType, TimeUnit};

/// Returns the name of a type in answers.
pub fn kind(kind_of: &DataType) -> String {
    match kind_of {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => "text".to_owned(),
        DataType::Dictionary(_, values) => kind(values),
        DataType::List(items) | DataType::LargeList(items) => format!("list<{}>", kind(items.data_type())),
        DataType::Map(entries, _) => match entries.data_type() {
            DataType::Struct(pair) => {
                let names: Vec<String> = pair.iter().map(|field| kind(field.data_type())).collect();
                format!("map<{}>", names.join(", "))
            }
            _ => "map".to_owned(),
        },
        DataType::Timestamp(..) => "timestamp".to_owned(),
        DataType::Null => "null".to_owned(),
        DataType::Struct(_) => "struct".to_owned(),
        other => other.to_string().to_lowercase(),
    }
}

/// Returns the type of time stamps.
pub fn moment_type() -> DataType {
    DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()))
}
