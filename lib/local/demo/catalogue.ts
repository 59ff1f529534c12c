import type { DatabaseSync } from 'node:sqlite';
import type { ShopFaults } from './faults.ts';

// Rows as the database gives them: types and not interfaces, which no row of `node:sqlite` could be read as.
export type Product = {
  readonly id: number;
  readonly name: string;
  readonly description: string;
  readonly priceCents: number;
};

export type ListedProduct = Product & {
  readonly category: string;
  readonly stars: number | null;
};

export type BestSeller = {
  readonly id: number;
  readonly name: string;
  readonly sold: number;
};

export interface Catalogue {
  product(id: number): ListedProduct | undefined;
  /** From page 1; empty beyond the last. */
  page(page: number): ListedProduct[];
  /** The 20 cheapest products that have a word beginning with each of the (lower-case) words given. */
  search(words: readonly string[]): Product[];
  bestSellers(): BestSeller[];
  /** Of so many products each. */
  readonly pages: number;
}

export const usualPageSize = 50;
const searchLimit = 20;
const bestSellersKeptMs = 5_000;

const productColumns = 'products.id, products.name, products.description, products.price_cents AS priceCents';
const listedColumns = `${productColumns}, categories.name AS category,
  (SELECT avg(stars) FROM ratings WHERE ratings.product_id = products.id) AS stars`;
const listed = `SELECT ${listedColumns} FROM products JOIN categories ON categories.id = products.category_id`;

/** Everything that the shop asks of its database. */
export function createCatalogue(database: DatabaseSync, faults: ShopFaults, pageSize = usualPageSize): Catalogue {
  let pages: number | undefined;
  const byId = database.prepare(`${listed} WHERE products.id = ?`);
  return {
    product: (id) => byId.get(id) as ListedProduct | undefined,
    page: faults.queryPerProduct ? pageOneByOne(database, pageSize) : pageAtOnce(database, pageSize),
    search: faults.searchWithoutIndex ? searchEverywhere(database) : searchByIndex(database),
    bestSellers: faults.uncachedBestSellers ? bestSellers(database) : kept(bestSellers(database)),
    get pages() {
      pages ??= Math.ceil(countProducts(database) / pageSize);
      return pages;
    },
  };
}

const countProducts = (database: DatabaseSync): number =>
  Number(database.prepare('SELECT count(*) AS products FROM products').get()?.products);

function pageAtOnce(database: DatabaseSync, pageSize: number): Catalogue['page'] {
  const products = database.prepare(`${listed} ORDER BY products.id LIMIT ? OFFSET ?`);
  return (page) => products.all(pageSize, (page - 1) * pageSize) as ListedProduct[];
}

function pageOneByOne(database: DatabaseSync, pageSize: number): Catalogue['page'] {
  return (page) => {
    const products = database
      .prepare(`SELECT ${productColumns}, category_id AS categoryId FROM products ORDER BY id LIMIT ? OFFSET ?`)
      .all(pageSize, (page - 1) * pageSize) as (Product & { categoryId: number })[];
    return products.map(({ categoryId, ...product }) => {
      const category = database.prepare('SELECT name FROM categories WHERE id = ?').get(categoryId);
      const rating = database.prepare('SELECT avg(stars) AS stars FROM ratings WHERE product_id = ?').get(product.id);
      return { ...product, category: String(category?.name), stars: rating?.stars as number | null };
    });
  };
}

function searchByIndex(database: DatabaseSync): Catalogue['search'] {
  const matching = database.prepare(
    `SELECT ${productColumns} FROM product_search JOIN products ON products.id = product_search.rowid
     WHERE product_search MATCH ? ORDER BY priceCents, products.id LIMIT ${searchLimit}`,
  );
  return (words) => matching.all(words.map((word) => `"${word}"*`).join(' ')) as Product[];
}

function searchEverywhere(database: DatabaseSync): Catalogue['search'] {
  const condition = "(' ' || lower(name || ' ' || description)) LIKE ?";
  return (words) =>
    database
      .prepare(
        `SELECT ${productColumns} FROM products WHERE ${words.map(() => condition).join(' AND ')}
         ORDER BY priceCents, id LIMIT ${searchLimit}`,
      )
      .all(...words.map((word) => `% ${word}%`)) as Product[];
}

function bestSellers(database: DatabaseSync): Catalogue['bestSellers'] {
  const best = database.prepare(
    `SELECT products.id, products.name, sum(sales.quantity) AS sold
     FROM sales JOIN products ON products.id = sales.product_id
     GROUP BY products.id ORDER BY sold DESC, products.id LIMIT 10`,
  );
  return () => best.all() as BestSeller[];
}

/** Asks again when the answer is older than some seconds. */
function kept<Answer>(ask: () => Answer): () => Answer {
  let last: { answer: Answer; atMs: number } | undefined;
  return () => {
    if (last === undefined || performance.now() - last.atMs > bestSellersKeptMs) {
      last = { answer: ask(), atMs: performance.now() };
    }
    return last.answer;
  };
}
