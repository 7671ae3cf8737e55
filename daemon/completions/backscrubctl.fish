# fish completion for backscrubctl, made by `backscrubctl completion fish`.
complete -c backscrubctl -f
complete -c backscrubctl -l json -s j -d 'Print JSON, for programs'
complete -c backscrubctl -l bus -d 'Use the message bus at this D-Bus address instead of the system bus' -x
complete -c backscrubctl -l help -s h -d 'Show help, also for one verb, and exit'
complete -c backscrubctl -l version -s V -d 'Show the version and exit'
complete -c backscrubctl -n 'not __fish_seen_subcommand_from status start stop mode background blur stats monitor process help' -a status -d 'Show what the service is doing'
complete -c backscrubctl -n 'not __fish_seen_subcommand_from status start stop mode background blur stats monitor process help' -a start -d 'Enable the virtual camera'
complete -c backscrubctl -n 'not __fish_seen_subcommand_from status start stop mode background blur stats monitor process help' -a stop -d 'Disable the virtual camera and close the real one'
complete -c backscrubctl -n 'not __fish_seen_subcommand_from status start stop mode background blur stats monitor process help' -a mode -d 'Show or choose what happens to the room behind you'
complete -c backscrubctl -n '__fish_seen_subcommand_from mode' -a 'passthrough blur replace mask'
complete -c backscrubctl -n 'not __fish_seen_subcommand_from status start stop mode background blur stats monitor process help' -a background -d 'Show or choose what mode "replace" puts behind you'
complete -c backscrubctl -n '__fish_seen_subcommand_from background' -F
complete -c backscrubctl -n '__fish_seen_subcommand_from background' -a 'color:#'
complete -c backscrubctl -n 'not __fish_seen_subcommand_from status start stop mode background blur stats monitor process help' -a blur -d 'Show or choose how much mode "blur" blurs'
complete -c backscrubctl -n '__fish_seen_subcommand_from blur' -a '0 25 50 75 100'
complete -c backscrubctl -n 'not __fish_seen_subcommand_from status start stop mode background blur stats monitor process help' -a stats -d 'Show what a frame costs, stage by stage'
complete -c backscrubctl -n 'not __fish_seen_subcommand_from status start stop mode background blur stats monitor process help' -a monitor -d 'Print changes as they happen, until interrupted'
complete -c backscrubctl -n 'not __fish_seen_subcommand_from status start stop mode background blur stats monitor process help' -a process -d 'Process a video or picture file, without the service'
complete -c backscrubctl -n '__fish_seen_subcommand_from process' -l mode -s m -d 'passthrough, blur, replace, mask; without it blur, or replace when a background is given' -x -a 'passthrough blur replace mask'
complete -c backscrubctl -n '__fish_seen_subcommand_from process' -l background -s b -d 'color:#rrggbb or an image file, for mode replace' -r -F -a 'color:#'
complete -c backscrubctl -n '__fish_seen_subcommand_from process' -l blur -d '0 to 100, for mode blur; without it 50' -x -a '0 25 50 75 100'
complete -c backscrubctl -n '__fish_seen_subcommand_from process' -l model -d 'The segmentation model; without it selfie_segmentation' -x
complete -c backscrubctl -n '__fish_seen_subcommand_from process' -l force -s f -d 'Overwrite OUTPUT if it exists'
complete -c backscrubctl -n '__fish_seen_subcommand_from process' -F
complete -c backscrubctl -n 'not __fish_seen_subcommand_from status start stop mode background blur stats monitor process help' -a help -d 'Show help, also for one verb'
complete -c backscrubctl -n '__fish_seen_subcommand_from help' -a 'status start stop mode background blur stats monitor process help'
