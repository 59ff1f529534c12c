import { createServer, type RequestListener } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Block, blocksIn, placeOf } from '../support/documentation/blocks.ts';
import { type Listening, listening } from '../support/listening.ts';
import { lastOf, registerTarget } from '../support/load-client.ts';
import { startPlatform, type TestPlatform } from '../support/platform.ts';
import { type Receiver, startReceiver } from '../support/receiver.ts';
import { notDone, type Shell, startShell } from './documentation/shell.ts';

/** Those of the command line are its examples, each of which the tests of its tree try. */
const shellBlocks = blocksIn('sh', 'bash').filter(({ page }) => page !== 'docs/cli.md');

/** Of a session that is shown, what was typed. */
const typed = (text: string): string =>
  text.startsWith('$ ')
    ? text
        .split('\n')
        .filter((line) => line.startsWith('$ '))
        .map((line) => line.slice(2))
        .join('\n')
    : text;

const openApi = {
  openapi: '3.1.0',
  info: { title: 'Shop', version: '1' },
  paths: { '/products': { get: { responses: { 200: { description: 'All of them' } } } } },
};
/** The shop of the documentation: it has everything, and says what it has. */
const answer: RequestListener = (request, response) => {
  request.resume();
  const isDocument = request.url === '/openapi.json';
  response.setHeader('content-type', isDocument ? 'application/json' : 'text/plain');
  response.end(isDocument ? JSON.stringify(openApi) : 'here you are');
};

describe('what the documentation has to be typed', () => {
  let platform: TestPlatform;
  let target: Listening;
  let receiver: Receiver;
  let shell: Shell;
  let inPlace: readonly (readonly [RegExp, string])[] = [];
  const undone = new Set<string>();

  beforeAll(async () => {
    [platform, target, receiver] = await Promise.all([
      startPlatform(),
      listening(createServer(answer)),
      startReceiver(),
    ]);
    const { client, runtime, adminToken } = platform;
    for (const project of ['shop', 'shop-next', 'demo']) await registerTarget(client, project, target.port);
    const body = { durationSeconds: 1, users: 1, rampUpSeconds: 0 };
    const { testId } = await client.call('startLoadTest', { params: { project: 'shop' }, body });
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
    const lastWeek = new Date(Date.now() - 7 * 86_400_000).toISOString();
    inPlace = [
      [/http:\/\/127\.0\.0\.1:4040/g, runtime.apiUrl],
      [/http:\/\/127\.0\.0\.1:3000/g, `http://127.0.0.1:${target.port}`],
      [/https:\/\/example\.com\/alerts/g, receiver.url],
      [/https:\/\/\.\.\./g, runtime.apiUrl],
      [/hr_\.\.\./g, adminToken],
      [/TEST_ID/g, testId],
      [/"endsAt": "[^"]+"/g, `"endsAt": "${tomorrow}"`],
      [/from=20[\dT:Z-]+/g, `from=${lastWeek}`],
      [/"project": "PROJECT", "type": "TYPE"/g, '"project": "shop", "type": "anomaly"'],
      [/"durationSeconds": 30/g, '"durationSeconds": 1, "rampUpSeconds": 0'],
    ];
    const environment = {
      HEADROOM_URL: runtime.apiUrl,
      HEADROOM_API_KEY: adminToken,
      URL: runtime.apiUrl,
      KEY: adminToken,
      ID: await alertId(),
      PAGERDUTY_KEY: '0123456789abcdef0123456789abcdef',
      SLACK_WEBHOOK: 'https://hooks.slack.com/services/T000/B000/abcdefgh',
      SHOP_SECRET: 'a secret of the shop',
    };
    shell = await startShell(environment, asRun);
  });
  afterAll(() => Promise.all([shell?.close(), platform?.stop(), target?.close(), receiver?.close()]));

  /** Of an alert that there is: a check that could not keep its limits. */
  async function alertId(): Promise<string> {
    const { client } = platform;
    const loadTest = { durationSeconds: 1, users: 1, rampUpSeconds: 0 };
    const params = { project: 'shop' };
    await client.call('startCheck', { params, body: { loadTest, limits: { maxP95ResponseTimeMs: 0.001 } } });
    const opened = { until: ({ items }: { items: unknown[] }) => items.length > 0, intervalMs: 500 };
    const { items } = await lastOf(client.poll('listProjectAlerts', { params }, opened));
    return items[0]?.alertId ?? '';
  }

  const asRun = (text: string): string => inPlace.reduce((all, [from, to]) => all.replaceAll(from, to), text);

  const byPage = Map.groupBy(shellBlocks, ({ page }) => page);
  describe.concurrent.each([...byPage])('%s', (_page: string, blocks: Block[]) => {
    it('can be typed as it stands', { timeout: 240_000 }, async () => {
      const asTyped = blocks.map((block) => ({ place: placeOf(block), text: typed(block.text) }));
      for (const name of await shell.run(asTyped)) undone.add(name);
    });
  });

  it('leaves nothing undone but what is said, and does not say what is done', () => {
    expect([...undone].toSorted()).toEqual(Object.keys(notDone).toSorted());
  });
});
