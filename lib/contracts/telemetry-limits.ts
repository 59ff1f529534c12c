/** Of one batch, of one window in it, and of one request in a window. Free of imports: the SDK carries it into users' services. */
export const telemetryLimits = {
  /** Of the body of one batch. */
  bytes: 1_000_000,
  /** Per batch. */
  windows: 60,
  /** Per window, as are the following. */
  endpoints: 300,
  queries: 200,
  outgoing: 200,
  pools: 20,
  metrics: 300,
  records: 50,
  /** Of one metric. */
  labels: 10,
  /** Characters. */
  route: 300,
  url: 2_048,
  fingerprint: 2_000,
  /** Of any count, and of any figure in its unit: nothing real comes near it, and sums of thousands stay exact. */
  amount: 1e12,
} as const;

/** What a window lists. Each list can be divided over several windows of the same time which, together, say the same. */
export const windowLists = [
  'endpoints',
  'queries',
  'outgoing',
  'pools',
  'metrics',
  'slowRequests',
  'failedRequests',
] as const;
