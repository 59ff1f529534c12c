import { createClient } from '../../../lib/sdk/client.ts';
import type { ShopTarget } from '../shop-target.ts';
import { AnswerFaults, textOf, whatWasSaid } from './answer-faults.ts';
import { Api } from './api.ts';
import { makeCallers } from './callers.ts';
import type { CampaignOptions } from './campaign.ts';
import { fetchFrom } from './fetch-from.ts';
import type { Json, JsonObject } from './json.ts';
import { Known } from './known.ts';
import type { FuzzedPlatform } from './platform.ts';
import { samplesAt } from './samples.ts';
import { SchemaArbitraries } from './schema-arbitrary.ts';
import { type Seed, seedSettings, seedWork } from './seeds.ts';

const own = 'shop';
const other = { project: 'vault-xq7', marker: 'xq7secret' };
/** For what deletes a project. */
const spares = ['spare-1', 'spare-2', 'spare-3'];

export interface SeededPlatform extends CampaignOptions {
  /** What is looked up in place of other names by what changes something, so that the other project stays as it is. */
  changing: Readonly<Record<string, string>>;
  /** What is stored of the other project, by key. */
  itemsOfOther(): Promise<Map<string, string>>;
}

/** Two projects that hold something of everything, keys, and all that requests are made of. */
export async function seeded(platform: FuzzedPlatform, target: Pick<ShopTarget, 'port'>): Promise<SeededPlatform> {
  const url = `http://127.0.0.1:${target.port}`;
  const knowledge = new Known();
  /** What only answers about the other project may tell. */
  const secrets = new Set([other.marker]);
  const clientFor = (onAnswer: (answer: Json) => void) =>
    createClient({ url: 'http://api.local', apiKey: platform.adminToken, fetch: fetchFrom(platform, onAnswer) });
  const client = clientFor((answer) => knowledge.learn(answer, 'seeding'));
  const ofOther = clientFor((answer) => {
    knowledge.learn(answer, 'seeding');
    for (const [id] of JSON.stringify(answer).matchAll(/\b[0-9A-HJKMNP-TV-Z]{26}\b/g)) secrets.add(id);
  });
  const seedingKey = platform.adminToken.split('_')[1] ?? '';
  knowledge.hide(seedingKey);
  const seeds: [typeof client, Seed][] = [
    [client, { project: own, marker: 'shop', url }],
    [ofOther, { ...other, url }],
  ];
  await Promise.all(seeds.map((one) => seedWork(...one, platform.alarm)));
  await platform.settle();
  for (const one of seeds) await seedSettings(...one);
  // Who made it all is no secret.
  secrets.delete(seedingKey);
  for (const project of spares) await client.call('putProject', { params: { project }, body: { baseUrl: url } });
  const everyOne = [own, own, own, other.project, other.project, ...spares];
  for (const kind of ['project', 'namespace']) {
    knowledge.fix(kind, everyOne);
    knowledge.fix(`own ${kind}`, [own]);
    knowledge.fix(`spare ${kind}`, spares);
  }
  knowledge.fix('own channelId', [`for-${own}`, 'another']);
  // The same in every project: what stands there is not.
  knowledge.fix('databaseName', ['kept', 'orders']);
  knowledge.fix('cacheKey', ['kept', 'a', 'a/b']);
  knowledge.fix('profileId', ['ours', 'theirs', 'balanced', 'memory-focused']);
  knowledge.fix('asset', ['swagger-ui.css', 'swagger-ui-bundle.js']);
  const { callers, keyIds } = await makeCallers(
    clientFor(() => {}),
    own,
  );
  for (const keyId of keyIds) knowledge.hide(keyId);
  const api = new Api((await client.call('getOpenApi')) as unknown as JsonObject);
  const nowMs = Date.now();
  const urls = [url, 'http://127.0.0.1:1/none', 'https://nothing.invalid/a?b=c'];

  /** What somebody has asked for: the trail of changes tells of it in their words, whatever project they took it to be of. */
  const spoken = new Set<string>();
  const words = () => [other.project, ...secrets];
  return {
    api,
    platform,
    callers,
    knowledge,
    faults: new AnswerFaults(api, platform.internals),
    schemas: new SchemaArbitraries(api, { urls, nowMs }),
    samples: samplesAt(nowMs, url),
    changing: { project: 'own project', namespace: 'own namespace', channelId: 'own channelId' },
    erasing: { project: 'spare project', namespace: 'spare namespace' },
    leakOf({ projects }, request, answer) {
      const said = whatWasSaid(request);
      for (const secret of secrets) if (said.includes(secret)) spoken.add(secret);
      const { project, namespace } = answer.pathParameters;
      const asked = project ?? namespace?.split('.')[0];
      const isOfOwn = projects !== undefined || (asked !== undefined && asked !== other.project);
      if (!isOfOwn) return undefined;
      const text = textOf(answer) + answer.headers.flat().join();
      const isTrail = answer.routeKey?.startsWith('GET /v1/audit') === true;
      const isFree = (secret: string) => said.includes(secret) || (isTrail && spoken.has(secret));
      const leak = [...secrets].find((secret) => text.includes(secret) && !isFree(secret));
      return leak === undefined ? undefined : `it tells of ${leak}, of another project`;
    },
    async itemsOfOther() {
      // What was refused, and to whom, is kept too; and a project may name what it likes by the name of another.
      const isOfOther = ([key, item]: [string, string]) =>
        !key.includes(' AUDIT#') &&
        !key.split(/[# ]/).includes(own) &&
        words().some((word) => (key + item).includes(word));
      return new Map([...(await platform.items())].filter(isOfOther));
    },
  };
}
