import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { TierChoice } from '../../support/cache-over-tiers.ts';
import { useTierChoices } from '../../support/tier-choices.ts';

const suite = fileURLToPath(new URL('bentocache-suite.ts', import.meta.url));

/** What Japa's reporter writes by line. */
const report = z.union([
  z.object({
    event: z.literal('test:end'),
    title: z.object({ expanded: z.string() }),
    errors: z.array(z.object({ error: z.unknown() })),
  }),
  z.object({ aggregates: z.object({ total: z.number(), passed: z.number(), failed: z.number() }) }),
  z.object({
    event: z.enum(['suite:start', 'suite:end', 'group:start', 'group:end']),
    errors: z.array(z.unknown()).optional(),
  }),
]);

interface Outcome {
  code: number;
  passed: string[];
  errors: unknown[];
  total: number | undefined;
}

async function runSuite(name: string, choice: TierChoice): Promise<Outcome> {
  const args = ['--conditions=headroom-source', suite, name, JSON.stringify(choice)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const [[code], printed, failure] = await Promise.all([once(child, 'exit'), text(child.stdout), text(child.stderr)]);
  const outcome: Outcome = { code, passed: [], errors: failure === '' ? [] : [failure], total: undefined };
  for (const line of printed.split('\n').filter((line) => line !== '')) {
    const told = report.parse(JSON.parse(line));
    if ('aggregates' in told) outcome.total = told.aggregates.total;
    else if (told.event !== 'test:end') outcome.errors.push(...(told.errors ?? []));
    else if (told.errors.length === 0) outcome.passed.push(told.title.expanded);
    else outcome.errors.push({ title: told.title.expanded, errors: told.errors });
  }
  return outcome;
}

describe.concurrent("bentocache's tests of its drivers, with our cache as the driver", () => {
  it.each(useTierChoices())('pass over %s', async (name, choose) => {
    const { code, passed, errors, total } = await runSuite(name, choose());
    expect(errors).toEqual([]);
    expect(passed).toHaveLength(21);
    expect({ code, total }).toEqual({ code: 0, total: 21 });
  });
});
