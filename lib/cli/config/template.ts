import { configFile } from '../../contracts/config/file.ts';
import { type ConfigOption, configOptions } from '../../contracts/config/options.ts';

/** A file that changes nothing: every option, with what it is for and what it is by default, to be taken in. */
export function configTemplate(schemaPath: string | undefined): string {
  const sections = Object.entries(configFile.shape).map(([name, schema]) => {
    const options = configOptions.filter(({ section }) => section === name);
    return [`# ${schema.description ?? name}`, `# ${name}:`, ...options.flatMap(linesOf)].join('\n');
  });
  return [
    ...(schemaPath === undefined ? [] : [`# yaml-language-server: $schema=${schemaPath}`]),
    '# What is left out is as by default. Flags and HEADROOM_* variables go before this file:',
    '# `headroom config show` says what holds, and why.',
    '',
    sections.join('\n\n'),
    '',
  ].join('\n');
}

function linesOf({ name, description, usual, isSecret }: ConfigOption): string[] {
  const value = usual === undefined ? (isSecret ? `\${NAME}` : '...') : JSON.stringify(usual);
  return [`#   # ${description.replaceAll('\n', ' ')}`, `#   ${name}: ${value}`];
}
