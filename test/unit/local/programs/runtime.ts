// A stand-in for the runtime: locks argv[2], supervises a native program and a busy module, and tells their pids.
import { join } from 'node:path';
import { lockDataDirectory } from '../../../../lib/local/supervision/data-directory-lock.ts';
import { guardianPid } from '../../../../lib/local/supervision/guardian.ts';
import { superviseModule } from '../../../../lib/local/supervision/supervised-module.ts';
import { superviseProgram } from '../../../../lib/local/supervision/supervised-program.ts';

const directory = process.argv[2] ?? '';
const runDirectory = join(directory, 'run');
lockDataDirectory(directory);
const program = await superviseProgram({ name: 'sleep', runDirectory, command: 'sleep', args: ['1000'] });
const busy = await superviseModule({
  name: 'busy',
  runDirectory,
  module: new URL('./busy.ts', import.meta.url),
  env: {},
});
await new Promise<void>((resolve) => {
  process.on('message', resolve);
  process.send?.({ program: program.pid, busy: busy.pid, guardian: guardianPid() });
});
process.exit(0);
