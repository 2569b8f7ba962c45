const lineWidth = 120;

/** A doc comment in lines that are as long as they may be. */
export function docComment(text: string): string {
  const lines: string[] = [];
  let line = ' *';
  for (const word of text.split(' ')) {
    if (line.length + 1 + word.length > lineWidth) {
      lines.push(line);
      line = ' *';
    }
    line += ` ${word}`;
  }
  return ['/**', ...lines, line, ' */'].join('\n');
}
