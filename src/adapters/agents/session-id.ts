/** The name of an agent's own session, which comes from inside the sandbox and goes far. */
import { z } from "zod";

/**
 * It is stored, becomes an argument of the agent's program, and stands in a command that people run by hand: no option,
 * no path from the root, nothing that a shell or a database reads as more than itself.
 */
export const SessionId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.:@+=/-]{0,199}$/u);
