import { describe, expect, it } from 'vitest';
import type { Api } from '../../../lib/dashboard/api/api.ts';
import { serviceEvents } from '../../../lib/dashboard/project/events.ts';

const now = Date.now();
const minutesAgo = (minutes: number): string => new Date(now - minutes * 60_000).toISOString();

/** Answers as the API does; what it has no answer for fails. */
const apiWith = (answers: Record<string, unknown>): Api =>
  ({
    call: async (operation: string) => {
      if (operation in answers) return answers[operation];
      throw new Error(`${operation} is not answered`);
    },
  }) as unknown as Api;

const change = { action: 'apply', state: 'made', id: 'response-caching-a9ffe4763e24' };

describe('What the plots of a service are marked with', () => {
  it('is what was deployed and what was changed in that time', async () => {
    const api = apiWith({
      listOptimizationAudit: {
        items: [
          { ...change, at: minutesAgo(5), runId: 'one' },
          { ...change, at: minutesAgo(5), runId: 'one' },
          { ...change, at: minutesAgo(4), runId: 'two', state: 'refused' },
        ],
      },
      listDeployments: {
        items: [
          { version: '1.5.0', at: minutesAgo(10), source: 'told' },
          { version: '1.4.0', at: minutesAgo(90), source: 'reported' },
        ],
      },
    });
    const { changes } = await serviceEvents(api, { project: 'shop', minutes: 60 }, AbortSignal.timeout(1_000));
    expect(changes).toEqual([
      { at: minutesAgo(5), label: 'response caching applied' },
      { at: minutesAgo(10), label: '1.5.0 deployed' },
    ]);
  });

  it('leaves out what cannot be asked for', async () => {
    const { changes, levels } = await serviceEvents(
      apiWith({}),
      { project: 'shop', minutes: 60 },
      AbortSignal.timeout(1_000),
    );
    expect([changes, levels.size]).toEqual([[], 0]);
  });
});
