import { describe, expect, it } from 'vitest';
import type { Outgoing } from '../../../lib/contracts/messages.ts';
import type { OptimizationRun } from '../../../lib/contracts/optimization-runs.ts';
import type { Change } from '../../../lib/contracts/optimizations.ts';
import { runItem as loadRunItem } from '../../../lib/load/model.ts';
import { LoadService } from '../../../lib/load/service.ts';
import type { Appliers } from '../../../lib/optimization/applier.ts';
import type { RunMessage } from '../../../lib/optimization/runs/advance-message.ts';
import { claimMs } from '../../../lib/optimization/runs/claims.ts';
import { lockMs } from '../../../lib/optimization/runs/locks.ts';
import { runItem } from '../../../lib/optimization/runs/model.ts';
import type { RunWorker } from '../../../lib/optimization/runs/worker.ts';
import { settingApplier } from '../../../lib/optimization/settings/applier.ts';
import { settingsExperiments } from '../../../lib/optimization/settings/experiments.ts';
import type { SendMessages } from '../../../lib/platform/queue/send.ts';
import type { HistoryTable } from '../../../lib/platform/table/history-table.ts';
import { keys } from '../../../lib/platform/table/keys.ts';
import { LiveSettingsService } from '../../../lib/projects/live-settings/service.ts';
import { ProjectService } from '../../../lib/projects/service.ts';
import { countedIds, type TestClock, type TestParts } from '../../support/history-table.ts';
import { storedStep } from '../../support/load-run.ts';
import { MemoryRows, MemoryTable } from '../../support/optimization/memory-table.ts';
import { Dead, Mortal, mortalPorts, type OpenTable, realTable } from '../../support/optimization/mortal-ports.ts';
import {
  type HarnessPorts,
  policyChange,
  proposalOf,
  RunHarness,
  somebody,
} from '../../support/optimization/run-harness.ts';
import { Switchboard } from '../../support/optimization/switchboard.ts';
import { noon } from '../../support/telemetry-batches.ts';
import { useTestDynamoDb } from '../../support/use-dynamodb.ts';

const dynamoDb = useTestDynamoDb();

/** What is changed, and what runs have to do with besides the table. */
interface Stage {
  changes: Change[];
  appliers: Appliers;
  /** As a process has it that works on this table. */
  ports(table: HistoryTable): Pick<HarnessPorts, 'experiments' | 'loadTests'>;
  /** What others do between two messages. */
  between(): Promise<void>;
  values(): Promise<unknown[]>;
}

const before = [60, 100];
const after = [3_600, 1_000];

/** Two fields of a policy, each of which is written. */
async function policies({ clock }: TestParts): Promise<Stage> {
  const changes = [policyChange('defaultTtlSeconds', 60, 3_600), policyChange('maxEntries', 100, 1_000)];
  const board = new Switchboard(clock);
  changes.forEach((change, at) => {
    board.put(change, before[at] ?? null);
  });
  const { appliers } = board;
  const values = async () => changes.map((change) => board.valueAt(change));
  return { changes, appliers, ports: () => ({}), between: async () => {}, values };
}

