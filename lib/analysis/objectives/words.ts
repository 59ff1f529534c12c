import type { TimeMetric } from '../../contracts/budgets.ts';
import { customNameOf, isTime, type Objective, percentileOf, unitOf } from './setting.ts';

const events: Record<TimeMetric, string> = {
  responseTimeMs: 'requests',
  queryTimeMs: 'queries',
  outgoingTimeMs: 'outgoing requests',
};

/** As it was set: `99.95` stays that. */
const plain = (value: number): string => value.toLocaleString('en-US', { maximumFractionDigits: 10 });

/** `95 % of requests within 200 ms over 30 days`. @param isHistogram whether a metric of the service's own is one, as far as is known */
export function descriptionOf(objective: Objective, isHistogram: boolean): string {
  const { windowDays } = objective;
  return `${sentenceOf(objective, isHistogram)} over ${windowDays === 1 ? 'a day' : `${windowDays} days`}`;
}

function sentenceOf(objective: Objective, isHistogram: boolean): string {
  const { metric, objective: limit, bound, percentile, labels = {} } = objective;
  const limited = `${bound === 'atMost' ? 'at most' : 'at least'} ${plain(limit)}`;
  const kept = `${plain(percentileOf(objective))} % of`;
  if (isTime(metric)) return `${kept} ${events[metric]} within ${plain(limit)} ms`;
  if (metric === 'errorRatePercent') return `${limited} % of requests fail`;
  if (metric === 'availabilityPercent') return `${limited} % of requests succeed`;
  if (metric === 'requestsPerSecond' && percentile !== undefined) return `${kept} minutes with ${limited} requests/s`;
  const custom = customNameOf(metric);
  if (custom === undefined) {
    const unit = unitOf(metric);
    return `${metric} ${limited}${unit === 'count' || unit === undefined ? '' : ` ${unit}`}`;
  }
  const pairs = Object.entries(labels).map(([label, value]) => `${label}=${value}`);
  const named = pairs.length === 0 ? custom : `${custom} (${pairs.join(', ')})`;
  return isHistogram || percentile !== undefined ? `${kept} ${named} ${limited}` : `${named} ${limited}`;
}
