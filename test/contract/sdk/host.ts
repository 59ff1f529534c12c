import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));

export interface Program {
  readonly child: ChildProcess;
  /** What it wrote until now. */
  readonly output: () => string;
  /** Its first message. @throws when it ends without one */
  readonly ready: Promise<unknown>;
  /** Its exit code or signal, once it has ended. */
  readonly exit: Promise<number | string>;
}

/** The environment of a watched program: nothing but what is given. */
export const environmentFor = (url: string, more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
  HEADROOM_URL: url,
  HEADROOM_API_KEY: 'hr_test',
  HEADROOM_PROJECT: 'shop',
  HEADROOM_FLUSH_MS: '60000',
  ...more,
});

/** @param name of a file in `programs`, without its extension if that is `.ts` */
export function startProgram(name: string, env: NodeJS.ProcessEnv): Program {
  const file = name.includes('.') ? name : `${name}.ts`;
  const child = fork(fileURLToPath(new URL(`./programs/${file}`, import.meta.url)), {
    cwd: root,
    env,
    execArgv: ['--conditions=headroom-source', '--import', 'headroom/register'],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const exit = once(child, 'close').then(([code, signal]) => code ?? signal);
  const ready = Promise.race([
    once(child, 'message').then(([message]) => message),
    exit.then((status) => Promise.reject(new Error(`${name} ended with ${status}: ${output}`))),
  ]);
  // Not every program says something.
  ready.catch(() => {});
  return { child, output: () => output, ready, exit };
}

/** A service among `programs`, and what can be asked of it. */
export class Host {
  readonly program: Program;
  readonly address: string;

  private constructor(program: Program, address: string) {
    this.program = program;
    this.address = address;
  }

  static async start(env: NodeJS.ProcessEnv, name = 'host'): Promise<Host> {
    const program = startProgram(name, env);
    const address = String(await program.ready);
    return new Host(program, address);
  }

  async flush(): Promise<void> {
    this.program.child.send('flush');
    await once(this.program.child, 'message');
  }

  async get(path: string, method = 'GET'): Promise<string> {
    const response = await fetch(`${this.address}${path}`, { method });
    return `${response.status} ${await response.text()}`;
  }

  /** Ends it as an orchestrator would. */
  async terminate(signal: 'SIGTERM' | 'SIGINT' = 'SIGTERM'): Promise<number | string> {
    this.program.child.kill(signal);
    return this.program.exit;
  }
}
