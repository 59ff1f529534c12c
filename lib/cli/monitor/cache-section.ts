import type { TierStats } from '../../contracts/cache-stats.ts';
import { count, decimal, percent } from '../../contracts/figures.ts';
import { ms, percentage } from '../figures.ts';
import { type Canvas, text, title } from './canvas.ts';
import { cellOf, type Line } from './segments.ts';
import type { MonitorState } from './state.ts';

/** The namespace that is called like the project. */
export function cacheLines(state: MonitorState, canvas: Canvas, rows: number): Line[] {
  const { colours, columns } = canvas;
  const { cache } = state.told;
  const head = title('Cache', cache, state, canvas);
  const { value } = cache;
  if (value === undefined) return [head];
  const { hitRatePercent, totalRequests, tiers, performance, topKeys } = value;
  const all = Object.entries(tiers) as [string, TierStats][];
  const inTiers = all.map(
    ([tier, { entries, usedMb, usagePercent }]) =>
      `${tier} ${count(entries)} in ${decimal(usedMb)} MB${usagePercent === undefined ? '' : ` (${percent(usagePercent)} %)`}`,
  );
  const open = all.filter(([, { breaker }]) => breaker !== undefined && breaker !== 'closed');
  const figures: Line = [
    ...head,
    text(`  ${percentage(hitRatePercent)} hit`, colours.cyan),
    text(` of ${count(totalRequests)}, get ${ms(performance.avgGetMs)}, ${count(performance.evictions)} evicted`),
    ...open.map(([tier, { breaker }]) => text(`  ${tier}: breaker ${breaker}`, colours.red)),
  ];
  const keys = topKeys.slice(0, Math.max(0, rows - 2)).map(({ key, reads }): Line => {
    const width = 10;
    return [
      text('  '),
      text(cellOf(count(reads), width, 'right'), colours.dim),
      text(`  ${cellOf(key, Math.max(8, columns - width - 4))}`),
    ];
  });
  return [figures, [text(`  ${inTiers.join('   ')}`)], ...keys];
}
