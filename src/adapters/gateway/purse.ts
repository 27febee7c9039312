/**
 * The money: whether a request may be made, what is under way, and the booking of what it cost.
 *
 * A request is let through while anything is left, and what is under way counts as spent: at first its input at full
 * price, guessed from its size, then what the answer says and shows. What a request may yet cost is not held back,
 * because agents ask for far more output than they use and would end with most of their money unspent; a budget can
 * be overdrawn by one answer per request under way, and one that overdraws it by more than a tenth is cut off.
 */
import { randomUUID } from "node:crypto";

import type { Budget } from "../../core/policy.ts";
import type { Usage } from "../../core/handover.ts";
import type { Account, Clock, Ledger, LedgerEntry, Log, Standing } from "../../ports.ts";
import { book } from "./booking.ts";

/** The sums that have a budget. */
export type BudgetName = keyof Budget;

/** The ledger, and what one run has used, which survives a restart. */
export type RunLedger = Ledger & { usageOf(account: Account): Promise<Usage> };

/** What a request has used, as it is booked. */
export type Used = Omit<LedgerEntry, keyof Account | "key" | "at">;

/** A request that is under way. */
export type Flight = {
  /** Says what it has cost by now. */
  costs(usd: number): void;
  /** The first budget that is overdrawn so far that the answer must be cut off. */
  overdrawn(): BudgetName | null;
  /** Books it, or gives back what it held when it has cost nothing. */
  land(used: Used | null): void;
};

/** Whether a request may be made. */
type Admission =
  | { readonly isAdmitted: true; readonly flight: Flight }
  | { readonly isAdmitted: false; readonly spent: BudgetName; readonly words: string };

/** What all runs of a gateway have in common. */
export type Purse = {
  /** Rejects when the ledger does not answer. */
  admit(account: Account, budget: Budget, usd: number): Promise<Admission>;
  spent(account: Account, budget: Budget): Promise<BudgetName | null>;
  /** Settles when all that has landed for this run is booked or given up. */
  booked(account: Account): Promise<void>;
};

/** A purse on this ledger. */
export function openPurse(ledger: RunLedger, clock: Pick<Clock, "now">, log: Log): Purse {
  const inFlight = new Set<Held>();
  const bookings = new Set<{ readonly run: string; readonly done: Promise<void> }>();
  let turn: Promise<unknown> = Promise.resolve();

  const standing = async (account: Account): Promise<Standing> => {
    // Looked at before the ledger: what lands in between is then counted twice and never left out.
    const held = sumsOf(inFlight, account);
    return plus(await ledger.standing(account), held);
  };
  /** Nothing is refused because a booking that ended during the look was counted twice. */
  const settledStanding = async (account: Account, budget: Budget): Promise<Standing> => {
    const seen = await standing(account);
    if (firstSpent(seen, budget, 1) === null) return seen;
    await Promise.all([...bookings].map(({ done }) => done));
    return standing(account);
  };
  const begin = (account: Account, budget: Budget, before: Standing, usd: number): Flight => {
    const held: Held = { account, usd };
    inFlight.add(held);
    return {
      costs: (now) => {
        held.usd = now;
      },
      overdrawn: () => firstSpent(plus(before, sumsOf([held], account)), budget, overdraft),
      land: (used) => {
        if (used === null) {
          inFlight.delete(held);
          return;
        }
        // Until it is booked it counts as what it has cost in the end.
        held.usd = used.usd;
        const entry = { ...used, ...account, key: randomUUID(), at: clock.now() };
        const booking = {
          run: account.run,
          done: book(ledger, entry, log).finally(() => {
            inFlight.delete(held);
            bookings.delete(booking);
          }),
        };
        bookings.add(booking);
      },
    };
  };
  const admit = async (account: Account, budget: Budget, usd: number): Promise<Admission> => {
    const before = await settledStanding(account, budget);
    const spent = firstSpent(before, budget, 1);
    return spent === null
      ? { isAdmitted: true, flight: begin(account, budget, before, usd) }
      : { isAdmitted: false, spent, words: wordsFor(spent, before, budget) };
  };
  return {
    // One after the other: two that looked at the same moment would both take the last of the money.
    admit: (account, budget, usd) => {
      const admission = turn.then(() => admit(account, budget, usd));
      turn = admission.catch(() => undefined);
      return admission;
    },
    spent: async (account, budget) => firstSpent(await settledStanding(account, budget), budget, 1),
    booked: async ({ run }) => {
      await Promise.all([...bookings].filter((one) => one.run === run).map(({ done }) => done));
    },
  };
}

/** How far an answer that is being given may overdraw a budget. */
const overdraft = 1.1;

type Held = { readonly account: Account; usd: number };
type Sums = Readonly<Record<BudgetName, number>>;

function sumsOf(held: Iterable<Held>, of: Account): Sums {
  const sums = { run: 0, issue: 0, repositoryDay: 0, day: 0 };
  for (const { account, usd } of held) {
    const isOfRepository = account.repository === of.repository;
    sums.day += usd;
    if (isOfRepository) sums.repositoryDay += usd;
    if (isOfRepository && account.issueNumber === of.issueNumber) sums.issue += usd;
    if (account.run === of.run) sums.run += usd;
  }
  return sums;
}

const plus = (standing: Standing, held: Sums): Standing => ({
  run: standing.run + held.run,
  issue: standing.issue + held.issue,
  repositoryDay: standing.repositoryDay + held.repositoryDay,
  day: standing.day + held.day,
  raised: standing.raised,
});

const names: readonly BudgetName[] = ["run", "issue", "repositoryDay", "day"];

function firstSpent(standing: Standing, budget: Budget, times: number): BudgetName | null {
  const isSpent = (name: BudgetName): boolean => {
    const limit = budget[name];
    return limit !== null && standing[name] >= (limit + standing.raised) * times;
  };
  return names.find(isSpent) ?? null;
}

const phrases: Readonly<Record<BudgetName, string>> = {
  run: "of this run",
  issue: "of this issue",
  repositoryDay: "of this repository for today (UTC)",
  day: "of this service for today (UTC)",
};

function wordsFor(spent: BudgetName, standing: Standing, budget: Budget): string {
  const limit = (budget[spent] ?? 0) + standing.raised;
  const used = `${standing[spent].toFixed(2)} of ${limit.toFixed(2)} USD`;
  return `The budget ${phrases[spent]} is spent: ${used}. Stop here; people with write access can raise it on the issue.`;
}
