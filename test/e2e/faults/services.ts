import type { BottleneckType } from '../../../lib/contracts/analysis.ts';
import { noFaults, type ShopFaults } from '../../../lib/local/demo/faults.ts';
import type { Random } from '../../../lib/statistics/random.ts';
import type { LibraryFaults } from './library.ts';

/** A page that is asked for, so many times at once. */
export interface Visit {
  method: 'GET' | 'POST' | 'DELETE';
  path: (random: Random) => string;
  body?: (random: Random) => unknown;
  atOnce: number;
}

/** A fault that is switched on with a size by chance, and what an analysis is to name for it. */
export interface Fault<Faults> {
  name: string;
  on: (random: Random) => Partial<Faults>;
  names: [type: BottleneckType, component: RegExp];
  /** Whose response time would be shorter without it. Left out: that is not recorded. */
  slows?: RegExp;
}

export interface Service<Faults = object> {
  program: string;
  /** What the program is started with. */
  size: (random: Random) => object;
  none: Faults;
  faults: Fault<Faults>[];
  /** Of two faults at once, the one that costs more first. */
  pairs: [costlier: Fault<Faults>, other: Fault<Faults>][];
  visits: Visit[];
}

const number = (random: Random, most: number): number => random.between(1, most + 1);
const get = (path: (random: Random) => string, atOnce = 5): Visit => ({ method: 'GET', path, atOnce });

const product = (random: Random): string => `/api/v1/products/${number(random, 8_000)}`;
const words = ['oak', 'steel', 'linen', 'copper', 'glass', 'cotton', 'bamboo', 'walnut'];

const shopFaults: Fault<ShopFaults>[] = [
  {
    name: 'slow query without index',
    on: () => ({ searchWithoutIndex: true }),
    names: ['slow-query', /^POST \/search$/],
    slows: /^POST \/search$/,
  },
  {
    name: 'N+1',
    on: () => ({ queryPerProduct: true }),
    names: ['n-plus-one', /^GET \/products$/],
    slows: /^GET \/products$/,
  },
  {
    name: 'missing cache',
    on: () => ({ uncachedBestSellers: true }),
    names: ['missing-cache', /^GET \/$/],
    slows: /^GET \/$/,
  },
  {
    name: 'pool too small',
    on: (random) => ({ warehouseSessions: random.between(1, 3) }),
    names: ['pool', /warehouse/],
    slows: /\/stock$/,
  },
  {
    name: 'CPU-bound handler',
    on: (random) => ({ labelKeyRounds: random.between(40_000, 90_000) }),
    names: ['cpu-bound', /^GET .*\/label$/],
    slows: /\/label$/,
  },
  {
    name: 'memory leak',
    on: (random) => ({ keptPerVisitKb: random.between(300, 600) }),
    names: ['memory-leak', /memory leak/i],
  },
  {
    name: 'slow upstream',
    on: (random) => ({ warehouseDelayMs: random.between(150, 250) }),
    names: ['slow-upstream', /^http:\/\/127\.0\.0\.1:\d+$/],
    slows: /\/stock$/,
  },
  {
    name: 'errors by kind',
    on: (random) => ({ failingOrdersPercent: random.between(30, 70) }),
    names: ['errors', /^POST \/orders$/],
  },
];

