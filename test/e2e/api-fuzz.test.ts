import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { wage } from '../support/fuzz/campaign.ts';
import { type FuzzedPlatform, startFuzzedPlatform } from '../support/fuzz/platform.ts';
import { type SeededPlatform, seeded } from '../support/fuzz/seeded.ts';
import { type ShopTarget, startShopTarget } from '../support/shop-target.ts';

const requests = Number(process.env.FUZZ_REQUESTS ?? 2_000);
const seed = Number(process.env.FUZZ_SEED ?? 20_260_807);
/** Of them, those that keys of one project send. */
const boundShare = 0.3;
const timeoutMs = 60_000 + requests * 200;

describe('Every route of the API, asked with what it wants, with nearly that, and with anything else', () => {
  let platform: FuzzedPlatform;
  let target: ShopTarget;
  let given: SeededPlatform;

  beforeAll(async () => {
    target = await startShopTarget();
    platform = await startFuzzedPlatform();
    given = await seeded(platform, target);
  });

  afterAll(async () => {
    await platform?.stop();
    await target?.close();
  });

  const namesOf = (isBound: boolean): string[] =>
    [...given.callers.keys()].filter((name) => name.startsWith('bound') === isBound);

  /** Faults as one text: it is what stands in the report of the test. */
  const faultsOf = async (share: number, names: readonly string[], changing?: Readonly<Record<string, string>>) => {
    const orders = { seed, requests: Math.round(requests * share), names, ...(changing && { changing }) };
    const { reports, statuses } = await wage(given, orders);
    if (process.env.FUZZ_TELL !== undefined) console.log(statuses);
    return reports.length === 0 ? '' : [`FUZZ_SEED=${seed} FUZZ_REQUESTS=${requests}`, ...reports].join('\n\n');
  };

  it(
    'answers as its document says, lets in whom it should, and tells of nothing inside',
    async () => {
      const often = [...Array.from({ length: 16 }, () => 'admin'), ...Array.from({ length: 6 }, () => 'operate')];
      expect(await faultsOf(1 - boundShare, [...namesOf(false), ...often], given.changing)).toBe('');
    },
    timeoutMs,
  );

  it(
    'keeps keys of one project to that project, in what they see and in what they change',
    async () => {
      const before = await given.itemsOfOther();
      expect(await faultsOf(boundShare, [...namesOf(true), 'bound admin', 'bound admin'])).toBe('');
      const after = await given.itemsOfOther();
      const keys = [...new Set([...before.keys(), ...after.keys()])];
      expect(keys.filter((key) => before.get(key) !== after.get(key))).toEqual([]);
    },
    timeoutMs,
  );
});
