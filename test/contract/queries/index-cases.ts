/** A query of the shop in test/support/query-shop.ts, and the indexes that it calls for: what stands after `CREATE INDEX name ON`. */
export interface IndexCase {
  about: string;
  query: string;
  expected: readonly string[];
}

const none: readonly string[] = [];

export const indexCases: readonly IndexCase[] = [
  // Equality
  { about: 'one value', query: 'SELECT * FROM customers WHERE email = $1', expected: ['customers (email)'] },
  {
    about: 'two values',
    query: 'SELECT * FROM orders WHERE customer_id = $1 AND total = $2',
    expected: ['orders (customer_id, total)'],
  },
  {
    about: 'values in the text',
    query: "SELECT id FROM customers WHERE name = 'Name 7' AND country = 'DE'",
    expected: ['customers (name, country)'],
  },
  {
    about: 'a list',
    query: 'SELECT * FROM orders WHERE customer_id IN ($1, $2, $3)',
    expected: ['orders (customer_id)'],
  },
  { about: 'an array', query: 'SELECT * FROM orders WHERE customer_id = ANY ($1)', expected: ['orders (customer_id)'] },
  { about: 'the value on the left', query: 'SELECT * FROM items WHERE $1 = order_id', expected: ['items (order_id)'] },
  {
    about: 'an update',
    query: "UPDATE orders SET status = 'done' WHERE customer_id = $1",
    expected: ['orders (customer_id)'],
  },
  { about: 'a deletion', query: 'DELETE FROM items WHERE order_id = $1', expected: ['items (order_id)'] },
  // Range
  { about: 'a range alone', query: 'SELECT * FROM orders WHERE total BETWEEN 10 AND 11', expected: ['orders (total)'] },
  {
    about: 'equality, then a range',
    query: 'SELECT * FROM orders WHERE created_at > $2 AND customer_id = $1',
    expected: ['orders (customer_id, created_at)'],
  },
  {
    about: 'equality, then a range with a value',
    query: "SELECT * FROM events WHERE user_id = $1 AND at >= '2025-01-03'",
    expected: ['events (user_id, at)'],
  },
  {
    about: 'the beginning of a text',
    query: "SELECT * FROM customers WHERE email LIKE 'user12%'",
    expected: ['customers (email text_pattern_ops)'],
  },
  // Order
  { about: 'an order and a limit', query: 'SELECT * FROM events ORDER BY at LIMIT 20', expected: ['events (at)'] },
  {
    about: 'an order, backwards',
    query: 'SELECT * FROM orders ORDER BY created_at DESC LIMIT 10',
    expected: ['orders (created_at)'],
  },
  {
    about: 'equality, then an order',
    query: "SELECT * FROM events WHERE kind = 'buy' ORDER BY at DESC LIMIT 20",
    expected: ['events (kind, at)'],
  },
  {
    about: 'an order in two directions',
    query: 'SELECT * FROM events ORDER BY user_id, at DESC LIMIT 20',
    expected: ['events (user_id, at DESC)'],
  },
  { about: 'the greatest', query: 'SELECT max(at) FROM events', expected: ['events (at)'] },
  {
    about: 'an order by the name of an output',
    query: 'SELECT at AS happened FROM events ORDER BY happened LIMIT 5',
    expected: ['events (at)'],
  },
  // Joins
  {
    about: 'the other side of a join',
    query: 'SELECT * FROM orders o JOIN items i ON i.order_id = o.id WHERE o.reference = $1',
    expected: ['items (order_id)'],
  },
  {
    about: 'both sides of a join',
    query: 'SELECT o.* FROM customers c JOIN orders o ON o.customer_id = c.id WHERE c.email = $1',
    expected: ['orders (customer_id)', 'customers (email)'],
  },
  {
    about: 'an outer join',
    query: 'SELECT * FROM customers c LEFT JOIN orders o ON o.customer_id = c.id WHERE c.id = $1',
    expected: ['orders (customer_id)'],
  },
  {
    about: 'tables in a list',
    query:
      'SELECT * FROM customers c, orders o WHERE o.customer_id = c.id AND c.phone = $1 ORDER BY o.created_at DESC LIMIT 5',
    expected: ['orders (customer_id)', 'customers (phone)'],
  },
  {
    about: 'what exists',
    query:
      'SELECT * FROM orders o WHERE o.id = $1 AND EXISTS (SELECT 1 FROM items i WHERE i.order_id = o.id AND i.quantity = 4)',
    expected: ['items (order_id, quantity)'],
  },
  {
    about: 'a list that is asked for',
    query: 'SELECT sum(i.price) FROM items i WHERE i.order_id IN (SELECT id FROM orders WHERE customer_id = $1)',
    expected: ['items (order_id)', 'orders (customer_id)'],
  },
  {
    about: 'a value that is asked for',
    query: 'SELECT o.id FROM orders o WHERE o.customer_id = (SELECT c.id FROM customers c WHERE c.email = $1)',
    expected: ['orders (customer_id)', 'customers (email)'],
  },
  // Groups
  {
    about: 'groups within what is looked up',
    query: 'SELECT total, count(*) FROM orders WHERE customer_id = $1 GROUP BY total',
    expected: ['orders (customer_id, total)'],
  },
  {
    about: 'a join that is grouped',
    query:
      'SELECT p.title, sum(i.quantity) FROM items i JOIN products p ON p.id = i.product_id WHERE p.sku = $1 GROUP BY p.title',
    expected: ['items (product_id)'],
  },
  // Parts of tables
  {
    about: 'what is not yet done, in an order',
    query: 'SELECT * FROM orders WHERE shipped_at IS NULL ORDER BY total LIMIT 50',
    expected: ['orders (total) WHERE shipped_at IS NULL'],
  },
  {
    about: 'a flag that few have',
    query: 'SELECT * FROM events WHERE NOT processed AND user_id = $1',
    expected: ['events (user_id) WHERE NOT processed'],
  },
  {
    about: 'a flag, by the order of the key',
    query: 'SELECT * FROM events e WHERE e.processed = false ORDER BY e.id LIMIT 100',
    expected: ['events (id) WHERE processed = false'],
  },
  // Expressions
  {
    about: 'a text in small letters',
    query: 'SELECT id FROM customers WHERE lower(email) = lower($1)',
    expected: ['customers (lower(email))'],
  },
  {
    about: 'a member of a document',
    query: "SELECT * FROM events e WHERE e.payload ->> 'session' = $1",
    expected: ["events ((payload ->> 'session'))"],
  },
  {
    about: 'what a document contains',
    query: 'SELECT * FROM events WHERE payload @> $1',
    expected: ['events USING gin (payload)'],
  },
  {
    about: 'a part of a text',
    query: "SELECT * FROM customers WHERE name LIKE '%smith%'",
    expected: ['customers USING gin (name gin_trgm_ops)'],
  },
  // Several SELECTs
  {
    about: 'either of two columns',
    query: 'SELECT * FROM customers WHERE email = $1 OR phone = $2',
    expected: ['customers (email)', 'customers (phone)'],
  },
  {
    about: 'both sides of a union',
    query: 'SELECT id FROM orders WHERE customer_id = $1 UNION ALL SELECT id FROM events WHERE user_id = $1',
    expected: ['events (user_id)', 'orders (customer_id)'],
  },
  {
    about: 'a query with a name',
    query: 'WITH recent AS (SELECT * FROM orders WHERE customer_id = $1) SELECT * FROM recent WHERE total > 5',
    expected: ['orders (customer_id)'],
  },
  // There is one already
  { about: 'the primary key', query: 'SELECT * FROM orders WHERE id = $1', expected: none },
  {
    about: 'a unique column, whatever else',
    query: 'SELECT * FROM orders WHERE reference = $1 AND status = $2 ORDER BY total',
    expected: none,
  },
  { about: 'the beginning of an index', query: "SELECT id FROM orders WHERE status = 'failed'", expected: none },
  {
    about: 'an index with the order',
    query: 'SELECT * FROM orders WHERE status = $1 ORDER BY created_at LIMIT 10',
    expected: none,
  },
  {
    about: 'an index with the order, backwards',
    query: 'SELECT * FROM orders WHERE status = $1 ORDER BY created_at DESC LIMIT 10',
    expected: none,
  },
  { about: 'an index on the expression', query: 'SELECT * FROM products WHERE lower(title) = $1', expected: none },
  {
    about: 'a join on the primary key',
    query: 'SELECT o.total FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.reference = $1',
    expected: none,
  },
  // Too small to matter
  { about: 'a table of twenty rows', query: 'SELECT * FROM settings WHERE key = $1', expected: none },
  {
    about: 'small tables that are joined',
    query: "SELECT * FROM settings s JOIN products p ON p.sku = s.value WHERE s.key = 'a'",
    expected: none,
  },
  // None helps
  { about: 'all rows', query: 'SELECT * FROM orders', expected: none },
  { about: 'how many there are', query: 'SELECT count(*) FROM items', expected: none },
  {
    about: 'all that belongs together',
    query: 'SELECT * FROM orders o JOIN items i ON i.order_id = o.id',
    expected: none,
  },
  { about: 'a value that most have', query: 'SELECT * FROM customers WHERE country = $1', expected: none },
  { about: 'any but one value', query: "SELECT * FROM events WHERE kind <> 'view'", expected: none },
  {
    about: 'groups of all rows',
    query: 'SELECT customer_id, count(*) FROM orders GROUP BY customer_id',
    expected: none,
  },
  { about: 'a function of a date', query: 'SELECT * FROM orders WHERE date(created_at) = $1', expected: none },
  { about: 'an order by chance', query: 'SELECT * FROM orders ORDER BY random() LIMIT 1', expected: none },
  { about: 'a range of all', query: 'SELECT * FROM items WHERE quantity > 1', expected: none },
];
