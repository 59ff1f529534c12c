import type { History, HistoryMetric, Resolution } from '../../contracts/telemetry-history.ts';
import type { Api } from '../api/api.ts';

export type Histories<Metric extends HistoryMetric> = Record<Metric, History['points']> & {
  from: string;
  to: string;
  resolution: Resolution;
};

interface Asked {
  project: string;
  minutes: number;
  /** Default: the finest with some hundred points. */
  resolution?: Resolution | undefined;
}

/** The last minutes, up to now. */
export function timeOf({ minutes }: { minutes: number }): { from: string; to: string } {
  const to = Date.now();
  return { from: new Date(to - minutes * 60_000).toISOString(), to: new Date(to).toISOString() };
}

/** Several figures of a service over the same time, up to now. */
export async function histories<Metric extends HistoryMetric>(
  api: Api,
  metrics: readonly Metric[],
  { project, minutes, resolution }: Asked,
  signal: AbortSignal,
): Promise<Histories<Metric>> {
  const { from, to } = timeOf({ minutes });
  const query = { from, to, resolution, metrics: metrics.join(',') };
  const answer = await api.call('getHistories', { params: { project }, query, signal });
  const points = Object.fromEntries(answer.series.map((one) => [one.metric, one.points]));
  return { ...(points as Record<Metric, History['points']>), from, to, resolution: answer.resolution };
}
