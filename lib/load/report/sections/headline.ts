import type { LoadTest } from '../../../contracts/load.ts';
import { heading } from '../../../pages/body.ts';
import { figure } from '../../../pages/figures.ts';
import { type Content, type Markup, markup } from '../../../pages/markup.ts';
import { formats } from '../../../pages/units.ts';

const kinds: Record<LoadTest['kind'], string> = {
  basic: 'Load test',
  stress: 'Stress test',
  spike: 'Spike test',
  endurance: 'Endurance test',
  comprehensive: 'Comprehensive test',
  artillery: 'Artillery test',
  comparison: 'Comparison',
};

export const titleOf = ({ kind, project }: Pick<LoadTest, 'kind' | 'project'>): string =>
  `${kinds[kind]} of ${project}`;

/** `2026-01-31T02:00:00.000Z` -> `2026-01-31 02:00:00 UTC`. */
export const momentOf = (timestamp: string): Markup =>
  markup`<time datetime="${timestamp}">${timestamp.slice(0, 19).replace('T', ' ')} UTC</time>`;

export function headline(test: LoadTest): Markup {
  const { result, request, startedAt, createdAt, testId, status } = test;
  return statusHeading(titleOf(test), status, [
    momentOf(startedAt ?? createdAt),
    ...(result === undefined ? [] : [figure(result.actualDurationSeconds, 'duration')]),
    loadInWords(request),
    ...(result === undefined ? [] : [workersInWords(result.generator.workers)]),
    markup`<code>${testId}</code>`,
  ]);
}

/** @param about in a row below the title */
export const statusHeading = (title: string, status: LoadTest['status'], about: readonly Content[]): Markup =>
  heading(markup`${title} <span class="status ${status}">${status}</span>`, about);

const workersInWords = (workers: number): string => `${workers} ${workers === 1 ? 'worker' : 'workers'}`;

function loadInWords({ kind, users, arrivalRate, maxUsers, maxRate }: LoadTest['request']): string {
  if (kind === 'artillery') return 'as its script says';
  if (maxRate !== undefined) return `up to ${formats.perSecond(maxRate)}`;
  if (kind === 'stress') return `up to ${formats.users(maxUsers ?? 1000)}`;
  return arrivalRate === undefined ? formats.users(users ?? 10) : `${formats.perSecond(arrivalRate)} arrivals`;
}
