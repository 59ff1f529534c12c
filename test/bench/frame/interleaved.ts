/**
 * Asks every subject once a round, one at a time and each round in another order, so that what changes on the machine in the
 * meantime falls on all of them alike.
 */
export async function interleaved<Subject, Sample>(
  subjects: readonly Subject[],
  rounds: number,
  ask: (subject: Subject, round: number) => Promise<Sample>,
): Promise<Map<Subject, Sample[]>> {
  const samples = new Map<Subject, Sample[]>(subjects.map((subject) => [subject, []]));
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < subjects.length; turn++) {
      const subject = subjects[(round + turn) % subjects.length];
      if (subject !== undefined) samples.get(subject)?.push(await ask(subject, round));
    }
  }
  return samples;
}
