import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { budget } from '../../../lib/contracts/budgets.ts';
import { cloudWatchAlarmSettings } from '../../../lib/contracts/cloudwatch-alarms.ts';
import { configFile } from '../../../lib/contracts/config/file.ts';
import { capacityAnswer } from '../../../lib/contracts/history-analysis/capacity.ts';
import { notEnough } from '../../../lib/contracts/history-analysis/claim.ts';
import { peaks } from '../../../lib/contracts/history-analysis/peaks.ts';
import { trends } from '../../../lib/contracts/history-analysis/trends.ts';
import { scenario } from '../../../lib/contracts/load-scenario.ts';
import { projectSettings } from '../../../lib/contracts/projects.ts';
import { queryAnalysis } from '../../../lib/contracts/query-analyses.ts';
import { requestRecords } from '../../../lib/contracts/request-records.ts';
import { scheduleRequest } from '../../../lib/contracts/schedules.ts';
import { blocksIn, placeOf } from '../../support/documentation/blocks.ts';

/** In the order in which they stand on their page. Of another's format is only asked that it can be read. */
const schemas: Readonly<Record<string, readonly z.ZodType[]>> = {
  'docs/alerts.md': [cloudWatchAlarmSettings],
  'docs/analysis.md': [notEnough, trends.shape.series.element, budget, peaks, capacityAnswer, queryAnalysis],
  'docs/configuration.md': [configFile],
  'docs/deployment.md': [z.array(z.object({ Effect: z.literal('Allow') })), projectSettings.partial()],
  'docs/load.md': [scenario],
  'docs/schedules.md': [scheduleRequest],
  'docs/telemetry.md': [requestRecords, z.object({ scrape_configs: z.array(z.object({})) }), projectSettings.partial()],
};

/** What is left out is told by dots; a member by itself stands for an object that has it. */
const whole = (text: string): string => {
  const shown = text.replaceAll(/\["\.\.\."\]/g, '[]').replaceAll(/,\s*\.\.\.\s*(?=\])/g, '');
  return /^"\w+": /.test(shown) ? `{ ${shown} }` : shown;
};

const byPage = Map.groupBy(blocksIn('json', 'yaml'), ({ page }) => page);

describe('the data in the documentation', () => {
  it('has a schema for each piece, and for no other', () => {
    const counts = (lists: Iterable<[string, readonly unknown[]]>) =>
      Object.fromEntries([...lists].map(([page, { length }]) => [page, length]));
    expect(counts(Object.entries(schemas))).toEqual(counts(byPage));
  });

  it.each(
    [...byPage].flatMap(([page, blocks]) => blocks.map((block, at) => ({ block, schema: schemas[page]?.[at] }))),
  )('$block.page:$block.line is as its schema has it', ({ block, schema }) => {
    const value = block.language === 'yaml' ? parse(block.text) : JSON.parse(whole(block.text));
    expect(schema?.safeParse(value).error?.issues, placeOf(block)).toBeUndefined();
  });
});
