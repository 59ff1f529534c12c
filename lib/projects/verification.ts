import { Resolver } from 'node:dns/promises';
import http from 'node:http';
import https from 'node:https';
import { isIP } from 'node:net';
import type { Verification } from '../contracts/projects.ts';
import type { Target } from './target.ts';

const wellKnownPath = '/.well-known/headroom-verification';
const timeoutMs = 5000;
const maxAnswerBytes = 4096;

export type ResolveTxt = (name: string) => Promise<readonly string[]>;

/** By default a resolver that does not answer is waited for longer than a request may take. */
const txtResolver = new Resolver({ timeout: 2000, tries: 2 });

export const systemResolveTxt: ResolveTxt = async (name) =>
  (await txtResolver.resolveTxt(name)).map((parts) => parts.join(''));

const dnsName = (hostname: string): string => `_headroom-verification.${hostname}`;

/** How the owner of a target can prove to be its owner: either way is enough. */
export function verificationMethods(baseUrl: string, token: string): Verification['methods'] {
  const { origin, hostname } = new URL(baseUrl);
  return [
    { kind: 'well-known', location: `${origin}${wellKnownPath}`, value: token },
    { kind: 'dns-txt', location: dnsName(hostname), value: token },
  ];
}

export type Proof = { proven: true; by: 'well-known' | 'dns-txt' } | { proven: false; detail: string };

/** Looks for the token where its owner would put it. */
export async function lookForProof(target: Target, token: string, resolve: ResolveTxt): Promise<Proof> {
  const [answer, records] = await Promise.all([
    fetchWellKnown(target).catch((error: Error) => error),
    resolve(dnsName(target.hostname)).catch(() => []),
  ]);
  if (records.some((record) => record.trim() === token)) return { proven: true, by: 'dns-txt' };
  if (typeof answer === 'string' && answer.trim() === token) return { proven: true, by: 'well-known' };
  const seen = typeof answer === 'string' ? 'answered something else' : `did not answer with it (${answer.message})`;
  return { proven: false, detail: `${wellKnownPath} ${seen}, and ${dnsName(target.hostname)} has no such TXT record.` };
}

/** Goes to a checked address and follows no redirect: the proof must come from the target itself. */
function fetchWellKnown({ protocol, hostname, port, addresses }: Target): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const { request } = protocol === 'https:' ? https : http;
  const checked = addresses.map((address) => ({ address, family: isIP(address) }));
  // Autoselecting: where a name has addresses of both families, the one that cannot be reached from here is passed over.
  const connection = { autoSelectFamily: true };
  const call = request(
    {
      ...connection,
      hostname,
      port,
      path: wellKnownPath,
      headers: { accept: 'text/plain' },
      agent: false,
      lookup: (_name, _options, found) => found(null, checked),
    },
    (answer) => {
      if (answer.statusCode !== 200) {
        reject(new Error(`status ${answer.statusCode}`));
        call.destroy();
        return;
      }
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk: string) => {
        text += chunk;
        if (text.length > maxAnswerBytes) call.destroy(new Error('the answer is too long'));
      });
      answer.on('end', () => resolve(text));
      answer.on('error', reject);
    },
  );
  const deadline = setTimeout(() => call.destroy(new Error(`no end after ${timeoutMs / 1000} s`)), timeoutMs);
  call.on('error', reject);
  call.end();
  return promise.finally(() => clearTimeout(deadline));
}