/** A live setting, between whose sides the service alternates by itself, under the load of a test. */
async function liveSetting(parts: TestParts): Promise<Stage> {
  const { clock, table } = parts;
  const liveSettings = new LiveSettingsService(parts);
  const loadTests = async () => (await table.page(loadRunItem, keys.loadTests('shop'), { limit: 10 })).items;
  return {
    changes: [{ kind: 'setting', setting: 'ttlMultiplier', before: null, after: 2 }],
    appliers: { setting: settingApplier({ clock, liveSettings }) },
    ports: (own) => ({
      experiments: settingsExperiments({
        liveSettings: new LiveSettingsService({ table: own, clock }),
        clock,
        telemetry: { windowsBySide: async () => [] },
      }),
      loadTests: new LoadService(
        { ...parts, table: own },
        new ProjectService({ ...parts, table: own }),
        async () => 1_000,
      ),
    }),
    // The fleet begins the test that waits, and ends the one that is cancelled.
    between: async () => {
      for (const { testId } of await loadTests()) {
        const found = await table.get(loadRunItem, keys.loadTest('shop', testId));
        if (found?.value.phase === 'dispatching') {
          const running = { phase: 'running', status: 'running', startAtMs: clock() } as const;
          await table.replace(found, { ...found.value, ...running, step: storedStep({ startAtMs: clock() }) });
        } else if (found?.value.phase === 'running' && found.value.cancelRequestedAtMs !== undefined) {
          await table.replace(found, { ...found.value, phase: 'ended', status: 'cancelled', endedAtMs: clock() });
        }
      }
    },
    values: async () => {
      const { settings, experiment } = await liveSettings.read('shop');
      const left = (await loadTests()).filter(({ status }) => status !== 'cancelled');
      return [settings.ttlMultiplier ?? null, experiment ?? 'no experiment', left.length];
    },
  };
}

interface Walked {
  run: OptimizationRun;
  values: unknown[];
  /** Of each deed, what the run was about, and which deed of that step it was. */
  deeds: string[];
  /** Whether the worker came to the deed at which it was to die. */
  died: boolean;
}

interface Walk {
  request: object;
  /** Default: policies. */
  stage?: (parts: TestParts) => Promise<Stage>;
  /** Before the walk begins. */
  prepare?: (harness: RunHarness) => Promise<string>;
}

/** What outlives a process. */
interface World {
  parts: TestParts;
  open: OpenTable;
  relayDue(): Promise<number>;
}

const sentAt =
  (time: TestClock, sent: Outgoing[]): SendMessages =>
  async (messages) => {
    time.now += 1;
    sent.push(...messages);
  };

async function realWorld(): Promise<World> {
  const parts = await dynamoDb.createParts({ now: noon });
  return { parts, open: realTable(parts), relayDue: () => parts.outbox.relayDue() };
}

function memoryWorld(shared: TestParts): World {
  const rows = new MemoryRows();
  const time = { now: noon };
  const sent: Outgoing[] = [];
  const send = sentAt(time, sent);
  const open: OpenTable = (sending) => new MemoryTable(rows, sending).asTable();
  const parts = { ...shared, table: open(send), send, sent, time, clock: () => time.now, ids: countedIds() };
  return { parts, open, relayDue: () => rows.relayDue(send) };
}

/** A run whose worker dies before one of its deeds; another one takes up what is left, as its message comes again. */
async function walk(
  deadAt: number,
  { parts, open, relayDue }: World,
  { request, prepare, stage: begin = policies }: Walk,
): Promise<Walked> {
  const stage = await begin(parts);
  const { appliers, changes } = stage;
  const proposals = () => [proposalOf('all', changes)];
  const harness = new RunHarness({ parts, appliers, proposals, ...stage.ports(parts.table) });
  await harness.createProject();
  const runId = prepare === undefined ? (await harness.start(request)).runId : await prepare(harness);
  const mortal = new Mortal(deadAt);
  const deeds: string[] = [];
  const mortalOnes = mortalPorts(mortal, { send: parts.send, open, appliers });
  const ports = { ...mortalOnes, ...stage.ports(mortalOnes.table) };
  while (!mortal.isDead) {
    const messages = harness.takeMessages();
    if (messages.length === 0) break;
    for (const { body, delaySeconds } of messages) {
      parts.time.now += delaySeconds * 1_000 + 1;
      const stored = await parts.table.get(runItem, keys.optimizationRun('shop', body.runId));
      const first = mortal.deeds;
      await advanceUntilDeath(harness.engine(ports).worker, body);
      const about = JSON.stringify([stored?.value.status, stored?.value.at]);
      for (let each = first; each < mortal.deeds; each++) deeds.push(`${about} ${each - first}`);
      await stage.between();
      if (!mortal.isDead) continue;
      // Nobody has said that the message is done: it comes again, when whoever was at it cannot be any more.
      parts.time.now += claimMs;
      await harness.engine().worker.advance(body);
    }
  }
  // What the dead one had left in the outbox is the tick's.
  do {
    await harness.settle({ between: stage.between });
    await stage.between();
    parts.time.now += 60_000;
  } while ((await relayDue()) > 0);
  parts.time.now += lockMs;
  expect(await harness.engine().locks.lapsed()).toEqual([]);
  return {
    run: await harness.show(runId),
    values: await stage.values(),
    deeds,
    died: mortal.isDead,
  };
}

