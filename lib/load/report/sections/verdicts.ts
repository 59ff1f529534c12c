import type { JudgedThreshold, LoadTestResult } from '../../../contracts/load-result.ts';
import { figure } from '../figures.ts';
import { type Markup, markup } from '../markup.ts';
import { section, table } from '../table.ts';

export function thresholdSection(thresholds: readonly JudgedThreshold[] | undefined): Markup | undefined {
  if (thresholds === undefined || thresholds.length === 0) return undefined;
  const rows = thresholds.map(({ threshold, actual, holds }) => ({
    cells: [
      markup`<code>${threshold}</code>`,
      actual === undefined ? 'not measured' : figure(actual, 'bare'),
      markup`<span class="verdict ${holds ? 'good' : 'bad'}">${holds ? 'holds' : 'fails'}</span>`,
    ],
  }));
  const columns = [{ label: 'Threshold' }, { label: 'Measured', kind: 'number' as const }, { label: 'Verdict' }];
  return section('thresholds', 'Thresholds', table('Thresholds', columns, rows));
}

export const recommendationSection = ({ recommendations }: LoadTestResult): Markup | undefined =>
  recommendations.length === 0
    ? undefined
    : section(
        'recommendations',
        'What to look at',
        markup`<ul class="recommendations">${recommendations.map((each) => markup`<li>${each}</li>`)}</ul>`,
      );
