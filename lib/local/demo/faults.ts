/** What is wrong with the shop, on purpose. Each is found by a check, and each can be put right. */
export interface ShopFaults {
  /** The search reads every product, where it could use the full-text index. */
  readonly searchWithoutIndex: boolean;
  /** The products page asks for category and rating of one product after the other, where one query would do. */
  readonly queryPerProduct: boolean;
  /** The start page adds up all sales for every visitor, where an answer some seconds old would do. */
  readonly uncachedBestSellers: boolean;
}

export const allFaults: ShopFaults = { searchWithoutIndex: true, queryPerProduct: true, uncachedBestSellers: true };
export const noFaults: ShopFaults = { searchWithoutIndex: false, queryPerProduct: false, uncachedBestSellers: false };

const variables: Record<keyof ShopFaults, string> = {
  searchWithoutIndex: 'SHOP_SEARCH_WITHOUT_INDEX',
  queryPerProduct: 'SHOP_QUERY_PER_PRODUCT',
  uncachedBestSellers: 'SHOP_UNCACHED_BEST_SELLERS',
};

/** Every fault is there unless its variable is `false`. */
export function faultsOf(environment: NodeJS.ProcessEnv): ShopFaults {
  const isOn = (fault: keyof ShopFaults): boolean => environment[variables[fault]] !== 'false';
  return {
    searchWithoutIndex: isOn('searchWithoutIndex'),
    queryPerProduct: isOn('queryPerProduct'),
    uncachedBestSellers: isOn('uncachedBestSellers'),
  };
}