const libraryFaults: Fault<LibraryFaults>[] = [
  {
    name: 'slow query without index',
    on: () => ({ authorsWithoutIndex: true }),
    names: ['slow-query', /^GET \/authors\/:id\/books$/],
    slows: /^GET \/authors/,
  },
  {
    name: 'N+1',
    on: () => ({ authorPerBook: true }),
    names: ['n-plus-one', /^GET \/shelves\/:number$/],
    slows: /^GET \/shelves/,
  },
  {
    name: 'missing cache',
    on: () => ({ uncachedStatistics: true }),
    names: ['missing-cache', /^GET \/statistics$/],
    slows: /^GET \/statistics$/,
  },
  {
    name: 'pool too small',
    on: (random) => ({ scanners: random.between(1, 3) }),
    names: ['pool', /scanners/],
    slows: /^POST \/scans$/,
  },
  {
    name: 'CPU-bound handler',
    on: (random) => ({ coverCost: random.between(12, 14) }),
    names: ['cpu-bound', /^GET \/books\/:id\/cover$/],
    slows: /cover$/,
  },
  {
    name: 'memory leak',
    on: (random) => ({ keptPerBookKb: random.between(300, 600) }),
    names: ['memory-leak', /memory leak/i],
  },
  {
    name: 'slow upstream',
    on: (random) => ({ membersDelayMs: random.between(150, 250) }),
    names: ['slow-upstream', /^http:\/\/127\.0\.0\.1:\d+$/],
    slows: /^GET \/members/,
  },
  {
    name: 'errors by kind',
    on: (random) => ({ failingReturnsPercent: random.between(30, 70) }),
    names: ['errors', /^DELETE \/loans\/:id$/],
  },
];

/** The same fault, of another size: so large, or so small, that what it costs is beyond doubt. */
function sized<Faults>(faults: Fault<Faults>[], name: string, on?: Partial<Faults>): Fault<Faults> {
  const fault = faults.find((each) => each.name === name);
  if (fault === undefined) throw new Error(`there is no fault ${name}`);
  return on === undefined ? fault : { ...fault, on: () => on };
}

export const shop: Service<ShopFaults> = {
  program: 'shop',
  size: (random) => ({
    products: random.between(8_000, 14_000),
    sales: random.between(30_000, 60_000),
    pageSize: random.between(30, 70),
  }),
  none: noFaults,
  faults: shopFaults,
  pairs: [
    [sized(shopFaults, 'slow upstream', { warehouseDelayMs: 300 }), sized(shopFaults, 'missing cache')],
    [sized(shopFaults, 'CPU-bound handler'), sized(shopFaults, 'N+1')],
    [
      sized(shopFaults, 'pool too small', { warehouseSessions: 2 }),
      sized(shopFaults, 'slow upstream', { warehouseDelayMs: 150 }),
    ],
  ],
  visits: [
    get(() => '/', 3),
    get((random) => `/products?page=${number(random, 100)}`),
    {
      method: 'POST',
      path: () => '/search',
      body: (random) => ({ q: `${words[random.between(0, 8)]} ${number(random, 8_000)}` }),
      atOnce: 5,
    },
    get(product, 8),
    get((random) => `${product(random)}/stock`, 12),
    get((random) => `${product(random)}/label`, 4),
    { method: 'POST', path: () => '/orders', body: () => ({ productId: 7, pieces: 1 }), atOnce: 8 },
  ],
};

export const library: Service<LibraryFaults> = {
  program: 'library',
  size: (random) => ({ books: random.between(200_000, 260_000), shelfSize: random.between(20, 60) }),
  none: {
    authorsWithoutIndex: false,
    authorPerBook: false,
    uncachedStatistics: false,
    scanners: 0,
    coverCost: 0,
    keptPerBookKb: 0,
    membersDelayMs: 0,
    failingReturnsPercent: 0,
  },
  faults: libraryFaults,
  pairs: [
    [sized(libraryFaults, 'slow upstream', { membersDelayMs: 100 }), sized(libraryFaults, 'slow query without index')],
    [sized(libraryFaults, 'missing cache'), sized(libraryFaults, 'N+1')],
    [sized(libraryFaults, 'memory leak'), sized(libraryFaults, 'missing cache')],
  ],
  visits: [
    get((random) => `/authors/${number(random, 6_000)}/books`),
    get((random) => `/shelves/${number(random, 100)}`),
    get(() => '/statistics', 3),
    { method: 'POST', path: () => '/scans', atOnce: 12 },
    get((random) => `/books/${number(random, 40_000)}/cover`, 4),
    get((random) => `/books/${number(random, 40_000)}`, 8),
    get((random) => `/members/${number(random, 500)}`, 8),
    { method: 'DELETE', path: (random) => `/loans/${number(random, 500)}`, atOnce: 8 },
  ],
};
