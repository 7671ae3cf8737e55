# fish completion for backscrubctl, made by `backscrubctl completion fish`.
complete -c backscrubctl -f
complete -c backscrubctl -l json -s j -d 'Print JSON, for programs'
complete -c backscrubctl -l bus -d 'Use the message bus at this D-Bus address instead of the system bus' -x
complete -c backscrubctl -l help -s h -d 'Show help, also for one verb, and exit'
complete -c backscrubctl -l version -s V -d 'Show the version and exit'
complete -c backscrubctl -n 'not __fish_seen_subcommand_from status start stop mode background blur effects model camera resolution rate on-demand snapshot stats monitor process doctor help' -a status -d 'Show what the service is doing'
complete -c backscrubctl -n 'not __fish_seen_subcommand_from status start stop mode background blur effects model camera resolution rate on-demand snapshot stats monitor process doctor help' -a start -d 'Enable the virtual camera'
complete -c backscrubctl -n 'not __fish_seen_subcommand_from status start stop mode background blur effects model camera resolution rate on-demand snapshot stats monitor process doctor help' -a stop -d 'Disable the virtual camera and close the real one'
complete -c backscrubctl -n 'not __fish_seen_subcommand_from status start stop mode background blur effects model camera resolution rate on-demand snapshot stats monitor process doctor help' -a mode -d 'Show or choose what happens to the room behind you'
complete -c backscrubctl -n '__fish_seen_subcommand_from mode' -a 'passthrough blur replace mask'
complete -c backscrubctl -n 'not __fish_seen_subcommand_from status start stop mode background blur effects model camera resolution rate on-demand snapshot stats monitor process doctor help' -a background -d 'Show or choose what mode "replace" puts behind you, add your own'
complete -c backscrubctl -n '__fish_seen_subcommand_from background' -l name -d 'With add: what to call it; without it the name of the file' -x
complete -c backscrubctl -n '__fish_seen_subcommand_from background' -l focus -d 'With add: what stays visible when it is cropped, from 0,0 (left, top) to 1,1; without it 0.5,0.5' -x
complete -c backscrubctl -n '__fish_seen_subcommand_from background' -l size -d 'With thumbnail: pixels, 16 to 1024; without it 320' -x
complete -c backscrubctl -n '__fish_seen_subcommand_from background; and not __fish_seen_subcommand_from list use show add remove thumbnail' -a list -d 'List the backgrounds, built-in ones and your own'
complete -c backscrubctl -n '__fish_seen_subcommand_from background; and not __fish_seen_subcommand_from list use show add remove thumbnail' -a use -d 'Choose a background; BACKGROUND alone does the same'
complete -c backscrubctl -n '__fish_seen_subcommand_from background; and __fish_seen_subcommand_from use' -F
complete -c backscrubctl -n '__fish_seen_subcommand_from background; and __fish_seen_subcommand_from use' -a 'color:#'
complete -c backscrubctl -n '__fish_seen_subcommand_from background; and not __fish_seen_subcommand_from list use show add remove thumbnail' -a show -d 'Show what is known about a background'
complete -c backscrubctl -n '__fish_seen_subcommand_from background; and not __fish_seen_subcommand_from list use show add remove thumbnail' -a add -d 'Give a file to the service; prints its ID'
complete -c backscrubctl -n '__fish_seen_subcommand_from background; and __fish_seen_subcommand_from add' -F
complete -c backscrubctl -n '__fish_seen_subcommand_from background; and not __fish_seen_subcommand_from list use show add remove thumbnail' -a remove -d 'Have the service delete a background that was added'
complete -c backscrubctl -n '__fish_seen_subcommand_from background; and not __fish_seen_subcommand_from list use show add remove thumbnail' -a thumbnail -d 'Write a small picture of a background as PNG'
complete -c backscrubctl -n '__fish_seen_subcommand_from background; and __fish_seen_subcommand_from thumbnail' -F
complete -c backscrubctl -n '__fish_seen_subcommand_from background; and __fish_seen_subcommand_from thumbnail' -a 'color:#'
complete -c backscrubctl -n '__fish_seen_subcommand_from background' -F
complete -c backscrubctl -n 'not __fish_seen_subcommand_from status start stop mode background blur effects model camera resolution rate on-demand snapshot stats monitor process doctor help' -a blur -d 'Show or choose how much mode "blur" blurs'
complete -c backscrubctl -n '__fish_seen_subcommand_from blur' -a '0 25 50 75 100'
complete -c backscrubctl -n 'not __fish_seen_subcommand_from status start stop mode background blur effects model camera resolution rate on-demand snapshot stats monitor process doctor help' -a effects -d 'Show or choose effects, such as hologram or mirror'
complete -c backscrubctl -n '__fish_seen_subcommand_from effects; and not __fish_seen_subcommand_from set add remove none' -a set -d 'Use these effects and no others'
complete -c backscrubctl -n '__fish_seen_subcommand_from effects; and __fish_seen_subcommand_from set' -a 'hologram mirror flip grayscale desaturate-background vignette brighten blur-background light-wrap'
complete -c backscrubctl -n '__fish_seen_subcommand_from effects; and not __fish_seen_subcommand_from set add remove none' -a add -d 'Use this effect too, after the others'
complete -c backscrubctl -n '__fish_seen_subcommand_from effects; and __fish_seen_subcommand_from add' -a 'hologram mirror flip grayscale desaturate-background vignette brighten blur-background light-wrap'
complete -c backscrubctl -n '__fish_seen_subcommand_from effects; and not __fish_seen_subcommand_from set add remove none' -a remove -d 'Do without this effect'
complete -c backscrubctl -n '__fish_seen_subcommand_from effects; and __fish_seen_subcommand_from remove' -a 'hologram mirror flip grayscale desaturate-background vignette brighten blur-background light-wrap'
complete -c backscrubctl -n '__fish_seen_subcommand_from effects; and not __fish_seen_subcommand_from set add remove none' -a none -d 'Switch all effects off'
complete -c backscrubctl -n 'not __fish_seen_subcommand_from status start stop mode background blur effects model camera resolution rate on-demand snapshot stats monitor process doctor help' -a model -d 'Show or choose the model that finds the person, add one'
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
complete -c backscrubctl -n 'not __fish_seen_subcommand_from status start stop mode background blur effects model camera resolution rate on-demand snapshot stats monitor process doctor help' -a camera -d 'Show or choose the real camera'
complete -c backscrubctl -n '__fish_seen_subcommand_from camera; and not __fish_seen_subcommand_from list use auto' -a list -d 'List the cameras that are there, the chosen one marked'
complete -c backscrubctl -n '__fish_seen_subcommand_from camera; and not __fish_seen_subcommand_from list use auto' -a use -d 'Choose a camera by its id, its name or its /dev path'
complete -c backscrubctl -n '__fish_seen_subcommand_from camera; and not __fish_seen_subcommand_from list use auto' -a auto -d 'Leave the choice to the service'
complete -c backscrubctl -n 'not __fish_seen_subcommand_from status start stop mode background blur effects model camera resolution rate on-demand snapshot stats monitor process doctor help' -a resolution -d 'Show or choose the size of the virtual camera'
complete -c backscrubctl -n '__fish_seen_subcommand_from resolution' -a 'auto 640x480 1280x720 1920x1080'
complete -c backscrubctl -n 'not __fish_seen_subcommand_from status start stop mode background blur effects model camera resolution rate on-demand snapshot stats monitor process doctor help' -a rate -d 'Show or choose the frames per second of the virtual camera'
complete -c backscrubctl -n '__fish_seen_subcommand_from rate' -a 'auto 15 24 30 60'
complete -c backscrubctl -n 'not __fish_seen_subcommand_from status start stop mode background blur effects model camera resolution rate on-demand snapshot stats monitor process doctor help' -a on-demand -d 'Show or choose whether the camera is on for somebody only'
complete -c backscrubctl -n '__fish_seen_subcommand_from on-demand' -a 'on off'
complete -c backscrubctl -n 'not __fish_seen_subcommand_from status start stop mode background blur effects model camera resolution rate on-demand snapshot stats monitor process doctor help' -a snapshot -d 'Save what applications see as a JPEG file'
complete -c backscrubctl -n '__fish_seen_subcommand_from snapshot' -l size -d 'The longer side, 16 to 4096; without it 640, and never more than the picture has' -x
complete -c backscrubctl -n '__fish_seen_subcommand_from snapshot' -l quality -d '1 to 100; without it 80' -x -a '0 25 50 75 100'
complete -c backscrubctl -n '__fish_seen_subcommand_from snapshot' -l force -s f -d 'Overwrite FILE if it exists'
complete -c backscrubctl -n '__fish_seen_subcommand_from snapshot' -F
complete -c backscrubctl -n 'not __fish_seen_subcommand_from status start stop mode background blur effects model camera resolution rate on-demand snapshot stats monitor process doctor help' -a stats -d 'Show what a frame costs, stage by stage'
complete -c backscrubctl -n 'not __fish_seen_subcommand_from status start stop mode background blur effects model camera resolution rate on-demand snapshot stats monitor process doctor help' -a monitor -d 'Print changes as they happen, until interrupted'
complete -c backscrubctl -n 'not __fish_seen_subcommand_from status start stop mode background blur effects model camera resolution rate on-demand snapshot stats monitor process doctor help' -a process -d 'Process a video or picture file, without the service'
complete -c backscrubctl -n '__fish_seen_subcommand_from process' -l mode -s m -d 'passthrough, blur, replace, mask; without it blur, or replace when a background is given' -x -a 'passthrough blur replace mask'
complete -c backscrubctl -n '__fish_seen_subcommand_from process' -l background -s b -d 'color:#rrggbb, gradient:#rrggbb-#rrggbb, builtin:NAME, or an image or video file, for mode replace' -r -F -a 'color:#'
complete -c backscrubctl -n '__fish_seen_subcommand_from process' -l blur -d '0 to 100, for mode blur; without it 50' -x -a '0 25 50 75 100'
complete -c backscrubctl -n '__fish_seen_subcommand_from process' -l model -d 'The segmentation model, a name or a file; without it selfie_segmentation' -x
complete -c backscrubctl -n '__fish_seen_subcommand_from process' -l effects -d 'Effects, separated by commas: hologram, mirror, flip, grayscale, desaturate-background, vignette, brighten, blur-background, light-wrap' -x -a 'hologram mirror flip grayscale desaturate-background vignette brighten blur-background light-wrap'
complete -c backscrubctl -n '__fish_seen_subcommand_from process' -l force -s f -d 'Overwrite OUTPUT if it exists'
complete -c backscrubctl -n '__fish_seen_subcommand_from process' -F
complete -c backscrubctl -n 'not __fish_seen_subcommand_from status start stop mode background blur effects model camera resolution rate on-demand snapshot stats monitor process doctor help' -a doctor -d 'Find out why it does not work, and what to do'
complete -c backscrubctl -n 'not __fish_seen_subcommand_from status start stop mode background blur effects model camera resolution rate on-demand snapshot stats monitor process doctor help' -a help -d 'Show help, also for one verb'
complete -c backscrubctl -n '__fish_seen_subcommand_from help' -a 'status start stop mode background blur effects model camera resolution rate on-demand snapshot stats monitor process doctor help'
