import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A file of lines that one process appends to. */
export interface SpoolFile {
  /** Bytes of whole lines that count. */
  size(): number;
  /** Appends lines; where it throws none of them counts. */
  append(lines: Buffer, synced: boolean): Promise<void>;
  /** What counts is on disk afterwards. */
  sync(): Promise<void>;
  /** The last line without its newline; null where there is none. */
  lastLine(): Promise<Buffer | null>;
  close(): Promise<void>;
}

/** Opens or creates it, mode 0600. A line that a dying process left unfinished is cut off, so that no record is glued to it. */
export async function openSpoolFile(path: string): Promise<SpoolFile> {
  const file = await open(path, constants.O_RDWR | constants.O_CREAT, 0o600);
  let end: number;
  try {
    end = await endOfLastLine(file, (await file.stat()).size);
    await file.truncate(end);
    await syncDirectory(dirname(path));
  } catch (error) {
    await file.close();
    throw error;
  }
  let leftovers = false;

  return {
    size: () => end,
    async append(lines, synced) {
      try {
        // What a failed append has left must not follow after what this one writes.
        if (leftovers) await file.truncate(end);
        leftovers = true;
        await writeFully(file, lines, end);
        if (synced) await file.datasync();
        leftovers = false;
        end += lines.length;
      } catch (cause) {
        await file.truncate(end).catch(() => {});
        throw cause;
      }
    },
    sync: () => file.datasync(),
    async lastLine() {
      if (end === 0) return null;
      const start = await endOfLastLine(file, end - 1);
      return await readFully(file, start, end - 1 - start);
    },
    close: () => file.close(),
  };
}

/** Without it a new file's name, and all records with it, could be lost with the power. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, constants.O_RDONLY);
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** Reads whole lines from an offset, at least one and else no more than that many bytes. */
export async function readLines(path: string, offset: number, end: number, mostBytes: number): Promise<Buffer[]> {
  const file = await open(path, constants.O_RDONLY);
  try {
    for (let length = Math.min(mostBytes, end - offset); length > 0; length = Math.min(length * 2, end - offset)) {
      const bytes = await readFully(file, offset, length);
      const newline = bytes.lastIndexOf(0x0a);
      if (newline !== -1) return splitLines(bytes.subarray(0, newline + 1));
      if (length === end - offset) break;
    }
    return [];
  } finally {
    await file.close();
  }
}

function splitLines(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let start = 0; start < bytes.length; ) {
    const newline = bytes.indexOf(0x0a, start);
    lines.push(bytes.subarray(start, newline));
    start = newline + 1;
  }
  return lines;
}

async function writeFully(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const result = await file.write(bytes, written, bytes.length - written, position + written);
    written += result.bytesWritten;
  }
}

async function readFully(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  let read = 0;
  while (read < length) {
    const { bytesRead } = await file.read(bytes, read, length - read, position + read);
    if (bytesRead === 0) return bytes.subarray(0, read);
    read += bytesRead;
  }
  return bytes;
}

/** The end of the last whole line before this byte. */
async function endOfLastLine(file: FileHandle, before: number): Promise<number> {
  const block = Buffer.alloc(64 * 1024);
  let end = before;
  while (end > 0) {
    const start = Math.max(0, end - block.length);
    const { bytesRead } = await file.read(block, 0, end - start, start);
    const newline = block.subarray(0, bytesRead).lastIndexOf(0x0a);
    if (newline !== -1) return start + newline + 1;
    end = start;
  }
  return 0;
}
