/** What a sandboxed command may see and use. Whatever is not named here is not there. */

/** One command's surroundings. Paths are absolute and the same inside and outside. */
export type Box = {
  /** Unique on this machine while the command runs; names its control group. */
  readonly name: string;
  /** Folders that it may read and write. */
  readonly writable: readonly string[];
  /** Files and folders that it may read, beside `/usr`. */
  readonly readable: readonly string[];
  readonly workingFolder: string;
  /** Everything that it finds in its environment. */
  readonly environment: Readonly<{ [name: string]: string }>;
  /** Ports of its own loopback that lead to sockets outside; the folder of each socket must be readable. */
  readonly bridges: readonly { readonly port: number; readonly socket: string }[];
  readonly limits: BoxLimits;
};

export type BoxLimits = {
  readonly memoryBytes: number;
  readonly processes: number;
  /** Largest file that it may write. */
  readonly fileBytes: number;
};

/** A command as it is to be spawned: no secret stands in `argv`. */
export type BoxedCommand = {
  readonly argv: readonly string[];
  readonly env: Readonly<{ [name: string]: string }>;
  /** Files to be opened for reading as descriptors 4, 5, … of the command. */
  readonly descriptors: readonly string[];
};

/** A way to run commands that cannot be trusted. */
export interface Sandbox {
  readonly name: "bubblewrap" | "none";
  /** Tries it for real; the reason says how to cure it. */
  preflight(): Promise<{ readonly ok: true } | { readonly ok: false; readonly why: string }>;
  /** Prepares a command; may create what the box needs on this machine, under `folder`, which only we can enter. */
  wrap(command: readonly string[], box: Box, folder: string): Promise<BoxedCommand>;
  /** Kills whatever is left of a box and removes what `wrap` has created outside its folder. */
  end(name: string): Promise<void>;
}
