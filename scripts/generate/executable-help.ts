/** The texts of --help as the executable has them: AssemblyScript. */
import { type GeneratedFile, NOTICE } from "./file.ts";
import { type HelpPage, type HelpPart, helpPages } from "./help-pages.ts";

export function executableHelp(): GeneratedFile {
  const parts = new Map<string, HelpPart>();
  for (const part of helpPages.flatMap((page) => page.parts)) parts.set(part.name, part);
  const content = `// ${NOTICE}
// Each text is a message by itself, without a newline at its end. What two pages show is there once.

${[...parts.values()].map(constant).join("\n\n")}

${helpPages.map(reader).join("\n\n")}
`;
  return { path: "src/executable/options/help.ts", content };
}

function constant({ name, text }: HelpPart): string {
  return `const ${name} = words(\`${text}\`);`;
}

function reader({ name, comment, parts }: HelpPage): string {
  const cases = parts.map((part, index) => `    case ${index}:\n      return ${part.name};`).join("\n");
  return `/** ${comment}: the text at \`index\`, from 0; 0 behind the last one. */
export function ${name}(index: i32): usize {
  switch (index) {
${cases}
    default:
      return 0;
  }
}`;
}
