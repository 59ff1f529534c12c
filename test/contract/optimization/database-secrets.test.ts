import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type DatabaseSettings, type DatabaseTls, databaseSettings } from '../../../lib/contracts/databases.ts';
import { projectSettings } from '../../../lib/contracts/projects.ts';
import { IndexApplier } from '../../../lib/optimization/databases/index-applier.ts';
import { databasesItem } from '../../../lib/optimization/databases/model.ts';
import { secretsOf } from '../../../lib/optimization/databases/secrets.ts';
import { DatabaseService } from '../../../lib/optimization/databases/service.ts';
import { keys } from '../../../lib/platform/table/keys.ts';
import { ProjectService } from '../../../lib/projects/service.ts';
import { unspeakable } from '../../support/aws-doubles/double.ts';
import { startSecretsDouble } from '../../support/aws-doubles/secrets.ts';
import type { TestParts } from '../../support/history-table.ts';
import type { Listening } from '../../support/listening.ts';
import { startTlsBefore } from '../../support/postgresql-over-tls.ts';
import { usePostgresql } from '../../support/postgresql-server.ts';
import { selfSigned } from '../../support/self-signed.ts';
import { useTestDynamoDb } from '../../support/use-dynamodb.ts';

const password = 'open-sesame';
const arn = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:headroom/shop/orders-AbCdEf';
const postgresql = usePostgresql();
const dynamoDb = useTestDynamoDb();
const certificate = selfSigned('localhost');
const ca = certificate.cert.toString();
let secrets: Awaited<ReturnType<typeof startSecretsDouble>>;
let front: Listening;
let client: SecretsManagerClient;
let parts: TestParts;
let databases: DatabaseService;

beforeAll(async () => {
  secrets = await startSecretsDouble();
  front = await startTlsBefore(postgresql.url, certificate);
  client = new SecretsManagerClient({
    endpoint: secrets.double.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
});
afterAll(async () => {
  client.destroy();
  await Promise.all([front.close(), secrets.double.stop()]);
});
beforeEach(async () => {
  secrets.state.clear();
  secrets.double.forget();
  parts = await dynamoDb.createParts();
  const projects = new ProjectService(parts);
  databases = new DatabaseService(parts, projects, { environment: {}, readSecret: secretsOf(client) });
  await projects.put('shop', projectSettings.parse({ baseUrl: 'http://127.0.0.1:3000' }));
});

/** As RDS keeps it. */
const secretOf = (host: string): string =>
  JSON.stringify({ engine: 'postgres', host, port: front.port, username: 'postgres', password, dbname: 'postgres' });

const settingsWith = (tls?: DatabaseTls): DatabaseSettings => ({
  system: 'postgresql',
  connection: { secret: arn },
  ...(tls === undefined ? {} : { tls }),
});
const put = (tls?: DatabaseTls) => databases.put('shop', 'main', settingsWith(tls));

describe('A database by a secret of AWS Secrets Manager', () => {
  it('is worked on over TLS, and its password is kept, shown and told nowhere', async () => {
    secrets.state.set(arn, secretOf('localhost'));
    const registered = await put({ mode: 'verify-full', ca });
    expect(registered).toMatchObject({ location: arn, isReachable: true });
    await databases.within('shop', 'main', async (database) => {
      expect(await database.schema(1_000)).toBe('');
    });
    const stored = await parts.table.get(databasesItem, keys.databases('shop'));
    expect(JSON.stringify([stored, registered])).not.toContain(password);
    // Each time anew.
    expect(secrets.double.calls.map(({ operation, input }) => [operation, input])).toEqual([
      ['GetSecretValue', { SecretId: arn }],
      ['GetSecretValue', { SecretId: arn }],
    ]);
  });

  it('has its indexes made and dropped as any other', async () => {
    secrets.state.set(arn, secretOf('localhost'));
    await put({ mode: 'verify-full', ca });
    const server = new pg.Client(postgresql.url);
    await server.connect();
    await server.query('CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER)');
    await server.end();
    const create = 'CREATE INDEX orders_idx ON orders (customer_id)';
    const change = {
      kind: 'index',
      database: 'main',
      name: 'orders_idx',
      create,
      drop: 'DROP INDEX orders_idx',
    } as const;
    const applier = new IndexApplier(databases);
    const made = await applier.write('shop', change, create, { value: null });
    expect(await applier.read('shop', change)).toEqual({ value: create });
    expect(await applier.write('shop', change, null, made)).toEqual({ value: null });
  });

  it.each<[string, DatabaseTls | undefined, string, boolean]>([
    ['nobody vouches for it, by default', undefined, 'localhost', false],
    ['nobody vouches for it', { mode: 'verify-ca' }, 'localhost', false],
    ['its name is another one', { mode: 'verify-full', ca }, '127.0.0.1', false],
    ['its name is another one, which nobody asks for', { mode: 'verify-ca', ca }, '127.0.0.1', true],
    ['nobody asks who it is', { mode: 'require' }, '127.0.0.1', true],
    ['it takes none without TLS', { mode: 'disable' }, 'localhost', false],
  ])('is reached or not where %s', async (_, tls, host, isReachable) => {
    secrets.state.set(arn, secretOf(host));
    const registered = await put(tls);
    expect(registered.isReachable).toBe(isReachable);
    expect(JSON.stringify(registered)).not.toContain(password);
  });

  it('goes by the sslmode of a URL, unless more is said, and refuses what is none', async () => {
    secrets.state.set(arn, `postgresql://postgres@127.0.0.1:${front.port}/postgres?sslmode=require`);
    expect(await put()).toMatchObject({ isReachable: true });
    expect(await put({ mode: 'verify-full', ca })).toMatchObject({ isReachable: false });
    secrets.state.set(arn, `postgresql://postgres@127.0.0.1:${front.port}/postgres?sslmode=prefer`);
    expect(await put()).toMatchObject({ isReachable: false, detail: expect.stringContaining('verify-full') });
  });

  it.each([
    ['is not there', undefined, 'AWS does not know the secret'],
    ['may not be read', 'denied', "Headroom's role may not do that"],
    ['holds something else', 'hunter2', 'the secret holds no URL'],
  ])('says what is wrong with a secret that %s, and nothing of it', async (_, held, detail) => {
    if (held !== undefined) secrets.state.set(arn, held);
    const registered = await put();
    expect(registered).toMatchObject({ isReachable: false, detail: expect.stringContaining(detail) });
    expect(registered.detail).not.toContain(unspeakable);
    expect(registered.detail).not.toContain('hunter2');
  });

  it('is the project’s own: those of others are refused before they are read', async () => {
    const other = arn.replace('/shop/', '/bank/');
    await expect(
      databases.put('shop', 'main', { system: 'postgresql', connection: { secret: other } }),
    ).rejects.toMatchObject({ code: 'invalid-request', fieldErrors: [{ path: 'body.connection.secret' }] });
    expect(secrets.double.calls).toEqual([]);
    for (const secret of [arn.replace('headroom/', ''), arn.replace('/shop/', '/'), 'headroom/shop/orders']) {
      expect(databaseSettings.safeParse({ system: 'postgresql', connection: { secret } }).success, secret).toBe(false);
    }
  });
});
