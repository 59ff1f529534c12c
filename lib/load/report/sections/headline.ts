import type { LoadTest } from '../../../contracts/load.ts';
import { heading } from '../../../pages/body.ts';
import { figure } from '../../../pages/figures.ts';
import { loadInWords, testTitle, workersInWords } from '../../../pages/load-words.ts';
import { type Content, type Markup, markup } from '../../../pages/markup.ts';

/** `2026-01-31T02:00:00.000Z` -> `2026-01-31 02:00:00 UTC`. */
export const momentOf = (timestamp: string): Markup =>
  markup`<time datetime="${timestamp}">${timestamp.slice(0, 19).replace('T', ' ')} UTC</time>`;

export function headline(test: LoadTest): Markup {
  const { result, request, startedAt, createdAt, testId, status } = test;
  return statusHeading(testTitle(test), status, [
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
