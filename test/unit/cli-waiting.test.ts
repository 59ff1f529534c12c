import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { sayingThatItWaits } from '../../lib/cli/waiting.ts';
import { createClient } from '../../lib/sdk/client.ts';

it('a call that takes long says so on the terminal until the last is answered, and a short one nothing', async () => {
  const stream = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY: true });
  const bars = stream as unknown as NodeJS.WriteStream;
  const held: PromiseWithResolvers<Response>[] = [];
  const asked = (): Promise<Response> => {
    const answer = Promise.withResolvers<Response>();
    held.push(answer);
    return answer.promise;
  };
  const answer = (): void => held.shift()?.resolve(Response.json({ status: 'ok' }));
  const client = createClient({ url: 'http://127.0.0.1:9', apiKey: 'hr_x', fetch: asked });

  const slow = sayingThatItWaits(client, { bars }, 0);
  const both = [slow.call('getHealth'), slow.call('getHealth')];
  await once(stream, 'readable');
  expect(stream.read()).toBe('\r\u001b[K  Waiting for Headroom ...');
  answer();
  await both[0];
  expect(stream.read()).toBe(null);
  answer();
  await both[1];
  expect(stream.read()).toBe('\r\u001b[K');

  const quick = sayingThatItWaits(client, { bars }, 60_000);
  const one = quick.call('getHealth');
  answer();
  await one;
  expect(stream.read()).toBe(null);
  expect(sayingThatItWaits(client, { bars: undefined })).toBe(client);
});
