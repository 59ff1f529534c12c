import { projectSettings } from '../../../lib/contracts/projects.ts';
import { thresholdsInForce } from '../../../lib/contracts/thresholds.ts';
import type { Situation } from '../../../lib/optimization/situation.ts';
import { aggregateOf, noon } from '../telemetry-batches.ts';

const createdAt = new Date(noon - 86_400_000).toISOString();

/** A project of which nothing is known but what is given. */
export const situationOf = (given: Partial<Situation> = {}): Situation => ({
  project: {
    ...projectSettings.parse({ baseUrl: 'http://127.0.0.1:3000' }),
    project: 'shop',
    verification: { state: 'not-needed', token: 'headroom-token', methods: [] },
    createdAt,
    updatedAt: createdAt,
  },
  thresholds: thresholdsInForce({ preset: 'default' }),
  period: { from: noon - 3_600_000, to: noon },
  telemetry: aggregateOf([]),
  bottlenecks: [],
  settings: {},
  ...given,
});
