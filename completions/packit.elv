
use builtin;
use str;

set edit:completion:arg-completer[packit] = {|@words|
    fn spaces {|n|
        builtin:repeat $n ' ' | str:join ''
    }
    fn cand {|text desc|
        edit:complex-candidate $text &display=$text' '(spaces (- 14 (wcswidth $text)))$desc
    }
    var command = 'packit'
    for word $words[1..-1] {
        if (str:has-prefix $word '-') {
            break
        }
        set command = $command';'$word
    }
    var completions = [
        &'packit'= {
            cand -c 'The configuration file [default: .packit.yaml, .packit.yml, packit.yaml or packit.yml of the project]'
            cand --config 'The configuration file [default: .packit.yaml, .packit.yml, packit.yaml or packit.yml of the project]'
            cand --remote 'The git remote that names the upstream project [default: origin, else the first one]'
            cand --color 'When to colour messages'
            cand --fas-user 'Your name in the Fedora Account System: no command of this version needs it'
            cand -k 'A Kerberos keytab: no command of this version needs it'
            cand --keytab 'A Kerberos keytab: no command of this version needs it'
            cand -d 'Show how decisions were made: the log, with every candidate for the version and why it lost'
            cand --debug 'Show how decisions were made: the log, with every candidate for the version and why it lost'
            cand --json 'Print one JSON object instead of paths'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
            cand srpm 'Make source RPMs from the project'
            cand create-archive 'Make the archive of the project that goes into a source RPM'
            cand inspect 'Show what `packit srpm` finds and would do: version, release, archive, downloads, actions'
            cand config 'Look at the configuration and what it means'
        }
        &'packit;srpm'= {
            cand -p 'Only this package; can be given several times [default: all packages of the configuration]'
            cand --package 'Only this package; can be given several times [default: all packages of the configuration]'
            cand --pass-env 'Hand an environment variable to actions though it looks like a credential; can be given several times'
            cand --merged-ref 'Only tags that this branch, tag or commit contains count [default: HEAD]'
            cand --output 'Where to put the source RPM: a file, or a folder [default: the current folder]'
            cand --release-suffix 'What to put behind the release number, instead of the time and the commit'
            cand --ref 'With a URL: the branch, tag or commit to build [default: the default branch]'
            cand --pr-id 'With a URL: the pull request, or merge request, to check out'
            cand --target-branch 'The branch that the pull request is merged into [default: that of --ref, else the default branch]'
            cand --upstream-ref 'Source-git mode: the last commit of upstream; the commits since then become patches'
            cand -c 'The configuration file [default: .packit.yaml, .packit.yml, packit.yaml or packit.yml of the project]'
            cand --config 'The configuration file [default: .packit.yaml, .packit.yml, packit.yaml or packit.yml of the project]'
            cand --remote 'The git remote that names the upstream project [default: origin, else the first one]'
            cand --color 'When to colour messages'
            cand --fas-user 'Your name in the Fedora Account System: no command of this version needs it'
            cand -k 'A Kerberos keytab: no command of this version needs it'
            cand --keytab 'A Kerberos keytab: no command of this version needs it'
            cand --trust 'With a URL: let the commands of the project''s configuration run'
            cand --no-actions 'Run no actions: packit''s own steps take their places'
            cand --any-tag 'The newest tag counts, wherever it is, as in the Python packit'
            cand --update-release 'Set Release and add a changelog entry [default: what the configuration says, else yes]'
            cand --no-update-release 'Leave Release and %changelog as they are'
            cand --bump 'The old name of --update-release'
            cand --no-bump 'The old name of --no-update-release'
            cand --default-release-suffix 'Put the time and the commit behind the release number, whatever the configuration says'
            cand --preserve-spec 'Take the spec file as it is'
            cand --in-place 'Keep the changed spec file and the archive in the project, as the Python packit does'
            cand --offline 'Download nothing: sources that are not there must be in the cache'
            cand --no-create-symlinks 'Copy an archive that `create-archive` made elsewhere beside the spec file, where it is linked by default'
            cand --create-symlinks 'Link it: this is the default'
            cand --spec-diff 'Print what would change in the spec file as a unified diff, and stop'
            cand --no-merge-pr 'Take the pull request as it is [default: merged into its target branch]'
            cand --merge-pr 'Merge it: this is the default'
            cand -d 'Show how decisions were made: the log, with every candidate for the version and why it lost'
            cand --debug 'Show how decisions were made: the log, with every candidate for the version and why it lost'
            cand --json 'Print one JSON object instead of paths'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'packit;create-archive'= {
            cand -p 'Only this package; can be given several times [default: all packages of the configuration]'
            cand --package 'Only this package; can be given several times [default: all packages of the configuration]'
            cand --pass-env 'Hand an environment variable to actions though it looks like a credential; can be given several times'
            cand --merged-ref 'Only tags that this branch, tag or commit contains count [default: HEAD]'
            cand --output-dir 'Where to put the archive [default: the current folder]'
            cand --ref 'The branch, tag or commit to archive [default: HEAD]'
            cand -c 'The configuration file [default: .packit.yaml, .packit.yml, packit.yaml or packit.yml of the project]'
            cand --config 'The configuration file [default: .packit.yaml, .packit.yml, packit.yaml or packit.yml of the project]'
            cand --remote 'The git remote that names the upstream project [default: origin, else the first one]'
            cand --color 'When to colour messages'
            cand --fas-user 'Your name in the Fedora Account System: no command of this version needs it'
            cand -k 'A Kerberos keytab: no command of this version needs it'
            cand --keytab 'A Kerberos keytab: no command of this version needs it'
            cand --trust 'With a URL: let the commands of the project''s configuration run'
            cand --no-actions 'Run no actions: packit''s own steps take their places'
            cand --any-tag 'The newest tag counts, wherever it is, as in the Python packit'
            cand -d 'Show how decisions were made: the log, with every candidate for the version and why it lost'
            cand --debug 'Show how decisions were made: the log, with every candidate for the version and why it lost'
            cand --json 'Print one JSON object instead of paths'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'packit;inspect'= {
            cand -p 'Only this package; can be given several times [default: all packages of the configuration]'
            cand --package 'Only this package; can be given several times [default: all packages of the configuration]'
            cand --pass-env 'Hand an environment variable to actions though it looks like a credential; can be given several times'
            cand --merged-ref 'Only tags that this branch, tag or commit contains count [default: HEAD]'
            cand --ref 'With a URL: the branch, tag or commit to look at [default: the default branch]'
            cand --pr-id 'With a URL: the pull request, or merge request, to check out'
            cand --target-branch 'The branch that the pull request is merged into [default: that of --ref, else the default branch]'
            cand --upstream-ref 'Source-git mode: the last commit of upstream'
            cand -c 'The configuration file [default: .packit.yaml, .packit.yml, packit.yaml or packit.yml of the project]'
            cand --config 'The configuration file [default: .packit.yaml, .packit.yml, packit.yaml or packit.yml of the project]'
            cand --remote 'The git remote that names the upstream project [default: origin, else the first one]'
            cand --color 'When to colour messages'
            cand --fas-user 'Your name in the Fedora Account System: no command of this version needs it'
            cand -k 'A Kerberos keytab: no command of this version needs it'
            cand --keytab 'A Kerberos keytab: no command of this version needs it'
            cand --trust 'With a URL: let the commands of the project''s configuration run'
            cand --no-actions 'Run no actions: packit''s own steps take their places'
            cand --any-tag 'The newest tag counts, wherever it is, as in the Python packit'
            cand --no-merge-pr 'Take the pull request as it is [default: merged into its target branch]'
            cand --merge-pr 'Merge it: this is the default'
            cand -d 'Show how decisions were made: the log, with every candidate for the version and why it lost'
            cand --debug 'Show how decisions were made: the log, with every candidate for the version and why it lost'
            cand --json 'Print one JSON object instead of paths'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'packit;config'= {
            cand -c 'The configuration file [default: .packit.yaml, .packit.yml, packit.yaml or packit.yml of the project]'
            cand --config 'The configuration file [default: .packit.yaml, .packit.yml, packit.yaml or packit.yml of the project]'
            cand --remote 'The git remote that names the upstream project [default: origin, else the first one]'
            cand --color 'When to colour messages'
            cand --fas-user 'Your name in the Fedora Account System: no command of this version needs it'
            cand -k 'A Kerberos keytab: no command of this version needs it'
            cand --keytab 'A Kerberos keytab: no command of this version needs it'
            cand -d 'Show how decisions were made: the log, with every candidate for the version and why it lost'
            cand --debug 'Show how decisions were made: the log, with every candidate for the version and why it lost'
            cand --json 'Print one JSON object instead of paths'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand targets 'Show what targets such as fedora-stable mean today'
        }
        &'packit;config;targets'= {
            cand -c 'The configuration file [default: .packit.yaml, .packit.yml, packit.yaml or packit.yml of the project]'
            cand --config 'The configuration file [default: .packit.yaml, .packit.yml, packit.yaml or packit.yml of the project]'
            cand --remote 'The git remote that names the upstream project [default: origin, else the first one]'
            cand --color 'When to colour messages'
            cand --fas-user 'Your name in the Fedora Account System: no command of this version needs it'
            cand -k 'A Kerberos keytab: no command of this version needs it'
            cand --keytab 'A Kerberos keytab: no command of this version needs it'
            cand --offline 'Ask nobody: take what the cache has, however old, else the list that packit was built with'
            cand --chroots 'Print only the chroots, one a line'
            cand --branches 'Print only the branches, one a line'
            cand -d 'Show how decisions were made: the log, with every candidate for the version and why it lost'
            cand --debug 'Show how decisions were made: the log, with every candidate for the version and why it lost'
            cand --json 'Print one JSON object instead of paths'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
    ]
    $completions[$command]
}
