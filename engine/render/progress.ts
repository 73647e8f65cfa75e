import { SingleBar } from 'cli-progress';

export interface RunProgress {
  update(stage: 'survey' | 'rate', done: number, total: number): void;
  stop(): void;
}

/** A bar a stage, on standard error and only on a terminal. */
export function runProgress(): RunProgress {
  if (!process.stderr.isTTY) return { update: () => undefined, stop: () => undefined };
  let bar: SingleBar | undefined;
  let shown: string | undefined;
  let drawnAt = 0;
  return {
    update(stage, done, total) {
      if (stage !== shown) {
        bar?.stop();
        bar = newBar(stage);
        bar.start(total, done);
        shown = stage;
      }
      // Rating holds the event loop, so the bar is drawn from here and not by its timer.
      if (performance.now() - drawnAt < 100 && done < total) return;
      drawnAt = performance.now();
      bar?.update(done);
    },
    stop() {
      bar?.stop();
      bar = undefined;
    },
  };
}

function newBar(stage: 'survey' | 'rate'): SingleBar {
  const [label, unit] = stage === 'survey' ? ['surveying', 'files'] : ['rating   ', 'calls'];
  return barOf(label, unit);
}

/** One bar, on standard error and only on a terminal. */
export function bar(label: string, unit: string): { update(done: number, total: number): void; stop(): void } {
  let drawnAt = 0;
  let shown: SingleBar | undefined;
  return {
    update(done, total) {
      if (!process.stderr.isTTY || performance.now() - drawnAt < 100) return;
      drawnAt = performance.now();
      if (shown === undefined) {
        shown = barOf(label, unit);
        shown.start(total, done);
      }
      shown.update(done);
    },
    stop() {
      shown?.stop();
      shown = undefined;
    },
  };
}

function barOf(label: string, unit: string): SingleBar {
  return new SingleBar({
    format: `${label} [{bar}] {percentage} % | {value}/{total} ${unit} | {eta_formatted} left`,
    stream: process.stderr,
    clearOnComplete: true,
    // A cursor that is hidden stays so when the run is stopped by a signal.
    hideCursor: null,
    fps: 10,
    barsize: 40,
  });
}
