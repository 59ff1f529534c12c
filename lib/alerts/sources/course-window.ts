import type { AlertWindow } from '../../contracts/alerts.ts';
import type { Course } from '../../contracts/history-analysis/course.ts';

/** Two days of hours, or half a season of days. */
const shownValues = 48;

/** What an alert shows of how a figure went of late. Nothing, of what is no figure of a service. */
export function windowOf({ from, stepSeconds, series }: Course, metric: string): { window?: AlertWindow } {
  const values = series.find((each) => each.metric === metric)?.values;
  if (values === undefined) return {};
  const shown = values.slice(-shownValues);
  const skippedMs = (values.length - shown.length) * stepSeconds * 1000;
  const begin = new Date(Date.parse(from) + skippedMs).toISOString();
  return { window: { from: begin, stepSeconds, values: shown } };
}
