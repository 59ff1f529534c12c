import type { CompletedAnalysis } from '../contracts/analysis-depths.ts';
import { decimal } from '../contracts/figures.ts';
import type { TrendClaim } from '../contracts/history-analysis/trends.ts';
import { percentage, perSecond, unmeasured } from './figures.ts';
import type { Colours, Look } from './terminal.ts';
import { textTable } from './text-table.ts';

type History = Pick<CompletedAnalysis, 'trends' | 'peaks' | 'capacity'>;

/** How figures move, by the names that history knows them by. */
export function trendReport({ trends }: History, { colours, width }: Look): string[] {
  if (trends === undefined) return [];
  const { series, from } = trends;
  const known = series.filter(({ found }) => found.enough);
  const title = `${colours.bold('Trends')} ${colours.dim(`since ${from.slice(0, 10)}`)}`;
  const [first] = series;
  if (known.length === 0) {
    const why = first === undefined || first.found.enough ? '' : `: ${first.found.reason}`;
    return [`${title} not enough data${why}`];
  }
  const rows = known.map(({ metric, unit = '', found }) => [metric, ...cellsOf(found, unit, colours)]);
  return [title, ...textTable(['left', 'left', 'right', 'right'], rows, { width, shorten: 0 })];
}

const verdictColour = { improving: 'green', stable: 'dim', degrading: 'red' } as const;

function cellsOf(found: TrendClaim, unit: string, colours: Colours): string[] {
  if (!found.enough) return [unmeasured, '', ''];
  const { direction, verdict, changePercent, slopePerHour } = found;
  const word = verdict === undefined ? direction : colours[verdictColour[verdict]](verdict);
  const sign = (value: number): string => (value < 0 ? '-' : '+');
  const change =
    changePercent === undefined ? unmeasured : `${sign(changePercent)}${percentage(Math.abs(changePercent))}`;
  return [word, change, `${decimal(slopePerHour * 24)} ${unit} a day`];
}

/** The peaks, and what is left above them. */
export function peakReport({ peaks, capacity }: History, { colours }: Look): string[] {
  const rows: string[][] = [];
  if (peaks?.enough) {
    const { instantaneous, sustained } = peaks.throughput;
    const { busiest, headroom, concurrency } = peaks;
    rows.push(['highest over ten seconds', perSecond(instantaneous.value), instantaneous.from.slice(0, 16)]);
    if (sustained !== undefined)
      rows.push(['highest over five minutes', perSecond(sustained.value), sustained.from.slice(0, 16)]);
    if (concurrency !== undefined)
      rows.push(['most requests at one time', decimal(concurrency.value), concurrency.from.slice(0, 16)]);
    const [hour] = busiest;
    if (hour !== undefined)
      rows.push([
        'busiest hour of the week',
        perSecond(hour.requestsPerSecond),
        `${weekdays[hour.weekday]} ${hour.hour}:00 UTC`,
      ]);
    if (headroom.enough) rows.push(['headroom to the tested capacity', percentage(headroom.headroomPercent), '']);
  }
  if (capacity?.enough) {
    const { maxRequestsPerSecond, testedAt, demand } = capacity;
    rows.push(['capacity', perSecond(maxRequestsPerSecond), `by the stress test of ${testedAt.slice(0, 10)}`]);
    if (demand.enough) rows.push(['of which demand takes', percentage(demand.usedPercent), demand.at.slice(0, 10)]);
  } else if (capacity !== undefined) rows.push(['capacity', 'unknown', capacity.reason]);
  if (rows.length === 0) return [];
  return [colours.bold('Load'), ...textTable(['left', 'right', 'left'], rows)];
}

const weekdays = ['', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
