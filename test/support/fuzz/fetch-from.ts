import type { Json } from './json.ts';
import type { FuzzedPlatform } from './platform.ts';

/** `fetch` without a socket: what a client asks comes to the platform, and what that answers in JSON is told on the way back. */
export const fetchFrom =
  (platform: Pick<FuzzedPlatform, 'send'>, onAnswer: (answer: Json) => void): typeof fetch =>
  async (...given) => {
    const asked = new Request(...given);
    const { pathname, search } = new URL(asked.url);
    const { status, headers, body } = await platform.send({
      method: asked.method,
      target: pathname + search,
      headers: [...asked.headers],
      body: Buffer.from(await asked.arrayBuffer()),
      sourceIp: '127.0.0.1',
    });
    if (body.toString().startsWith('{')) onAnswer(JSON.parse(body.toString()) as Json);
    return new Response(
      status === 204 || status === 304 || (status === 202 && body.length === 0) ? null : new Uint8Array(body),
      { status, headers },
    );
  };
