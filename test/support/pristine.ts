/** Databases that go from test to test: emptying one costs a tenth of making one. */
import { query } from "./query.ts";
import type { Connection } from "../../src/adapters/store/server.ts";

/** Remembers what a database holds, so that `restore` brings every copy of it back to that. */
export const remember = (connection: Connection): Promise<unknown> =>
  query(
    connection,
    `create schema pristine;
     do $$ declare name text; begin
       for name in ${ours} loop
         if (xpath('/row/c/text()', query_to_xml('select count(*) as c from ' || name, false, true, '')))[1]::text <> '0'
         then execute format('create table pristine.%I as table %s', name, name); end if;
       end loop;
     end $$`,
  );

/** Ends whoever still uses the database and brings its rows and numbers back to what they were. */
export const restore = (connection: Connection): Promise<unknown> =>
  query(
    connection,
    `select pg_terminate_backend(pid, 10000) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid();
     -- Without triggers the order of the tables does not matter.
     set session_replication_role = replica;
     do $$ declare name text; begin
       for name in ${ours} loop
         if pg_relation_size(name::regclass) > 1000000 then execute 'truncate ' || name || ' cascade';
         else execute 'delete from ' || name; end if;
       end loop;
       for name in select tablename from pg_tables where schemaname = 'pristine' loop
         execute format('insert into %s table pristine.%I', name, name);
       end loop;
       for name in select quote_ident(schemaname) || '.' || quote_ident(sequencename) from pg_sequences loop
         perform setval(name::regclass, 1, false);
       end loop;
     end $$`,
  );

/** Parents of partitions are left out: their rows are those of the partitions. */
const ours = `select c.oid::regclass::text from pg_class c
   where c.relkind = 'r' and c.relnamespace in ('yardmaster'::regnamespace, 'pgboss'::regnamespace)`;
