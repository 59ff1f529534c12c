// fauxqs exports its HTTP application, and a starter that listens on every address of the machine. To listen on the
// loopback address only, with data on disk, we need the parts that its starter is made of. The version is pinned, and
// each part is checked here, so that another version fails at the start and says why.
import { DatabaseSync } from 'node:sqlite';
import type { BuildAppOptions } from 'fauxqs';

export type Stores = NonNullable<BuildAppOptions['stores']>;
export type SqsStore = Stores['sqsStore'];
export type SqsQueue = ReturnType<SqsStore['createQueue']>;
export type SqsMessage = SqsQueue['messages'][number];
export type Persistence = NonNullable<SqsStore['persistence']>;

const messageMethods = ['insertMessage', 'deleteMessage', 'updateMessageReady', 'loadSqsAndSns', 'close'];

/** Empty stores, not yet connected to the data on disk. */
export async function createStores(): Promise<Stores> {
  return {
    sqsStore: await construct<SqsStore>('sqs/sqsStore.js', 'SqsStore', ['createQueue', 'allQueues', 'getQueue']),
    snsStore: await construct<Stores['snsStore']>('sns/snsStore.js', 'SnsStore', ['createTopic']),
    s3Store: await construct<Stores['s3Store']>('s3/s3Store.js', 'S3Store', []),
  };
}

export interface OpenPersistence {
  readonly persistence: Persistence;
  /** The connection that fauxqs writes through. */
  readonly database: DatabaseSync;
}

export async function openPersistence(dataDir: string): Promise<OpenPersistence> {
  const persistence = await construct<Persistence>('persistence.js', 'PersistenceManager', messageMethods, dataDir);
  const database: unknown = Reflect.get(persistence, 'db');
  if (!(database instanceof DatabaseSync)) throw changed('PersistenceManager.db');
  return { persistence, database };
}

/** The expression for characters that no message may hold, the very object that fauxqs tests messages with. */
export async function invalidCharacterExpression(): Promise<RegExp> {
  const expression = await part('sqs/sqsTypes.js', 'INVALID_MESSAGE_BODY_CHAR');
  if (!(expression instanceof RegExp)) throw changed('INVALID_MESSAGE_BODY_CHAR');
  return expression;
}

async function construct<T extends object>(
  file: string,
  name: string,
  methods: readonly string[],
  ...args: unknown[]
): Promise<T> {
  const type = await part(file, name);
  if (typeof type !== 'function') throw changed(name);
  const instance = Reflect.construct(type, args) as T;
  for (const method of methods) {
    if (typeof Reflect.get(instance, method) !== 'function') throw changed(`${name}.${method}`);
  }
  return instance;
}

async function part(file: string, name: string): Promise<unknown> {
  const module: unknown = await import(new URL(`./${file}`, import.meta.resolve('fauxqs')).href);
  return Reflect.get(Object(module), name);
}

function changed(what: string): Error {
  return new Error(`This version of fauxqs has no ${what}: the embedded queues need the version in package.json.`);
}
