/** Presents the workspace's files to ts-morph. Writing is refused: the analysis never changes a file. */
import { InMemoryFileSystemHost, type FileSystemHost, type RuntimeDirEntry } from 'ts-morph';
import type { SourceHost } from '../engine.ts';

/** Throws the error that ts-morph understands as "not there", and does not export: a file may be open in an editor and gone from disk. */
const nothing = new InMemoryFileSystemHost();

export function embeddedFiles(host: SourceHost): FileSystemHost {
  const read = (file: string): string => {
    const text = host.readFile(file);
    return text ?? nothing.readFileSync(file);
  };
  const refuse = (): never => {
    throw new Error('the analysis does not write files');
  };
  const refuseLater = async (): Promise<never> => refuse();
  return {
    isCaseSensitive: () => host.isCaseSensitive,
    getCurrentDirectory: () => host.currentDirectory,
    readFileSync: read,
    readFile: async (file) => read(file),
    fileExistsSync: (file) => host.fileExists(file),
    fileExists: async (file) => host.fileExists(file),
    directoryExistsSync: (directory) => host.directoryExists(directory),
    directoryExists: async (directory) => host.directoryExists(directory),
    realpathSync: (path) => host.realpath(path),
    readDirSync: (directory): RuntimeDirEntry[] =>
      host.readDirectory(directory).map(({ path, kind }) => ({
        name: path,
        isFile: kind === 'file',
        isDirectory: kind === 'directory',
        isSymlink: kind === 'link',
      })),
    glob: async () => [],
    globSync: () => [],
    delete: refuseLater,
    deleteSync: refuse,
    writeFile: refuseLater,
    writeFileSync: refuse,
    mkdir: refuseLater,
    mkdirSync: refuse,
    move: refuseLater,
    moveSync: refuse,
    copy: refuseLater,
    copySync: refuse,
  };
}
