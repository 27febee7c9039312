/** How a repository borrows objects. */
import { join } from "node:path";

/** Content of the file by which a repository borrows the objects of the mirror. */
export const alternatesOf = (mirror: string): string => `${join(mirror, "objects")}\n`;
