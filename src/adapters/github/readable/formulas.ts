/** Formulas, as GitHub draws them from TeX: which of them show all their words. */
import MarkdownIt from "markdown-it";
import type { Token } from "./parser.ts";

const { unescapeAll } = new MarkdownIt().utils;

/** Whether a block's text has a formula with a command that is not known to show all its words, or with a remark. */
export function hasHidingFormula({ children, content }: Token): boolean {
  const text = children === null ? unescapeAll(content) : textAround(children);
  const start = text.indexOf("$");
  const end = text.lastIndexOf("$");
  if (start === end) return false;
  return hasHidingCommand(text.slice(start, end)) || hasRemark(text);
}

/** What a code block that is drawn as a formula may hide. */
export const isHidingFormula = (tex: string): boolean => tex.includes("%") || hasHidingCommand(tex);

/** Of a line's code only what stands between dollars is a formula. */
const textAround = (pieces: readonly Token[]): string =>
  pieces
    .map(({ type, content }, index) => {
      if (type === "softbreak" || type === "hardbreak") return "\n";
      if (type !== "code_inline") return content;
      const before = pieces[index - 1]?.content ?? "";
      const after = pieces[index + 1]?.content ?? "";
      return before.endsWith("$") && after.startsWith("$") ? content : " ";
    })
    .join("");

/** Prices and percentages are no formulas: those begin and end with a sign, and no number follows. */
function hasRemark(text: string): boolean {
  if (text.includes("$$")) return text.includes("%");
  const parts = text.split("$");
  return parts
    .slice(1, -1)
    .some(
      (part, index) =>
        part.includes("%") && part.trim() === part && !startsWithDigit(parts[index + 2]),
    );
}

const startsWithDigit = (text = ""): boolean => /^\d/u.test(text);

/** An environment's name belongs to the command before it. */
const command = /\\(?:(?<name>[A-Za-z]+)(?:\{(?<environment>[a-z]+\*?)\}(?<option>\[)?)?|.)/gsu;

function hasHidingCommand(tex: string): boolean {
  for (const { groups = {} } of tex.matchAll(command)) {
    const { name, environment = "", option } = groups;
    const isEnvironment = name === "begin" || name === "end";
    if (isEnvironment && (!environments.has(environment) || option !== undefined)) return true;
    if (name !== undefined && !isEnvironment && !showing.has(name)) return true;
  }
  return false;
}

/** Take no arguments, which would be shown to nobody. */
const environments: ReadonlySet<string> = new Set(
  "align align* aligned bmatrix Bmatrix cases equation equation* gather gather* gathered matrix pmatrix smallmatrix split vmatrix Vmatrix".split(
    " ",
  ),
);

/** Show a sign, or their arguments in a size and a place in which they can be read. */
const showing: ReadonlySet<string> = new Set(
  [
    "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi varpi rho varrho",
    "sigma varsigma tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega",
    "frac dfrac tfrac cfrac binom sqrt sum prod coprod int iint iiint oint lim limsup liminf sup inf max min limits",
    "log ln lg exp sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh det dim deg gcd ker arg Pr mod bmod pmod",
    "cdot cdots ldots dots vdots ddots times div pm mp ast star circ bullet oplus ominus otimes odot wedge vee cap cup",
    "le leq ge geq lt gt ne neq equiv sim simeq approx cong propto ll gg prec succ mid nmid parallel perp not",
    "in notin ni subset subseteq supset supseteq setminus emptyset varnothing forall exists nexists neg lnot land lor",
    "to gets mapsto leftarrow rightarrow leftrightarrow Leftarrow Rightarrow Leftrightarrow uparrow downarrow iff",
    "implies impliedby longrightarrow longleftarrow Longrightarrow rightharpoonup hookrightarrow xrightarrow",
    "infty partial nabla hbar ell Re Im aleph angle triangle square prime dagger therefore because top bot vdash models",
    "left right middle big Big bigg Bigg bigl bigr Bigl Bigr langle rangle lfloor rfloor lceil rceil lvert rvert lVert rVert",
    "hat widehat bar overline underline vec tilde widetilde dot ddot overrightarrow overbrace underbrace overset underset stackrel",
    "text textbf textit textrm texttt textsf mathbf mathbb mathcal mathfrak mathit mathrm mathsf mathtt mathscr boldsymbol",
    "operatorname displaystyle textstyle boxed tag substack quad qquad lbrace rbrace vert Vert colon",
  ].flatMap((line) => line.split(" ")),
);
