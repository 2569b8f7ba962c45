/** One name in every form that it takes: `gift-card` is the folder, the workload, the database and the Vault role. */
export interface NameForms {
  /** `gift-card` */
  readonly name: string;
  /** `gift card` */
  readonly words: string;
  /** `gift_card`: in contracts and in SQL. */
  readonly snake: string;
  /** `giftCard` */
  readonly camel: string;
  /** `GiftCard` */
  readonly pascal: string;
  /** `gift_cards` */
  readonly table: string;
  /** `gift_card.v1.GiftCardService` */
  readonly api: string;
  /** `@zt/proto/gift_card` */
  readonly contract: string;
  /** `GiftCardServiceService`, as the generated code calls what it knows of a gRPC service. */
  readonly definition: string;
}

/** `name` is lower-case words with hyphens between them. */
export function nameForms(name: string): NameForms {
  const words = name.split('-');
  const pascal = words.map(capitalized).join('');
  const snake = words.join('_');
  return {
    name,
    words: words.join(' '),
    snake,
    camel: uncapitalized(pascal),
    pascal,
    table: pluralOf(snake),
    api: `${snake}.v1.${pascal}Service`,
    contract: `@zt/proto/${snake}`,
    definition: `${pascal}ServiceService`,
  };
}

/** `get_stock` of `GetStock`. */
export function snakeCase(pascal: string): string {
  return pascal.replace(/(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, '_').toLowerCase();
}

/** `getStock` of `get_stock`. */
export function camelCase(snake: string): string {
  return uncapitalized(snake.split('_').map(capitalized).join(''));
}

export function uncapitalized(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}

function capitalized(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

function pluralOf(noun: string): string {
  if (noun.endsWith('s')) return noun;
  if (/[^aeiou]y$/.test(noun)) return `${noun.slice(0, -1)}ies`;
  return /(x|z|ch|sh)$/.test(noun) ? `${noun}es` : `${noun}s`;
}
