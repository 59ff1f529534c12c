import { poolSizes } from '../../database/pool-sizes.ts';
import type { Effect } from '../effects.ts';

export const pools: Effect<'pools'> = (value = []) => {
  poolSizes.want(new Map(value.map(({ pool, size }) => [pool, size])));
};
