/** A text that the grammar of its dialect does not take, or of which there is no advice to give. The message is for whoever wrote it. */
export class UnreadableQuery extends Error {
  override readonly name = 'UnreadableQuery';
  /** In UTF-16 code units, where the grammar stopped. */
  readonly offset: number | undefined;

  constructor(message: string, offset?: number) {
    super(message);
    this.offset = offset;
  }
}

/** Of what the grammars throw on texts that are nested beyond what their stacks hold. */
const tooDeep = (error: unknown): boolean => error instanceof RangeError || error instanceof WebAssembly.RuntimeError;

/** What a reader throws, as an `UnreadableQuery`; anything else is a fault of ours and stays what it is. */
export const asUnreadable = (error: unknown): unknown =>
  tooDeep(error) ? new UnreadableQuery('The text is nested too deeply.') : error;
