import { describe, expect, it } from 'vitest';
import { readSchema } from '../../../lib/queries/schema/read-schema.ts';

const dump = `
SET statement_timeout = 0;
CREATE TYPE public.mood AS ENUM ('good', 'it''s bad');
CREATE DOMAIN email AS text CHECK (VALUE ~ '@');
CREATE TABLE IF NOT EXISTS public.Orders (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  customer_id integer NOT NULL REFERENCES customers (id),
  total numeric(10, 2) DEFAULT 0.0 NOT NULL,
  "createdAt" timestamp with time zone DEFAULT now(),
  tags text[],
  key text,
  CONSTRAINT positive CHECK (total > 0),
  UNIQUE (customer_id, total)
);
CREATE UNIQUE INDEX CONCURRENTLY ix ON public.orders USING btree (lower(key) DESC NULLS LAST, total) INCLUDE (tags) WHERE (key <> 'a;b');
ALTER TABLE ONLY public.orders ADD CONSTRAINT k UNIQUE ("createdAt"), ADD COLUMN note varchar(20);
CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ DROP TABLE orders; $$;
DO $$ BEGIN PERFORM 1; END $$;
`;

describe('A schema', () => {
  it('of PostgreSQL is read for its tables and indexes; the rest is passed over, and said', async () => {
    const schema = await readSchema(dump, 'postgresql');
    expect(schema.passedOver).toEqual(['SET', 'CREATE FUNCTION', 'DO']);
    expect(schema.enums.get('mood')).toEqual(['good', "it's bad"]);
    expect(schema.domains.get('email')).toBe('text');
    const orders = schema.tables.get('orders');
    expect(
      orders?.columns.map(
        ({ name, type, typeArguments, isArray, notNull }) =>
          `${name} ${type}${typeArguments}${isArray ? '[]' : ''}${notNull ? ' NOT NULL' : ''}`,
      ),
    ).toEqual([
      'id bigint NOT NULL',
      'customer_id integer NOT NULL',
      'total numeric(10,2) NOT NULL',
      'createdAt timestamp with time zone',
      'tags text[]',
      'key text',
      'note varchar(20)',
    ]);
    expect(
      orders?.indexes.map(({ keys, unique, include, where }) => ({
        keys: keys.map(({ text }) => text),
        unique,
        include,
        where,
      })),
    ).toEqual([
      { keys: ['id'], unique: true, include: [], where: undefined },
      { keys: ['customer_id', 'total'], unique: true, include: [], where: undefined },
      { keys: ['lower(key)', 'total'], unique: true, include: ['tags'], where: "(key <> 'a;b')" },
      { keys: ['"createdAt"'], unique: true, include: [], where: undefined },
    ]);
  });

  it('of MySQL has its keys within its tables', async () => {
    const { tables } = await readSchema(
      "CREATE TABLE `t` (`id` int unsigned NOT NULL, kind enum('a','b') DEFAULT 'a', name text, PRIMARY KEY (`id`), UNIQUE KEY `uk` (`kind`), KEY ix (name(10), kind DESC), FULLTEXT KEY ft (name)) ENGINE=InnoDB COMMENT='a;b'; CREATE INDEX later USING BTREE ON t (kind)",
      'mysql',
    );
    expect(
      tables
        .get('t')
        ?.indexes.map(({ name, keys, method, unique }) => [
          name,
          keys.map(({ column }) => column).join(),
          method,
          unique,
        ]),
    ).toEqual([
      [undefined, 'id', 'btree', true],
      ['uk', 'kind', 'btree', true],
      ['ix', 'name,kind', 'btree', false],
      ['ft', 'name', 'fulltext', false],
      ['later', 'kind', 'btree', false],
    ]);
  });

  it('with a mistake is refused in the words of PostgreSQL', async () => {
    await expect(readSchema('CREATE TABEL t (a int)', 'postgresql')).rejects.toThrow('syntax error at or near "TABEL"');
  });

  it('of nothing has nothing', async () => {
    for (const text of ['', ' ', ';', '-- nothing']) expect((await readSchema(text, 'sqlite')).tables.size).toBe(0);
    expect((await readSchema(' ', 'postgresql')).tables.size).toBe(0);
  });
});
