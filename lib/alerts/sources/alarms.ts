import type { AlarmMetric, AlarmNotification, AlarmTrigger } from '../../contracts/alarm-notification.ts';
import type { AlertWindow } from '../../contracts/alerts.ts';
import type { Evidence } from '../../contracts/analysis.ts';
import { isoTime } from '../../platform/clock.ts';
import type { Observation, Shown } from '../lifecycle/observation.ts';

/** What a notification of a CloudWatch alarm says. INSUFFICIENT_DATA says nothing: what is open stays open. */
export function alarmObservation(
  said: AlarmNotification,
  { project, window }: { project: string | undefined; window: AlertWindow | undefined },
): Observation {
  const { NewStateValue, NewStateReason } = said;
  const at = Date.parse(said.StateChangeTime);
  if (NewStateValue === 'OK') return { at, finds: 'gone', why: NewStateReason };
  if (NewStateValue === 'INSUFFICIENT_DATA') return { at, finds: 'between' };
  // CloudWatch tells of no severity. Whoever makes an alarm wants to be told.
  const analysis = project === undefined ? {} : { analysis: `/v1/projects/${project}/aws` };
  const shown = { evidence: evidenceOf(said, at), ...analysis, ...measured(said, window) };
  return { at, finds: 'firing', severity: 'high', reason: NewStateReason, shown };
}

/** The limit only beside values, which it is in the unit of. */
function measured({ Trigger }: AlarmNotification, window: AlertWindow | undefined): Partial<Shown> {
  if (window === undefined) return {};
  const value = window.values.findLast((each) => each !== null);
  const threshold = Trigger?.Threshold;
  return { window, ...(value == null ? {} : { value }), ...(threshold == null ? {} : { threshold }) };
}

/** An expression may be of many metrics, and a composite alarm of a hundred others. */
const mostEvidence = 20;

/** What an alarm looks at: metrics, or the alarms that made a composite one come true. What was measured is told by its reason alone. */
function evidenceOf({ AlarmName, Trigger, TriggeringChildren }: AlarmNotification, at: number): Evidence[] {
  const ofChildren = (TriggeringChildren ?? []).map(
    ({ alarmName, since }): Evidence => ({
      metric: 'alarm',
      subject: alarmName,
      from: since,
      to: isoTime(at),
      values: {},
    }),
  );
  const ofMetrics =
    Trigger == null ? [] : metricsOf(Trigger).flatMap((each) => metricEvidence(AlarmName, Trigger, each, at));
  return [...ofChildren, ...ofMetrics].slice(0, mostEvidence);
}

const metricsOf = (trigger: AlarmTrigger): AlarmMetric[] =>
  trigger.Metrics == null
    ? [trigger]
    : trigger.Metrics.flatMap(({ MetricStat }) => (MetricStat == null ? [] : [MetricStat.Metric]));

function metricEvidence(
  alarm: string,
  { Period, EvaluationPeriods, Threshold }: AlarmTrigger,
  { Namespace, MetricName, Dimensions }: AlarmMetric,
  at: number,
): Evidence[] {
  if (MetricName == null) return [];
  const seconds = (Period ?? 0) * (EvaluationPeriods ?? 0);
  return [
    {
      metric: [Namespace, MetricName].filter(Boolean).join(' '),
      subject: Dimensions?.map(({ value }) => value).join(' ') || alarm,
      from: isoTime(at - seconds * 1000),
      to: isoTime(at),
      values: Threshold == null ? {} : { threshold: Threshold },
    },
  ];
}
