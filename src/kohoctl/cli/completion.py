"""``kohoctl completion``."""

from __future__ import annotations

import click

BASH = r"""
_kohoctl() {
    local type value help
    COMPREPLY=()
    while IFS=$'\t' read -r type value help; do
        case $type in
            plain) COMPREPLY+=("$value") ;;
            file) compopt -o default ;;
            dir) compopt -o dirnames ;;
        esac
    done < <(_KOHOCTL_COMPLETE=bash _KOHOCTL_LINE="${COMP_LINE:0:COMP_POINT}" \
        _KOHOCTL_BREAKS="$COMP_WORDBREAKS" "$1" 2>/dev/null)
    [[ ${COMPREPLY[0]-} == */ ]] && compopt -o nospace
    return 0
}
complete -o nosort -F _kohoctl kohoctl
"""
ZSH = r"""
#compdef kohoctl
_kohoctl() {
    local type value help
    local -a plain parts described
    while IFS=$'\t' read -r type value help; do
        case $type in
            plain)
                if [[ -n $help ]]; then described+=("${value//:/\\:}:$help")
                elif [[ $value == */ ]]; then parts+=("$value")
                else plain+=("$value")
                fi ;;
            file) _files ;;
            dir) _files -/ ;;
        esac
    done < <(_KOHOCTL_COMPLETE=zsh _KOHOCTL_LINE="${(j: :)words[1,CURRENT]}" "${words[1]}" 2>/dev/null)
    (( $#described )) && _describe -V kohoctl described
    (( $#parts )) && compadd -S '' -a parts
    (( $#plain )) && compadd -V kohoctl -a plain
    return 0
}
if [[ ${zsh_eval_context[-1]} == loadautofunc ]]; then _kohoctl "$@"; else compdef _kohoctl kohoctl; fi
"""
FISH = r"""
function __kohoctl
    set -l line (commandline -cp)
    _KOHOCTL_COMPLETE=fish _KOHOCTL_LINE="$line" kohoctl 2>/dev/null | while read -l -d \t type value help
        switch $type
            case plain
                printf '%s\t%s\n' $value $help
            case file dir
                __fish_complete_path (commandline -ct)
        end
    end
end
complete --no-files --keep-order --command kohoctl --arguments '(__kohoctl)'
"""
SCRIPTS = {"bash": BASH, "zsh": ZSH, "fish": FISH}


@click.command(short_help="Print what lets a shell complete kohoctl's words.")
@click.argument("shell", type=click.Choice(list(SCRIPTS)))
def command(shell: str) -> None:
    """Print what lets a shell complete kohoctl's words: commands, options, and the names in the campaign file.

    \b
    bash:  in ~/.bashrc, eval "$(kohoctl completion bash)"
    zsh:   in ~/.zshrc, after compinit, eval "$(kohoctl completion zsh)"
    fish:  kohoctl completion fish >~/.config/fish/completions/kohoctl.fish
    """
    click.echo(SCRIPTS[shell].lstrip("\n"), nl=False)
