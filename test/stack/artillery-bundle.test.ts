import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configurationOf } from '../../lib/contracts/configuration.ts';
import { functionNames } from '../../lib/contracts/functions.ts';
import { bundleFunctions } from '../../lib/stack/bundle.ts';
import { builtFunctions } from '../support/built-functions.ts';
import { startCountingTarget } from '../support/counting-target.ts';

/** Lambda's, with layers, of what is unpacked. */
const limitMb = 250;
const megabyte = 1024 * 1024;
/** What Artillery's engine says that it is, which stands in no other code. */
const mark = 'Artillery (https://artillery.io)';

// Both bundle, which takes a busy machine long.
describe('The bundle of the worker that plays scripts', { timeout: 120_000 }, () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'headroom-artillery-'));
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it('has Artillery, alone of all functions, and far less than Lambda takes', async () => {
    const bundles = await builtFunctions();
    const files = functionNames.flatMap((name) =>
      readdirSync(bundles[name].directory, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((file) => join(file.parentPath, file.name)),
    );
    const withArtillery = files.filter((file) => readFileSync(file, 'utf8').includes(mark));
    expect(withArtillery).toEqual([join(bundles['artillery-worker'].directory, 'thread.mjs')]);
    const own = readdirSync(bundles['artillery-worker'].directory);
    expect(own.sort()).toEqual(['index.mjs', 'thread.mjs']);
    const bytes = own.reduce((sum, file) => sum + statSync(join(bundles['artillery-worker'].directory, file)).size, 0);
    expect(bytes).toBeLessThan(limitMb * megabyte);
    // What it has now is 5 MB; much more would be loaded at every cold start.
    expect(bytes).toBeLessThan(8 * megabyte);
    expect(readFileSync(withArtillery[0] ?? '', 'utf8')).not.toContain(process.cwd());
  });

  it('plays a script where there is nothing else', async () => {
    const target = await startCountingTarget();
    const { 'artillery-worker': bundle } = await bundleFunctions({
      outDir: join(directory, 'alone'),
      functions: ['artillery-worker'],
      alias: { 'lib/load/worker.ts': 'test/support/stand-ins/script-on-shard.ts' },
    });
    const environment = Object.fromEntries(
      Object.keys(configurationOf('artillery-worker').shape).map((name) => [
        name,
        /^(QUEUE|DEAD_LETTERS)_/.test(name) ? 'http://q' : name === 'HEADROOM_PRIVATE_TARGETS' ? 'allow' : 'main',
      ]),
    );
    const body = JSON.stringify({
      type: 'load.shard',
      project: 'shop',
      testId: '01JZ5H9Z6S8Q4V0T2W3X4Y5Z6A',
      shard: 0,
    });
    const record = { messageId: 'one', body, attributes: { ApproximateReceiveCount: '1' }, messageAttributes: {} };
    const code = `
      const { handler } = await import(${JSON.stringify(join(bundle.directory, 'index.mjs'))});
      const context = { functionName: 'artillery-worker', awsRequestId: 'one', getRemainingTimeInMillis: () => 60000 };
      const answer = await handler({ Records: [${JSON.stringify(record)}] }, context);
      console.log('answer ' + JSON.stringify(answer));
    `;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', code], {
      cwd: directory,
      env: { ...environment, AWS_REGION: 'us-east-1', HEADROOM_TEST_PORT: String(target.port) },
    });
    await target.close();
    expect(stdout).toContain('answer {"batchItemFailures":[]}');
    const outcome = JSON.parse(/^outcome (.*)$/m.exec(stdout)?.[1] ?? '{}');
    expect(outcome).toMatchObject({ reason: 'completed', requests: 3, successful: 3 });
    expect(outcome.artillery.counters).toMatchObject({ 'vusers.completed': 3, 'plugins.expect.ok': 3 });
    expect(target.total()).toBe(3);
  });
});
