import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Matrix, readNpy, type Simulations, writeNpy } from "../../index.js";
import type { TorchPeer } from "../torch-peer.js";
import type { Method } from "./methods.js";
import type { Observation } from "./observations.js";

/** What the peer is to do. */
export interface PeerRequest {
  readonly task: string;
  readonly method: NonNullable<Method["peer"]>;
  readonly simulations: Simulations;
  readonly observations: readonly Observation[];
  readonly draws: number;
  readonly seed: number;
}

/** What the peer did. */
export interface PeerRun {
  readonly trainSeconds: number;
  /** For each observation. */
  readonly sampleSeconds: readonly number[];
  /** Draws `[draws, D]` for each observation. */
  readonly samples: readonly Matrix[];
}

/** Trains and samples in Python on the same simulations; arrays go through files of the folder. */
export async function askPeer(peer: TorchPeer, folder: string, request: PeerRequest): Promise<PeerRun> {
  const { simulations, observations, method, ...rest } = request;
  const [theta, x] = [join(folder, "theta.npy"), join(folder, "x.npy")];
  writeFileSync(theta, writeNpy(simulations.theta));
  writeFileSync(x, writeNpy(simulations.x));
  const out = observations.map(({ number }) => join(folder, `draws-${number}.npy`));
  const ranges = Object.values(simulations.parameters);
  const answer = await peer.ask({ ...rest, ...method, ranges, theta, x, out, observations: observations.map((each) => each.x) });
  const samples = out.map((file) => readNpy("galton bench sbi", file, readFileSync(file)));
  return { trainSeconds: answer.trainSeconds as number, sampleSeconds: answer.sampleSeconds as number[], samples };
}
