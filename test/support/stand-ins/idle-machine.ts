/** Stands in for the machine's CPU figures, which differ from run to run. */
export class MachineCpu {
  readonly meanPercent = 12.5;
}
