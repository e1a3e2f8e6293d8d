/**
 * The messages of an ONNX file, by the numbers of their fields.
 *
 * @module
 * @source onnx/onnx.proto3, IR version 8; https://onnx.ai/onnx/repo-docs/IR.html
 */
import type { Count } from "./count.js";
import { Message } from "./protobuf.js";

/** Number of the version of the operators that we write. */
const OPSET = 17;
/** The version of the container that came with it. */
const IR_VERSION = 8;

/** Kinds of numbers, as TensorProto.DataType numbers them. */
export const FLOAT = 1;
export const INT64 = 7;
export const BOOL = 9;

/** A setting of a node: a whole number, a list of them, or a text. */
export type Attribute = number | string | readonly number[];

const TYPES = { INT: 2, STRING: 3, INTS: 7 } as const;

/** AttributeProto. */
function attributeMessage(name: string, value: Attribute): Message {
  const message = new Message().text(1, name);
  if (typeof value === "number") return message.int(3, value).int(20, TYPES.INT);
  if (typeof value === "string") return message.text(4, value).int(20, TYPES.STRING);
  for (const one of value) message.int(8, one);
  return message.int(20, TYPES.INTS);
}

export interface NodeFields {
  readonly opType: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** NodeProto. */
export function nodeMessage({ opType, inputs, outputs, attributes }: NodeFields): Message {
  const message = new Message();
  for (const name of inputs) message.text(1, name);
  for (const name of outputs) message.text(2, name);
  message.text(3, outputs[0]!).text(4, opType);
  for (const [name, value] of Object.entries(attributes)) message.message(5, attributeMessage(name, value));
  return message;
}

export interface TensorFields {
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: typeof FLOAT | typeof INT64;
  /** Little-endian. */
  readonly raw: Uint8Array;
}

/** TensorProto. */
export function tensorMessage({ name, shape, type, raw }: TensorFields): Message {
  const message = new Message();
  for (const length of shape) message.int(1, length);
  return message.int(2, type).text(8, name).bytes(9, raw);
}

/** ValueInfoProto of a float32 array; an axis whose length is no number has a text instead. */
export function valueMessage(name: string, shape: readonly Count[]): Message {
  const axes = new Message();
  for (const { fixed, perEvent } of shape) {
    axes.message(1, perEvent === 0 ? new Message().int(1, fixed) : new Message().text(2, axisName({ fixed, perEvent })));
  }
  const tensorType = new Message().int(1, FLOAT).message(2, axes);
  return new Message().text(1, name).message(2, new Message().message(1, tensorType));
}

const axisName = ({ fixed, perEvent }: Count): string => `${perEvent === 1 ? "" : `${perEvent}*`}N${fixed > 0 ? "+" : ""}${fixed || ""}`;

export interface GraphFields {
  readonly name: string;
  readonly nodes: readonly Message[];
  readonly initializers: readonly Message[];
  readonly inputs: readonly Message[];
  readonly outputs: readonly Message[];
}

/** GraphProto. */
export function graphMessage({ name, nodes, initializers, inputs, outputs }: GraphFields): Message {
  const message = new Message();
  for (const node of nodes) message.message(1, node);
  message.text(2, name);
  for (const tensor of initializers) message.message(5, tensor);
  for (const value of inputs) message.message(11, value);
  for (const value of outputs) message.message(12, value);
  return message;
}

export interface ModelFields {
  readonly producer: { readonly name: string; readonly version: string };
  readonly description: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly graph: Message;
}

/** ModelProto. */
export function modelMessage({ producer, description, metadata, graph }: ModelFields): Message {
  const message = new Message().int(1, IR_VERSION).text(2, producer.name).text(3, producer.version).text(6, description);
  message.message(7, graph).message(8, new Message().text(1, "").int(2, OPSET));
  for (const [key, value] of Object.entries(metadata)) message.message(14, new Message().text(1, key).text(2, value));
  return message;
}
