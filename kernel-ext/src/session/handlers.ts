import type { Engine } from "../engine/engine.js";
import type { KernelInfo, Message, ReplyContents, RequestType } from "../wire/messages.js";
import type { Comms } from "./comms.js";
import type { Executor, Guard } from "./execute.js";
import type { History } from "./history.js";
import { historyReply } from "./history-request.js";
import { completeReply, inspectReply, isCompleteReply } from "./language.js";
import { debugReply } from "./unsupported.js";

/** One handler per request type, at content level; the envelope and busy and idle are the dispatcher's. */
export type Handlers = { readonly [Type in RequestType]: (request: Message) => ReplyContents[Type] | Promise<ReplyContents[Type]> };

export interface HandlerParts {
  readonly engine: Engine;
  readonly info: KernelInfo;
  readonly history: History;
  readonly guard: Guard;
  readonly executor: Executor;
  readonly comms: Comms;
  interrupt(): void;
}

export function makeHandlers({ engine, info, history, guard, executor, comms, interrupt }: HandlerParts): Handlers {
  return {
    kernel_info_request: () => info,
    execute_request: (request) => executor.execute(request),
    complete_request: ({ content }) => guarded(guard, () => completeReply(engine, content)),
    inspect_request: ({ content }) => guarded(guard, () => inspectReply(engine, content)),
    is_complete_request: ({ content }) => guarded(guard, async () => isCompleteReply(engine, content)),
    history_request: ({ content }) => historyReply(history, content),
    comm_info_request: ({ content }) => comms.info(typeof content.target_name === "string" ? content.target_name : undefined),
    comm_open: async (request) => void (await comms.handleOpen(request)),
    comm_msg: async (request) => void (await comms.handleMessage(request)),
    comm_close: async (request) => void (await comms.handleClose(request)),
    debug_request: debugReply,
    interrupt_request: () => {
      interrupt();
      return { status: "ok" };
    },
    shutdown_request: ({ content }) => ({ status: "ok", restart: content.restart === true }),
  };
}

async function guarded<T>(guard: Guard, work: () => Promise<T>): Promise<T> {
  guard.enter();
  try {
    return await work();
  } finally {
    guard.leave();
  }
}
