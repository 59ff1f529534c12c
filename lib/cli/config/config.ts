import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { configFileName } from '../../contracts/config/file.ts';
import type { CliContext } from '../context.ts';
import { CliError, type ExitCode, exitCodes, failureText } from '../failure.ts';
import { unmeasured } from '../figures.ts';
import { printAnswer } from '../print-answer.ts';
import type { Look } from '../terminal.ts';
import { textTable } from '../text-table.ts';
import { type EffectiveOption, effectiveOptions, originInWords } from './effective.ts';
import { faultsOfVariables } from './faults.ts';
import { configPathOf, readConfig } from './read.ts';
import { configSchemaText } from './schema.ts';
import { configTemplate } from './template.ts';

type Done = (code: ExitCode) => void;

interface Flags {
  json?: true;
  all?: true;
}

const schemaFile = fileURLToPath(new URL('../../../docs/headroom.config.schema.json', import.meta.url));

export function configCommand(context: CliContext, done: Done, given: () => string | undefined): Command {
  const path = (): string | undefined => configPathOf({ ...context, given: given() });
  return new Command('config')
    .summary(`${configFileName}: show, check, init, schema`)
    .description(`Shows which options hold and why, and checks and makes ${configFileName}.`)
    .addHelpText('after', examples)
    .addCommand(
      new Command('show')
        .summary('show what holds where no flag is given, and where each value is from')
        .description('Shows what holds where no flag is given, and where each value is from. Secrets are masked.')
        .option('--all', 'also what is as by default')
        .option('--json', 'print the result as JSON')
        .addHelpText('after', '\nExamples:\n  headroom config show\n  headroom config show --all --json')
        .action((flags: Flags) => done(show(flags, path(), context))),
    )
    .addCommand(
      new Command('check')
        .summary('check the file: every fault with its place; exits with 1 where there is one')
        .description(
          'Checks the file and the variables of options, and says of every fault where it is and what was probably meant.',
        )
        .argument('[file]', `by default the nearest ${configFileName}`)
        .option('--json', 'print the result as JSON')
        .addHelpText('after', '\nExamples:\n  headroom config check\n  headroom config check staging.yaml')
        .action((file: string | undefined, flags: Flags) =>
          done(check(file === undefined ? path() : resolve(context.workingDirectory, file), flags, context)),
        ),
    )
    .addCommand(
      new Command('init')
        .summary('write a file with every option, all of them left as by default')
        .description(`Writes ${configFileName} with every option in it, all of them left as by default.`)
        .addHelpText('after', '\nExamples:\n  headroom config init')
        .action(() => done(init(context))),
    )
    .addCommand(
      new Command('schema')
        .summary('print the JSON Schema of the file, for editors')
        .description('Prints the JSON Schema of the file, by which editors complete and check it.')
        .addHelpText('after', '\nExamples:\n  headroom config schema > headroom.config.schema.json')
        .action(() => {
          context.terminal.out(configSchemaText().trimEnd());
          done(exitCodes.ok);
        }),
    );
}

const examples = `
Examples:
  headroom config init
  headroom config check
  headroom config show
  headroom --config staging.yaml status

The file is the nearest ${configFileName} from the working directory upwards,
or that of --config (before the command) or HEADROOM_CONFIG.
Flags go before the environment, the environment before the file.`;

function show({ json, all }: Flags, path: string | undefined, context: CliContext): ExitCode {
  const { terminal, environment } = context;
  const config = path === undefined ? undefined : readConfig(path);
  const shown = effectiveOptions(environment, config).filter(({ origin }) => all || json || origin.kind !== 'default');
  if (path === undefined) terminal.err(`There is no ${configFileName}; \`headroom config init\` makes one.`);
  const answer = shown.map((each) => ({
    key: each.option.key,
    value: maskedValue(each),
    origin: originInWords(each.origin),
    variable: each.option.variable,
    flag: each.option.flag,
  }));
  return printAnswer(answer, json ? { json } : {}, context, () => optionLines(shown, terminal));
}

const maskedValue = ({ option, value, origin }: EffectiveOption): unknown =>
  option.isSecret && origin.kind === 'environment' ? '****' : value;

function optionLines(shown: readonly EffectiveOption[], { colours, width }: Look): string[] {
  if (shown.length === 0) return ['Everything is as by default.'];
  const rows = shown.map((each) => {
    const value = maskedValue(each);
    const text = value === undefined ? unmeasured : typeof value === 'object' ? JSON.stringify(value) : String(value);
    return [each.option.key, text, originInWords(each.origin)];
  });
  const head = ['option', 'value', 'from'].map((text) => colours.dim(text));
  return textTable(['left', 'left', 'left'], [head, ...rows], { width, shorten: 1 });
}

function check(path: string | undefined, { json }: Flags, { terminal, environment }: CliContext): ExitCode {
  if (path === undefined)
    throw new CliError(`There is no ${configFileName} here.`, { next: 'Make one with `headroom config init`.' });
  let faults: string[] = [];
  try {
    readConfig(path);
  } catch (error) {
    faults = failureText(error).split('\n');
  }
  faults.push(...faultsOfVariables(environment));
  if (json) terminal.out(JSON.stringify({ path, faults }, null, 2));
  else if (faults.length === 0) terminal.out(`${path} is right.`);
  else for (const fault of faults) terminal.out(fault);
  return faults.length === 0 ? exitCodes.ok : exitCodes.thresholdFailed;
}

function init({ terminal, workingDirectory }: CliContext): ExitCode {
  const path = join(workingDirectory, configFileName);
  if (existsSync(path)) throw new CliError(`There is a ${path} already.`, { next: 'Change it, or remove it first.' });
  const schema = existsSync(schemaFile) ? relative(dirname(path), schemaFile) : undefined;
  writeFileSync(path, configTemplate(schema));
  terminal.out(`Made ${path}: every option is in it, and none is changed.`);
  return exitCodes.ok;
}
