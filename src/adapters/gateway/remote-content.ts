/** Content that a provider would fetch from an address which the agent wrote: a way out of its sandbox. */

/** Fields of messages and their parts in which further parts stand; arguments of tools are not among them. */
const nesting = ["content", "output", "source"] as const;
/** No form of content is nested deeper than a few levels. */
const deepest = 32;

/** Whether any part names an address to fetch from. */
export const hasRemoteContent = (value: unknown): boolean => isRemote(value, 0);

function isRemote(value: unknown, depth: number): boolean {
  if (depth > deepest) return true;
  if (Array.isArray(value)) return value.some((part) => isRemote(part, depth + 1));
  if (typeof value !== "object" || value === null) return false;
  const part: { readonly [field: string]: unknown } = { ...value };
  return (
    isAddress(part["image_url"]) ||
    isAddress(part["file_url"]) ||
    isAddress(part["audio_url"]) ||
    isUrlSource(part["source"]) ||
    nesting.some((field) => isRemote(part[field], depth + 1))
  );
}

const isUrlSource = (source: unknown): boolean =>
  typeof source === "object" && source !== null && "type" in source && source.type === "url";

function isAddress(value: unknown): boolean {
  if (typeof value === "object" && value !== null && "url" in value) return isAddress(value.url);
  return typeof value === "string" && !value.toLowerCase().startsWith("data:");
}
