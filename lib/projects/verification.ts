import { Resolver } from 'node:dns/promises';
import type { Verification } from '../contracts/projects.ts';
import { fetchTarget } from './fetch-target.ts';
import { whyNoAnswer } from './no-answer.ts';
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

export type Method = Verification['methods'][number]['kind'];

export type Proof =
  | { proven: true; by: Method }
  /** `denied`: where another answer stood. What could not be asked is in none: it says nothing of the owner. */
  | { proven: false; denied: readonly Method[]; detail: string };

/** What one place had to say. */
type Look = { outcome: 'proven' | 'denied' | 'unknown'; detail: string };

/** Looks for the token where its owner would put it. */
export async function lookForProof(target: Target, token: string, resolve: ResolveTxt): Promise<Proof> {
  const [wellKnown, dns] = await Promise.all([lookAtFile(target, token), lookAtRecord(target, token, resolve)]);
  const looks = { 'dns-txt': dns, 'well-known': wellKnown } as const;
  const methods = Object.keys(looks) as Method[];
  const by = methods.find((method) => looks[method].outcome === 'proven');
  if (by !== undefined) return { proven: true, by };
  return {
    proven: false,
    denied: methods.filter((method) => looks[method].outcome === 'denied'),
    detail: `${wellKnown.detail}, and ${dns.detail}.`,
  };
}

/** Statuses of a service that is in trouble, or that wants to be left alone for now. */
const isPassing = (status: number): boolean => status >= 500 || status === 408 || status === 429;

async function lookAtFile(target: Target, token: string): Promise<Look> {
  const without = (why: string): string => `${wellKnownPath} did not answer with it (${why})`;
  try {
    const { status, text } = await fetchWellKnown(target);
    if (status !== 200)
      return { outcome: isPassing(status) ? 'unknown' : 'denied', detail: without(`status ${status}`) };
    if (text.trim() === token) return { outcome: 'proven', detail: '' };
    return { outcome: 'denied', detail: `${wellKnownPath} answered something else` };
  } catch (error) {
    return { outcome: 'unknown', detail: without(whyNoAnswer(error)) };
  }
}

/** How DNS says that there is nothing, which is an answer too. */
const nothingThere = new Set<unknown>(['ENOTFOUND', 'ENODATA']);

async function lookAtRecord({ hostname }: Target, token: string, resolve: ResolveTxt): Promise<Look> {
  const name = dnsName(hostname);
  const denied: Look = { outcome: 'denied', detail: `${name} has no such TXT record` };
  try {
    const records = await resolve(name);
    return records.some((record) => record.trim() === token) ? { outcome: 'proven', detail: '' } : denied;
  } catch (error) {
    if (error instanceof Error && 'code' in error && nothingThere.has(error.code)) return denied;
    return { outcome: 'unknown', detail: `${name} could not be looked up (${whyNoAnswer(error)})` };
  }
}

/** The proof must come from the target itself. */
async function fetchWellKnown(target: Target): Promise<{ status: number; text: string }> {
  const asked = { path: wellKnownPath, accept: 'text/plain', timeoutMs, maxBytes: maxAnswerBytes };
  const { status, bytes } = await fetchTarget(target, asked);
  return { status, text: bytes.toString('utf8') };
}
