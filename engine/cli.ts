#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { demoCommand } from './commands/demo.ts';
import { explainCommand } from './commands/explain.ts';
import { initCommand } from './commands/init.ts';
import { loadCommand } from './commands/load.ts';
import { parametersCommand } from './commands/parameters.ts';
import { rateCommand } from './commands/rate.ts';
import { ratesCommand } from './commands/rates.ts';
import { reconcileCommand } from './commands/reconcile.ts';
import { retryCommand } from './commands/retry.ts';
import { runsCommand } from './commands/runs.ts';
import { simulateCommand } from './commands/simulate.ts';
import { sqlCommand } from './commands/sql.ts';
import { statementCommand } from './commands/statement.ts';
import { verifyCommand } from './commands/verify.ts';
import { exitStatus, OperatorError } from './errors.ts';
import { version } from './finish-run.ts';

const program = new Command('ratemill')
  .description('Rates call events from Arrow files into DuckDB, exactly.')
  .version(version())
  .showHelpAfterError('(add --help for the options and examples)')
  .addCommand(initCommand())
  .addCommand(demoCommand())
  .addCommand(loadCommand())
  .addCommand(ratesCommand())
  .addCommand(rateCommand())
  .addCommand(retryCommand())
  .addCommand(explainCommand())
  .addCommand(statementCommand())
  .addCommand(reconcileCommand())
  .addCommand(sqlCommand())
  .addCommand(runsCommand())
  .addCommand(verifyCommand())
  .addCommand(parametersCommand())
  .addCommand(simulateCommand());

for (const command of allCommands(program)) command.exitOverride();

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error);
}

/** Says what went wrong and returns the exit status. Only our own mistakes show a stack. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitStatus.done : exitStatus.usage;
  if (error instanceof OperatorError) {
    process.stderr.write(`ratemill: ${error.message}\n${error.details.map((line) => `  ${line}\n`).join('')}`);
    return error.exitStatus;
  }
  process.stderr.write(`ratemill: a mistake of the program, please report it; nothing was changed\n`);
  process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
  return exitStatus.failed;
}

function allCommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap((child) => allCommands(child as Command))];
}
