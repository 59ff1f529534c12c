import type { Alert } from '../../contracts/alerts.ts';
import { decimal } from '../../contracts/figures.ts';
import { Ago, Moment } from '../components/moment.tsx';
import { type Stat, Stats } from '../components/stats.tsx';
import { amount, pageOfAnalysis } from './alert-words.ts';

/** What it is about, in figures, and where more is shown. */
export function AlertFigures({ alert }: { alert: Alert }) {
  const { value, threshold, ratio, unit, openedAt, resolvedAt, resolvedBy, updatedAt, analysis } = alert;
  const more = analysis === undefined ? undefined : pageOfAnalysis(analysis);
  const stats: Stat[] = [
    {
      label: 'Value',
      value: value === undefined ? undefined : amount(value, unit),
      tone: resolvedAt === undefined ? 'bad' : undefined,
    },
    {
      label: 'Limit',
      value: threshold === undefined ? undefined : amount(threshold, unit),
      ...(ratio === undefined ? {} : { note: `ratio ${decimal(ratio)}; 1 is at the limit` }),
    },
    { label: 'Since', value: <Moment at={openedAt} />, note: <Ago at={openedAt} /> },
    resolvedAt === undefined
      ? { label: 'Last looked at', value: <Ago at={updatedAt} /> }
      : { label: 'Resolved', value: <Moment at={resolvedAt} />, note: `by ${resolvedBy}` },
    ...(more === undefined ? [] : [{ label: 'More', value: <a href={more.href}>{more.label}</a> }]),
  ];
  return <Stats of={stats} />;
}
