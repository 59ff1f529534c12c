import type { BottleneckType } from '../contracts/analysis.ts';
import type { EndpointTime } from './breakdown.ts';
import type { Finding } from './rules/finding.ts';

export interface Found {
  type: BottleneckType;
  finding: Finding;
}

/** A slow endpoint is explained when findings with a cause come to this share of its time. */
const explainedShare = 0.5;

/** What can be seen of a cause, wherever it is, besides the cause itself. */
const symptomsOf: Partial<Record<BottleneckType, (other: Found, component: string) => boolean>> = {
  // To make and read as many queries takes more than the queries do.
  'cpu-bound': ({ type, finding }, component) => type === 'n-plus-one' && finding.component === component,
  'slow-endpoint': ({ type, finding }, component) => type === 'n-plus-one' && finding.component === component,
  cpu: ({ finding }) => finding.blocks === true,
  'event-loop': ({ finding }) => finding.blocks === true,
  memory: ({ type }) => type === 'memory-leak',
};

/**
 * What costs most first; but what only shows that something else is wrong stands behind all that may be it, and a slow endpoint
 * whose time other findings explain is not named a second time.
 */
export function causesFirst(found: readonly Found[], times: readonly EndpointTime[]): Found[] {
  const explained = explainedTime(found);
  const kept = found.filter(({ type, finding }) => {
    if (type !== 'slow-endpoint') return true;
    const totalUs = times.find(({ endpoint }) => endpoint === finding.component)?.totalUs ?? 0;
    return (explained.get(finding.component) ?? 0) < explainedShare * totalUs;
  });
  const isSymptom = (one: Found): boolean =>
    kept.some((other) => other !== one && symptomsOf[one.type]?.(other, one.finding.component) === true);
  const byImpact = kept.toSorted((a, b) => b.finding.performanceImpact - a.finding.performanceImpact);
  return [...byImpact.filter((one) => !isSymptom(one)), ...byImpact.filter(isSymptom)];
}

/** By endpoint, in microseconds. */
function explainedTime(found: readonly Found[]): Map<string, number> {
  const explained = new Map<string, number>();
  for (const { type, finding } of found) {
    if (type === 'slow-endpoint') continue;
    for (const { endpoint, us } of finding.saving?.removed ?? []) {
      if (endpoint !== undefined) explained.set(endpoint, (explained.get(endpoint) ?? 0) + us);
    }
  }
  return explained;
}
