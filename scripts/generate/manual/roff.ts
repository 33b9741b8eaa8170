/** man(7): how text becomes its lines. */
import { pieces } from "../running-text.ts";

const WIDTH = 78;

/** The escapes of groff_char(7) for what would be taken for a request, a hyphen or an escape. */
function escaped(text: string): string {
  return text.replaceAll("\\", "\\e").replaceAll("-", "\\-").replaceAll("'", "\\(aq").replaceAll("`", "\\(ga");
}

export function bold(text: string): string {
  return `\\fB${escaped(text)}\\fR`;
}

export function italic(text: string): string {
  return `\\fI${escaped(text)}\\fR`;
}

/** A paragraph of the table's running text, in lines of its own; `variables` are set as what stands for a value. */
export function paragraph(text: string, variables: readonly string[] = []): string {
  return wrapped(
    pieces(text)
      .map((piece) => (piece.isLiteral ? bold(piece.text) : plain(piece.text, variables)))
      .join(""),
  );
}

/** Ordinary words, in which names of manual pages and what stands for a value stick out. */
function plain(text: string, variables: readonly string[]): string {
  const words = variables.length === 0 ? "" : `|\\b(?:${variables.join("|")})\\b(?!=)`;
  return text
    .replaceAll("\\", "\\e")
    .replaceAll(new RegExp(`([a-z0-9_.]+)(\\(\\d\\))${words}`, "g"), (all, page, section) =>
      page === undefined ? `\\fI${all}\\fR` : `\\fB${page}\\fR${section}`,
    );
}

/** Each sentence begins a line; lines are filled, and none begins as a request does. */
function wrapped(text: string): string {
  const lines: string[] = [];
  for (const sentence of text.split(/(?<=[.:])\s+(?=[A-Z\\])/)) {
    let line = "";
    for (const word of sentence.split(" ")) {
      if (line !== "" && line.length + 1 + word.length > WIDTH) {
        lines.push(line);
        line = "";
      }
      line += line === "" ? word : ` ${word}`;
    }
    lines.push(line);
  }
  return lines.map((line) => (/^[.']/.test(line) ? `\\&${line}` : line)).join("\n");
}

/** A term and what is said of it. */
export function entry(term: string, text: string): string {
  return `.TP\n${term}\n${text}`;
}

/** Lines that stay as they are. */
export function example(text: string): string {
  const lines = text.split("\n").map((line) => `    ${escaped(line)}`);
  return [".PP", ".nf", ...lines, ".fi"].join("\n");
}

/** A page. Its date is the day on which what is written by hand was last gone through. */
export function page(title: string, about: string, sections: readonly string[]): string {
  const quoted = sections.join("\n");
  return `.\\" ${about}\n.TH ${title} 1 2026-11-30 rein\n${quoted}\n`;
}
