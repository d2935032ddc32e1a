# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_packit_global_optspecs
    string join \n d/debug c/config= remote= json color= fas-user= k/keytab= h/help V/version
end

function __fish_packit_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_packit_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_packit_using_subcommand
    set -l cmd (__fish_packit_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c packit -n "__fish_packit_needs_command" -s c -l config -d 'The configuration file [default: .packit.yaml, .packit.yml, packit.yaml or packit.yml of the project]' -r -F
complete -c packit -n "__fish_packit_needs_command" -l remote -d 'The git remote that names the upstream project [default: origin, else the first one]' -r
complete -c packit -n "__fish_packit_needs_command" -l color -d 'When to colour messages' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c packit -n "__fish_packit_needs_command" -l fas-user -d 'Your name in the Fedora Account System: no command of this version needs it' -r
complete -c packit -n "__fish_packit_needs_command" -s k -l keytab -d 'A Kerberos keytab: no command of this version needs it' -r -F
complete -c packit -n "__fish_packit_needs_command" -s d -l debug -d 'Show how decisions were made: the log, with every candidate for the version and why it lost'
complete -c packit -n "__fish_packit_needs_command" -l json -d 'Print one JSON object instead of paths'
complete -c packit -n "__fish_packit_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c packit -n "__fish_packit_needs_command" -s V -l version -d 'Print version'
complete -c packit -n "__fish_packit_needs_command" -f -a "srpm" -d 'Make source RPMs from the project'
complete -c packit -n "__fish_packit_needs_command" -f -a "create-archive" -d 'Make the archive of the project that goes into a source RPM'
complete -c packit -n "__fish_packit_needs_command" -f -a "inspect" -d 'Show what `packit srpm` finds and would do: version, release, archive, downloads, actions'
complete -c packit -n "__fish_packit_needs_command" -f -a "config" -d 'Look at the configuration and what it means'
complete -c packit -n "__fish_packit_needs_command" -f -a "validate-config" -d 'The former name of `packit config validate`'
complete -c packit -n "__fish_packit_using_subcommand srpm" -s p -l package -d 'Only this package; can be given several times [default: all packages of the configuration]' -r
complete -c packit -n "__fish_packit_using_subcommand srpm" -l pass-env -d 'Hand an environment variable to actions though it looks like a credential; can be given several times' -r
complete -c packit -n "__fish_packit_using_subcommand srpm" -l merged-ref -d 'Only tags that this branch, tag or commit contains count [default: HEAD]' -r
complete -c packit -n "__fish_packit_using_subcommand srpm" -l output -d 'Where to put the source RPM: a file, or a folder [default: the current folder]' -r -F
complete -c packit -n "__fish_packit_using_subcommand srpm" -l release-suffix -d 'What to put behind the release number, instead of the time and the commit' -r
complete -c packit -n "__fish_packit_using_subcommand srpm" -l ref -d 'With a URL: the branch, tag or commit to build [default: the default branch]' -r
complete -c packit -n "__fish_packit_using_subcommand srpm" -l pr-id -d 'With a URL: the pull request, or merge request, to check out' -r
complete -c packit -n "__fish_packit_using_subcommand srpm" -l target-branch -d 'The branch that the pull request is merged into [default: that of --ref, else the default branch]' -r
complete -c packit -n "__fish_packit_using_subcommand srpm" -l upstream-ref -d 'Source-git mode: the last commit of upstream; the commits since then become patches' -r
complete -c packit -n "__fish_packit_using_subcommand srpm" -s c -l config -d 'The configuration file [default: .packit.yaml, .packit.yml, packit.yaml or packit.yml of the project]' -r -F
complete -c packit -n "__fish_packit_using_subcommand srpm" -l remote -d 'The git remote that names the upstream project [default: origin, else the first one]' -r
complete -c packit -n "__fish_packit_using_subcommand srpm" -l color -d 'When to colour messages' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c packit -n "__fish_packit_using_subcommand srpm" -l fas-user -d 'Your name in the Fedora Account System: no command of this version needs it' -r
complete -c packit -n "__fish_packit_using_subcommand srpm" -s k -l keytab -d 'A Kerberos keytab: no command of this version needs it' -r -F
complete -c packit -n "__fish_packit_using_subcommand srpm" -l trust -d 'With a URL: let the commands of the project\'s configuration run'
complete -c packit -n "__fish_packit_using_subcommand srpm" -l no-actions -d 'Run no actions: packit\'s own steps take their places'
complete -c packit -n "__fish_packit_using_subcommand srpm" -l any-tag -d 'The newest tag counts, wherever it is, as in the Python packit'
complete -c packit -n "__fish_packit_using_subcommand srpm" -l update-release -d 'Set Release and add a changelog entry [default: what the configuration says, else yes]'
complete -c packit -n "__fish_packit_using_subcommand srpm" -l no-update-release -d 'Leave Release and %changelog as they are'
complete -c packit -n "__fish_packit_using_subcommand srpm" -l bump -d 'The old name of --update-release'
complete -c packit -n "__fish_packit_using_subcommand srpm" -l no-bump -d 'The old name of --no-update-release'
complete -c packit -n "__fish_packit_using_subcommand srpm" -l default-release-suffix -d 'Put the time and the commit behind the release number, whatever the configuration says'
complete -c packit -n "__fish_packit_using_subcommand srpm" -l preserve-spec -d 'Take the spec file as it is'
complete -c packit -n "__fish_packit_using_subcommand srpm" -l in-place -d 'Keep the changed spec file and the archive in the project, as the Python packit does'
complete -c packit -n "__fish_packit_using_subcommand srpm" -l offline -d 'Download nothing: sources that are not there must be in the cache'
complete -c packit -n "__fish_packit_using_subcommand srpm" -l no-create-symlinks -d 'Copy an archive that `create-archive` made elsewhere beside the spec file, where it is linked by default'
complete -c packit -n "__fish_packit_using_subcommand srpm" -l create-symlinks -d 'Link it: this is the default'
complete -c packit -n "__fish_packit_using_subcommand srpm" -l spec-diff -d 'Print what would change in the spec file as a unified diff, and stop'
complete -c packit -n "__fish_packit_using_subcommand srpm" -l no-merge-pr -d 'Take the pull request as it is [default: merged into its target branch]'
complete -c packit -n "__fish_packit_using_subcommand srpm" -l merge-pr -d 'Merge it: this is the default'
complete -c packit -n "__fish_packit_using_subcommand srpm" -s d -l debug -d 'Show how decisions were made: the log, with every candidate for the version and why it lost'
complete -c packit -n "__fish_packit_using_subcommand srpm" -l json -d 'Print one JSON object instead of paths'
complete -c packit -n "__fish_packit_using_subcommand srpm" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c packit -n "__fish_packit_using_subcommand create-archive" -s p -l package -d 'Only this package; can be given several times [default: all packages of the configuration]' -r
complete -c packit -n "__fish_packit_using_subcommand create-archive" -l pass-env -d 'Hand an environment variable to actions though it looks like a credential; can be given several times' -r
complete -c packit -n "__fish_packit_using_subcommand create-archive" -l merged-ref -d 'Only tags that this branch, tag or commit contains count [default: HEAD]' -r
complete -c packit -n "__fish_packit_using_subcommand create-archive" -l output-dir -d 'Where to put the archive [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c packit -n "__fish_packit_using_subcommand create-archive" -l ref -d 'The branch, tag or commit to archive [default: HEAD]' -r
complete -c packit -n "__fish_packit_using_subcommand create-archive" -s c -l config -d 'The configuration file [default: .packit.yaml, .packit.yml, packit.yaml or packit.yml of the project]' -r -F
complete -c packit -n "__fish_packit_using_subcommand create-archive" -l remote -d 'The git remote that names the upstream project [default: origin, else the first one]' -r
complete -c packit -n "__fish_packit_using_subcommand create-archive" -l color -d 'When to colour messages' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c packit -n "__fish_packit_using_subcommand create-archive" -l fas-user -d 'Your name in the Fedora Account System: no command of this version needs it' -r
complete -c packit -n "__fish_packit_using_subcommand create-archive" -s k -l keytab -d 'A Kerberos keytab: no command of this version needs it' -r -F
complete -c packit -n "__fish_packit_using_subcommand create-archive" -l trust -d 'With a URL: let the commands of the project\'s configuration run'
complete -c packit -n "__fish_packit_using_subcommand create-archive" -l no-actions -d 'Run no actions: packit\'s own steps take their places'
complete -c packit -n "__fish_packit_using_subcommand create-archive" -l any-tag -d 'The newest tag counts, wherever it is, as in the Python packit'
complete -c packit -n "__fish_packit_using_subcommand create-archive" -s d -l debug -d 'Show how decisions were made: the log, with every candidate for the version and why it lost'
complete -c packit -n "__fish_packit_using_subcommand create-archive" -l json -d 'Print one JSON object instead of paths'
complete -c packit -n "__fish_packit_using_subcommand create-archive" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c packit -n "__fish_packit_using_subcommand inspect" -s p -l package -d 'Only this package; can be given several times [default: all packages of the configuration]' -r
complete -c packit -n "__fish_packit_using_subcommand inspect" -l pass-env -d 'Hand an environment variable to actions though it looks like a credential; can be given several times' -r
complete -c packit -n "__fish_packit_using_subcommand inspect" -l merged-ref -d 'Only tags that this branch, tag or commit contains count [default: HEAD]' -r
complete -c packit -n "__fish_packit_using_subcommand inspect" -l ref -d 'With a URL: the branch, tag or commit to look at [default: the default branch]' -r
complete -c packit -n "__fish_packit_using_subcommand inspect" -l pr-id -d 'With a URL: the pull request, or merge request, to check out' -r
complete -c packit -n "__fish_packit_using_subcommand inspect" -l target-branch -d 'The branch that the pull request is merged into [default: that of --ref, else the default branch]' -r
complete -c packit -n "__fish_packit_using_subcommand inspect" -l upstream-ref -d 'Source-git mode: the last commit of upstream' -r
complete -c packit -n "__fish_packit_using_subcommand inspect" -s c -l config -d 'The configuration file [default: .packit.yaml, .packit.yml, packit.yaml or packit.yml of the project]' -r -F
complete -c packit -n "__fish_packit_using_subcommand inspect" -l remote -d 'The git remote that names the upstream project [default: origin, else the first one]' -r
complete -c packit -n "__fish_packit_using_subcommand inspect" -l color -d 'When to colour messages' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c packit -n "__fish_packit_using_subcommand inspect" -l fas-user -d 'Your name in the Fedora Account System: no command of this version needs it' -r
complete -c packit -n "__fish_packit_using_subcommand inspect" -s k -l keytab -d 'A Kerberos keytab: no command of this version needs it' -r -F
complete -c packit -n "__fish_packit_using_subcommand inspect" -l trust -d 'With a URL: let the commands of the project\'s configuration run'
complete -c packit -n "__fish_packit_using_subcommand inspect" -l no-actions -d 'Run no actions: packit\'s own steps take their places'
complete -c packit -n "__fish_packit_using_subcommand inspect" -l any-tag -d 'The newest tag counts, wherever it is, as in the Python packit'
complete -c packit -n "__fish_packit_using_subcommand inspect" -l no-merge-pr -d 'Take the pull request as it is [default: merged into its target branch]'
complete -c packit -n "__fish_packit_using_subcommand inspect" -l merge-pr -d 'Merge it: this is the default'
complete -c packit -n "__fish_packit_using_subcommand inspect" -s d -l debug -d 'Show how decisions were made: the log, with every candidate for the version and why it lost'
complete -c packit -n "__fish_packit_using_subcommand inspect" -l json -d 'Print one JSON object instead of paths'
complete -c packit -n "__fish_packit_using_subcommand inspect" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c packit -n "__fish_packit_using_subcommand config; and not __fish_seen_subcommand_from schema show targets validate" -s c -l config -d 'The configuration file [default: .packit.yaml, .packit.yml, packit.yaml or packit.yml of the project]' -r -F
complete -c packit -n "__fish_packit_using_subcommand config; and not __fish_seen_subcommand_from schema show targets validate" -l remote -d 'The git remote that names the upstream project [default: origin, else the first one]' -r
complete -c packit -n "__fish_packit_using_subcommand config; and not __fish_seen_subcommand_from schema show targets validate" -l color -d 'When to colour messages' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c packit -n "__fish_packit_using_subcommand config; and not __fish_seen_subcommand_from schema show targets validate" -l fas-user -d 'Your name in the Fedora Account System: no command of this version needs it' -r
complete -c packit -n "__fish_packit_using_subcommand config; and not __fish_seen_subcommand_from schema show targets validate" -s k -l keytab -d 'A Kerberos keytab: no command of this version needs it' -r -F
complete -c packit -n "__fish_packit_using_subcommand config; and not __fish_seen_subcommand_from schema show targets validate" -s d -l debug -d 'Show how decisions were made: the log, with every candidate for the version and why it lost'
complete -c packit -n "__fish_packit_using_subcommand config; and not __fish_seen_subcommand_from schema show targets validate" -l json -d 'Print one JSON object instead of paths'
complete -c packit -n "__fish_packit_using_subcommand config; and not __fish_seen_subcommand_from schema show targets validate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c packit -n "__fish_packit_using_subcommand config; and not __fish_seen_subcommand_from schema show targets validate" -f -a "schema" -d 'Print the JSON Schema of the configuration, for editors'
complete -c packit -n "__fish_packit_using_subcommand config; and not __fish_seen_subcommand_from schema show targets validate" -f -a "show" -d 'Show what is in force after inheritance, and where each value comes from'
complete -c packit -n "__fish_packit_using_subcommand config; and not __fish_seen_subcommand_from schema show targets validate" -f -a "targets" -d 'Show what targets such as fedora-stable mean today'
complete -c packit -n "__fish_packit_using_subcommand config; and not __fish_seen_subcommand_from schema show targets validate" -f -a "validate" -d 'Check the configuration: everything that is wrong with it, with its place and how to mend it'
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from schema" -s c -l config -d 'The configuration file [default: .packit.yaml, .packit.yml, packit.yaml or packit.yml of the project]' -r -F
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from schema" -l remote -d 'The git remote that names the upstream project [default: origin, else the first one]' -r
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from schema" -l color -d 'When to colour messages' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from schema" -l fas-user -d 'Your name in the Fedora Account System: no command of this version needs it' -r
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from schema" -s k -l keytab -d 'A Kerberos keytab: no command of this version needs it' -r -F
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from schema" -s d -l debug -d 'Show how decisions were made: the log, with every candidate for the version and why it lost'
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from schema" -l json -d 'Print one JSON object instead of paths'
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from schema" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from show" -s p -l package -d 'Only this package; can be given several times [default: all packages of the configuration]' -r
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from show" -l job -d 'In this job, counted from 0; one with `trigger: a | b` counts twice [default: outside of jobs]' -r
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from show" -s c -l config -d 'The configuration file [default: .packit.yaml, .packit.yml, packit.yaml or packit.yml of the project]' -r -F
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from show" -l remote -d 'The git remote that names the upstream project [default: origin, else the first one]' -r
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from show" -l color -d 'When to colour messages' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from show" -l fas-user -d 'Your name in the Fedora Account System: no command of this version needs it' -r
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from show" -s k -l keytab -d 'A Kerberos keytab: no command of this version needs it' -r -F
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from show" -l effective -d 'Defaults, too'
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from show" -l yaml -d 'Print one YAML document, with what --json has'
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from show" -s d -l debug -d 'Show how decisions were made: the log, with every candidate for the version and why it lost'
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from show" -l json -d 'Print one JSON object instead of paths'
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from targets" -s c -l config -d 'The configuration file [default: .packit.yaml, .packit.yml, packit.yaml or packit.yml of the project]' -r -F
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from targets" -l remote -d 'The git remote that names the upstream project [default: origin, else the first one]' -r
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from targets" -l color -d 'When to colour messages' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from targets" -l fas-user -d 'Your name in the Fedora Account System: no command of this version needs it' -r
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from targets" -s k -l keytab -d 'A Kerberos keytab: no command of this version needs it' -r -F
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from targets" -l offline -d 'Ask nobody: take what the cache has, however old, else the list that packit was built with'
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from targets" -l chroots -d 'Print only the chroots, one a line'
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from targets" -l branches -d 'Print only the branches, one a line'
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from targets" -s d -l debug -d 'Show how decisions were made: the log, with every candidate for the version and why it lost'
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from targets" -l json -d 'Print one JSON object instead of paths'
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from targets" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from validate" -l format -d 'How the findings are told' -r -f -a "human\t'As messages with marked lines, on standard error'
json\t'As one JSON object'
github\t'As workflow commands of GitHub'
sarif\t'As a SARIF document'"
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from validate" -s c -l config -d 'The configuration file [default: .packit.yaml, .packit.yml, packit.yaml or packit.yml of the project]' -r -F
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from validate" -l remote -d 'The git remote that names the upstream project [default: origin, else the first one]' -r
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from validate" -l color -d 'When to colour messages' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from validate" -l fas-user -d 'Your name in the Fedora Account System: no command of this version needs it' -r
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from validate" -s k -l keytab -d 'A Kerberos keytab: no command of this version needs it' -r -F
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from validate" -l offline -d 'Ask nobody: that is so in any case'
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from validate" -s d -l debug -d 'Show how decisions were made: the log, with every candidate for the version and why it lost'
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from validate" -l json -d 'Print one JSON object instead of paths'
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from validate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c packit -n "__fish_packit_using_subcommand validate-config" -l format -d 'How the findings are told' -r -f -a "human\t'As messages with marked lines, on standard error'
json\t'As one JSON object'
github\t'As workflow commands of GitHub'
sarif\t'As a SARIF document'"
complete -c packit -n "__fish_packit_using_subcommand validate-config" -s c -l config -d 'The configuration file [default: .packit.yaml, .packit.yml, packit.yaml or packit.yml of the project]' -r -F
complete -c packit -n "__fish_packit_using_subcommand validate-config" -l remote -d 'The git remote that names the upstream project [default: origin, else the first one]' -r
complete -c packit -n "__fish_packit_using_subcommand validate-config" -l color -d 'When to colour messages' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c packit -n "__fish_packit_using_subcommand validate-config" -l fas-user -d 'Your name in the Fedora Account System: no command of this version needs it' -r
complete -c packit -n "__fish_packit_using_subcommand validate-config" -s k -l keytab -d 'A Kerberos keytab: no command of this version needs it' -r -F
complete -c packit -n "__fish_packit_using_subcommand validate-config" -l offline -d 'Ask nobody: that is so in any case'
complete -c packit -n "__fish_packit_using_subcommand validate-config" -s d -l debug -d 'Show how decisions were made: the log, with every candidate for the version and why it lost'
complete -c packit -n "__fish_packit_using_subcommand validate-config" -l json -d 'Print one JSON object instead of paths'
complete -c packit -n "__fish_packit_using_subcommand validate-config" -s h -l help -d 'Print help (see more with \'--help\')'
