import { interleaved } from '../../frame/interleaved.ts';
import { type Goal, type Row, ratioGoal } from '../../frame/result.ts';
import type { Measure } from '../../frame/run-bench.ts';
import { figureOf, median, medianRow } from '../../frame/samples.ts';
import { generatorModules, type LoadFigures } from '../generator.ts';
import { type GeneratorName, missing, withGenerators } from '../generators.ts';
import { withTarget } from '../target.ts';

const efforts = {
  full: { rounds: 7, seconds: 3 },
  quick: { rounds: 2, seconds: 0.6 },
  smoke: { rounds: 1, seconds: 0.2 },
};

interface Throughput {
  name: string;
  title: string;
  tls: boolean;
  connections: number;
  subjects: readonly GeneratorName[];
  /** Fewer, for a peer whose start takes long. */
  quickRounds?: number;
  /** At least so many times as many requests a second as each. */
  goals: Partial<Record<GeneratorName, number>>;
}

interface Sample extends LoadFigures {
  /** Share of its core that the target used, 0 to 1. */
  targetShare: number;
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;

function rowsOf(title: string, target: string, samples: Map<GeneratorName, Sample[]>): Row[] {
  return Array.from(samples, ([subject, each]) => {
    const rates = each.map(({ requests, seconds }) => requests / seconds);
    const cpuUs = each.flatMap(({ requests, cpuSeconds }) =>
      cpuSeconds === undefined ? [] : [(cpuSeconds / requests) * 1e6],
    );
    const cpu = cpuUs.length === 0 ? '' : `${median(cpuUs).toFixed(2)} us of a core each; `;
    const share = percent(median(each.map(({ targetShare }) => targetShare)));
    return { ...medianRow(title, subject, 'requests/s', rates), note: `${cpu}${target} at ${share} of its core` };
  });
}

/** As many requests as each generator manages against the same target, each on a core of its own. */
export const throughput = ({ name, title, tls, connections, subjects, quickRounds, goals }: Throughput): Measure => ({
  name,
  async run({ effort, chosen }) {
    const wanted = chosen(subjects);
    const absent = missing(wanted);
    const names = wanted.filter((each) => !absent.includes(each));
    const { seconds, ...usual } = efforts[effort];
    const rounds = (effort === 'quick' ? quickRounds : undefined) ?? usual.rounds;
    return withTarget(tls, (target) =>
      withGenerators(names, async (run) => {
        const ask = async (subject: GeneratorName, of: number): Promise<Sample> => {
          const before = target.cpuSeconds();
          const began = performance.now();
          const figures = await run(subject, { url: target.url, connections, seconds: of });
          const targetShare = (target.cpuSeconds() - before) / ((performance.now() - began) / 1_000);
          return { ...figures, targetShare };
        };
        // The code of those that keep their processes is warm from their second run on.
        const warmedUp = names.filter((each) => Object.hasOwn(generatorModules, each));
        await interleaved(warmedUp, 1, (subject) => ask(subject, Math.min(1, seconds)));
        const rows = rowsOf(title, target.name, await interleaved(names, rounds, (subject) => ask(subject, seconds)));
        const [first] = rows;
        if (first !== undefined && absent.length > 0) first.note += `; not installed here: ${absent.join(', ')}`;
        return { rows, goals: goalsOf(title, rows, goals) };
      }),
    );
  },
});

function goalsOf(title: string, rows: readonly Row[], goals: Throughput['goals']): Goal[] {
  const measured = figureOf(rows, 'headroom');
  return rows.flatMap(({ subject, samples, value }) => {
    const atLeast = Object.entries(goals).find(([peer]) => peer === subject)?.[1];
    if (atLeast === undefined || samples.length === 0) return [];
    return ratioGoal({ name: `${title} to ${subject}`, measured, of: value, to: subject, atLeast });
  });
}
