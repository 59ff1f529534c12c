import { numberIn, runCommand } from './command.ts';
import type { Load, LoadFigures } from './generator.ts';

const path = '/items/17';

/** The generators that are no JavaScript. Each asks for one path and checks nothing; seconds include their connecting. */
export const tools: Record<'wrk' | 'hey' | 'ab', (load: Load) => Promise<LoadFigures>> = {
  async wrk({ url, connections, seconds }) {
    const duration = `${Math.max(1, Math.round(seconds))}s`;
    const { printed, cpuSeconds } = await runCommand([
      'wrk',
      '-t1',
      `-c${connections}`,
      `-d${duration}`,
      `${url}${path}`,
    ]);
    if (/Non-2xx|Socket errors/.test(printed)) throw new Error(`wrk had failures: ${printed}`);
    const requests = numberIn(printed, /(\d+) requests in/);
    return { requests, seconds: numberIn(printed, /requests in\s+([\d.]+)s/), cpuSeconds };
  },
  async hey({ url, connections, seconds }) {
    const { printed, cpuSeconds } = await runCommand([
      'hey',
      '-cpus',
      '1',
      '-z',
      `${seconds}s`,
      '-c',
      `${connections}`,
      `${url}${path}`,
    ]);
    const requests = numberIn(printed, /\[200\]\s+(\d+) responses/);
    return { requests, seconds: numberIn(printed, /Total:\s+([\d.]+) secs/), cpuSeconds };
  },
  async ab({ url, connections, seconds }) {
    const many = '100000000';
    const duration = String(Math.max(1, Math.round(seconds)));
    const command = ['ab', '-k', '-q', '-c', `${connections}`, '-t', duration, '-n', many, `${url}${path}`];
    const { printed, cpuSeconds } = await runCommand(command);
    const requests = numberIn(printed, /Complete requests:\s+(\d+)/);
    return { requests, seconds: numberIn(printed, /Time taken for tests:\s+([\d.]+)/), cpuSeconds };
  },
};
