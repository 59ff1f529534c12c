import type { Parts } from '../../platform/parts.ts';
import { systemResolve } from '../../projects/target.ts';
import { Couriers } from '../channels/couriers.ts';
import type { PostOptions } from '../channels/post.ts';
import { Deliveries } from './service.ts';

/** A receiver that has not answered by then has not taken it. */
const patienceMs = 10_000;

export const postOptions = ({ clock, configuration }: Pick<Parts, 'clock' | 'configuration'>): PostOptions => ({
  clock,
  resolve: systemResolve,
  privateTargets: configuration.privateTargets,
  timeoutMs: patienceMs,
});

/** What the function `notifier` does. */
export const deliveriesOf = (parts: Parts): Deliveries => new Deliveries(parts, new Couriers(postOptions(parts)));
