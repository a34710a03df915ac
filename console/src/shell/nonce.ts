// The nonce of this document, without which no style element of a component counts.

const held = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';

/** Returns the nonce. */
export const nonce = (): string => held;

// The library that keeps the page still behind a dialogue reads its nonce from this name (get-nonce).
Object.assign(globalThis, { __webpack_nonce__: held });
