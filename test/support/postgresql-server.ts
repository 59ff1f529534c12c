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
    database = await PGlite.create();
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
