import { spawnSync } from 'node:child_process';

/** What a child process printed as its last line, with its time and peak memory. */
export interface Measured {
  readonly seconds: number;
  readonly peakMiB: number;
  readonly [figure: string]: number | string;
}

/** Runs one measurement in a process of its own, so that memory and caches of others do not count. */
export function measure(script: string, ...args: string[]): Measured {
  const child = spawnSync(
    process.execPath,
    ['--max-old-space-size=1024', new URL(script, import.meta.url).pathname, ...args],
    {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  if (child.status !== 0) throw new Error(`${script} ${args.join(' ')} failed`);
  return JSON.parse(child.stdout.trim().split('\n').at(-1) as string);
}

/** Prints what `measure` reads. Peak memory is the largest resident set of the process. */
export function report(figures: Record<string, number | string>): void {
  const peakMiB = Math.round(process.resourceUsage().maxRSS / 1024);
  process.stdout.write(`${JSON.stringify({ ...figures, peakMiB })}\n`);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted.length % 2 === 1
    ? sorted[(sorted.length - 1) / 2]
    : (sorted[sorted.length / 2 - 1] + sorted[sorted.length / 2]) / 2;
}

/** Median with lowest and highest: `12.3 (11.9 to 13.0)`. */
export function spread(values: readonly number[], digits = 2): string {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return `${median(values).toFixed(digits)} (${low.toFixed(digits)} to ${high.toFixed(digits)})`;
}
