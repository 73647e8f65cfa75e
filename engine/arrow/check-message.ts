import type { Message } from 'apache-arrow';
import { ChecksumOf, checksumKey, segmentKey, sequenceKey } from '../../signalling/events/checked-message.ts';

/** Reads the body of a message piece by piece, so that a large one takes no memory. */
export type BodyPieces = Iterable<Uint8Array>;

/**
 * Checks the messages of a file one after the other: those of the event log carry a checksum and their number, which tell
 * damage that the format would take for values. Files of other writers have neither, and pass.
 */
export class MessageCheck {
  #isChecked = false;
  #batches = 0;

  /** In the words of an error message, what is wrong with the next message; undefined when nothing is. */
  fault(message: Message, header: Uint8Array, body: BodyPieces): string | undefined {
    const { metadata } = message;
    // A damaged header may have the key and no value, which the library gives as null.
    const checksum = metadata.get(checksumKey) ?? '';
    if (checksum === '') {
      return this.#isChecked ? 'a message without the checksum of those before begins' : undefined;
    }
    if (!this.#isChecked && !(message.isSchema() && metadata.has(segmentKey))) {
      return 'a message with a checksum begins behind those without one';
    }
    this.#isChecked = true;
    const found = new ChecksumOf(header, checksum);
    for (const piece of body) found.add(piece);
    if (!found.isRight) return `a message that is not as it was written (its checksum ${checksum} does not fit) begins`;
    if (message.isSchema()) return undefined;
    const sequence = metadata.get(sequenceKey);
    if (sequence !== String(this.#batches)) {
      return `batch ${sequence ?? 'without a number'} begins where batch ${this.#batches} should: one is missing or out of order`;
    }
    this.#batches++;
    return undefined;
  }
}
