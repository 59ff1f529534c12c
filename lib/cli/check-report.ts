import type { Check } from '../contracts/checks.ts';
import { bottleneckReport } from './bottleneck-report.ts';
import { limitReport } from './limit-report.ts';
import { loadReport } from './load-report.ts';
import { objectiveReport } from './objective-report.ts';
import { scoreReport } from './score-report.ts';
import type { Look } from './terminal.ts';

/** A check for people: how well the service does, what slows it down, under which load, and whether that is enough. */
export function checkReport(check: Check, look: Look): string[] {
  const { analysis, loadTest } = check;
  const lines: string[] = [];
  if (analysis !== undefined) lines.push(...scoreReport(analysis, look), '', ...bottleneckReport(analysis, look), '');
  if (loadTest !== undefined) lines.push(look.colours.bold('Load test'), ...loadReport(loadTest, look), '');
  const objectives = objectiveReport(check.objectives ?? [], look);
  if (objectives.length > 0) lines.push(...objectives, '');
  lines.push(...limitReport(check, look.colours));
  return lines;
}
