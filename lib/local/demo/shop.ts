import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { DatabaseSync } from 'node:sqlite';
import { type Catalogue, createCatalogue, type ListedProduct } from './catalogue.ts';
import { ClientError, readJson, sendJson, sendPage } from './exchange.ts';
import { noFaults, type ShopFaults } from './faults.ts';
import { createLabels } from './labels.ts';
import { createOrders, TillClosedError } from './orders.ts';
import { productsPage, startPage } from './pages.ts';
import { createVisits } from './visits.ts';
import { openWarehouse, type Warehouse } from './warehouse.ts';

interface Visit {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  readonly shop: Departments;
}

/** What the pages are made with. */
interface Departments {
  readonly catalogue: Catalogue;
  readonly warehouse: Warehouse;
  readonly visits: ReturnType<typeof createVisits>;
  readonly label: ReturnType<typeof createLabels>;
  readonly order: ReturnType<typeof createOrders>;
}

interface Page {
  readonly method: 'GET' | 'POST';
  readonly path: RegExp;
  answer(visit: Visit, match: RegExpMatchArray): void | Promise<void>;
}

const pages: readonly Page[] = [
  {
    method: 'GET',
    path: /^\/$/,
    answer: ({ response, shop }) => sendPage(response, startPage(shop.catalogue.bestSellers())),
  },
  {
    method: 'GET',
    path: /^\/products$/,
    answer({ response, url, shop: { catalogue } }) {
      const page = Number(url.searchParams.get('page') ?? 1);
      if (!Number.isInteger(page) || page < 1) throw new ClientError(400, 'The page must be a whole number from 1.');
      if (page > catalogue.pages) throw new ClientError(404, `There are ${catalogue.pages} pages.`);
      sendPage(response, productsPage(page, catalogue.page(page)));
    },
  },
  {
    method: 'POST',
    path: /^\/search$/,
    async answer({ request, response, shop }) {
      sendJson(response, 200, { products: shop.catalogue.search(wordsOf(await readJson(request))) });
    },
  },
  {
    method: 'GET',
    path: /^\/api\/v1\/products\/(\d{1,9})$/,
    answer({ response, shop }, [, id]) {
      const product = productOf(shop, id);
      shop.visits.note(product.id);
      sendJson(response, 200, product);
    },
  },
  {
    method: 'GET',
    path: /^\/api\/v1\/products\/(\d{1,9})\/stock$/,
    async answer({ response, shop }, [, id]) {
      sendJson(response, 200, { pieces: await shop.warehouse.pieces(productOf(shop, id).id) });
    },
  },
  {
    method: 'GET',
    path: /^\/api\/v1\/products\/(\d{1,9})\/label$/,
    answer({ response, shop }, [, id]) {
      sendJson(response, 200, shop.label(productOf(shop, id).name));
    },
  },
  {
    method: 'POST',
    path: /^\/orders$/,
    async answer({ request, response, shop }) {
      sendJson(response, 201, shop.order(await readJson(request)));
    },
  },
  { method: 'GET', path: /^\/health$/, answer: ({ response }) => sendJson(response, 200, { status: 'ok' }) },
];

function productOf({ catalogue }: Departments, id: string | undefined): ListedProduct {
  const product = catalogue.product(Number(id));
  if (product === undefined) throw new ClientError(404, 'There is no such product.');
  return product;
}

/** The words of a search: letters and digits, in lower case, at most five. */
function wordsOf(body: unknown): string[] {
  const q = typeof body === 'object' && body !== null && 'q' in body ? body.q : undefined;
  if (typeof q !== 'string' || q.length > 100)
    throw new ClientError(400, 'Send { "q": text of at most 100 characters }.');
  const words = q.toLowerCase().match(/[a-z0-9]+/g);
  if (words === null) throw new ClientError(400, 'The search needs a word.');
  return words.slice(0, 5);
}

async function answer(visit: Visit): Promise<void> {
  const method = visit.request.method === 'HEAD' ? 'GET' : visit.request.method;
  const here = pages.filter(({ path }) => path.test(visit.url.pathname));
  const page = here.find((candidate) => candidate.method === method);
  const match = page && visit.url.pathname.match(page.path);
  if (page && match) return page.answer(visit, match);
  if (here.length === 0) throw new ClientError(404, 'There is no such page.');
  const allow = here.map((candidate) => (candidate.method === 'GET' ? 'GET, HEAD' : candidate.method)).join(', ');
  throw new ClientError(405, `Use ${allow}.`, { allow });
}

export interface ShopOptions {
  readonly database: DatabaseSync;
  readonly faults?: ShopFaults;
  /** Of the products page. */
  readonly pageSize?: number;
}

export interface Shop {
  /** It does not listen yet. */
  readonly server: Server;
  /** What the shop opened for itself; the database stays the caller's, and the server, who close them. */
  close(): Promise<void>;
}

export async function openShop({ database, faults = noFaults, pageSize }: ShopOptions): Promise<Shop> {
  const warehouse = await openWarehouse(faults);
  const shop: Departments = {
    catalogue: createCatalogue(database, faults, pageSize),
    warehouse,
    visits: createVisits(faults),
    label: createLabels(faults),
    order: createOrders(faults),
  };
  const server = createServer((request, response) => {
    const url = URL.parse(request.url ?? '/', 'http://shop');
    const visited =
      url === null
        ? Promise.reject(new ClientError(400, 'This address cannot be read.'))
        : answer({ request, response, url, shop });
    visited.catch((error: unknown) => refuse(response, error));
  });
  return { server, close: () => warehouse.close() };
}

function refuse(response: ServerResponse, error: unknown): void {
  if (response.headersSent) response.destroy();
  else if (error instanceof ClientError) sendJson(response, error.status, { error: error.message }, error.headers);
  else if (error instanceof TillClosedError) sendJson(response, 503, { error: error.message });
  else sendJson(response, 500, { error: 'Something went wrong.' });
}
