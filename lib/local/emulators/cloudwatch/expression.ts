import { compileExpression } from 'filtrex';
import { z } from 'zod';
import type { Datapoint } from './model.ts';

/** Of a metric's datapoints, by the begin of their periods. */
type Series = ReadonlyMap<number, number>;

/**
 * Numbers, names of metrics, `+ - * / ( )`, comparisons, `FILL(metric, number)`, and `IF(condition, then, else)`: what alarms on
 * sums and rates need, and on rates that say nothing of few.
 */
const arithmetic = /^[\w\s.+\-*/(),<>=!]+$/;
const functions = new Set(['FILL', 'IF']);

export const mathExpression = z
  .string()
  .max(1024)
  .refine((text) => arithmetic.test(text) && namesIn(text).calls.every((name) => functions.has(name)), {
    error: 'only + - * / ( ), comparisons, FILL, IF and names of metrics are known here',
    abort: true,
  })
  .refine(isExpression, { error: 'is no expression' });

function isExpression(text: string): boolean {
  try {
    compiled(text);
    return true;
  } catch {
    return false;
  }
}

const compiled = (expression: string) =>
  compileExpression(expression, {
    extraFunctions: {
      FILL: (value: number, filling: number) => (Number.isNaN(value) ? filling : value),
      IF: (condition: number, then: number, otherwise: number) => (condition === 0 ? otherwise : then),
    },
  });

/** Which metrics an expression names, and which functions it calls. */
function namesIn(text: string): { metrics: string[]; calls: string[] } {
  const found = [...text.matchAll(/([A-Za-z_]\w*)(\s*\()?/g)];
  return {
    metrics: found.filter(([, , call]) => call === undefined).map(([, name = '']) => name),
    calls: found.filter(([, , call]) => call !== undefined).map(([, name = '']) => name),
  };
}

export const metricsIn = (expression: string): string[] => [...new Set(namesIn(expression).metrics)];

/**
 * The values of an expression in each period in which any of its metrics has one. A value that needs one that is missing, or divides
 * by nothing, is missing too.
 */
export function evaluateExpression(expression: string, series: ReadonlyMap<string, Series>): Datapoint[] {
  const evaluate = compiled(expression);
  const names = metricsIn(expression);
  // A comparison with what is missing would come to false.
  const needed = metricsIn(expression.replaceAll(/FILL\(\s*\w+\s*,/g, '('));
  const times = new Set(names.flatMap((name) => [...(series.get(name)?.keys() ?? [])]));
  return [...times]
    .sort((a, b) => a - b)
    .filter((timestampMs) => needed.every((name) => series.get(name)?.has(timestampMs)))
    .flatMap((timestampMs) => {
      const values = Object.fromEntries(names.map((name) => [name, series.get(name)?.get(timestampMs) ?? Number.NaN]));
      const value: unknown = evaluate(values);
      return typeof value === 'number' && Number.isFinite(value) ? [{ timestampMs, value }] : [];
    });
}
