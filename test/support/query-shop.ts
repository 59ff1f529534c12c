import type { QueryStatistics } from '../../lib/contracts/query-analyses.ts';

/** A shop's tables, some with indexes, as a team would write them down. */
export const shopSchema = `
CREATE TABLE customers (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email text NOT NULL,
  name text NOT NULL,
  country char(2) NOT NULL,
  phone text,
  created_at timestamp NOT NULL
);
CREATE TABLE orders (
  id bigint PRIMARY KEY,
  customer_id bigint NOT NULL REFERENCES customers (id),
  status text NOT NULL,
  total numeric(10, 2) NOT NULL,
  note text,
  created_at timestamp NOT NULL,
  shipped_at timestamp,
  reference text NOT NULL UNIQUE
);
CREATE INDEX orders_status_created_at ON orders (status, created_at);
CREATE TABLE items (
  order_id bigint NOT NULL,
  product_id bigint NOT NULL,
  quantity integer NOT NULL,
  price numeric NOT NULL
);
CREATE TABLE products (id bigint PRIMARY KEY, sku text NOT NULL, title text NOT NULL, active boolean NOT NULL);
CREATE INDEX products_lower_title ON products (lower(title));
CREATE TABLE events (
  id bigint PRIMARY KEY,
  kind text NOT NULL,
  user_id bigint NOT NULL,
  payload jsonb NOT NULL,
  processed boolean NOT NULL,
  at timestamp NOT NULL
);
CREATE TABLE settings (key text NOT NULL, value text NOT NULL);
`;

/** What the tables would hold. */
export const shopRows = `
INSERT INTO customers (email, name, country, phone, created_at)
  SELECT 'user' || n || '@example.com', 'Name ' || n % 5000, (ARRAY['DE','FR','US','GB'])[1 + n % 4], CASE WHEN n % 2 = 0 THEN '+49' || n END,
    timestamp '2025-01-01' + n * interval '1 hour' FROM generate_series(1, 10000) n;
INSERT INTO orders SELECT n, 1 + n * 7919 % 10000, CASE WHEN n % 100 = 0 THEN 'failed' WHEN n % 3 = 0 THEN 'open' ELSE 'done' END, n % 500, NULL,
  timestamp '2025-01-01' + n * interval '5 minutes', CASE WHEN n % 50 <> 0 THEN timestamp '2025-02-01' + n * interval '5 minutes' END, 'R' || n
  FROM generate_series(1, 20000) n;
INSERT INTO items SELECT 1 + n * 31 % 20000, 1 + n % 2000, 1 + n % 5, n % 90 FROM generate_series(1, 40000) n;
INSERT INTO products SELECT n, 'SKU-' || n, 'Title ' || n, n % 20 <> 0 FROM generate_series(1, 2000) n;
INSERT INTO events SELECT n, (ARRAY['view','click','buy'])[1 + n % 3], 1 + n * 13 % 4000, jsonb_build_object('session', n % 5000, 'tags', n % 7),
  n % 100 <> 0, timestamp '2025-01-01' + n * interval '1 minute' FROM generate_series(1, 20000) n;
INSERT INTO settings SELECT 'key' || n, 'value' FROM generate_series(1, 20) n;
ANALYZE;
`;

/** As the rows are. */
export const shopStatistics: QueryStatistics = {
  tables: {
    customers: {
      rows: 10_000,
      columns: {
        email: { distinctValues: 10_000 },
        name: { distinctValues: 5000 },
        country: { distinctValues: 4 },
        phone: { distinctValues: 5000, nullPercent: 50 },
      },
    },
    orders: {
      rows: 20_000,
      columns: {
        customer_id: { distinctValues: 10_000 },
        status: {
          distinctValues: 3,
          mostCommon: [
            { value: 'done', sharePercent: 66 },
            { value: 'open', sharePercent: 33 },
            { value: 'failed', sharePercent: 1 },
          ],
        },
        total: { distinctValues: 500 },
        note: { nullPercent: 100 },
        created_at: { distinctValues: 20_000 },
        shipped_at: { distinctValues: 19_600, nullPercent: 2 },
      },
    },
    items: {
      rows: 40_000,
      columns: {
        order_id: { distinctValues: 20_000 },
        product_id: { distinctValues: 2000 },
        quantity: { distinctValues: 5 },
        price: { distinctValues: 90 },
      },
    },
    products: {
      rows: 2000,
      columns: { sku: { distinctValues: 2000 }, title: { distinctValues: 2000 }, active: { distinctValues: 2 } },
    },
    events: {
      rows: 20_000,
      columns: {
        kind: { distinctValues: 3 },
        user_id: { distinctValues: 4000 },
        processed: {
          distinctValues: 2,
          mostCommon: [
            { value: 't', sharePercent: 99 },
            { value: 'f', sharePercent: 1 },
          ],
        },
        at: { distinctValues: 20_000 },
      },
    },
    settings: { rows: 20 },
  },
};
