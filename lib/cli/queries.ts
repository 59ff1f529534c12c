import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { type QueryDialect, queryAnalysisRequest, queryDialects } from '../contracts/query-analyses.ts';
import type { OperationRequest } from '../contracts/routes.ts';
import { type CommandFlags, connectTo } from './connection.ts';
import type { CliContext } from './context.ts';
import { answerLines } from './derived/answer-lines.ts';
import { CliError, type ExitCode } from './failure.ts';
import { fileContent } from './json-or-yaml.ts';
import { withConnection } from './options.ts';
import { printAnswer } from './print-answer.ts';
import { requireValid } from './request-faults.ts';

interface AnalyzeFlags extends CommandFlags {
  dialect?: QueryDialect;
  schema?: string;
  file?: string;
}

export function queriesCommand(context: CliContext, done: (code: ExitCode) => void): Command {
  const analyse = new Command('analyze')
    .summary('what is wrong with a query, and which indexes would serve it')
    .description('Analyses a query: complexity, parameters, what is wrong with it, and which indexes would serve it.')
    .argument('[query]', 'the query; or give --file')
    .addOption(new Option('--dialect <dialect>', 'whose language it is').choices(queryDialects))
    .option('--schema <file>', 'SQL that creates the tables')
    .option('--file <file>', 'the whole request, with statistics and plan, as JSON or YAML')
    .addHelpText('after', analyzeExamples);
  return new Command('queries')
    .summary('queries of a database: what is wrong with them')
    .description('Analyses queries that you write. Those that a service sends are shown by `headroom metrics queries`.')
    .addCommand(
      withConnection(analyse).action(async (query: string | undefined, flags: AnalyzeFlags) =>
        done(await analyze(query, flags, context)),
      ),
    )
    .addHelpText('after', analyzeExamples);
}

const analyzeExamples = `
Examples:
  headroom queries analyze 'SELECT * FROM orders WHERE customer = 7' --dialect postgresql --schema schema.sql
  headroom queries analyze --file query.yaml --json`;

async function analyze(query: string | undefined, flags: AnalyzeFlags, context: CliContext): Promise<ExitCode> {
  const { file, dialect, schema } = flags;
  if (query === undefined && file === undefined)
    throw new CliError('No query is given.', { next: 'Write it, or give --file.' });
  const given = file === undefined ? {} : (fileContent(file, context.workingDirectory) as object);
  const body = {
    ...given,
    ...(query === undefined ? {} : { query }),
    ...(dialect === undefined ? {} : { dialect }),
    ...(schema === undefined ? {} : { schema: readFileSync(resolve(context.workingDirectory, schema), 'utf8') }),
  };
  requireValid(queryAnalysisRequest, body, { dialect: '--dialect', schema: '--schema' });
  const request = { body: body as OperationRequest<'analyseQuery'>['body'] };
  const answer = await connectTo(flags, context).client.call('analyseQuery', request);
  return printAnswer(answer, flags, context, (told) => answerLines(told, context.terminal));
}
