//! What a build takes from the folder of a spec besides the sources that the spec lists.

use super::lines::{LineId, Spec};
use super::options::Setup;
use super::sections::Section;

/// The macros and variables that name the folder of the sources as a whole.
const FOLDERS: &[&str] = &["_sourcedir", "_srcdir", "_specdir", "RPM_SOURCE_DIR"];
/// What stands in a line that brings sources into the build folder.
const UNPACKING: &[&str] = &["setup", "SOURCE", "{S:", "tar ", "unzip"];

impl Spec {
    /// Whether the spec names the folder of its sources, in which any file could be meant.
    pub fn names_source_folder(&self) -> bool {
        let changelog = self.bodies(Section::Changelog);
        (0..self.lines.len()).filter(|line| !changelog.iter().any(|body| body.contains(line))).any(|line| {
            let text = self.text(line).trim_start();
            !text.starts_with('#') && FOLDERS.iter().any(|name| text.contains(name))
        })
    }

    /// Whether `%prep` brings sources into the build folder: a spec whose `%prep` does not, or that has none, builds what lies in that
    /// folder already.
    pub fn unpacks(&self) -> bool {
        self.bodies(Section::Prep).into_iter().flatten().any(|line| {
            let text = self.text(line).trim_start();
            match Setup::parse(text) {
                Some(setup) => setup.creates || !setup.skips_default || !setup.unpacks.is_empty(),
                None => !text.starts_with('#') && UNPACKING.iter().any(|word| text.contains(word)),
            }
        })
    }

    /// The lines that include a file which is not in the source RPM, and that file as the line names it: one in the folder in which rpm
    /// runs, or one of the folder of the sources that is not among the `listed`. A file that a macro names is not judged.
    pub fn unlisted_includes(&self, listed: &[String]) -> Vec<(LineId, &str)> {
        let include = |line: usize| {
            let name = self.text(line).trim_start().strip_prefix("%include")?;
            let name = Some(name.trim()).filter(|_| name.starts_with(char::is_whitespace))?;
            let below = ["%{_sourcedir}/", "%_sourcedir/", "%{_specdir}/", "%_specdir/"];
            match below.iter().find_map(|folder| name.strip_prefix(folder)) {
                Some(file) if listed.iter().any(|source| source == file) => None,
                Some(file) => Some((self.id(line), file)),
                None => (!name.is_empty() && !name.starts_with(['/', '%'])).then(|| (self.id(line), name)),
            }
        };
        (0..self.lines.len()).filter_map(include).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_named() {
        for (text, expected) in [
            ("%prep\ncp %{_sourcedir}/a .\n", true),
            ("%install\ncp $RPM_SOURCE_DIR/a .\n", true),
            ("%global version %(cat %_specdir/VERSION)\n", true),
            ("# of %{_sourcedir}\n%prep\n%setup -q\n", false),
            ("%changelog\n* x\n- %{_sourcedir}\n", false),
            ("%install\ncp %{SOURCE1} %{_builddir}\n", false),
        ] {
            assert_eq!(Spec::parse(text).names_source_folder(), expected, "{text}");
        }
    }

    #[test]
    fn prep_unpacks() {
        for (prep, expected) in [
            ("%prep\n%setup -q\n", true),
            ("%prep\n%autosetup -p1\n", true),
            ("%prep\n%setup -T -c\n", true),
            ("%prep\n%setup -T -D -a 1\n", true),
            ("%prep\n%setup -T -D -n .\n", false),
            ("%prep\n%forgeautosetup\n", true),
            ("%prep\ntar xf %{SOURCE0}\n", true),
            ("%prep\ncp %{S:1} .\n", true),
            ("%prep\n# %setup -q\n", false),
            ("%prep\n%autopatch -p1\n", false),
            ("%prep\n\n%build\n%setup -q\n", false),
            ("%build\nmake\n", false),
        ] {
            assert_eq!(Spec::parse(prep).unpacks(), expected, "{prep}");
        }
    }

    #[test]
    fn includes_that_are_not_listed() {
        let spec = Spec::parse(
            "%include a.inc\n%include %{SOURCE1}\n%include %{_sourcedir}/b.inc\n  %include %{_sourcedir}/c.inc \n%include /etc/x\n\
             #%include d\n%included e\n%include %{_specdir}/f\n",
        );
        let found = |listed: &[&str]| {
            let listed: Vec<String> = listed.iter().map(|&name| name.to_owned()).collect();
            let found = spec.unlisted_includes(&listed);
            found.into_iter().map(|(line, name)| (spec.line_number(line).unwrap(), name)).collect::<Vec<_>>()
        };
        assert_eq!(found(&["b.inc"]), [(1, "a.inc"), (4, "c.inc"), (8, "f")]);
        assert_eq!(found(&["a.inc", "b.inc", "c.inc", "f"]), [(1, "a.inc")], "rpm looks for it where it runs");
    }
}
