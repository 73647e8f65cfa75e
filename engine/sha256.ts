import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

/** SHA-256 of files, as hexadecimal digits, in the order of the paths; computed by a thread of its own. */
export function sha256OfFiles(paths: readonly string[]): Promise<string[]> {
  if (paths.length === 0) return Promise.resolve([]);
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: paths });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

/** SHA-256 of one file, as hexadecimal digits. */
async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}

if (!isMainThread && parentPort !== null && Array.isArray(workerData)) {
  const digests: string[] = [];
  for (const path of workerData as string[]) digests.push(await sha256OfFile(path));
  parentPort.postMessage(digests);
}
