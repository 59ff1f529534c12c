/** What is wrong with a script, and where: `path` in its structure (`config.phases.0.duration`), line and column in its text. */
export type ScriptFault = { path: string; message: string; line?: number; column?: number };

const place = ({ line, column }: ScriptFault): string =>
  line === undefined ? '' : column === undefined ? ` (line ${line})` : ` (line ${line}, column ${column})`;

const worded = (fault: ScriptFault): string =>
  `${fault.path === '' ? 'The script' : fault.path} ${fault.message}${place(fault)}`;

/** A script that cannot run as it is. Its message names the first fault and counts the rest. */
export class ScriptError extends Error {
  override name = 'ScriptError';
  readonly faults: readonly ScriptFault[];

  constructor(faults: readonly ScriptFault[]) {
    const [first, ...rest] = faults;
    if (first === undefined) throw new RangeError('a script error needs a fault');
    super(`${worded(first)}${rest.length === 0 ? '' : `, and ${rest.length} more`}.`);
    this.faults = faults;
  }
}
