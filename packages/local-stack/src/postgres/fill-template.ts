/** Puts values into `{{name}}`. Throws for a name without a value, and for a value that could end a quoted setting. */
export function fillTemplate(template: string, values: Readonly<Record<string, string | number>>): string {
  return template.replace(/\{\{(\w+)\}\}/g, (_whole, name: string) => {
    const value = values[name];
    if (value === undefined) throw new TypeError(`the template has a word without a value: ${name}`);
    const text = String(value);
    if (/['"\\\n]/.test(text)) throw new TypeError(`the value of ${name} has a quote, a backslash or a line break`);
    return text;
  });
}
