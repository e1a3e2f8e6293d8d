import { mkdir, open, rename, rm, stat, truncate, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { GrowingFiles } from "./platform.js";

/**
 * Writes a whole file or nothing: into a temporary name in the same folder, then a rename.
 *
 * @param path - Where; the folders above it are made.
 * @param content - Text (UTF-8) or bytes.
 */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true });
  const temporary = join(folder, `.${basename(path)}.${process.pid}.${process.hrtime.bigint()}.tmp`);
  try {
    await writeFile(temporary, content);
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Node's form of files that grow. */
export const growingFiles: GrowingFiles = {
  async size(path) {
    try {
      return (await stat(path)).size;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw error;
    }
  },
  async readPart(path, from, length) {
    const file = await open(path, "r");
    try {
      const bytes = new Uint8Array(length);
      let done = 0;
      while (done < length) {
        const { bytesRead } = await file.read(bytes, done, length - done, from + done);
        if (bytesRead === 0) break;
        done += bytesRead;
      }
      return bytes.subarray(0, done);
    } finally {
      await file.close();
    }
  },
  async append(path, bytes) {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(path, "a");
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
  },
  truncate,
};
