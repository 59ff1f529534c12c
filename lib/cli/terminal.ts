import pc from 'picocolors';

export type Colours = ReturnType<typeof pc.createColors>;

/** Where a command writes. Results go to `out`; progress, notes and errors to `err`, so that `--json` can be piped. */
export interface Terminal {
  out(line: string): void;
  err(line: string): void;
  /** For `out`: none unless it is a terminal. */
  readonly colours: Colours;
  /** Where a progress bar can be drawn; undefined where it cannot. */
  readonly bars: NodeJS.WriteStream | undefined;
}

export function terminalOf(
  stdout: NodeJS.WriteStream,
  stderr: NodeJS.WriteStream,
  environment: NodeJS.ProcessEnv,
): Terminal {
  const isPlain = environment.NO_COLOR !== undefined || environment.TERM === 'dumb';
  return {
    out: (line) => stdout.write(`${line}\n`),
    err: (line) => stderr.write(`${line}\n`),
    colours: pc.createColors(stdout.isTTY === true && !isPlain),
    bars: stderr.isTTY === true && environment.TERM !== 'dumb' ? stderr : undefined,
  };
}
