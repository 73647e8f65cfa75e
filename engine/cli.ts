#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { demoCommand } from './commands/demo.ts';
import { explainCommand } from './commands/explain.ts';
import { impactCommand } from './commands/impact.ts';
import { initCommand } from './commands/init.ts';
import { loadCommand } from './commands/load.ts';
import { parametersCommand } from './commands/parameters.ts';
import { pruneCommand } from './commands/prune.ts';
import { rateCommand } from './commands/rate.ts';
import { ratesCommand } from './commands/rates.ts';
import { reconcileCommand } from './commands/reconcile.ts';
import { reportCommand } from './commands/report.ts';
import { rerateCommand } from './commands/rerate.ts';
import { retryCommand } from './commands/retry.ts';
import { runsCommand } from './commands/runs.ts';
import { signalCommand } from './commands/signal.ts';
import { simulateCommand } from './commands/simulate.ts';
import { sqlCommand } from './commands/sql.ts';
import { statementCommand } from './commands/statement.ts';
import { verifyCommand } from './commands/verify.ts';
import { exitStatus, FailedLater, OperatorError } from './errors.ts';
import { version } from './finish-run.ts';
import { storageFault } from './storage-fault.ts';
import { tellFailure, tellingOf, usageFailure } from './tell-failure.ts';

const program = new Command('ratemill')
  // An option belongs to the command it stands behind: `signal` and `signal status` have --json both.
  .enablePositionalOptions()
  .description('Rates call events from Arrow files into DuckDB, exactly.')
  .version(version())
  .showHelpAfterError('(add --help for the options and examples)')
  .addHelpText(
    'after',
    `
Exit status:
  0  done
  1  failed, nothing changed
  2  wrong usage or configuration
  3  done, but some input was left out or rejected, or a reconciliation is beyond its limits
  4  done, but more calls than --max-unrated have no rate or account`,
  )
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
  .addCommand(reportCommand())
  .addCommand(impactCommand())
  .addCommand(rerateCommand())
  .addCommand(runsCommand())
  .addCommand(verifyCommand())
  .addCommand(pruneCommand())
  .addCommand(parametersCommand())
  .addCommand(simulateCommand())
  .addCommand(signalCommand());

const telling = tellingOf(process.argv.slice(2));
const quiet = telling.log !== undefined || telling.oneLine;
for (const command of allCommands(program)) {
  command.exitOverride();
  if (quiet) command.configureOutput({ writeErr: () => undefined });
}

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error);
}

/** Says what went wrong and what is stored, and returns the exit status. Only our own mistakes show a stack. */
function report(failure: unknown): number {
  const { cause: error, kept } = failure instanceof FailedLater ? failure : { cause: failure, kept: undefined };
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return exitStatus.done;
    return quiet ? tellFailure(usageFailure(error.message), telling) : exitStatus.usage;
  }
  if (error instanceof OperatorError) {
    const { exitStatus: status, message } = error;
    const details = kept === undefined ? error.details : [...error.details, kept];
    return tellFailure({ exitStatus: status, message, details }, telling);
  }
  const fault = storageFault(error, kept);
  if (fault !== undefined) return report(fault);
  const message = `a mistake of the program, please report it; ${kept ?? 'nothing was changed'}`;
  const stack = String(error instanceof Error ? error.stack : error);
  return tellFailure({ exitStatus: exitStatus.failed, message, stack }, telling);
}

function allCommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap((child) => allCommands(child as Command))];
}
