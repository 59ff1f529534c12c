import { ClientError } from './exchange.ts';
import type { ShopFaults } from './faults.ts';

export interface Order {
  readonly number: number;
  readonly productId: number;
  readonly pieces: number;
}

/** The till does not take orders at the moment. */
export class TillClosedError extends Error {
  override name = 'TillClosedError';
}

/** One of so many failures is of the other kind. */
const closedOfFailures = 4;

/**
 * Takes orders: a product's number, and how many pieces.
 *
 * @returns what takes one. It throws a ClientError for what is no order
 */
export function createOrders({ failingOrdersPercent }: Pick<ShopFaults, 'failingOrdersPercent'>) {
  let asked = 0;
  let failures = 0;
  return (body: unknown): Order => {
    const { productId, pieces } = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
    const isOrder = Number.isInteger(productId) && Number.isInteger(pieces) && Number(pieces) > 0;
    if (!isOrder) throw new ClientError(400, 'Send { "productId": number, "pieces": number from 1 }.');
    asked++;
    // As evenly as the percentage allows.
    if (Math.floor((asked * failingOrdersPercent) / 100) > failures) {
      failures++;
      if (failures % closedOfFailures === 0) throw new TillClosedError('the till is closed');
      throw new Error('the order could not be written');
    }
    return { number: asked, productId: Number(productId), pieces: Number(pieces) };
  };
}
