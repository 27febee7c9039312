/** Talks to the running service over its control socket. */
import { request } from "node:http";
import type { z } from "zod";

import { controlSocket } from "../http/control-address.ts";
import { Refused } from "../http/control-shapes.ts";
import { CliFault, usageExit } from "./fault.ts";
import { plainText } from "./plain.ts";

/** What is asked of the service. */
export type Order = {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly body?: object;
};

/** The path of one assignment; `more` is what of it. */
export const assignmentPath = (reference: string, more = ""): string =>
  `/assignments/${encodeURIComponent(reference)}${more}`;

/** The service refused, with the HTTP status of its answer. */
export class ServiceRefusal extends CliFault {
  readonly status: number;

  constructor(status: number, message: string, isAmbiguous: boolean) {
    super(message, isAmbiguous ? usageExit : 1);
    this.status = status;
  }
}

/** The answer in its shape. Throws CliFault when there is no service or it refuses. */
export async function askService<Shape extends z.ZodType>(
  root: string,
  order: Order,
  shape: Shape,
): Promise<z.infer<Shape>> {
  const { status, body } = await answerTo(root, order);
  if (status >= 400) throw refusalOf(status, body);
  const parsed = shape.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new CliFault(
    "The service answered in a way that this version does not know: it runs another version; start it anew.",
  );
}

type Answer = { readonly status: number; readonly body: unknown };

function answerTo(root: string, { method, path, body }: Order): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException): void => reject(unreachable(root, error));
    const asking = request({ socketPath: controlSocket(root), method, path }, (response) => {
      const parts: string[] = [];
      response
        .setEncoding("utf8")
        .on("data", (part: string) => parts.push(part))
        .on("error", fail)
        .on("end", () => {
          try {
            resolve({ status: response.statusCode ?? 0, body: JSON.parse(parts.join("")) });
          } catch {
            reject(new CliFault("The service broke off its answer; its log says why."));
          }
        });
    });
    asking.on("error", fail);
    asking.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

function unreachable(root: string, error: NodeJS.ErrnoException): CliFault {
  if (error.code === "EACCES" || error.code === "EPERM") {
    return new CliFault(
      `The service of ${root} belongs to another user: run this as the user that it runs as.`,
    );
  }
  return new CliFault(
    `No service leads with the data folder ${root}: start it with \`yardmaster serve\`, or name another folder with --data or YARDMASTER_DATA.`,
  );
}

function refusalOf(status: number, body: unknown): ServiceRefusal {
  const { message, candidates } = Refused.catch({ message: "the service refused" }).parse(body);
  const several = candidates?.map((candidate) => `\n  ${candidate}`).join("") ?? "";
  const text = candidates === undefined ? message : `It is not clear which one is meant:${several}`;
  return new ServiceRefusal(status, plainText(sentence(text)), candidates !== undefined);
}

const sentence = (text: string): string => {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return begun.includes("\n") || begun.endsWith(".") ? begun : `${begun}.`;
};
