import { createHash, randomBytes } from 'node:crypto';

/**
 * The header `X-Amzn-Trace-Id`: `Root=1-...;Parent=...;Sampled=0;Lineage=HASH:COUNT|HASH:COUNT`. The lineage counts the
 * invocations of each function in a chain of events. The AWS SDK inside a function hands the header on with every
 * request, SQS keeps it with the message, and by its count Lambda finds loops.
 */

/** Lambda stops a chain at the 17th invocation of the same function. */
export const maxInvocationsInChain = 16;

export function newTrace(epochMs: number): string {
  const seconds = Math.floor(epochMs / 1000)
    .toString(16)
    .padStart(8, '0');
  return `Root=1-${seconds}-${randomBytes(12).toString('hex')}`;
}

export interface Invocation {
  /** The trace to invoke with. */
  trace: string;
  /** How often the function was invoked in this chain, with this invocation. */
  count: number;
}

/** The trace of an invocation of `functionName` that is caused by something with the trace `cause`. */
export function traceInvocation(cause: string, functionName: string): Invocation {
  const fields = parseFields(cause);
  const lineage = parseLineage(fields.get('Lineage'));
  const hash = createHash('sha256').update(functionName).digest('hex').slice(0, 8);
  const count = (lineage.get(hash) ?? 0) + 1;
  lineage.set(hash, count);
  fields.set('Parent', randomBytes(8).toString('hex'));
  if (!fields.has('Sampled')) fields.set('Sampled', '0');
  fields.set('Lineage', [...lineage].map(([function_, invocations]) => `${function_}:${invocations}`).join('|'));
  return { trace: [...fields].map(([name, value]) => `${name}=${value}`).join(';'), count };
}

function parseFields(header: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const part of header.split(';')) {
    const [name, value] = part.split('=', 2);
    if (name !== undefined && value !== undefined) fields.set(name.trim(), value.trim());
  }
  return fields;
}

function parseLineage(text: string | undefined): Map<string, number> {
  const lineage = new Map<string, number>();
  for (const part of text?.split('|') ?? []) {
    const [hash, count] = part.split(':');
    if (hash !== undefined && Number.isInteger(Number(count))) lineage.set(hash, Number(count));
  }
  return lineage;
}
