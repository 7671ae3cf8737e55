# fish completion for backscrubctl, made by `backscrubctl completion fish`.
complete -c backscrubctl -f
complete -c backscrubctl -l json -s j -d 'Print JSON, for programs'
complete -c backscrubctl -l bus -d 'Use the message bus at this D-Bus address instead of the system bus' -x
complete -c backscrubctl -l help -s h -d 'Show help, also for one verb, and exit'
complete -c backscrubctl -l version -s V -d 'Show the version and exit'
complete -c backscrubctl -n 'not __fish_seen_subcommand_from status start stop mode background blur effects model stats monitor process doctor help' -a status -d 'Show what the service is doing'
complete -c backscrubctl -n 'not __fish_seen_subcommand_from status start stop mode background blur effects model stats monitor process doctor help' -a start -d 'Enable the virtual camera'
complete -c backscrubctl -n 'not __fish_seen_subcommand_from status start stop mode background blur effects model stats monitor process doctor help' -a stop -d 'Disable the virtual camera and close the real one'
complete -c backscrubctl -n 'not __fish_seen_subcommand_from status start stop mode background blur effects model stats monitor process doctor help' -a mode -d 'Show or choose what happens to the room behind you'
complete -c backscrubctl -n '__fish_seen_subcommand_from mode' -a 'passthrough blur replace mask'
complete -c backscrubctl -n 'not __fish_seen_subcommand_from status start stop mode background blur effects model stats monitor process doctor help' -a background -d 'Show or choose what mode "replace" puts behind you'
complete -c backscrubctl -n '__fish_seen_subcommand_from background' -F
complete -c backscrubctl -n '__fish_seen_subcommand_from background' -a 'color:#'
complete -c backscrubctl -n 'not __fish_seen_subcommand_from status start stop mode background blur effects model stats monitor process doctor help' -a blur -d 'Show or choose how much mode "blur" blurs'
complete -c backscrubctl -n '__fish_seen_subcommand_from blur' -a '0 25 50 75 100'
complete -c backscrubctl -n 'not __fish_seen_subcommand_from status start stop mode background blur effects model stats monitor process doctor help' -a effects -d 'Show or choose effects, such as hologram or mirror'
complete -c backscrubctl -n '__fish_seen_subcommand_from effects; and not __fish_seen_subcommand_from set add remove none' -a set -d 'Use these effects and no others'
complete -c backscrubctl -n '__fish_seen_subcommand_from effects; and __fish_seen_subcommand_from set' -a 'hologram mirror flip grayscale desaturate-background vignette brighten blur-background light-wrap'
complete -c backscrubctl -n '__fish_seen_subcommand_from effects; and not __fish_seen_subcommand_from set add remove none' -a add -d 'Use this effect too, after the others'
complete -c backscrubctl -n '__fish_seen_subcommand_from effects; and __fish_seen_subcommand_from add' -a 'hologram mirror flip grayscale desaturate-background vignette brighten blur-background light-wrap'
complete -c backscrubctl -n '__fish_seen_subcommand_from effects; and not __fish_seen_subcommand_from set add remove none' -a remove -d 'Do without this effect'
complete -c backscrubctl -n '__fish_seen_subcommand_from effects; and __fish_seen_subcommand_from remove' -a 'hologram mirror flip grayscale desaturate-background vignette brighten blur-background light-wrap'
complete -c backscrubctl -n '__fish_seen_subcommand_from effects; and not __fish_seen_subcommand_from set add remove none' -a none -d 'Switch all effects off'
complete -c backscrubctl -n 'not __fish_seen_subcommand_from status start stop mode background blur effects model stats monitor process doctor help' -a model -d 'Show or choose the model that finds the person, add one'
complete -c backscrubctl -n '__fish_seen_subcommand_from model' -l name -d 'With add: the name of the new model' -x
complete -c backscrubctl -n '__fish_seen_subcommand_from model' -l manifest -d 'With add and check: the JSON manifest, if it does not lie beside the file' -r -F
complete -c backscrubctl -n '__fish_seen_subcommand_from model' -l replace -d 'With add: replace a model of the same name'
complete -c backscrubctl -n '__fish_seen_subcommand_from model; and not __fish_seen_subcommand_from list use show add check' -a list -d 'List the models that are installed'
complete -c backscrubctl -n '__fish_seen_subcommand_from model; and not __fish_seen_subcommand_from list use show add check' -a use -d 'Choose a model; a running picture goes on while it is loaded'
complete -c backscrubctl -n '__fish_seen_subcommand_from model; and not __fish_seen_subcommand_from list use show add check' -a show -d 'Show what is known about a model'
complete -c backscrubctl -n '__fish_seen_subcommand_from model; and not __fish_seen_subcommand_from list use show add check' -a add -d 'Check a file and copy it into the service\'s folder'
complete -c backscrubctl -n '__fish_seen_subcommand_from model; and __fish_seen_subcommand_from add' -F
complete -c backscrubctl -n '__fish_seen_subcommand_from model; and not __fish_seen_subcommand_from list use show add check' -a check -d 'Convert a file, run it once, and show its shapes, cost and operators'
complete -c backscrubctl -n '__fish_seen_subcommand_from model; and __fish_seen_subcommand_from check' -F
complete -c backscrubctl -n 'not __fish_seen_subcommand_from status start stop mode background blur effects model stats monitor process doctor help' -a stats -d 'Show what a frame costs, stage by stage'
complete -c backscrubctl -n 'not __fish_seen_subcommand_from status start stop mode background blur effects model stats monitor process doctor help' -a monitor -d 'Print changes as they happen, until interrupted'
complete -c backscrubctl -n 'not __fish_seen_subcommand_from status start stop mode background blur effects model stats monitor process doctor help' -a process -d 'Process a video or picture file, without the service'
complete -c backscrubctl -n '__fish_seen_subcommand_from process' -l mode -s m -d 'passthrough, blur, replace, mask; without it blur, or replace when a background is given' -x -a 'passthrough blur replace mask'
complete -c backscrubctl -n '__fish_seen_subcommand_from process' -l background -s b -d 'color:#rrggbb, gradient:#rrggbb-#rrggbb, builtin:NAME, or an image or video file, for mode replace' -r -F -a 'color:#'
complete -c backscrubctl -n '__fish_seen_subcommand_from process' -l blur -d '0 to 100, for mode blur; without it 50' -x -a '0 25 50 75 100'
complete -c backscrubctl -n '__fish_seen_subcommand_from process' -l model -d 'The segmentation model, a name or a file; without it selfie_segmentation' -x
complete -c backscrubctl -n '__fish_seen_subcommand_from process' -l effects -d 'Effects, separated by commas: hologram, mirror, flip, grayscale, desaturate-background, vignette, brighten, blur-background, light-wrap' -x -a 'hologram mirror flip grayscale desaturate-background vignette brighten blur-background light-wrap'
complete -c backscrubctl -n '__fish_seen_subcommand_from process' -l force -s f -d 'Overwrite OUTPUT if it exists'
complete -c backscrubctl -n '__fish_seen_subcommand_from process' -F
complete -c backscrubctl -n 'not __fish_seen_subcommand_from status start stop mode background blur effects model stats monitor process doctor help' -a doctor -d 'Find out why it does not work, and what to do'
complete -c backscrubctl -n 'not __fish_seen_subcommand_from status start stop mode background blur effects model stats monitor process doctor help' -a help -d 'Show help, also for one verb'
complete -c backscrubctl -n '__fish_seen_subcommand_from help' -a 'status start stop mode background blur effects model stats monitor process doctor help'
