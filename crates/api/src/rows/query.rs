//! Queries in SQL.

use crate::access::READS;
use crate::row::{EndpointRow, NoBody, get, post};
use crate::{Items, NewQuery, QueryAnswer, QueryTable, SortField};

rows! {
    /// Run a query in SQL over decisions, sessions and facts. It only reads, within limits.
    ASK: EndpointRow<0, NewQuery, QueryAnswer> =
        post("query.ask", "/query", READS)
            .example(r#"{"sql": "SELECT effect, count(*) FROM decisions GROUP BY effect"}"#);

    /// List the tables for queries, with their columns.
    TABLES: EndpointRow<0, NoBody, Items<QueryTable>> =
        get("query.tables", "/query/tables", READS)
            .sorted_by(&[SortField::ascending("position")]);
}
