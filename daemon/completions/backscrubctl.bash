# bash completion for backscrubctl, made by `backscrubctl completion bash`.
_backscrubctl() {
  local cur prev verb='' action='' i
  local IFS=$' \t\n'
  # Without the word breaks of readline: a colon belongs to a background.
  if declare -F _get_comp_words_by_ref >/dev/null; then
    _get_comp_words_by_ref -n : cur prev
  else
    cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
  fi
  COMPREPLY=()
  case $prev in
    --bus) :; return ;;
    --name) :; return ;;
    --focus) :; return ;;
    --size) :; return ;;
    --manifest) compopt -o filenames; COMPREPLY+=($(compgen -f -- "$cur")); return ;;
    --quality) COMPREPLY=($(compgen -W '0 25 50 75 100' -- "$cur")); return ;;
    -m | --mode) COMPREPLY=($(compgen -W 'passthrough blur replace mask' -- "$cur")); return ;;
    -b | --background) COMPREPLY=($(compgen -W 'color:#' -- "$cur")); compopt -o filenames; COMPREPLY+=($(compgen -f -- "$cur")); return ;;
    --blur) COMPREPLY=($(compgen -W '0 25 50 75 100' -- "$cur")); return ;;
    --model) :; return ;;
    --effects) COMPREPLY=($(compgen -W 'hologram mirror flip grayscale desaturate-background vignette brighten blur-background light-wrap' -- "$cur")); return ;;
  esac
  for ((i = 1; i < COMP_CWORD; i++)); do
    case ${COMP_WORDS[i]} in
    status | start | stop | mode | background | blur | effects | model | camera | resolution | rate | on-demand | snapshot | stats | monitor | process | doctor | help) verb=${COMP_WORDS[i]}; break ;;
    esac
  done
  for ((i++; i < COMP_CWORD; i++)); do
    if [[ ${COMP_WORDS[i]} != -* ]]; then action=${COMP_WORDS[i]}; break; fi
  done
  if [[ $cur == -* ]]; then
    case $verb in
    background) COMPREPLY=($(compgen -W '-j --json --bus -h --help -V --version --name --focus --size' -- "$cur")) ;;
    model) COMPREPLY=($(compgen -W '-j --json --bus -h --help -V --version --name --manifest --replace' -- "$cur")) ;;
    snapshot) COMPREPLY=($(compgen -W '-j --json --bus -h --help -V --version --size --quality -f --force' -- "$cur")) ;;
    process) COMPREPLY=($(compgen -W '-j --json --bus -h --help -V --version -m --mode -b --background --blur --model --effects -f --force' -- "$cur")) ;;
    *) COMPREPLY=($(compgen -W '-j --json --bus -h --help -V --version' -- "$cur")) ;;
    esac
    return
  fi
  case $verb in
    '') COMPREPLY=($(compgen -W 'status start stop mode background blur effects model camera resolution rate on-demand snapshot stats monitor process doctor help' -- "$cur")) ;;
    mode) COMPREPLY=($(compgen -W 'passthrough blur replace mask' -- "$cur")) ;;
    background)
      case $action in
      '') COMPREPLY=($(compgen -W 'list use show add remove thumbnail color:#' -- "$cur")); compopt -o filenames; COMPREPLY+=($(compgen -f -- "$cur")) ;;
      use) COMPREPLY=($(compgen -W 'color:#' -- "$cur")); compopt -o filenames; COMPREPLY+=($(compgen -f -- "$cur")) ;;
      add) compopt -o filenames; COMPREPLY+=($(compgen -f -- "$cur")) ;;
      thumbnail) COMPREPLY=($(compgen -W 'color:#' -- "$cur")); compopt -o filenames; COMPREPLY+=($(compgen -f -- "$cur")) ;;
      esac ;;
    blur) COMPREPLY=($(compgen -W '0 25 50 75 100' -- "$cur")) ;;
    effects)
      case $action in
      '') COMPREPLY=($(compgen -W 'set add remove none' -- "$cur")) ;;
      set) COMPREPLY=($(compgen -W 'hologram mirror flip grayscale desaturate-background vignette brighten blur-background light-wrap' -- "$cur")) ;;
      add) COMPREPLY=($(compgen -W 'hologram mirror flip grayscale desaturate-background vignette brighten blur-background light-wrap' -- "$cur")) ;;
      remove) COMPREPLY=($(compgen -W 'hologram mirror flip grayscale desaturate-background vignette brighten blur-background light-wrap' -- "$cur")) ;;
      esac ;;
    model)
      case $action in
      '') COMPREPLY=($(compgen -W 'list use show add check' -- "$cur")) ;;
      add) compopt -o filenames; COMPREPLY+=($(compgen -f -- "$cur")) ;;
      check) compopt -o filenames; COMPREPLY+=($(compgen -f -- "$cur")) ;;
      esac ;;
    camera)
      case $action in
      '') COMPREPLY=($(compgen -W 'list use auto' -- "$cur")) ;;

      esac ;;
    resolution) COMPREPLY=($(compgen -W 'auto 640x480 1280x720 1920x1080' -- "$cur")) ;;
    rate) COMPREPLY=($(compgen -W 'auto 15 24 30 60' -- "$cur")) ;;
    on-demand) COMPREPLY=($(compgen -W 'on off' -- "$cur")) ;;
    snapshot) compopt -o filenames; COMPREPLY+=($(compgen -f -- "$cur")) ;;
    process) compopt -o filenames; COMPREPLY+=($(compgen -f -- "$cur")) ;;
    help) COMPREPLY=($(compgen -W 'status start stop mode background blur effects model camera resolution rate on-demand snapshot stats monitor process doctor help' -- "$cur")) ;;
  esac
  if declare -F __ltrim_colon_completions >/dev/null; then __ltrim_colon_completions "$cur"; fi
}
complete -F _backscrubctl backscrubctl
