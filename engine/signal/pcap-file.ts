import { createWriteStream, openSync } from 'node:fs';
import { PcapRecords, pcapHeader } from '../../signalling/trace/pcap.ts';
import type { Traffic } from '../../signalling/transport/transport-layer.ts';
import { OperatorError } from '../errors.ts';
import { counted } from '../render/amounts.ts';

/** A pcap file of all messages. Writing does not hold up calls: what the disk is too slow for waits, up to a limit. */
export interface PcapFile {
  write(traffic: Traffic): void;
  /** Says how many messages are not in the file, if any. */
  close(): Promise<void>;
}

/** Bytes that wait for the disk; beyond, messages are left out. */
const MOST_WAITING_BYTES = 64 * 1024 * 1024;

/**
 * @param tell told once when the file cannot be written on, and at the end what is missing
 * @throws OperatorError when it cannot be made
 */
export function openPcapFile(path: string, tell: (problem: string) => void): PcapFile {
  const stream = createWriteStream(path, { fd: create(path) });
  const records = new PcapRecords();
  let isBroken = false;
  let leftOut = 0;
  stream.on('error', ({ message }) => {
    isBroken = true;
    tell(`${path} cannot be written any more: ${message}`);
  });
  stream.write(pcapHeader());
  return {
    write: (traffic) => {
      if (isBroken || stream.writableLength >= MOST_WAITING_BYTES) leftOut++;
      else stream.write(records.record(traffic));
    },
    close: async () => {
      if (!isBroken) await new Promise((resolve) => stream.end(resolve));
      if (leftOut > 0)
        tell(`${counted(leftOut, 'message')} left out of ${path}: the disk took them too slowly, or not`);
    },
  };
}

function create(path: string): number {
  try {
    return openSync(path, 'w');
  } catch (error) {
    throw new OperatorError(
      `${path} cannot be made: ${(error as Error).message}; name a file in a folder that is there`,
      {
        cause: error,
      },
    );
  }
}
