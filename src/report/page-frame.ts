/** The frame of each page, of a report and of a server: its policy, its head, and the script at its end. */

import { escaped } from './escape.ts'
import { pageStyle } from './page-style.ts'

/** What the page of a server says until it has the study. */
const EMPTY_BODY = '<main id="main"><p id="server-says" role="status">Reading the study …</p></main>'

/** What differs between pages. */
export interface Framed {
  readonly title: string
  /** Whether its script may ask the server that it comes from. */
  readonly mayAsk: boolean
  /** Attributes of the body, with a space before each. */
  readonly attributes: string
  readonly body: string
}

/** A page, and the policy that stands in it: one script and one style, by their hashes, and pictures that it holds. */
export interface Framing {
  readonly text: string
  readonly policy: string
}

/**
 * Puts a body into the frame.
 *
 * @param script  the page's script; nothing in it may end its element
 * @param hashOf  the SHA-256 of a text in UTF-8, in base64
 */
export function framed(
  { title, mayAsk, attributes, body }: Framed,
  script: string,
  hashOf: (text: string) => string,
): Framing {
  const style = pageStyle()
  const policy =
    `default-src 'none'; script-src 'sha256-${hashOf(script)}'; style-src 'sha256-${hashOf(style)}'; ` +
    `img-src data:; ${mayAsk ? "connect-src 'self'; " : ''}base-uri 'none'; form-action 'none'`
  const text = [
    '<!DOCTYPE html>\n<html lang="en">\n<head>',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta charset="utf-8">',
    '<meta name="referrer" content="no-referrer">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escaped(title)}</title>`,
    '<link rel="icon" href="data:,">',
    `<style>${style}</style>`,
    `</head>\n<body${attributes}>`,
    body,
    `<script>${script}</script>`,
    '</body>\n</html>\n',
  ].join('\n')
  return { text, policy }
}

/** The page of a server, before it has data: its script asks for the rest. The arguments are those of `framed`. */
export const pageShell = (script: string, hashOf: (text: string) => string): Framing =>
  framed({ title: 'anthill', mayAsk: true, attributes: ' data-feed="/data"', body: EMPTY_BODY }, script, hashOf)
