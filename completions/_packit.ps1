
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'packit' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'packit'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'packit' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The configuration file [default: .packit.yaml, .packit.yml, packit.yaml or packit.yml of the project]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The configuration file [default: .packit.yaml, .packit.yml, packit.yaml or packit.yml of the project]')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'The git remote that names the upstream project [default: origin, else the first one]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour messages')
            [CompletionResult]::new('--fas-user', '--fas-user', [CompletionResultType]::ParameterName, 'Your name in the Fedora Account System: no command of this version needs it')
            [CompletionResult]::new('-k', '-k', [CompletionResultType]::ParameterName, 'A Kerberos keytab: no command of this version needs it')
            [CompletionResult]::new('--keytab', '--keytab', [CompletionResultType]::ParameterName, 'A Kerberos keytab: no command of this version needs it')
            [CompletionResult]::new('-d', '-d', [CompletionResultType]::ParameterName, 'Show how decisions were made: the log, with every candidate for the version and why it lost')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Show how decisions were made: the log, with every candidate for the version and why it lost')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON object instead of paths')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('srpm', 'srpm', [CompletionResultType]::ParameterValue, 'Make source RPMs from the project')
            [CompletionResult]::new('create-archive', 'create-archive', [CompletionResultType]::ParameterValue, 'Make the archive of the project that goes into a source RPM')
            [CompletionResult]::new('inspect', 'inspect', [CompletionResultType]::ParameterValue, 'Show what `packit srpm` finds and would do: version, release, archive, downloads, actions')
            [CompletionResult]::new('config', 'config', [CompletionResultType]::ParameterValue, 'Look at the configuration and what it means')
            [CompletionResult]::new('validate-config', 'validate-config', [CompletionResultType]::ParameterValue, 'The former name of `packit config validate`')
            break
        }
        'packit;srpm' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Only this package; can be given several times [default: all packages of the configuration]')
            [CompletionResult]::new('--package', '--package', [CompletionResultType]::ParameterName, 'Only this package; can be given several times [default: all packages of the configuration]')
            [CompletionResult]::new('--pass-env', '--pass-env', [CompletionResultType]::ParameterName, 'Hand an environment variable to actions though it looks like a credential; can be given several times')
            [CompletionResult]::new('--merged-ref', '--merged-ref', [CompletionResultType]::ParameterName, 'Only tags that this branch, tag or commit contains count [default: HEAD]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Where to put the source RPM: a file, or a folder [default: the current folder]')
            [CompletionResult]::new('--release-suffix', '--release-suffix', [CompletionResultType]::ParameterName, 'What to put behind the release number, instead of the time and the commit')
            [CompletionResult]::new('--ref', '--ref', [CompletionResultType]::ParameterName, 'With a URL: the branch, tag or commit to build [default: the default branch]')
            [CompletionResult]::new('--pr-id', '--pr-id', [CompletionResultType]::ParameterName, 'With a URL: the pull request, or merge request, to check out')
            [CompletionResult]::new('--target-branch', '--target-branch', [CompletionResultType]::ParameterName, 'The branch that the pull request is merged into [default: that of --ref, else the default branch]')
            [CompletionResult]::new('--upstream-ref', '--upstream-ref', [CompletionResultType]::ParameterName, 'Source-git mode: the last commit of upstream; the commits since then become patches')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The configuration file [default: .packit.yaml, .packit.yml, packit.yaml or packit.yml of the project]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The configuration file [default: .packit.yaml, .packit.yml, packit.yaml or packit.yml of the project]')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'The git remote that names the upstream project [default: origin, else the first one]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour messages')
            [CompletionResult]::new('--fas-user', '--fas-user', [CompletionResultType]::ParameterName, 'Your name in the Fedora Account System: no command of this version needs it')
            [CompletionResult]::new('-k', '-k', [CompletionResultType]::ParameterName, 'A Kerberos keytab: no command of this version needs it')
            [CompletionResult]::new('--keytab', '--keytab', [CompletionResultType]::ParameterName, 'A Kerberos keytab: no command of this version needs it')
            [CompletionResult]::new('--trust', '--trust', [CompletionResultType]::ParameterName, 'With a URL: let the commands of the project''s configuration run')
            [CompletionResult]::new('--no-actions', '--no-actions', [CompletionResultType]::ParameterName, 'Run no actions: packit''s own steps take their places')
            [CompletionResult]::new('--any-tag', '--any-tag', [CompletionResultType]::ParameterName, 'The newest tag counts, wherever it is, as in the Python packit')
            [CompletionResult]::new('--update-release', '--update-release', [CompletionResultType]::ParameterName, 'Set Release and add a changelog entry [default: what the configuration says, else yes]')
            [CompletionResult]::new('--no-update-release', '--no-update-release', [CompletionResultType]::ParameterName, 'Leave Release and %changelog as they are')
            [CompletionResult]::new('--bump', '--bump', [CompletionResultType]::ParameterName, 'The old name of --update-release')
            [CompletionResult]::new('--no-bump', '--no-bump', [CompletionResultType]::ParameterName, 'The old name of --no-update-release')
            [CompletionResult]::new('--default-release-suffix', '--default-release-suffix', [CompletionResultType]::ParameterName, 'Put the time and the commit behind the release number, whatever the configuration says')
            [CompletionResult]::new('--preserve-spec', '--preserve-spec', [CompletionResultType]::ParameterName, 'Take the spec file as it is')
            [CompletionResult]::new('--in-place', '--in-place', [CompletionResultType]::ParameterName, 'Keep the changed spec file and the archive in the project, as the Python packit does')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Download nothing: sources that are not there must be in the cache')
            [CompletionResult]::new('--no-create-symlinks', '--no-create-symlinks', [CompletionResultType]::ParameterName, 'Copy an archive that `create-archive` made elsewhere beside the spec file, where it is linked by default')
            [CompletionResult]::new('--create-symlinks', '--create-symlinks', [CompletionResultType]::ParameterName, 'Link it: this is the default')
            [CompletionResult]::new('--spec-diff', '--spec-diff', [CompletionResultType]::ParameterName, 'Print what would change in the spec file as a unified diff, and stop')
            [CompletionResult]::new('--no-merge-pr', '--no-merge-pr', [CompletionResultType]::ParameterName, 'Take the pull request as it is [default: merged into its target branch]')
            [CompletionResult]::new('--merge-pr', '--merge-pr', [CompletionResultType]::ParameterName, 'Merge it: this is the default')
            [CompletionResult]::new('-d', '-d', [CompletionResultType]::ParameterName, 'Show how decisions were made: the log, with every candidate for the version and why it lost')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Show how decisions were made: the log, with every candidate for the version and why it lost')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON object instead of paths')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'packit;create-archive' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Only this package; can be given several times [default: all packages of the configuration]')
            [CompletionResult]::new('--package', '--package', [CompletionResultType]::ParameterName, 'Only this package; can be given several times [default: all packages of the configuration]')
            [CompletionResult]::new('--pass-env', '--pass-env', [CompletionResultType]::ParameterName, 'Hand an environment variable to actions though it looks like a credential; can be given several times')
            [CompletionResult]::new('--merged-ref', '--merged-ref', [CompletionResultType]::ParameterName, 'Only tags that this branch, tag or commit contains count [default: HEAD]')
            [CompletionResult]::new('--output-dir', '--output-dir', [CompletionResultType]::ParameterName, 'Where to put the archive [default: the current folder]')
            [CompletionResult]::new('--ref', '--ref', [CompletionResultType]::ParameterName, 'The branch, tag or commit to archive [default: HEAD]')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The configuration file [default: .packit.yaml, .packit.yml, packit.yaml or packit.yml of the project]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The configuration file [default: .packit.yaml, .packit.yml, packit.yaml or packit.yml of the project]')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'The git remote that names the upstream project [default: origin, else the first one]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour messages')
            [CompletionResult]::new('--fas-user', '--fas-user', [CompletionResultType]::ParameterName, 'Your name in the Fedora Account System: no command of this version needs it')
            [CompletionResult]::new('-k', '-k', [CompletionResultType]::ParameterName, 'A Kerberos keytab: no command of this version needs it')
            [CompletionResult]::new('--keytab', '--keytab', [CompletionResultType]::ParameterName, 'A Kerberos keytab: no command of this version needs it')
            [CompletionResult]::new('--trust', '--trust', [CompletionResultType]::ParameterName, 'With a URL: let the commands of the project''s configuration run')
            [CompletionResult]::new('--no-actions', '--no-actions', [CompletionResultType]::ParameterName, 'Run no actions: packit''s own steps take their places')
            [CompletionResult]::new('--any-tag', '--any-tag', [CompletionResultType]::ParameterName, 'The newest tag counts, wherever it is, as in the Python packit')
            [CompletionResult]::new('-d', '-d', [CompletionResultType]::ParameterName, 'Show how decisions were made: the log, with every candidate for the version and why it lost')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Show how decisions were made: the log, with every candidate for the version and why it lost')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON object instead of paths')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'packit;inspect' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Only this package; can be given several times [default: all packages of the configuration]')
            [CompletionResult]::new('--package', '--package', [CompletionResultType]::ParameterName, 'Only this package; can be given several times [default: all packages of the configuration]')
            [CompletionResult]::new('--pass-env', '--pass-env', [CompletionResultType]::ParameterName, 'Hand an environment variable to actions though it looks like a credential; can be given several times')
            [CompletionResult]::new('--merged-ref', '--merged-ref', [CompletionResultType]::ParameterName, 'Only tags that this branch, tag or commit contains count [default: HEAD]')
            [CompletionResult]::new('--ref', '--ref', [CompletionResultType]::ParameterName, 'With a URL: the branch, tag or commit to look at [default: the default branch]')
            [CompletionResult]::new('--pr-id', '--pr-id', [CompletionResultType]::ParameterName, 'With a URL: the pull request, or merge request, to check out')
            [CompletionResult]::new('--target-branch', '--target-branch', [CompletionResultType]::ParameterName, 'The branch that the pull request is merged into [default: that of --ref, else the default branch]')
            [CompletionResult]::new('--upstream-ref', '--upstream-ref', [CompletionResultType]::ParameterName, 'Source-git mode: the last commit of upstream')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The configuration file [default: .packit.yaml, .packit.yml, packit.yaml or packit.yml of the project]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The configuration file [default: .packit.yaml, .packit.yml, packit.yaml or packit.yml of the project]')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'The git remote that names the upstream project [default: origin, else the first one]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour messages')
            [CompletionResult]::new('--fas-user', '--fas-user', [CompletionResultType]::ParameterName, 'Your name in the Fedora Account System: no command of this version needs it')
            [CompletionResult]::new('-k', '-k', [CompletionResultType]::ParameterName, 'A Kerberos keytab: no command of this version needs it')
            [CompletionResult]::new('--keytab', '--keytab', [CompletionResultType]::ParameterName, 'A Kerberos keytab: no command of this version needs it')
            [CompletionResult]::new('--trust', '--trust', [CompletionResultType]::ParameterName, 'With a URL: let the commands of the project''s configuration run')
            [CompletionResult]::new('--no-actions', '--no-actions', [CompletionResultType]::ParameterName, 'Run no actions: packit''s own steps take their places')
            [CompletionResult]::new('--any-tag', '--any-tag', [CompletionResultType]::ParameterName, 'The newest tag counts, wherever it is, as in the Python packit')
            [CompletionResult]::new('--no-merge-pr', '--no-merge-pr', [CompletionResultType]::ParameterName, 'Take the pull request as it is [default: merged into its target branch]')
            [CompletionResult]::new('--merge-pr', '--merge-pr', [CompletionResultType]::ParameterName, 'Merge it: this is the default')
            [CompletionResult]::new('-d', '-d', [CompletionResultType]::ParameterName, 'Show how decisions were made: the log, with every candidate for the version and why it lost')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Show how decisions were made: the log, with every candidate for the version and why it lost')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON object instead of paths')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'packit;config' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The configuration file [default: .packit.yaml, .packit.yml, packit.yaml or packit.yml of the project]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The configuration file [default: .packit.yaml, .packit.yml, packit.yaml or packit.yml of the project]')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'The git remote that names the upstream project [default: origin, else the first one]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour messages')
            [CompletionResult]::new('--fas-user', '--fas-user', [CompletionResultType]::ParameterName, 'Your name in the Fedora Account System: no command of this version needs it')
            [CompletionResult]::new('-k', '-k', [CompletionResultType]::ParameterName, 'A Kerberos keytab: no command of this version needs it')
            [CompletionResult]::new('--keytab', '--keytab', [CompletionResultType]::ParameterName, 'A Kerberos keytab: no command of this version needs it')
            [CompletionResult]::new('-d', '-d', [CompletionResultType]::ParameterName, 'Show how decisions were made: the log, with every candidate for the version and why it lost')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Show how decisions were made: the log, with every candidate for the version and why it lost')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON object instead of paths')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('schema', 'schema', [CompletionResultType]::ParameterValue, 'Print the JSON Schema of the configuration, for editors')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show what is in force after inheritance, and where each value comes from')
            [CompletionResult]::new('targets', 'targets', [CompletionResultType]::ParameterValue, 'Show what targets such as fedora-stable mean today')
            [CompletionResult]::new('validate', 'validate', [CompletionResultType]::ParameterValue, 'Check the configuration: everything that is wrong with it, with its place and how to mend it')
            break
        }
        'packit;config;schema' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The configuration file [default: .packit.yaml, .packit.yml, packit.yaml or packit.yml of the project]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The configuration file [default: .packit.yaml, .packit.yml, packit.yaml or packit.yml of the project]')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'The git remote that names the upstream project [default: origin, else the first one]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour messages')
            [CompletionResult]::new('--fas-user', '--fas-user', [CompletionResultType]::ParameterName, 'Your name in the Fedora Account System: no command of this version needs it')
            [CompletionResult]::new('-k', '-k', [CompletionResultType]::ParameterName, 'A Kerberos keytab: no command of this version needs it')
            [CompletionResult]::new('--keytab', '--keytab', [CompletionResultType]::ParameterName, 'A Kerberos keytab: no command of this version needs it')
            [CompletionResult]::new('-d', '-d', [CompletionResultType]::ParameterName, 'Show how decisions were made: the log, with every candidate for the version and why it lost')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Show how decisions were made: the log, with every candidate for the version and why it lost')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON object instead of paths')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'packit;config;show' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Only this package; can be given several times [default: all packages of the configuration]')
            [CompletionResult]::new('--package', '--package', [CompletionResultType]::ParameterName, 'Only this package; can be given several times [default: all packages of the configuration]')
            [CompletionResult]::new('--job', '--job', [CompletionResultType]::ParameterName, 'In this job, counted from 0; one with `trigger: a | b` counts twice [default: outside of jobs]')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The configuration file [default: .packit.yaml, .packit.yml, packit.yaml or packit.yml of the project]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The configuration file [default: .packit.yaml, .packit.yml, packit.yaml or packit.yml of the project]')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'The git remote that names the upstream project [default: origin, else the first one]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour messages')
            [CompletionResult]::new('--fas-user', '--fas-user', [CompletionResultType]::ParameterName, 'Your name in the Fedora Account System: no command of this version needs it')
            [CompletionResult]::new('-k', '-k', [CompletionResultType]::ParameterName, 'A Kerberos keytab: no command of this version needs it')
            [CompletionResult]::new('--keytab', '--keytab', [CompletionResultType]::ParameterName, 'A Kerberos keytab: no command of this version needs it')
            [CompletionResult]::new('--effective', '--effective', [CompletionResultType]::ParameterName, 'Defaults, too')
            [CompletionResult]::new('--yaml', '--yaml', [CompletionResultType]::ParameterName, 'Print one YAML document, with what --json has')
            [CompletionResult]::new('-d', '-d', [CompletionResultType]::ParameterName, 'Show how decisions were made: the log, with every candidate for the version and why it lost')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Show how decisions were made: the log, with every candidate for the version and why it lost')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON object instead of paths')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'packit;config;targets' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The configuration file [default: .packit.yaml, .packit.yml, packit.yaml or packit.yml of the project]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The configuration file [default: .packit.yaml, .packit.yml, packit.yaml or packit.yml of the project]')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'The git remote that names the upstream project [default: origin, else the first one]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour messages')
            [CompletionResult]::new('--fas-user', '--fas-user', [CompletionResultType]::ParameterName, 'Your name in the Fedora Account System: no command of this version needs it')
            [CompletionResult]::new('-k', '-k', [CompletionResultType]::ParameterName, 'A Kerberos keytab: no command of this version needs it')
            [CompletionResult]::new('--keytab', '--keytab', [CompletionResultType]::ParameterName, 'A Kerberos keytab: no command of this version needs it')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Ask nobody: take what the cache has, however old, else the list that packit was built with')
            [CompletionResult]::new('--chroots', '--chroots', [CompletionResultType]::ParameterName, 'Print only the chroots, one a line')
            [CompletionResult]::new('--branches', '--branches', [CompletionResultType]::ParameterName, 'Print only the branches, one a line')
            [CompletionResult]::new('-d', '-d', [CompletionResultType]::ParameterName, 'Show how decisions were made: the log, with every candidate for the version and why it lost')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Show how decisions were made: the log, with every candidate for the version and why it lost')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON object instead of paths')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'packit;config;validate' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How the findings are told')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The configuration file [default: .packit.yaml, .packit.yml, packit.yaml or packit.yml of the project]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The configuration file [default: .packit.yaml, .packit.yml, packit.yaml or packit.yml of the project]')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'The git remote that names the upstream project [default: origin, else the first one]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour messages')
            [CompletionResult]::new('--fas-user', '--fas-user', [CompletionResultType]::ParameterName, 'Your name in the Fedora Account System: no command of this version needs it')
            [CompletionResult]::new('-k', '-k', [CompletionResultType]::ParameterName, 'A Kerberos keytab: no command of this version needs it')
            [CompletionResult]::new('--keytab', '--keytab', [CompletionResultType]::ParameterName, 'A Kerberos keytab: no command of this version needs it')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Ask nobody: that is so in any case')
            [CompletionResult]::new('-d', '-d', [CompletionResultType]::ParameterName, 'Show how decisions were made: the log, with every candidate for the version and why it lost')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Show how decisions were made: the log, with every candidate for the version and why it lost')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON object instead of paths')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'packit;validate-config' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How the findings are told')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The configuration file [default: .packit.yaml, .packit.yml, packit.yaml or packit.yml of the project]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The configuration file [default: .packit.yaml, .packit.yml, packit.yaml or packit.yml of the project]')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'The git remote that names the upstream project [default: origin, else the first one]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour messages')
            [CompletionResult]::new('--fas-user', '--fas-user', [CompletionResultType]::ParameterName, 'Your name in the Fedora Account System: no command of this version needs it')
            [CompletionResult]::new('-k', '-k', [CompletionResultType]::ParameterName, 'A Kerberos keytab: no command of this version needs it')
            [CompletionResult]::new('--keytab', '--keytab', [CompletionResultType]::ParameterName, 'A Kerberos keytab: no command of this version needs it')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Ask nobody: that is so in any case')
            [CompletionResult]::new('-d', '-d', [CompletionResultType]::ParameterName, 'Show how decisions were made: the log, with every candidate for the version and why it lost')
            [CompletionResult]::new('--debug', '--debug', [CompletionResultType]::ParameterName, 'Show how decisions were made: the log, with every candidate for the version and why it lost')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON object instead of paths')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
