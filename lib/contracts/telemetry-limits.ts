/** Of one batch, of one window in it, and of one request in a window. Free of imports: the SDK carries it into users' services. */
export const telemetryLimits = {
  /** Of the body of one batch. */
  bytes: 1_000_000,
  /** Per batch. */
  windows: 60,
  /** Per window, as are the following. */
  endpoints: 300,
  queries: 200,
  records: 50,
  /** Characters. */
  route: 300,
  url: 2_048,
  fingerprint: 2_000,
  /** Of any count, and of any figure in its unit: nothing real comes near it, and sums of thousands stay exact. */
  amount: 1e12,
} as const;
