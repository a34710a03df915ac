//! Questions in SQL.

use crate::access::READS;
use crate::row::{EndpointRow, NoBody, get, post};
use crate::{Items, NewQuery, QueryAnswer, QueryTable, SortField};

rows! {
    /// Ask a question in SQL over decisions, sessions and facts; it only reads, and is bounded.
    ASK: EndpointRow<0, NewQuery, QueryAnswer> =
        post("query.ask", "/query", READS)
            .example(r#"{"sql": "SELECT effect, count(*) FROM decisions GROUP BY effect"}"#);

    /// The tables that can be asked, with their columns.
    TABLES: EndpointRow<0, NoBody, Items<QueryTable>> =
        get("query.tables", "/query/tables", READS)
            .sorted_by(&[SortField::ascending("position")]);
}
