import { DomainError } from '../../platform/errors.ts';
import { fetchTarget } from '../../projects/fetch-target.ts';
import { whyNoAnswer } from '../../projects/no-answer.ts';
import type { Target } from '../../projects/target.ts';

/** Where frameworks put it by default. */
const usualPaths = ['/openapi.json', '/openapi.yaml', '/v3/api-docs', '/swagger.json', '/api-docs'];

const maxBytes = 5_000_000;
const timeoutMs = 5000;
/** Of all tries: the API itself answers within 30 s. */
const patienceMs = 15_000;

const accept = 'application/json, application/yaml;q=0.9, */*;q=0.5';

/**
 * The OpenAPI document that a target serves, as text. Only the target's checked addresses are asked, and no redirect is
 * followed.
 * @param path where it is, below the base path or from the origin; default: the usual places
 * @throws DomainError not-found with what was tried
 */
export async function fetchOpenApi(target: Target, path?: string): Promise<string> {
  const paths = path === undefined ? usualPaths : [path];
  const places = target.basePath === '' ? paths : paths.flatMap((each) => [target.basePath + each, each]);
  const endsAt = performance.now() + patienceMs;
  const tried: string[] = [];
  for (const place of places) {
    const remainingMs = Math.round(endsAt - performance.now());
    if (remainingMs <= 0) break;
    const found = await lookAt(target, place, Math.min(timeoutMs, remainingMs));
    if ('text' in found) return found.text;
    tried.push(`${place} (${found.why})`);
  }
  throw new DomainError(
    'not-found',
    `The target answers with no OpenAPI document: ${tried.join(', ')}. Give its path, or the document itself.`,
  );
}

async function lookAt(target: Target, path: string, patienceMs: number): Promise<{ text: string } | { why: string }> {
  try {
    const { status, bytes, isTruncated } = await fetchTarget(target, { path, accept, timeoutMs: patienceMs, maxBytes });
    if (status !== 200) return { why: `status ${status}` };
    if (isTruncated) return { why: `over ${maxBytes / 1_000_000} MB` };
    const text = new TextDecoder().decode(bytes);
    return isOpenApi(text) ? { text } : { why: 'something else' };
  } catch (error) {
    return { why: whyNoAnswer(error) };
  }
}

/** A page about the document may stand where the document itself is looked for. */
const isOpenApi = (text: string): boolean =>
  !/^\s*</.test(text) && /(?:^|[\s{,"'])(?:openapi|swagger)["']?\s*:/.test(text);
