import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { inflateRawSync } from 'node:zlib';

/**
 * Unpacks a zip file as VS Code unpacks a VSIX, with the files' modes. Enough for what vsce writes: deflated or stored, no encryption, less
 * than 4 GB (https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT).
 * @returns paths of the files inside, as they stand in the zip
 */
export async function unzip(file: string, folder: string): Promise<readonly string[]> {
  const zip = await readFile(file);
  const paths: string[] = [];
  for (const { path, mode, bytes } of entries(zip)) {
    if (path.endsWith('/')) continue;
    const target = join(folder, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, bytes);
    await chmod(target, mode);
    paths.push(path);
  }
  return paths;
}

interface Entry {
  readonly path: string;
  /** Permissions, for example 0o755. */
  readonly mode: number;
  readonly bytes: Buffer;
}

/** Signature and length of a directory entry without its variable parts. */
const directoryEntry = { signature: 0x02014b50, length: 46 };
const endSignature = Buffer.from([0x50, 0x4b, 0x05, 0x06]);

function* entries(zip: Buffer): Generator<Entry> {
  const end = zip.lastIndexOf(endSignature);
  let at = zip.readUInt32LE(end + 16);
  while (zip.readUInt32LE(at) === directoryEntry.signature) {
    const nameEnd = at + directoryEntry.length + zip.readUInt16LE(at + 28);
    yield {
      path: zip.toString('utf8', at + directoryEntry.length, nameEnd),
      mode: (zip.readUInt32LE(at + 38) >>> 16) & 0o777,
      bytes: content(zip, at),
    };
    at = nameEnd + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
}

/** @param at offset of the directory entry, which alone knows the sizes */
function content(zip: Buffer, at: number): Buffer {
  const [method, size, local] = [zip.readUInt16LE(at + 10), zip.readUInt32LE(at + 20), zip.readUInt32LE(at + 42)];
  const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
  const packed = zip.subarray(start, start + size);
  return method === 0 ? packed : inflateRawSync(packed);
}
