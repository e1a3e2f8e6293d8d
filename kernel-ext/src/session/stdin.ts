import type { Message } from "../wire/messages.js";
import type { Context } from "./context.js";
import type { PromptOptions } from "./host.js";
import type { Publisher } from "./publisher.js";

/** Sends an input request and blocks until a line arrives; null when the front end gives none. */
export type Ask = (request: Message) => string | null;

/** The cell asks for input where there is nobody to answer. */
export class StdinError extends Error {
  override readonly name = "StdinError";
}

export interface PromptParts {
  readonly publisher: Publisher;
  readonly ask: Ask | undefined;
  current(): Context | undefined;
}

/** `prompt(text, options)`: one line from whoever runs the cell. */
export function makePrompt({ publisher, ask, current }: PromptParts): (text: string, options: PromptOptions) => string | null {
  return (text, options) => {
    const context = current();
    if (!ask || !context?.cell?.allowStdin) {
      throw new StdinError(
        "prompt: there is nobody to ask, because this front end does not allow input; set the value in the code instead",
      );
    }
    const line = ask(publisher.inputRequest(context.cell.request, { prompt: text, password: options.password ?? false }));
    return line === "" ? (options.default ?? "") : line;
  };
}
