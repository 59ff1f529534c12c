import { writeFileSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { encodeTags } from '../contracts/cache-headers.ts';
import type { CacheTierChoice } from '../contracts/cache-policy.ts';
import { type ConnectionFlags, connectTo } from './connection.ts';
import type { CliContext } from './context.ts';
import { CliError, type ExitCode, exitCodes } from './failure.ts';

export interface CacheFlags extends ConnectionFlags {
  url?: string;
  json?: true;
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Control characters but those of ordinary text: a terminal would obey them. */
const commanding = /[^\P{Cc}\t\n\r]/u;

export async function getValue(
  namespace: string,
  key: string,
  flags: CacheFlags & { output?: string },
  context: CliContext,
): Promise<ExitCode> {
  const { client } = connectTo(flags, context);
  const { bytes, headers } = await client.exchange('getCacheEntry', { params: { namespace, key } });
  const { terminal } = context;
  if (flags.output !== undefined) {
    writeFileSync(flags.output, bytes);
    terminal.err(`${bytes.length} bytes (${headers.get('content-type')}) are in ${flags.output}.`);
  } else if (flags.json) {
    terminal.out(
      JSON.stringify({ key, ...told(headers), valueBase64: Buffer.from(bytes).toString('base64') }, null, 2),
    );
  } else terminal.out(printable(bytes, headers));
  return exitCodes.ok;
}

const told = (headers: Headers) => ({
  contentType: headers.get('content-type'),
  etag: headers.get('etag'),
  ageSeconds: Number(headers.get('age')),
  cacheStatus: headers.get('cache-status'),
});

function printable(bytes: Uint8Array, headers: Headers): string {
  try {
    const text = decoder.decode(bytes);
    if (!commanding.test(text)) return text;
  } catch {
    // Not text at all.
  }
  throw new CliError(`The value is no text: ${bytes.length} bytes of ${headers.get('content-type')}.`, {
    next: 'Write it to a file with --output.',
  });
}

export interface SetFlags extends CacheFlags {
  file?: Buffer;
  type?: string;
  ttl?: number;
  tags?: string[];
  tier?: CacheTierChoice;
}

export async function setValue(
  namespace: string,
  key: string,
  value: string | undefined,
  flags: SetFlags,
  context: CliContext,
): Promise<ExitCode> {
  const { file, ttl, tier, tags = [] } = flags;
  if ((file === undefined) === (value === undefined)) {
    throw new CliError('A value is written behind the key, or comes from --file; one of both.');
  }
  const bytes = file ?? (value === '-' ? await buffer(process.stdin) : Buffer.from(value ?? ''));
  const contentType = flags.type ?? (file === undefined && value !== '-' ? 'text/plain; charset=utf-8' : undefined);
  const answer = await connectTo(flags, context).client.call('putCacheEntry', {
    params: { namespace, key },
    query: { ttlSeconds: ttl, tier },
    ...(tags.length === 0 ? {} : { headers: { 'headroom-tags': encodeTags(tags) } }),
    body: { bytes, ...(contentType === undefined ? {} : { contentType }) },
  });
  if (flags.json) context.terminal.out(JSON.stringify({ key, bytes: bytes.length, ...answer }, null, 2));
  else context.terminal.out(`${bytes.length} bytes are stored under ${key} in ${namespace}.`);
  return exitCodes.ok;
}
