import { RE2JS, RE2JSException } from 're2js';
import { TemplateError } from './template.ts';

/** A text without operators, as long as a pattern may be, has 1,002. The time that a body takes grows with both. */
const mostInstructions = 1100;

/**
 * Compiles a pattern of a check or a capture. RE2 looks at a text once, whatever the pattern and the text are: one of the
 * backtracking kind could hold a worker for ever, by ill luck or because the target wants it so.
 * @throws TemplateError for what is none, for look-around and back-references, which RE2 has not, and for one whose repeats
 * make it too large
 */
export function compilePattern(pattern: string): RE2JS {
  let compiled: RE2JS;
  try {
    compiled = RE2JS.compile(RE2JS.translateRegExp(pattern));
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    const reason = error.message.replace('error parsing regexp: ', '');
    throw new TemplateError(
      `"${pattern}" is no regular expression of RE2, which has no look-ahead, look-behind or back-references (${reason})`,
    );
  }
  if (compiled.programSize() > mostInstructions) {
    throw new TemplateError(`the repeats of the regular expression "${pattern}" make it too large`);
  }
  return compiled;
}
