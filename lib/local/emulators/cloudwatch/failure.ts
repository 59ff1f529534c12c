/** An answer with an error, by the code and status that CloudWatch gives. */
export class CloudWatchFailure extends Error {
  override readonly name = 'CloudWatchFailure';
  readonly code: string;
  readonly status: number;

  constructor(code: string, status: number, message: string) {
    super(message);
    this.code = code;
    this.status = status;
  }
}
