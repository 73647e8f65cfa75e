/** A state machine as data: for each state and input the next state and what is done; the types see that none is missing. */
export type StateTable<State extends string, Input extends string, Action extends string> = Readonly<
  Record<State, Readonly<Record<Input, StateEdge<State, Action>>>>
>;

export interface StateEdge<State extends string, Action extends string> {
  readonly to: State;
  readonly actions: readonly Action[];
}

export function edge<State extends string, Action extends string>(
  to: State,
  ...actions: Action[]
): StateEdge<State, Action> {
  return { to, actions };
}
