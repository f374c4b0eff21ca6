/** Names of variables that belong to a shell or to the system: a parameter must not be assigned to them. */

/** In any case: `path` of zsh is PATH, and its `status` cannot be assigned. */
const OWNED = new Set(
  (
    'PATH UID EUID GID EGID PPID IFS HOME PWD OLDPWD SHELL SHLVL SHELLOPTS USER USERNAME LOGNAME ENV CDPATH RANDOM ' +
    'SRANDOM SECONDS LINENO OPTIND OPTARG OPTERR REPLY GROUPS DIRSTACK FUNCNAME HOST HOSTNAME HOSTTYPE OSTYPE ' +
    'MACHTYPE PIPESTATUS TIMEFORMAT TMOUT TMPDIR TMP TEMP TZ TERM TERMINFO LANG LANGUAGE COLUMNS LINES EDITOR ' +
    'VISUAL PAGER ' +
    'PROMPT_COMMAND FIGNORE GLOBIGNORE FCEDIT FPATH INPUTRC EPOCHSECONDS EPOCHREALTIME NULLCMD READNULLCMD ' +
    'PYTHONPATH PYTHONHOME PYTHONSTARTUP NODE_OPTIONS NODE_PATH PERL5LIB PERL5OPT RUBYLIB RUBYOPT CLASSPATH ' +
    'path fpath cdpath manpath mailpath module_path status argv pipestatus prompt psvar signals'
  ).split(' '),
)

const OWNED_BEGINNINGS = /^(?:BASH|ZSH|KSH|LC_|LD_|DYLD_|COMP_|READLINE_|HIST|MAIL|PS\d$|PROMPT\d?$|ANTHILL_)/

/**
 * Refuses names of parameters that cannot be assigned in a shell. It comes before a trial is taken.
 *
 * @param taken  variables that are assigned anyway
 * @throws RangeError for a name that a shell owns, and for two names that become the same variable
 */
export function checkShellNames(names: Iterable<string>, taken: readonly string[] = []): void {
  const variables = new Map(taken.map((name) => [name, name]))
  for (const name of new Set(names)) {
    const variable = shellName(name)
    const other = variables.get(variable)
    if (other !== undefined)
      throw new RangeError(`parameters '${other}' and '${name}': both are '${variable}' to a shell; use --format json`)
    variables.set(variable, name)
    if (OWNED.has(variable) || OWNED_BEGINNINGS.test(variable))
      throw new RangeError(
        `parameter '${name}': the variable '${variable}' belongs to the shell or the system; ` +
          `rename the parameter, or use --format json`,
      )
  }
}

/** A name as a variable: a character that a shell does not allow becomes `_`. */
export const shellName = (name: string): string => name.replace(/[^A-Za-z0-9_]/g, '_')
