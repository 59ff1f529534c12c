import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Change } from '../../../lib/contracts/optimizations.ts';
import type { RunMessage } from '../../../lib/optimization/runs/advance-message.ts';
import { lockMs } from '../../../lib/optimization/runs/locks.ts';
import { claimMs } from '../../../lib/optimization/runs/worker.ts';
import { settingApplier } from '../../../lib/optimization/settings/applier.ts';
import { LiveSettingsService } from '../../../lib/projects/live-settings/service.ts';
import { proposalOf, RunHarness } from '../../support/optimization/run-harness.ts';
import { useTestDynamoDb } from '../../support/use-dynamodb.ts';

const dynamoDb = useTestDynamoDb();
const program = fileURLToPath(new URL('programs/mortal-worker.ts', import.meta.url));

const changes: Change[] = [
  { kind: 'setting', setting: 'ttlMultiplier', before: null, after: 2 },
  { kind: 'setting', setting: 'compression', before: null, after: { aboveBytes: 2_000 } },
];

type Message = RunMessage;

/** Lets a worker lead the run in a process of its own, and kills it at a deed. @returns the messages that SQS would still hold */
async function killedAt(deed: number, tableName: string, first: Message): Promise<Message[]> {
  const child = spawn(
    process.execPath,
    ['--conditions=headroom-source', program, dynamoDb.endpoint, tableName, JSON.stringify(first), String(deed)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const exited = once(child, 'exit');
  const held = [JSON.stringify(first)];
  for await (const line of createInterface({ input: child.stdout })) {
    const [what, text = ''] = [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)];
    if (what === 'sent') held.push(text);
    else if (what === 'done') held.splice(held.indexOf(text), 1);
    else if (line === 'stopped') child.kill('SIGKILL');
    else throw new Error(`The worker said ${line}`);
  }
  expect((await exited)[1]).toBe('SIGKILL');
  return held.map((text) => JSON.parse(text));
}

describe('A worker that is killed with SIGKILL', () => {
  // Before the first write, between its write and the note of it, and between the two changes.
  it.each([6, 9, 15])('at its deed %i leaves a run that another process brings to its end', async (deed) => {
    const parts = await dynamoDb.createParts({ now: Date.now() });
    const liveSettings = new LiveSettingsService(parts);
    const appliers = { setting: settingApplier({ clock: parts.clock, liveSettings }) };
    const harness = new RunHarness({ parts, appliers, proposals: () => [proposalOf('both', changes)] });
    await harness.createProject();
    const { runId } = await harness.start();
    const [first] = harness.takeMessages();
    if (first === undefined) throw new Error('The run did not begin');
    const held = await killedAt(deed, parts.tableName, first.body);
    expect((await harness.show(runId)).status).toBe('running');

    parts.time.now = Date.now() + claimMs;
    for (const body of held) await harness.engine().worker.advance(body);
    await parts.outbox.relayDue();
    await harness.settle();
    expect((await liveSettings.read('shop')).settings).toEqual({
      ttlMultiplier: 2,
      compression: { aboveBytes: 2_000 },
    });
    expect(await harness.show(runId)).toMatchObject({ status: 'completed', steps: [{ status: 'kept' }] });
    parts.time.now += lockMs;
    expect(await harness.engine().locks.lapsed()).toEqual([]);
  });
});
