import { demoDesign } from '../../../../lib/cli/first-optimization.ts';
import { type GeneratedService, keptOf } from '../../../support/optimization/generated-rounds.ts';
import type { Effort } from '../../frame/options.ts';
import type { Goal, Row } from '../../frame/result.ts';
import type { Measure } from '../../frame/run-bench.ts';

const runs: Record<Effort, number> = { full: 400, quick: 40, smoke: 3 };

interface Case {
  name: string;
  service: GeneratedService;
  atMost?: number;
  atLeast?: number;
}

const cases: Case[] = [
  ...[1, 2, 4].map((workers) => ({
    name: `equal code, ${workers} workers`,
    service: { gainPercent: 0, workers },
    atMost: 2,
  })),
  { name: 'equal code, in phases', service: { gainPercent: 0, workers: 2, alternation: 'phases' }, atMost: 2 },
  { name: 'equal code, passive', service: { gainPercent: 0, workers: 1, mode: 'passive' }, atMost: 2 },
  {
    name: 'equal code, passive, in phases',
    service: { gainPercent: 0, workers: 1, mode: 'passive', alternation: 'phases' },
    atMost: 2,
  },
  ...[1, 2, 4].map((workers) => ({
    name: `a gain of 10 %, ${workers} workers`,
    service: { gainPercent: 10, workers },
    atLeast: 90,
  })),
  { name: 'a gain of 10 %, in phases', service: { gainPercent: 10, workers: 2, alternation: 'phases' }, atLeast: 90 },
  { name: 'a gain of 10 %, passive', service: { gainPercent: 10, workers: 1, mode: 'passive' }, atLeast: 90 },
  {
    name: 'a gain of 10 %, passive, in phases',
    service: { gainPercent: 10, workers: 1, mode: 'passive', alternation: 'phases' },
    atLeast: 90,
  },
  { name: "equal code, as the demo's", service: { gainPercent: 0, workers: 2, design: demoDesign }, atMost: 2 },
  { name: "a gain of 10 %, as the demo's", service: { gainPercent: 10, workers: 2, design: demoDesign }, atLeast: 90 },
  ...[1, 2].flatMap((workers) => [
    {
      name: `equal code that costs less, ${workers} workers`,
      service: { gainPercent: 0, workers, saves: true },
      atLeast: 90,
    },
    {
      name: `equal code that costs less, ${workers} workers, in phases`,
      service: { gainPercent: 0, workers, saves: true, alternation: 'phases' as const },
      atLeast: 90,
    },
  ]),
  {
    name: 'equal code that costs less, passive',
    service: { gainPercent: 0, workers: 1, saves: true, mode: 'passive' },
    atLeast: 90,
  },
  ...(['experiment', 'phases'] as const).map((alternation) => ({
    name: `10 % slower code that costs less, by ${alternation}`,
    service: { gainPercent: -10, workers: 2, saves: true, alternation },
    atMost: 2,
  })),
  { name: 'a gain of 10 %, p95 25 % longer', service: { gainPercent: 10, tailHarmPercent: 25, workers: 2 }, atMost: 2 },
  { name: 'a gain of 10 %, 1 % more errors', service: { gainPercent: 10, errorPoints: 1, workers: 2 }, atMost: 2 },
];

/** Which generated changes a run keeps, of services that drift, start cold and are hit by bursts. */
export const judgeRuns: Measure = {
  name: 'judge-runs',
  async run({ effort }) {
    const rows: Row[] = [];
    const goals: Goal[] = [];
    for (const { name, service, atMost, atLeast } of cases) {
      const { keptPercent, meanRounds } = keptOf(runs[effort], 1, service);
      const note = `${runs[effort]} runs, ${meanRounds.toFixed(2)} rounds each`;
      rows.push({
        measure: `kept: ${name}`,
        subject: 'headroom',
        value: keptPercent,
        unit: '%',
        samples: [keptPercent],
        note,
      });
      const holds =
        (atMost === undefined || keptPercent <= atMost) && (atLeast === undefined || keptPercent >= atLeast);
      if (atMost === undefined && atLeast === undefined) continue;
      const goal = atMost === undefined ? `>= ${atLeast} %` : `<= ${atMost} %`;
      goals.push({ name: `kept: ${name}, %`, measured: keptPercent, goal, holds });
    }
    return { rows, goals };
  },
};
