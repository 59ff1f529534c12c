/** What is wrong with the shop, on purpose. Each is found by a check, and each can be put right. */
export interface ShopFaults {
  /** The search reads every product, where it could use the full-text index. */
  readonly searchWithoutIndex: boolean;
  /** The products page asks for category and rating of one product after the other, where one query would do. */
  readonly queryPerProduct: boolean;
  /** The start page adds up all sales for every visitor, where an answer some seconds old would do. */
  readonly uncachedBestSellers: boolean;
  /** So many sessions with the warehouse, where ten times as many ask at once. 0: as many as are wanted. */
  readonly warehouseSessions: number;
  /** The warehouse takes this much longer to answer, in ms. */
  readonly warehouseDelayMs: number;
  /** Each label derives the key that it is signed with anew, in so many rounds of hashing. 0: the key is kept. */
  readonly labelKeyRounds: number;
  /** What is kept of every visit of a product, for ever. */
  readonly keptPerVisitKb: number;
  /** Of the orders: three of four fail by an exception, the others because the till is closed. */
  readonly failingOrdersPercent: number;
}

export const noFaults: ShopFaults = {
  searchWithoutIndex: false,
  queryPerProduct: false,
  uncachedBestSellers: false,
  warehouseSessions: 0,
  warehouseDelayMs: 0,
  labelKeyRounds: 0,
  keptPerVisitKb: 0,
  failingOrdersPercent: 0,
};

/** Those that a first check shows. */
export const usualFaults: ShopFaults = {
  ...noFaults,
  searchWithoutIndex: true,
  queryPerProduct: true,
  uncachedBestSellers: true,
};

const variables: { readonly [Fault in keyof ShopFaults]: string } = {
  searchWithoutIndex: 'SHOP_SEARCH_WITHOUT_INDEX',
  queryPerProduct: 'SHOP_QUERY_PER_PRODUCT',
  uncachedBestSellers: 'SHOP_UNCACHED_BEST_SELLERS',
  warehouseSessions: 'SHOP_WAREHOUSE_SESSIONS',
  warehouseDelayMs: 'SHOP_WAREHOUSE_DELAY_MS',
  labelKeyRounds: 'SHOP_LABEL_KEY_ROUNDS',
  keptPerVisitKb: 'SHOP_KEPT_PER_VISIT_KB',
  failingOrdersPercent: 'SHOP_FAILING_ORDERS_PERCENT',
};

/**
 * The usual faults are there unless their variables are `false`; the others where their variables are a number above 0.
 *
 * @throws RangeError when one is no number, or below 0
 */
export function faultsOf(environment: NodeJS.ProcessEnv): ShopFaults {
  const isOn = (fault: keyof ShopFaults): boolean => environment[variables[fault]] !== 'false';
  const amountOf = (fault: keyof ShopFaults): number => {
    const amount = Number(environment[variables[fault]] ?? 0);
    if (!(amount >= 0 && Number.isFinite(amount))) throw new RangeError(`${variables[fault]} must be a number from 0`);
    return amount;
  };
  return {
    searchWithoutIndex: isOn('searchWithoutIndex'),
    queryPerProduct: isOn('queryPerProduct'),
    uncachedBestSellers: isOn('uncachedBestSellers'),
    warehouseSessions: amountOf('warehouseSessions'),
    warehouseDelayMs: amountOf('warehouseDelayMs'),
    labelKeyRounds: amountOf('labelKeyRounds'),
    keptPerVisitKb: amountOf('keptPerVisitKb'),
    failingOrdersPercent: amountOf('failingOrdersPercent'),
  };
}
