//! The roles and grants of a PostgreSQL server: rows that are written here, and those of a real server.

use countersign_sources::{
    NodeBody, NodeKind, POSTGRES_QUERY, PrivilegeLevel, ReadingReport, Relation, SourceEdge, SourceNode,
    SourceRecord, read_postgres,
};
use countersign_testkit::{Postgres, skip};
use std::collections::BTreeMap;

struct Server {
    nodes: BTreeMap<String, SourceNode>,
    edges: Vec<SourceEdge>,
    report: ReadingReport,
}

fn read(rows: &str) -> Result<Server, String> {
    let mut records = Vec::new();
    let report = read_postgres("main", rows.as_bytes(), &mut records).map_err(|error| error.to_string())?;
    let (mut nodes, mut edges) = (BTreeMap::new(), Vec::new());
    for record in records {
        match record {
            SourceRecord::Node(node) => {
                assert!(nodes.insert(node.key.to_string().replace("postgres:main/", ""), *node).is_none());
            }
            SourceRecord::Edge(edge) => edges.push(edge),
        }
    }
    assert_eq!((report.nodes, report.edges), (nodes.len() as u64, edges.len() as u64));
    Ok(Server { nodes, edges, report })
}

impl Server {
    /// Returns the relations between things with these names, in short; objects by their keys.
    fn edges(&self, relation: Relation, of: &[&str]) -> Vec<String> {
        let name = |key: &str| {
            let key = key.replace("postgres:main/", "").replace("postgres:main", "server");
            match self.nodes.get(&key) {
                Some(node) if key.starts_with("role/") => node.name.clone(),
                _ => key,
            }
        };
        let mut shown: Vec<String> = self
            .edges
            .iter()
            .filter(|edge| edge.relation == relation && of.contains(&name(edge.from.as_str()).as_str()))
            .map(|edge| {
                let level = match edge.body.level {
                    None => "",
                    Some(PrivilegeLevel::Read) => " read: ",
                    Some(PrivilegeLevel::Write) => " write: ",
                    Some(PrivilegeLevel::Administer) => " administer: ",
                };
                format!(
                    "{} {}{level}{}",
                    name(edge.from.as_str()),
                    name(edge.to.as_str()),
                    edge.body.rights.join(",")
                )
            })
            .collect();
        shown.sort();
        shown
    }
}

#[test]
fn a_real_server_says_its_roles_and_grants() {
    if !Postgres::installed() {
        skip("PostgreSQL is not installed");
        return;
    }
    let postgres = Postgres::start();
    let (url, other) = (postgres.fresh_database(), postgres.fresh_database());
    postgres.run_sql(
        &url,
        "CREATE ROLE readers; CREATE ROLE dba CREATEROLE; CREATE ROLE root_like SUPERUSER LOGIN PASSWORD 'SECRET';
         CREATE ROLE app LOGIN; CREATE ROLE ada LOGIN; CREATE ROLE ops LOGIN;
         GRANT readers TO ada; GRANT dba TO ops WITH ADMIN OPTION; GRANT app TO ops; GRANT pg_execute_server_program TO readers;
         CREATE SCHEMA shop AUTHORIZATION app; GRANT USAGE ON SCHEMA shop TO readers;
         SET ROLE app; CREATE TABLE shop.orders (id int); CREATE SEQUENCE shop.ids; CREATE VIEW shop.recent AS SELECT 1 AS one; RESET ROLE;
         GRANT SELECT ON shop.orders TO readers; GRANT SELECT, INSERT ON shop.orders TO ops WITH GRANT OPTION; GRANT SELECT ON shop.recent TO PUBLIC;",
    );
    let rows = |url: &str| postgres.run_sql(url, POSTGRES_QUERY);
    let server = read(&(rows(&url) + "\n" + &rows(&other))).unwrap();
    assert_eq!(server.report.listed, []);
    assert_eq!(server.edges(Relation::MemberOf, &["ada"]), ["ada PUBLIC", "ada readers"]);
    assert_eq!(server.edges(Relation::MemberOf, &["ops"]), ["ops PUBLIC", "ops dba"]);
    assert_eq!(
        server.edges(Relation::Controls, &["ops"]),
        ["ops app administer: SET ROLE", "ops dba administer: ADMIN OPTION"]
    );
    let database = server.nodes.keys().find(|key| key.ends_with("/table/shop.orders")).unwrap();
    let database = database.split("/table/").next().unwrap();
    assert_eq!(
        server.edges(Relation::May, &["readers", "ops", "root_like", "dba", "ada"]),
        [
            "dba server administer: CREATEROLE".to_owned(),
            format!("ops {database}/table/shop.orders administer: INSERT,SELECT"),
            format!("readers {database}/schema/shop read: USAGE"),
            format!("readers {database}/table/shop.orders read: SELECT"),
            "root_like server administer: SUPERUSER".to_owned(),
        ]
    );
    let of_app = server.edges(Relation::May, &["app"]);
    assert_eq!(of_app.len(), 4, "a schema, a table, a sequence and a view: {of_app:?}");
    assert!(of_app.iter().all(|edge| edge.contains(" administer: ") && edge.contains("OWNER")), "{of_app:?}");
    let public = server.edges(Relation::May, &["PUBLIC"]);
    assert!(public.contains(&format!("PUBLIC {database}/view/shop.recent read: SELECT")), "{public:?}");
    assert!(
        public.contains(&format!("PUBLIC {database} write: CONNECT,TEMPORARY")),
        "what nobody took away: {public:?}"
    );
    let named = |name: &str| server.nodes.values().find(|node| node.name == name).unwrap();
    assert_eq!((named("ada").body.kind(), named("dba").body.kind()), (NodeKind::Account, NodeKind::Role));
    let NodeBody::Role(programs) = &named("pg_execute_server_program").body else { panic!() };
    let NodeBody::Role(readers) = &named("readers").body else { panic!() };
    assert_eq!((programs.privileged, readers.privileged), (Some(true), Some(false)));
    let databases = server
        .nodes
        .keys()
        .filter(|key| key.starts_with("database/") && key.matches('/').count() == 1)
        .count();
    assert_eq!(databases, 2);
    assert!(!format!("{:?}", server.nodes).contains("SECRET"));
}

