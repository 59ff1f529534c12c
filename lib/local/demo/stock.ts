import { DatabaseSync } from 'node:sqlite';

export const productCount = 10_000;
const ratingCount = 20_000;
const saleCount = 40_000;

export interface StockSize {
  readonly products: number;
  readonly sales: number;
}

const usualSize: StockSize = { products: productCount, sales: saleCount };

const categories = ['Kitchen', 'Garden', 'Office', 'Travel', 'Music', 'Sports', 'Lighting', 'Children'];
const materials = ['Oak', 'Steel', 'Linen', 'Copper', 'Glass', 'Cotton', 'Bamboo', 'Ceramic', 'Leather', 'Walnut'];
const things = ['Lamp', 'Chair', 'Kettle', 'Backpack', 'Notebook', 'Speaker', 'Planter', 'Clock', 'Blanket', 'Mug'];
const qualities = [
  'light',
  'sturdy',
  'compact',
  'foldable',
  'handmade',
  'washable',
  'quiet',
  'bright',
  'warm',
  'small',
];

const schema = `
  CREATE TABLE categories (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
  CREATE TABLE products (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, description TEXT NOT NULL,
    price_cents INTEGER NOT NULL, category_id INTEGER NOT NULL REFERENCES categories (id)
  );
  CREATE TABLE ratings (id INTEGER PRIMARY KEY, product_id INTEGER NOT NULL REFERENCES products (id), stars INTEGER NOT NULL);
  CREATE TABLE sales (id INTEGER PRIMARY KEY, product_id INTEGER NOT NULL REFERENCES products (id), quantity INTEGER NOT NULL);
  CREATE INDEX ratings_by_product ON ratings (product_id, stars);
  CREATE VIRTUAL TABLE product_search USING fts5 (name, description, content = 'products', content_rowid = 'id');
`;

/** Numbers below `limit`, the same in every run (mulberry32). */
function seededRandom(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  };
}

/**
 * Opens the shop's database and fills it when it is empty: always with the same products, ratings and sales.
 *
 * @param path a file, or `:memory:`
 * @param size of what is filled
 */
export function openStock(path: string, size: StockSize = usualSize): DatabaseSync {
  const database = new DatabaseSync(path);
  const filled = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'products'").get();
  if (filled !== undefined) return database;

  const { products, sales } = size;
  const random = seededRandom(10_000);
  const pick = (words: readonly string[]): string => words[random(words.length)] ?? '';
  // One transaction: a seeding that is interrupted leaves nothing.
  database.exec('BEGIN');
  database.exec(schema);
  const addCategory = database.prepare('INSERT INTO categories (name) VALUES (?)');
  for (const name of categories) addCategory.run(name);
  const addProduct = database.prepare(
    'INSERT INTO products (name, description, price_cents, category_id) VALUES (?, ?, ?, ?)',
  );
  for (let i = 1; i <= products; i++) {
    const name = `${pick(materials)} ${pick(things)} ${i}`;
    const description = `A ${pick(qualities)} and ${pick(qualities)} companion for every day, made of ${pick(materials)}.`;
    addProduct.run(name, description, 500 + random(20_000), 1 + random(categories.length));
  }
  const addRating = database.prepare('INSERT INTO ratings (product_id, stars) VALUES (?, ?)');
  for (let i = 0; i < ratingCount; i++) addRating.run(1 + random(products), 1 + random(5));
  const addSale = database.prepare('INSERT INTO sales (product_id, quantity) VALUES (?, ?)');
  // The smaller of two: some products sell better than others.
  for (let i = 0; i < sales; i++) {
    addSale.run(1 + Math.min(random(products), random(products)), 1 + random(4));
  }
  database.exec("INSERT INTO product_search (product_search) VALUES ('rebuild')");
  database.exec('COMMIT');
  return database;
}
