import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

/**
 * SHA-256 of files, as hexadecimal digits, in the order of the paths; computed by a thread of its own. Undefined for a
 * file that cannot be read: the survey, which reads all of them, says why.
 */
export function sha256OfFiles(paths: readonly string[]): Promise<(string | undefined)[]> {
  if (paths.length === 0) return Promise.resolve([]);
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: paths });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

async function sha256OfFile(path: string): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  } catch {
    return undefined;
  }
  return hash.digest('hex');
}

if (!isMainThread && parentPort !== null && Array.isArray(workerData)) {
  const digests: (string | undefined)[] = [];
  for (const path of workerData as string[]) digests.push(await sha256OfFile(path));
  parentPort.postMessage(digests);
}
