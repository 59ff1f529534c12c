import pc from 'picocolors';

export type Colours = ReturnType<typeof pc.createColors>;

/** How results look on `out`. */
export interface Look {
  /** None unless it is a terminal. */
  readonly colours: Colours;
  /** In columns, for what can be arranged; of the terminal, within reason. */
  readonly width: number;
}

/** Where a command writes. Results go to `out`; progress, notes and errors to `err`, so that `--json` can be piped. */
export interface Terminal extends Look {
  out(line: string): void;
  err(line: string): void;
  /** Where a progress bar can be drawn; undefined where it cannot. */
  readonly bars: NodeJS.WriteStream | undefined;
  /** Where the whole screen can be drawn; absent where it cannot. */
  readonly screen?: NodeJS.WriteStream | undefined;
}

/** Lines that are longer are hard to read, and shorter ones hold no table. */
const maxWidth = 120;
const minWidth = 60;
/** For files, pipes and logs. */
const plainWidth = 100;

/** To the line's beginning, and clears it: a note takes the place of a progress bar, which is drawn anew below it. */
const overBar = '\r\u001b[K';

export function terminalOf(
  stdout: NodeJS.WriteStream,
  stderr: NodeJS.WriteStream,
  environment: NodeJS.ProcessEnv,
): Terminal {
  const [plain, coloured] = [pc.createColors(false), pc.createColors(true)];
  const bars = stderr.isTTY === true && environment.TERM !== 'dumb' ? stderr : undefined;
  return {
    out: (line) => stdout.write(`${line}\n`),
    err: (line) => stderr.write(`${bars === undefined ? '' : overBar}${line}\n`),
    get colours() {
      return isColoured(environment, stdout.isTTY === true) ? coloured : plain;
    },
    get width() {
      // A terminal that does not know its size says 0.
      const columns = (stdout.isTTY === true && stdout.columns) || plainWidth;
      return Math.min(maxWidth, Math.max(minWidth, columns));
    },
    bars,
    screen: stdout.isTTY === true && environment.TERM !== 'dumb' ? stdout : undefined,
  };
}

/** By what is said for every program, then by the option of Headroom, else where somebody looks at it. */
function isColoured(environment: NodeJS.ProcessEnv, isTerminal: boolean): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM, HEADROOM_OUTPUT_COLOURS: wanted } = environment;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== '') return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false;
  if (wanted === 'always' || wanted === 'never') return wanted === 'always';
  return isTerminal && TERM !== 'dumb';
}