const DATABASE: &str = r#"{"row":"database","name":"shop","owner":10}"#;
const ROLE: &str = r#"{"row":"role","oid":10,"name":"app","login":true,"superuser":false,"create_role":false,"create_database":true,"replication":false,"bypass_row_security":false}"#;
const END: &str = r#"{"row":"end"}"#;

#[test]
fn rows_that_are_cut_out_of_order_or_there_twice_are_refused() {
    let rows = |rows: &[&str]| rows.join("\n");
    let server = read(&rows(&[DATABASE, ROLE, END])).unwrap();
    assert_eq!(server.edges(Relation::May, &["app"]), ["app server write: CREATEDB"]);
    let grant = r#"{"row":"grant","class":"table","object":"a.b","owner":11,"grantee":10,"privileges":["SELECT"],"grantable":false}"#;
    let lost = read(&rows(&[DATABASE, ROLE, grant, END])).unwrap();
    assert_eq!(
        lost.report.listed.iter().map(ToString::to_string).collect::<Vec<_>>(),
        [
            "`postgres:main/role/11` may `postgres:main/database/shop/table/a.b`: the input does not describe `postgres:main/role/11`"
        ]
    );
    for (text, says) in [
        (rows(&[DATABASE, ROLE]), "line 3: the rows are cut"),
        (String::new(), "line 1: the rows are cut"),
        (rows(&[ROLE, END]), "line 1: the rows are cut, or out of order"),
        (rows(&[DATABASE, ROLE, DATABASE]), "line 3: the rows are cut, or out of order"),
        (rows(&[DATABASE, END, ROLE]), "line 3: the rows are cut, or out of order"),
        (rows(&[DATABASE, ROLE, ROLE, END]), "line 3: the role `app` is there twice in database 1"),
        (rows(&[DATABASE, END, DATABASE, END]), "line 3: the database `shop` is there twice"),
        (rows(&[DATABASE, "(1 row)", END]), "line 2: not a row of the query"),
        (rows(&[DATABASE, r#"{"row":"role","oid":1,"oid":2}"#]), "line 2: not a row of the query"),
        ("a".repeat(2 << 20), "line 1: the row is longer than 1 MiB"),
    ] {
        let error = read(&text).err().unwrap();
        assert!(error.starts_with(says), "{error}");
    }
    let nameless = read_postgres("", &b""[..], &mut Vec::new()).unwrap_err().to_string();
    assert!(nameless.contains("the name of the server is empty"));
}
