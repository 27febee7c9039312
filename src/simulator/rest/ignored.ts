/** Keeps a route from ignoring what a request says: on GitHub it would have meant something. */
import { NotModelled } from "../refusal.ts";
import type { Call } from "./call.ts";
import type { Route } from "./route.ts";

/** Every list can be turned over; where there is no list, GitHub ignores these as well. */
const PAGE = ["page", "per_page"];

/** Media types that a route obeys, or that change nothing. */
const MEDIA = ["raw", "diff", "patch", "sha"];

/** Throws for names in the query or the body, and for a media type, that the route does not obey. */
export function refuseIgnored(
  { method, path, takes }: Route,
  { url, body, accept }: Pick<Call, "url" | "body" | "accept">,
): void {
  const isRead = method === "GET";
  const inQuery = isRead ? [...takes, ...PAGE] : [];
  const inBody = isRead ? [] : takes;
  const media = /vnd\.github(?:\.v\d)?\.(?!v\d)([a-z-]+)/.exec(accept)?.[1];
  const ignored = [
    ...[...url.searchParams.keys()].filter((name) => !inQuery.includes(name)),
    ...Object.keys(body).filter((name) => !inBody.includes(name)),
    ...(media === undefined || media.endsWith("-preview") || MEDIA.includes(media) ? [] : [media]),
  ];
  if (ignored.length > 0) throw new NotModelled(`${method} ${path} with ${ignored.join(", ")}`);
}
