/** The page of a server, before it has data: the same style and script as in a report, which asks for the rest. */

import { pageStyle } from './page-style.ts'

/** The text of the page, and the policy that it is sent with: it allows script, style, and to ask the server. */
export interface Shell {
  readonly text: string
  readonly policy: string
}

/**
 * The page.
 *
 * @param script  the page's script
 * @param hashOf  the SHA-256 of a text in UTF-8, in base64
 */
export function pageShell(script: string, hashOf: (text: string) => string): Shell {
  const style = pageStyle()
  const policy =
    `default-src 'none'; script-src 'sha256-${hashOf(script)}'; style-src 'sha256-${hashOf(style)}'; ` +
    `img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'`
  const text = [
    '<!DOCTYPE html>\n<html lang="en">\n<head>',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<title>anthill</title>',
    '<link rel="icon" href="data:,">',
    `<style>${style}</style>`,
    '</head>\n<body data-feed="/data">',
    '<main id="main"><p id="server-says" role="status">Reading the study …</p></main>',
    `<script>${script}</script>`,
    '</body>\n</html>\n',
  ].join('\n')
  return { text, policy }
}
