import { checkLimitList } from '../contracts/check-limits.ts';
import type { Check } from '../contracts/checks.ts';
import { decimal } from '../contracts/figures.ts';
import type { Colours } from './terminal.ts';
import { textTable } from './text-table.ts';

/** Every limit with what was found; the platform's own verdict stands, whatever this could compute. */
export function limitReport(check: Check, colours: Colours): string[] {
  const { request, loadTest, analysis, objectives = [] } = check;
  const breached = new Map(check.breaches.map((breach) => [breach.limit, breach]));
  const figures = { loadTest, score: analysis?.performanceScore };
  const known = checkLimitList.map(({ name, title, unit, bound, actual }) => {
    const breach = breached.get(name);
    breached.delete(name);
    const found = breach?.actual ?? actual(figures);
    const limit = `${bound} ${decimal(request.limits[name])}${unit}`;
    return [verdict(breach === undefined, found, colours), title, shown(found, unit), colours.dim(limit)];
  });
  for (const { description } of objectives) breached.delete(description);
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
