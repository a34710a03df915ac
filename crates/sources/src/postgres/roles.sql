-- The roles of a PostgreSQL server and the grants in the database of this connection, one JSON object in each row. It reads the
-- catalog only, and no password: any role may run it, in a transaction that is read-only.
SELECT line FROM (
  SELECT 1 AS part, json_build_object(
    'row', 'database', 'name', datname, 'owner', datdba::bigint)::text AS line
  FROM pg_database WHERE datname = current_database()
UNION ALL
  SELECT 2, json_build_object(
    'row', 'role', 'oid', oid::bigint, 'name', rolname, 'login', rolcanlogin, 'superuser', rolsuper,
    'create_role', rolcreaterole, 'create_database', rolcreatedb, 'replication', rolreplication,
    'bypass_row_security', rolbypassrls)::text
  FROM pg_roles
UNION ALL
  SELECT 3, json_build_object(
    'row', 'member', 'role', roleid::bigint, 'member', member::bigint, 'admin', admin_option)::text
  FROM pg_auth_members
UNION ALL
  SELECT 4, json_build_object(
    'row', 'grant', 'class', class, 'object', object, 'owner', owner::bigint, 'grantee', (acl).grantee::bigint,
    'privileges', json_agg((acl).privilege_type ORDER BY (acl).privilege_type),
    'grantable', bool_or((acl).is_grantable))::text
  FROM (
    SELECT 'database' AS class, datname::text AS object, datdba AS owner,
           aclexplode(coalesce(datacl, acldefault('d', datdba))) AS acl
    FROM pg_database WHERE datname = current_database()
    UNION ALL
    SELECT 'schema', nspname::text, nspowner, aclexplode(coalesce(nspacl, acldefault('n', nspowner)))
    FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
    UNION ALL
    SELECT CASE relkind WHEN 'S' THEN 'sequence' WHEN 'v' THEN 'view' WHEN 'm' THEN 'view' ELSE 'table' END,
           format('%I.%I', nspname, relname), relowner,
           aclexplode(coalesce(relacl, acldefault(CASE relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", relowner)))
    FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND nspname !~ '^pg_' AND nspname <> 'information_schema'
  ) AS granted
  GROUP BY class, object, owner, (acl).grantee
UNION ALL
  SELECT 5, json_build_object('row', 'end')::text
) AS lines ORDER BY part
