import type { Finding } from '../../contracts/analysis-depths.ts';
import { isAdvice, queryAdviceFor } from '../../queries/fingerprint-advice.ts';
import type { TelemetryAggregate } from '../../telemetry/aggregate.ts';
import { milliseconds } from '../../telemetry/metrics.ts';
import { evidence } from '../rules/finding.ts';
import { type QueryKind, queryKinds } from '../rules/query-kinds.ts';
import { lookupMs } from '../rules/slow-kinds.ts';
import { subjectOf } from '../words.ts';
import { findingId } from './finding-id.ts';

/** Those that take most of the time; what is behind them would change little. */
const maxKinds = 20;
/** Rarer ones tell nothing of a p95, and cost nobody anything. */
const minQueries = 20;
const maxSentences = 3;

/** What the texts of the slow queries that take most time say of themselves: by rules alone, because nothing is known of their tables. */
export async function queryFindings(
  { queries }: Pick<TelemetryAggregate, 'queries'>,
  period: { from: string; to: string },
): Promise<{ findings: Finding[]; looked: number }> {
  const kinds = queryKinds(queries)
    .filter(
      ({ system, queryTime }) => queryTime.count >= minQueries && queryTime.quantile(0.5) >= lookupMs(system) * 1000,
    )
    .sort((a, b) => b.queryTime.sum - a.queryTime.sum)
    .slice(0, maxKinds);
  const findings: Finding[] = [];
  for (const kind of kinds) {
    const advice = await queryAdviceFor(kind);
    if (!isAdvice(advice)) continue;
    const messages = advice.findings.map(({ message }) => message);
    const indexes = advice.indexSuggestions.map(({ ddl, reason }) => ({ ddl, reason }));
    if (messages.length + indexes.length === 0) continue;
    findings.push({
      findingId: findingId('query', kind.system, kind.fingerprint),
      kind: 'query',
      component: subjectOf(kind.fingerprint),
      issue: [...messages, ...indexes.map(({ reason }) => reason)].slice(0, maxSentences).join(' '),
      evidence: [evidenceOf(kind, period)],
      recommendation: [
        ...indexes.map(({ ddl }) => `Unless such an index is there: ${ddl}`),
        ...advice.findings.map(({ recommendation }) => recommendation),
      ]
        .slice(0, maxSentences)
        .join(' '),
    });
  }
  return { findings, looked: kinds.length };
}

const evidenceOf = ({ fingerprint, queryTime, rows }: QueryKind, period: { from: string; to: string }) =>
  evidence(period, 'query.timeMs', subjectOf(fingerprint), {
    queries: queryTime.count,
    totalMs: milliseconds(queryTime.sum),
    meanMs: milliseconds(queryTime.mean),
    p95Ms: milliseconds(queryTime.quantile(0.95)),
    rowsPerQuery: Math.round((rows / queryTime.count) * 10) / 10,
  });
