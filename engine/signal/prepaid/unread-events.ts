import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CallEvent } from '../../../signalling/events/call-event.ts';
import { readSegment } from '../../../signalling/events/read-segment.ts';

/**
 * The events of a softswitch in the segments of a folder that no run has read, also of the one that is being written.
 *
 * @param readFiles `name bytes` of those that runs have read
 */
export function* unreadEvents(
  folder: string,
  softswitch: string,
  readFiles: ReadonlySet<string>,
): Generator<CallEvent> {
  for (const name of readdirSync(folder).sort()) {
    if (!name.startsWith(`${softswitch}-`) || !/\.arrows(\.open)?$/.test(name)) continue;
    const bytes = readFileSync(join(folder, name));
    if (readFiles.has(`${name} ${bytes.length}`)) continue;
    for (const event of readSegment(bytes).events) if (event.softswitch === softswitch) yield event;
  }
}