async function advanceUntilDeath(worker: RunWorker, body: RunMessage): Promise<void> {
  try {
    await worker.advance(body);
  } catch (error) {
    if (!(error instanceof Dead)) throw error;
  }
}

/** So many of the deaths in memory are died on a real table, too. */
const realDeaths = 2;

/**
 * Dies at every deed of every step, one after the other; of steps that are taken again and again, as slices are, the first time and the
 * last one. @returns how it ended each time
 */
async function walkAll(way: Walk): Promise<Walked[]> {
  const shared = await dynamoDb.createParts({ now: noon });
  const { deeds } = await walk(Number.POSITIVE_INFINITY, memoryWorld(shared), way);
  const deaths = [...deeds.keys()].filter((at) => {
    const deed = deeds[at] ?? '';
    return deeds.indexOf(deed) === at || deeds.lastIndexOf(deed) === at;
  });
  expect(deaths.length).toBeGreaterThan(10);
  const walked: Walked[] = [];
  for (const deadAt of deaths) walked.push(await walk(deadAt, memoryWorld(shared), way));
  const real = Array.from({ length: realDeaths }, async (_, each) =>
    walk(Math.floor(((each + 1) * deeds.length) / (realDeaths + 1)), await realWorld(), way),
  );
  walked.push(...(await Promise.all(real)));
  expect(walked.filter(({ died }) => !died)).toEqual([]);
  return walked;
}

const endsOf = (walked: readonly Walked[]) =>
  [
    ...new Set(
      walked.map(({ run, values }) => JSON.stringify([run.status, run.steps[0]?.status, values, run.conflicts.length])),
    ),
  ].map((text) => JSON.parse(text));

describe('A worker that dies, whatever it was about to do', () => {
  it('leaves a run that another one brings to its end', async () => {
    const walked = await walkAll({ request: {} });
    expect(endsOf(walked)).toEqual([['completed', 'kept', after, 0]]);
  });

  it('leaves nothing half tried, where what was tried is not kept', async () => {
    const verify = { mode: 'passive', sliceSeconds: 30, slicesPerRound: 4, rounds: 3 };
    const walked = await walkAll({ request: { verify } });
    expect(endsOf(walked)).toEqual([['completed', 'rolled-back', before, 0]]);
  });

  it('leaves no experiment and no load behind, where the service alternates by itself', async () => {
    const verify = { mode: 'load-test', sliceSeconds: 2, slicesPerRound: 12, rounds: 1 };
    const walked = await walkAll({ request: { verify }, stage: liveSetting });
    const steps = new Set(walked.flatMap(({ deeds }) => deeds.map((deed) => /"step":"(\w+)"/.exec(deed)?.[1])));
    expect([...steps].sort()).toEqual(['begin', 'end', 'experiment', 'judge', 'load', 'prepare', 'wait']);
    expect(endsOf(walked)).toEqual([['completed', 'rolled-back', [null, 'no experiment', 0], 0]]);
  });

  it('leaves nothing half put back', async () => {
    const walked = await walkAll({
      request: {},
      prepare: async (harness) => {
        const { runId } = await harness.start();
        await harness.settle();
        await harness.engine().runs.rollback('shop', runId, { force: false }, somebody);
        return runId;
      },
    });
    expect(endsOf(walked)).toEqual([['rolled-back', 'rolled-back', before, 0]]);
  });
});
