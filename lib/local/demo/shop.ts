import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { DatabaseSync } from 'node:sqlite';
import { type Catalogue, createCatalogue, pageSize } from './catalogue.ts';
import { ClientError, readJson, sendJson, sendPage } from './exchange.ts';
import { allFaults, type ShopFaults } from './faults.ts';
import { productsPage, startPage } from './pages.ts';
import { productCount } from './stock.ts';

interface Visit {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  readonly catalogue: Catalogue;
}

interface Page {
  readonly method: 'GET' | 'POST';
  readonly path: RegExp;
  answer(visit: Visit, match: RegExpMatchArray): void | Promise<void>;
}

const lastPage = Math.ceil(productCount / pageSize);

const pages: readonly Page[] = [
  {
    method: 'GET',
    path: /^\/$/,
    answer: ({ response, catalogue }) => sendPage(response, startPage(catalogue.bestSellers())),
  },
  {
    method: 'GET',
    path: /^\/products$/,
    answer({ response, url, catalogue }) {
      const page = Number(url.searchParams.get('page') ?? 1);
      if (!Number.isInteger(page) || page < 1) throw new ClientError(400, 'The page must be a whole number from 1.');
      if (page > lastPage) throw new ClientError(404, `There are ${lastPage} pages.`);
      sendPage(response, productsPage(page, catalogue.page(page)));
    },
  },
  {
    method: 'POST',
    path: /^\/search$/,
    async answer({ request, response, catalogue }) {
      sendJson(response, 200, { products: catalogue.search(wordsOf(await readJson(request))) });
    },
  },
  {
    method: 'GET',
    path: /^\/api\/v1\/products\/(\d{1,9})$/,
    answer({ response, catalogue }, [, id]) {
      const product = catalogue.product(Number(id));
      if (product === undefined) throw new ClientError(404, 'There is no such product.');
      sendJson(response, 200, product);
    },
  },
  { method: 'GET', path: /^\/health$/, answer: ({ response }) => sendJson(response, 200, { status: 'ok' }) },
];

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
}

/** The shop as a server that does not listen yet. The database stays the caller's, who closes it. */
export function createShop({ database, faults = allFaults }: ShopOptions): Server {
  const catalogue = createCatalogue(database, faults);
  return createServer((request, response) => {
    const url = URL.parse(request.url ?? '/', 'http://shop');
    const visited =
      url === null
        ? Promise.reject(new ClientError(400, 'This address cannot be read.'))
        : answer({ request, response, url, catalogue });
    visited.catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else if (error instanceof ClientError) sendJson(response, error.status, { error: error.message }, error.headers);
      else sendJson(response, 500, { error: 'Something went wrong.' });
    });
  });
}
