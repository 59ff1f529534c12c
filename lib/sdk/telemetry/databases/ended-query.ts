import type { ActiveRequest } from '../current-request.ts';
import type { QueryKind } from './query-kinds.ts';

export interface EndedQuery {
  readonly kind: QueryKind;
  /** The request that sent it, if one did. */
  readonly active: ActiveRequest | undefined;
  readonly durationMs: number;
  /** Returned, or changed; 0 where the driver does not say. */
  readonly rows: number;
}
