import { createWriteStream } from 'node:fs';
import { PcapRecords, pcapHeader } from '../../signalling/trace/pcap.ts';
import type { Traffic } from '../../signalling/transport/transport-layer.ts';
import { OperatorError } from '../errors.ts';

/** A pcap file of all messages. Writing does not hold up calls: what the disk is too slow for waits, up to a limit. */
export interface PcapFile {
  write(traffic: Traffic): void;
  close(): Promise<void>;
}

/** Bytes that wait for the disk; beyond, messages are left out. */
const MOST_WAITING_BYTES = 64 * 1024 * 1024;

/** @param failed told once when the file cannot be written */
export function openPcapFile(path: string, failed: (problem: string) => void): PcapFile {
  const stream = createWriteStream(path);
  const records = new PcapRecords();
  let isBroken = false;
  stream.on('error', ({ message }) => {
    isBroken = true;
    failed(new OperatorError(`${path} cannot be written: ${message}`).message);
  });
  stream.write(pcapHeader());
  return {
    write: (traffic) => {
      if (!isBroken && stream.writableLength < MOST_WAITING_BYTES) stream.write(records.record(traffic));
    },
    close: () => new Promise((resolve) => (isBroken ? resolve() : stream.end(resolve))),
  };
}
