/**
 * Two traces of one computation, node by node.
 *
 * @module
 */
import type { Operation, Tensor } from "../../compute/tensor.js";
import { GaltonError } from "../../errors.js";

/** Which node of the other traces plays the part of one of the first. */
export class Peers {
  readonly #peers = new Map<Tensor, readonly Tensor[]>();

  of = (node: Tensor): readonly Tensor[] => this.#peers.get(node)!;

  match(node: Tensor, peers: readonly Tensor[]): void {
    const before = this.#peers.get(node);
    if (before?.some((peer, i) => peer !== peers[i])) throw refuse(`uses the result of "${node.operation.name}" elsewhere`);
    this.#peers.set(node, peers);
  }

  /** Matches what a node is computed from. */
  descend(node: Tensor, composed: Tensor | undefined): void {
    const peers = this.of(node);
    for (const peer of peers) assertSame(node, peer);
    for (const [i, source] of node.inputs.entries()) {
      this.match(
        source,
        peers.map(({ inputs }) => inputs[i]!),
      );
    }
    if (composed) this.match(composed, peers.map(composedOf));
  }
}

const composedOf = ({ operation, inputs }: Tensor): Tensor => (operation as Extract<Operation, { name: "fused" }>).kernel.compose(inputs);

function assertSame(node: Tensor, peer: Tensor): void {
  const [a, b] = [node.operation, peer.operation];
  if (a.name !== b.name || node.inputs.length !== peer.inputs.length) throw refuse(`has "${b.name}" in place of "${a.name}"`);
  if (a.name === "variable" && b.name === "variable" && a.variable !== b.variable) {
    const advice = "make the variables, and the layers that hold them, before the trace";
    throw refuseTrace(`makes the variable "${a.variable.name}" each time`, { expected: "the same variables each time", advice });
  }
  if (settingsOf(a) !== settingsOf(b)) throw refuse(`has another "${a.name}"`);
}

/** What must be equal besides lengths, as a text. */
function settingsOf(operation: Operation): string {
  switch (operation.name) {
    case "variable":
    case "constant":
    case "slice":
    case "pad":
      return operation.name;
    case "fused":
      return `${operation.kernel.name} ${operation.kernel.attributes}`;
    default:
      return JSON.stringify(operation);
  }
}

/** The error for a trace that depends on the number of events in more than lengths. */
export const refuse = (what: string): GaltonError =>
  refuseTrace(`${what} for another number of events`, {
    expected: "the same operations for any number",
    advice: "do not branch, loop or make constants by the length of the first axis",
  });

/** The error for a trace that cannot become a model. */
export const refuseTrace = (what: string, { expected, advice }: { readonly expected: string; readonly advice: string }): GaltonError =>
  new GaltonError(`onnxModel: trace ${what}; expected ${expected}; ${advice}`);
