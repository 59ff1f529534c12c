/**
 * What a step answered as its cursor. Cursors go through the hands of others, who may send anything.
 * @throws RangeError for what no step has answered
 */
export function readCursor<Place>(cursor: string, isPlace: (parsed: unknown) => parsed is Place): Place {
  const parsed = parsedJson(cursor);
  if (isPlace(parsed)) return parsed;
  throw new RangeError(`no step has answered the cursor ${JSON.stringify(cursor.slice(0, 100))}`);
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Two places among parts, and what lies behind them. */
export const isNumberedPlace = (parsed: unknown): parsed is [first: number, second: number, behind: string] =>
  Array.isArray(parsed) && Number.isInteger(parsed[0]) && Number.isInteger(parsed[1]) && typeof parsed[2] === 'string';
