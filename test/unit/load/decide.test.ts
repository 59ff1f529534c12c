import { describe, expect, it } from 'vitest';
import { decide, gatherPatienceMs, progressPercent } from '../../../lib/load/decide.ts';
import type { StoredRun, StoredShard } from '../../../lib/load/model.ts';
import { byShard } from '../../../lib/load/shards.ts';
import { startAtMs, storedRun, storedShard, storedStep } from '../../support/load-run.ts';

const now = startAtMs;
const gathering = (changes: Partial<StoredRun> = {}) =>
  storedRun({ phase: 'gathering', turn: 1, gatherUntilMs: now + 30_000, ...changes });
const running = (changes: Partial<StoredRun> = {}) =>
  storedRun({
    phase: 'running',
    status: 'running',
    turn: 2,
    startAtMs: now,
    step: storedStep(),
    deadlineMs: now + 41_000,
    ...changes,
  });
/** Has played the step, and waits for the next. */
const finished = (shard: number, changes: Partial<StoredShard> = {}) =>
  storedShard(shard, { stepsDone: 1, ...changes });
const dead = { leaseUntilMs: now };
const end = (status: string, reason?: string) => ({ kind: 'end', status, ...(reason === undefined ? {} : { reason }) });

/** What stands, at which time, and what follows. */
const cases: [name: string, StoredRun, StoredShard[], at: number, object][] = [
  [
    'dispatching',
    storedRun(),
    [],
    now,
    { kind: 'dispatch', gatherUntilMs: now + gatherPatienceMs(storedRun().workers) },
  ],
  ['dispatching, cancelled', storedRun({ cancelRequestedAtMs: now }), [], now, end('cancelled')],

  ['gathering, nobody there yet', gathering(), [], now, { kind: 'wait' }],
  ['gathering, one of two there', gathering(), [storedShard(0)], now, { kind: 'wait' }],
  ['gathering, all there', gathering(), [storedShard(0), storedShard(1)], now, { kind: 'start', missing: [] }],
  ['gathering, one of them died', gathering(), [storedShard(0), storedShard(1, dead)], now, { kind: 'wait' }],
  [
    'gathering, patience over with one',
    gathering({ gatherUntilMs: now }),
    [storedShard(1)],
    now,
    { kind: 'start', missing: [0] },
  ],
  [
    'gathering, patience over with one alive and one dead',
    gathering({ gatherUntilMs: now }),
    [storedShard(0, dead), storedShard(1)],
    now,
    { kind: 'start', missing: [0] },
  ],
  [
    'gathering, patience over with none',
    gathering({ gatherUntilMs: now }),
    [],
    now,
    end('failed', 'no worker started'),
  ],
  [
    'gathering, patience over with a dead one',
    gathering({ gatherUntilMs: now }),
    [storedShard(0, dead)],
    now,
    end('failed', 'no worker started'),
  ],
  ['gathering, cancelled', gathering({ cancelRequestedAtMs: now }), [storedShard(0)], now, end('cancelled')],

  ['running', running(), [storedShard(0), storedShard(1, { state: 'running' })], now, { kind: 'wait' }],
  ['running, one done', running(), [finished(0), storedShard(1, { state: 'running' })], now, { kind: 'wait' }],
  ['running, all done', running(), [0, 1].map((n) => finished(n)), now, { kind: 'step-over' }],
  [
    'running, one done and one dead',
    running(),
    [finished(0), storedShard(1, { state: 'running', ...dead })],
    now,
    { kind: 'step-over' },
  ],
  [
    'running, all dead',
    running(),
    [0, 1].map((n) => storedShard(n, { state: 'running', ...dead })),
    now,
    end('failed', 'interrupted'),
  ],
  [
    'running, one done and one missing, which checked in late',
    running({ missing: [1] }),
    [finished(0), storedShard(1, { state: 'late' })],
    now,
    { kind: 'step-over' },
  ],
  [
    'running, one missing, which is still waiting, and the other at work',
    running({ missing: [1] }),
    [storedShard(0, { state: 'running' }), storedShard(1)],
    now,
    { kind: 'wait' },
  ],
  ['running, all gone', running(), [], now, end('failed', 'interrupted')],
  [
    'running, overdue with nobody done',
    running(),
    [storedShard(0, { state: 'running', leaseUntilMs: now + 100_000 })],
    now + 41_000,
    end('failed', 'interrupted'),
  ],
  [
    'running, overdue with one done',
    running(),
    [finished(0), storedShard(1, { state: 'running', leaseUntilMs: now + 100_000 })],
    now + 41_000,
    { kind: 'step-over' },
  ],
  [
    'running, every worker with a fault',
    running(),
    [0, 1].map((n) => storedShard(n, { state: 'done', fault: `fault ${n}` })),
    now,
    end('failed', 'fault 0'),
  ],
  [
    'running, one worker with a fault',
    running(),
    [storedShard(0, { state: 'done', fault: 'no' }), finished(1)],
    now,
    { kind: 'step-over' },
  ],
  [
    'running, cancelled, and its workers stopping',
    running({ cancelRequestedAtMs: now }),
    [storedShard(0, { state: 'running' })],
    now + 9_999,
    { kind: 'wait' },
  ],
  [
    'running, cancelled, and its workers stopped',
    running({ cancelRequestedAtMs: now }),
    [0, 1].map((n) => finished(n)),
    now,
    end('cancelled'),
  ],
  [
    'running, cancelled, and its workers not stopping',
    running({ cancelRequestedAtMs: now }),
    [storedShard(0, { state: 'running' })],
    now + 10_000,
    end('cancelled'),
  ],
  ['running, cancelled, and its workers dead', running({ cancelRequestedAtMs: now }), [], now, end('cancelled')],

  [
    'running, one shard handed over, and its successor at work',
    running({ missing: [1] }),
    [
      storedShard(0, { state: 'done', handOver: { step: 0, atMs: 5000 } }),
      storedShard(0, { generation: 1, state: 'running' }),
    ],
    now,
    { kind: 'wait' },
  ],
  [
    'running, one shard handed over, and its successor done',
    running({ missing: [1] }),
    [storedShard(0, { state: 'done', handOver: { step: 0, atMs: 5000 } }), finished(0, { generation: 1 })],
    now,
    { kind: 'step-over' },
  ],
  [
    'running, one shard handed over, and its successor dead',
    running({ missing: [1] }),
    [
      storedShard(0, { state: 'done', handOver: { step: 0, atMs: 5000 } }),
      storedShard(0, { generation: 1, state: 'running', ...dead }),
    ],
    now,
    end('failed', 'interrupted'),
  ],
  [
    'running, stopped by a limit',
    running({ cancelRequestedAtMs: now, stopReason: 'too much' }),
    [],
    now,
    end('failed', 'too much'),
  ],

  ['ended', storedRun({ phase: 'ended', status: 'completed' }), [], now + 1e9, { kind: 'nothing' }],
  ['ended, cancelled late', storedRun({ phase: 'ended', cancelRequestedAtMs: now }), [], now, { kind: 'nothing' }],
];

describe('what the controller does next', () => {
  it.each(cases)('%s', (_, run, shards, at, expected) => {
    expect(decide(run, byShard(shards), at)).toMatchObject(expected);
  });

  it('is to end every run at last, whatever its workers do', () => {
    const late = now + 10 * 60_000;
    const alive = [0, 1].map((n) => storedShard(n, { state: 'running', leaseUntilMs: late + 1 }));
    expect(decide(running(), byShard(alive), late).kind).toBe('end');
    expect(decide(gathering(), byShard(alive), late).kind).toBe('end');
  });
});

describe('progress', () => {
  const run = running({ plannedSeconds: 20 });
  it.each([
    [gathering(), now, 0],
    [run, now - 500, 0],
    [run, now + 5000, 25],
    [run, now + 19_990, 99],
    [run, now + 60_000, 99],
    [storedRun({ phase: 'ended' }), now, 100],
  ])('%#', (given, at, percent) => {
    expect(progressPercent(given, at)).toBe(percent);
  });
});
