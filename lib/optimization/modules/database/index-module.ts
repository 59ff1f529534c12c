import { isEmbedded } from '../../../analysis/rules/query-kinds.ts';
import { subjectOf } from '../../../analysis/words.ts';
import type { Bottleneck, Evidence } from '../../../contracts/analysis.ts';
import type { ChangeOf } from '../../../contracts/optimizations.ts';
import type { IndexSuggestion } from '../../../contracts/query-analyses.ts';
import { isoTime } from '../../../platform/clock.ts';
import { DomainError } from '../../../platform/errors.ts';
import { milliseconds } from '../../../telemetry/metrics.ts';
import { createText, dropText, readIndexStatement } from '../../databases/index-statement.ts';
import type { QueryAdvice } from '../../databases/query-advice.ts';
import type { OptimizationModule, Proposed } from '../../module.ts';
import type { Situation } from '../../situation.ts';

/** Beside each other in one proposal. */
const maxEvidences = 3;

/** Indexes for slow queries: as a change where a database is registered for it, else as a migration for somebody to run. */
export const indexModule: OptimizationModule = {
  name: 'index',
  optimizationId: 'resource_optimization',
  plan(situation) {
    const wanted = (situation.queryAdvice ?? []).flatMap((advice) =>
      advice.indexes.map((index, at) => ({ advice, index, isFirst: at === 0 })),
    );
    // Several kinds of query may want the same.
    return [...Map.groupBy(wanted, ({ index }) => index.ddl).values()].map((same) => proposed(same, situation));
  },
};

interface Wanted {
  advice: QueryAdvice;
  index: IndexSuggestion;
  isFirst: boolean;
}

function proposed(same: readonly Wanted[], situation: Situation): Proposed {
  const [{ advice, index }] = same as [Wanted];
  const change = changeFor(advice, index);
  const impact = same
    .filter(({ isFirst }) => isFirst)
    .flatMap((one) => impactOf(one.advice, situation.bottlenecks) ?? []);
  const where = index.columns.join(', ');
  const runs = change === undefined ? ' It is for somebody to run, unless such an index is there.' : '';
  return {
    name: `Index ${where} of ${index.table}`,
    description: `${index.reason}${runs}`,
    changes: change === undefined ? [] : [change],
    ...(impact.length === 0
      ? {}
      : {
          expectedImpactPercent: Math.max(...impact),
          expectedImpactSource: 'the recorded time of its queries, less that of lookups in the same database',
        }),
    // SQLite lets nobody write while it builds one; PostgreSQL builds it beside its other work.
    risk: change !== undefined && isEmbedded(advice.kind.system) ? 'medium' : 'low',
    requiresRestart: false,
    reversible: true,
    migration: migrationOf(advice, index),
    evidence: same.slice(0, maxEvidences).map((one) => evidenceOf(one.advice, situation)),
    subject: index.ddl,
  };
}

function changeFor({ database, dialect }: QueryAdvice, { ddl }: IndexSuggestion): ChangeOf<'index'> | undefined {
  if (database === undefined || (dialect !== 'sqlite' && dialect !== 'postgresql')) return undefined;
  try {
    const statement = readIndexStatement(ddl, dialect);
    const create = ddl.trim().replace(/;$/, '');
    return { kind: 'index', database, name: statement.name, create, drop: dropText(statement) };
  } catch (error) {
    // It needs an extension first, which is not Headroom's to create.
    if (error instanceof DomainError) return undefined;
    throw error;
  }
}

function migrationOf({ dialect }: QueryAdvice, { ddl }: IndexSuggestion): string {
  if (dialect !== 'postgresql') return ddl;
  try {
    return `${createText(readIndexStatement(ddl, dialect))};`;
  } catch {
    return ddl;
  }
}

/** By how much all requests become shorter when the time of the queries is gone, as the analysis predicts it. */
function impactOf({ kind }: QueryAdvice, bottlenecks: readonly Bottleneck[]): number | undefined {
  const subject = subjectOf(kind.fingerprint);
  const found = bottlenecks.find(
    ({ type, evidence }) => type === 'slow-query' && evidence.some((each) => each.subject === subject),
  );
  const predicted = found?.predicted?.avgResponseTimeMs;
  if (predicted === undefined || predicted.before <= 0) return undefined;
  return Math.max(0, Math.round((1_000 * (predicted.before - predicted.after)) / predicted.before) / 10);
}

const evidenceOf = ({ kind }: QueryAdvice, { period }: Situation): Evidence => ({
  metric: 'query.timeMs',
  subject: subjectOf(kind.fingerprint),
  from: isoTime(period.from),
  to: isoTime(period.to),
  values: {
    queries: kind.queryTime.count,
    totalMs: milliseconds(kind.queryTime.sum),
    meanMs: milliseconds(kind.queryTime.mean),
    p95Ms: milliseconds(kind.queryTime.quantile(0.95)),
    rowsPerQuery: Math.round((kind.rows / kind.queryTime.count) * 10) / 10,
  },
});
