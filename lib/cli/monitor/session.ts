import type { CliContext } from '../context.ts';
import { type Key, keysIn } from './keys.ts';
import type { Poller } from './poller.ts';
import { Screen } from './screen.ts';
import { viewOf } from './view.ts';

export interface SessionParts {
  input: NodeJS.ReadStream;
  output: NodeJS.WriteStream;
  context: CliContext;
  intervalMs: number;
  /** Made here, so that its changes are drawn. */
  pollerOf: (onChange: () => void) => Poller;
}

/** The clock, and the ages of what is not told any more. */
const clockMs = 1_000;

/** Shows the view until somebody quits, or the process is told to end. The terminal is as before then, whatever happened. */
export async function runSession({ input, output, context, intervalMs, pollerOf }: SessionParts): Promise<void> {
  const screen = new Screen(output);
  const ended = Promise.withResolvers<void>();
  let isDrawing = false;
  const draw = (): void => {
    // Of answers that come together, one drawing.
    if (isDrawing) return;
    isDrawing = true;
    setImmediate(() => {
      isDrawing = false;
      const canvas = { colours: context.terminal.colours, nowMs: Date.now() };
      screen.draw(viewOf(poller.state, screen.size, canvas));
    });
  };
  const poller = pollerOf(draw);
  const enter = (): void => {
    screen.open();
    input.setRawMode(true);
    input.resume();
    screen.forget();
    draw();
  };
  const leave = (): void => {
    input.setRawMode(false);
    input.pause();
    screen.close();
  };
  const suspend = (): void => {
    leave();
    process.once('SIGCONT', enter);
    process.kill(process.pid, 'SIGTSTP');
  };
  const act = (key: Key): void => {
    if (key === 'quit') ended.resolve();
    else if (key === 'suspend') suspend();
    else if (key === 'help') poller.toggleHelp();
    else if (key === 'refresh') void poller.refresh();
    else poller.choose(chosenBy(key, poller));
  };
  const onInput = (bytes: Buffer | string): void => keysIn(bytes.toString()).forEach(act);
  const onResize = (): void => {
    screen.forget();
    draw();
  };
  const end = (): void => ended.resolve();
  const { signal } = context.interrupts;

  input.on('data', onInput).on('end', end);
  output.on('resize', onResize);
  process.on('SIGHUP', end);
  signal.addEventListener('abort', end, { once: true });
  const timers = [setInterval(() => void poller.refresh(), intervalMs), setInterval(draw, clockMs)];
  try {
    if (signal.aborted) return;
    enter();
    void poller.refresh();
    await ended.promise;
  } finally {
    for (const timer of timers) clearInterval(timer);
    poller.stop();
    process.removeListener('SIGHUP', end).removeListener('SIGCONT', enter);
    signal.removeEventListener('abort', end);
    input.removeListener('data', onInput).removeListener('end', end);
    output.removeListener('resize', onResize);
    leave();
  }
}

function chosenBy(key: 'up' | 'down' | 'first' | 'last' | { project: number }, { state }: Poller): string | undefined {
  const names = (state.told.projects.value ?? []).map(({ project }) => project);
  if (typeof key === 'object') return names[key.project];
  if (key === 'first') return names[0];
  if (key === 'last') return names.at(-1);
  const at = names.indexOf(state.chosen ?? '');
  return names[Math.max(0, Math.min(names.length - 1, at + (key === 'up' ? -1 : 1)))];
}
