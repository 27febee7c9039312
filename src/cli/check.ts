/** One thing that `doctor` looks at, and what it found. */

export type Check = {
  /** What was looked at, in two words. */
  readonly name: string;
  readonly status: "ok" | "warning" | "failed" | "skipped";
  /** What was found. */
  readonly says: string;
  /** What to do about it; null where nothing is to be done. */
  readonly cure: string | null;
};

export const ok = (name: string, says: string): Check => ({ name, status: "ok", says, cure: null });

export const failed = (name: string, says: string, cure: string): Check => ({
  name,
  status: "failed",
  says,
  cure,
});

/** Something works less well than it could. */
export const warning = (name: string, says: string, cure: string): Check => ({
  name,
  status: "warning",
  says,
  cure,
});

export const skipped = (name: string, says: string): Check => ({
  name,
  status: "skipped",
  says,
  cure: null,
});
