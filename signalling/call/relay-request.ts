import { answerTo } from '../message/answer.ts';
import { cseq } from '../message/cseq.ts';
import type { SipRequest, SipResponse } from '../message/message.ts';
import type { ServerTransaction } from '../transaction/server-transaction.ts';
import { type Leg, sequenceOf } from './leg.ts';
import { bodyOf, isSameBody, type SessionBody, withBody } from './session-body.ts';
import { termsOfRequest } from './session-timer.ts';

/** A request within an answered call, from one side, for the other. */
export interface RelayedRequest {
  readonly request: SipRequest;
  readonly transaction: ServerTransaction;
  readonly from: Leg;
  readonly to: Leg;
  /** `SS_SIP_SESSION_TTL`. */
  readonly ttlSeconds: number;
}

/**
 * Works on INVITE, UPDATE and INFO within a dialog. A request that only refreshes the session is answered here, since each
 * leg has a session timer of its own; one with a new description goes to the other side, and its answer back.
 */
export function relayRequest(relayed: RelayedRequest): void {
  const { request, transaction, from, ttlSeconds } = relayed;
  const { method } = request;
  if (method === 'INFO') {
    handOn(relayed, 'INFO', undefined);
    return;
  }
  if (from.offering || from.answering) {
    transaction.respond(glare(relayed));
    return;
  }
  const asked = termsOfRequest(request.headers, ttlSeconds);
  if (asked.kind === 'tooSmall') {
    const answer = answerTo(request, 422);
    answer.headers.append('Min-SE', '90');
    transaction.respond(answer);
    return;
  }
  from.dialog.refreshTarget(request);
  const offer = bodyOf(request);
  const isRefresh =
    method === 'UPDATE' ? offer === undefined : isSameBody(offer, from.received) && from.sent !== undefined;
  from.confirm(from.hasTimer && asked.kind === 'agreed' ? asked.terms : undefined);
  from.learnAllowed(request);
  if (isRefresh) answerHere(relayed);
  else handOn(relayed, method === 'UPDATE' && relayed.to.allowsUpdate ? 'UPDATE' : 'INVITE', offer);
}

/** RFC 3261, 14.2: two offers at a time. */
function glare({ request, from }: RelayedRequest): SipResponse {
  if (from.offering) return answerTo(request, 491);
  const answer = answerTo(request, 500);
  answer.headers.append('Retry-After', String(Math.floor(Math.random() * 11)));
  return answer;
}

function answerHere(relayed: RelayedRequest): void {
  const { request, from } = relayed;
  answer(relayed, from.answer(request, request.method === 'INVITE' ? from.sent : undefined), () => undefined);
}

/** Sends the request to the other side, and hands its answer back. */
function handOn(relayed: RelayedRequest, method: 'INVITE' | 'UPDATE' | 'INFO', offer: SessionBody | undefined): void {
  const { request, transaction, from, to } = relayed;
  const makesOffer = method !== 'INFO';
  if (makesOffer && (to.offering || to.answering)) {
    transaction.respond(answerTo(request, 491));
    return;
  }
  if (makesOffer) {
    from.answering = true;
    to.offering = true;
  }
  const done = () => {
    if (!makesOffer) return;
    from.answering = false;
    to.offering = false;
  };
  const sent = to.make(method, method === 'INFO' ? bodyOf(request) : offer);
  let ackAgain: (() => void) | undefined;
  let isOver = false;
  const refuse = (status: number) => {
    if (isOver) return;
    isOver = true;
    done();
    transaction.respond(answerTo(request, status));
  };
  const receive = (response: SipResponse) => {
    const { status } = response;
    if (status < 200) return;
    if (status >= 300) {
      refuse(status === 422 || status === 401 || status === 407 ? 500 : status);
      return;
    }
    if (isOver) {
      ackAgain?.();
      return;
    }
    isOver = true;
    if (makesOffer) {
      to.dialog.refreshTarget(response);
      to.learn(response);
      to.confirm();
      if (offer !== undefined) to.sent = from.received = offer;
    }
    const acknowledge = (body: SessionBody | undefined) => {
      to.sendAck(sequenceOf(response), body, (again) => {
        ackAgain = again;
      });
    };
    const body = bodyOf(response);
    if (method === 'INVITE' && offer !== undefined) acknowledge(undefined);
    if (makesOffer && body !== undefined) from.sent = body;
    const back = makesOffer ? from.answer(request, body) : withBody(answerTo(request, status), body);
    answer(relayed, back, (ack) => {
      done();
      // The answer was an offer, and the ACK has the answer to it (RFC 3261, 13.2.1).
      if (method !== 'INVITE' || offer !== undefined) return;
      const description = ack && bodyOf(ack);
      if (description !== undefined) from.received = to.sent = description;
      acknowledge(description);
    });
  };
  to.send(
    sent,
    { onResponse: receive, onTimeout: () => refuse(408), onTransportFault: () => refuse(503) },
    (cancel) => {
      transaction.onCancel = cancel;
    },
  );
}

/** Gives the answer back; `over` when nothing of the exchange is open any more, with the ACK if there is one. */
function answer(
  { request, transaction, from }: RelayedRequest,
  response: SipResponse,
  over: (ack: SipRequest | undefined) => void,
): void {
  if (request.method !== 'INFO') from.appendTerms(response, request);
  if (request.method !== 'INVITE') {
    transaction.respond(response);
    over(undefined);
    return;
  }
  const sequence = cseq(request.headers.first('CSeq') as string)?.number as number;
  from.answerInvite(transaction, { answer: response, sequence }, { onAck: over, onNoAck: () => over(undefined) });
}
