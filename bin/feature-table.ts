/** What cache managers, scrapers' performance systems, pipeline guards, API monitors and the like offer, and where Headroom has it. */
export interface Feature {
  /** By which the end-to-end test that calls it is known. */
  id: string;
  there: string;
  here: string;
}

/** `{p}` is a project, `{ns}` a cache namespace. */
export const features = [
  {
    id: 'A1',
    there: '`set_cache` with TTL, level and tags; strategies, limits and a default TTL',
    here: '`PUT /v1/cache/{ns}/entries/{key}`, `PUT .../policy`; `headroom cache set`',
  },
  {
    id: 'A2',
    there: '`get_cache` with a default, and a TTL that begins anew',
    here: '`GET /v1/cache/{ns}/entries/{key}?refreshTtl=true`; `cache.get(key, { default, refreshTtl })`',
  },
  {
    id: 'A3',
    there: '`invalidate_cache` by keys, pattern and tags, `clear_all_cache`, each with a count',
    here: '`POST /v1/cache/{ns}/invalidations`, `DELETE /v1/cache/{ns}`',
  },
  { id: 'A4', there: '`get_cache_stats`', here: '`GET /v1/cache/{ns}/stats`; `headroom cache stats`' },
  { id: 'A5', there: '`optimize_cache`', here: '`POST /v1/cache/{ns}/optimize`; `headroom cache optimize`' },
  {
    id: 'A6',
    there: '`analyze_performance`: quick, standard, deep',
    here: '`POST /v1/projects/{p}/analyses`; `headroom analyze`',
  },
  {
    id: 'A7',
    there: '`get_available_optimizations`',
    here: '`GET /v1/projects/{p}/optimizations`; `headroom optimize available`',
  },
  {
    id: 'A8',
    there: '`apply_optimizations`, as a dry run and for good, with what it brought',
    here: '`POST /v1/projects/{p}/optimization-runs`; `headroom optimize`',
  },
  {
    id: 'A9',
    there: '`create_performance_profile`, `apply_performance_profile`',
    here: '`PUT /v1/profiles/{id}`, `PUT /v1/projects/{p}/profile`; `headroom profile`',
  },
  {
    id: 'A10',
    there: '`run_load_test` with weighted scenarios and random values',
    here: '`POST /v1/projects/{p}/load-tests`; `headroom loadtest`',
  },
  {
    id: 'A11',
    there: '`run_stress_test` up to the breaking point',
    here: '`POST /v1/projects/{p}/load-tests` of kind `stress`; `headroom loadtest --test stress`',
  },
  { id: 'A12', there: '`benchmark_comparison`', here: '`POST /v1/comparisons`; `headroom compare`' },
  {
    id: 'A13',
    there: 'the nightly and the weekly pipeline',
    here: '`PUT /v1/projects/{p}/schedule`; `headroom schedule`: [docs/schedules.md](docs/schedules.md)',
  },
  { id: 'A14', there: 'live dashboard', here: '`/dashboard`; `headroom monitor`' },
  {
    id: 'A15',
    there: 'resource monitor, parallel processor',
    here: '`monitorResources()` of `headroom/memory`, `parallel()` of `headroom/work`, `POST /v1/tasks`',
  },
  {
    id: 'B1',
    there: 'cache over Redis and memory with fallback, compression, TTLs by type of data',
    here: '`PUT /v1/cache/{ns}/policy`: `tiers`, `compression`, `ttlRules`; a breaker in front of each tier',
  },
  {
    id: 'B2',
    there: 'profiles: balanced, memory focused, performance focused',
    here: '`PUT /v1/projects/{p}/profile` with `balanced`, `memory-focused`, `performance-focused`',
  },
  {
    id: 'B3',
    there:
      '`GET status, metrics, cache/stats, database/stats, tasks/status, recommendations`, `POST optimize/{profile}, cache/clear`',
    here: '`/v1/projects/{p}/status, metrics, database, recommendations`, `/v1/cache/{ns}/stats`, `/v1/tasks/status`, `PUT /v1/projects/{p}/profile`, `POST /v1/cache/{ns}/invalidations`',
  },
  {
    id: 'B4',
    there: 'commands `status, metrics, optimize, clear-cache, benchmark, recommendations, monitor`',
    here: '`headroom` + the same',
  },
  {
    id: 'B5',
    there: 'pools with overflow, cached query results, batches, health of pools',
    here: '`monitorPool`, `cachedQuery` of `headroom/database`, `batch` of `headroom/work`',
  },
  {
    id: 'B6',
    there: 'background tasks with priorities, retries and workers',
    here: '`POST /v1/tasks`, `GET /v1/tasks/status`; `headroom tasks`',
  },
  {
    id: 'B7',
    there: 'memory: garbage collection by thresholds, object pools, alerts, clean-up',
    here: '`onPressure`, `trimOnPressure` of `headroom/memory`, `ObjectPool` of `headroom/work`',
  },
  {
    id: 'B8',
    there: 'JWT, validation, rate limits, errors without leaks, API documentation, configuration, health',
    here: 'every route: [docs/security.md](docs/security.md); `/openapi.json`, `/docs`, `/health`, `headroom.config.yaml`',
  },
  {
    id: 'B9',
    there: 'wrappers around expensive work, adaptive rate limits, circuit breakers',
    here: '`cached`, `cachedFetch` of `headroom/cache`, `rateLimit`, `breaker` of `headroom/work`',
  },
  {
    id: 'B10',
    there: 'trends and forecasts, regression tests in CI, before and after',
    here: '`GET /v1/projects/{p}/trends`, `forecast`, `change-points`; `headroom check`',
  },
  {
    id: 'C1',
    there: 'levels: memory, Redis, database; a miss fills those above',
    here: 'the tiers of `/v1/cache/{ns}` and of `headroom/cache`: [docs/cache.md](docs/cache.md)',
  },
  {
    id: 'C2',
    there: 'objectives, and budgets that are checked',
    here: '`GET`, `PUT /v1/projects/{p}/budgets`; `headroom budgets`',
  },
  {
    id: 'C3',
    there: 'counters, gauges, histograms for Prometheus',
    here: '`counter`, `gauge`, `histogram` of `headroom/metrics`; `GET /v1/projects/{p}/prometheus`',
  },
  { id: 'C4', there: 'memory snapshots and what grew', here: '`profileMemory()` of `headroom/profile`' },
  {
    id: 'C5',
    there: 'users who sign in first, do weighted tasks, and wait between them',
    here: 'scenarios with `before`, `flow`, `captures`, `thinkTimeMs: { min, max }`: [docs/load.md](docs/load.md)',
  },
  {
    id: 'C6',
    there: 'options of connection pools, pipelined Redis, batches',
    here: '`GET /v1/projects/{p}/database` with advice; `POST /v1/cache/{ns}/batch`',
  },
  { id: 'C7', there: '10,000 concurrent sessions', here: '`POST /v1/projects/{p}/load-tests` with `users: 10000`' },
  {
    id: 'D1',
    there: 'each request: time, endpoint, status, memory, CPU, bytes, user, address',
    here: '`node --import headroom/register`: `GET /v1/projects/{p}/slow-requests`',
  },
  {
    id: 'D2',
    there: '`summary, endpoints, slow-requests, error-requests`',
    here: '`/v1/projects/{p}/` + the same; `headroom metrics`',
  },
  {
    id: 'D3',
    there: 'cache in memory: LRU, TTL, size limits, hit rate, evictions',
    here: '`createCache({ tiers: [memory()] })` of `headroom/cache`',
  },
  {
    id: 'D4',
    there: 'pools of PostgreSQL, MongoDB, Redis and SQLite with their health',
    here: '`monitorPool` of `headroom/database`; `GET /v1/projects/{p}/database`',
  },
  {
    id: 'D5',
    there: 'advice on SQL and MongoDB queries',
    here: '`POST /v1/queries/analyses`; `headroom queries analyze`',
  },
  {
    id: 'D6',
    there: 'basic, stress, spike, endurance and comprehensive tests',
    here: '`kind` of `POST /v1/projects/{p}/load-tests`; `headroom loadtest --test`',
  },
  {
    id: 'D7',
    there: 'KPIs: times, throughput, CPU, memory, connections, hit rate',
    here: '`GET /v1/projects/{p}/metrics`, and the result of a load test',
  },
  {
    id: 'D8',
    there: 'history: trend, peaks, anomalies, capacity; weekly to quarterly reports',
    here: '`GET /v1/projects/{p}/trends, peaks, anomalies, capacity`; `headroom check report`',
  },
  {
    id: 'D9',
    there: 'alerts: 2 s, 5 % errors, 80 % CPU, 90 % memory, 70 % hit rate, for 5 minutes',
    here: 'the default thresholds: [docs/alerts.md](docs/alerts.md)',
  },
  {
    id: 'D10',
    there: '`run_load_test --url --test basic\\|stress\\|all --output`',
    here: '`headroom loadtest` + the same',
  },
  {
    id: 'E1',
    there: 'monitoring without a change to the code',
    here: '`node --import headroom/register`, a Lambda layer',
  },
  {
    id: 'E2',
    there: 'wrappers: cache a function, cache an answer, invalidate on change, monitor a database call',
    here: '`cached`, `cacheResponse`, `invalidateOnChange`, `monitorQuery`: [docs/sdk.md](docs/sdk.md)',
  },
  {
    id: 'E3',
    there: '`metrics` of the last minutes',
    here: '`GET /v1/projects/{p}/metrics?minutes=5`; `headroom metrics`',
  },
  { id: 'E4', there: '`analytics?minutes=`', here: '`GET /v1/projects/{p}/analytics?minutes=`' },
  { id: 'E5', there: '`summary` for dashboards', here: '`GET /v1/projects/{p}/summary`' },
  {
    id: 'E6',
    there: 'health score: response time 30, errors 25, memory 20, database 15, cache 10',
    here: '`healthScore` of `summary`, `status`, `analytics`: [docs/analysis.md](docs/analysis.md)',
  },
  {
    id: 'E7',
    there: '`alerts?resolved=`, `alerts/{id}/resolve`, severities',
    here: '`GET /v1/projects/{p}/alerts?resolved=`, `POST /v1/alerts/{id}/resolve`; `headroom alerts`',
  },
  {
    id: 'E8',
    there: '`GET`, `PUT thresholds` with presets',
    here: '`GET`, `PUT /v1/projects/{p}/thresholds`; `headroom thresholds`',
  },
  {
    id: 'E9',
    there: 'expired entries cleaned up, time series kept for trends',
    here: '`POST /v1/cache/{ns}/optimize`, by itself each hour; `GET /v1/projects/{p}/history`',
  },
] as const satisfies readonly Feature[];

export type FeatureId = (typeof features)[number]['id'];

const begin = '<!-- features: begin -->';
const end = '<!-- features: end -->';

/** A text with the table between its marks. */
export function withFeatureTable(text: string): string {
  const [before, rest] = text.split(begin);
  const [, after] = rest?.split(end) ?? [];
  if (before === undefined || after === undefined) throw new Error(`There is no ${begin} ... ${end}`);
  const rows = features.map(({ there, here }) => `| ${there} | ${here} |`);
  return [`${before}${begin}`, '| there | here |', '|---|---|', ...rows, `${end}${after}`].join('\n');
}
