export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/**
 * Each asks the command line itself what may follow, so that a script never knows less than the program. An answer is a line for each
 * candidate, with its description behind a tab, or `:files`.
 */
export const scripts: Record<Shell, string> = {
  bash: `# Completion of headroom for bash. Use: source <(headroom completion bash)
_headroom() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ $line == ':files' ]]; then
      compopt -o default 2>/dev/null
      return
    fi
    COMPREPLY+=("\${line%%$'\\t'*}")
  done < <("\${COMP_WORDS[0]}" complete bash -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _headroom headroom`,
  zsh: `#compdef headroom
# Completion of headroom for zsh. Use: source <(headroom completion zsh), after compinit
_headroom() {
  local line value
  local -a candidates
  while IFS= read -r line; do
    if [[ $line == ':files' ]]; then
      _files
      return
    fi
    value=\${line%%$'\\t'*}
    candidates+=("\${value//:/\\\\:}:\${line#*$'\\t'}")
  done < <("\${words[1]}" complete zsh -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  _describe -o headroom candidates
}
compdef _headroom headroom`,
  fish: `# Completion of headroom for fish. Use: headroom completion fish | source
function __headroom_complete
    set -l words (commandline -opc)
    set -l lines ($words[1] complete fish -- $words[2..-1] (commandline -ct) 2>/dev/null)
    if test "$lines[1]" = ':files'
        __fish_complete_path (commandline -ct)
    else
        printf '%s\\n' $lines
    end
end
complete -c headroom -f -a '(__headroom_complete)'`,
};
