import type { LoadStep } from '../../../contracts/load-result.ts';
import { figure } from '../../../pages/figures.ts';
import { levelInWords, levelOf } from '../../../pages/load-plots/stretches.ts';
import type { Markup } from '../../../pages/markup.ts';
import { markup } from '../../../pages/markup.ts';
import { type Column, table } from '../../../pages/table.ts';
import { clockTime, formats } from '../../../pages/units.ts';

const number = 'number' as const;

/** Levels of a test with what was measured while each was held. */
export function stepTable(name: string, steps: readonly LoadStep[]): Markup {
  const isMixed = new Set(steps.map(({ part }) => part)).size > 1;
  const isJudged = steps.some(({ verdict }) => verdict !== undefined);
  const columns: Column[] = [
    { label: 'Level', kind: number },
    ...(isMixed ? [{ label: 'Part' }] : []),
    { label: 'From', kind: number },
    { label: 'Held', kind: number },
    { label: 'Requests', kind: number },
    { label: 'Per second', kind: number },
    { label: 'Successful, %', kind: number },
    { label: 'Mean, ms', kind: number },
    { label: 'p50, ms', kind: number },
    { label: 'p95, ms', kind: number },
    { label: 'p99, ms', kind: number },
    { label: 'Little’s law', kind: number },
    ...(isJudged ? [{ label: 'Verdict' }] : []),
  ];
  const rows = steps.map((step) => ({
    tone: step.verdict === undefined ? undefined : tones[step.verdict],
    cells: [
      markup`<data value="${levelOf(step)}">${levelInWords(step)}</data>`,
      ...(isMixed ? [step.part] : []),
      clockTime(step.startSecond),
      formats.duration(step.durationSeconds),
      figure(step.requests, 'bareCount'),
      figure(step.requestsPerSecond, 'bare'),
      figure(step.successRatePercent, 'barePercent'),
      figure(step.avgResponseTimeMs, 'bare'),
      figure(step.p50ResponseTimeMs, 'bare'),
      figure(step.p95ResponseTimeMs, 'bare'),
      figure(step.p99ResponseTimeMs, 'bare'),
      figure(step.littlesLaw?.differencePercent, 'change'),
      ...(isJudged
        ? [markup`<span class="reason">${[step.verdict, step.reason].filter(Boolean).join(': ')}</span>`]
        : []),
    ],
  }));
  return table(name, columns, rows);
}

const tones = { ok: undefined, failing: 'bad', overloaded: 'bad', 'generator-limited': 'doubtful' } as const;
