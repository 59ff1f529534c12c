import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startCloudWatch } from '../../../lib/local/emulators/cloudwatch/cloudwatch.ts';
import { startDynamoDb } from '../../../lib/local/emulators/dynamodb.ts';
import { findDynoxide } from '../../../lib/local/emulators/dynoxide.ts';
import { startQueues } from '../../../lib/local/emulators/queues.ts';
import { temporaryDataDir } from './data-directory.ts';

it('leaves no process, no pid file and no handle that would keep the runtime from ending', async () => {
  const dataDir = temporaryDataDir();
  const program = new URL('./programs/start-and-stop.ts', import.meta.url);
  for (const _start of ['the first', 'on the data of the first']) {
    const child = fork(program, [dataDir], { execArgv: [] });
    expect(await once(child, 'exit')).toEqual([0, null]);
    for (const part of ['dynamodb', 'redis']) expect(readdirSync(join(dataDir, part, 'run'))).toEqual([]);
  }
});

it('says so when the port is taken, and starts once it is free', async () => {
  const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const dataDir = temporaryDataDir();
  const starts = [
    () => startDynamoDb({ dataDir: join(dataDir, 'dynamodb'), port }),
    () => startDynamoDb({ dataDir: join(dataDir, 'dynalite'), port, engine: 'dynalite' }),
    () => startQueues({ dataDir: join(dataDir, 'queues'), port }),
    () => startCloudWatch({ dataDir: join(dataDir, 'cloudwatch'), port }),
  ];
  for (const start of starts) await expect(start()).rejects.toThrow(/already in use|EADDRINUSE/);
  server.close();
  await once(server, 'close');
  for (const start of starts) {
    const emulator = await start();
    expect(emulator.endpoint).toBe(`http://127.0.0.1:${port}`);
    await emulator.stop();
  }
});

it.skipIf(findDynoxide() === undefined)('reports the end of the native DynamoDB by other hands', async () => {
  const dataDir = temporaryDataDir();
  const reported = Promise.withResolvers<Error>();
  const dynamodb = await startDynamoDb({ dataDir, engine: 'dynoxide', onUnexpectedExit: reported.resolve });
  process.kill(JSON.parse(readFileSync(join(dataDir, 'run', 'dynoxide.pid'), 'utf8')).pid, 'SIGKILL');
  // Nothing of what it said in better days.
  expect((await reported.promise).message).toBe('dynoxide ended with SIGKILL');
  await dynamodb.stop();
});
