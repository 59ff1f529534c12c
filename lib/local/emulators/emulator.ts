export interface Emulator {
  /** `http://127.0.0.1:PORT`, for AWS_ENDPOINT_URL_*. */
  readonly endpoint: string;
  /** Resolves when nothing of it runs any more; may be called again. */
  stop(): Promise<void>;
}

export interface EmulatorOptions {
  /** Where it keeps its data; created when missing. One emulator at a time may use it. */
  readonly dataDir: string;
  /** Default 0: a free one. */
  readonly port?: number;
  /** It ended without `stop()`. The error says why, as far as that is known. */
  readonly onUnexpectedExit?: (error: Error) => void;
}
