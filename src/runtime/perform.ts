/** Effects on GitHub: each to one call of the Forge and back to its answer. No choices are made here. */
import type { Effect } from "../core/effect.ts";
import type { Forge } from "../ports.ts";
import type { Answer } from "./answer.ts";

/** `again`: an earlier try may have taken effect, so the Forge reads before it writes. */
export async function perform(forge: Forge, effect: Effect, again: boolean): Promise<Answer> {
  switch (effect.type) {
    case "issue.inspect":
      return {
        type: "issue.inspected",
        question: effect.question,
        inspection: await forge.inspectIssue(effect),
      };
    case "actor.inspect":
      return {
        type: "actor.inspected",
        question: effect.question,
        ...(await forge.inspectActor(effect)),
      };
    case "status.publish": {
      const published = await forge.publish(effect, again || effect.isRepeat);
      return { type: "status.published", publication: effect.publication, ...published };
    }
    case "pull.open":
      return { type: "pull.opened", ...(await forge.openPull(effect, again)) };
    case "pull.inspect":
      return {
        type: "pull.inspected",
        question: effect.question,
        state: await forge.inspectPull(effect),
      };
    case "pull.merge": {
      const answer = await forge.mergePull(effect, again);
      return answer.merged
        ? { type: "pull.mergeAccepted" }
        : { type: "pull.mergeRefused", question: effect.question, why: answer.why };
    }
    case "threads.answer":
      await forge.answerThreads(effect, again);
      return { type: "threads.answered", mark: effect.mark };
    case "pull.arm": {
      const { question } = effect;
      const answer = await forge.armPull(effect);
      return answer.armed
        ? { type: "pull.armAccepted", question }
        : { type: "pull.armRefused", question, why: answer.why };
    }
    case "pull.enqueue": {
      const { question } = effect;
      const answer = await forge.enqueuePull(effect);
      return answer.done
        ? { type: "pull.enqueueAccepted", question }
        : { type: "pull.enqueueRefused", question, why: answer.why };
    }
    case "pull.update": {
      const { question } = effect;
      const answer = await forge.updatePull(effect);
      return answer.updated
        ? { type: "pull.updateAccepted", question }
        : { type: "pull.updateRefused", question, why: answer.why };
    }
    case "finding.track":
      return {
        type: "finding.tracked",
        finding: effect.finding,
        number: await forge.trackFinding(effect, again || effect.isRepeat),
      };
    case "dependencies.add":
      await forge.addDependencies(effect);
      return {
        type: "dependencies.added",
        references: effect.blockers.map(({ reference }) => reference),
      };
    case "pull.revert":
      return { type: "pull.reverted", outcome: await forge.revertPull(effect) };
    case "flow.prepare":
      return { type: "flow.prepared", mark: effect.mark, state: await forge.prepareFlow(effect) };
    case "issue.close":
      await forge.closeIssue(effect);
      return { type: "issue.closeAccepted" };
    case "budget.raise":
    case "worktree.create":
    case "worker.start":
    case "worker.stop":
    case "work.import":
    case "branch.push":
    case "worktree.remove":
    case "worktree.clear":
    case "log.fetch":
      throw new Error(`${effect.type} belongs to the crew`);
  }
}
