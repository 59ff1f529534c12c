import { decimal } from '../../contracts/figures.ts';

const units = [
  { name: 'd', ms: 86_400_000 },
  { name: 'h', ms: 3_600_000 },
  { name: 'min', ms: 60_000 },
  { name: 's', ms: 1000 },
];

/** `5 min`, `1 h`, `7 d`. */
export function stepInWords(ms: number): string {
  const { name, ms: unit } = units.find((each) => ms >= each.ms) ?? { name: 'ms', ms: 1 };
  return `${decimal(ms / unit)} ${name}`;
}
