import { z } from 'zod';
import { nearest } from './nearest.ts';

/**
 * An object that takes the names of its shape and no others. A name that it does not know is refused together with the one that was
 * probably meant.
 */
export const strictNamed = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? refusal(issue.keys as string[], Object.keys(shape)) : undefined,
  });

const refusal = (unknown: readonly string[], known: readonly string[]): string =>
  unknown
    .map((name) => {
      const near = nearest(name, known, 3);
      return `\`${name}\` is not known here: ${near === undefined ? `there are ${known.join(', ')}` : `did you mean \`${near}\`?`}`;
    })
    .join('; ');
