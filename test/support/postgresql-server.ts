import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';
import { afterAll, beforeAll } from 'vitest';

export interface PostgresqlServer {
  readonly url: string;
}

/** As many clients as the tests' pools open; their queries take turns, for there is one engine. */
const maxConnections = 20;

/** PostgreSQL for the tests of a file: PGlite, which is PostgreSQL compiled to WebAssembly, behind a socket. */
export function usePostgresql(): PostgresqlServer {
  let database: PGlite | undefined;
  let server: PGLiteSocketServer | undefined;
  let url = '';
  beforeAll(async () => {
    database = await createDatabase();
    server = new PGLiteSocketServer({ db: database, port: 0, host: '127.0.0.1', maxConnections });
    await server.start();
    url = `postgres://postgres@${server.getServerConn()}/postgres`;
  });
  afterAll(async () => {
    await server?.stop();
    await database?.close();
  });
  return {
    get url() {
      return url;
    },
  };
}

const { version } = createRequire(import.meta.resolve('@electric-sql/pglite'))('../package.json');
const emptyPath = `node_modules/.cache/pglite-${version}.tar`;

/** To make the files of an empty database takes six seconds of CPU, to read them one: they are made once. */
async function createDatabase(): Promise<PGlite> {
  const files = emptyDatabase();
  if (files !== undefined) return PGlite.create({ loadDataDir: new Blob([files]) });
  const database = await PGlite.create();
  const dumped = await database.dumpDataDir('none');
  mkdirSync(dirname(emptyPath), { recursive: true });
  // Another test may do the same at this moment.
  const written = `${emptyPath}.${process.pid}`;
  writeFileSync(written, Buffer.from(await dumped.arrayBuffer()));
  renameSync(written, emptyPath);
  return database;
}

function emptyDatabase(): Buffer<ArrayBuffer> | undefined {
  try {
    return readFileSync(emptyPath);
  } catch {
    return undefined;
  }
}
