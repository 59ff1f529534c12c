import type { JudgedThreshold, LoadTestResult } from '../../../contracts/load-result.ts';
import { isFailure } from '../../../contracts/load-threshold.ts';
import { figure } from '../../../pages/figures.ts';
import { type Markup, markup } from '../../../pages/markup.ts';
import { section, table } from '../../../pages/table.ts';

export function thresholdSection(thresholds: readonly JudgedThreshold[] | undefined): Markup | undefined {
  if (thresholds === undefined || thresholds.length === 0) return undefined;
  const rows = thresholds.map((judged) => ({
    cells: [
      markup`<code>${judged.threshold}</code>`,
      judged.actual === undefined ? 'not measured' : figure(judged.actual, 'bare'),
      verdict(judged),
    ],
  }));
  const columns = [{ label: 'Threshold' }, { label: 'Measured', kind: 'number' as const }, { label: 'Verdict' }];
  return section('thresholds', 'Thresholds', table('Thresholds', columns, rows));
}

function verdict(judged: JudgedThreshold): Markup {
  if (judged.holds) return markup`<span class="verdict good">holds</span>`;
  return isFailure(judged)
    ? markup`<span class="verdict bad">fails</span>`
    : markup`<span class="verdict doubtful">fails, does not count</span>`;
}

export const recommendationSection = ({ recommendations }: LoadTestResult): Markup | undefined =>
  recommendations.length === 0
    ? undefined
    : section(
        'recommendations',
        'What to look at',
        markup`<ul class="recommendations">${recommendations.map((each) => markup`<li>${each}</li>`)}</ul>`,
      );
