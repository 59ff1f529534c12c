import type { Budget } from '../contracts/budgets.ts';
import { decimal } from '../contracts/figures.ts';
import { unmeasured } from './figures.ts';
import { wrapped } from './fit.ts';
import type { Look } from './terminal.ts';
import { textTable } from './text-table.ts';

/** Every objective with what was found, what is left of its budget, and how fast it burns. None: nothing. */
export function objectiveReport(budgets: readonly Budget[], { colours, width }: Look): string[] {
  if (budgets.length === 0) return [];
  const verdicts = {
    met: colours.green('met'),
    missed: colours.red('MISSED'),
    'not-enough-data': colours.dim('open'),
  };
  const heading = ['', 'objective', 'found', 'budget left', 'burns', 'lasts'];
  const rows = budgets.map((budget) => [
    verdicts[budget.status],
    budget.description,
    found(budget),
    budget.errorBudget === undefined ? unmeasured : `${decimal(budget.errorBudget.remainingPercent)} %`,
    burning(budget),
    lasting(budget),
  ]);
  const dimmed = heading.map((text) => colours.dim(text));
  return [
    colours.bold('Objectives'),
    ...textTable(['left', 'left', 'right', 'right', 'right', 'right'], [dimmed, ...rows], {
      width,
      drop: [5, 4, 3],
      shorten: 1,
    }),
    ...firing(budgets).flatMap((line) => wrapped(line, width, '  - ', '    ')),
  ];
}

const found = ({ value, unit }: Budget): string =>
  value === undefined ? unmeasured : decimal(value) + (unit === undefined || unit === 'count' ? '' : ` ${unit}`);

/** Over the last hour, in times of what the budget bears. */
const burning = ({ burnRates }: Budget): string => {
  const rate = burnRates?.[0]?.long.burnRate;
  return rate === undefined ? unmeasured : `${decimal(rate)} x`;
};

function lasting({ timeToExhaustionSeconds: seconds, errorBudget }: Budget): string {
  if (errorBudget === undefined || seconds === undefined) return unmeasured;
  if (seconds === 0) return 'spent';
  const hours = seconds / 3600;
  return hours >= 48 ? `${decimal(hours / 24)} d` : hours >= 1 ? `${decimal(hours)} h` : `${decimal(seconds / 60)} min`;
}

const span = (minutes: number): string =>
  minutes % 1440 === 0 ? `${minutes / 1440} d` : minutes % 60 === 0 ? `${minutes / 60} h` : `${minutes} min`;

/** Of each budget, the most severe. */
const firing = (budgets: readonly Budget[]): string[] =>
  budgets.flatMap(({ description, burnRates = [] }) => {
    const burn = burnRates.find(({ fires }) => fires);
    if (burn === undefined) return [];
    const { severity, factor, long, short } = burn;
    const rates = [long, short].map(({ burnRate = 0, minutes }) => `${decimal(burnRate)} x in ${span(minutes)}`);
    return [`${description}: burns over ${factor} times too fast, ${rates.join(' and ')} (${severity}).`];
  });
