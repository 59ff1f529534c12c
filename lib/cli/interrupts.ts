export interface Interrupts {
  /** Aborted by the first SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
  /** From now on a further one ends the process at once, with this exit code. */
  endAtSecond(exitCode: number): void;
}

/** One Ctrl-C arrives twice: from the terminal, and from npm or the launcher, which pass it on. */
const sameKeyPressMs = 500;

/** Takes the process's signals over, for good. */
export function takeInterrupts(target: NodeJS.Process): Interrupts {
  const controller = new AbortController();
  let firstAtMs: number | undefined;
  let exitCode: number | undefined;
  const interrupt = (): void => {
    const nowMs = performance.now();
    firstAtMs ??= nowMs;
    controller.abort(new Interrupted());
    if (exitCode !== undefined && nowMs - firstAtMs > sameKeyPressMs) target.exit(exitCode);
  };
  target.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  return {
    signal: controller.signal,
    endAtSecond(code) {
      exitCode = code;
    },
  };
}

export class Interrupted extends Error {
  override name = 'Interrupted';

  constructor() {
    super('Interrupted.');
  }
}
