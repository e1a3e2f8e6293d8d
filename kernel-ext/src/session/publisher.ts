import { type Envelope, type EnvelopeParts, makeEnvelope } from "../wire/envelope.js";
import type { Message } from "../wire/messages.js";
import type { Cell } from "./context.js";
import { StreamBatch, type StreamName, type TextSink } from "./streams.js";

/** Everything the session says, in order: text that waits in the batch always leaves before the next message. */
export class Publisher {
  readonly #send: (message: Message) => void;
  readonly #envelope: Envelope;
  readonly #text: TextSink<Cell | undefined>;

  /** @param text - Takes printed text in place of `send`; batches it here when absent. */
  constructor(send: (message: Message) => void, session: string, text?: TextSink<Cell | undefined>) {
    this.#send = send;
    this.#envelope = makeEnvelope(session, "s");
    this.#text =
      text ??
      new StreamBatch((cell, name, chunk) =>
        this.#send(this.#envelope("iopub", "stream", { name, text: chunk }, { parent: cell?.request })),
      );
  }

  status(state: "busy" | "idle" | "starting", parent?: Message): void {
    this.broadcast("status", { execution_state: state }, { parent });
  }

  reply(request: Message, type: string, content: object): void {
    this.flush();
    this.#send(this.#envelope(request.channel, type, content, { parent: request }));
  }

  broadcast(type: string, content: object, parts: EnvelopeParts = {}): void {
    this.flush();
    this.#send(this.#envelope("iopub", type, content, parts));
  }

  /** Shows an output of a cell; a silent cell shows nothing. */
  output(cell: Cell | undefined, type: string, content: object): void {
    if (!cell?.silent) this.broadcast(type, content, { parent: cell?.request });
  }

  stream(cell: Cell | undefined, name: StreamName, text: string): void {
    if (!cell?.silent) this.#text.write(cell, name, text);
  }

  /** The message that asks for a line of input, not sent yet. */
  inputRequest(request: Message, content: { readonly prompt: string; readonly password: boolean }): Message {
    this.flush();
    return this.#envelope("stdin", "input_request", content, { parent: request });
  }

  flush(): void {
    this.#text.flush();
  }
}
