/**
 * Messages of the Jupyter protocol 5.4 and the one table that says which request is answered by which reply.
 *
 * @module
 */

export const PROTOCOL_VERSION = "5.4";

export type JsonObject = Record<string, unknown>;

/** Socket on which a message travels; heartbeats carry no messages. */
export type Channel = "shell" | "control" | "stdin" | "iopub";

export interface Header {
  readonly msg_id: string;
  readonly msg_type: string;
  readonly session: string;
  readonly username: string;
  /** ISO 8601. */
  readonly date: string;
  readonly version: string;
}

/** A message as the session and its transports exchange it. */
export interface Message<Content = JsonObject> {
  readonly channel: Channel;
  readonly header: Header;
  /** Header of the request that caused this message; empty where there is none. */
  readonly parent_header: Header | Record<string, never>;
  readonly metadata: JsonObject;
  readonly content: Content;
  /** Binary frames after the four JSON frames. */
  readonly buffers: readonly Uint8Array[];
  /** Routing prefix of a request, given back with its reply; the topic of a broadcast. */
  readonly identities: readonly Uint8Array[];
}

export interface ErrorContent {
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
}

/** The failing form that every reply may take. */
export type ErrorReply = { readonly status: "error" } & ErrorContent;

export interface LanguageInfo {
  readonly name: string;
  readonly version: string;
  readonly mimetype: string;
  readonly file_extension: string;
  readonly pygments_lexer: string;
  readonly codemirror_mode: string | JsonObject;
  readonly nbconvert_exporter: string;
}

export interface KernelInfo {
  readonly status: "ok";
  readonly protocol_version: string;
  readonly implementation: string;
  readonly implementation_version: string;
  readonly language_info: LanguageInfo;
  readonly banner: string;
  readonly debugger: boolean;
  readonly supported_features: readonly string[];
  readonly help_links: readonly { readonly text: string; readonly url: string }[];
}

export type MimeData = Readonly<Record<string, unknown>>;

/** Result of one user expression: a bundle or an error. */
export type ExpressionResult = { readonly status: "ok"; readonly data: MimeData; readonly metadata: JsonObject } | ErrorReply;

export type ExecuteReply =
  | {
      readonly status: "ok";
      readonly execution_count: number;
      readonly user_expressions: Readonly<Record<string, ExpressionResult>>;
      readonly payload: readonly JsonObject[];
    }
  | (ErrorReply & { readonly execution_count: number })
  | { readonly status: "aborted"; readonly execution_count: number };

export interface CompleteReply {
  readonly status: "ok";
  readonly matches: readonly string[];
  /** Code points, as `cursor_pos`. */
  readonly cursor_start: number;
  readonly cursor_end: number;
  readonly metadata: JsonObject;
}

export interface InspectReply {
  readonly status: "ok";
  readonly found: boolean;
  readonly data: MimeData;
  readonly metadata: JsonObject;
}

export type IsCompleteReply =
  | { readonly status: "complete" | "invalid" | "unknown" }
  | { readonly status: "incomplete"; readonly indent: string };

/** `[session, line, input]`, or with output `[session, line, [input, output]]`. */
export type HistoryTuple = readonly [number, number, string | readonly [string, string | null]];

export interface HistoryReply {
  readonly status: "ok";
  readonly history: readonly HistoryTuple[];
}

export interface CommInfoReply {
  readonly status: "ok";
  readonly comms: Readonly<Record<string, { readonly target_name: string }>>;
}

/** What each request is answered with. Comm messages have no reply. */
export interface ReplyContents {
  readonly kernel_info_request: KernelInfo;
  readonly execute_request: ExecuteReply;
  readonly complete_request: CompleteReply;
  readonly inspect_request: InspectReply;
  readonly is_complete_request: IsCompleteReply;
  readonly history_request: HistoryReply;
  readonly comm_info_request: CommInfoReply;
  readonly interrupt_request: { readonly status: "ok" };
  readonly shutdown_request: { readonly status: "ok"; readonly restart: boolean };
  readonly debug_request: { readonly success: false; readonly message: string } & JsonObject;
  readonly comm_open: undefined;
  readonly comm_msg: undefined;
  readonly comm_close: undefined;
}

export type RequestType = keyof ReplyContents;

type ReplyTypeOf<Request extends RequestType> = Request extends `${infer Stem}_request` ? `${Stem}_reply` : undefined;

/** The reply type of each request; the compiler holds every row to `x_request -> x_reply`. */
export const REPLY_TYPES = {
  kernel_info_request: "kernel_info_reply",
  execute_request: "execute_reply",
  complete_request: "complete_reply",
  inspect_request: "inspect_reply",
  is_complete_request: "is_complete_reply",
  history_request: "history_reply",
  comm_info_request: "comm_info_reply",
  interrupt_request: "interrupt_reply",
  shutdown_request: "shutdown_reply",
  debug_request: "debug_reply",
  comm_open: undefined,
  comm_msg: undefined,
  comm_close: undefined,
} as const satisfies { [Request in RequestType]: ReplyTypeOf<Request> };

/** Whether a message type is one that this kernel answers. */
export function isRequestType(type: string): type is RequestType {
  return Object.hasOwn(REPLY_TYPES, type);
}
