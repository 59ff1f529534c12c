import { type LoadTestRequest, loadTestRequest } from '../../contracts/load.ts';
import {
  type PipelineKind,
  type PipelineSettings,
  type PipelineStepName,
  pipelineStepName,
  type ResolvedSettings,
} from '../../contracts/schedules.ts';

interface Preset {
  /** When it runs where nobody says otherwise. */
  cron: string;
  steps: readonly PipelineStepName[];
  test: 'usual' | 'stress';
  reportDays: number;
}

const allSteps = pipelineStepName.options;

export const presets: Record<PipelineKind, Preset> = {
  daily: { cron: '0 2 * * *', steps: allSteps, test: 'usual', reportDays: 1 },
  weekly: { cron: '0 3 * * 0', steps: allSteps, test: 'stress', reportDays: 7 },
  // Looks back without any load.
  'weekly-review': { cron: '0 8 * * 1', steps: ['analysis', 'change-points', 'report'], test: 'usual', reportDays: 7 },
  'monthly-load-test': {
    cron: '0 4 1 * *',
    steps: ['analysis', 'load-test', 'change-points', 'alerts', 'report'],
    test: 'usual',
    reportDays: 30,
  },
  'quarterly-capacity': {
    cron: '0 5 1 1,4,7,10 *',
    steps: ['analysis', 'load-test', 'change-points', 'report'],
    test: 'stress',
    reportDays: 90,
  },
  custom: { cron: '0 2 * * *', steps: allSteps, test: 'usual', reportDays: 1 },
};

const scenarios = [{ name: 'GET /health', path: '/health' }];
const tests: Record<Preset['test'], LoadTestRequest> = {
  usual: loadTestRequest.parse({ scenarios, durationSeconds: 60, rampUpSeconds: 0 }),
  stress: loadTestRequest.parse({ kind: 'stress', scenarios, startUsers: 10, maxUsers: 500, stepSeconds: 60 }),
};

/** What a run goes by: what is given, and the rest by its kind. */
export function resolved(kind: PipelineKind, given: PipelineSettings): ResolvedSettings {
  const preset = presets[kind];
  const chosen = given.steps ?? preset.steps;
  return {
    steps: allSteps.filter((name) => chosen.includes(name)),
    depth: given.depth ?? 'standard',
    analysisMinutes: given.analysisMinutes ?? 1440,
    minScore: given.minScore ?? 80,
    minCacheHitRatePercent: given.minCacheHitRatePercent ?? 70,
    maxP95ResponseTimeMs: given.maxP95ResponseTimeMs ?? 1000,
    minSuccessRatePercent: given.minSuccessRatePercent ?? 95,
    reportDays: given.reportDays ?? preset.reportDays,
    loadTest: given.loadTest ?? tests[preset.test],
  };
}
