import type { DatabaseSync } from 'node:sqlite';
import type { Datapoint, Measurement, MetricIdentity } from './model.ts';

const schema = `
  CREATE TABLE IF NOT EXISTS metric (
    id INTEGER PRIMARY KEY, namespace TEXT NOT NULL, name TEXT NOT NULL, dimensions TEXT NOT NULL,
    UNIQUE (namespace, name, dimensions)
  );
  CREATE TABLE IF NOT EXISTS minute (
    metric INTEGER NOT NULL, at INTEGER NOT NULL, unit TEXT NOT NULL,
    sum REAL NOT NULL, count REAL NOT NULL, minimum REAL NOT NULL, maximum REAL NOT NULL,
    PRIMARY KEY (metric, at)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS value (
    metric INTEGER NOT NULL, at INTEGER NOT NULL, value REAL NOT NULL, count REAL NOT NULL,
    PRIMARY KEY (metric, at, value)
  ) WITHOUT ROWID;`;

export interface DatapointQuery {
  readonly metric: MetricIdentity;
  readonly statistic: string;
  readonly periodSeconds: number;
  /** The first period begins here: a whole minute. */
  readonly startMs: number;
  readonly endMs: number;
}

export type MetricStore = ReturnType<typeof openMetricStore>;

/** Metrics by the minute: sum, count, minimum and maximum exactly, and values to three digits for percentiles. */
export function openMetricStore(database: DatabaseSync) {
  database.exec(schema);
  const insertMetric = database.prepare('INSERT OR IGNORE INTO metric (namespace, name, dimensions) VALUES (?, ?, ?)');
  const selectMetric = database.prepare('SELECT id FROM metric WHERE namespace = ? AND name = ? AND dimensions = ?');
  const addToMinute = database.prepare(`INSERT INTO minute VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
    sum = sum + excluded.sum, count = count + excluded.count,
    minimum = min(minimum, excluded.minimum), maximum = max(maximum, excluded.maximum)`);
  const addValue = database.prepare(
    'INSERT INTO value VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count',
  );
  const selectPeriods =
    database.prepare(`SELECT CAST((at - ?) / ? AS INTEGER) AS period, sum(sum) AS sum, sum(count) AS count,
    min(minimum) AS minimum, max(maximum) AS maximum FROM minute WHERE metric = ? AND at >= ? AND at < ?
    GROUP BY period ORDER BY period`);
  const selectValues =
    database.prepare(`SELECT CAST((at - ?) / ? AS INTEGER) AS period, value, sum(count) AS count FROM value
    WHERE metric = ? AND at >= ? AND at < ? GROUP BY period, value ORDER BY period, value`);

  const idOf = ({ Namespace, MetricName, Dimensions }: MetricIdentity): number | undefined => {
    const id = selectMetric.get(Namespace, MetricName, canonical(Dimensions))?.id;
    return typeof id === 'number' ? id : undefined;
  };

  function add(measurement: Measurement): void {
    insertMetric.run(measurement.Namespace, measurement.MetricName, canonical(measurement.Dimensions));
    const id = idOf(measurement) ?? 0;
    const at = Math.floor(measurement.timestampMs / 60_000) * 60;
    for (const { count, sum, minimum, maximum } of statisticSets(measurement)) {
      addToMinute.run(id, at, measurement.unit, sum, count, minimum, maximum);
      // Three digits bound the rows that a minute can take; a set of equal values is as good as the values.
      if (minimum === maximum) addValue.run(id, at, Number(minimum.toPrecision(3)), count);
    }
  }

  return {
    add(measurements: readonly Measurement[]): void {
      if (measurements.length === 0) return;
      database.exec('BEGIN');
      try {
        for (const measurement of measurements) add(measurement);
        database.exec('COMMIT');
      } catch (error) {
        database.exec('ROLLBACK');
        throw error;
      }
    },

    /** By time, periods without data left out. */
    datapoints({ metric, statistic, periodSeconds, startMs, endMs }: DatapointQuery): readonly Datapoint[] {
      const id = idOf(metric);
      if (id === undefined) return [];
      const start = startMs / 1000;
      const range = [start, periodSeconds, id, start, endMs / 1000] as const;
      const periods = selectPeriods.all(...range) as PeriodRow[];
      const compute = statistic.startsWith('p')
        ? percentiles(Number(statistic.slice(1)), selectValues.all(...range) as ValueRow[])
        : simpleStatistics[statistic];
      return periods.flatMap((row) => {
        const value = compute?.(row);
        return value === undefined ? [] : [{ timestampMs: startMs + row.period * periodSeconds * 1000, value }];
      });
    },

    list(namespace?: string, name?: string): readonly MetricIdentity[] {
      const rows = database
        .prepare(`SELECT namespace, name, dimensions FROM metric
          WHERE namespace = coalesce(?, namespace) AND name = coalesce(?, name) ORDER BY namespace, name, dimensions`)
        .all(namespace ?? null, name ?? null);
      return rows.map((row) => ({
        Namespace: String(row.namespace),
        MetricName: String(row.name),
        Dimensions: JSON.parse(String(row.dimensions)),
      }));
    },

    unit(metric: MetricIdentity): string {
      const row = database
        .prepare('SELECT unit FROM minute WHERE metric = ? ORDER BY at DESC LIMIT 1')
        .get(idOf(metric) ?? 0);
      return String(row?.unit ?? 'None');
    },

    deleteOlderThan(epochMs: number): void {
      const before = epochMs / 1000;
      database.prepare('DELETE FROM minute WHERE at < ?').run(before);
      database.prepare('DELETE FROM value WHERE at < ?').run(before);
      database.exec('DELETE FROM metric WHERE NOT EXISTS (SELECT 1 FROM minute WHERE minute.metric = metric.id)');
    },
  };
}

type PeriodRow = Record<'period' | 'sum' | 'count' | 'minimum' | 'maximum', number>;

type ValueRow = Record<'period' | 'value' | 'count', number>;

const simpleStatistics: Record<string, (row: PeriodRow) => number> = {
  Sum: ({ sum }) => sum,
  Average: ({ sum, count }) => sum / count,
  Minimum: ({ minimum }) => minimum,
  Maximum: ({ maximum }) => maximum,
  SampleCount: ({ count }) => count,
};

/** By nearest rank. Undefined for a period of which single values are not known. */
function percentiles(percentile: number, rows: readonly ValueRow[]): (row: PeriodRow) => number | undefined {
  const byPeriod = Map.groupBy(rows, ({ period }) => period);
  return ({ period, minimum, maximum }) => {
    const values = byPeriod.get(period) ?? [];
    const rank = (percentile / 100) * values.reduce((sum, { count }) => sum + count, 0);
    let seen = 0;
    const found = values.find(({ count }) => {
      seen += count;
      return seen >= rank;
    });
    // Rounding may have moved it beyond the exact extremes.
    return found && Math.min(maximum, Math.max(minimum, found.value));
  };
}

function statisticSets({ values, statistics }: Measurement): readonly Required<Measurement>['statistics'][] {
  const sets = values.map(({ value, count }) => ({ count, sum: value * count, minimum: value, maximum: value }));
  return statistics === undefined ? sets : [...sets, statistics];
}

/** The same dimensions in any order are the same metric. */
const canonical = (dimensions: MetricIdentity['Dimensions']): string =>
  JSON.stringify(
    dimensions
      .map(({ Name, Value }) => ({ Name, Value }))
      .sort((a, b) => (a.Name < b.Name ? -1 : a.Name > b.Name ? 1 : 0)),
  );
