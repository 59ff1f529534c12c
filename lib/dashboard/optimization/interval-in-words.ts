import { decimal } from '../../contracts/figures.ts';

/** `4.1 to 9.8 %`. */
export const intervalInWords = ({ lowPercent, highPercent }: { lowPercent: number; highPercent: number }): string =>
  `${decimal(lowPercent)} to ${decimal(highPercent)} %`;
