import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { findFreePort } from '../../lib/local/emulators/free-port.ts';
import { superviseProgram } from '../../lib/local/supervision/supervised-program.ts';
import { programPath } from './programs.ts';

export interface MariadbServer {
  /** What the driver takes: a socket's path, the user, a database that is there. */
  readonly connection: { socketPath: string; user: string; database: string };
  /** Where it listens besides. */
  readonly url: string;
}

/** Debian keeps it where PATH leads root only. */
export const mariadbPath = (): string | undefined => programPath('mariadbd') ?? programPath('../sbin/mariadbd');

/** Small, and without accounts: the system's tables are not even made. */
const argumentsFor = (directory: string, socketPath: string, port: number): string[] => [
  '--no-defaults',
  `--datadir=${directory}/data`,
  `--socket=${socketPath}`,
  '--user=root',
  '--bind-address=127.0.0.1',
  `--port=${port}`,
  '--skip-grant-tables',
  '--innodb-buffer-pool-size=8M',
  '--innodb-log-file-size=4M',
  '--innodb-flush-log-at-trx-commit=0',
];

/** A MariaDB for the tests of a file. */
export function useMariadb(): MariadbServer {
  // Short: a socket's path may have 107 characters.
  const directory = mkdtempSync(join(tmpdir(), 'headroom-mariadb-'));
  const socketPath = join(directory, 's');
  let port = 0;
  let stop = async (): Promise<void> => {};
  beforeAll(async () => {
    mkdirSync(join(directory, 'data', 'shop'), { recursive: true });
    port = await findFreePort();
    const ready = Promise.withResolvers<void>();
    const child = await superviseProgram({
      name: 'mariadb',
      runDirectory: join(directory, 'run'),
      command: mariadbPath() ?? 'mariadbd',
      args: argumentsFor(directory, socketPath, port),
      stopGraceMs: 0,
      onStderrLine: (line) => {
        if (line.includes('ready for connections') || line.startsWith('Version:')) ready.resolve();
      },
      onUnexpectedExit: ({ lastStderrLines }) => {
        ready.reject(new Error(`mariadbd ended: ${lastStderrLines.join('\n')}`));
      },
    });
    stop = () => child.stop();
    await ready.promise;
  });
  afterAll(async () => {
    await stop();
    rmSync(directory, { recursive: true, force: true });
  });
  return {
    connection: { socketPath, user: 'root', database: 'shop' },
    get url() {
      return `mysql://root@127.0.0.1:${port}/shop`;
    },
  };
}
