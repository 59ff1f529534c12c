import type { CreatedKey, CreateKeyRequest } from '../contracts/keys.ts';
import type { PageFiles } from '../pages/page-files.ts';
import type { Client } from '../sdk/client.ts';
import type { DataPlace, DataPort } from './deployment/data-port.ts';
import type { DeploymentsPort } from './deployment/port.ts';
import type { Interrupts } from './interrupts.ts';
import type { Terminal } from './terminal.ts';

export interface StartPlatform {
  port: number;
  dataDirectory: string;
  /** By which it is set: `REDIS_URL`, `HEADROOM_TESTING_POLICY`, ... */
  environment: NodeJS.ProcessEnv;
  /** What goes wrong beside any request. */
  log: (line: string) => void;
  /** A part ended that nothing works without. */
  onFailure: (error: Error) => void;
}

/** The platform on this machine, as the local runtime hands it over. */
export interface LocalPlatform {
  readonly apiUrl: string;
  readonly redis: boolean;
  readonly logFile: string;
  /** Straight into the key store: how the first key is made. */
  createKey(request: CreateKeyRequest): Promise<CreatedKey>;
  /** Starts the demo service, which reports to the platform with this key. Resolves to its address when it answers. */
  startDemo(options: { project: string; apiKey: string }): Promise<string>;
  stop(): Promise<void>;
}

/** What lies outside of the command line's reach, handed to it by `bin`. */
export interface Ports {
  /** @throws Error whose message is one sentence for the terminal */
  startPlatform(options: StartPlatform): Promise<LocalPlatform>;
  /** Empties a data directory of Headroom. @throws Error when it is none, or in use */
  clearDataDirectory(directory: string): Promise<void>;
  /** Makes a key in a deployment's table, under the caller's own AWS credentials. */
  createKeyInTable(table: string, request: CreateKeyRequest): Promise<CreatedKey>;
  /** Deployments in the caller's AWS account. */
  deployments(): Promise<DeploymentsPort>;
  /** The tables of a platform. @throws Error of one sentence */
  openData(place: DataPlace): Promise<DataPort>;
  /** Asks a person. @returns undefined where there is none */
  ask(question: string): Promise<string | undefined>;
  /** Of `lib/pages/browser/plot-page.ts`, built for browsers. */
  plotPageFiles(): Promise<PageFiles>;
}

/** What every command stands on. */
export interface CliContext {
  readonly terminal: Terminal;
  /** With what the file of options says of it. */
  readonly environment: NodeJS.ProcessEnv;
  readonly workingDirectory: string;
  /** Where keys are pressed, if anybody presses any. */
  readonly input?: NodeJS.ReadStream | undefined;
  readonly interrupts: Interrupts;
  readonly ports: Ports;
  /** Of the Headroom that the command has found, once it has. */
  client?: Client;
}
