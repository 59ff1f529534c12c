import type { Check, CheckRequest } from '../contracts/checks.ts';
import { decimal } from '../contracts/figures.ts';
import type { Colours } from './terminal.ts';
import { textTable } from './text-table.ts';

interface Limit {
  name: keyof CheckRequest['limits'];
  title: string;
  unit: string;
  bound: 'at most' | 'at least';
  actual: (check: Check) => number | undefined;
}

const limits: readonly Limit[] = [
  {
    name: 'maxP95ResponseTimeMs',
    title: 'p95 response time',
    unit: ' ms',
    bound: 'at most',
    actual: ({ loadTest }) => loadTest?.performanceMetrics.p95ResponseTimeMs,
  },
  {
    name: 'minSuccessRatePercent',
    title: 'success rate',
    unit: ' %',
    bound: 'at least',
    actual: ({ loadTest }) => loadTest?.successRatePercent,
  },
  {
    name: 'minScore',
    title: 'score',
    unit: '',
    bound: 'at least',
    actual: ({ analysis }) => analysis?.performanceScore,
  },
];

/** Every limit with what was found; the platform's own verdict stands, whatever this could compute. */
export function limitReport(check: Check, colours: Colours): string[] {
  const breached = new Map(check.breaches.map((breach) => [breach.limit, breach]));
  const known = limits.map(({ name, title, unit, bound, actual }) => {
    const breach = breached.get(name);
    breached.delete(name);
    const found = breach?.actual ?? actual(check);
    const limit = `${bound} ${decimal(check.request.limits[name])}${unit}`;
    return [verdict(breach === undefined, found, colours), title, shown(found, unit), colours.dim(limit)];
  });
  const others = [...breached.values()].map(({ limit, expected, actual }) => [
    verdict(false, actual, colours),
    limit,
    shown(actual, ''),
    colours.dim(decimal(expected)),
  ]);
  return [colours.bold('Limits'), ...textTable(['left', 'left', 'right', 'left'], [...known, ...others])];
}

const shown = (value: number | undefined, unit: string): string =>
  value === undefined ? 'not measured' : decimal(value) + unit;

const verdict = (holds: boolean, found: number | undefined, colours: Colours): string => {
  if (!holds) return colours.red('BREACHED');
  return found === undefined ? colours.dim('open') : colours.green('holds');
};
