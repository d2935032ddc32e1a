# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_packit_global_optspecs
    string join \n d/debug c/config= remote= json color= ci no-ci dotenv= fas-user= k/keytab= h/help V/version
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
complete -c packit -n "__fish_packit_needs_command" -l dotenv -d 'Add what came out to this file, as PACKIT_RESULT_... variables for later jobs of GitLab CI' -r -F
complete -c packit -n "__fish_packit_needs_command" -l fas-user -d 'Your name in the Fedora Account System: no command of this version needs it' -r
complete -c packit -n "__fish_packit_needs_command" -s k -l keytab -d 'A Kerberos keytab: no command of this version needs it' -r -F
complete -c packit -n "__fish_packit_needs_command" -s d -l debug -d 'Show how decisions were made: the log, with every candidate for the version and why it lost'
complete -c packit -n "__fish_packit_needs_command" -l json -d 'Print one JSON object instead of paths'
complete -c packit -n "__fish_packit_needs_command" -l ci -d 'Write as for a CI: no moving lines, parts that can be folded, annotations, outputs [default: where a CI is found]'
complete -c packit -n "__fish_packit_needs_command" -l no-ci -d 'Write as for a person, in a CI too'
complete -c packit -n "__fish_packit_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c packit -n "__fish_packit_needs_command" -s V -l version -d 'Print version'
complete -c packit -n "__fish_packit_needs_command" -f -a "srpm" -d 'Make source RPMs from the project'
complete -c packit -n "__fish_packit_needs_command" -f -a "create-archive" -d 'Make the archive of the project that goes into a source RPM'
complete -c packit -n "__fish_packit_needs_command" -f -a "prepare-sources" -d 'Fill a folder with all that `rpmbuild -bs` needs'
complete -c packit -n "__fish_packit_needs_command" -f -a "copr-build" -d 'Build packages in Copr'
complete -c packit -n "__fish_packit_needs_command" -f -a "local-build" -d 'Build packages on this machine'
complete -c packit -n "__fish_packit_needs_command" -f -a "build" -d 'Build packages'
complete -c packit -n "__fish_packit_needs_command" -f -a "propose-update" -d 'Bring a release to dist-git as pull requests'
complete -c packit -n "__fish_packit_needs_command" -f -a "pull-from-upstream" -d 'Bring a release to dist-git, from a checkout of dist-git'
complete -c packit -n "__fish_packit_needs_command" -f -a "sync-from-downstream" -d 'Bring changes of dist-git back to upstream as a pull request'
complete -c packit -n "__fish_packit_needs_command" -f -a "copr" -d 'Look at builds in Copr, follow, download and cancel them'
complete -c packit -n "__fish_packit_needs_command" -f -a "inspect" -d 'Show what `packit srpm` finds and would do: version, release, archive, downloads, actions'
complete -c packit -n "__fish_packit_needs_command" -f -a "config" -d 'Look at the configuration and what it means'
complete -c packit -n "__fish_packit_needs_command" -f -a "doctor" -d 'See whether packit can work here'
complete -c packit -n "__fish_packit_needs_command" -f -a "init" -d 'Write a configuration for the repository at hand'
complete -c packit -n "__fish_packit_needs_command" -f -a "validate-config" -d 'The former name of `packit config validate`'
complete -c packit -n "__fish_packit_using_subcommand srpm" -s p -l package -d 'Only this package; can be given several times [default: all packages of the configuration]' -r
complete -c packit -n "__fish_packit_using_subcommand srpm" -l pass-env -d 'Hand an environment variable to actions though it looks like a credential; can be given several times' -r
complete -c packit -n "__fish_packit_using_subcommand srpm" -l merged-ref -d 'Only tags that this branch, tag or commit contains count [default: HEAD]' -r
complete -c packit -n "__fish_packit_using_subcommand srpm" -l output -d 'Where to put the source RPM: a file, or a folder [default: the current folder]' -r -F
complete -c packit -n "__fish_packit_using_subcommand srpm" -l release-suffix -d 'What to put behind the release number, instead of the time and the commit' -r
complete -c packit -n "__fish_packit_using_subcommand srpm" -l ref -d 'With a URL: the branch, tag or commit to build [default: the default branch]' -r
complete -c packit -n "__fish_packit_using_subcommand srpm" -l pr-id -d 'With a URL: the pull request, or merge request, to check out' -r
complete -c packit -n "__fish_packit_using_subcommand srpm" -l target-branch -d 'The branch that the pull request is merged into [default: the branch of --ref, else the default branch]' -r
complete -c packit -n "__fish_packit_using_subcommand srpm" -l upstream-ref -d 'Source-git mode: the last commit of upstream; the commits since then become patches' -r
complete -c packit -n "__fish_packit_using_subcommand srpm" -s c -l config -d 'The configuration file [default: .packit.yaml, .packit.yml, packit.yaml or packit.yml of the project]' -r -F
complete -c packit -n "__fish_packit_using_subcommand srpm" -l remote -d 'The git remote that names the upstream project [default: origin, else the first one]' -r
complete -c packit -n "__fish_packit_using_subcommand srpm" -l color -d 'When to colour messages' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c packit -n "__fish_packit_using_subcommand srpm" -l dotenv -d 'Add what came out to this file, as PACKIT_RESULT_... variables for later jobs of GitLab CI' -r -F
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
complete -c packit -n "__fish_packit_using_subcommand srpm" -l ci -d 'Write as for a CI: no moving lines, parts that can be folded, annotations, outputs [default: where a CI is found]'
complete -c packit -n "__fish_packit_using_subcommand srpm" -l no-ci -d 'Write as for a person, in a CI too'
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
complete -c packit -n "__fish_packit_using_subcommand create-archive" -l dotenv -d 'Add what came out to this file, as PACKIT_RESULT_... variables for later jobs of GitLab CI' -r -F
complete -c packit -n "__fish_packit_using_subcommand create-archive" -l fas-user -d 'Your name in the Fedora Account System: no command of this version needs it' -r
complete -c packit -n "__fish_packit_using_subcommand create-archive" -s k -l keytab -d 'A Kerberos keytab: no command of this version needs it' -r -F
complete -c packit -n "__fish_packit_using_subcommand create-archive" -l trust -d 'With a URL: let the commands of the project\'s configuration run'
complete -c packit -n "__fish_packit_using_subcommand create-archive" -l no-actions -d 'Run no actions: packit\'s own steps take their places'
complete -c packit -n "__fish_packit_using_subcommand create-archive" -l any-tag -d 'The newest tag counts, wherever it is, as in the Python packit'
complete -c packit -n "__fish_packit_using_subcommand create-archive" -s d -l debug -d 'Show how decisions were made: the log, with every candidate for the version and why it lost'
complete -c packit -n "__fish_packit_using_subcommand create-archive" -l json -d 'Print one JSON object instead of paths'
complete -c packit -n "__fish_packit_using_subcommand create-archive" -l ci -d 'Write as for a CI: no moving lines, parts that can be folded, annotations, outputs [default: where a CI is found]'
complete -c packit -n "__fish_packit_using_subcommand create-archive" -l no-ci -d 'Write as for a person, in a CI too'
complete -c packit -n "__fish_packit_using_subcommand create-archive" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c packit -n "__fish_packit_using_subcommand prepare-sources" -s p -l package -d 'Only this package; can be given several times [default: all packages of the configuration]' -r
complete -c packit -n "__fish_packit_using_subcommand prepare-sources" -l pass-env -d 'Hand an environment variable to actions though it looks like a credential; can be given several times' -r
complete -c packit -n "__fish_packit_using_subcommand prepare-sources" -l merged-ref -d 'Only tags that this branch, tag or commit contains count [default: HEAD]' -r
complete -c packit -n "__fish_packit_using_subcommand prepare-sources" -l result-dir -d 'The folder to fill [default: prepare_sources_result, with the package\'s own folder behind it where it has one]' -r -f -a "(__fish_complete_directories)"
complete -c packit -n "__fish_packit_using_subcommand prepare-sources" -l job-config-index -d 'The job whose settings count, counted from 0 among those of the package; one with `trigger: a | b` counts twice' -r
complete -c packit -n "__fish_packit_using_subcommand prepare-sources" -l release-suffix -d 'What to put behind the release number, instead of the time and the commit' -r
complete -c packit -n "__fish_packit_using_subcommand prepare-sources" -l ref -d 'With a URL: the branch, tag or commit to take [default: the default branch]' -r
complete -c packit -n "__fish_packit_using_subcommand prepare-sources" -l pr-id -d 'With a URL: the pull request, or merge request, to check out' -r
complete -c packit -n "__fish_packit_using_subcommand prepare-sources" -l target-branch -d 'The branch that the pull request is merged into [default: the branch of --ref, else the default branch]' -r
complete -c packit -n "__fish_packit_using_subcommand prepare-sources" -l upstream-ref -d 'Source-git mode: the last commit of upstream; the commits since then become patches' -r
complete -c packit -n "__fish_packit_using_subcommand prepare-sources" -s c -l config -d 'The configuration file [default: .packit.yaml, .packit.yml, packit.yaml or packit.yml of the project]' -r -F
complete -c packit -n "__fish_packit_using_subcommand prepare-sources" -l remote -d 'The git remote that names the upstream project [default: origin, else the first one]' -r
complete -c packit -n "__fish_packit_using_subcommand prepare-sources" -l color -d 'When to colour messages' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c packit -n "__fish_packit_using_subcommand prepare-sources" -l dotenv -d 'Add what came out to this file, as PACKIT_RESULT_... variables for later jobs of GitLab CI' -r -F
complete -c packit -n "__fish_packit_using_subcommand prepare-sources" -l fas-user -d 'Your name in the Fedora Account System: no command of this version needs it' -r
complete -c packit -n "__fish_packit_using_subcommand prepare-sources" -s k -l keytab -d 'A Kerberos keytab: no command of this version needs it' -r -F
complete -c packit -n "__fish_packit_using_subcommand prepare-sources" -l trust -d 'With a URL: let the commands of the project\'s configuration run'
complete -c packit -n "__fish_packit_using_subcommand prepare-sources" -l no-actions -d 'Run no actions: packit\'s own steps take their places'
complete -c packit -n "__fish_packit_using_subcommand prepare-sources" -l any-tag -d 'The newest tag counts, wherever it is, as in the Python packit'
complete -c packit -n "__fish_packit_using_subcommand prepare-sources" -l update-release -d 'Set Release and add a changelog entry [default: what the configuration says, else yes]'
complete -c packit -n "__fish_packit_using_subcommand prepare-sources" -l no-update-release -d 'Leave Release and %changelog as they are'
complete -c packit -n "__fish_packit_using_subcommand prepare-sources" -l bump -d 'The old name of --update-release'
complete -c packit -n "__fish_packit_using_subcommand prepare-sources" -l no-bump -d 'The old name of --no-update-release'
complete -c packit -n "__fish_packit_using_subcommand prepare-sources" -l default-release-suffix -d 'Put the time and the commit behind the release number, whatever the configuration says'
complete -c packit -n "__fish_packit_using_subcommand prepare-sources" -l preserve-spec -d 'Take the spec file as it is'
complete -c packit -n "__fish_packit_using_subcommand prepare-sources" -l offline -d 'Download nothing: sources that are not there must be in the cache'
complete -c packit -n "__fish_packit_using_subcommand prepare-sources" -l no-create-symlinks -d 'Copy an archive that `create-archive` made elsewhere into the folder, where it is linked by default'
complete -c packit -n "__fish_packit_using_subcommand prepare-sources" -l create-symlinks -d 'Link it: this is the default'
complete -c packit -n "__fish_packit_using_subcommand prepare-sources" -l no-merge-pr -d 'Take the pull request as it is [default: merged into its target branch]'
complete -c packit -n "__fish_packit_using_subcommand prepare-sources" -l merge-pr -d 'Merge it: this is the default'
complete -c packit -n "__fish_packit_using_subcommand prepare-sources" -s d -l debug -d 'Show how decisions were made: the log, with every candidate for the version and why it lost'
complete -c packit -n "__fish_packit_using_subcommand prepare-sources" -l json -d 'Print one JSON object instead of paths'
complete -c packit -n "__fish_packit_using_subcommand prepare-sources" -l ci -d 'Write as for a CI: no moving lines, parts that can be folded, annotations, outputs [default: where a CI is found]'
complete -c packit -n "__fish_packit_using_subcommand prepare-sources" -l no-ci -d 'Write as for a person, in a CI too'
complete -c packit -n "__fish_packit_using_subcommand prepare-sources" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c packit -n "__fish_packit_using_subcommand copr-build" -s p -l package -d 'Only this package; can be given several times [default: all packages of the configuration]' -r
complete -c packit -n "__fish_packit_using_subcommand copr-build" -l pass-env -d 'Hand an environment variable to actions though it looks like a credential; can be given several times' -r
complete -c packit -n "__fish_packit_using_subcommand copr-build" -l merged-ref -d 'Only tags that this branch, tag or commit contains count [default: HEAD]' -r
complete -c packit -n "__fish_packit_using_subcommand copr-build" -l copr-config -d 'The file that says which Copr server, and who you are there [default: ~/.config/copr]' -r -F
complete -c packit -n "__fish_packit_using_subcommand copr-build" -l srpm -d 'Send this source RPM instead of making one' -r -F
complete -c packit -n "__fish_packit_using_subcommand copr-build" -l ref -d 'With a URL: the branch, tag or commit to build [default: the default branch]' -r
complete -c packit -n "__fish_packit_using_subcommand copr-build" -l pr-id -d 'With a URL: the pull request, or merge request, to check out' -r
complete -c packit -n "__fish_packit_using_subcommand copr-build" -l target-branch -d 'The branch that the pull request is merged into [default: the branch of --ref, else the default branch]' -r
complete -c packit -n "__fish_packit_using_subcommand copr-build" -l upstream-ref -d 'Source-git mode: the last commit of upstream; the commits since then become patches' -r
complete -c packit -n "__fish_packit_using_subcommand copr-build" -l release-suffix -d 'What to put behind the release number, instead of the time and the commit' -r
complete -c packit -n "__fish_packit_using_subcommand copr-build" -l job-config-index -d 'The job to take targets and settings from, counted from 0 [default: the first copr_build job]' -r
complete -c packit -n "__fish_packit_using_subcommand copr-build" -l timeout -d 'Stop following after so many seconds; the build goes on' -r
complete -c packit -n "__fish_packit_using_subcommand copr-build" -l poll-interval -d 'Ask Copr every so many seconds; up to three times as long when nothing changes' -r
complete -c packit -n "__fish_packit_using_subcommand copr-build" -l owner -d 'The owner of the project: a user, or @GROUP [default: you]' -r
complete -c packit -n "__fish_packit_using_subcommand copr-build" -l project -d 'The project [default: that of the job, else packit-cli-REPOSITORY-BRANCH]' -r
complete -c packit -n "__fish_packit_using_subcommand copr-build" -l targets -d 'What to build for: chroots, distributions or aliases [default: those of the job, else fedora-rawhide-x86_64]' -r
complete -c packit -n "__fish_packit_using_subcommand copr-build" -l description -d 'What the project is' -r
complete -c packit -n "__fish_packit_using_subcommand copr-build" -l instructions -d 'How to install from it' -r
complete -c packit -n "__fish_packit_using_subcommand copr-build" -l additional-repos -d 'More repositories for the builds: addresses, or copr://OWNER/PROJECT' -r
complete -c packit -n "__fish_packit_using_subcommand copr-build" -l bootstrap -d 'How the chroots are made' -r -f -a "default\t''
on\t''
off\t''
image\t''"
complete -c packit -n "__fish_packit_using_subcommand copr-build" -l build-timeout -d 'After how many seconds Copr gives up a build [default: that of the job, else Copr\'s own]' -r
complete -c packit -n "__fish_packit_using_subcommand copr-build" -l isolation -d 'How the chroots are shut off' -r -f -a "default\t''
simple\t''
nspawn\t''"
complete -c packit -n "__fish_packit_using_subcommand copr-build" -l after-build-id -d 'Begin when this build is done' -r
complete -c packit -n "__fish_packit_using_subcommand copr-build" -l with-build-id -d 'Belong to the same batch as this build' -r
complete -c packit -n "__fish_packit_using_subcommand copr-build" -l project-dirname -d 'Put the results into a directory of the project of its own: PROJECT:WORDS' -r
complete -c packit -n "__fish_packit_using_subcommand copr-build" -s c -l config -d 'The configuration file [default: .packit.yaml, .packit.yml, packit.yaml or packit.yml of the project]' -r -F
complete -c packit -n "__fish_packit_using_subcommand copr-build" -l remote -d 'The git remote that names the upstream project [default: origin, else the first one]' -r
complete -c packit -n "__fish_packit_using_subcommand copr-build" -l color -d 'When to colour messages' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c packit -n "__fish_packit_using_subcommand copr-build" -l dotenv -d 'Add what came out to this file, as PACKIT_RESULT_... variables for later jobs of GitLab CI' -r -F
complete -c packit -n "__fish_packit_using_subcommand copr-build" -l fas-user -d 'Your name in the Fedora Account System: no command of this version needs it' -r
complete -c packit -n "__fish_packit_using_subcommand copr-build" -s k -l keytab -d 'A Kerberos keytab: no command of this version needs it' -r -F
complete -c packit -n "__fish_packit_using_subcommand copr-build" -l trust -d 'With a URL: let the commands of the project\'s configuration run'
complete -c packit -n "__fish_packit_using_subcommand copr-build" -l no-actions -d 'Run no actions: packit\'s own steps take their places'
complete -c packit -n "__fish_packit_using_subcommand copr-build" -l any-tag -d 'The newest tag counts, wherever it is, as in the Python packit'
complete -c packit -n "__fish_packit_using_subcommand copr-build" -l dry-run -d 'Ask Copr everything, but send nothing: print what would be sent'
complete -c packit -n "__fish_packit_using_subcommand copr-build" -l offline -d 'Download no sources, and ask nobody what an alias means: take what is cached'
complete -c packit -n "__fish_packit_using_subcommand copr-build" -l no-merge-pr -d 'Take the pull request as it is [default: merged into its target branch]'
complete -c packit -n "__fish_packit_using_subcommand copr-build" -l merge-pr -d 'Merge it: this is the default'
complete -c packit -n "__fish_packit_using_subcommand copr-build" -l default-release-suffix -d 'Put the time and the commit behind the release number, whatever the configuration says'
complete -c packit -n "__fish_packit_using_subcommand copr-build" -l no-wait -d 'Do not follow the build: print its number and page, and stop'
complete -c packit -n "__fish_packit_using_subcommand copr-build" -l wait -d 'Follow the build: this is the default'
complete -c packit -n "__fish_packit_using_subcommand copr-build" -l logs -d 'Show the logs of the builds while they grow'
complete -c packit -n "__fish_packit_using_subcommand copr-build" -l list-on-homepage -d 'Show the project on Copr\'s front page'
complete -c packit -n "__fish_packit_using_subcommand copr-build" -l no-list-on-homepage -d 'Do not show it there: a new project is not shown by default'
complete -c packit -n "__fish_packit_using_subcommand copr-build" -l preserve-project -d 'Keep the project [default: Copr deletes a new one after 60 days without a build]'
complete -c packit -n "__fish_packit_using_subcommand copr-build" -l no-preserve-project -d 'Let Copr delete it after 60 days without a build'
complete -c packit -n "__fish_packit_using_subcommand copr-build" -l module-hotfixes -d 'Let the packages count as fixes of modules'
complete -c packit -n "__fish_packit_using_subcommand copr-build" -l no-module-hotfixes -d 'Do not let them'
complete -c packit -n "__fish_packit_using_subcommand copr-build" -l no-edit-project -d 'Leave a project that exists as it is'
complete -c packit -n "__fish_packit_using_subcommand copr-build" -l request-admin-if-needed -d 'Where only administrators may change the project: ask them to become one'
complete -c packit -n "__fish_packit_using_subcommand copr-build" -l enable-net -d 'Give the build a network'
complete -c packit -n "__fish_packit_using_subcommand copr-build" -l disable-net -d 'Give it none: this is the default'
complete -c packit -n "__fish_packit_using_subcommand copr-build" -l background -d 'Let other builds go first'
complete -c packit -n "__fish_packit_using_subcommand copr-build" -s d -l debug -d 'Show how decisions were made: the log, with every candidate for the version and why it lost'
complete -c packit -n "__fish_packit_using_subcommand copr-build" -l json -d 'Print one JSON object instead of paths'
complete -c packit -n "__fish_packit_using_subcommand copr-build" -l ci -d 'Write as for a CI: no moving lines, parts that can be folded, annotations, outputs [default: where a CI is found]'
complete -c packit -n "__fish_packit_using_subcommand copr-build" -l no-ci -d 'Write as for a person, in a CI too'
complete -c packit -n "__fish_packit_using_subcommand copr-build" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c packit -n "__fish_packit_using_subcommand local-build" -s p -l package -d 'Only this package; can be given several times [default: all packages of the configuration]' -r
complete -c packit -n "__fish_packit_using_subcommand local-build" -l pass-env -d 'Hand an environment variable to actions though it looks like a credential; can be given several times' -r
complete -c packit -n "__fish_packit_using_subcommand local-build" -l merged-ref -d 'Only tags that this branch, tag or commit contains count [default: HEAD]' -r
complete -c packit -n "__fish_packit_using_subcommand local-build" -l srpm -d 'Build this source RPM instead of making one' -r -F
complete -c packit -n "__fish_packit_using_subcommand local-build" -l release-suffix -d 'What to put behind the release number, instead of the time and the commit' -r
complete -c packit -n "__fish_packit_using_subcommand local-build" -l ref -d 'With a URL: the branch, tag or commit to build [default: the default branch]' -r
complete -c packit -n "__fish_packit_using_subcommand local-build" -l pr-id -d 'With a URL: the pull request, or merge request, to check out' -r
complete -c packit -n "__fish_packit_using_subcommand local-build" -l target-branch -d 'The branch that the pull request is merged into [default: the branch of --ref, else the default branch]' -r
complete -c packit -n "__fish_packit_using_subcommand local-build" -l upstream-ref -d 'Source-git mode: the last commit of upstream; the commits since then become patches' -r
complete -c packit -n "__fish_packit_using_subcommand local-build" -l resultdir -d 'The folder for the folders with the RPMs [default: the current one]' -r -f -a "(__fish_complete_directories)"
complete -c packit -n "__fish_packit_using_subcommand local-build" -s c -l config -d 'The configuration file [default: .packit.yaml, .packit.yml, packit.yaml or packit.yml of the project]' -r -F
complete -c packit -n "__fish_packit_using_subcommand local-build" -l remote -d 'The git remote that names the upstream project [default: origin, else the first one]' -r
complete -c packit -n "__fish_packit_using_subcommand local-build" -l color -d 'When to colour messages' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c packit -n "__fish_packit_using_subcommand local-build" -l dotenv -d 'Add what came out to this file, as PACKIT_RESULT_... variables for later jobs of GitLab CI' -r -F
complete -c packit -n "__fish_packit_using_subcommand local-build" -l fas-user -d 'Your name in the Fedora Account System: no command of this version needs it' -r
complete -c packit -n "__fish_packit_using_subcommand local-build" -s k -l keytab -d 'A Kerberos keytab: no command of this version needs it' -r -F
complete -c packit -n "__fish_packit_using_subcommand local-build" -l trust -d 'With a URL: let the commands of the project\'s configuration run'
complete -c packit -n "__fish_packit_using_subcommand local-build" -l no-actions -d 'Run no actions: packit\'s own steps take their places'
complete -c packit -n "__fish_packit_using_subcommand local-build" -l any-tag -d 'The newest tag counts, wherever it is, as in the Python packit'
complete -c packit -n "__fish_packit_using_subcommand local-build" -l update-release -d 'Set Release and add a changelog entry [default: what the configuration says, else yes]'
complete -c packit -n "__fish_packit_using_subcommand local-build" -l no-update-release -d 'Leave Release and %changelog as they are'
complete -c packit -n "__fish_packit_using_subcommand local-build" -l default-release-suffix -d 'Put the time and the commit behind the release number, whatever the configuration says'
complete -c packit -n "__fish_packit_using_subcommand local-build" -l offline -d 'Download nothing: sources that are not there must be in the cache'
complete -c packit -n "__fish_packit_using_subcommand local-build" -l no-merge-pr -d 'Take the pull request as it is [default: merged into its target branch]'
complete -c packit -n "__fish_packit_using_subcommand local-build" -l merge-pr -d 'Merge it: this is the default'
complete -c packit -n "__fish_packit_using_subcommand local-build" -l nodeps -d 'Do not ask rpm whether the build dependencies are there: where another program installs packages, rpm does not know them'
complete -c packit -n "__fish_packit_using_subcommand local-build" -s d -l debug -d 'Show how decisions were made: the log, with every candidate for the version and why it lost'
complete -c packit -n "__fish_packit_using_subcommand local-build" -l json -d 'Print one JSON object instead of paths'
complete -c packit -n "__fish_packit_using_subcommand local-build" -l ci -d 'Write as for a CI: no moving lines, parts that can be folded, annotations, outputs [default: where a CI is found]'
complete -c packit -n "__fish_packit_using_subcommand local-build" -l no-ci -d 'Write as for a person, in a CI too'
complete -c packit -n "__fish_packit_using_subcommand local-build" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c packit -n "__fish_packit_using_subcommand build; and not __fish_seen_subcommand_from locally in-mock in-copr" -l srpm -d 'Build this source RPM instead of making one' -r -F
complete -c packit -n "__fish_packit_using_subcommand build; and not __fish_seen_subcommand_from locally in-mock in-copr" -s c -l config -d 'The configuration file [default: .packit.yaml, .packit.yml, packit.yaml or packit.yml of the project]' -r -F
complete -c packit -n "__fish_packit_using_subcommand build; and not __fish_seen_subcommand_from locally in-mock in-copr" -l remote -d 'The git remote that names the upstream project [default: origin, else the first one]' -r
complete -c packit -n "__fish_packit_using_subcommand build; and not __fish_seen_subcommand_from locally in-mock in-copr" -l color -d 'When to colour messages' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c packit -n "__fish_packit_using_subcommand build; and not __fish_seen_subcommand_from locally in-mock in-copr" -l dotenv -d 'Add what came out to this file, as PACKIT_RESULT_... variables for later jobs of GitLab CI' -r -F
complete -c packit -n "__fish_packit_using_subcommand build; and not __fish_seen_subcommand_from locally in-mock in-copr" -l fas-user -d 'Your name in the Fedora Account System: no command of this version needs it' -r
complete -c packit -n "__fish_packit_using_subcommand build; and not __fish_seen_subcommand_from locally in-mock in-copr" -s k -l keytab -d 'A Kerberos keytab: no command of this version needs it' -r -F
complete -c packit -n "__fish_packit_using_subcommand build; and not __fish_seen_subcommand_from locally in-mock in-copr" -s d -l debug -d 'Show how decisions were made: the log, with every candidate for the version and why it lost'
complete -c packit -n "__fish_packit_using_subcommand build; and not __fish_seen_subcommand_from locally in-mock in-copr" -l json -d 'Print one JSON object instead of paths'
complete -c packit -n "__fish_packit_using_subcommand build; and not __fish_seen_subcommand_from locally in-mock in-copr" -l ci -d 'Write as for a CI: no moving lines, parts that can be folded, annotations, outputs [default: where a CI is found]'
complete -c packit -n "__fish_packit_using_subcommand build; and not __fish_seen_subcommand_from locally in-mock in-copr" -l no-ci -d 'Write as for a person, in a CI too'
complete -c packit -n "__fish_packit_using_subcommand build; and not __fish_seen_subcommand_from locally in-mock in-copr" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c packit -n "__fish_packit_using_subcommand build; and not __fish_seen_subcommand_from locally in-mock in-copr" -f -a "locally" -d 'Build packages on this machine'
complete -c packit -n "__fish_packit_using_subcommand build; and not __fish_seen_subcommand_from locally in-mock in-copr" -f -a "in-mock" -d 'Build packages in a chroot of mock'
complete -c packit -n "__fish_packit_using_subcommand build; and not __fish_seen_subcommand_from locally in-mock in-copr" -f -a "in-copr" -d 'Build packages in Copr'
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from locally" -s p -l package -d 'Only this package; can be given several times [default: all packages of the configuration]' -r
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from locally" -l pass-env -d 'Hand an environment variable to actions though it looks like a credential; can be given several times' -r
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from locally" -l merged-ref -d 'Only tags that this branch, tag or commit contains count [default: HEAD]' -r
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from locally" -l srpm -d 'Build this source RPM instead of making one' -r -F
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from locally" -l release-suffix -d 'What to put behind the release number, instead of the time and the commit' -r
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from locally" -l ref -d 'With a URL: the branch, tag or commit to build [default: the default branch]' -r
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from locally" -l pr-id -d 'With a URL: the pull request, or merge request, to check out' -r
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from locally" -l target-branch -d 'The branch that the pull request is merged into [default: the branch of --ref, else the default branch]' -r
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from locally" -l upstream-ref -d 'Source-git mode: the last commit of upstream; the commits since then become patches' -r
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from locally" -l resultdir -d 'The folder for the folders with the RPMs [default: the current one]' -r -f -a "(__fish_complete_directories)"
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from locally" -s c -l config -d 'The configuration file [default: .packit.yaml, .packit.yml, packit.yaml or packit.yml of the project]' -r -F
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from locally" -l remote -d 'The git remote that names the upstream project [default: origin, else the first one]' -r
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from locally" -l color -d 'When to colour messages' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from locally" -l dotenv -d 'Add what came out to this file, as PACKIT_RESULT_... variables for later jobs of GitLab CI' -r -F
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from locally" -l fas-user -d 'Your name in the Fedora Account System: no command of this version needs it' -r
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from locally" -s k -l keytab -d 'A Kerberos keytab: no command of this version needs it' -r -F
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from locally" -l trust -d 'With a URL: let the commands of the project\'s configuration run'
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from locally" -l no-actions -d 'Run no actions: packit\'s own steps take their places'
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from locally" -l any-tag -d 'The newest tag counts, wherever it is, as in the Python packit'
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from locally" -l update-release -d 'Set Release and add a changelog entry [default: what the configuration says, else yes]'
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from locally" -l no-update-release -d 'Leave Release and %changelog as they are'
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from locally" -l default-release-suffix -d 'Put the time and the commit behind the release number, whatever the configuration says'
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from locally" -l offline -d 'Download nothing: sources that are not there must be in the cache'
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from locally" -l no-merge-pr -d 'Take the pull request as it is [default: merged into its target branch]'
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from locally" -l merge-pr -d 'Merge it: this is the default'
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from locally" -l nodeps -d 'Do not ask rpm whether the build dependencies are there: where another program installs packages, rpm does not know them'
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from locally" -s d -l debug -d 'Show how decisions were made: the log, with every candidate for the version and why it lost'
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from locally" -l json -d 'Print one JSON object instead of paths'
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from locally" -l ci -d 'Write as for a CI: no moving lines, parts that can be folded, annotations, outputs [default: where a CI is found]'
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from locally" -l no-ci -d 'Write as for a person, in a CI too'
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from locally" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-mock" -s p -l package -d 'Only this package; can be given several times [default: all packages of the configuration]' -r
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-mock" -l pass-env -d 'Hand an environment variable to actions though it looks like a credential; can be given several times' -r
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-mock" -l merged-ref -d 'Only tags that this branch, tag or commit contains count [default: HEAD]' -r
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-mock" -l srpm -d 'Build this source RPM instead of making one' -r -F
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-mock" -l release-suffix -d 'What to put behind the release number, instead of the time and the commit' -r
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-mock" -l ref -d 'With a URL: the branch, tag or commit to build [default: the default branch]' -r
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-mock" -l pr-id -d 'With a URL: the pull request, or merge request, to check out' -r
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-mock" -l target-branch -d 'The branch that the pull request is merged into [default: the branch of --ref, else the default branch]' -r
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-mock" -l upstream-ref -d 'Source-git mode: the last commit of upstream; the commits since then become patches' -r
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-mock" -s r -l root -d 'The chroot: the name or the file of one of mock\'s configurations [default: default]' -r
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-mock" -l resultdir -d 'The folder for RPMs and logs [default: the current one]' -r -f -a "(__fish_complete_directories)"
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-mock" -s c -l config -d 'The configuration file [default: .packit.yaml, .packit.yml, packit.yaml or packit.yml of the project]' -r -F
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-mock" -l remote -d 'The git remote that names the upstream project [default: origin, else the first one]' -r
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-mock" -l color -d 'When to colour messages' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-mock" -l dotenv -d 'Add what came out to this file, as PACKIT_RESULT_... variables for later jobs of GitLab CI' -r -F
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-mock" -l fas-user -d 'Your name in the Fedora Account System: no command of this version needs it' -r
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-mock" -s k -l keytab -d 'A Kerberos keytab: no command of this version needs it' -r -F
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-mock" -l trust -d 'With a URL: let the commands of the project\'s configuration run'
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-mock" -l no-actions -d 'Run no actions: packit\'s own steps take their places'
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-mock" -l any-tag -d 'The newest tag counts, wherever it is, as in the Python packit'
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-mock" -l update-release -d 'Set Release and add a changelog entry [default: what the configuration says, else yes]'
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-mock" -l no-update-release -d 'Leave Release and %changelog as they are'
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-mock" -l default-release-suffix -d 'Put the time and the commit behind the release number, whatever the configuration says'
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-mock" -l offline -d 'Download nothing: sources that are not there must be in the cache'
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-mock" -l no-merge-pr -d 'Take the pull request as it is [default: merged into its target branch]'
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-mock" -l merge-pr -d 'Merge it: this is the default'
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-mock" -l default-resultdir -d 'Leave the results in mock\'s own folder'
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-mock" -s d -l debug -d 'Show how decisions were made: the log, with every candidate for the version and why it lost'
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-mock" -l json -d 'Print one JSON object instead of paths'
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-mock" -l ci -d 'Write as for a CI: no moving lines, parts that can be folded, annotations, outputs [default: where a CI is found]'
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-mock" -l no-ci -d 'Write as for a person, in a CI too'
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-mock" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-copr" -s p -l package -d 'Only this package; can be given several times [default: all packages of the configuration]' -r
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-copr" -l pass-env -d 'Hand an environment variable to actions though it looks like a credential; can be given several times' -r
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-copr" -l merged-ref -d 'Only tags that this branch, tag or commit contains count [default: HEAD]' -r
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-copr" -l copr-config -d 'The file that says which Copr server, and who you are there [default: ~/.config/copr]' -r -F
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-copr" -l srpm -d 'Send this source RPM instead of making one' -r -F
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-copr" -l ref -d 'With a URL: the branch, tag or commit to build [default: the default branch]' -r
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-copr" -l pr-id -d 'With a URL: the pull request, or merge request, to check out' -r
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-copr" -l target-branch -d 'The branch that the pull request is merged into [default: the branch of --ref, else the default branch]' -r
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-copr" -l upstream-ref -d 'Source-git mode: the last commit of upstream; the commits since then become patches' -r
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-copr" -l release-suffix -d 'What to put behind the release number, instead of the time and the commit' -r
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-copr" -l job-config-index -d 'The job to take targets and settings from, counted from 0 [default: the first copr_build job]' -r
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-copr" -l timeout -d 'Stop following after so many seconds; the build goes on' -r
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-copr" -l poll-interval -d 'Ask Copr every so many seconds; up to three times as long when nothing changes' -r
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-copr" -l owner -d 'The owner of the project: a user, or @GROUP [default: you]' -r
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-copr" -l project -d 'The project [default: that of the job, else packit-cli-REPOSITORY-BRANCH]' -r
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-copr" -l targets -d 'What to build for: chroots, distributions or aliases [default: those of the job, else fedora-rawhide-x86_64]' -r
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-copr" -l description -d 'What the project is' -r
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-copr" -l instructions -d 'How to install from it' -r
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-copr" -l additional-repos -d 'More repositories for the builds: addresses, or copr://OWNER/PROJECT' -r
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-copr" -l bootstrap -d 'How the chroots are made' -r -f -a "default\t''
on\t''
off\t''
image\t''"
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-copr" -l build-timeout -d 'After how many seconds Copr gives up a build [default: that of the job, else Copr\'s own]' -r
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-copr" -l isolation -d 'How the chroots are shut off' -r -f -a "default\t''
simple\t''
nspawn\t''"
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-copr" -l after-build-id -d 'Begin when this build is done' -r
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-copr" -l with-build-id -d 'Belong to the same batch as this build' -r
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-copr" -l project-dirname -d 'Put the results into a directory of the project of its own: PROJECT:WORDS' -r
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-copr" -s c -l config -d 'The configuration file [default: .packit.yaml, .packit.yml, packit.yaml or packit.yml of the project]' -r -F
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-copr" -l remote -d 'The git remote that names the upstream project [default: origin, else the first one]' -r
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-copr" -l color -d 'When to colour messages' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-copr" -l dotenv -d 'Add what came out to this file, as PACKIT_RESULT_... variables for later jobs of GitLab CI' -r -F
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-copr" -l fas-user -d 'Your name in the Fedora Account System: no command of this version needs it' -r
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-copr" -s k -l keytab -d 'A Kerberos keytab: no command of this version needs it' -r -F
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-copr" -l trust -d 'With a URL: let the commands of the project\'s configuration run'
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-copr" -l no-actions -d 'Run no actions: packit\'s own steps take their places'
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-copr" -l any-tag -d 'The newest tag counts, wherever it is, as in the Python packit'
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-copr" -l dry-run -d 'Ask Copr everything, but send nothing: print what would be sent'
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-copr" -l offline -d 'Download no sources, and ask nobody what an alias means: take what is cached'
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-copr" -l no-merge-pr -d 'Take the pull request as it is [default: merged into its target branch]'
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-copr" -l merge-pr -d 'Merge it: this is the default'
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-copr" -l default-release-suffix -d 'Put the time and the commit behind the release number, whatever the configuration says'
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-copr" -l no-wait -d 'Do not follow the build: print its number and page, and stop'
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-copr" -l wait -d 'Follow the build: this is the default'
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-copr" -l logs -d 'Show the logs of the builds while they grow'
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-copr" -l list-on-homepage -d 'Show the project on Copr\'s front page'
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-copr" -l no-list-on-homepage -d 'Do not show it there: a new project is not shown by default'
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-copr" -l preserve-project -d 'Keep the project [default: Copr deletes a new one after 60 days without a build]'
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-copr" -l no-preserve-project -d 'Let Copr delete it after 60 days without a build'
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-copr" -l module-hotfixes -d 'Let the packages count as fixes of modules'
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-copr" -l no-module-hotfixes -d 'Do not let them'
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-copr" -l no-edit-project -d 'Leave a project that exists as it is'
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-copr" -l request-admin-if-needed -d 'Where only administrators may change the project: ask them to become one'
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-copr" -l enable-net -d 'Give the build a network'
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-copr" -l disable-net -d 'Give it none: this is the default'
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-copr" -l background -d 'Let other builds go first'
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-copr" -s d -l debug -d 'Show how decisions were made: the log, with every candidate for the version and why it lost'
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-copr" -l json -d 'Print one JSON object instead of paths'
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-copr" -l ci -d 'Write as for a CI: no moving lines, parts that can be folded, annotations, outputs [default: where a CI is found]'
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-copr" -l no-ci -d 'Write as for a person, in a CI too'
complete -c packit -n "__fish_packit_using_subcommand build; and __fish_seen_subcommand_from in-copr" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c packit -n "__fish_packit_using_subcommand propose-update" -s p -l package -d 'Only this package; can be given several times [default: all packages of the configuration]' -r
complete -c packit -n "__fish_packit_using_subcommand propose-update" -l pass-env -d 'Hand an environment variable to actions though it looks like a credential; can be given several times' -r
complete -c packit -n "__fish_packit_using_subcommand propose-update" -l dist-git-branch -d 'The branches: names or aliases, separated by commas [default: those of the configuration, else the default branch]' -r
complete -c packit -n "__fish_packit_using_subcommand propose-update" -l dist-git-path -d 'A clone of dist-git whose objects need not be fetched again; it is only read' -r -f -a "(__fish_complete_directories)"
complete -c packit -n "__fish_packit_using_subcommand propose-update" -l keep -d 'Keep packit\'s own clone of dist-git in this folder, for a look' -r -f -a "(__fish_complete_directories)"
complete -c packit -n "__fish_packit_using_subcommand propose-update" -l push-over -d 'How to push to the fork [default: https with a token, ssh on Fedora\'s Pagure]' -r -f -a "ssh\t''
https\t''"
complete -c packit -n "__fish_packit_using_subcommand propose-update" -s b -l resolve-bug -d 'A bug that the update resolves, such as rhbz#123456; can be given several times' -r
complete -c packit -n "__fish_packit_using_subcommand propose-update" -l upstream-ref -d 'Source-git: make patches of the commits since this one, and take what is checked out instead of the tag' -r
complete -c packit -n "__fish_packit_using_subcommand propose-update" -s c -l config -d 'The configuration file [default: .packit.yaml, .packit.yml, packit.yaml or packit.yml of the project]' -r -F
complete -c packit -n "__fish_packit_using_subcommand propose-update" -l remote -d 'The git remote that names the upstream project [default: origin, else the first one]' -r
complete -c packit -n "__fish_packit_using_subcommand propose-update" -l color -d 'When to colour messages' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c packit -n "__fish_packit_using_subcommand propose-update" -l dotenv -d 'Add what came out to this file, as PACKIT_RESULT_... variables for later jobs of GitLab CI' -r -F
complete -c packit -n "__fish_packit_using_subcommand propose-update" -l fas-user -d 'Your name in the Fedora Account System: no command of this version needs it' -r
complete -c packit -n "__fish_packit_using_subcommand propose-update" -s k -l keytab -d 'A Kerberos keytab: no command of this version needs it' -r -F
complete -c packit -n "__fish_packit_using_subcommand propose-update" -l trust -d 'With a URL: let the commands of the project\'s configuration run'
complete -c packit -n "__fish_packit_using_subcommand propose-update" -l no-actions -d 'Run no actions: packit\'s own steps take their places'
complete -c packit -n "__fish_packit_using_subcommand propose-update" -l in-place -d 'Work in the clone of --dist-git-path itself, and leave the commits there'
complete -c packit -n "__fish_packit_using_subcommand propose-update" -l pr -d 'Open a pull request [default: what the configuration says, else yes]'
complete -c packit -n "__fish_packit_using_subcommand propose-update" -l no-pr -d 'Push to the branches themselves; on a terminal packit asks before'
complete -c packit -n "__fish_packit_using_subcommand propose-update" -s y -l yes -d 'Do not ask before pushing'
complete -c packit -n "__fish_packit_using_subcommand propose-update" -l dry-run -d 'Ask everything and make the commits, but send nothing: print what would be sent'
complete -c packit -n "__fish_packit_using_subcommand propose-update" -l no-bug-search -d 'Do not search the bug that release monitoring has opened'
complete -c packit -n "__fish_packit_using_subcommand propose-update" -l force-new-sources -d 'Upload the sources even if the lookaside cache has them'
complete -c packit -n "__fish_packit_using_subcommand propose-update" -l sync-acls -d 'Let those commit to the fork who may commit to the package (on Pagure)'
complete -c packit -n "__fish_packit_using_subcommand propose-update" -s f -l force -d 'Needed by the Python packit only: here the checkout is never changed'
complete -c packit -n "__fish_packit_using_subcommand propose-update" -l local-content -d 'Take what is checked out, with all changes, instead of the tag'
complete -c packit -n "__fish_packit_using_subcommand propose-update" -s d -l debug -d 'Show how decisions were made: the log, with every candidate for the version and why it lost'
complete -c packit -n "__fish_packit_using_subcommand propose-update" -l json -d 'Print one JSON object instead of paths'
complete -c packit -n "__fish_packit_using_subcommand propose-update" -l ci -d 'Write as for a CI: no moving lines, parts that can be folded, annotations, outputs [default: where a CI is found]'
complete -c packit -n "__fish_packit_using_subcommand propose-update" -l no-ci -d 'Write as for a person, in a CI too'
complete -c packit -n "__fish_packit_using_subcommand propose-update" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c packit -n "__fish_packit_using_subcommand pull-from-upstream" -s p -l package -d 'Only this package; can be given several times [default: all packages of the configuration]' -r
complete -c packit -n "__fish_packit_using_subcommand pull-from-upstream" -l pass-env -d 'Hand an environment variable to actions though it looks like a credential; can be given several times' -r
complete -c packit -n "__fish_packit_using_subcommand pull-from-upstream" -l dist-git-branch -d 'The branches: names or aliases, separated by commas [default: those of the configuration, else the default branch]' -r
complete -c packit -n "__fish_packit_using_subcommand pull-from-upstream" -l dist-git-path -d 'A clone of dist-git whose objects need not be fetched again; it is only read' -r -f -a "(__fish_complete_directories)"
complete -c packit -n "__fish_packit_using_subcommand pull-from-upstream" -l keep -d 'Keep packit\'s own clone of dist-git in this folder, for a look' -r -f -a "(__fish_complete_directories)"
complete -c packit -n "__fish_packit_using_subcommand pull-from-upstream" -l push-over -d 'How to push to the fork [default: https with a token, ssh on Fedora\'s Pagure]' -r -f -a "ssh\t''
https\t''"
complete -c packit -n "__fish_packit_using_subcommand pull-from-upstream" -s b -l resolve-bug -d 'A bug that the update resolves, such as rhbz#123456; can be given several times' -r
complete -c packit -n "__fish_packit_using_subcommand pull-from-upstream" -s c -l config -d 'The configuration file [default: .packit.yaml, .packit.yml, packit.yaml or packit.yml of the project]' -r -F
complete -c packit -n "__fish_packit_using_subcommand pull-from-upstream" -l remote -d 'The git remote that names the upstream project [default: origin, else the first one]' -r
complete -c packit -n "__fish_packit_using_subcommand pull-from-upstream" -l color -d 'When to colour messages' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c packit -n "__fish_packit_using_subcommand pull-from-upstream" -l dotenv -d 'Add what came out to this file, as PACKIT_RESULT_... variables for later jobs of GitLab CI' -r -F
complete -c packit -n "__fish_packit_using_subcommand pull-from-upstream" -l fas-user -d 'Your name in the Fedora Account System: no command of this version needs it' -r
complete -c packit -n "__fish_packit_using_subcommand pull-from-upstream" -s k -l keytab -d 'A Kerberos keytab: no command of this version needs it' -r -F
complete -c packit -n "__fish_packit_using_subcommand pull-from-upstream" -l trust -d 'With a URL: let the commands of the project\'s configuration run'
complete -c packit -n "__fish_packit_using_subcommand pull-from-upstream" -l no-actions -d 'Run no actions: packit\'s own steps take their places'
complete -c packit -n "__fish_packit_using_subcommand pull-from-upstream" -l in-place -d 'Work in the clone of --dist-git-path itself, and leave the commits there'
complete -c packit -n "__fish_packit_using_subcommand pull-from-upstream" -l pr -d 'Open a pull request [default: what the configuration says, else yes]'
complete -c packit -n "__fish_packit_using_subcommand pull-from-upstream" -l no-pr -d 'Push to the branches themselves; on a terminal packit asks before'
complete -c packit -n "__fish_packit_using_subcommand pull-from-upstream" -s y -l yes -d 'Do not ask before pushing'
complete -c packit -n "__fish_packit_using_subcommand pull-from-upstream" -l dry-run -d 'Ask everything and make the commits, but send nothing: print what would be sent'
complete -c packit -n "__fish_packit_using_subcommand pull-from-upstream" -l no-bug-search -d 'Do not search the bug that release monitoring has opened'
complete -c packit -n "__fish_packit_using_subcommand pull-from-upstream" -l force-new-sources -d 'Upload the sources even if the lookaside cache has them'
complete -c packit -n "__fish_packit_using_subcommand pull-from-upstream" -l sync-acls -d 'Let those commit to the fork who may commit to the package (on Pagure)'
complete -c packit -n "__fish_packit_using_subcommand pull-from-upstream" -s f -l force -d 'Needed by the Python packit only: here the checkout is never changed'
complete -c packit -n "__fish_packit_using_subcommand pull-from-upstream" -s d -l debug -d 'Show how decisions were made: the log, with every candidate for the version and why it lost'
complete -c packit -n "__fish_packit_using_subcommand pull-from-upstream" -l json -d 'Print one JSON object instead of paths'
complete -c packit -n "__fish_packit_using_subcommand pull-from-upstream" -l ci -d 'Write as for a CI: no moving lines, parts that can be folded, annotations, outputs [default: where a CI is found]'
complete -c packit -n "__fish_packit_using_subcommand pull-from-upstream" -l no-ci -d 'Write as for a person, in a CI too'
complete -c packit -n "__fish_packit_using_subcommand pull-from-upstream" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c packit -n "__fish_packit_using_subcommand sync-from-downstream" -s p -l package -d 'Only this package; can be given several times [default: all packages of the configuration]' -r
complete -c packit -n "__fish_packit_using_subcommand sync-from-downstream" -l pass-env -d 'Hand an environment variable to actions though it looks like a credential; can be given several times' -r
complete -c packit -n "__fish_packit_using_subcommand sync-from-downstream" -l dist-git-branch -d 'The branches of dist-git: names or aliases, separated by commas [default: those of the job, else the default branch]' -r
complete -c packit -n "__fish_packit_using_subcommand sync-from-downstream" -l upstream-branch -d 'The branch of upstream that the files go to [default: its default branch]' -r
complete -c packit -n "__fish_packit_using_subcommand sync-from-downstream" -l remote-to-push -d 'Push to the repository of this git remote of the checkout' -r
complete -c packit -n "__fish_packit_using_subcommand sync-from-downstream" -l push-over -d 'How to push to the fork, or upstream [default: https with a token, ssh on Fedora\'s Pagure]' -r -f -a "ssh\t''
https\t''"
complete -c packit -n "__fish_packit_using_subcommand sync-from-downstream" -s x -l exclude -d 'Leave files of this name as they are; can be given several times' -r
complete -c packit -n "__fish_packit_using_subcommand sync-from-downstream" -l keep -d 'Keep packit\'s own clone of upstream in this folder, for a look' -r -f -a "(__fish_complete_directories)"
complete -c packit -n "__fish_packit_using_subcommand sync-from-downstream" -s c -l config -d 'The configuration file [default: .packit.yaml, .packit.yml, packit.yaml or packit.yml of the project]' -r -F
complete -c packit -n "__fish_packit_using_subcommand sync-from-downstream" -l remote -d 'The git remote that names the upstream project [default: origin, else the first one]' -r
complete -c packit -n "__fish_packit_using_subcommand sync-from-downstream" -l color -d 'When to colour messages' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c packit -n "__fish_packit_using_subcommand sync-from-downstream" -l dotenv -d 'Add what came out to this file, as PACKIT_RESULT_... variables for later jobs of GitLab CI' -r -F
complete -c packit -n "__fish_packit_using_subcommand sync-from-downstream" -l fas-user -d 'Your name in the Fedora Account System: no command of this version needs it' -r
complete -c packit -n "__fish_packit_using_subcommand sync-from-downstream" -s k -l keytab -d 'A Kerberos keytab: no command of this version needs it' -r -F
complete -c packit -n "__fish_packit_using_subcommand sync-from-downstream" -l trust -d 'With a URL: let the commands of the project\'s configuration run'
complete -c packit -n "__fish_packit_using_subcommand sync-from-downstream" -l no-actions -d 'Run no actions: packit\'s own steps take their places'
complete -c packit -n "__fish_packit_using_subcommand sync-from-downstream" -l no-pr -d 'Open no pull request: push the branch alone; on a terminal packit asks before, in a script it wants --yes'
complete -c packit -n "__fish_packit_using_subcommand sync-from-downstream" -l in-place -d 'Write the files into the checkout, uncommitted, and send nothing; of one branch'
complete -c packit -n "__fish_packit_using_subcommand sync-from-downstream" -l fork -d 'Push to your fork, which is made where there is none: this is the default'
complete -c packit -n "__fish_packit_using_subcommand sync-from-downstream" -l no-fork -d 'Push to the upstream repository itself'
complete -c packit -n "__fish_packit_using_subcommand sync-from-downstream" -s f -l force -d 'With --in-place: overwrite changes that are not committed'
complete -c packit -n "__fish_packit_using_subcommand sync-from-downstream" -s y -l yes -d 'Do not ask before pushing'
complete -c packit -n "__fish_packit_using_subcommand sync-from-downstream" -l dry-run -d 'Ask everything and make the commits, but send and write nothing: print what would be sent'
complete -c packit -n "__fish_packit_using_subcommand sync-from-downstream" -s d -l debug -d 'Show how decisions were made: the log, with every candidate for the version and why it lost'
complete -c packit -n "__fish_packit_using_subcommand sync-from-downstream" -l json -d 'Print one JSON object instead of paths'
complete -c packit -n "__fish_packit_using_subcommand sync-from-downstream" -l ci -d 'Write as for a CI: no moving lines, parts that can be folded, annotations, outputs [default: where a CI is found]'
complete -c packit -n "__fish_packit_using_subcommand sync-from-downstream" -l no-ci -d 'Write as for a person, in a CI too'
complete -c packit -n "__fish_packit_using_subcommand sync-from-downstream" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c packit -n "__fish_packit_using_subcommand copr; and not __fish_seen_subcommand_from watch status logs download cancel whoami" -s c -l config -d 'The configuration file [default: .packit.yaml, .packit.yml, packit.yaml or packit.yml of the project]' -r -F
complete -c packit -n "__fish_packit_using_subcommand copr; and not __fish_seen_subcommand_from watch status logs download cancel whoami" -l remote -d 'The git remote that names the upstream project [default: origin, else the first one]' -r
complete -c packit -n "__fish_packit_using_subcommand copr; and not __fish_seen_subcommand_from watch status logs download cancel whoami" -l color -d 'When to colour messages' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c packit -n "__fish_packit_using_subcommand copr; and not __fish_seen_subcommand_from watch status logs download cancel whoami" -l dotenv -d 'Add what came out to this file, as PACKIT_RESULT_... variables for later jobs of GitLab CI' -r -F
complete -c packit -n "__fish_packit_using_subcommand copr; and not __fish_seen_subcommand_from watch status logs download cancel whoami" -l fas-user -d 'Your name in the Fedora Account System: no command of this version needs it' -r
complete -c packit -n "__fish_packit_using_subcommand copr; and not __fish_seen_subcommand_from watch status logs download cancel whoami" -s k -l keytab -d 'A Kerberos keytab: no command of this version needs it' -r -F
complete -c packit -n "__fish_packit_using_subcommand copr; and not __fish_seen_subcommand_from watch status logs download cancel whoami" -s d -l debug -d 'Show how decisions were made: the log, with every candidate for the version and why it lost'
complete -c packit -n "__fish_packit_using_subcommand copr; and not __fish_seen_subcommand_from watch status logs download cancel whoami" -l json -d 'Print one JSON object instead of paths'
complete -c packit -n "__fish_packit_using_subcommand copr; and not __fish_seen_subcommand_from watch status logs download cancel whoami" -l ci -d 'Write as for a CI: no moving lines, parts that can be folded, annotations, outputs [default: where a CI is found]'
complete -c packit -n "__fish_packit_using_subcommand copr; and not __fish_seen_subcommand_from watch status logs download cancel whoami" -l no-ci -d 'Write as for a person, in a CI too'
complete -c packit -n "__fish_packit_using_subcommand copr; and not __fish_seen_subcommand_from watch status logs download cancel whoami" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c packit -n "__fish_packit_using_subcommand copr; and not __fish_seen_subcommand_from watch status logs download cancel whoami" -f -a "watch" -d 'Follow builds to their end'
complete -c packit -n "__fish_packit_using_subcommand copr; and not __fish_seen_subcommand_from watch status logs download cancel whoami" -f -a "status" -d 'Show how builds are now'
complete -c packit -n "__fish_packit_using_subcommand copr; and not __fish_seen_subcommand_from watch status logs download cancel whoami" -f -a "logs" -d 'Print the log of a build'
complete -c packit -n "__fish_packit_using_subcommand copr; and not __fish_seen_subcommand_from watch status logs download cancel whoami" -f -a "download" -d 'Download the packages of a build'
complete -c packit -n "__fish_packit_using_subcommand copr; and not __fish_seen_subcommand_from watch status logs download cancel whoami" -f -a "cancel" -d 'Cancel builds'
complete -c packit -n "__fish_packit_using_subcommand copr; and not __fish_seen_subcommand_from watch status logs download cancel whoami" -f -a "whoami" -d 'Print who you are in Copr, by the server\'s own answer'
complete -c packit -n "__fish_packit_using_subcommand copr; and __fish_seen_subcommand_from watch" -l copr-config -d 'The file that says which Copr server, and who you are there [default: ~/.config/copr]' -r -F
complete -c packit -n "__fish_packit_using_subcommand copr; and __fish_seen_subcommand_from watch" -l timeout -d 'Stop following after so many seconds; the build goes on' -r
complete -c packit -n "__fish_packit_using_subcommand copr; and __fish_seen_subcommand_from watch" -l poll-interval -d 'Ask Copr every so many seconds; up to three times as long when nothing changes' -r
complete -c packit -n "__fish_packit_using_subcommand copr; and __fish_seen_subcommand_from watch" -s c -l config -d 'The configuration file [default: .packit.yaml, .packit.yml, packit.yaml or packit.yml of the project]' -r -F
complete -c packit -n "__fish_packit_using_subcommand copr; and __fish_seen_subcommand_from watch" -l remote -d 'The git remote that names the upstream project [default: origin, else the first one]' -r
complete -c packit -n "__fish_packit_using_subcommand copr; and __fish_seen_subcommand_from watch" -l color -d 'When to colour messages' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c packit -n "__fish_packit_using_subcommand copr; and __fish_seen_subcommand_from watch" -l dotenv -d 'Add what came out to this file, as PACKIT_RESULT_... variables for later jobs of GitLab CI' -r -F
complete -c packit -n "__fish_packit_using_subcommand copr; and __fish_seen_subcommand_from watch" -l fas-user -d 'Your name in the Fedora Account System: no command of this version needs it' -r
complete -c packit -n "__fish_packit_using_subcommand copr; and __fish_seen_subcommand_from watch" -s k -l keytab -d 'A Kerberos keytab: no command of this version needs it' -r -F
complete -c packit -n "__fish_packit_using_subcommand copr; and __fish_seen_subcommand_from watch" -l logs -d 'Show the logs of the builds while they grow'
complete -c packit -n "__fish_packit_using_subcommand copr; and __fish_seen_subcommand_from watch" -s d -l debug -d 'Show how decisions were made: the log, with every candidate for the version and why it lost'
complete -c packit -n "__fish_packit_using_subcommand copr; and __fish_seen_subcommand_from watch" -l json -d 'Print one JSON object instead of paths'
complete -c packit -n "__fish_packit_using_subcommand copr; and __fish_seen_subcommand_from watch" -l ci -d 'Write as for a CI: no moving lines, parts that can be folded, annotations, outputs [default: where a CI is found]'
complete -c packit -n "__fish_packit_using_subcommand copr; and __fish_seen_subcommand_from watch" -l no-ci -d 'Write as for a person, in a CI too'
complete -c packit -n "__fish_packit_using_subcommand copr; and __fish_seen_subcommand_from watch" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c packit -n "__fish_packit_using_subcommand copr; and __fish_seen_subcommand_from status" -l copr-config -d 'The file that says which Copr server, and who you are there [default: ~/.config/copr]' -r -F
complete -c packit -n "__fish_packit_using_subcommand copr; and __fish_seen_subcommand_from status" -s c -l config -d 'The configuration file [default: .packit.yaml, .packit.yml, packit.yaml or packit.yml of the project]' -r -F
complete -c packit -n "__fish_packit_using_subcommand copr; and __fish_seen_subcommand_from status" -l remote -d 'The git remote that names the upstream project [default: origin, else the first one]' -r
complete -c packit -n "__fish_packit_using_subcommand copr; and __fish_seen_subcommand_from status" -l color -d 'When to colour messages' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c packit -n "__fish_packit_using_subcommand copr; and __fish_seen_subcommand_from status" -l dotenv -d 'Add what came out to this file, as PACKIT_RESULT_... variables for later jobs of GitLab CI' -r -F
complete -c packit -n "__fish_packit_using_subcommand copr; and __fish_seen_subcommand_from status" -l fas-user -d 'Your name in the Fedora Account System: no command of this version needs it' -r
complete -c packit -n "__fish_packit_using_subcommand copr; and __fish_seen_subcommand_from status" -s k -l keytab -d 'A Kerberos keytab: no command of this version needs it' -r -F
complete -c packit -n "__fish_packit_using_subcommand copr; and __fish_seen_subcommand_from status" -s d -l debug -d 'Show how decisions were made: the log, with every candidate for the version and why it lost'
complete -c packit -n "__fish_packit_using_subcommand copr; and __fish_seen_subcommand_from status" -l json -d 'Print one JSON object instead of paths'
complete -c packit -n "__fish_packit_using_subcommand copr; and __fish_seen_subcommand_from status" -l ci -d 'Write as for a CI: no moving lines, parts that can be folded, annotations, outputs [default: where a CI is found]'
complete -c packit -n "__fish_packit_using_subcommand copr; and __fish_seen_subcommand_from status" -l no-ci -d 'Write as for a person, in a CI too'
complete -c packit -n "__fish_packit_using_subcommand copr; and __fish_seen_subcommand_from status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c packit -n "__fish_packit_using_subcommand copr; and __fish_seen_subcommand_from logs" -l copr-config -d 'The file that says which Copr server, and who you are there [default: ~/.config/copr]' -r -F
complete -c packit -n "__fish_packit_using_subcommand copr; and __fish_seen_subcommand_from logs" -s c -l config -d 'The configuration file [default: .packit.yaml, .packit.yml, packit.yaml or packit.yml of the project]' -r -F
complete -c packit -n "__fish_packit_using_subcommand copr; and __fish_seen_subcommand_from logs" -l remote -d 'The git remote that names the upstream project [default: origin, else the first one]' -r
complete -c packit -n "__fish_packit_using_subcommand copr; and __fish_seen_subcommand_from logs" -l color -d 'When to colour messages' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c packit -n "__fish_packit_using_subcommand copr; and __fish_seen_subcommand_from logs" -l dotenv -d 'Add what came out to this file, as PACKIT_RESULT_... variables for later jobs of GitLab CI' -r -F
complete -c packit -n "__fish_packit_using_subcommand copr; and __fish_seen_subcommand_from logs" -l fas-user -d 'Your name in the Fedora Account System: no command of this version needs it' -r
complete -c packit -n "__fish_packit_using_subcommand copr; and __fish_seen_subcommand_from logs" -s k -l keytab -d 'A Kerberos keytab: no command of this version needs it' -r -F
complete -c packit -n "__fish_packit_using_subcommand copr; and __fish_seen_subcommand_from logs" -s d -l debug -d 'Show how decisions were made: the log, with every candidate for the version and why it lost'
complete -c packit -n "__fish_packit_using_subcommand copr; and __fish_seen_subcommand_from logs" -l json -d 'Print one JSON object instead of paths'
complete -c packit -n "__fish_packit_using_subcommand copr; and __fish_seen_subcommand_from logs" -l ci -d 'Write as for a CI: no moving lines, parts that can be folded, annotations, outputs [default: where a CI is found]'
complete -c packit -n "__fish_packit_using_subcommand copr; and __fish_seen_subcommand_from logs" -l no-ci -d 'Write as for a person, in a CI too'
complete -c packit -n "__fish_packit_using_subcommand copr; and __fish_seen_subcommand_from logs" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c packit -n "__fish_packit_using_subcommand copr; and __fish_seen_subcommand_from download" -l chroot -d 'Only this chroot; can be given several times' -r
complete -c packit -n "__fish_packit_using_subcommand copr; and __fish_seen_subcommand_from download" -s d -l dest -d 'Where to put them [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c packit -n "__fish_packit_using_subcommand copr; and __fish_seen_subcommand_from download" -l copr-config -d 'The file that says which Copr server, and who you are there [default: ~/.config/copr]' -r -F
complete -c packit -n "__fish_packit_using_subcommand copr; and __fish_seen_subcommand_from download" -s c -l config -d 'The configuration file [default: .packit.yaml, .packit.yml, packit.yaml or packit.yml of the project]' -r -F
complete -c packit -n "__fish_packit_using_subcommand copr; and __fish_seen_subcommand_from download" -l remote -d 'The git remote that names the upstream project [default: origin, else the first one]' -r
complete -c packit -n "__fish_packit_using_subcommand copr; and __fish_seen_subcommand_from download" -l color -d 'When to colour messages' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c packit -n "__fish_packit_using_subcommand copr; and __fish_seen_subcommand_from download" -l dotenv -d 'Add what came out to this file, as PACKIT_RESULT_... variables for later jobs of GitLab CI' -r -F
complete -c packit -n "__fish_packit_using_subcommand copr; and __fish_seen_subcommand_from download" -l fas-user -d 'Your name in the Fedora Account System: no command of this version needs it' -r
complete -c packit -n "__fish_packit_using_subcommand copr; and __fish_seen_subcommand_from download" -s k -l keytab -d 'A Kerberos keytab: no command of this version needs it' -r -F
complete -c packit -n "__fish_packit_using_subcommand copr; and __fish_seen_subcommand_from download" -l logs -d 'Download the logs too'
complete -c packit -n "__fish_packit_using_subcommand copr; and __fish_seen_subcommand_from download" -l debug -d 'Show how decisions were made: here without its short form, which is --dest'
complete -c packit -n "__fish_packit_using_subcommand copr; and __fish_seen_subcommand_from download" -l json -d 'Print one JSON object instead of paths'
complete -c packit -n "__fish_packit_using_subcommand copr; and __fish_seen_subcommand_from download" -l ci -d 'Write as for a CI: no moving lines, parts that can be folded, annotations, outputs [default: where a CI is found]'
complete -c packit -n "__fish_packit_using_subcommand copr; and __fish_seen_subcommand_from download" -l no-ci -d 'Write as for a person, in a CI too'
complete -c packit -n "__fish_packit_using_subcommand copr; and __fish_seen_subcommand_from download" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c packit -n "__fish_packit_using_subcommand copr; and __fish_seen_subcommand_from cancel" -l copr-config -d 'The file that says which Copr server, and who you are there [default: ~/.config/copr]' -r -F
complete -c packit -n "__fish_packit_using_subcommand copr; and __fish_seen_subcommand_from cancel" -s c -l config -d 'The configuration file [default: .packit.yaml, .packit.yml, packit.yaml or packit.yml of the project]' -r -F
complete -c packit -n "__fish_packit_using_subcommand copr; and __fish_seen_subcommand_from cancel" -l remote -d 'The git remote that names the upstream project [default: origin, else the first one]' -r
complete -c packit -n "__fish_packit_using_subcommand copr; and __fish_seen_subcommand_from cancel" -l color -d 'When to colour messages' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c packit -n "__fish_packit_using_subcommand copr; and __fish_seen_subcommand_from cancel" -l dotenv -d 'Add what came out to this file, as PACKIT_RESULT_... variables for later jobs of GitLab CI' -r -F
complete -c packit -n "__fish_packit_using_subcommand copr; and __fish_seen_subcommand_from cancel" -l fas-user -d 'Your name in the Fedora Account System: no command of this version needs it' -r
complete -c packit -n "__fish_packit_using_subcommand copr; and __fish_seen_subcommand_from cancel" -s k -l keytab -d 'A Kerberos keytab: no command of this version needs it' -r -F
complete -c packit -n "__fish_packit_using_subcommand copr; and __fish_seen_subcommand_from cancel" -l dry-run -d 'Send nothing: print what would be sent'
complete -c packit -n "__fish_packit_using_subcommand copr; and __fish_seen_subcommand_from cancel" -s d -l debug -d 'Show how decisions were made: the log, with every candidate for the version and why it lost'
complete -c packit -n "__fish_packit_using_subcommand copr; and __fish_seen_subcommand_from cancel" -l json -d 'Print one JSON object instead of paths'
complete -c packit -n "__fish_packit_using_subcommand copr; and __fish_seen_subcommand_from cancel" -l ci -d 'Write as for a CI: no moving lines, parts that can be folded, annotations, outputs [default: where a CI is found]'
complete -c packit -n "__fish_packit_using_subcommand copr; and __fish_seen_subcommand_from cancel" -l no-ci -d 'Write as for a person, in a CI too'
complete -c packit -n "__fish_packit_using_subcommand copr; and __fish_seen_subcommand_from cancel" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c packit -n "__fish_packit_using_subcommand copr; and __fish_seen_subcommand_from whoami" -l copr-config -d 'The file that says which Copr server, and who you are there [default: ~/.config/copr]' -r -F
complete -c packit -n "__fish_packit_using_subcommand copr; and __fish_seen_subcommand_from whoami" -s c -l config -d 'The configuration file [default: .packit.yaml, .packit.yml, packit.yaml or packit.yml of the project]' -r -F
complete -c packit -n "__fish_packit_using_subcommand copr; and __fish_seen_subcommand_from whoami" -l remote -d 'The git remote that names the upstream project [default: origin, else the first one]' -r
complete -c packit -n "__fish_packit_using_subcommand copr; and __fish_seen_subcommand_from whoami" -l color -d 'When to colour messages' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c packit -n "__fish_packit_using_subcommand copr; and __fish_seen_subcommand_from whoami" -l dotenv -d 'Add what came out to this file, as PACKIT_RESULT_... variables for later jobs of GitLab CI' -r -F
complete -c packit -n "__fish_packit_using_subcommand copr; and __fish_seen_subcommand_from whoami" -l fas-user -d 'Your name in the Fedora Account System: no command of this version needs it' -r
complete -c packit -n "__fish_packit_using_subcommand copr; and __fish_seen_subcommand_from whoami" -s k -l keytab -d 'A Kerberos keytab: no command of this version needs it' -r -F
complete -c packit -n "__fish_packit_using_subcommand copr; and __fish_seen_subcommand_from whoami" -s d -l debug -d 'Show how decisions were made: the log, with every candidate for the version and why it lost'
complete -c packit -n "__fish_packit_using_subcommand copr; and __fish_seen_subcommand_from whoami" -l json -d 'Print one JSON object instead of paths'
complete -c packit -n "__fish_packit_using_subcommand copr; and __fish_seen_subcommand_from whoami" -l ci -d 'Write as for a CI: no moving lines, parts that can be folded, annotations, outputs [default: where a CI is found]'
complete -c packit -n "__fish_packit_using_subcommand copr; and __fish_seen_subcommand_from whoami" -l no-ci -d 'Write as for a person, in a CI too'
complete -c packit -n "__fish_packit_using_subcommand copr; and __fish_seen_subcommand_from whoami" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c packit -n "__fish_packit_using_subcommand inspect" -s p -l package -d 'Only this package; can be given several times [default: all packages of the configuration]' -r
complete -c packit -n "__fish_packit_using_subcommand inspect" -l pass-env -d 'Hand an environment variable to actions though it looks like a credential; can be given several times' -r
complete -c packit -n "__fish_packit_using_subcommand inspect" -l merged-ref -d 'Only tags that this branch, tag or commit contains count [default: HEAD]' -r
complete -c packit -n "__fish_packit_using_subcommand inspect" -l ref -d 'With a URL: the branch, tag or commit to look at [default: the default branch]' -r
complete -c packit -n "__fish_packit_using_subcommand inspect" -l pr-id -d 'With a URL: the pull request, or merge request, to check out' -r
complete -c packit -n "__fish_packit_using_subcommand inspect" -l target-branch -d 'The branch that the pull request is merged into [default: the branch of --ref, else the default branch]' -r
complete -c packit -n "__fish_packit_using_subcommand inspect" -l upstream-ref -d 'Source-git mode: the last commit of upstream' -r
complete -c packit -n "__fish_packit_using_subcommand inspect" -s c -l config -d 'The configuration file [default: .packit.yaml, .packit.yml, packit.yaml or packit.yml of the project]' -r -F
complete -c packit -n "__fish_packit_using_subcommand inspect" -l remote -d 'The git remote that names the upstream project [default: origin, else the first one]' -r
complete -c packit -n "__fish_packit_using_subcommand inspect" -l color -d 'When to colour messages' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c packit -n "__fish_packit_using_subcommand inspect" -l dotenv -d 'Add what came out to this file, as PACKIT_RESULT_... variables for later jobs of GitLab CI' -r -F
complete -c packit -n "__fish_packit_using_subcommand inspect" -l fas-user -d 'Your name in the Fedora Account System: no command of this version needs it' -r
complete -c packit -n "__fish_packit_using_subcommand inspect" -s k -l keytab -d 'A Kerberos keytab: no command of this version needs it' -r -F
complete -c packit -n "__fish_packit_using_subcommand inspect" -l trust -d 'With a URL: let the commands of the project\'s configuration run'
complete -c packit -n "__fish_packit_using_subcommand inspect" -l no-actions -d 'Run no actions: packit\'s own steps take their places'
complete -c packit -n "__fish_packit_using_subcommand inspect" -l any-tag -d 'The newest tag counts, wherever it is, as in the Python packit'
complete -c packit -n "__fish_packit_using_subcommand inspect" -l no-merge-pr -d 'Take the pull request as it is [default: merged into its target branch]'
complete -c packit -n "__fish_packit_using_subcommand inspect" -l merge-pr -d 'Merge it: this is the default'
complete -c packit -n "__fish_packit_using_subcommand inspect" -s d -l debug -d 'Show how decisions were made: the log, with every candidate for the version and why it lost'
complete -c packit -n "__fish_packit_using_subcommand inspect" -l json -d 'Print one JSON object instead of paths'
complete -c packit -n "__fish_packit_using_subcommand inspect" -l ci -d 'Write as for a CI: no moving lines, parts that can be folded, annotations, outputs [default: where a CI is found]'
complete -c packit -n "__fish_packit_using_subcommand inspect" -l no-ci -d 'Write as for a person, in a CI too'
complete -c packit -n "__fish_packit_using_subcommand inspect" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c packit -n "__fish_packit_using_subcommand config; and not __fish_seen_subcommand_from schema show targets validate" -s c -l config -d 'The configuration file [default: .packit.yaml, .packit.yml, packit.yaml or packit.yml of the project]' -r -F
complete -c packit -n "__fish_packit_using_subcommand config; and not __fish_seen_subcommand_from schema show targets validate" -l remote -d 'The git remote that names the upstream project [default: origin, else the first one]' -r
complete -c packit -n "__fish_packit_using_subcommand config; and not __fish_seen_subcommand_from schema show targets validate" -l color -d 'When to colour messages' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c packit -n "__fish_packit_using_subcommand config; and not __fish_seen_subcommand_from schema show targets validate" -l dotenv -d 'Add what came out to this file, as PACKIT_RESULT_... variables for later jobs of GitLab CI' -r -F
complete -c packit -n "__fish_packit_using_subcommand config; and not __fish_seen_subcommand_from schema show targets validate" -l fas-user -d 'Your name in the Fedora Account System: no command of this version needs it' -r
complete -c packit -n "__fish_packit_using_subcommand config; and not __fish_seen_subcommand_from schema show targets validate" -s k -l keytab -d 'A Kerberos keytab: no command of this version needs it' -r -F
complete -c packit -n "__fish_packit_using_subcommand config; and not __fish_seen_subcommand_from schema show targets validate" -s d -l debug -d 'Show how decisions were made: the log, with every candidate for the version and why it lost'
complete -c packit -n "__fish_packit_using_subcommand config; and not __fish_seen_subcommand_from schema show targets validate" -l json -d 'Print one JSON object instead of paths'
complete -c packit -n "__fish_packit_using_subcommand config; and not __fish_seen_subcommand_from schema show targets validate" -l ci -d 'Write as for a CI: no moving lines, parts that can be folded, annotations, outputs [default: where a CI is found]'
complete -c packit -n "__fish_packit_using_subcommand config; and not __fish_seen_subcommand_from schema show targets validate" -l no-ci -d 'Write as for a person, in a CI too'
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
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from schema" -l dotenv -d 'Add what came out to this file, as PACKIT_RESULT_... variables for later jobs of GitLab CI' -r -F
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from schema" -l fas-user -d 'Your name in the Fedora Account System: no command of this version needs it' -r
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from schema" -s k -l keytab -d 'A Kerberos keytab: no command of this version needs it' -r -F
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from schema" -s d -l debug -d 'Show how decisions were made: the log, with every candidate for the version and why it lost'
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from schema" -l json -d 'Print one JSON object instead of paths'
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from schema" -l ci -d 'Write as for a CI: no moving lines, parts that can be folded, annotations, outputs [default: where a CI is found]'
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from schema" -l no-ci -d 'Write as for a person, in a CI too'
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from schema" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from show" -s p -l package -d 'Only this package; can be given several times [default: all packages of the configuration]' -r
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from show" -l job -d 'In this job, counted from 0; one with `trigger: a | b` counts twice [default: outside of jobs]' -r
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from show" -s c -l config -d 'The configuration file [default: .packit.yaml, .packit.yml, packit.yaml or packit.yml of the project]' -r -F
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from show" -l remote -d 'The git remote that names the upstream project [default: origin, else the first one]' -r
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from show" -l color -d 'When to colour messages' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from show" -l dotenv -d 'Add what came out to this file, as PACKIT_RESULT_... variables for later jobs of GitLab CI' -r -F
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from show" -l fas-user -d 'Your name in the Fedora Account System: no command of this version needs it' -r
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from show" -s k -l keytab -d 'A Kerberos keytab: no command of this version needs it' -r -F
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from show" -l effective -d 'Defaults, too'
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from show" -l yaml -d 'Print one YAML document, with what --json has'
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from show" -s d -l debug -d 'Show how decisions were made: the log, with every candidate for the version and why it lost'
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from show" -l json -d 'Print one JSON object instead of paths'
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from show" -l ci -d 'Write as for a CI: no moving lines, parts that can be folded, annotations, outputs [default: where a CI is found]'
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from show" -l no-ci -d 'Write as for a person, in a CI too'
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from targets" -s c -l config -d 'The configuration file [default: .packit.yaml, .packit.yml, packit.yaml or packit.yml of the project]' -r -F
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from targets" -l remote -d 'The git remote that names the upstream project [default: origin, else the first one]' -r
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from targets" -l color -d 'When to colour messages' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from targets" -l dotenv -d 'Add what came out to this file, as PACKIT_RESULT_... variables for later jobs of GitLab CI' -r -F
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from targets" -l fas-user -d 'Your name in the Fedora Account System: no command of this version needs it' -r
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from targets" -s k -l keytab -d 'A Kerberos keytab: no command of this version needs it' -r -F
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from targets" -l offline -d 'Ask nobody: take what the cache has, however old, else the list that packit was built with'
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from targets" -l chroots -d 'Print only the chroots, one a line'
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from targets" -l branches -d 'Print only the branches, one a line'
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from targets" -s d -l debug -d 'Show how decisions were made: the log, with every candidate for the version and why it lost'
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from targets" -l json -d 'Print one JSON object instead of paths'
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from targets" -l ci -d 'Write as for a CI: no moving lines, parts that can be folded, annotations, outputs [default: where a CI is found]'
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from targets" -l no-ci -d 'Write as for a person, in a CI too'
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
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from validate" -l dotenv -d 'Add what came out to this file, as PACKIT_RESULT_... variables for later jobs of GitLab CI' -r -F
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from validate" -l fas-user -d 'Your name in the Fedora Account System: no command of this version needs it' -r
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from validate" -s k -l keytab -d 'A Kerberos keytab: no command of this version needs it' -r -F
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from validate" -l offline -d 'Ask nobody: that is so in any case'
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from validate" -s d -l debug -d 'Show how decisions were made: the log, with every candidate for the version and why it lost'
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from validate" -l json -d 'Print one JSON object instead of paths'
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from validate" -l ci -d 'Write as for a CI: no moving lines, parts that can be folded, annotations, outputs [default: where a CI is found]'
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from validate" -l no-ci -d 'Write as for a person, in a CI too'
complete -c packit -n "__fish_packit_using_subcommand config; and __fish_seen_subcommand_from validate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c packit -n "__fish_packit_using_subcommand doctor" -l copr-config -d 'The file that says which Copr server, and who you are there [default: ~/.config/copr]' -r -F
complete -c packit -n "__fish_packit_using_subcommand doctor" -s c -l config -d 'The configuration file [default: .packit.yaml, .packit.yml, packit.yaml or packit.yml of the project]' -r -F
complete -c packit -n "__fish_packit_using_subcommand doctor" -l remote -d 'The git remote that names the upstream project [default: origin, else the first one]' -r
complete -c packit -n "__fish_packit_using_subcommand doctor" -l color -d 'When to colour messages' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c packit -n "__fish_packit_using_subcommand doctor" -l dotenv -d 'Add what came out to this file, as PACKIT_RESULT_... variables for later jobs of GitLab CI' -r -F
complete -c packit -n "__fish_packit_using_subcommand doctor" -l fas-user -d 'Your name in the Fedora Account System: no command of this version needs it' -r
complete -c packit -n "__fish_packit_using_subcommand doctor" -s k -l keytab -d 'A Kerberos keytab: no command of this version needs it' -r -F
complete -c packit -n "__fish_packit_using_subcommand doctor" -l online -d 'Ask the servers whether they take the tokens and until when, and what time it is'
complete -c packit -n "__fish_packit_using_subcommand doctor" -s d -l debug -d 'Show how decisions were made: the log, with every candidate for the version and why it lost'
complete -c packit -n "__fish_packit_using_subcommand doctor" -l json -d 'Print one JSON object instead of paths'
complete -c packit -n "__fish_packit_using_subcommand doctor" -l ci -d 'Write as for a CI: no moving lines, parts that can be folded, annotations, outputs [default: where a CI is found]'
complete -c packit -n "__fish_packit_using_subcommand doctor" -l no-ci -d 'Write as for a person, in a CI too'
complete -c packit -n "__fish_packit_using_subcommand doctor" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c packit -n "__fish_packit_using_subcommand init" -l spec -d 'The spec file, from the top of the repository or from here; several make several packages [default: the one that is found]' -r
complete -c packit -n "__fish_packit_using_subcommand init" -l upstream-name -d 'The name of the project [default: that of the repository]' -r
complete -c packit -n "__fish_packit_using_subcommand init" -l downstream-name -d 'The name of the package in the distribution [default: that of the spec file]' -r
complete -c packit -n "__fish_packit_using_subcommand init" -l tag-template -d 'How tags are spelt, such as v{version} [default: as most of the newest ones are]' -r
complete -c packit -n "__fish_packit_using_subcommand init" -l job -d 'Add a job; can be given several times' -r -f -a "copr-build\t'Builds in Copr for pull requests'
propose-downstream\t'Pull requests in dist-git for releases'
pull-from-upstream\t'The same, where the configuration is in dist-git'"
complete -c packit -n "__fish_packit_using_subcommand init" -s c -l config -d 'The configuration file [default: .packit.yaml, .packit.yml, packit.yaml or packit.yml of the project]' -r -F
complete -c packit -n "__fish_packit_using_subcommand init" -l remote -d 'The git remote that names the upstream project [default: origin, else the first one]' -r
complete -c packit -n "__fish_packit_using_subcommand init" -l color -d 'When to colour messages' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c packit -n "__fish_packit_using_subcommand init" -l dotenv -d 'Add what came out to this file, as PACKIT_RESULT_... variables for later jobs of GitLab CI' -r -F
complete -c packit -n "__fish_packit_using_subcommand init" -l fas-user -d 'Your name in the Fedora Account System: no command of this version needs it' -r
complete -c packit -n "__fish_packit_using_subcommand init" -s k -l keytab -d 'A Kerberos keytab: no command of this version needs it' -r -F
complete -c packit -n "__fish_packit_using_subcommand init" -s f -l force -d 'Replace the configuration that is there, and what else is asked for'
complete -c packit -n "__fish_packit_using_subcommand init" -l spec-template -d 'Where there is no spec file, or not the one of --spec, write one to begin with'
complete -c packit -n "__fish_packit_using_subcommand init" -l copr-makefile -d 'Write `.copr/Makefile`, with which Copr\'s method `make srpm` makes the source RPM'
complete -c packit -n "__fish_packit_using_subcommand init" -l force-precommit -d 'Add the hook for pre-commit even where there is no `.pre-commit-config.yaml`'
complete -c packit -n "__fish_packit_using_subcommand init" -l without-precommit -d 'Leave `.pre-commit-config.yaml` alone [default: the hook is added where the file is there]'
complete -c packit -n "__fish_packit_using_subcommand init" -s y -l yes -d 'Ask nothing'
complete -c packit -n "__fish_packit_using_subcommand init" -l print -d 'Print the configuration, and write nothing'
complete -c packit -n "__fish_packit_using_subcommand init" -s d -l debug -d 'Show how decisions were made: the log, with every candidate for the version and why it lost'
complete -c packit -n "__fish_packit_using_subcommand init" -l json -d 'Print one JSON object instead of paths'
complete -c packit -n "__fish_packit_using_subcommand init" -l ci -d 'Write as for a CI: no moving lines, parts that can be folded, annotations, outputs [default: where a CI is found]'
complete -c packit -n "__fish_packit_using_subcommand init" -l no-ci -d 'Write as for a person, in a CI too'
complete -c packit -n "__fish_packit_using_subcommand init" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c packit -n "__fish_packit_using_subcommand validate-config" -l format -d 'How the findings are told' -r -f -a "human\t'As messages with marked lines, on standard error'
json\t'As one JSON object'
github\t'As workflow commands of GitHub'
sarif\t'As a SARIF document'"
complete -c packit -n "__fish_packit_using_subcommand validate-config" -s c -l config -d 'The configuration file [default: .packit.yaml, .packit.yml, packit.yaml or packit.yml of the project]' -r -F
complete -c packit -n "__fish_packit_using_subcommand validate-config" -l remote -d 'The git remote that names the upstream project [default: origin, else the first one]' -r
complete -c packit -n "__fish_packit_using_subcommand validate-config" -l color -d 'When to colour messages' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c packit -n "__fish_packit_using_subcommand validate-config" -l dotenv -d 'Add what came out to this file, as PACKIT_RESULT_... variables for later jobs of GitLab CI' -r -F
complete -c packit -n "__fish_packit_using_subcommand validate-config" -l fas-user -d 'Your name in the Fedora Account System: no command of this version needs it' -r
complete -c packit -n "__fish_packit_using_subcommand validate-config" -s k -l keytab -d 'A Kerberos keytab: no command of this version needs it' -r -F
complete -c packit -n "__fish_packit_using_subcommand validate-config" -l offline -d 'Ask nobody: that is so in any case'
complete -c packit -n "__fish_packit_using_subcommand validate-config" -s d -l debug -d 'Show how decisions were made: the log, with every candidate for the version and why it lost'
complete -c packit -n "__fish_packit_using_subcommand validate-config" -l json -d 'Print one JSON object instead of paths'
complete -c packit -n "__fish_packit_using_subcommand validate-config" -l ci -d 'Write as for a CI: no moving lines, parts that can be folded, annotations, outputs [default: where a CI is found]'
complete -c packit -n "__fish_packit_using_subcommand validate-config" -l no-ci -d 'Write as for a person, in a CI too'
complete -c packit -n "__fish_packit_using_subcommand validate-config" -s h -l help -d 'Print help (see more with \'--help\')'
