import { decimal, significant } from '../contracts/figures.ts';
import type { Capacity } from '../contracts/load-result.ts';
import { figure } from './figures.ts';
import { type Markup, markup } from './markup.ts';
import { facts } from './table.ts';
import { formats } from './units.ts';

type Shown = Omit<Capacity, 'interval'> & {
  interval: Omit<Capacity['interval'], 'maxUsers'> & { maxUsers?: OpenInterval | undefined };
};

/** Without `high`, it has no upper end that could be told. */
interface OpenInterval {
  low: number;
  high?: number;
}

/** The parameters of a fitted Universal Scalability Law, with their intervals. */
export function uslFacts(capacity: Shown): Markup {
  const { lambda, sigma, kappa, maxUsers, maxRequestsPerSecond, rSquared, interval, kneeUsers } = capacity;
  const between = ({ low, high }: OpenInterval, digits = decimal): Markup =>
    markup`<span class="interval">${digits(low)} ${high === undefined ? 'and more' : `to ${digits(high)}`}</span>`;
  const parameter = (value: number): Markup => markup`<data value="${value}">${significant(value)}</data>`;
  return markup`<h3>Universal Scalability Law</h3>
${facts([
  ['One user alone (λ)', markup`${figure(lambda, 'perSecond')} ${between(interval.lambda)}`],
  ['Contention (σ)', markup`${parameter(sigma)} ${between(interval.sigma, significant)}`],
  ['Coherency (κ)', markup`${parameter(kappa)} ${between(interval.kappa, significant)}`],
  [
    'Peak at',
    maxUsers === undefined
      ? 'the curve has none'
      : markup`${figure(maxUsers, 'users')} ${interval.maxUsers && between(interval.maxUsers, formats.count)}`,
  ],
  ['Throughput there', maxRequestsPerSecond === undefined ? undefined : figure(maxRequestsPerSecond, 'perSecond')],
  ['Knee (Kneedle)', kneeUsers === undefined ? undefined : figure(kneeUsers, 'users')],
  ['R²', parameter(rSquared)],
])}
<p class="note">Intervals are of 95 %.</p>`;
}
