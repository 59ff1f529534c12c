import type { Entry, EntryHead } from '../../cache/library/entry.ts';
import type { Invalidation, LogDelta } from '../../cache/library/invalidations.ts';
import type {
  Acknowledged,
  InvalidationRequest,
  Lease,
  ReadOptions,
  SetResult,
  SharedTier,
  SharedTierName,
  Step,
  StepResult,
  SweepResult,
  TierCost,
  TierEntry,
  TierHit,
  TierRead,
  TierSet,
  TierUsage,
  WriteOutcome,
} from '../../cache/library/shared-tier.ts';
import type { Lifetime } from '../../cache/library/ttl.ts';
import type { CacheTierAnswerTo } from '../../contracts/cache-tier.ts';
import { type Asked, type TierCalls, TierRefusedError } from './tier-calls.ts';

/** The contract's. */
const MAX_ENTRIES = 500;
/** Of payloads in one request: as base64, and with all the rest, they stay below what Lambda lets in. */
const MAX_PAYLOAD_BYTES = 4_000_000;
const PAYLOAD_TOO_LARGE = 413;

type SentEntry = Asked<'write'>['entries'][number]['entry'];
type SentHead = Asked<'touch'>['entry'];
type ReadAnswer = CacheTierAnswerTo<'read'>;

const base64Of = ({ buffer, byteOffset, length }: Uint8Array): string =>
  Buffer.from(buffer, byteOffset, length).toString('base64');

/** Without the payload, if there is one: it goes another way. */
function sentHead<Head extends Omit<EntryHead, 'born'>>(head: Head & { payload?: Uint8Array }) {
  const { payload: _, tags, ...rest } = head;
  return { ...rest, tags: [...tags] };
}

const sentEntry = (entry: Entry): SentEntry => ({ ...sentHead(entry), payloadBase64: base64Of(entry.payload) });

const sentEvent = ({ sequence, kind, values, soft }: Invalidation): Invalidation & { values: string[] } => ({
  sequence,
  kind,
  values: [...values],
  soft,
});

function hitOf(answered: ReadAnswer['entries'][number]): TierHit | undefined {
  if (answered === null) return undefined;
  const { payloadBase64, ...head } = answered.entry;
  return { ...answered, entry: { ...head, payload: Buffer.from(payloadBase64, 'base64') } };
}

/** In pieces that one request takes. */
function* piecesOf<Item extends { entry: { payload: Uint8Array } }>(items: readonly Item[]): Generator<Item[]> {
  let piece: Item[] = [];
  let bytes = 0;
  for (const item of items) {
    const { length } = item.entry.payload;
    if (piece.length === MAX_ENTRIES || (piece.length > 0 && bytes + length > MAX_PAYLOAD_BYTES)) {
      yield piece;
      piece = [];
      bytes = 0;
    }
    piece.push(item);
    bytes += length;
  }
  if (piece.length > 0) yield piece;
}

/** The tiers of another deployment as one, over its HTTP API. */
export class RemoteTier implements SharedTier {
  readonly #calls: TierCalls;

  constructor(calls: TierCalls) {
    this.#calls = calls;
  }

  async read(keys: readonly string[], options: ReadOptions = {}): Promise<TierRead> {
    if (keys.length > MAX_ENTRIES) return this.#readHalves(keys, options);
    try {
      const { op: _, entries, ...known } = await this.#calls.ask('read', { keys: [...keys], ...options });
      return { ...known, entries: entries.map(hitOf) };
    } catch (error) {
      const isTooLarge = error instanceof TierRefusedError && error.status === PAYLOAD_TOO_LARGE;
      if (isTooLarge && keys.length > 1) return this.#readHalves(keys, options);
      throw error;
    }
  }

