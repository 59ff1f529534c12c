import { count } from '../contracts/figures.ts';
import type { LoadStep } from '../contracts/load-result.ts';
import { decimalOr, percentage, perSecond } from './figures.ts';
import type { Colours, Look } from './terminal.ts';
import { textTable } from './text-table.ts';

/** `40 users`, `200/s`. */
export const levelOf = ({ users, arrivalRate }: Pick<LoadStep, 'users' | 'arrivalRate'>): string =>
  users === undefined ? perSecond(arrivalRate) : `${count(users)} ${users === 1 ? 'user' : 'users'}`;

const heading = ['step', 'load', 'per s', 'avg', 'p95', 'ok', 'verdict', ''];
const left = new Set(['step', 'verdict', '']);
const columns = heading.map((name) => (left.has(name) ? ('left' as const) : ('right' as const)));
const [partColumn, reasonColumn] = [heading.indexOf('step'), heading.indexOf('')];

/** The levels that were held, in their order. Nothing for a single one without a verdict: it is the whole test. */
export function stepLines(steps: readonly LoadStep[], { colours, width }: Look): string[] {
  const isJudged = steps.some(({ verdict }) => verdict !== undefined);
  if (steps.length < 2 && !isJudged) return [];
  const rows = steps.map((step) => [
    step.part,
    levelOf(step),
    decimalOr(step.requestsPerSecond),
    decimalOr(step.avgResponseTimeMs),
    decimalOr(step.p95ResponseTimeMs),
    percentage(step.successRatePercent),
    verdictOf(step, colours),
    step.reason ?? '',
  ]);
  const head = heading.map((text) => (text === 'verdict' && !isJudged ? '' : text));
  return [
    '  Steps, with response times in ms:',
    ...textTable(columns, [head.map((text) => (text === '' ? text : colours.dim(text))), ...rows], {
      width,
      drop: [partColumn],
      shorten: reasonColumn,
    }),
  ];
}

function verdictOf({ verdict }: LoadStep, colours: Colours): string {
  if (verdict === undefined) return '';
  if (verdict === 'ok') return colours.green(verdict);
  return verdict === 'generator-limited' ? colours.yellow(verdict) : colours.red(verdict);
}
