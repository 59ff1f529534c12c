import { siblingModule } from '../supervision/sibling-module.ts';
import { superviseModule } from '../supervision/supervised-module.ts';
import type { Instance, InstanceOptions } from './instance.ts';
import type { FromInstance } from './protocol.ts';

export async function startProcess(options: InstanceOptions): Promise<Instance> {
  const child = await superviseModule({
    name: options.name,
    runDirectory: options.runDirectory,
    module: siblingModule(import.meta.url, 'process-entry'),
    env: options.environment,
    execArgv: [`--max-old-space-size=${options.memoryMb}`],
    // Lambda does not ask a sandbox to end, it ends it.
    stopGraceMs: 0,
    onMessage: (message) => options.onMessage(message as FromInstance),
    onStdoutLine: options.onLine,
    onStderrLine: options.onLine,
  });
  return {
    send: (message) => void child.send(message),
    ended: child.exited.then(({ code, signal }) => (signal === null ? `exit status ${code}` : `signal: ${signal}`)),
    end: () => child.stop(),
  };
}
