import type { ChildAnswer, ChildCall } from './child.ts';

/** What the module of a child exports as its default: it sets the work up, and returns what is asked of it then. */
interface ChildModule {
  default(setup: unknown): Promise<(argument: unknown) => unknown>;
}

/** A child process of a bench: `child-entry.ts MODULE SETUP`. It ends when its parent is gone. */
const [module = '', setup = '{}'] = process.argv.slice(2);
process.once('disconnect', () => process.exit());

const answer = (message: ChildAnswer): void => {
  process.send?.(message);
};

try {
  const { default: start }: ChildModule = await import(module);
  const work = await start(JSON.parse(setup));
  process.on('message', async ({ id, argument }: ChildCall) => {
    try {
      answer({ id, result: await work(argument) });
    } catch (error) {
      answer({ id, error: String(error instanceof Error ? error.stack : error) });
    }
  });
  answer({ id: 0 });
} catch (error) {
  answer({ id: 0, error: String(error instanceof Error ? error.stack : error) });
}
