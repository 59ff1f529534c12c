import { readFileSync } from 'node:fs';

export interface TcpdSeries {
  name: string;
  values: number[];
  /** The change points that each person saw: the indexes of first values of new levels. */
  annotations: number[][];
}

const directory = new URL('../../../data/tcpd/', import.meta.url);
const read = (name: string): string => readFileSync(new URL(`${name}.json`, directory), 'utf8');

/** The part of the Turing Change Point Dataset that is in `test/data/tcpd`. */
export function tcpdCorpus(): TcpdSeries[] {
  const annotations: Record<string, Record<string, number[]>> = JSON.parse(read('annotations'));
  return Object.entries(annotations).map(([name, byPerson]) => {
    const { series }: { series: [{ raw: number[] }] } = JSON.parse(read(name));
    return { name, values: series[0].raw, annotations: Object.values(byPerson) };
  });
}
