import type { StoredPipeline } from '../model.ts';

export interface Verdict {
  status: 'passed' | 'breached' | 'failed';
  reason?: string;
}

/** Of the steps that were taken so far. A limit that is broken weighs more than a step that could not be taken. */
export function verdictOf({ steps, breaches }: Pick<StoredPipeline, 'steps' | 'breaches'>): Verdict {
  const failed = steps.filter(({ status }) => status === 'failed');
  const reason = failed.map(({ name, detail = 'nobody knows why' }) => `${name}: ${detail}`).join(' ');
  const status = breaches.length > 0 ? 'breached' : failed.length > 0 ? 'failed' : 'passed';
  return reason === '' ? { status } : { status, reason };
}

/**
 * Whether its load test says that the service bears its load. A stress test goes on until the service breaks: of itself it
 * holds against nothing, and so shows nothing to be well.
 */
export const isTested = ({ steps, settings: { loadTest } }: Pick<StoredPipeline, 'steps' | 'settings'>): boolean =>
  steps.some(({ name, status }) => name === 'load-test' && status === 'completed') &&
  (loadTest.kind !== 'stress' || (loadTest.thresholds ?? []).length > 0);
