/** What Lambda reports of an invocation in its function's log. */
export interface InvocationReport {
  durationMs: number;
  billedMs: number;
  memoryMb: number;
  maxMemoryUsedMb: number;
  /** It began with the start of a new environment. Absent: it did not. */
  initMs?: number;
  timedOut: boolean;
}

const numberAfter = (name: string, line: string): number | undefined => {
  const found = new RegExp(`(?:^|\\t| )${name}: ([\\d.]+)`).exec(line)?.[1];
  return found === undefined ? undefined : Number(found);
};

/**
 * Reads a REPORT line, as text or as JSON (`platform.report`), whichever format the function logs in.
 *
 * @returns undefined where the line is none
 * @see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html
 */
export function reportOf(line: string): InvocationReport | undefined {
  if (line.startsWith('REPORT RequestId:')) return ofText(line);
  return line.startsWith('{') ? ofJson(line) : undefined;
}

function ofText(line: string): InvocationReport | undefined {
  // `Duration` stands in the names of others too: the first one is the invocation's own.
  const initMs = numberAfter('Init Duration', line) ?? numberAfter('Restore Duration', line);
  return whole({
    durationMs: numberAfter('Duration', line.slice(0, line.indexOf('Billed'))),
    billedMs: numberAfter('Billed Duration', line),
    memoryMb: numberAfter('Memory Size', line),
    maxMemoryUsedMb: numberAfter('Max Memory Used', line),
    initMs,
    timedOut: /\bStatus: timeout\b/.test(line),
  });
}

function ofJson(line: string): InvocationReport | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    return undefined;
  }
  const { type, record } = parsed as {
    type?: unknown;
    record?: { status?: unknown; metrics?: Record<string, unknown> };
  };
  const metrics = record?.metrics;
  if (type !== 'platform.report' || typeof metrics !== 'object' || metrics === null) return undefined;
  const value = (name: string): number | undefined => {
    const found = metrics[name];
    return typeof found === 'number' ? found : undefined;
  };
  return whole({
    durationMs: value('durationMs'),
    billedMs: value('billedDurationMs'),
    memoryMb: value('memorySizeMB'),
    maxMemoryUsedMb: value('maxMemoryUsedMB'),
    initMs: value('initDurationMs') ?? value('restoreDurationMs'),
    timedOut: record?.status === 'timeout',
  });
}

type Read = { [Name in Exclude<keyof InvocationReport, 'timedOut'>]: number | undefined } & { timedOut: boolean };

function whole({
  durationMs,
  billedMs,
  memoryMb,
  maxMemoryUsedMb,
  initMs,
  timedOut,
}: Read): InvocationReport | undefined {
  if (durationMs === undefined || billedMs === undefined || memoryMb === undefined || maxMemoryUsedMb === undefined) {
    return undefined;
  }
  const report = { durationMs, billedMs, memoryMb, maxMemoryUsedMb, timedOut };
  return initMs === undefined ? report : { ...report, initMs };
}
