import pc from 'picocolors';
import { describe, expect, it } from 'vitest';
import { objectiveReport } from '../../lib/cli/objective-report.ts';
import { burningBudget, missedBudget, openBudget } from '../support/budgets.ts';

const colours = pc.createColors(false);
const budgets = [missedBudget, burningBudget, openBudget];

describe('Objectives on the terminal', () => {
  it('are told with what was found, what is left, how fast it burns and how long it lasts', () => {
    expect(objectiveReport(budgets, { colours, width: 160 })).toEqual([
      'Objectives',
      '          objective                                          found  budget left  burns  lasts',
      '  MISSED  95 % of requests within 200 ms over 30 days       250 ms       -100 %      -  spent',
      '  met     at most 0.1 % of requests fail over 30 days       0.02 %         80 %   20 x   25 h',
      '  open    at least 99.9 % of requests succeed over 30 days       -            -      -      -',
      '  - at most 0.1 % of requests fail over 30 days: burns over 14.4 times too fast, 20 x in 1 h and 30 x in 5 min (critical).',
    ]);
  });

  it('fit into a narrow terminal, and take no room where there are none', () => {
    for (const line of objectiveReport(budgets, { colours, width: 60 })) expect(line.length).toBeLessThanOrEqual(60);
    expect(objectiveReport([], { colours, width: 60 })).toEqual([]);
  });
});
