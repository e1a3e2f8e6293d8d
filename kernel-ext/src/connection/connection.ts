/**
 * The connection file: where the five sockets are bound and with which key messages are signed.
 *
 * @module
 */
import { readFileSync } from "node:fs";

/** What a connection file says, checked. */
export interface Connection {
  readonly transport: "tcp" | "ipc";
  /** Address to bind, or the path prefix for ipc. */
  readonly ip: string;
  readonly ports: Readonly<Record<SocketName, number>>;
  /** Key of the signatures; an empty key means unsigned messages. */
  readonly key: string;
  /** Hash of the HMAC as node:crypto calls it, e.g. "sha256". */
  readonly hash: string;
}

export type SocketName = "shell" | "iopub" | "stdin" | "control" | "heartbeat";

/** The connection file is absent, is no JSON, or lacks a field. */
export class ConnectionError extends Error {
  override readonly name = "ConnectionError";
}

const PORT_FIELDS: Readonly<Record<SocketName, string>> = {
  shell: "shell_port",
  iopub: "iopub_port",
  stdin: "stdin_port",
  control: "control_port",
  heartbeat: "hb_port",
};

/**
 * Reads and checks a connection file.
 *
 * @param file - Path, as Jupyter passes it for `{connection_file}`.
 * @throws {ConnectionError} When the file cannot be read, is no JSON object, or a field is absent or of a wrong kind.
 */
export function readConnection(file: string): Connection {
  const record = parseObject(file, readText(file));
  const transport = record.transport ?? "tcp";
  if (transport !== "tcp" && transport !== "ipc") refuse(file, "transport", transport, '"tcp" or "ipc"');
  return {
    transport,
    ip: text(file, record, "ip"),
    ports: readPorts(file, record),
    key: text(file, record, "key"),
    hash: readHash(file, record.signature_scheme ?? "hmac-sha256"),
  };
}

/** The ZeroMQ address of a socket. */
export function address({ transport, ip, ports }: Connection, socket: SocketName): string {
  return transport === "tcp" ? `tcp://${ip}:${ports[socket]}` : `ipc://${ip}-${ports[socket]}`;
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new ConnectionError(
      `readConnection: ${file} cannot be read (${(error as NodeJS.ErrnoException).code}); expected a connection file`,
    );
  }
}

function parseObject(file: string, json: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new ConnectionError(`readConnection: ${file} is no JSON (${(error as SyntaxError).message}); expected a connection file`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new ConnectionError(`readConnection: ${file} holds no JSON object; expected a connection file`);
  }
  return value as Record<string, unknown>;
}

function readPorts(file: string, record: Record<string, unknown>): Record<SocketName, number> {
  const names = Object.keys(PORT_FIELDS) as SocketName[];
  return Object.fromEntries(names.map((name) => [name, port(file, PORT_FIELDS[name], record[PORT_FIELDS[name]])])) as Record<
    SocketName,
    number
  >;
}

function port(file: string, field: string, value: unknown): number {
  if (typeof value === "number" && Number.isInteger(value) && value > 0 && value < 65536) return value;
  return refuse(file, field, value, "a port number");
}

function text(file: string, record: Record<string, unknown>, field: string): string {
  const value = record[field];
  return typeof value === "string" ? value : refuse(file, field, value, "a string");
}

function readHash(file: string, scheme: unknown): string {
  if (typeof scheme === "string" && scheme.startsWith("hmac-")) return scheme.slice("hmac-".length);
  return refuse(file, "signature_scheme", scheme, '"hmac-" and a hash, e.g. "hmac-sha256"');
}

function refuse(file: string, field: string, value: unknown, expected: string): never {
  throw new ConnectionError(`readConnection: ${field} of ${file} is ${JSON.stringify(value)}; expected ${expected}`);
}
