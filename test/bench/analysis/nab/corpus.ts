import { readFileSync } from 'node:fs';

export interface NabSeries {
  /** As in `windows.json`: `realTweets/Twitter_volume_KO.csv`. */
  name: string;
  category: string;
  timestampsMs: number[];
  values: number[];
  /** Where the anomalies are, by the places of their first and last points, in the order of time. */
  windows: NabWindow[];
}

export interface NabWindow {
  first: number;
  last: number;
}

const directory = new URL('../../../data/nab/', import.meta.url);

/** NAB's times have no zone; which one is meant changes nothing here. */
const timeOf = (text: string): number => Date.parse(`${text.slice(0, 19).replace(' ', 'T')}Z`);

/**
 * The part of the Numenta Anomaly Benchmark that is in `test/data/nab`.
 * @param wanted by name; all when left out
 */
export function nabCorpus(wanted: (name: string) => boolean = () => true): NabSeries[] {
  const labels: Record<string, [string, string][]> = JSON.parse(
    readFileSync(new URL('windows.json', directory), 'utf8'),
  );
  return Object.entries(labels)
    .filter(([name]) => wanted(name))
    .map(([name, windows]) => readSeries(name, windows));
}

function readSeries(name: string, windows: readonly [string, string][]): NabSeries {
  const [, ...lines] = readFileSync(new URL(name, directory), 'utf8').trim().split(/\r?\n/);
  const points = lines.map((line) => line.split(','));
  const timestampsMs = points.map(([time = '']) => timeOf(time));
  const placeOf = (time: string): number => {
    const place = timestampsMs.indexOf(timeOf(time));
    if (place < 0) throw new Error(`${name} has no point at ${time}`);
    return place;
  };
  return {
    name,
    category: name.slice(0, name.indexOf('/')),
    timestampsMs,
    values: points.map(([, value]) => Number(value)),
    windows: windows.map(([first, last]) => ({ first: placeOf(first), last: placeOf(last) })),
  };
}