  async write(entries: readonly TierEntry[]): Promise<WriteOutcome[]> {
    const outcomes: WriteOutcome[] = [];
    for (const piece of piecesOf(entries)) {
      const sent = piece.map((each) => ({ ...each, entry: sentEntry(each.entry) }));
      outcomes.push(...(await this.#calls.ask('write', { entries: sent })).outcomes);
    }
    return outcomes;
  }

  async set(entries: readonly TierSet[]): Promise<SetResult[]> {
    const results: SetResult[] = [];
    for (const piece of piecesOf(entries)) {
      const sent = piece.map(({ replaces, ...each }) => ({
        ...each,
        entry: { ...sentHead(each.entry), payloadBase64: base64Of(each.entry.payload) },
        replaces: replaces && sentHead(replaces),
      }));
      results.push(...(await this.#calls.ask('set', { entries: sent })).results);
    }
    return results;
  }

  async touch(key: string, entry: EntryHead, lifetime: Lifetime): Promise<boolean> {
    const { createdAt, freshUntil, revalidateUntil, expiresAt } = lifetime;
    const sent: SentHead = sentHead(entry);
    const times = { createdAt, freshUntil, revalidateUntil, expiresAt };
    return (await this.#calls.ask('touch', { key, entry: sent, lifetime: times })).touched;
  }

  async invalidate({ kind, values, soft }: InvalidationRequest): Promise<Acknowledged> {
    return (await this.#calls.ask('invalidate', { request: { kind, values: [...values], soft } })).acknowledged;
  }

  async changes(after: number): Promise<LogDelta> {
    return (await this.#calls.ask('changes', { after })).delta;
  }

  async reap(invalidation: Invalidation, step: Step): Promise<StepResult> {
    const { op: _, ...result } = await this.#calls.ask('reap', {
      invalidation: sentEvent(invalidation),
      step: sentStep(step),
    });
    return result;
  }

  async lease(key: string, ttlMs: number, home?: SharedTierName): Promise<Lease | undefined> {
    return (await this.#calls.ask('lease', { key, ttlMs, home })).lease ?? undefined;
  }

  async renew(key: string, lease: Lease, ttlMs: number): Promise<boolean> {
    return (await this.#calls.ask('renew', { key, lease, ttlMs })).held;
  }

  async release(key: string, lease: Lease): Promise<void> {
    await this.#calls.ask('release', { key, lease });
  }

  async usage(): Promise<Partial<Record<SharedTierName, TierUsage>>> {
    return (await this.#calls.ask('usage', {})).usage;
  }

  /** What it costs is the deployment's to say. */
  cost(): TierCost {
    return { readUnits: 0, writeUnits: 0 };
  }

  async sweep(step: Step): Promise<SweepResult> {
    const { op: _, ...result } = await this.#calls.ask('sweep', { step: sentStep(step) });
    return result;
  }

  async evict(tier: SharedTierName, bytes: number): Promise<{ entries: number; bytes: number }> {
    const { op: _, ...result } = await this.#calls.ask('evict', { tier, bytes });
    return result;
  }

  async dropCopies(tier: SharedTierName, keys: readonly string[]): Promise<number> {
    let dropped = 0;
    for (let at = 0; at < keys.length; at += MAX_ENTRIES) {
      dropped += (await this.#calls.ask('dropCopies', { tier, keys: keys.slice(at, at + MAX_ENTRIES) })).dropped;
    }
    return dropped;
  }

  /** All rests on what the first answer knows: what is read later is judged by more, not by less. */
  async #readHalves(keys: readonly string[], options: ReadOptions): Promise<TierRead> {
    const half = Math.min(MAX_ENTRIES, Math.ceil(keys.length / 2));
    const first = await this.read(keys.slice(0, half), options);
    const rest = await this.read(keys.slice(half), options);
    return {
      ...first,
      entries: [...first.entries, ...rest.entries],
      ageMs: Math.max(first.ageMs ?? 0, rest.ageMs ?? 0),
    };
  }
}

const sentStep = ({ budget, cursor }: Step): Asked<'sweep'>['step'] => ({
  budget: Math.max(1, Math.min(5_000, Math.floor(budget))),
  ...(cursor !== undefined && { cursor }),
});
