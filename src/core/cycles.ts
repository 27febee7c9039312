/** Issues that wait for each other in a circle: none of them would ever begin. */
import type { Assignment } from "./assignment.ts";
import type { Board } from "./board.ts";
import { withAssignment } from "./board.ts";
import type { IssueId } from "./ids.ts";
import type { Issue } from "./issue.ts";

/** Issues that wait, by id. */
type Waiting = ReadonlyMap<IssueId, Issue>;

/** The board on which everybody who waits for blockers knows the circle that they are in, if any. */
export function circled(board: Board): Board {
  const tangled = tangledOf(board);
  let next = board;
  for (const assignment of board.values()) {
    const told = circleTold(assignment, tangled);
    if (told !== assignment) next = withAssignment(next, told);
  }
  return next;
}

function circleTold(assignment: Assignment, tangled: Waiting): Assignment {
  const { phase, issue } = assignment;
  if (phase.name !== "queued" || phase.waiting.for !== "blockers" || issue === null) {
    return assignment;
  }
  const circle = tangled.has(issue.id) ? circleOf(issue, tangled) : null;
  const isSame = circle?.join() === phase.waiting.circle?.join();
  return isSame
    ? assignment
    : { ...assignment, phase: { ...phase, waiting: { ...phase.waiting, circle } } };
}

/** Those who wait for one another without end. While GitHub is asked again, its last answer stands, or circles would come and go. */
function tangledOf(board: Board): Waiting {
  const waiting = new Map<IssueId, Issue>();
  for (const { phase, issue } of board.values()) {
    if (phase.name === "queued" && issue !== null) waiting.set(issue.id, issue);
  }
  // Who waits for nobody here is in no circle, nor is who waits for such issues only.
  for (let before = Infinity; waiting.size < before;) {
    before = waiting.size;
    for (const { id, blockers } of [...waiting.values()]) {
      if (!blockers.some((blocker) => waiting.has(blocker.id))) waiting.delete(id);
    }
  }
  return waiting;
}

/** The shortest circle through an issue, which is its first and its last; null when it only waits for others that are in one. */
function circleOf(issue: Issue, tangled: Waiting): readonly string[] | null {
  const cameFrom = new Map<IssueId, Issue>();
  const frontier: Issue[] = [issue];
  for (const at of frontier) {
    for (const { id } of at.blockers) {
      const blocker = tangled.get(id);
      if (blocker === undefined || cameFrom.has(id)) continue;
      cameFrom.set(id, at);
      if (id === issue.id) return wayAround(issue, cameFrom);
      frontier.push(blocker);
    }
  }
  return null;
}

/** From the issue to itself, told backwards by who led to whom. */
function wayAround(issue: Issue, cameFrom: ReadonlyMap<IssueId, Issue>): readonly string[] {
  const way = [issue];
  for (let at = cameFrom.get(issue.id); at !== undefined; at = cameFrom.get(at.id)) {
    way.unshift(at);
    if (at.id === issue.id) break;
  }
  return way.map((one) => referenceFrom(issue, one));
}

/** As it is written in the other one's repository. */
function referenceFrom({ repository }: Issue, to: Issue): string {
  const { id, owner, name } = to.repository;
  return id === repository.id ? `#${to.number}` : `${owner}/${name}#${to.number}`;
}
